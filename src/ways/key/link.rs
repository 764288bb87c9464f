//! Finds the session key in a link.
//!
//! The link is not parsed: it may lack its scheme, be part of a sentence, or be broken over lines.
//! What counts is one of the known names, an equals sign, and the text after it.

use zeroize::Zeroizing;

use super::CodeRules;
use super::layers::{layers, without_percent_signs};

/// The parameters that hold a session key in links (docs/protocol.md). Case is ignored.
pub(super) const KEY_PARAMETERS: [&str; 5] = [
    "access_key_pretty",
    "access_key",
    "accessKey",
    "short_key",
    "ak",
];
/// The lengths of today's keys: those that people type, and those in the vendor's invitation links,
/// which are hexadecimal.
pub(super) const TYPED_LENGTH: usize = 7;
pub(super) const INVITATION_LENGTH: usize = 32;
/// The maximum number of further pieces, after line breaks or blanks, that a value may have.
const MAX_PIECES: usize = 3;
/// Signs that a link may have within a value, but that may also follow it, from a sentence or a
/// link checker.
const UNCLEAR_SIGNS: [char; 9] = ['.', '*', '!', '$', ',', ':', '@', '/', '?'];
/// Signs that end a value even if they are encoded, because a link was encoded only in part when it
/// was wrapped.
const VALUE_ENDS: [char; 9] = ['&', '#', ';', '<', '>', '"', '\'', '\n', '\r'];
/// How often a value is decoded at most.
const MAX_DECODED: usize = 4;

/// The characters of the key in the first link that has one, in any wrapping.
pub(super) fn find_key(
    layers: &[Zeroizing<String>],
    rules: &CodeRules,
) -> Option<Zeroizing<String>> {
    layers.iter().find_map(|layer| key_in_layer(layer, rules))
}

/// Like [`find_key`], if line breaks interrupt the link.
pub(super) fn key_in_broken_lines(text: &str, rules: &CodeRules) -> Option<Zeroizing<String>> {
    find_key(&layers(&unbroken(text), rules), rules)
}

fn key_in_layer(text: &str, rules: &CodeRules) -> Option<Zeroizing<String>> {
    let signs = memchr::memchr_iter(b'=', text.as_bytes());
    signs
        .filter(|at| ends_in_name(&text.as_bytes()[..*at]))
        .map(|at| value(&text[at + 1..], rules))
        .find(|key| !key.is_empty())
}

fn ends_in_name(before: &[u8]) -> bool {
    KEY_PARAMETERS.iter().any(|name| {
        let Some(start) = before.len().checked_sub(name.len()) else {
            return false;
        };
        let is_of_name =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        before[start..].eq_ignore_ascii_case(name.as_bytes())
            && !before[..start].last().is_some_and(is_of_name)
    })
}

/// The characters of the key at the start of a text. Empty if there is none, or if it can't be read
/// completely.
fn value(text: &str, rules: &CodeRules) -> Zeroizing<String> {
    let (first, rest) = text.split_at(end_of_value(text, rules));
    // Proofpoint v3 puts two underscores after the link, and an asterisk for each character that it
    // removed.
    let first = if rest.starts_with(';') {
        first.strip_suffix("__").unwrap_or(first)
    } else {
        first
    };
    let key = decoded(first, rules);
    if rest
        .strip_prefix(UNCLEAR_SIGNS)
        .is_some_and(|after| after.starts_with(|c: char| c.is_ascii_alphanumeric()))
    {
        let is_whole = matches!(key.chars().count(), TYPED_LENGTH | INVITATION_LENGTH);
        return if is_whole { key } else { Zeroizing::default() };
    }
    join_pieces(first, rest, &key, rules).unwrap_or(key)
}

/// The whole key, if a line break or a blank cut it and it continues after that.
fn join_pieces(
    first: &str,
    mut rest: &str,
    key: &str,
    rules: &CodeRules,
) -> Option<Zeroizing<String>> {
    let mut whole = Zeroizing::new(first.to_owned());
    for _ in 0..MAX_PIECES {
        let piece = next_piece(rest)?;
        let (more, after) = piece.split_at(end_of_value(piece, rules));
        whole.push_str(more);
        let longer = decoded(&whole, rules);
        let gap = LinkGap { key, more, after };
        if gap.is_within(&longer, rules) {
            return Some(longer);
        }
        rest = after;
    }
    None
}

