//! Keys that a terminal names by number, because a program before us asked it to: kitty's protocol (`CSI u`), xterm's
//! modifyOtherKeys (`CSI 27 ; m ; k ~`) and the win32-input-mode of Windows (`CSI ... _`).
//!
//! Such a sequence says which key was pressed, so it may yield a character, as no other sequence does.

use super::super::key::Key;
use super::meaning;
use super::parameters::Parameters;

const SHIFT: u32 = 1;
const ALT: u32 = 2;
const CTRL: u32 = 4;
/// Super and Hyper: a chord of the desktop.
const DESKTOP: u32 = 8 | 16;
const META: u32 = 32;
const CAPS_LOCK: u32 = 64;

const ESC: u8 = 0x1B;

/// The modifiers that are held, in the bits of kitty and xterm.
#[derive(Clone, Copy)]
struct Held(u32);

impl Held {
    /// As the two protocols write them: one more than the bits.
    fn written(number: Option<u32>) -> Self {
        Self(number.unwrap_or(1).saturating_sub(1))
    }

    fn any(self, of: u32) -> bool {
        self.0 & of != 0
    }
}

/// A key by its character: plain, with Shift, and where the layout is not Latin, the one in its place there.
#[derive(Clone, Copy)]
struct Named {
    code: u32,
    shifted: Option<u32>,
    latin: Option<u32>,
}

/// `CSI code:shifted:latin ; modifiers:event ; text u`
pub(super) fn kitty(parameters: &Parameters) -> Option<Key> {
    let held = Held::written(parameters.number(1));
    if let Some(text) = parameters.number(2).filter(|_| !held.any(ALT | CTRL | META | DESKTOP)) {
        return character(text).map(Key::Char);
    }
    let [code, shifted, latin] = [0, 1, 2].map(|part| parameters.part(0, part));
    key(Named { code: code?, shifted, latin }, held)
}

/// `CSI 27 ; modifiers ; code ~`
pub(super) fn other_keys(parameters: &Parameters) -> Option<Key> {
    let named = Named { code: parameters.number(2)?, shifted: None, latin: None };
    key(named, Held::written(parameters.number(1)))
}

fn key(named: Named, held: Held) -> Option<Key> {
    if held.any(DESKTOP) {
        return None;
    }
    match named.code {
        9 if held.any(SHIFT) => Some(Key::BackTab),
        9 => Some(Key::Tab),
        13 | 57414 if held.any(ALT | META) => Some(Key::Alt('\n')),
        13 | 57414 => Some(Key::Enter),
        27 => Some(Key::Esc),
        8 | 127 => Some(Key::Backspace),
        57344..=63743 => keypad(named.code),
        _ if held.any(CTRL) => [Some(named.code), named.latin].into_iter().flatten().find_map(control).filter(|_| !held.any(ALT)),
        _ => {
            let typed = typed(named, held)?;
            Some(if held.any(ALT | META) { Key::Alt(typed) } else { Key::Char(typed) })
        }
    }
}

/// kitty's names for the keys of the keypad; it has others, for keys that no screen knows.
fn keypad(code: u32) -> Option<Key> {
    match code {
        57399..=57408 => char::from_digit(code - 57399, 10).map(Key::Char),
        57409 => Some(Key::Char('.')),
        57410 => Some(Key::Char('/')),
        57411 => Some(Key::Char('*')),
        57412 => Some(Key::Char('-')),
        57413 => Some(Key::Char('+')),
        57415 => Some(Key::Char('=')),
        57417 => Some(Key::Left),
        57418 => Some(Key::Right),
        57419 => Some(Key::Up),
        57420 => Some(Key::Down),
        57421 => Some(Key::PageUp),
        57422 => Some(Key::PageDown),
        57423 => Some(Key::Home),
        57424 => Some(Key::End),
        57425 => Some(Key::Insert),
        57426 => Some(Key::Delete),
        _ => None,
    }
}

/// Ctrl and a character: the control that a terminal sends for it otherwise.
fn control(code: u32) -> Option<Key> {
    match u8::try_from(code).ok()? {
        byte @ b'@'..=b'~' => match byte & 0x1F {
            ESC => Some(Key::Esc),
            control => meaning::plain(control),
        },
        _ => None,
    }
}

/// The character with Shift and Caps Lock.
fn typed(named: Named, held: Held) -> Option<char> {
    let plain = character(named.code)?;
    let shift = held.any(SHIFT);
    if let Some(shifted) = named.shifted.filter(|_| shift) {
        return character(shifted);
    }
    let mut upper = plain.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(upper), None) if shift != held.any(CAPS_LOCK) => Some(upper),
        _ => Some(plain),
    }
}

fn character(code: u32) -> Option<char> {
    char::from_u32(code).filter(|character| !character.is_control())
}

