//! Letters without their marks: for the search, and to draw letters that a terminal can't show.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Text without marks and in lower case; punctuation is kept.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        decompose_compatible(character, |part| {
            if !is_combining_mark(part) {
                fold_letter(part, &mut folded);
            }
        });
    }
    folded
}

/// Appends a letter in lower case, after compatibility decomposition.
pub(crate) fn fold_letter(part: char, folded: &mut String) {
    if part.is_ascii() {
        return folded.push(part.to_ascii_lowercase());
    }
    for character in part.to_lowercase().filter(|c| !is_combining_mark(*c)) {
        match spelt_out(character) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(character),
        }
    }
}

/// Letters that no normalization form decomposes, and the final sigma.
fn spelt_out(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ł' | 'ƚ' => "l",
        'ø' => "o",
        'đ' | 'ð' | 'ɖ' => "d",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ħ' => "h",
        'ı' | 'ɨ' => "i",
        'ŋ' => "n",
        'ŧ' => "t",
        'ƀ' => "b",
        'ʉ' => "u",
        'ə' => "e",
        'ς' => "σ",
        _ => return None,
    })
}
