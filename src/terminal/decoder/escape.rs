//! What follows an Esc: the start of a sequence or a string, or a key with Alt.

use super::control_string::ControlString;
use super::sequence::{Introducer, Sequence};
use super::{Decoder, ESC, State, key_codes, push_esc, push_key};
use crate::terminal::key::{Input, KeyCode, alt, press};

impl Decoder {
    /// A byte after an Esc that is still pending.
    pub(super) fn after_escape(&mut self, twice: bool, byte: u8, out: &mut Vec<Input>) {
        match byte {
            0 => return,
            ESC => {
                if twice {
                    push_esc(false, out);
                }
                self.state = State::Escape { twice: true };
                return;
            }
            b'[' | b'O' => {
                self.state = Introducer::from_byte(byte).map_or(State::Ground, |opener| {
                    State::Sequence(Sequence::new(opener))
                });
                return;
            }
            b']' | b'P' | b'_' | b'^' | b'X' => {
                self.state = State::Text(ControlString::new());
                return;
            }
            _ => {}
        }
        self.state = State::Ground;
        if twice {
            push_esc(false, out);
        }
        match byte {
            // The end of a string whose start was not received.
            b'\\' => {}
            // `ESC N` is SS2: the next character is from another set.
            b' '..=b'/' | b'N' => self.state = State::Sign(byte),
            b'0'..=b'~' => push_key(Some(alt(KeyCode::Char(char::from(byte)))), out),
            0x7F => push_key(Some(press(KeyCode::Backspace)), out),
            0x80.. => {
                self.alt = true;
                self.ordinary(byte, out);
            }
            _ => {
                self.returned = byte == b'\r';
                push_key(key_codes::control_with_alt(byte), out);
            }
        }
    }

    /// A byte after `ESC (` or similar. Such sequences select a character set; no keyboard sends
    /// them.
    pub(super) fn after_charset_sign(&mut self, byte: u8, out: &mut Vec<Input>) {
        match byte {
            b' '..=b'/' => {}
            b'0'..=b'~' => self.state = State::Ground,
            _ => {
                self.end(out);
                self.ordinary(byte, out);
            }
        }
    }
}
