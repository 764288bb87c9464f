//! Decodes bytes and their arrival times into keys and pastes. A pure state machine, with no clock
//! and no terminal.
//!
//! ```text
//!            ESC            [ or O              A, ~, ...
//!  Ground ─────────> Escape ────────> Sequence ────────────> a key, or nothing; Ground
//!    ^                │ │ │└ ] P _ ^ X ──> Text ── ST, BEL ──> nothing; Ground
//!    │   80 ms pass:  │ │ └ a character, Tab, Enter: with Alt
//!    └── Esc ─────────┘ └ another control: nothing
//!                                        CSI 200~ ──> Pasting ── CSI 201~ ──> a paste; Ground
//! ```
//!
//! Only time distinguishes a lone Esc from the start of an arrow key. The line may split any
//! sequence, stop in the middle of a paste, or carry terminal replies typed by hand. So every state
//! except `Ground` ends after a silence, no byte of a sequence ever becomes text, and Ctrl-C works
//! in every state (T2, T4, T5, T16, K7). Whether two bytes belong together depends only on the time
//! between them.
//!
//! The 8-bit controls (9B and similar, as one byte or as a UTF-8 character) open the same states as
//! their two-byte forms.

use std::time::Duration;

use super::key::{Input, KeyCode, KeyEvent, alt, ctrl, press};
use control_string::{ControlString, ControlStringState};
pub(crate) use paste::PASTE_BYTES;
use paste::Paste;
use sequence::{Introducer, Sequence, SequenceState};
use utf8::{DecodedChar, Utf8Decoder};

mod control_string;
mod escape;
mod key_codes;
mod named;
mod parameters;
mod paste;
mod sequence;
#[cfg(test)]
mod tests;
mod utf8;

/// The longest pause between the parts of a sequence after its Esc.
const JOINED: Duration = Duration::from_millis(60);
/// How long an Esc waits for the rest of a sequence before it counts as the key.
const LONE_ESC: Duration = Duration::from_millis(80);
/// How long after an Esc that counted as the key a `[` or `O` may still be the late rest of a
/// sequence.
const LATE: Duration = Duration::from_secs(1);
/// The silence that ends a sequence, a string or a paste.
const SILENCE: Duration = Duration::from_millis(250);

const CTRL_C: u8 = 0x03;
const LF: u8 = b'\n';
const ESC: u8 = 0x1B;

/// Holds at most 64 bytes of a sequence and 4 KiB of a paste; both are zeroed when done.
pub struct Decoder {
    state: State,
    characters: Utf8Decoder,
    /// Whether the character that is arriving came after an Esc.
    alt: bool,
    /// When the last byte arrived.
    last: Duration,
    /// When the Esc that was last counted as the key had arrived.
    acted: Option<Duration>,
    /// Whether the last byte was a CR: a line feed or NUL that follows belongs to the same Enter.
    returned: bool,
}

enum State {
    Ground,
    /// After one Esc, or two (some terminals send Alt and an arrow this way).
    Escape {
        twice: bool,
    },
    /// After a `[` or `O` soon after an Esc that counted as the key: a letter, unless more follows
    /// immediately.
    Late(Introducer),
    /// After an Esc and a sign (`ESC ( B` and similar) or `N`: Alt and the sign, unless more
    /// follows immediately.
    Sign(u8),
    Sequence(Sequence),
    /// After `CSI [`: the letter of a Linux console's F1 to F5 follows.
    ConsoleKey,
    /// After `CSI M`, `CSI t` or `CSI T`: how many bytes of an old mouse report are still missing.
    Mouse {
        left: u8,
    },
    Text(ControlString),
    Pasting(Paste),
}

impl Decoder {
    pub fn new() -> Self {
        Self {
            state: State::Ground,
            characters: Utf8Decoder::new(),
            alt: false,
            last: Duration::ZERO,
            acted: None,
            returned: false,
        }
    }

    /// Takes bytes that arrived at `now` (any monotonic clock) and appends the resulting input.
    ///
    /// Bytes that are available after a deadline may have arrived long before it, while the program
    /// was busy. So this does not end anything because of the time that has passed, except a
    /// pending Esc, letter or sign that the next byte does not continue. If a read returns no
    /// bytes, call [`Decoder::expire`].
    pub fn feed(&mut self, now: Duration, bytes: &[u8], out: &mut Vec<Input>) {
        for &byte in bytes {
            if self.is_too_late(now, byte) {
                self.end(out);
            }
            self.byte(now, byte, out);
            self.last = now;
        }
    }