/// `CSI virtual key ; scan code ; character ; down ; state ; count _`
pub(super) fn windows(parameters: &Parameters) -> Option<Key> {
    let [key, _, character, down, state] = [0, 1, 2, 3, 4].map(|place| parameters.number(place).unwrap_or(0));
    if down == 0 {
        return None;
    }
    let (alt, ctrl, shift) = (state & 0x03 != 0, state & 0x0C != 0, state & 0x10 != 0);
    match key {
        8 => Some(Key::Backspace),
        9 if shift => Some(Key::BackTab),
        9 => Some(Key::Tab),
        13 if alt => Some(Key::Alt('\n')),
        13 => Some(Key::Enter),
        27 => Some(Key::Esc),
        33 => Some(Key::PageUp),
        34 => Some(Key::PageDown),
        35 => Some(Key::End),
        36 => Some(Key::Home),
        37 => Some(Key::Left),
        38 => Some(Key::Up),
        39 => Some(Key::Right),
        40 => Some(Key::Down),
        45 => Some(Key::Insert),
        46 => Some(Key::Delete),
        112..=123 => u8::try_from(key - 111).ok().map(Key::Function),
        _ => written(character, alt, ctrl),
    }
}

/// What Windows says that a key writes. The right Alt of many layouts is Alt and Ctrl at once.
fn written(code: u32, alt: bool, ctrl: bool) -> Option<Key> {
    match (u8::try_from(code), character(code)) {
        (_, Some(character)) if alt && !ctrl => Some(Key::Alt(character)),
        (_, Some(character)) => Some(Key::Char(character)),
        (Ok(ESC), None) if !alt => Some(Key::Esc),
        (Ok(control @ 1..=0x7F), None) if !alt => meaning::plain(control),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sequence: &str) -> Option<Key> {
        let (last, middle) = sequence.as_bytes().split_last().expect("a last byte");
        meaning::csi(middle, *last)
    }

    #[test]
    fn t14_every_form_of_a_named_key_is_that_key() {
        for (forms, key) in [
            (&["13u", "13;1u", "13;2u", "13;1:1u", "13;1:2u", "57414u", "27;5;13~", "13;28;13;1;0;1_"][..], Key::Enter),
            (&["13;3u", "27;3;13~", "13;28;13;1;2;1_"], Key::Alt('\n')),
            (&["27u", "27;1u", "91;5u", "27;5;91~", "27;1;27;1;0;1_"], Key::Esc),
            (&["9u", "105;5u", "27;5;105~", "9;15;9;1;0;1_"], Key::Tab),
            (&["9;2u", "9;2:1u", "27;2;9~", "9;15;9;1;16;1_"], Key::BackTab),
            (&["127u", "127;5u", "8u", "104;5u", "8;14;8;1;0;1_"], Key::Backspace),
            (&["99;5u", "99:67;6u", "1089::99;5u", "27;5;99~", "67;46;3;1;8;1_", "67;46;3;1;4;1_"], Key::Ctrl('c')),
            (&["106;5u", "27;5;106~", "74;36;10;1;8;1_"], Key::Ctrl('j')),
            (&["97u", "97;1u", "97;1:2u", "97;129u", "97;;97u", "27;1;97~", "65;30;97;1;0;1_", ";;97;1_"], Key::Char('a')),
            (&["97:65;2u", "97;2u", "97;65u", "97;2;65u", "27;2;65~", "65;30;65;1;16;1_"], Key::Char('A')),
            (&["50:64;2u", "50;2;64u", "27;2;64~", "50;3;64;1;16;1_"], Key::Char('@')),
            (&["101;;8364u", "8364u", "69;18;8364;1;9;1_"], Key::Char('€')),
            (&["97;3u", "97;33u", "27;3;97~", "65;30;97;1;2;1_"], Key::Alt('a')),
            (&["57400u", "57400;129u", "97;30;49;1_"], Key::Char('1')),
            (&["1;1:1B", "1;5:2B", "57420u", "40;80;0;1;256;1_"], Key::Down),
            (&["1;1:1H", "57423u", "36;71;0;1;256;1_"], Key::Home),
            (&["3;1:1~", "57426u", "46;83;0;1;256;1_"], Key::Delete),
            (&["1;1:1P", "11;1:1~", "112;59;0;1;0;1_"], Key::Function(1)),
            (&["24;1:1~", "123;88;0;1;0;1_"], Key::Function(12)),
        ] {
            for form in forms {
                assert_eq!(of(form), Some(key), "CSI {form}");
            }
        }
    }

    #[test]
    fn t14_a_key_that_comes_up_and_one_that_no_screen_knows_are_none() {
        for form in [
            "13;1:3u",
            "97;1:3u",
            "1;1:3B",
            "3;1:3~",
            "27;1;27;0;0;1_",
            "65;30;97;0;0;1_",
            "16;42;0;1;16;1_",
            "_",
            "u",
            "97;9u",
            "97;17u",
            "97;7u",
            "57441u",
            "57358u",
            "1114112u",
            "55296u",
            "155u",
            "99999999999u",
            "+97u",
            "?1u",
            ">1u",
            "<1u",
            "27;5~",
            "27;2;155~",
            "0;0;155;1;0;1_",
            "0;0;55357;1;0;1_",
            "1;2;3;4;5;6;7_",
        ] {
            assert_eq!(of(form), None, "CSI {form}");
        }
    }
}
