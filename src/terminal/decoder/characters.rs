//! UTF-8 that arrives a byte at a time.

use zeroize::Zeroize;

/// A character that is arriving.
pub(super) struct Characters {
    bytes: [u8; 4],
    len: usize,
}

/// What a byte came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Arrived {
    /// With it a character is whole.
    Whole(char),
    /// More is to come.
    Part,
    /// It can't be part of a character.
    Broken,
}

impl Characters {
    pub(super) fn new() -> Self {
        Self { bytes: [0; 4], len: 0 }
    }

    /// Whether nothing of a character is waiting for its rest.
    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(super) fn forget(&mut self) {
        self.bytes.zeroize();
        self.len = 0;
    }

    /// Takes a byte. One that breaks the character before it may itself begin the next: bad bytes are dropped, good
    /// ones never (T5).
    pub(super) fn push(&mut self, byte: u8) -> Arrived {
        let began = self.len > 0;
        self.bytes[self.len] = byte;
        self.len += 1;
        match std::str::from_utf8(&self.bytes[..self.len]) {
            Ok(text) => {
                let whole = text.chars().next().map_or(Arrived::Broken, Arrived::Whole);
                self.forget();
                whole
            }
            Err(error) if error.error_len().is_none() => Arrived::Part,
            Err(_) => {
                self.forget();
                if began { self.push(byte) } else { Arrived::Broken }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t5_a_broken_character_costs_no_good_byte() {
        let mut characters = Characters::new();
        let arrived: Vec<Arrived> = b"\xE2\x82\xC3\xA9\x80".iter().map(|&byte| characters.push(byte)).collect();
        assert_eq!(arrived, [Arrived::Part, Arrived::Part, Arrived::Part, Arrived::Whole('é'), Arrived::Broken]);
    }
}
