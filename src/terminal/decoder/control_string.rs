//! An OSC, DCS, APC, PM or SOS on its way: a terminal's answer to a question that we never ask. Nothing of it is kept.

use std::time::Duration;

use super::characters::{Arrived, Characters};
use super::{ESC, JOINED, SILENCE};

/// After this time, and after this many bytes, the first short pause ends a string. No terminal sends one that slowly, and
/// someone who goes on typing after such a control was sent by accident must not lose what they type for ever.
const AT_MOST: Duration = Duration::from_secs(10);
const BYTES_AT_MOST: usize = 4096;

const BEL: u8 = 0x07;
/// The 8-bit string terminator.
const ST: u8 = 0x9C;

/// How far such a string has come.
pub(super) struct ControlString {
    began: Option<Duration>,
    count: usize,
    /// After an Esc: with `\` it is the string's end.
    escaped: bool,
    /// The 8-bit terminator is one of the bytes of which characters are made.
    characters: Characters,
}

/// What a byte does to the string.
pub(super) enum Within {
    /// It is part of it.
    Part,
    /// It ends it.
    End,
    /// It came after an Esc that ends the string by itself.
    AfterEscape,
}

impl ControlString {
    pub(super) fn new() -> Self {
        Self { began: None, count: 0, escaped: false, characters: Characters::new() }
    }

    pub(super) fn push(&mut self, now: Duration, byte: u8) -> Within {
        self.began.get_or_insert(now);
        self.count = self.count.saturating_add(1);
        if std::mem::take(&mut self.escaped) {
            self.escaped = byte == ESC;
            return match byte {
                b'\\' => Within::End,
                ESC => Within::Part,
                _ => Within::AfterEscape,
            };
        }
        if byte < 0x80 {
            self.characters.forget();
            self.escaped = byte == ESC;
            return if byte == BEL { Within::End } else { Within::Part };
        }
        match self.characters.push(byte) {
            Arrived::Whole(character) if u32::from(character) == u32::from(ST) => Within::End,
            Arrived::Broken if byte == ST => Within::End,
            Arrived::Whole(_) | Arrived::Broken | Arrived::Part => Within::Part,
        }
    }

    /// The silence after `last` that ends it.
    pub(super) fn patience(&self, last: Duration) -> Duration {
        let long = self.count > BYTES_AT_MOST || self.began.is_some_and(|began| last.saturating_sub(began) > AT_MOST);
        if long { JOINED } else { SILENCE }
    }
}
