//! UTF-8 that arrives byte by byte.

use zeroize::Zeroize;

/// An incomplete character.
pub(super) struct Utf8Decoder {
    bytes: [u8; 4],
    len: usize,
}

/// The result of adding a byte.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum DecodedChar {
    /// The byte completes this character.
    Whole(char),
    /// More bytes must follow.
    Part,
    /// The byte can't be part of a character.
    Broken,
}

impl Utf8Decoder {
    pub(super) fn new() -> Self {
        Self {
            bytes: [0; 4],
            len: 0,
        }
    }

    /// Whether no incomplete character is pending.
    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(super) fn forget(&mut self) {
        self.bytes.zeroize();
        self.len = 0;
    }

    /// Adds a byte. If it breaks the pending character, it may start the next one: invalid bytes
    /// are dropped, valid ones never (T5).
    pub(super) fn push(&mut self, byte: u8) -> DecodedChar {
        let began = self.len > 0;
        self.bytes[self.len] = byte;
        self.len += 1;
        match std::str::from_utf8(&self.bytes[..self.len]) {
            Ok(text) => {
                let whole = text
                    .chars()
                    .next()
                    .map_or(DecodedChar::Broken, DecodedChar::Whole);
                self.forget();
                whole
            }
            Err(error) if error.error_len().is_none() => DecodedChar::Part,
            Err(_) => {
                self.forget();
                if began {
                    self.push(byte)
                } else {
                    DecodedChar::Broken
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t5_a_broken_character_costs_no_good_byte() {
        let mut characters = Utf8Decoder::new();
        let arrived: Vec<DecodedChar> = b"\xE2\x82\xC3\xA9\x80"
            .iter()
            .map(|&byte| characters.push(byte))
            .collect();
        assert_eq!(
            arrived,
            [
                DecodedChar::Part,
                DecodedChar::Part,
                DecodedChar::Part,
                DecodedChar::Whole('é'),
                DecodedChar::Broken
            ]
        );
    }
}
