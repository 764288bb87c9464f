//! A bracketed paste that is still arriving.

use zeroize::Zeroizing;

use super::utf8::{DecodedChar, Utf8Decoder};

/// The marks that end a paste; the last two are from a terminal with 8-bit controls.
const ENDS: [&[u8]; 3] = [b"\x1b[201~", b"\x9b201~", b"\xc2\x9b201~"];
/// The length of the longest.
const MAX_END: usize = 6;
/// How many bytes of text are kept; the rest is dropped (T2).
pub(crate) const PASTE_BYTES: usize = 4096;

pub(super) struct Paste {
    text: Zeroizing<String>,
    characters: Utf8Decoder,
    /// The part of an end mark that has arrived.
    held: [u8; MAX_END],
    held_count: usize,
    after_return: bool,
    full: bool,
}

impl Paste {
    /// Empty, with its full capacity reserved: a string that grows would leave copies behind.
    pub(super) fn new() -> Self {
        Self {
            text: Zeroizing::new(String::with_capacity(PASTE_BYTES)),
            characters: Utf8Decoder::new(),
            held: [0; MAX_END],
            held_count: 0,
            after_return: false,
            full: false,
        }
    }

    /// Takes a byte and returns whether it completes an end mark.
    pub(super) fn push(&mut self, byte: u8) -> bool {
        while !self.continues_mark(byte) && self.held_count > 0 {
            let first = self.held[0];
            self.held.copy_within(1.., 0);
            self.held_count -= 1;
            self.keep(first);
        }
        if !self.continues_mark(byte) {
            self.keep(byte);
            return false;
        }
        self.held[self.held_count] = byte;
        self.held_count += 1;
        ENDS.contains(&&self.held[..self.held_count])
    }

    /// Whether a byte after the held ones still matches a mark. A mark can't begin inside a
    /// character.
    fn continues_mark(&self, byte: u8) -> bool {
        let begins = self.characters.is_empty() || byte < 0x80 || self.held_count > 0;
        begins
            && ENDS.iter().any(|end| {
                end.strip_prefix(&self.held[..self.held_count])
                    .is_some_and(|rest| rest.first() == Some(&byte))
            })
    }

    /// The text, if any arrived.
    pub(super) fn text(&mut self) -> Option<Zeroizing<String>> {
        Some(std::mem::take(&mut self.text)).filter(|text| !text.is_empty())
    }

    fn keep(&mut self, byte: u8) {
        if byte >= 0x80 {
            if let DecodedChar::Whole(character) = self.characters.push(byte) {
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
