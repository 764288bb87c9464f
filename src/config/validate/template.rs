//! Texts with `{places}` that are filled in for each visit.

use toml::Spanned;

use crate::clean::Clean;
use crate::config::decode::{closest_match, quoted_list};
use crate::config::diagnostics::Diagnostics;
use crate::session::{PlaceholderName, TemplatePiece, pieces};

/// Checks that the braces in a text name known places. Returns the number of characters outside the
/// places.
pub(super) fn check_places(
    text: &Clean,
    raw: &Spanned<String>,
    key: &str,
    findings: &mut Diagnostics<'_>,
) -> usize {
    let (mut fixed, mut offset) = (0, raw.span().start);
    for piece in pieces(text.as_str()) {
        offset += match piece {
            TemplatePiece::Text(text) => {
                fixed += text.chars().count();
                text.len()
            }
            TemplatePiece::Placeholder(name) => name.to_string().len(),
            TemplatePiece::Stray(braces) => {
                // The text before it is at least as long in the file, where it may be escaped.
                findings.add_within(
                    offset..raw.span().end,
                    braces,
                    format!("`{key}`: {}", stray_brace_message(braces)),
                );
                braces.len()
            }
        };
    }
    fixed
}

fn stray_brace_message(braces: &str) -> String {
    let names = PlaceholderName::ALL.map(PlaceholderName::name);
    let places = PlaceholderName::ALL.map(|place| place.to_string());
    let known = quoted_list(&places.each_ref().map(String::as_str), '`');
    let inner = braces.trim_matches(['{', '}']);
    match closest_match(inner, &names) {
        _ if inner.is_empty() => format!("a brace here begins or ends a placeholder: {known}"),
        Some(suggestion) => {
            format!("unknown placeholder `{braces}`: did you mean `{{{suggestion}}}`?")
        }
        None => format!("unknown placeholder `{braces}`: use {known}"),
    }
}
