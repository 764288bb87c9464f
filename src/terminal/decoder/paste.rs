//! A bracketed paste on its way.

use zeroize::Zeroizing;

use super::characters::{Arrived, Characters};

/// The mark that ends a paste.
const END: &[u8] = b"\x1b[201~";
/// Bytes of text that are kept; what comes after them is dropped (trust.md T2).
pub const PASTE_BYTES: usize = 4096;

/// What was pasted so far.
pub(super) struct Paste {
    text: Zeroizing<String>,
    characters: Characters,
    /// How many bytes of the mark have come.
    of_mark: usize,
    after_return: bool,
    full: bool,
}

impl Paste {
    /// An empty one, with its room reserved: a string that grew would leave copies of itself behind.
    pub(super) fn new() -> Self {
        Self {
            text: Zeroizing::new(String::with_capacity(PASTE_BYTES)),
            characters: Characters::new(),
            of_mark: 0,
            after_return: false,
            full: false,
        }
    }

    /// Takes a byte and says whether the mark is whole.
    pub(super) fn push(&mut self, byte: u8) -> bool {
        if END[self.of_mark] != byte {
            for &held in &END[..std::mem::take(&mut self.of_mark)] {
                self.keep(held);
            }
        }
        if END[self.of_mark] != byte {
            self.keep(byte);
            return false;
        }
        self.of_mark += 1;
        self.of_mark == END.len()
    }

    /// What came, if anything did.
    pub(super) fn text(&mut self) -> Option<Zeroizing<String>> {
        Some(std::mem::take(&mut self.text)).filter(|text| !text.is_empty())
    }

    fn keep(&mut self, byte: u8) {
        if byte >= 0x80 {
            if let Arrived::Whole(character) = self.characters.push(byte) {
                self.add(character);
            }
            return;
        }
        self.characters.forget();
        match byte {
            0 => {}
            b'\n' if self.after_return => {}
            b'\r' => self.add('\n'),
            _ => self.add(char::from(byte)),
        }
        self.after_return = byte == b'\r';
    }

    fn add(&mut self, character: char) {
        self.after_return = false;
        self.full |= self.text.len() + character.len_utf8() > PASTE_BYTES;
        if !self.full {
            self.text.push(character);
        }
    }
}
