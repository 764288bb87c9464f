//! Removes, one after the other, the encodings that mail clients and link checkers put around a
//! link.
//!
//! | encoding | who uses it |
//! |---|---|
//! | `&amp;`, `&#61;` | mail and chat as HTML |
//! | `%3F`, and again `%253F` | Safelinks `url=`, Google `q=` and every other link inside a link |
//! | `https-3A__host_-3Fak-3D` | Proofpoint v2 `u=`: `-` for `%`, `_` for `/` |
//!
//! All of this takes time linear in the text: there are at most [`MAX_LAYERS`] layers, and none is
//! much longer than the one before.

use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::{CodeRules, address, is_visible, plain_form};
use crate::html;

/// The maximum number of layers: enough for a Safelink around a Proofpoint link around another
/// Safelink, and a few more.
const MAX_LAYERS: usize = 9;
/// How the address in a Proofpoint v2 link begins, after `http` or `https`.
const PROOFPOINT: &str = "-3A__";

/// The visible text, then the text after each removed encoding. Never empty.
pub(super) fn layers(text: &str, rules: &CodeRules) -> Vec<Zeroizing<String>> {
    let outermost = Some(visible(text, rules));
    std::iter::successors(outermost, |layer| decode_once(layer, rules))
        .take(MAX_LAYERS)
        .collect()
}

/// The text without invisible characters, each character in its plain form, each line break a
/// single `\n`.
fn visible(text: &str, rules: &CodeRules) -> Zeroizing<String> {
    let mut seen = Zeroizing::new(String::with_capacity(text.len()));
    let mut after_return = false;
    for character in text.chars() {
        seen.extend(match character {
            '\n' if after_return => None,
            '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
            // Markdown and JSON escape characters of a link with it (`short\_key`, `https:\/\/`).
            '\\' if !rules.accepts('\\') => None,
            blank if blank.is_whitespace() => Some(' '),
            other => is_visible(other).then(|| plain_form(other)),
        });
        after_return = character == '\r';
    }
    seen
}

/// The text with one encoding removed, or `None` if there is none.
fn decode_once(text: &str, rules: &CodeRules) -> Option<Zeroizing<String>> {
    if proofpoint_in(text).is_some() {
        return Some(without_proofpoint(text));
    }
    // If keys may have `&` or `%`, these are literal, unless the text is a link.
    let is_address = address::contains_address(text, rules);
    let decodes = |sign| text.contains(sign) && (is_address || !rules.accepts(sign));
    let plain = if decodes('&') {
        without_entities(text)
    } else {
        Zeroizing::new(text.to_owned())
    };
    let plain = if decodes('%') {
        without_percent_signs(&plain)
    } else {
        plain
    };
    let plain = visible(&plain, rules);
    (plain.as_str() != text).then_some(plain)
}

fn without_entities(text: &str) -> Zeroizing<String> {
    Zeroizing::new(html::unescape_attribute(text))
}

/// Decodes each `%20` and the like once. Bytes that are not UTF-8 then end a key, as any other sign
/// does.
pub(super) fn without_percent_signs(text: &str) -> Zeroizing<String> {
    let bytes = Zeroizing::new(percent_decode_str(text).collect::<Vec<u8>>());
    Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned())
}

/// Where the encoded part of a Proofpoint v2 link begins.
fn proofpoint_in(text: &str) -> Option<usize> {
    let mut marks = text.match_indices(PROOFPOINT).map(|(at, _)| at);
    marks.find(|at| {
        ["http", "https"]
            .iter()
            .any(|scheme| text[..*at].ends_with(scheme))
    })
}

/// Rewrites the addresses of Proofpoint v2 links with percent-encoding, as in any other link.
fn without_proofpoint(text: &str) -> Zeroizing<String> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some(mark) = proofpoint_in(rest) {
        let is_of_link = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~');
        let length = rest[mark..]
            .find(|c| !is_of_link(c))
            .unwrap_or(rest.len() - mark);
        let (encoded, after) = rest[mark..].split_at(length);
        plain.push_str(&rest[..mark]);
        plain.extend(encoded.chars().map(|c| match c {
            '-' => '%',
            '_' => '/',
            other => other,
        }));
        rest = after;
    }
    plain.push_str(rest);
    plain
}
