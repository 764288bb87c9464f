//! Letters without their marks: what the search compares, and what is drawn where a letter can't be.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Text as the search compares it: lower case, compatibility forms made plain, marks dropped, and the Latin letters that
/// do not decompose spelt out.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(&mut folded, text);
    folded
}

/// As [`fold`], behind what is there already.
pub fn fold_into(folded: &mut String, text: &str) {
    if text.is_ascii() {
        let start = folded.len();
        folded.push_str(text);
        folded[start..].make_ascii_lowercase();
        return;
    }
    // The order of marks, which a normal form sees to besides, does not matter: they are dropped.
    for character in text.chars() {
        decompose_compatible(character, |part| fold_part_into(folded, part));
    }
}

fn fold_part_into(folded: &mut String, part: char) {
    if part.is_ascii() {
        return folded.push(part.to_ascii_lowercase());
    }
    for character in part.to_lowercase().filter(|c| !is_combining_mark(part) && !is_combining_mark(*c)) {
        match spelt_out(character) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(character),
        }
    }
}

/// Latin letters with a stroke, and ligatures, which no normal form takes apart.
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
        _ => return None,
    })
}
