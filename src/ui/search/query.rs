//! What was typed into a filter, and how well each entry matches it.

use std::mem;

use memchr::{memmem, memrchr3};

use super::fold::{JOINT, OPTIONAL_A, OPTIONAL_E, WORD, fold_words, is_word_by_itself, joined, spellings};

/// Begins a title, a team or a description in the folded text of an entry.
pub(super) const DETAIL: char = '\n';
/// Begins a language there.
pub(super) const LANGUAGE: char = '\t';
/// Begins a spelling of the name there. They come last.
pub(super) const SPELLING: char = '\u{C}';

/// So many typed words may be the parts of one word: `wi fi`, `j r r`.
const PARTS_AT_MOST: usize = 4;
/// From so many letters on, a typed word also matches within a word of the name.
const WITHIN_FROM: usize = 3;

/// How well an entry matches: the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// The name begins with it.
    NameStart,
    /// A word of the name begins with it.
    NameWord,
    /// It stands within a word of the name.
    WithinName,
    /// A word of the title, the team or the description begins with it.
    Detail,
    /// A language begins with it.
    Language,
}

impl Rank {
    pub(super) const COUNT: usize = 5;
}

/// The words that were typed.
pub(super) struct Query {
    /// By the word that they begin with: that word, that and the next, and so on.
    needles: Vec<Vec<Needle>>,
}

impl Query {
    pub(super) fn new(typed: &str) -> Self {
        let mut folded = String::new();
        fold_words(typed, &mut folded);
        let folded = joined(&folded);
        let words: Vec<&str> = folded.split(WORD).filter(|word| !word.is_empty()).collect();
        let runs = |from: usize| (from + 1..=words.len().min(from + PARTS_AT_MOST)).map(move |to| from..to);
        let needles = (0..words.len()).map(|from| runs(from).filter_map(|run| Needle::new(&words[run])).collect());
        Self { needles: needles.collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    /// How well each entry matches: as well as the word that matches it worst, where each matches by itself or as a part of
    /// one with those beside it. None: some word matches in no way.
    pub(super) fn ranks(&self, text: &str, ends: &[usize]) -> Vec<Option<Rank>> {
        // How well the words before each place match; empty where no entry has come so far.
        let mut ranks: Vec<Vec<Option<Rank>>> = vec![Vec::new(); self.needles.len() + 1];
        ranks[0] = vec![Some(Rank::NameStart); ends.len()];
        for (from, needles) in self.needles.iter().enumerate() {
            let before = mem::take(&mut ranks[from]);
            for (more, needle) in needles.iter().enumerate().take_while(|_| !before.is_empty()) {
                let after = &mut ranks[from + more + 1];
                let is_wanted = |entry: usize| before[entry].is_some();
                needle.each_match(text, ends, is_wanted, |entry, rank| {
                    after.resize(ends.len(), None);
                    let rank = before[entry].map_or(rank, |before| before.max(rank));
                    after[entry] = Some(after[entry].map_or(rank, |other| other.min(rank)));
                });
            }
        }
        ranks.pop().unwrap_or_default()
    }
}

/// A word that was typed, or several that may be the parts of one.
struct Needle {
    plain: String,
    /// With the second spelling of its letters, where they have one: `mueller` for `müller`.
    spelt_out: Option<String>,
    /// What stands wherever a word begins with it: more of it may have a joint in between.
    start: String,
    /// Whether it is one word, and long enough to match within another.
    is_long: bool,
}

impl Needle {
    fn new(words: &[&str]) -> Option<Self> {
        let (plain, spelt_out) = spellings(&words.concat());
        let first = plain.chars().next()?;
        let is_long = words.len() == 1 && plain.chars().count() >= WITHIN_FROM;
        let start = if is_word_by_itself(first) { first.to_string() } else { String::from_iter([WORD, first]) };
        Some(Self { plain, spelt_out, start, is_long })
    }

    /// Tells of each wanted entry that it matches, how well; of some more than once.
    fn each_match(&self, text: &str, ends: &[usize], is_wanted: impl Fn(usize) -> bool, mut tell: impl FnMut(usize, Rank)) {
        let text = text.as_bytes();
        let mut entries = Entries { ends, position: 0 };
        let mut behind = 0;
        for at in memmem::find_iter(text, self.start.as_bytes()) {
            // The first match of an entry is its best.
            if at < behind {
                continue;
            }
            let (entry, start, end) = entries.at(at);
            let at = if self.start.starts_with(WORD) { at + WORD.len_utf8() } else { at };
            if !is_wanted(entry) {
                behind = end;
            } else if self.spellings().any(|spelling| begins_with(&text[at..end], spelling.as_bytes())) {
                tell(entry, rank_of(&text[start..at]));
                behind = end;
            }
        }
        for spelling in self.spellings().filter(|_| self.is_long) {
            let mut entries = Entries { ends, position: 0 };
            for at in memmem::find_iter(text, spelling.as_bytes()) {
                let (entry, start, _) = entries.at(at);
                if is_wanted(entry) && is_name(&text[start..at]) {
                    tell(entry, Rank::WithinName);
                }
            }
        }
    }

    fn spellings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.plain).chain(&self.spelt_out).map(String::as_str)
    }
}

/// The entries of an index, gone through once.
struct Entries<'a> {
    ends: &'a [usize],
    position: usize,
}

impl Entries<'_> {
    /// Which entry has this byte, and where it begins and ends. Bytes are asked for in their order.
    fn at(&mut self, byte: usize) -> (usize, usize, usize) {
        while self.ends.get(self.position).is_some_and(|end| *end <= byte) {
            self.position += 1;
        }
        let start = self.position.checked_sub(1).map_or(0, |before| self.ends[before]);
        (self.position, start, self.ends.get(self.position).copied().unwrap_or(byte))
    }
}

/// The rank of what begins behind this part of an entry.
fn rank_of(before: &[u8]) -> Rank {
    match memrchr3(byte(DETAIL), byte(LANGUAGE), byte(SPELLING), before).map(|sign| char::from(before[sign])) {
        None if before.len() <= WORD.len_utf8() => Rank::NameStart,
        None => Rank::NameWord,
        Some(DETAIL) => Rank::Detail,
        Some(LANGUAGE) => Rank::Language,
        Some(_) => Rank::WithinName,
    }
}

/// A sign as it is in the text.
const fn byte(sign: char) -> u8 {
    debug_assert!(sign.is_ascii());
    sign as u8
}

/// Whether what follows this part of an entry is of its name.
fn is_name(before: &[u8]) -> bool {
    matches!(rank_of(before), Rank::NameStart | Rank::NameWord | Rank::WithinName)
}

/// Whether a folded text begins with a needle, joints, spaces and second spellings left out or not.
fn begins_with(text: &[u8], needle: &[u8]) -> bool {
    let (mut text, mut needle) = (text, needle);
    while let [wanted, others @ ..] = needle {
        let [byte, rest @ ..] = text else { return false };
        match char::from(*byte) {
            JOINT | WORD => {}
            mark @ (OPTIONAL_E | OPTIONAL_A) => {
                let spelt = if mark == OPTIONAL_E { b'e' } else { b'a' };
                if *wanted == spelt && begins_with(rest, others) {
                    return true;
                }
            }
            _ if byte == wanted => needle = others,
            _ => return false,
        }
        text = rest;
    }
    true
}
