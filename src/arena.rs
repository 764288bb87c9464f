//! Stores many texts in two blocks of memory: all bytes concatenated, and the offset at which each
//! text ends.

use std::hash::{BuildHasher as _, Hash, RandomState};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// Texts, identified by their index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TextArena {
    text: String,
    ends: Vec<u32>,
}

impl TextArena {
    pub(crate) fn with_capacity(texts: usize, bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            ends: Vec::with_capacity(texts),
        }
    }

    /// The number of texts, which is also the index of the next one.
    pub(crate) fn count(&self) -> u32 {
        number(self.ends.len())
    }

    /// Adds a text. Returns its index.
    pub(crate) fn push(&mut self, text: &str) -> u32 {
        self.push_with(|arena| arena.push_str(text))
    }

    /// Adds what `write` appends to the buffer. Returns its index.
    pub(crate) fn push_with(&mut self, write: impl FnOnce(&mut String)) -> u32 {
        write(&mut self.text);
        self.ends.push(number(self.text.len()));
        number(self.ends.len() - 1)
    }

    /// The text with this index; empty if there is none.
    pub(crate) fn get(&self, text: u32) -> &str {
        let at = text as usize;
        let start = at
            .checked_sub(1)
            .and_then(|before| self.ends.get(before))
            .map_or(0, |end| *end as usize);
        let end = self.ends.get(at).map_or(start, |end| *end as usize);
        self.text.get(start..end).unwrap_or_default()
    }

    /// All texts, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.count()).map(|text| self.get(text))
    }

    /// All texts, concatenated.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The offset in [`TextArena::as_str`] at which each text ends.
    pub(crate) fn ends(&self) -> &[u32] {
        &self.ends
    }

    pub(crate) fn shrink_to_fit(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

/// Finds values that are already stored elsewhere. It keeps only their indices.
#[derive(Default)]
pub(crate) struct Interner {
    numbers: HashTable<u32>,
    hasher: RandomState,
}

impl Interner {
    /// The index of this value; `next` if it is new, and then the caller must store it there.
    pub(crate) fn intern<'v, V>(
        &mut self,
        value: &V,
        next: u32,
        stored: impl Fn(u32) -> &'v V,
    ) -> u32
    where
        V: Hash + Eq + ?Sized + 'v,
    {
        let Self { numbers, hasher } = self;
        let is_stored = |number: &u32| stored(*number) == value;
        match numbers.entry(hasher.hash_one(value), is_stored, |number| {
            hasher.hash_one(stored(*number))
        }) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(free) => *free.insert(next).get(),
        }
    }
}

/// 32 bits are enough: the file of a list has at most 64 MiB and a million rows.
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
        let texts: Vec<String> = (0..2000)
            .map(|number| (number % 1000).to_string())
            .collect();
        for (place, text) in texts.iter().enumerate() {
            let next = arena.count();
            let found = interner.intern(text.as_str(), next, |number| arena.get(number));
            assert_eq!(found as usize, place % 1000);
            if found == next {
                arena.push(text);
            }
        }
        assert_eq!(arena.count(), 1000);
    }
}
