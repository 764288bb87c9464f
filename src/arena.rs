//! Many texts in two blocks of memory: their bytes end to end, and where each of them ends.

use std::hash::{BuildHasher as _, Hash, RandomState};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// Texts, each known by its number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TextArena {
    text: String,
    ends: Vec<u32>,
}

impl TextArena {
    /// With room for so many texts of so many bytes in all.
    pub(crate) fn with_capacity(texts: usize, bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), ends: Vec::with_capacity(texts) }
    }

    /// How many texts there are: the number of the next one.
    pub(crate) fn count(&self) -> u32 {
        number(self.ends.len())
    }

    /// Adds a text.
    pub(crate) fn push(&mut self, text: &str) -> u32 {
        self.push_with(|arena| arena.push_str(text))
    }

    /// Adds the text that `write` writes at the end of all texts.
    pub(crate) fn push_with(&mut self, write: impl FnOnce(&mut String)) -> u32 {
        write(&mut self.text);
        self.ends.push(number(self.text.len()));
        number(self.ends.len() - 1)
    }

    /// The text with this number; empty if there is none.
    pub(crate) fn get(&self, text: u32) -> &str {
        let at = text as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        let end = self.ends.get(at).map_or(start, |end| *end as usize);
        self.text.get(start..end).unwrap_or_default()
    }

    /// All texts, in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.count()).map(|text| self.get(text))
    }

    /// All texts, end to end.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Where each text ends in [`TextArena::as_str`].
    pub(crate) fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// Gives back unused memory.
    pub(crate) fn shrink_to_fit(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

/// Finds values that are stored already. It stores their numbers only.
#[derive(Default)]
pub(crate) struct Interner {
    numbers: HashTable<u32>,
    hasher: RandomState,
}

impl Interner {
    /// The number of a value among those `stored`; `next` for a new one, which the caller then stores.
    pub(crate) fn number_of<'v, V>(&mut self, value: &V, next: u32, stored: impl Fn(u32) -> &'v V) -> u32
    where
        V: Hash + Eq + ?Sized + 'v,
    {
        let Self { numbers, hasher } = self;
        let is_stored = |number: &u32| stored(*number) == value;
        match numbers.entry(hasher.hash_one(value), is_stored, |number| hasher.hash_one(stored(*number))) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(free) => *free.insert(next).get(),
        }
    }
}

/// 32 bits are enough: the file of a list is at most 64 MiB, and has at most a million rows.
pub(crate) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_keep_their_numbers_and_their_bounds() {
        let mut arena = TextArena::default();
        assert_eq!(["Zoë", "", "李明"].map(|text| arena.push(text)), [0, 1, 2]);
        assert_eq!(arena.push_with(|text| text.extend(["a", "b"])), 3);
        assert_eq!(arena.iter().collect::<Vec<_>>(), ["Zoë", "", "李明", "ab"]);
        assert_eq!((arena.get(4), TextArena::default().get(0)), ("", ""));
    }

    #[test]
    fn a_value_that_is_stored_is_found_again() {
        let (mut arena, mut interner) = (TextArena::default(), Interner::default());
        let texts: Vec<String> = (0..2000).map(|number| (number % 1000).to_string()).collect();
        for (place, text) in texts.iter().enumerate() {
            let next = arena.count();
            let found = interner.number_of(text.as_str(), next, |number| arena.get(number));
            assert_eq!(found as usize, place % 1000);
            if found == next {
                arena.push(text);
            }
        }
        assert_eq!(arena.count(), 1000);
    }
}
