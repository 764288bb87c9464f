//! The session key within a link.
//!
//! The link is not parsed: it may lack its scheme, hang in a sentence, or be broken over lines. What counts is one of the
//! known names, an equals sign, and what follows.

use zeroize::Zeroizing;

use super::CodeRules;
use super::layers::{layers, without_percent_signs};

/// The parameters that hold a session key in links (docs/protocol.md). Case does not matter.
pub(super) const KEY_PARAMETERS: [&str; 5] = ["access_key_pretty", "access_key", "accessKey", "short_key", "ak"];
/// The lengths of today's keys: as people type them, and as the vendor's invitation links have them, in hexadecimal.
pub(super) const TYPED_LENGTH: usize = 7;
pub(super) const INVITATION_LENGTH: usize = 32;
/// Further pieces, over line breaks or blanks, that a value may have.
const PIECES_AT_MOST: usize = 3;
/// Signs that a link may have within a value, where a sentence or a link checker may have them behind it.
const UNCLEAR_SIGNS: [char; 9] = ['.', '*', '!', '$', ',', ':', '@', '/', '?'];
/// Signs that end a value even where they are encoded: whoever wrapped the link encoded a part of it.
const ENDS: [char; 9] = ['&', '#', ';', '<', '>', '"', '\'', '\n', '\r'];
/// Times that a value is decoded at most.
const DECODED_AT_MOST: usize = 4;

/// The characters of the key in the first link that has one, whatever it is wrapped in.
pub(super) fn key_in(layers: &[Zeroizing<String>], rules: &CodeRules) -> Option<Zeroizing<String>> {
    layers.iter().find_map(|layer| key_in_layer(layer, rules))
}

/// The same, where line breaks stand in the middle of the link.
pub(super) fn key_in_broken_lines(text: &str, rules: &CodeRules) -> Option<Zeroizing<String>> {
    key_in(&layers(&unbroken(text), rules), rules)
}

fn key_in_layer(text: &str, rules: &CodeRules) -> Option<Zeroizing<String>> {
    let signs = memchr::memchr_iter(b'=', text.as_bytes());
    signs.filter(|at| ends_in_name(&text.as_bytes()[..*at])).map(|at| value(&text[at + 1..], rules)).find(|key| !key.is_empty())
}

fn ends_in_name(before: &[u8]) -> bool {
    KEY_PARAMETERS.iter().any(|name| {
        let Some(start) = before.len().checked_sub(name.len()) else { return false };
        let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        before[start..].eq_ignore_ascii_case(name.as_bytes()) && !before[..start].last().is_some_and(is_of_name)
    })
}

/// The characters of the key that a text begins with; none if it begins with no key, or with one that can't be read whole.
fn value(text: &str, rules: &CodeRules) -> Zeroizing<String> {
    let (first, rest) = text.split_at(end_of_value(text, rules));
    // Proofpoint v3 has two low lines behind the link, and an asterisk for each character that it took out of it.
    let first = if rest.starts_with(';') { first.strip_suffix("__").unwrap_or(first) } else { first };
    let key = decoded(first, rules);
    if rest.strip_prefix(UNCLEAR_SIGNS).is_some_and(|after| after.starts_with(|c: char| c.is_ascii_alphanumeric())) {
        let is_whole = matches!(key.chars().count(), TYPED_LENGTH | INVITATION_LENGTH);
        return if is_whole { key } else { Zeroizing::default() };
    }
    in_pieces(first, rest, &key, rules).unwrap_or(key)
}

/// The key, where a line break or a blank cut it and it goes on behind.
fn in_pieces(first: &str, mut rest: &str, key: &str, rules: &CodeRules) -> Option<Zeroizing<String>> {
    let mut whole = Zeroizing::new(first.to_owned());
    for _ in 0..PIECES_AT_MOST {
        let piece = next_piece(rest)?;
        let (more, after) = piece.split_at(end_of_value(piece, rules));
        whole.push_str(more);
        let longer = decoded(&whole, rules);
        let gap = Gap { key, more, after };
        if gap.is_within(&longer, rules) {
            return Some(longer);
        }
        rest = after;
    }
    None
}

/// A line break or a blank behind a value.
struct Gap<'a> {
    /// The key before it.
    key: &'a str,
    /// What may belong to it behind.
    more: &'a str,
    /// What follows there.
    after: &'a str,
}

impl Gap<'_> {
    /// Whether it is within the value, which is `longer` then. What is behind it may as well be the next sentence.
    fn is_within(&self, longer: &str, rules: &CodeRules) -> bool {
        let count = self.key.chars().count();
        let is_hexadecimal = longer.chars().all(|c| c.is_ascii_hexdigit());
        let completes = match longer.chars().count() {
            INVITATION_LENGTH => is_hexadecimal,
            TYPED_LENGTH => count < TYPED_LENGTH && self.ends_the_line(),
            longer => count < rules.min && longer >= rules.min && self.ends_the_line(),
        };
        let may_be_of_key = self.more.contains(|c: char| c.is_ascii_digit());
        may_be_of_key && (completes || self.after.starts_with('>')) || !self.more.is_empty() && self.link_goes_on()
    }

    /// Whether the next parameter of the link follows.
    fn link_goes_on(&self) -> bool {
        let is_parameter = |after: &str| {
            let name = after.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.' | '-' | ';'));
            name.is_some_and(|end| end > 0 && after[end..].starts_with('='))
        };
        self.after.strip_prefix('&').is_some_and(is_parameter)
    }

    fn ends_the_line(&self) -> bool {
        let after = self.after.trim_start_matches(' ');
        after.is_empty() || after.starts_with('\n')
    }
}

/// What is behind blanks, or behind a line break and the marks of a quoted mail; none if this goes on, or at a blank line.
fn next_piece(rest: &str) -> Option<&str> {
    let behind = rest.trim_start_matches(' ');
    match behind.strip_prefix('\n').map(|line| line.trim_start_matches([' ', '>'])) {
        Some(line) => (!line.starts_with('\n')).then_some(line),
        None => (behind.len() < rest.len()).then_some(behind),
    }
}

/// Where the value ends that a text begins with: before the first character that a link has elsewhere only, or not at all.
fn end_of_value(text: &str, rules: &CodeRules) -> usize {
    let is_of_value = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '~' | '+' | '%') || !matches!(c, '&' | '#') && rules.is_further(c)
    };
    let groups = |at: usize| text[at..].strip_prefix('.').is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit()));
    text.char_indices().find(|(at, c)| !is_of_value(*c) && !groups(*at)).map_or(text.len(), |(at, _)| at)
}

/// The characters of a key in the form that a link has them in.
fn decoded(value: &str, rules: &CodeRules) -> Zeroizing<String> {
    // A plus sign is a blank in a link, and a full stop at its end is the sentence's, also where keys may have one.
    let mut text = Zeroizing::new(value.trim_end_matches('.').replace('+', " "));
    let times = if rules.keeps('%') { 1 } else { DECODED_AT_MOST };
    for _ in 0..times {
        if !text.contains('%') {
            break;
        }
        text = without_percent_signs(&text);
        let end = text.find(|c| ENDS.contains(&c) && !rules.keeps(c)).unwrap_or(text.len());
        text.truncate(end);
    }
    rules.characters_of(&text)
}

/// The text without the line breaks on both sides of which a link seems to go on.
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