    /// Whether a byte comes too late to continue the pending input.
    fn is_too_late(&self, now: Duration, byte: u8) -> bool {
        let pause = now.saturating_sub(self.last);
        let apart = pause > JOINED;
        match &self.state {
            // Even after the time at which an Esc acts, an opener may have arrived in time and been
            // read late.
            State::Escape { .. } => {
                apart && (Introducer::from_byte(byte).is_none() || pause < LONE_ESC)
            }
            State::Late(_) | State::Sign(_) => apart,
            State::Ground
            | State::Sequence(_)
            | State::ConsoleKey
            | State::Mouse { .. }
            | State::Text(_)
            | State::Pasting(_) => false,
        }
    }

    /// Ends what has timed out at `now`: an Esc becomes the key, a paste is delivered as it is, an
    /// incomplete sequence is dropped.
    pub fn expire(&mut self, now: Duration, out: &mut Vec<Input>) {
        if self.deadline().is_some_and(|deadline| now >= deadline) {
            self.end(out);
        }
    }

    /// Ends the current state with what has arrived.
    fn end(&mut self, out: &mut Vec<Input>) {
        match std::mem::replace(&mut self.state, State::Ground) {
            State::Escape { twice } => {
                push_esc(twice, out);
                self.acted = Some(self.last);
            }
            State::Late(opener) => push_key(opener.letter(), out),
            State::Sign(sign) => push_key(Some(alt(KeyCode::Char(char::from(sign)))), out),
            State::Pasting(mut paste) => out.extend(paste.text().map(Input::Paste)),
            State::Ground
            | State::Sequence(_)
            | State::ConsoleKey
            | State::Mouse { .. }
            | State::Text(_) => {}
        }
    }

