//! Keys that a terminal reports by number because an earlier program enabled this: kitty's protocol
//! (`CSI u`), xterm's modifyOtherKeys (`CSI 27 ; m ; k ~`) and win32-input-mode of Windows
//! (`CSI ... _`).
//!
//! Such a sequence contains the key, so unlike other sequences it may produce a character.

use super::super::key::{KeyCode, KeyEvent, alt, press};
use super::key_codes;
use super::parameters::Parameters;

const SHIFT: u32 = 1;
const ALT: u32 = 2;
const CTRL: u32 = 4;
/// Super and Hyper: desktop shortcuts.
const DESKTOP: u32 = 8 | 16;
const META: u32 = 32;
const CAPS_LOCK: u32 = 64;

const ESC: u8 = 0x1B;

/// The pressed modifiers, as bits in the numbering of kitty and xterm.
#[derive(Clone, Copy)]
struct HeldModifiers(u32);

impl HeldModifiers {
    /// Both protocols send the bits plus one.
    fn from_parameter(number: Option<u32>) -> Self {
        Self(number.unwrap_or(1).saturating_sub(1))
    }

    fn contains_any(self, of: u32) -> bool {
        self.0 & of != 0
    }
}

/// A key by its characters: plain, with Shift, and its Latin equivalent on a non-Latin layout.
#[derive(Clone, Copy)]
struct KeyCharacters {
    code: u32,
    shifted: Option<u32>,
    latin: Option<u32>,
}

/// `CSI code:shifted:latin ; modifiers:event ; text u`
pub(super) fn kitty(parameters: &Parameters) -> Option<KeyEvent> {
    let held = HeldModifiers::from_parameter(parameters.number(1));
    if let Some(text) = parameters
        .number(2)
        .filter(|_| !held.contains_any(ALT | CTRL | META | DESKTOP))
    {
        return character(text).map(char_key);
    }
    let [code, shifted, latin] = [0, 1, 2].map(|part| parameters.part(0, part));
    key(
        KeyCharacters {
            code: code?,
            shifted,
            latin,
        },
        held,
    )
}

/// `CSI 27 ; modifiers ; code ~`
pub(super) fn other_keys(parameters: &Parameters) -> Option<KeyEvent> {
    let named = KeyCharacters {
        code: parameters.number(2)?,
        shifted: None,
        latin: None,
    };
    key(named, HeldModifiers::from_parameter(parameters.number(1)))
}

fn key(named: KeyCharacters, held: HeldModifiers) -> Option<KeyEvent> {
    if held.contains_any(DESKTOP) {
        return None;
    }
    match named.code {
        9 if held.contains_any(SHIFT) => Some(press(KeyCode::BackTab)),
        9 => Some(press(KeyCode::Tab)),
        13 | 57414 if held.contains_any(ALT | META) => Some(alt(KeyCode::Enter)),
        13 | 57414 => Some(press(KeyCode::Enter)),
        27 => Some(press(KeyCode::Esc)),
        8 | 127 => Some(press(KeyCode::Backspace)),
        57344..=63743 => keypad(named.code),
        _ if held.contains_any(CTRL) => [Some(named.code), named.latin]
            .into_iter()
            .flatten()
            .find_map(control)
            .filter(|_| !held.contains_any(ALT)),
        _ => {
            let typed = typed(named, held)?;
            Some(if held.contains_any(ALT | META) {
                alt(KeyCode::Char(typed))
            } else {
                press(KeyCode::Char(typed))
            })
        }
    }
}

