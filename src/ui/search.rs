//! Finding a name among many: typing filters and ranks; marks, case and spelling do not matter, words come in any order.
//!
//! ```text
//! Zoë Müller-Ott, Network, English   ──>   ␁zoe␁mu^ller-␁ott ⏎␁network ⇥␁english ⇟zoe mullerott zoe muellerott
//! ```
//!
//! Every entry is folded once into one long text, with a sign before each word; a query is folded the same way, and each of
//! its words is looked for in the whole text at once. A hundred thousand entries take some milliseconds, so nothing is kept
//! from one letter to the next.

mod fold;
mod query;

use crate::fold::fold;
use fold::{JOINT, OPTIONAL_A, OPTIONAL_E, WORD, fold_words, joined, spellings};
use query::{DETAIL, LANGUAGE, Query, Rank, SPELLING};

/// The folded text of every entry, end to end.
#[derive(Clone, Debug, Default)]
pub struct Index {
    text: String,
    /// Where each entry ends in `text`.
    ends: Vec<usize>,
}

/// Languages, folded once for all who speak them.
#[derive(Clone, Debug, Default)]
pub struct FoldedLanguages(String);

impl FoldedLanguages {
    /// The names by which languages are found.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut folded = String::new();
        for name in names {
            folded.push(LANGUAGE);
            fold_words(name, &mut folded);
        }
        Self(folded)
    }
}

impl Index {
    /// Adds an entry: by what it is found, best first.
    pub fn add<'a>(&mut self, name: &str, details: impl IntoIterator<Item = &'a str>, languages: &FoldedLanguages) {
        let start = self.text.len();
        fold_words(name, &mut self.text);
        let name = start..self.text.len();
        for detail in details {
            self.text.push(DETAIL);
            fold_words(detail, &mut self.text);
        }
        self.text.push_str(&languages.0);
        let spellings: Vec<String> = spellings_of(&self.text[name]).collect();
        for spelling in spellings {
            self.text.push(SPELLING);
            self.text.push_str(&spelling);
        }
        self.ends.push(self.text.len());
    }

    /// Gives back the memory that no entry needs.
    pub fn shrink_to_fit(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// The entries that match every word of the query, by rank, and within one in their order. No word: all of them.
    pub fn matching(&self, query: &str) -> Vec<usize> {
        let query = Query::new(query);
        if query.is_empty() {
            return (0..self.ends.len()).collect();
        }
        let mut by_rank: [Vec<usize>; Rank::COUNT] = Default::default();
        for (position, rank) in query.ranks(&self.text, &self.ends).into_iter().enumerate() {
            if let Some(rank) = rank {
                by_rank[rank as usize].push(position);
            }
        }
        by_rank.concat()
    }
}

/// A folded name in each of its spellings, its words whole, for what is typed from the middle of a word; none where it is
/// folded to that already.
fn spellings_of(name: &str) -> impl Iterator<Item = String> {
    let differs = name.contains([JOINT, OPTIONAL_A, OPTIONAL_E]);
    let spellings = differs.then(|| spellings(&joined(name).replace(WORD, " ")));
    spellings.into_iter().flat_map(|(plain, spelt_out)| std::iter::once(plain).chain(spelt_out))
}

/// What names are sorted by, so that they stand in the order in which people look for them: without marks and case, and
/// numbers by their value (`Rep 2` before `Rep 10`). Made once a name, so that a hundred thousand are not folded anew at every
/// comparison.
pub fn add_natural_key(name: &str, key: &mut String) {
    let folded = fold(name);
    let mut rest = folded.as_str();
    while let Some((run, after)) = next_run(rest) {
        if run.starts_with(|c: char| c.is_ascii_digit()) {
            // How many digits there are tells numbers apart before the digits do. They stay where digits belong.
            let digits = run.trim_start_matches('0');
            key.push('0');
            key.push(u32::try_from(digits.len()).ok().and_then(char::from_u32).unwrap_or(char::MAX));
            key.push_str(digits);
        } else {
            key.push_str(run);
        }
        rest = after;
    }
    // Names that are the same but for marks and case have an order too.
    key.push('\0');
    key.push_str(name);
}

/// The digits or the non-digits that a text begins with, and the rest.
fn next_run(text: &str) -> Option<(&str, &str)> {
    let digits = text.chars().next()?.is_ascii_digit();
    let end = text.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(text.len());
    Some(text.split_at(end))
}

#[cfg(test)]
mod tests;
