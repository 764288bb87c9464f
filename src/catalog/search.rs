//! Search as you type: filters and ranks names. Accents, case and variants of spelling do not
//! matter, and words may come in any order.
//!
//! ```text
//! Zoë Müller-Ott, Network, English   ──>   ␁zoe␁mu^ller-␁ott ⏎␁network ⇥␁english ⇟zoe mullerott zoe muellerott
//! ```
//!
//! Every name is folded once into one long text, with a marker before each word. Titles, teams,
//! descriptions and sets of languages are folded into a second text, once for all entries that
//! share them. A query is folded the same way, and each of its words is searched for in both texts
//! from start to end. This takes a millisecond for a hundred thousand entries, so no results are
//! kept between keystrokes.

mod fold;
mod query;
mod spelling;

use std::mem;

use crate::arena::{TextArena, number};
use crate::fold::fold;
use fold::{JOINT, OPTIONAL_A, OPTIONAL_E, WORD, fold_words, spellings, without_joints};
use query::{LANGUAGE, Rank, SPELLING};
pub(crate) use query::{Part, Query};

/// The folded text of all entries.
#[derive(Clone, Debug, Default)]
pub struct Index {
    names: TextArena,
    details: TextArena,
    sets: Vec<[Detail; DETAILS]>,
    /// The details of each entry, as positions in `sets`.
    entry_sets: Vec<u32>,
    /// Entries from this position on come after all others, however well they match.
    last_from: Option<usize>,
}

/// The maximum number of details of an entry.
const DETAILS: usize = 3;

/// A title, a team, a description or a set of languages, which entries can share. The default is
/// none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Detail(u32);

/// The details of one entry, or of several that have the same ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DetailSet(u32);

impl Index {
    /// Adds a title, a team or a description, for [`Index::set`].
    pub fn detail(&mut self, text: &str) -> Detail {
        self.details.push_with(|folded| fold_words(text, folded));
        Detail(self.details.count())
    }

    /// Adds a set of languages by the names they are found by, for [`Index::set`].
    pub fn languages<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> Detail {
        self.details.push_with(|folded| {
            for name in names {
                folded.push(LANGUAGE);
                fold_words(name, folded);
            }
        });
        Detail(self.details.count())
    }

    /// Adds the details of an entry, for [`Index::add`].
    pub fn set(&mut self, details: [Detail; DETAILS]) -> DetailSet {
        self.sets.push(details);
        DetailSet(number(self.sets.len() - 1))
    }

    /// Adds an entry. Entries are numbered in the order in which they are added.
    pub fn add(&mut self, name: &str, details: DetailSet) {
        self.names.push_with(|text| {
            let start = text.len();
            fold_words(name, text);
            let spellings: Vec<String> = name_spellings(&text[start..]).collect();
            for spelling in spellings {
                text.push(SPELLING);
                text.push_str(&spelling);
            }
        });
        self.entry_sets.push(details.0);
    }

    /// Makes entries from this position on come after all others, however well they match.
    pub(crate) fn rank_last_from(&mut self, place: usize) {
        self.last_from = Some(place);
    }

    /// Frees unused capacity.
    pub fn shrink_to_fit(&mut self) {
        self.names.shrink_to_fit();
        self.details.shrink_to_fit();
        self.sets.shrink_to_fit();
        self.entry_sets.shrink_to_fit();
    }

    /// The entries that match every word of the query, by rank and then by position. An empty query
    /// matches all of them.
    pub fn search(&self, query: &str) -> Vec<u32> {
        let ranks = Query::new(query).ranks(self);
        let last_from = self.last_from.unwrap_or(ranks.len());
        let order = |place: usize, rank: Rank| {
            if place < last_from {
                rank as usize
            } else {
                Rank::COUNT + rank as usize
            }
        };
        let matches = || {
            ranks
                .iter()
                .copied()
                .enumerate()
                .filter(|(_, rank)| *rank != Rank::NoMatch)
        };
        // A counting sort: the places are written once, into one block of memory.
        let mut next = [0; 2 * Rank::COUNT];
        for (place, rank) in matches() {
            next[order(place, rank)] += 1;
        }
        let count = next
            .iter_mut()
            .fold(0, |start, count| start + mem::replace(count, start));
        let mut places = vec![0; count];
        for (place, rank) in matches() {
            let next = &mut next[order(place, rank)];
            places[*next] = number(place);
            *next += 1;
        }
        places
    }
}

/// The spellings of a folded name with its joints removed, so that a query can match from the
/// middle of a word. Empty if folding left no joints or optional letters.
fn name_spellings(name: &str) -> impl Iterator<Item = String> {
    let differs = name.contains([JOINT, OPTIONAL_A, OPTIONAL_E]);
    let spellings = differs.then(|| spellings(&without_joints(name).replace(WORD, " ")));
    spellings
        .into_iter()
        .flat_map(|(plain, spelt_out)| std::iter::once(plain).chain(spelt_out))
}

/// Appends the sort key of a name: without accents and case, and with numbers by value (`Rep 2`
/// before `Rep 10`). Computed once per name, so that sorting a hundred thousand names does not fold
/// them at every comparison.
pub(crate) fn add_natural_key(name: &str, key: &mut String) {
    let folded = fold(name);
    let mut rest = folded.as_str();
    while let Some((run, after)) = next_run(rest) {
        if run.starts_with(|c: char| c.is_ascii_digit()) {
            // The number of digits decides before the digits do. The `0` sorts numbers where digits
            // belong.
            let digits = run.trim_start_matches('0');
            key.push('0');
            key.push(
                u32::try_from(digits.len())
                    .ok()
                    .and_then(char::from_u32)
                    .unwrap_or(char::MAX),
            );
            key.push_str(digits);
        } else {
            key.push_str(run);
        }
        rest = after;
    }
    // Names that differ only in accents and case have a fixed order too.
    key.push('\0');
    key.push_str(name);
}

/// The run of digits or of other characters at the start of a text, and the rest.
fn next_run(text: &str) -> Option<(&str, &str)> {
    let digits = text.chars().next()?.is_ascii_digit();
    let end = text
        .find(|c: char| c.is_ascii_digit() != digits)
        .unwrap_or(text.len());
    Some(text.split_at(end))
}

#[cfg(test)]
mod tests;
