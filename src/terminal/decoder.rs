//! Bytes and time in, keys and pastes out: a small state machine of our own, with no clock and no terminal in it.
//!
//! ```text
//!            ESC            [ or O              A, ~, ...
//!  Ground ─────────> Escape ────────> Sequence ────────────> a key, or nothing; Ground
//!    ^                │ │ └ ] P _ ^ X ──> Text ── ST, BEL ──> nothing; Ground
//!    │   80 ms alone: │ └ a character: Alt
//!    └── Esc ─────────┘          CSI 200~ ──> Pasting ── CSI 201~ ──> the paste; Ground
//! ```
//!
//! A terminal tells a lone Esc from the start of an arrow by time alone, and the line in between is free to tear any
//! sequence apart, to stop in the middle of a paste, or to be somebody who types terminal replies by hand. So every
//! state but the ground ends by itself when the line falls silent, nothing that was begun as a sequence ever turns into
//! text, and Ctrl-C comes out of every state (trust.md T2, T4, T5, K7; the times are rule 9 of architecture.md).

use std::time::Duration;

use zeroize::Zeroize;

use super::key::{Input, Key};
use characters::{Arrived, Characters};
pub use paste::PASTE_BYTES;
use paste::Paste;

mod characters;
mod meaning;
mod paste;
#[cfg(test)]
mod tests;

/// How long an Esc waits for the rest of a sequence before it counts as the key.
const LONE_ESC: Duration = Duration::from_millis(80);
/// How long after an Esc that counted as the key a `[` or `O` is still the late rest of a sequence.
const LATE: Duration = Duration::from_secs(1);
/// The silence that ends a sequence, a string or a paste.
const SILENCE: Duration = Duration::from_millis(250);
/// Bytes of a sequence that are looked at; a longer one is discarded to its end.
const SEQUENCE_AT_MOST: usize = 64;

const CTRL_C: u8 = 0x03;
const BEL: u8 = 0x07;
const ESC: u8 = 0x1B;

/// Understands what a terminal sends. Holds at most 64 bytes of a sequence and 4 KiB of a paste, both zeroed when done.
pub struct Decoder {
    state: State,
    characters: Characters,
    /// Whether the character that is arriving came after an Esc.
    alt: bool,
    /// When the last byte came.
    last: Duration,
    /// When the Esc that has just counted as the key had come.
    acted: Option<Duration>,
}

enum State {
    Ground,
    /// After an Esc, or after two (some terminals send Alt and an arrow so).
    Escape {
        twice: bool,
    },
    Sequence(Sequence),
    /// After `CSI [`: the letter of a Linux console's F1 to F5.
    ConsoleKey,
    /// After `CSI M`, `CSI t` or `CSI T`: the bytes of an old mouse report that are still to come.
    Mouse {
        left: u8,
    },
    /// In an OSC, DCS, APC, PM or SOS: a terminal's answer to a question that we never ask.
    Text,
    /// In such a string, after an Esc: with `\` it is its end.
    TextEscape,
    Pasting(Paste),
}

/// A control sequence on its way.
struct Sequence {
    opener: Opener,
    /// What stands between the opener and the last byte; more than it holds is counted as too long, and not kept.
    middle: Vec<u8>,
    too_long: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Opener {
    /// `ESC [`
    Csi,
    /// `ESC O`
    Ss3,
}

impl Decoder {
    /// Nothing has arrived yet.
    pub fn new() -> Self {
        Self { state: State::Ground, characters: Characters::new(), alt: false, last: Duration::ZERO, acted: None }
    }

    /// Takes bytes that arrived at `now` (any clock that never goes back) and appends what they mean.
    ///
    /// Silence is known only to who looked and found nothing: bytes that are there when a deadline has passed may have
    /// come long before it, while the program was held up. So nothing that was begun ends here by time, but for an Esc
    /// that they do not carry on. Whoever finds no bytes calls [`Decoder::expire`].
    pub fn feed(&mut self, now: Duration, bytes: &[u8], out: &mut Vec<Input>) {
        if matches!(self.state, State::Escape { .. }) && bytes.first().is_some_and(|byte| Opener::of(*byte).is_none()) {
            self.expire(now, out);
        }
        for &byte in bytes {
            self.byte(now, byte, out);
            self.last = now;
        }
    }

