//! Lists of ways.

use toml::Spanned;

use crate::config::diagnostics::Diagnostics;
use crate::ways::Way;

/// The ways of this key. Reports duplicates and an empty list.
pub(super) fn unique_ways(
    raw: &Spanned<Vec<Spanned<Way>>>,
    key: &str,
    findings: &mut Diagnostics<'_>,
) -> Vec<Way> {
    let mut ways = Vec::new();
    for way in raw.get_ref() {
        if ways.contains(way.get_ref()) {
            findings.add(way.span().start, format!("`{key}` names this way twice"));
        } else {
            ways.push(*way.get_ref());
        }
    }
    if raw.get_ref().is_empty() {
        findings.add(
            raw.span().start,
            format!("`{key}` is empty: name a way, or remove the line"),
        );
    }
    ways
}
