//! The symbols of the shadow buffer. Nearly all fit into the cell; the longest ones, such as emoji
//! of several characters, are kept once beside the cells.

use std::mem;

use zeroize::Zeroize;

/// What fits into a cell of 16 bytes beside its style.
const SHORT: usize = 6;
/// UTF-8 has no such byte.
const LONG: u8 = 0xFF;

/// Up to six bytes of UTF-8, padded with zeros, or the place of a long symbol.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct CellSymbol([u8; SHORT]);

/// Symbols that do not fit into a cell, each once, so that equal symbols have equal places.
#[derive(Default)]
pub(super) struct LongSymbols(Vec<Box<str>>);

impl CellSymbol {
    pub(super) const EMPTY: Self = Self([0; SHORT]);
    pub(super) const BLANK: Self = Self([b' ', 0, 0, 0, 0, 0]);

    fn long(place: usize) -> Option<Self> {
        let [a, b, c, d] = u32::try_from(place).ok()?.to_le_bytes();
        Some(Self([LONG, a, b, c, d, 0]))
    }

    fn place(self) -> Option<usize> {
        match self.0 {
            [LONG, a, b, c, d, _] => usize::try_from(u32::from_le_bytes([a, b, c, d])).ok(),
            _ => None,
        }
    }

    pub(super) fn text<'a>(&'a self, long: &'a LongSymbols) -> &'a str {
        if let Some(place) = self.place() {
            return long.0.get(place).map_or("?", |symbol| symbol);
        }
        let length = self.0.iter().position(|byte| *byte == 0);
        str::from_utf8(&self.0[..length.unwrap_or(SHORT)]).unwrap_or("?")
    }
}

impl LongSymbols {
    /// The symbol for a cell. A NUL, which a normalized frame does not have, would cut it.
    pub(super) fn add(&mut self, symbol: &str) -> CellSymbol {
        if symbol.len() <= SHORT {
            let mut bytes = [0; SHORT];
            bytes[..symbol.len()].copy_from_slice(symbol.as_bytes());
            return CellSymbol(bytes);
        }
        let known = self.0.iter().position(|known| **known == *symbol);
        let place = known.unwrap_or_else(|| {
            self.0.push(symbol.into());
            self.0.len() - 1
        });
        CellSymbol::long(place).unwrap_or(CellSymbol::BLANK)
    }

    /// Drops the symbols that none of these cells shows.
    pub(super) fn keep_only<'a>(&mut self, shown: impl Iterator<Item = &'a mut CellSymbol>) {
        if self.0.is_empty() {
            return;
        }
        let mut old = Self(mem::take(&mut self.0));
        for symbol in shown.filter(|symbol| symbol.place().is_some()) {
            *symbol = self.add(symbol.text(&old));
        }
        old.wipe();
    }

    /// Overwrites all of them. They may be a customer's.
    pub(super) fn wipe(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAMILY: &str = "\u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467}";
    const FLAG: &str = "\u{1F1F8}\u{1F1EA}";

    #[test]
    fn symbols_of_any_length_read_as_they_were_added() {
        let mut long = LongSymbols::default();
        for text in ["", " ", "a", "e\u{301}", "\u{2764}\u{FE0F}", FLAG, FAMILY] {
            let symbol = long.add(text);
            assert_eq!(symbol.text(&long), text);
            assert!(symbol == long.add(text), "{text:?} is equal to itself");
        }
        assert_eq!(long.0.len(), 2, "{:?}", long.0);
    }

    #[test]
    fn long_symbols_that_no_cell_shows_are_dropped() {
        let mut long = LongSymbols::default();
        let mut cells = [FLAG, FAMILY, "a", FAMILY].map(|text| long.add(text));
        cells[0] = CellSymbol::BLANK;
        long.keep_only(cells.iter_mut());
        assert_eq!(long.0.len(), 1, "{:?}", long.0);
        assert_eq!(
            cells.map(|cell| cell.text(&long).to_owned()),
            [" ", FAMILY, "a", FAMILY]
        );
    }
}
