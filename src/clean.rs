//! Text from outside, checked once where it enters the program.
//!
//! ```text
//! config, lists, keyboard, paste, command line ─> Clean::line, Clean::lines ─> Clean or refused
//! the site's own words                         ─> Clean::sanitized          ─> Clean: cleaned, cut
//!                                                                              short
//! ```
//!
//! The same text is shown, stored and sent (T6). Characters that a terminal would interpret, or
//! that a person can't see, are rejected or dropped here. All other code can draw and send a
//! [`Clean`] without further checks.

use std::fmt;

use unicode_normalization::char::is_combining_mark;

/// The maximum number of combining marks on one character. No script in use needs more; a stack of
/// two hundred is an attack on the lines above it (T11).
const MAX_MARKS: usize = 8;

/// Text that can be shown and sent unchanged: no control, bidi or invisible characters. Only text
/// from [`Clean::lines`] contains line breaks.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clean(String);

/// A rejected character, to be named to the person who typed or configured it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the character {}{} can't be used", format_code_point(*.character), name_in_brackets(*.character))]
pub struct RefusedCharacter {
    /// Must not be written directly; `Display` gives its number.
    pub character: char,
}

/// The kind of a rejected character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefusedKind {
    /// A line break in a single line.
    LineBreak,
    Tab,
    /// The start of a terminal's control sequences.
    Escape,
    /// A hyphen that is visible only at the end of a line.
    SoftHyphen,
    ZeroWidthSpace,
    /// A joiner without a character before it.
    Joiner,
    /// The byte order mark at the start of a Unicode file.
    ByteOrderMark,
    /// A character that changes the writing direction.
    Direction,
    /// Any other control character.
    Control,
    /// One combining mark too many on a letter.
    Mark,
    /// Any other invisible character.
    Invisible,
}

/// How line breaks are treated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineBreakRule {
    Refused,
    Kept,
}

impl Clean {
    /// One line of text, or the first character that is not allowed in it.
    pub fn line(raw: &str) -> Result<Self, RefusedCharacter> {
        checked(raw, LineBreakRule::Refused)
    }

    /// Text of several lines, each line break a single `\n` (docs/protocol.md), or the first
    /// character that is not allowed in it.
    pub(crate) fn lines(raw: &str) -> Result<Self, RefusedCharacter> {
        checked(
            &raw.replace("\r\n", "\n").replace('\r', "\n"),
            LineBreakRule::Kept,
        )
    }