    /// When [`Decoder::expire`] must be called if nothing arrives before.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        let silence = match &self.state {
            State::Ground => return None,
            State::Escape { .. } => LONE_ESC,
            State::Late(_) | State::Sign(_) => JOINED,
            State::Text(string) => string.timeout(self.last),
            State::Sequence(_) | State::ConsoleKey | State::Mouse { .. } | State::Pasting(_) => {
                SILENCE
            }
        };
        Some(self.last + silence)
    }

    /// Whether an incomplete sequence, paste or character is pending.
    pub(crate) fn has_begun(&self) -> bool {
        !matches!(self.state, State::Ground) || !self.characters.is_empty()
    }

    /// Whether a byte that arrives now continues the pending input.
    pub(crate) fn carries_on(&self, now: Duration, byte: u8) -> bool {
        self.has_begun() && !self.is_too_late(now, byte)
    }

    /// Whether a byte is the second of `CR LF` or of telnet's `CR NUL`.
    pub(crate) fn is_other_half(&self, now: Duration, byte: u8) -> bool {
        self.returned && now.saturating_sub(self.last) <= JOINED && matches!(byte, LF | 0)
    }

    fn byte(&mut self, now: Duration, byte: u8, out: &mut Vec<Input>) {
        if byte == CTRL_C {
            return self.interrupted(out);
        }
        if self.is_other_half(now, byte) {
            self.returned = false;
            return;
        }
        self.returned = false;
        match &mut self.state {
            State::Ground => {
                let late = self
                    .acted
                    .take()
                    .is_some_and(|at| now.saturating_sub(at) <= LATE);
                match Introducer::from_byte(byte) {
                    Some(opener) if late => self.state = State::Late(opener),
                    _ => self.ordinary(byte, out),
                }
            }
            State::Escape { twice } => {
                let twice = *twice;
                self.after_escape(twice, byte, out);
            }
            State::Late(opener) => {
                self.state = State::Sequence(Sequence::late(*opener));
                self.in_sequence(byte, out);
            }
            State::Sign(_) => self.after_charset_sign(byte, out),
            State::Sequence(_) => self.in_sequence(byte, out),
            State::ConsoleKey => match byte {
                b' '..=b'~' => {
                    self.state = State::Ground;
                    push_key(key_codes::console(byte), out);
                }
                _ => self.ordinary(byte, out),
            },
            State::Mouse { left } => match byte {
                0x01..=0x1F => self.ordinary(byte, out),
                _ if *left > 1 => *left -= 1,
                _ => self.state = State::Ground,
            },
            State::Text(string) => match string.push(now, byte) {
                ControlStringState::Part => {}
                ControlStringState::End => self.state = State::Ground,
                ControlStringState::AfterEscape => self.after_escape(false, byte, out),
            },
            State::Pasting(paste) => {
                if paste.push(byte) {
                    out.extend(paste.text().map(Input::Paste));
                    self.state = State::Ground;
                }
            }
        }
    }

    /// Ctrl-C, in any state. It ends only states that wait for a timeout. A sequence continues, so
    /// that its rest does not become text.
    fn interrupted(&mut self, out: &mut Vec<Input>) {
        if matches!(
            self.state,
            State::Escape { .. } | State::Late(_) | State::Sign(_)
        ) {
            self.end(out);
        }
        self.acted = None;
        self.drop_torn_character(out);
        out.push(Input::Key(ctrl('c')));
    }

    /// A byte of `CSI ...` or `SS3 ...`. Control characters and characters beyond ASCII are not
    /// part of a sequence: they act on their own, and it continues.
    fn in_sequence(&mut self, byte: u8, out: &mut Vec<Input>) {
        let State::Sequence(sequence) = &mut self.state else {
            return;
        };
        match byte {
            0x00..=0x1F | 0x7F.. => self.ordinary(byte, out),
            b'[' if sequence.is_csi_alone() => self.state = State::ConsoleKey,
            b'M' if sequence.is_csi_alone() => self.state = State::Mouse { left: 3 },
            b't' if sequence.is_csi_alone() => self.state = State::Mouse { left: 2 },
            b'T' if sequence.is_csi_alone() => self.state = State::Mouse { left: 6 },
            _ if sequence.ends_with(byte) => {
                let came = sequence.end(byte);
                self.state = State::Ground;
                match came {
                    SequenceState::Key(key) => push_key(key, out),
                    SequenceState::PasteMark => self.state = State::Pasting(Paste::new()),
                }
            }
            _ => sequence.push(byte),
        }
    }

    /// A byte outside any sequence.
    fn ordinary(&mut self, byte: u8, out: &mut Vec<Input>) {
        if byte >= 0x80 {
            match self.characters.push(byte) {
                DecodedChar::Whole(character) if character.is_control() => {
                    self.control(u32::from(character));
                }
                DecodedChar::Whole(character) => {
                    let with = if std::mem::take(&mut self.alt) {
                        alt
                    } else {
                        press
                    };
                    push_key(Some(with(KeyCode::Char(character))), out);
                }
                DecodedChar::Part => {}
                DecodedChar::Broken if byte < 0xA0 => self.control(u32::from(byte)),
                DecodedChar::Broken => self.drop_torn_character(out),
            }
            return;
        }
        self.drop_torn_character(out);
        self.returned = byte == b'\r';
        match byte {
            ESC => self.state = State::Escape { twice: false },
            _ => push_key(key_codes::plain(byte), out),
        }
    }

    /// An 8-bit control opens what `ESC` and a letter open. An Esc before it is part of it.
    fn control(&mut self, code: u32) {
        self.alt = false;
        match code {
            0x8E => self.state = State::Sequence(Sequence::new(Introducer::Ss2)),
            0x8F => self.state = State::Sequence(Sequence::new(Introducer::Ss3)),
            0x9B => self.state = State::Sequence(Sequence::new(Introducer::Csi)),
            0x90 | 0x98 | 0x9D | 0x9E | 0x9F => self.state = State::Text(ControlString::new()),
            _ => {}
        }
    }

    /// Drops an incomplete character. If an Esc came before it, that was a key.
    fn drop_torn_character(&mut self, out: &mut Vec<Input>) {
        self.characters.forget();
        if std::mem::take(&mut self.alt) {
            push_esc(false, out);
        }
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

fn push_key(key: Option<KeyEvent>, out: &mut Vec<Input>) {
    out.extend(key.map(Input::Key));
}

fn push_esc(twice: bool, out: &mut Vec<Input>) {
    out.extend((0..=u8::from(twice)).map(|_| Input::Key(press(KeyCode::Esc))));
}
