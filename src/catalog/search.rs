//! Finding a name among many: typing filters and ranks; marks, case and spelling do not matter, words come in any order.
//!
//! ```text
//! Zoë Müller-Ott, Network, English   ──>   ␁zoe␁mu^ller-␁ott ⏎␁network ⇥␁english ⇟zoe mullerott zoe muellerott
//! ```
//!
//! Every name is folded once into one long text, with a sign before each word, and every title, team, description and set of
//! languages into another, once for all entries that have it. A query is folded the same way, and each of its words is looked
//! for in both texts from end to end. That takes a millisecond for a hundred thousand entries, so nothing is kept from one
//! letter to the next.

mod fold;
mod query;

use std::mem;

use crate::arena::{TextArena, number};
use crate::fold::fold;
use fold::{JOINT, OPTIONAL_A, OPTIONAL_E, WORD, fold_words, joined, spellings};
use query::{LANGUAGE, Rank, SPELLING};
pub use query::{Part, Query};

/// The folded text of every entry.
#[derive(Clone, Debug, Default)]
pub struct Index {
    names: TextArena,
    details: TextArena,
    sets: Vec<[Detail; DETAILS]>,
    /// The details of each entry, by their place in `sets`.
    set_of: Vec<u32>,
    /// The entries from this place on come after all others, however well they match.
    last_from: Option<usize>,
}

/// So many details an entry has at most.
const DETAILS: usize = 3;

/// A title, a team, a description or a set of languages, by which any number of entries are found. The default is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Detail(u32);

/// The details of one entry, or of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DetailSet(u32);

impl Index {
    /// A title, a team or a description, for [`Index::set`].
    pub fn detail(&mut self, text: &str) -> Detail {
        self.details.push_with(|folded| fold_words(text, folded));
        Detail(self.details.count())
    }

    /// A set of languages by the names that they are found by, for [`Index::set`].
    pub fn languages<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> Detail {
        self.details.push_with(|folded| {
            for name in names {
                folded.push(LANGUAGE);
                fold_words(name, folded);
            }
        });
        Detail(self.details.count())
    }

    /// The details of an entry, for [`Index::add`].
    pub fn set(&mut self, details: [Detail; DETAILS]) -> DetailSet {
        self.sets.push(details);
        DetailSet(number(self.sets.len() - 1))
    }

    /// Adds an entry.
    pub fn add(&mut self, name: &str, details: DetailSet) {
        self.names.push_with(|text| {
            let start = text.len();
            fold_words(name, text);
            let spellings: Vec<String> = spellings_of(&text[start..]).collect();
            for spelling in spellings {
                text.push(SPELLING);
                text.push_str(&spelling);
            }
        });
        self.set_of.push(details.0);
    }

    /// From this place on, entries come after all others, however well they match.
    pub fn set_last_from(&mut self, place: usize) {
        self.last_from = Some(place);
    }

    /// Gives back the memory that no entry needs.
    pub fn shrink_to_fit(&mut self) {
        self.names.shrink_to_fit();
        self.details.shrink_to_fit();
        self.sets.shrink_to_fit();
        self.set_of.shrink_to_fit();
    }

    /// The entries that match every word of the query, by rank, and within one in their order. No word: all of them.
    pub fn matching(&self, query: &str) -> Vec<u32> {
        let ranks = Query::new(query).ranks(self);
        let last_from = self.last_from.unwrap_or(ranks.len());
        let order = |place: usize, rank: Rank| if place < last_from { rank as usize } else { Rank::COUNT + rank as usize };
        let matches = || ranks.iter().copied().enumerate().filter(|(_, rank)| *rank != Rank::Nowhere);
        // A counting sort: the places are written once, into one block of memory.
        let mut next = [0; 2 * Rank::COUNT];
        for (place, rank) in matches() {
            next[order(place, rank)] += 1;
        }
        let count = next.iter_mut().fold(0, |start, count| start + mem::replace(count, start));
        let mut places = vec![0; count];
        for (place, rank) in matches() {
            let next = &mut next[order(place, rank)];
            places[*next] = number(place);
            *next += 1;
        }
        places
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