    /// Ends by time what `now` ends: an Esc becomes the key, a paste comes out as far as it came, a torn sequence is
    /// dropped.
    pub fn expire(&mut self, now: Duration, out: &mut Vec<Input>) {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return;
        }
        match std::mem::replace(&mut self.state, State::Ground) {
            State::Escape { twice } => {
                told_esc(twice, out);
                self.acted = Some(self.last);
            }
            State::Pasting(mut paste) => out.extend(paste.text().map(Input::Paste)),
            State::Ground | State::Sequence(_) | State::ConsoleKey | State::Mouse { .. } | State::Text | State::TextEscape => {}
        }
    }

    /// When [`Decoder::expire`] wants to be called, if nothing arrives before.
    pub fn deadline(&self) -> Option<Duration> {
        match &self.state {
            State::Ground => None,
            State::Escape { .. } => Some(self.last + LONE_ESC),
            State::Sequence(_)
            | State::ConsoleKey
            | State::Mouse { .. }
            | State::Text
            | State::TextEscape
            | State::Pasting(_) => Some(self.last + SILENCE),
        }
    }

    fn byte(&mut self, now: Duration, byte: u8, out: &mut Vec<Input>) {
        if byte == CTRL_C {
            return self.interrupted(out);
        }
        match &mut self.state {
            State::Ground => {
                let late = self.acted.take().is_some_and(|at| now.saturating_sub(at) <= LATE);
                match Opener::of(byte) {
                    Some(opener) if late => self.state = State::Sequence(Sequence::new(opener)),
                    _ => self.ordinary(byte, out),
                }
            }
            State::Escape { twice } => {
                let twice = *twice;
                self.after_escape(twice, byte, out);
            }
            State::Sequence(_) => self.in_sequence(byte, out),
            State::ConsoleKey => match byte {
                b' '..=b'~' => {
                    self.state = State::Ground;
                    tell(meaning::console(byte), out);
                }
                _ => self.ordinary(byte, out),
            },
            State::Mouse { left } => match byte {
                0x01..=0x1F => self.ordinary(byte, out),
                _ if *left > 1 => *left -= 1,
                _ => self.state = State::Ground,
            },
            State::Text => match byte {
                BEL => self.state = State::Ground,
                ESC => self.state = State::TextEscape,
                _ => {}
            },
            State::TextEscape => match byte {
                b'\\' => self.state = State::Ground,
                ESC => {}
                _ => self.after_escape(false, byte, out),
            },
            State::Pasting(paste) => {
                if paste.push(byte) {
                    out.extend(paste.text().map(Input::Paste));
                    self.state = State::Ground;
                }
            }
        }
    }

    /// Ctrl-C, in any state. It ends nothing but a waiting Esc: what else was begun goes on, so that no rest of it
    /// comes out as text.
    fn interrupted(&mut self, out: &mut Vec<Input>) {
        self.acted = None;
        if let State::Escape { twice } = self.state {
            told_esc(twice, out);
            self.state = State::Ground;
        }
        self.drop_torn_character(out);
        out.push(Input::Key(Key::Ctrl('c')));
    }

    /// A byte after an Esc that is still waiting.
    fn after_escape(&mut self, twice: bool, byte: u8, out: &mut Vec<Input>) {
        match byte {
            0 => return,
            ESC => {
                if twice {
                    told_esc(false, out);
                }
                self.state = State::Escape { twice: true };
                return;
            }
            b'[' | b'O' => {
                self.state = Opener::of(byte).map_or(State::Ground, |opener| State::Sequence(Sequence::new(opener)));
                return;
            }
            b']' | b'P' | b'_' | b'^' | b'X' => {
                self.state = State::Text;
                return;
            }
            _ => {}
        }
        self.state = State::Ground;
        if twice {
            told_esc(false, out);
        }
        match byte {
            // The end of a string that was never begun here.
            b'\\' => {}
            b'\r' | b'\n' => tell(Some(Key::Alt('\n')), out),
            b' '..=b'~' => tell(Some(Key::Alt(char::from(byte))), out),
            0x80.. => {
                self.alt = true;
                self.ordinary(byte, out);
            }
            0x7F | 0x08 => tell(Some(Key::Backspace), out),
            _ => {
                told_esc(false, out);
                self.ordinary(byte, out);
            }
        }
    }

