//! Redacts pages: the text of a page is shown only if it repeats nothing of the request (D15).
//! Pages repeat the key that they do not know, and show whole URLs. Such a text is dropped
//! completely, and only the catalogue's own sentence is shown.
//!
//! ```text
//! "Dana is away. Try Daniel."          ──>  unchanged
//! "No session for 471-0938"            ──>  empty: the key is 4710938
//! "See https://…/start?short_key=…"    ──>  empty: a query
//! ```
//!
//! Only letters and digits are compared, without case and diacritics: pages show a key in groups,
//! wrap a description, and print a name in capitals. A value with fewer than [`MIN_INFIX`] of
//! them must match a whole word, so the name "Li" is found in "Dear Ms Li" and not in "life".
//! Ordinary words are no exception: a customer who enters the name "No" does not see the page "No
//! such key". The code and the sentence of the catalogue still explain what happened.

use encoding_rs::{WINDOWS_1252, mem::decode_latin1};

use crate::clean::Clean;
use crate::fold::fold;
use crate::session::{SessionRequest, SurveyField};
use crate::ways::SecretCode;

/// How much of a page is compared, in characters: more than twice what is ever shown.
const COMPARED_CHARACTERS: usize = 512;
/// A run of this many letters and digits is no coincidence.
const MIN_RUN: usize = 12;
/// Values of at least this many letters and digits are also found inside words.
const MIN_INFIX: usize = 4;

/// Whether a page is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truncated {
    No,
    /// It may end within something that the customer typed.
    Yes,
}

/// The text of a page. Empty if it repeats what was typed or contains what belongs to a URL or a
/// form: a query, or a percent-encoded byte.
pub(crate) fn redact(words: &str, ends: Truncated, request: &SessionRequest) -> String {
    // Invisible characters must not push other text beyond the limit, or split what was typed.
    let seen = Clean::sanitized(words, COMPARED_CHARACTERS);
    let ends = if seen.count() < COMPARED_CHARACTERS {
        ends
    } else {
        Truncated::Yes
    };
    let page = ComparedPage::new(seen.as_str(), ends);
    let repeats = seen.as_str().split_whitespace().any(has_query)
        || typed_values(request)
            .iter()
            .any(|value| page.repeats(value));
    if repeats {
        String::new()
    } else {
        seen.as_str().to_owned()
    }
}

/// Each value that was typed, and those of its parts that identify a person. The words of a
/// description do not, nor do short words of other fields; the parts of a name do.
fn typed_values(request: &SessionRequest) -> Vec<&str> {
    let mut typed: Vec<&str> = request.code().map(SecretCode::reveal).into_iter().collect();
    for (field, value) in request.details().iter() {
        let shortest = match field {
            SurveyField::Name => 2,
            SurveyField::Description => usize::MAX,
            SurveyField::Company | SurveyField::CompanyCode | SurveyField::ExternalKey => MIN_INFIX,
        };
        typed.push(value.reveal());
        typed.extend(
            value
                .reveal()
                .split_whitespace()
                .filter(|part| part.chars().count() >= shortest),
        );
    }
    typed
}

fn has_query(word: &str) -> bool {
    let is_encoded = word
        .as_bytes()
        .windows(3)
        .any(|three| three[0] == b'%' && three[1..].iter().all(u8::is_ascii_hexdigit));
    let asks = word
        .split_once('?')
        .is_some_and(|(before, query)| before.contains('/') && !query.is_empty());
    is_encoded || asks || word.contains('=')
}

/// The text of a page in comparable form.
struct ComparedPage {
    folded: String,
    letters: Vec<char>,
    /// Whether a word begins at the letter with this index. The last entry, after all letters, is
    /// true.
    begins_word: Vec<bool>,
    truncated: Truncated,
}

impl ComparedPage {
    fn new(words: &str, ends: Truncated) -> Self {
        let folded = fold(words);
        let (mut letters, mut begins_word, mut begins) = (Vec::new(), Vec::new(), true);
        for character in folded.chars() {
            if character.is_alphanumeric() {
                letters.push(character);
                begins_word.push(begins);
            }
            begins = !character.is_alphanumeric();
        }
        begins_word.push(true);
        Self {
            folded,
            letters,
            begins_word,
            truncated: ends,
        }
    }

    /// Whether the page repeats this value, also with its characters lost or garbled by a site that
    /// does not know its charset.
    fn repeats(&self, value: &str) -> bool {
        let ascii: String = value.chars().filter(char::is_ascii).collect();
        let (latin_1, (windows_1252, _)) = (
            decode_latin1(value.as_bytes()),
            WINDOWS_1252.decode_without_bom_handling(value.as_bytes()),
        );
        self.contains_literally(value)
            || [value, &ascii, &latin_1, &windows_1252]
                .into_iter()
                .any(|value| self.contains_letters(value))
    }

    /// Whether the page contains this value literally. For values that are not only letters and
    /// digits.
    fn contains_literally(&self, value: &str) -> bool {
        let value = fold(value.trim());
        value.chars().count() > 1
            && !value.chars().all(char::is_alphanumeric)
            && self.folded.contains(&value)
    }

    /// Whether the page contains all letters of the value, a long run of them, or, at the end of a
    /// page that was cut, its beginning.
    fn contains_letters(&self, value: &str) -> bool {
        let value: Vec<char> = fold(value)
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect();
        let run = value.len().min(MIN_RUN);
        let is_found = |at: usize, found: &[char]| {
            let is_word = self.begins_word[at] && self.begins_word[at + run];
            (run >= MIN_INFIX || is_word) && value.windows(run).any(|part| part == found)
        };
        let is_begun = || (MIN_INFIX..run).any(|count| self.letters.ends_with(&value[..count]));
        run > 0
            && (self
                .letters
                .windows(run)
                .enumerate()
                .any(|(at, found)| is_found(at, found))
                || self.truncated == Truncated::Yes && is_begun())
    }
}

#[cfg(test)]
mod tests;
