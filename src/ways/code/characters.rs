//! Which characters belong to a code, and in which form they are sent.
//!
//! Each character is examined by itself: a text is first reduced to its letters and digits, and
//! only those are normalized (NFKC). Normalizing the whole text first would turn symbols into
//! letters (`№` into `No`, `™` into `TM`).

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::CodeRules;
use crate::clean::{is_invisible, is_joiner};

/// The digit 0 of scripts whose keyboards type their own digits. The other nine follow it in
/// Unicode.
const ZEROS: [char; 18] = [
    '\u{0660}', '\u{06F0}', '\u{07C0}', '\u{0966}', '\u{09E6}', '\u{0A66}', '\u{0AE6}', '\u{0B66}',
    '\u{0BE6}', '\u{0C66}', '\u{0CE6}', '\u{0D66}', '\u{0E50}', '\u{0ED0}', '\u{0F20}', '\u{1040}',
    '\u{17E0}', '\u{1810}',
];

/// Whether this is a visible letter or digit. Marks and joiners are neither.
pub(super) fn is_letter_or_digit(character: char) -> bool {
    character.is_ascii_alphanumeric() || character.is_alphanumeric() && is_visible(character)
}

/// Whether this is a visible character by itself.
pub(in crate::ways) fn is_visible(character: char) -> bool {
    character.is_ascii_graphic()
        || !(character.is_control()
            || is_invisible(character)
            || is_joiner(character)
            || is_combining_mark(character))
}

/// The character that a full-width or other compatibility form, a dash, or a digit of another
/// script represents; otherwise the character itself.
pub(in crate::ways) fn plain_form(character: char) -> char {
    if character.is_ascii() {
        return character;
    }
    let mut parts = std::iter::once(character).nfkc();
    match (parts.next(), parts.next()) {
        (Some(only), None) => ascii_form(only),
        (Some(_), Some(_)) | (None, _) => character,
    }
}

/// Whether [`plain_form`] and normalization leave this character as it is.
pub(super) fn is_plain(character: char) -> bool {
    std::iter::once(character)
        .nfkc()
        .map(ascii_form)
        .eq([character])
}

/// Appends what this character is in a code: mostly itself or nothing. A ligature becomes two
/// letters.
pub(super) fn add_to_code(character: char, rules: &CodeRules, code: &mut String) {
    if is_letter_or_digit(character) || rules.accepts(plain_form(character)) {
        code.extend(
            std::iter::once(character)
                .nfkc()
                .map(ascii_form)
                .filter(|part| rules.accepts(*part)),
        );
    }
}

fn ascii_form(character: char) -> char {
    match character {
        // Japanese keyboards type the mark of a long vowel for a hyphen. Unicode classifies it as a
        // letter.
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30FC}' => '-',
        '\u{02B9}'..='\u{02C1}' => '\'',
        '\u{3002}' => '.',
        other => ascii_digit(other).unwrap_or(other),
    }
}

fn ascii_digit(character: char) -> Option<char> {
    let code = u32::from(character);
    let value = ZEROS.iter().find_map(|zero| {
        code.checked_sub(u32::from(*zero))
            .filter(|value| *value < 10)
    })?;
    char::from_digit(value, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(text: &str, characters: &str) -> String {
        let rules = CodeRules {
            characters: characters.to_owned(),
            ..CodeRules::default()
        };
        rules.code_characters(text).to_string()
    }

    #[test]
    fn every_form_of_a_letter_or_digit_becomes_the_plain_one() {
        let cases = [
            ("４７１０９３８", "4710938"),
            ("ＡＢｃｄ", "ABcd"),
            ("٤٧١٠٩٣٨", "4710938"),
            ("۴۷۱۰۹۳۸", "4710938"),
            ("४७१०९३८", "4710938"),
            ("๔๗๑๐๙๓๘", "4710938"),
            ("𝟒𝟕𝟏𝟎𝟗𝟑𝟖", "4710938"),
            ("④⑦①₀⁹38", "4710938"),
            ("4️⃣7️⃣1️⃣", "471"),
            ("ﬁ4", "fi4"),
            ("ß4é李", "ß4é李"),
        ];
        for (text, key) in cases {
            assert_eq!(code_of(text, ""), key, "{text}");
        }
    }

    #[test]
    fn signs_that_are_no_letters_or_digits_never_become_some() {
        for text in [
            "№",
            "™",
            "℃",
            "…",
            "\u{301}",
            "\u{3164}",
            "\u{FFA0}",
            "\u{115F}",
            "\u{E0041}",
            "－",
            "ー",
            "−",
            "ʼ",
            "　",
        ] {
            assert_eq!(code_of(text, ""), "", "{text:?}");
        }
    }

    #[test]
    fn further_characters_are_kept_in_their_plain_form() {
        assert_eq!(
            code_of("47-1／0.9–3−8", "-/"),
            "47-1/0".to_owned() + "9-3-8"
        );
        assert_eq!(code_of("a_b＿c", "_"), "a_b_c");
    }
}
