//! The parsed text of a filter, and how well each entry matches it.

use std::mem;
use std::ops::Range;

use memchr::{memchr, memmem};
use unicode_segmentation::UnicodeSegmentation;

use super::fold::{
    JOINT, WORD, fold_characters, fold_words, is_word_by_itself, spellings, without_joints,
};
use super::spelling::{Marks, rest_after, starts_with};
use super::{Detail, Index};
use crate::arena::TextArena;

/// Precedes each language among the details.
pub(super) const LANGUAGE: char = '\t';
/// Precedes each spelling of a name, after the name itself.
pub(super) const SPELLING: char = '\u{C}';

/// At most this many typed words may be the parts of one word: `wi fi`, `j r r`.
const MAX_PARTS: usize = 4;
/// From this many letters on, a typed word also matches within a word of the name.
const MIN_INFIX_LETTERS: usize = 3;

/// How well an entry matches, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// The name begins with it.
    NameStart,
    /// A word of the name begins with it.
    NameWord,
    /// A word of the name contains it.
    WithinName,
    /// A word of the title, the team or the description begins with it.
    Detail,
    /// The name of a language begins with it.
    Language,
    /// It does not match.
    NoMatch,
}

impl Rank {
    pub(super) const COUNT: usize = 6;
}

/// The words of a filter.
#[derive(Clone, Default)]
pub(crate) struct Query {
    /// For each typed word: the needle of that word, that of it and the next word joined, and so
    /// on.
    needles: Vec<Vec<Needle>>,
}

impl Query {
    /// Splits a text into words.
    pub(crate) fn new(typed: &str) -> Self {
        let mut folded = String::new();
        fold_words(typed, &mut folded);
        let folded = without_joints(&folded);
        let words: Vec<&str> = folded.split(WORD).filter(|word| !word.is_empty()).collect();
        let runs =
            |from: usize| (from + 1..=words.len().min(from + MAX_PARTS)).map(move |to| from..to);
        let needles =
            (0..words.len()).map(|from| runs(from).map(|run| Needle::new(&words[run])).collect());
        Self {
            needles: needles.collect(),
        }
    }

    /// The rank of each entry, which is that of the word that matches worst. A word matches by
    /// itself or joined with its neighbours. An empty query matches every entry.
    pub(super) fn ranks(&self, index: &Index) -> Vec<Rank> {
        let count = index.entry_sets.len();
        // The ranks of the words before each position; empty until one was computed.
        let mut ranks: Vec<Vec<Rank>> = vec![Vec::new(); self.needles.len() + 1];
        ranks[0] = vec![Rank::NameStart; count];
        for (from, needles) in self.needles.iter().enumerate() {
            let before = mem::take(&mut ranks[from]);
            for (found, after) in needle_ranks(needles, index)
                .into_iter()
                .zip(&mut ranks[from + 1..])
            {
                after.resize(count, Rank::NoMatch);
                for ((after, before), rank) in after.iter_mut().zip(&before).zip(found) {
                    improve(after, rank.max(*before));
                }
            }
        }
        ranks.pop().unwrap_or_default()
    }

    /// Where a text matches a word of the query, as ranges of whole graphemes.
    pub(crate) fn matches_in(&self, text: &str, part: Part) -> Vec<Range<usize>> {
        let (folded, characters) = fold_characters(text);
        let matches: Vec<_> = self
            .needles
            .iter()
            .flatten()
            .flat_map(|needle| needle.matches_in(&folded, part))
            .collect();
        // A character that folding removes, such as an apostrophe, is included with the letters
        // around it.
        let is_matched = |part: &Range<usize>| {
            let overlaps = |range: &Range<usize>| range.start < part.end && part.start < range.end;
            matches.iter().any(overlaps)
        };
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for ((start, character), _) in text
            .grapheme_indices(true)
            .zip(&characters)
            .filter(|(_, part)| is_matched(part))
        {
            match ranges.last_mut() {
                Some(range) if range.end == start => range.end += character.len(),
                _ => ranges.push(start..start + character.len()),
            }
        }
        ranges
    }
}

/// Which part of an entry a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The name. Queries also match within its words.
    Name,
    /// The title, team, description or languages.
    Detail,
}

/// A typed word, or several that may be the parts of one.
#[derive(Clone)]
struct Needle {
    plain: String,
    /// With the second spelling of its letters, if they have one: `mueller` for `müller`.
    spelt_out: Option<String>,
    /// What to scan for: the marker and the first letter. Anything longer could be interrupted by a
    /// joint.
    start: String,
    /// Whether it is a single word that is long enough to match within another.
    is_long: bool,
}

impl Needle {
    fn new(words: &[&str]) -> Self {
        let (plain, spelt_out) = spellings(&words.concat());
        let is_long = words.len() == 1 && plain.chars().count() >= MIN_INFIX_LETTERS;
        let start = match plain.chars().next() {
            Some(first) if is_word_by_itself(first) => first.to_string(),
            first => [WORD].into_iter().chain(first).collect(),
        };
        Self {
            plain,
            spelt_out,
            start,
            is_long,
        }
    }

    /// Where a folded text matches.
    fn matches_in(&self, folded: &str, part: Part) -> Vec<Range<usize>> {
        let from = |(at, marker): (usize, char)| {
            let rest = &folded[at..];
            let (rest, marks): (_, &[Marks]) = if rest.starts_with(&self.start) {
                (rest, &[Marks::Optional])
            } else if part == Part::Name && self.is_long && marker != WORD {
                // Within a word, a name is searched in its two spellings.
                (first_word(rest), &[Marks::Skipped, Marks::Letters])
            } else {
                return None;
            };
            let spellings = self
                .spellings()
                .flat_map(|spelling| marks.iter().map(move |marks| (spelling, *marks)));
            let skip_until = spellings
                .filter_map(|(spelling, marks)| {
                    rest_after(rest.as_bytes(), spelling.as_bytes(), marks)
                })
                .min_by_key(|skip_until| skip_until.len())?;
            Some(at..at + rest.len() - skip_until.len())
        };
        folded.char_indices().filter_map(from).collect()
    }