/// A line break or a blank after a value.
struct LinkGap<'a> {
    /// The key before the gap.
    key: &'a str,
    /// What may belong to the key after the gap.
    more: &'a str,
    /// The rest of the text.
    after: &'a str,
}

impl LinkGap<'_> {
    /// Whether the gap is within the value, which is then `longer`. What follows may also be the
    /// next sentence.
    fn is_within(&self, longer: &str, rules: &CodeRules) -> bool {
        let count = self.key.chars().count();
        let is_hexadecimal = longer.chars().all(|c| c.is_ascii_hexdigit());
        let completes = match longer.chars().count() {
            INVITATION_LENGTH => is_hexadecimal,
            TYPED_LENGTH => count < TYPED_LENGTH && self.ends_the_line(),
            longer => count < rules.min && longer >= rules.min && self.ends_the_line(),
        };
        let may_be_of_key = self.more.contains(|c: char| c.is_ascii_digit());
        may_be_of_key && (completes || self.after.starts_with('>'))
            || !self.more.is_empty() && self.link_continues()
    }

    /// Whether the next parameter of the link follows.
    fn link_continues(&self) -> bool {
        let is_parameter = |after: &str| {
            let name = after
                .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.' | '-' | ';'));
            name.is_some_and(|end| end > 0 && after[end..].starts_with('='))
        };
        self.after.strip_prefix('&').is_some_and(is_parameter)
    }

    fn ends_the_line(&self) -> bool {
        let after = self.after.trim_start_matches(' ');
        after.is_empty() || after.starts_with('\n')
    }
}

/// The text after blanks, or after a line break and the marks of a quoted mail. `None` if there is
/// no gap or a blank line follows.
fn next_piece(rest: &str) -> Option<&str> {
    let after = rest.trim_start_matches(' ');
    match after
        .strip_prefix('\n')
        .map(|line| line.trim_start_matches([' ', '>']))
    {
        Some(line) => (!line.starts_with('\n')).then_some(line),
        None => (after.len() < rest.len()).then_some(after),
    }
}

/// Where the value at the start of a text ends: before the first character that a link has only
/// elsewhere, or not at all.
fn end_of_value(text: &str, rules: &CodeRules) -> usize {
    let is_of_value = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(c, '-' | '_' | '~' | '+' | '%')
            || !matches!(c, '&' | '#') && rules.is_extra(c)
    };
    let groups = |at: usize| {
        text[at..]
            .strip_prefix('.')
            .is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit()))
    };
    text.char_indices()
        .find(|(at, c)| !is_of_value(*c) && !groups(*at))
        .map_or(text.len(), |(at, _)| at)
}

/// The characters of a key in the form that a link has.
fn decoded(value: &str, rules: &CodeRules) -> Zeroizing<String> {
    // In a link a plus sign is a blank. A full stop at the end belongs to the sentence, even if
    // keys may have one.
    let mut text = Zeroizing::new(value.trim_end_matches('.').replace('+', " "));
    let times = if rules.accepts('%') { 1 } else { MAX_DECODED };
    for _ in 0..times {
        if !text.contains('%') {
            break;
        }
        text = without_percent_signs(&text);
        let end = text
            .find(|c| VALUE_ENDS.contains(&c) && !rules.accepts(c))
            .unwrap_or(text.len());
        text.truncate(end);
    }
    rules.code_characters(&text)
}

/// Removes the line breaks within what appears to be a link.
fn unbroken(text: &str) -> Zeroizing<String> {
    let is_of_link = |word: &str| word.contains(['/', '?', '=', '&', '%', ':']);
    let mut joined = Zeroizing::new(String::with_capacity(text.len()));
    let mut in_link = false;
    for line in text.split(['\n', '\r']).filter(|line| !line.is_empty()) {
        let line = line.trim_matches([' ', '\t', '>']);
        let first = line.split_whitespace().next().unwrap_or_default();
        let goes_on = in_link && is_of_link(first) && !first.contains("://");
        if !goes_on {
            joined.push('\n');
        }
        joined.push_str(line);
        let last = line.split_whitespace().next_back().unwrap_or_default();
        in_link = is_of_link(last) || goes_on && last.len() == line.len();
    }
    joined
}
