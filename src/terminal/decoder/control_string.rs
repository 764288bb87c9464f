//! An OSC, DCS, APC, PM or SOS string that is still arriving: a terminal's reply to a query that
//! this program never sends. Its text is not kept.

use std::time::Duration;

use super::utf8::{DecodedChar, Utf8Decoder};
use super::{ESC, JOINED, SILENCE};

/// After this time or this many bytes, the first short pause ends a string. No terminal sends one
/// that slowly, and a person whose keyboard sent such a control by accident must be able to type
/// on.
const MAX_DURATION: Duration = Duration::from_secs(10);
const MAX_BYTES: usize = 4096;

const BEL: u8 = 0x07;
const ST: u8 = 0x9C;

pub(super) struct ControlString {
    began: Option<Duration>,
    count: usize,
    /// After an Esc: a `\` now ends the string.
    escaped: bool,
    /// Needed because the 8-bit terminator also occurs inside UTF-8 characters.
    characters: Utf8Decoder,
}

pub(super) enum ControlStringState {
    /// The byte is part of the string.
    Part,
    /// The byte ends the string.
    End,
    /// The byte follows an Esc that has already ended the string.
    AfterEscape,
}

impl ControlString {
    pub(super) fn new() -> Self {
        Self {
            began: None,
            count: 0,
            escaped: false,
            characters: Utf8Decoder::new(),
        }
    }

    pub(super) fn push(&mut self, now: Duration, byte: u8) -> ControlStringState {
        self.began.get_or_insert(now);
        self.count = self.count.saturating_add(1);
        if std::mem::take(&mut self.escaped) {
            self.escaped = byte == ESC;
            return match byte {
                b'\\' => ControlStringState::End,
                ESC => ControlStringState::Part,
                _ => ControlStringState::AfterEscape,
            };
        }
        if byte < 0x80 {
            self.characters.forget();
            self.escaped = byte == ESC;
            return if byte == BEL {
                ControlStringState::End
            } else {
                ControlStringState::Part
            };
        }
        match self.characters.push(byte) {
            DecodedChar::Whole(character) if u32::from(character) == u32::from(ST) => {
                ControlStringState::End
            }
            DecodedChar::Broken if byte == ST => ControlStringState::End,
            DecodedChar::Whole(_) | DecodedChar::Broken | DecodedChar::Part => {
                ControlStringState::Part
            }
        }
    }

    /// The silence after `last` that ends the string.
    pub(super) fn timeout(&self, last: Duration) -> Duration {
        let long = self.count > MAX_BYTES
            || self
                .began
                .is_some_and(|began| last.saturating_sub(began) > MAX_DURATION);
        if long { JOINED } else { SILENCE }
    }
}
