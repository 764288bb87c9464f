//! A site's page is quoted only if it repeats nothing of the request (D15): pages say which key they do not know, and show
//! whole addresses. A page that does is left out as a whole, and the catalogue's own sentence is all that is shown.
//!
//! ```text
//! "Dana is away. Try Daniel."          ──>  as it is
//! "No session for 471-0938"            ──>  nothing: the key is 4710938
//! "See https://…/start?short_key=…"    ──>  nothing: a query
//! ```
//!
//! Letters and digits are compared, without case, marks and signs: a key is shown in groups, a description is wrapped, a name
//! is in capitals. Fewer than [`WITHIN_WORDS`] of them count only as a word of their own, so the name "Li" is found in
//! "Dear Ms Li" and not in "life". An ordinary word is no exception: a customer who calls herself "No" sees no page that says
//! "No such key". The code and the sentence of the catalogue still say what happened.

use encoding_rs::{WINDOWS_1252, mem::decode_latin1};

use crate::clean::Clean;
use crate::fold::fold;
use crate::session::{Field, SessionRequest};
use crate::ways::SecretCode;

/// How far a page is compared, in characters: more than twice what is ever shown of one.
const LOOKED_AT: usize = 512;
/// So many letters and digits are more than the words of two people have in common by chance.
const BY_CHANCE: usize = 12;
/// Fewer letters and digits are found within other words.
const WITHIN_WORDS: usize = 4;

/// Whether a page came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    Whole,
    /// It may end within something that was typed.
    Cut,
}

/// The words of a page, or none where they repeat what was typed or have what only a URL or a form has: a query, a
/// percent-encoded byte.
pub(super) fn redact(words: &str, ends: Ends, request: &SessionRequest) -> String {
    // Characters that nobody would see must not push what follows them over the edge, nor split what was typed.
    let seen = Clean::washed(words, LOOKED_AT);
    let ends = if seen.count() < LOOKED_AT { ends } else { Ends::Cut };
    let page = ComparedPage::of(seen.as_str(), ends);
    let repeats = seen.as_str().split_whitespace().any(has_query) || typed(request).iter().any(|value| page.repeats(value));
    if repeats { String::new() } else { seen.as_str().to_owned() }
}

/// Each value that was typed, and the parts of one that are somebody's also by themselves. A description is made of
/// everybody's words, and so is much of what other fields hold, but not a name.
fn typed(request: &SessionRequest) -> Vec<&str> {
    let mut typed: Vec<&str> = request.code().map(SecretCode::reveal).into_iter().collect();
    for (field, value) in request.details().iter() {
        let shortest = match field {
            Field::Name => 2,
            Field::Description => usize::MAX,
            Field::Company | Field::CompanyCode | Field::ExternalKey => WITHIN_WORDS,
        };
        typed.push(value.reveal());
        typed.extend(value.reveal().split_whitespace().filter(|part| part.chars().count() >= shortest));
    }
    typed
}

fn has_query(word: &str) -> bool {
    let is_encoded = word.as_bytes().windows(3).any(|three| three[0] == b'%' && three[1..].iter().all(u8::is_ascii_hexdigit));
    let asks = word.split_once('?').is_some_and(|(before, query)| before.contains('/') && !query.is_empty());
    is_encoded || asks || word.contains('=')
}

/// The words of a page, as they are compared.
struct ComparedPage {
    folded: String,
    letters: Vec<char>,
    /// Whether a word begins with the letter of this index. The end counts as the beginning of one.
    begins_word: Vec<bool>,
    ends: Ends,
}

impl ComparedPage {
    fn of(words: &str, ends: Ends) -> Self {
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
        Self { folded, letters, begins_word, ends }
    }

    /// Whether it repeats this value, also as a site that did not know its letters would write it.
    fn repeats(&self, value: &str) -> bool {
        let ascii: String = value.chars().filter(char::is_ascii).collect();
        let (latin_1, (windows_1252, _)) =
            (decode_latin1(value.as_bytes()), WINDOWS_1252.decode_without_bom_handling(value.as_bytes()));
        self.has_signs(value) || [value, &ascii, &latin_1, &windows_1252].into_iter().any(|value| self.has_letters(value))
    }

    /// The value as it was typed, for one of which the letters are not all.
    fn has_signs(&self, value: &str) -> bool {
        let value = fold(value.trim());
        value.chars().count() > 1 && !value.chars().all(char::is_alphanumeric) && self.folded.contains(&value)
    }

    /// All letters of the value, a long run of them, or its beginning where the page was cut.
    fn has_letters(&self, value: &str) -> bool {
        let value: Vec<char> = fold(value).chars().filter(|c| c.is_alphanumeric()).collect();
        let run = value.len().min(BY_CHANCE);
        let is_found = |at: usize, found: &[char]| {
            let is_word = self.begins_word[at] && self.begins_word[at + run];
            (run >= WITHIN_WORDS || is_word) && value.windows(run).any(|part| part == found)
        };
        let is_begun = || (WITHIN_WORDS..run).any(|count| self.letters.ends_with(&value[..count]));
        run > 0
            && (self.letters.windows(run).enumerate().any(|(at, found)| is_found(at, found))
                || self.ends == Ends::Cut && is_begun())
    }
}

#[cfg(test)]
mod tests;