    /// A byte of `CSI ...` or `SS3 ...`. Control characters and characters beyond ASCII are no part of a sequence: they
    /// act, and it goes on.
    fn in_sequence(&mut self, byte: u8, out: &mut Vec<Input>) {
        let State::Sequence(sequence) = &mut self.state else { return };
        match byte {
            0x00..=0x1F | 0x7F.. => self.ordinary(byte, out),
            b'[' if sequence.is_csi_alone() => self.state = State::ConsoleKey,
            b'M' if sequence.is_csi_alone() => self.state = State::Mouse { left: 3 },
            b't' if sequence.is_csi_alone() => self.state = State::Mouse { left: 2 },
            b'T' if sequence.is_csi_alone() => self.state = State::Mouse { left: 6 },
            _ if sequence.ends_with(byte) => {
                let (pastes, key) = (sequence.opens_paste(byte), sequence.key(byte));
                self.state = if pastes { State::Pasting(Paste::new()) } else { State::Ground };
                tell(key, out);
            }
            _ => sequence.push(byte),
        }
    }

    /// A byte that stands for itself.
    fn ordinary(&mut self, byte: u8, out: &mut Vec<Input>) {
        if byte >= 0x80 {
            return match self.characters.push(byte) {
                Arrived::Whole(character) => {
                    let alt = std::mem::take(&mut self.alt);
                    // The second set of controls is told as little as the first.
                    let key = if alt { Key::Alt(character) } else { Key::Char(character) };
                    tell((!character.is_control()).then_some(key), out);
                }
                Arrived::Part => {}
                Arrived::Broken => self.drop_torn_character(out),
            };
        }
        self.drop_torn_character(out);
        match byte {
            ESC => self.state = State::Escape { twice: false },
            _ => tell(meaning::plain(byte), out),
        }
    }

    /// Forgets a character of which only a part came. Its Esc was a key of its own.
    fn drop_torn_character(&mut self, out: &mut Vec<Input>) {
        self.characters.forget();
        if std::mem::take(&mut self.alt) {
            told_esc(false, out);
        }
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Opener {
    fn of(byte: u8) -> Option<Self> {
        match byte {
            b'[' => Some(Self::Csi),
            b'O' => Some(Self::Ss3),
            _ => None,
        }
    }
}

impl Sequence {
    fn new(opener: Opener) -> Self {
        Self { opener, middle: Vec::with_capacity(SEQUENCE_AT_MOST), too_long: false }
    }

    fn push(&mut self, byte: u8) {
        if self.middle.len() < SEQUENCE_AT_MOST {
            self.middle.push(byte);
        } else {
            self.too_long = true;
        }
    }

    fn is_csi_alone(&self) -> bool {
        self.opener == Opener::Csi && self.middle.is_empty()
    }

    /// Whether this byte is the last. `$` is so after a single number alone (rxvt's Shift and a key); terminals put it
    /// into the middle of replies that have several.
    fn ends_with(&self, byte: u8) -> bool {
        byte >= b'@' || byte == b'$' && !self.middle.is_empty() && self.middle.iter().all(u8::is_ascii_digit)
    }

    fn opens_paste(&self, last: u8) -> bool {
        self.opener == Opener::Csi && last == b'~' && self.middle == b"200"
    }

    fn key(&self, last: u8) -> Option<Key> {
        match self.opener {
            _ if self.too_long => None,
            Opener::Csi => meaning::csi(&self.middle, last),
            Opener::Ss3 => meaning::ss3(&self.middle, last),
        }
    }
}

impl Drop for Sequence {
    /// Somebody may have typed it.
    fn drop(&mut self) {
        self.middle.zeroize();
    }
}

fn tell(key: Option<Key>, out: &mut Vec<Input>) {
    out.extend(key.map(Input::Key));
}

fn told_esc(twice: bool, out: &mut Vec<Input>) {
    out.extend((0..=u8::from(twice)).map(|_| Input::Key(Key::Esc)));
}
