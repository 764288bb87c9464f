//! Whether a folded text begins with a needle: letters with two spellings, and joints in words.

use super::fold::{JOINT, OPTIONAL_A, OPTIONAL_E, WORD};

/// Whether a folded text begins with a needle. Joints, spaces and second spellings are optional.
pub(super) fn starts_with(text: &[u8], needle: &[u8]) -> bool {
    rest_after(text, needle, Marks::Optional).is_some()
}

/// How [`OPTIONAL_E`] and [`OPTIONAL_A`] in a text are read.
#[derive(Clone, Copy)]
pub(super) enum Marks {
    /// Each as a letter or as nothing.
    Optional,
    Skipped,
    Letters,
}

/// The rest of a folded text after the needle it begins with. Joints and spaces are optional.
pub(super) fn rest_after<'a>(text: &'a [u8], needle: &[u8], marks: Marks) -> Option<&'a [u8]> {
    let (mut text, mut needle) = (text, needle);
    while let [wanted, others @ ..] = needle {
        let [byte, rest @ ..] = text else { return None };
        match (char::from(*byte), marks) {
            (JOINT | WORD, _) | (OPTIONAL_E | OPTIONAL_A, Marks::Skipped) => {}
            (mark @ (OPTIONAL_E | OPTIONAL_A), Marks::Optional) => {
                if *wanted == optional_letter(mark) {
                    return rest_after_choices(text, needle);
                }
            }
            (mark @ (OPTIONAL_E | OPTIONAL_A), Marks::Letters)
                if optional_letter(mark) == *wanted =>
            {
                needle = others;
            }
            (_, Marks::Optional | Marks::Skipped | Marks::Letters) if byte == wanted => {
                needle = others;
            }
            _ => return None,
        }
        text = rest;
    }
    Some(text)
}

/// As [`rest_after`] with optional marks, from the first choice on. It follows all readings at once:
/// trying one after the other takes time that doubles with each mark.
fn rest_after_choices<'a>(text: &'a [u8], needle: &[u8]) -> Option<&'a [u8]> {
    // How much of the needle each reading has used, in ascending order.
    let mut used = vec![0];
    for (at, byte) in text.iter().enumerate() {
        let (letter, is_optional) = match char::from(*byte) {
            JOINT | WORD => continue,
            mark @ (OPTIONAL_E | OPTIONAL_A) => (optional_letter(mark), true),
            _ => (*byte, false),
        };
        let reads = |used: &&usize| needle.get(**used) == Some(&letter);
        let mut next: Vec<usize> = used.iter().filter(reads).map(|used| used + 1).collect();
        if next.last() == Some(&needle.len()) {
            return text.get(at + 1..);
        }
        if is_optional {
            next.extend(&used);
            next.sort_unstable();
            next.dedup();
        }
        if next.is_empty() {
            return None;
        }
        used = next;
    }
    None
}

/// The letter that a mark stands for.
const fn optional_letter(mark: char) -> u8 {
    if mark == OPTIONAL_E { b'e' } else { b'a' }
}
