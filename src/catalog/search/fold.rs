//! Folds text for comparison: removes case and accents, spells out letters that do not decompose,
//! and unifies separators.

use std::ops::Range;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

use crate::clean::is_joiner;
use crate::fold::fold_letter;

/// Precedes each word, and each part of one.
pub(super) const WORD: char = '\u{1}';
/// Precedes the [`WORD`] of a part that is not its word's first, in place of an apostrophe, hyphen
/// or dot.
pub(super) const JOINT: char = '-';
/// Follows a letter that can also be spelled with an extra `e`: `mu^ller` is Müller and Mueller.
pub(super) const OPTIONAL_E: char = '^';
/// Follows a letter that can also be spelled with an extra `a`: `ha~kon` is Håkon and Haakon.
pub(super) const OPTIONAL_A: char = '~';

const DIAERESIS: char = '\u{308}';
const RING: char = '\u{30A}';

/// Appends the folded words of a text, each after a [`WORD`].
pub(super) fn fold_words(text: &str, folded: &mut String) {
    FoldedWords {
        folded,
        before: Some(Separator::Space),
    }
    .fold(text);
}

/// Like [`fold_words`]. Also returns the range of each grapheme in the folded text.
pub(super) fn fold_characters(text: &str) -> (String, Vec<Range<usize>>) {
    let mut folded = String::new();
    let mut words = FoldedWords {
        folded: &mut folded,
        before: Some(Separator::Space),
    };
    let parts = text.graphemes(true).map(|character| {
        let start = words.folded.len();
        words.fold(character);
        start..words.folded.len()
    });
    let parts = parts.collect();
    (folded, parts)
}

/// Folded words without the joints in them.
pub(super) fn without_joints(folded: &str) -> String {
    folded.replace(concat!('-', '\u{1}'), "")
}

/// The spellings of folded words: with single letters, and with two letters where there is a
/// choice.
pub(super) fn spellings(joined: &str) -> (String, Option<String>) {
    let plain = joined.replace([OPTIONAL_A, OPTIONAL_E], "");
    let spelt_out = (plain.len() < joined.len())
        .then(|| joined.replace(OPTIONAL_E, "e").replace(OPTIONAL_A, "a"));
    (plain, spelt_out)
}

/// What separates two letters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Separator {
    /// An apostrophe, hyphen or dot, which may occur within a word.
    Joint,
    /// Anything else.
    Space,
}

/// Appends folded words to a text.
struct FoldedWords<'a> {
    folded: &'a mut String,
    /// The separator before the next letter. Of several in a row, the stronger one counts.
    before: Option<Separator>,
}

impl FoldedWords<'_> {
    fn fold(&mut self, text: &str) {
        for character in text.chars() {
            match separator(character) {
                Some(separator) => self.separate(separator),
                None if character.is_ascii() => self.push_letter(character),
                None => decompose_compatible(character, |part| self.push_part(part)),
            }
        }
    }

    fn separate(&mut self, separator: Separator) {
        if self.before != Some(Separator::Space) {
            self.before = Some(separator);
        }
    }

    fn push_part(&mut self, part: char) {
        if let Some(separator) = separator(part) {
            self.separate(separator);
        } else if is_combining_mark(part) {
            self.mark_spelling(part);
        } else {
            self.push_letter(part);
        }
    }

    fn push_letter(&mut self, letter: char) {
        match self.before.take() {
            None => {}
            Some(Separator::Space) => self.folded.push(WORD),
            Some(Separator::Joint) => self.folded.extend([JOINT, WORD]),
        }
        fold_letter(letter, self.folded);
        if matches!(letter, 'Ø' | 'ø') {
            self.folded.push(OPTIONAL_E);
        }
    }

    /// Records that this mark gives the letter before it a second spelling.
    fn mark_spelling(&mut self, mark: char) {
        match (mark, self.folded.as_bytes().last()) {
            (DIAERESIS, Some(b'a' | b'o' | b'u')) => self.folded.push(OPTIONAL_E),
            (RING, Some(b'a')) => self.folded.push(OPTIONAL_A),
            _ => {}
        }
    }
}

/// The kind of separator, or `None` for a letter. Symbols outside ASCII count as letters, since
/// someone may search for one.
fn separator(character: char) -> Option<Separator> {
    match character {
        '\'' | '`' | '-' | '.' | '_' => Some(Separator::Joint),
        _ if character.is_ascii() => {
            (!character.is_ascii_alphanumeric()).then_some(Separator::Space)
        }
        _ if is_joint(character) || is_joiner(character) && !is_combining_mark(character) => {
            Some(Separator::Joint)
        }
        '\u{A1}'
        | '\u{AB}'
        | '\u{BB}'
        | '\u{BF}'
        | '\u{2000}'..='\u{206F}'
        | '\u{3000}'..='\u{3003}'
        | '\u{3008}'..='\u{3011}' => Some(Separator::Space),
        _ => character.is_whitespace().then_some(Separator::Space),
    }
}

/// Apostrophes, hyphens, dots and the like outside ASCII. Checked before compatibility
/// decomposition, which turns some of them into spaces.
fn is_joint(character: char) -> bool {
    matches!(character,
        '\u{00AD}' | '\u{00B4}' | '\u{00B7}' | '\u{02B9}'..='\u{02BD}' | '\u{02C8}' | '\u{02CA}' | '\u{02CB}' | '\u{0384}'
        | '\u{055A}' | '\u{058A}' | '\u{05BE}' | '\u{05F3}' | '\u{1FBD}' | '\u{1FBF}' | '\u{1FEF}' | '\u{1FFD}' | '\u{1FFE}'
        | '\u{2010}'..='\u{2015}' | '\u{2018}'..='\u{201B}' | '\u{2024}' | '\u{2027}' | '\u{2032}' | '\u{2035}' | '\u{2043}'
        | '\u{2212}' | '\u{3002}' | '\u{30A0}' | '\u{30FB}' | '\u{A78B}' | '\u{A78C}' | '\u{FE58}' | '\u{FE63}' | '\u{FF07}'
        | '\u{FF0D}' | '\u{FF0E}' | '\u{FF65}')
}

/// Whether a letter may begin a word anywhere, because its script has no spaces between words.
/// Hangul counts by the first part of each syllable.
pub(super) fn is_word_by_itself(character: char) -> bool {
    matches!(character,
        '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1100}'..='\u{1112}' | '\u{1780}'..='\u{17FF}'
        | '\u{3041}'..='\u{30FA}' | '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}