    /// Untrusted text, only for display: white space is folded to single spaces, characters that
    /// [`Clean::line`] rejects are dropped, and the text is cut with `…` after `most` characters.
    pub fn sanitized(raw: &str, most: usize) -> Self {
        let spaced: String = raw
            .chars()
            .map(|c| if c.is_whitespace() { ' ' } else { c })
            .collect();
        let mut text = String::new();
        let mut marks = 0;
        for character in spaced.chars() {
            // Checked only here: if all of a word was dropped, the spaces around it would be
            // adjacent.
            let is_needless = character == ' ' && (text.is_empty() || text.ends_with(' '));
            if !is_needless
                && is_allowed_after(&text, character, &mut marks, LineBreakRule::Refused)
            {
                text.push(character);
            }
        }
        text.truncate(text.trim_end().len());
        if text.chars().count() > most {
            text = text.chars().take(most.saturating_sub(1)).collect();
            text.truncate(text.trim_end().len());
            text.push('…');
        }
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it contains only white space.
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// The number of Unicode scalar values. All limits of the protocol count these.
    pub fn count(&self) -> usize {
        self.0.chars().count()
    }

    /// Returns the string to a caller that erases it.
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

/// Whether `character` may be typed at the end of `text`, a single line.
///
/// Looks at the whole last cluster, to count its combining marks.
pub(crate) fn may_follow(text: &str, character: char) -> bool {
    let tower = text.chars().rev().take_while(|c| is_attached(*c));
    let mut marks = tower.filter(|c| !is_joiner(*c)).count();
    is_allowed_after(text, character, &mut marks, LineBreakRule::Refused)
}

/// White space that can't be sent. It is replaced by a space, so that two words stay apart (T16).
pub(crate) fn is_unsendable_space(character: char) -> bool {
    matches!(
        character,
        '\t' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

fn checked(raw: &str, breaks: LineBreakRule) -> Result<Clean, RefusedCharacter> {
    // A shortcut for most entries of a long list: printable ASCII is always allowed.
    if raw.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Ok(Clean(raw.to_owned()));
    }
    let mut text = String::with_capacity(raw.len());
    let mut marks = 0;
    for character in raw.chars() {
        if !is_allowed_after(&text, character, &mut marks, breaks) {
            return Err(RefusedCharacter { character });
        }
        text.push(character);
    }
    Ok(Clean(text))
}

/// Whether the character may follow `before`. `marks` counts the combining marks on the last
/// letter.
fn is_allowed_after(
    before: &str,
    character: char,
    marks: &mut usize,
    breaks: LineBreakRule,
) -> bool {
    if character == '\n' {
        *marks = 0;
        return breaks == LineBreakRule::Kept;
    }
    if character.is_control() || is_invisible(character) {
        return false;
    }
    if is_joiner(character) {
        // A joiner changes the character before it; on its own it is invisible.
        let last = before.chars().next_back();
        return last.is_some_and(|last| !last.is_whitespace() && !is_joiner(last))
            || character == '\u{200D}' && last == Some('\u{FE0F}');
    }
    if is_combining_mark(character) {
        let is_one_more = *marks < MAX_MARKS;
        *marks += usize::from(is_one_more);
        return is_one_more;
    }
    *marks = 0;
    true
}

/// Whether a character belongs to the one before it: a combining mark or a joiner.
pub(crate) fn is_attached(character: char) -> bool {
    is_combining_mark(character) || is_joiner(character)
}

/// ZWNJ (Persian, Indic scripts), ZWJ (emoji families) and the variation selectors. They change the
/// character before them and are invisible themselves.
pub(crate) fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Invisible characters that change how other text looks or where it appears.
pub(crate) fn is_invisible(character: char) -> bool {
    let code = u32::from(character);
    matches!(character,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}' | '\u{200E}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{FDD0}'..='\u{FDEF}' | '\u{13430}'..='\u{1343F}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E00FF}' | '\u{E01F0}'..='\u{E0FFF}')
        || code & 0xFFFE == 0xFFFE
}

fn name_in_brackets(character: char) -> &'static str {
    match refused_kind(character) {
        RefusedKind::LineBreak => " (a line break)",
        RefusedKind::Tab => " (a tab)",
        RefusedKind::Escape => " (escape)",
        RefusedKind::SoftHyphen => " (a soft hyphen)",
        RefusedKind::ZeroWidthSpace => " (a zero-width space)",
        RefusedKind::Joiner => " (a joiner with nothing to join)",
        RefusedKind::ByteOrderMark => " (a byte-order mark)",
        RefusedKind::Direction => " (it changes the direction of writing)",
        RefusedKind::Control => " (a control character)",
        RefusedKind::Mark => " (one mark too many on one letter)",
        RefusedKind::Invisible => " (an invisible character)",
    }
}

fn refused_kind(character: char) -> RefusedKind {
    match character {
        '\n' | '\r' => RefusedKind::LineBreak,
        '\t' => RefusedKind::Tab,
        '\u{1B}' => RefusedKind::Escape,
        '\u{00AD}' => RefusedKind::SoftHyphen,
        '\u{200B}' => RefusedKind::ZeroWidthSpace,
        '\u{200C}' | '\u{200D}' => RefusedKind::Joiner,
        '\u{FEFF}' => RefusedKind::ByteOrderMark,
        '\u{061C}'
        | '\u{200E}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}' => RefusedKind::Direction,
        c if c.is_control() => RefusedKind::Control,
        c if is_combining_mark(c) => RefusedKind::Mark,
        _ => RefusedKind::Invisible,
    }
}

impl RefusedCharacter {
    pub(crate) fn kind(self) -> RefusedKind {
        refused_kind(self.character)
    }

    /// The code point, such as `U+200B`.
    pub(crate) fn code_point(self) -> String {
        format_code_point(self.character)
    }
}

fn format_code_point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

impl fmt::Display for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl AsRef<str> for Clean {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests;
