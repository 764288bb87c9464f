//! Texts with `{places}` that are filled in for each visit.

use toml::Spanned;

use crate::clean::Clean;
use crate::config::problem::Findings;
use crate::config::shape::{listed, probably_meant};
use crate::session::{Piece, PlaceName, pieces};

/// Checks that the braces in a text name known places. Returns the number of characters outside the
/// places.
pub(super) fn check_places(text: &Clean, written: &Spanned<String>, key: &str, findings: &mut Findings<'_>) -> usize {
    let (mut fixed, mut offset) = (0, written.span().start);
    for piece in pieces(text.as_str()) {
        offset += match piece {
            Piece::Text(text) => {
                fixed += text.chars().count();
                text.len()
            }
            Piece::Place(name) => name.to_string().len(),
            Piece::Stray(braces) => {
                // The text before it is at least as long in the file, where it may be escaped.
                findings.add_within(offset..written.span().end, braces, format!("`{key}`: {}", about_stray(braces)));
                braces.len()
            }
        };
    }
    fixed
}

fn about_stray(braces: &str) -> String {
    let names = PlaceName::ALL.map(PlaceName::name);
    let places = PlaceName::ALL.map(|place| place.to_string());
    let known = listed(&places.each_ref().map(String::as_str), '`');
    let inner = braces.trim_matches(['{', '}']);
    match probably_meant(inner, &names) {
        _ if inner.is_empty() => format!("a brace here begins or ends a placeholder: {known}"),
        Some(meant) => format!("unknown placeholder `{braces}`: did you mean `{{{meant}}}`?"),
        None => format!("unknown placeholder `{braces}`: use {known}"),
    }
}