/// kitty's codes for the keypad. Its codes for other keys are not used by any screen.
fn keypad(code: u32) -> Option<KeyEvent> {
    match code {
        57399..=57408 => char::from_digit(code - 57399, 10).map(char_key),
        57409 => Some(press(KeyCode::Char('.'))),
        57410 => Some(press(KeyCode::Char('/'))),
        57411 => Some(press(KeyCode::Char('*'))),
        57412 => Some(press(KeyCode::Char('-'))),
        57413 => Some(press(KeyCode::Char('+'))),
        57415 => Some(press(KeyCode::Char('='))),
        57417 => Some(press(KeyCode::Left)),
        57418 => Some(press(KeyCode::Right)),
        57419 => Some(press(KeyCode::Up)),
        57420 => Some(press(KeyCode::Down)),
        57421 => Some(press(KeyCode::PageUp)),
        57422 => Some(press(KeyCode::PageDown)),
        57423 => Some(press(KeyCode::Home)),
        57424 => Some(press(KeyCode::End)),
        57425 => Some(press(KeyCode::Insert)),
        57426 => Some(press(KeyCode::Delete)),
        _ => None,
    }
}

/// Ctrl and a character: the control character that a terminal usually sends for it.
fn control(code: u32) -> Option<KeyEvent> {
    match u8::try_from(code).ok()? {
        byte @ b'@'..=b'~' => match byte & 0x1F {
            ESC => Some(press(KeyCode::Esc)),
            control => key_codes::plain(control),
        },
        _ => None,
    }
}

/// The character with Shift and Caps Lock applied.
fn typed(named: KeyCharacters, held: HeldModifiers) -> Option<char> {
    let plain = character(named.code)?;
    let shift = held.contains_any(SHIFT);
    if let Some(shifted) = named.shifted.filter(|_| shift) {
        return character(shifted);
    }
    let mut upper = plain.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(upper), None) if shift != held.contains_any(CAPS_LOCK) => Some(upper),
        _ => Some(plain),
    }
}

fn char_key(character: char) -> KeyEvent {
    press(KeyCode::Char(character))
}

fn character(code: u32) -> Option<char> {
    char::from_u32(code).filter(|character| !character.is_control())
}

/// `CSI virtual key ; scan code ; character ; down ; state ; count _`
pub(super) fn windows(parameters: &Parameters) -> Option<KeyEvent> {
    let [key, _, character, down, state] =
        [0, 1, 2, 3, 4].map(|place| parameters.number(place).unwrap_or(0));
    if down == 0 {
        return None;
    }
    let (with_alt, with_ctrl, with_shift) =
        (state & 0x03 != 0, state & 0x0C != 0, state & 0x10 != 0);
    match key {
        8 => Some(press(KeyCode::Backspace)),
        9 if with_shift => Some(press(KeyCode::BackTab)),
        9 => Some(press(KeyCode::Tab)),
        13 if with_alt => Some(alt(KeyCode::Enter)),
        13 => Some(press(KeyCode::Enter)),
        27 => Some(press(KeyCode::Esc)),
        33 => Some(press(KeyCode::PageUp)),
        34 => Some(press(KeyCode::PageDown)),
        35 => Some(press(KeyCode::End)),
        36 => Some(press(KeyCode::Home)),
        37 => Some(press(KeyCode::Left)),
        38 => Some(press(KeyCode::Up)),
        39 => Some(press(KeyCode::Right)),
        40 => Some(press(KeyCode::Down)),
        45 => Some(press(KeyCode::Insert)),
        46 => Some(press(KeyCode::Delete)),
        112..=123 => u8::try_from(key - 111)
            .ok()
            .map(|number| press(KeyCode::F(number))),
        _ => windows_text(character, with_alt, with_ctrl),
    }
}

/// The text of a key as Windows reports it. On many layouts the right Alt key is Alt and Ctrl at
/// once.
fn windows_text(code: u32, with_alt: bool, with_ctrl: bool) -> Option<KeyEvent> {
    match (u8::try_from(code), character(code)) {
        (_, Some(character)) if with_alt && !with_ctrl => Some(alt(KeyCode::Char(character))),
        (_, Some(character)) => Some(press(KeyCode::Char(character))),
        (Ok(ESC), None) if !with_alt => Some(press(KeyCode::Esc)),
        (Ok(control @ 1..=0x7F), None) if !with_alt => key_codes::plain(control),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