    fn spellings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.plain)
            .chain(&self.spelt_out)
            .map(String::as_str)
    }
}

/// The ranks of each entry for these needles, each of which begins with the one before.
fn needle_ranks(needles: &[Needle], index: &Index) -> Vec<Vec<Rank>> {
    // Index 0 is for entries without a detail.
    let mut of_details = vec![vec![Rank::NoMatch; index.details.ends().len() + 1]; needles.len()];
    for_each_match(needles, &index.details, |needle, detail, before| {
        improve(&mut of_details[needle][detail + 1], rank_in_detail(before));
    });
    let mut ranks: Vec<Vec<Rank>> = of_details
        .iter()
        .map(|of_details| detail_ranks(of_details, index))
        .collect();
    for_each_match(needles, &index.names, |needle, entry, before| {
        improve(&mut ranks[needle][entry], rank_in_name(before));
    });
    for (needle, ranks) in needles
        .iter()
        .zip(&mut ranks)
        .filter(|(needle, _)| needle.is_long)
    {
        for spelling in needle.spellings() {
            let mut names = TextCursor::new(&index.names);
            for at in memmem::find_iter(index.names.as_str().as_bytes(), spelling.as_bytes()) {
                improve(&mut ranks[names.text_at(at).0], Rank::WithinName);
            }
        }
    }
    ranks
}

/// The ranks of the entries by their details.
fn detail_ranks(of_details: &[Rank], index: &Index) -> Vec<Rank> {
    if of_details.iter().all(|rank| *rank == Rank::NoMatch) {
        return vec![Rank::NoMatch; index.entry_sets.len()];
    }
    let best = |best: Rank, detail: &Detail| best.min(of_details[detail.0 as usize]);
    let of_sets: Vec<Rank> = index
        .sets
        .iter()
        .map(|set| set.iter().fold(Rank::NoMatch, best))
        .collect();
    index
        .entry_sets
        .iter()
        .map(|set| of_sets[*set as usize])
        .collect()
}

fn improve(rank: &mut Rank, other: Rank) {
    *rank = other.min(*rank);
}

/// Calls `on_match` for each needle that matches the start of a word, with the position of the text and
/// what precedes the word in it. Skips the rest of a text in which all needles have matched.
fn for_each_match(
    needles: &[Needle],
    texts: &TextArena,
    mut on_match: impl FnMut(usize, usize, &[u8]),
) {
    let Some(first) = needles.first() else { return };
    let bytes = texts.as_str().as_bytes();
    let marker = if first.start.starts_with(WORD) {
        WORD.len_utf8()
    } else {
        0
    };
    let mut cursor = TextCursor::new(texts);
    let mut skip_until = 0;
    for at in memmem::find_iter(bytes, first.start.as_bytes()) {
        if at < skip_until {
            continue;
        }
        let (position, range) = cursor.text_at(at);
        let word = &bytes[at + marker..range.end];
        let is_there = |needle: &&Needle| {
            needle
                .spellings()
                .any(|spelling| starts_with(word, spelling.as_bytes()))
        };
        let count = needles.iter().take_while(is_there).count();
        for needle in 0..count {
            on_match(needle, position, &bytes[range.start..at]);
        }
        if count == needles.len() {
            // The first match in a text is its best.
            skip_until = range.end;
        }
    }
}

/// The part of a folded text that belongs to its first word.
fn first_word(text: &str) -> &str {
    let begins_another = |(at, _): &(usize, &str)| !text[..*at].ends_with(JOINT);
    text.match_indices(WORD)
        .find(begins_another)
        .map_or(text, |(at, _)| &text[..at])
}

/// Finds the texts that contain given bytes, in ascending order.
struct TextCursor<'a> {
    ends: &'a [u32],
    position: usize,
}

impl<'a> TextCursor<'a> {
    fn new(texts: &'a TextArena) -> Self {
        Self {
            ends: texts.ends(),
            position: 0,
        }
    }

    /// The position and the range of the text with this byte. Bytes must be requested in ascending
    /// order.
    fn text_at(&mut self, byte: usize) -> (usize, Range<usize>) {
        while self
            .ends
            .get(self.position)
            .is_some_and(|end| *end as usize <= byte)
        {
            self.position += 1;
        }
        let end_of = |position: usize| self.ends.get(position).map_or(byte, |end| *end as usize);
        let start = self.position.checked_sub(1).map_or(0, end_of);
        (self.position, start..end_of(self.position))
    }
}

/// The rank of a match after this part of a name.
fn rank_in_name(before: &[u8]) -> Rank {
    match before {
        [] => Rank::NameStart,
        _ if memchr(marker_byte(SPELLING), before).is_some() => Rank::WithinName,
        _ => Rank::NameWord,
    }
}

/// The rank of a match after this part of a detail.
fn rank_in_detail(before: &[u8]) -> Rank {
    if before.first() == Some(&marker_byte(LANGUAGE)) {
        Rank::Language
    } else {
        Rank::Detail
    }
}

/// The byte of an ASCII marker.
const fn marker_byte(marker: char) -> u8 {
    debug_assert!(marker.is_ascii());
    marker as u8
}
