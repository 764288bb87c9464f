//! Which key a byte or a sequence is, in the forms of xterm, the VTs, rxvt and the Linux console. With or without
//! modifiers an arrow is an arrow. What stands in no table is no key: the replies and reports of terminals, forged or
//! not, the cursor's place `CSI r ; c R` among them, which reads like an F3 with modifiers (trust.md K7).

use super::super::key::Key;

/// A byte of ASCII on its own; not Esc.
pub(super) fn plain(byte: u8) -> Option<Key> {
    match byte {
        b'\r' => Some(Key::Enter),
        b'\t' => Some(Key::Tab),
        0x7F | 0x08 => Some(Key::Backspace),
        0x01..=0x1A => Some(Key::Ctrl(char::from(byte | 0x60))),
        b' '..=b'~' => Some(Key::Char(char::from(byte))),
        _ => None,
    }
}

/// The letter after the Linux console's `CSI [`.
pub(super) fn console(byte: u8) -> Option<Key> {
    matches!(byte, b'A'..=b'E').then(|| Key::Function(byte - b'A' + 1))
}

/// `CSI middle last`.
pub(super) fn csi(middle: &[u8], last: u8) -> Option<Key> {
    let (first, _modifiers) = numbers(middle)?;
    match last {
        b'A'..=b'D' | b'a'..=b'd' => arrow(last),
        b'F' => Some(Key::End),
        b'H' => Some(Key::Home),
        b'P' => Some(Key::Function(1)),
        b'Q' => Some(Key::Function(2)),
        b'S' => Some(Key::Function(4)),
        b'Z' => Some(Key::BackTab),
        b'~' | b'^' | b'@' | b'$' => numbered(first?),
        _ => None,
    }
}

/// `SS3 middle last`: cursor keys and the keypad in application mode, F1 to F4.
pub(super) fn ss3(middle: &[u8], last: u8) -> Option<Key> {
    numbers(middle)?;
    match last {
        b'A'..=b'D' | b'a'..=b'd' => arrow(last),
        b'F' => Some(Key::End),
        b'H' => Some(Key::Home),
        b'P'..=b'S' => Some(Key::Function(last - b'P' + 1)),
        b'M' => Some(Key::Enter),
        b'I' => Some(Key::Tab),
        b'X' => Some(Key::Char('=')),
        // The digits and signs of the keypad stand 64 above themselves.
        b'j'..=b'y' => Some(Key::Char(char::from(last - 64))),
        _ => None,
    }
}

fn arrow(last: u8) -> Option<Key> {
    match last.to_ascii_uppercase() {
        b'A' => Some(Key::Up),
        b'B' => Some(Key::Down),
        b'C' => Some(Key::Right),
        b'D' => Some(Key::Left),
        _ => None,
    }
}

/// The keys of `CSI number ~`.
fn numbered(number: u8) -> Option<Key> {
    match number {
        1 | 7 => Some(Key::Home),
        2 => Some(Key::Insert),
        3 => Some(Key::Delete),
        4 | 8 => Some(Key::End),
        5 => Some(Key::PageUp),
        6 => Some(Key::PageDown),
        11..=15 => Some(Key::Function(number - 10)),
        17..=21 => Some(Key::Function(number - 11)),
        23..=24 => Some(Key::Function(number - 12)),
        _ => None,
    }
}

/// The number of a key and that of its modifiers: at most two, small, with nothing else about them.
fn numbers(middle: &[u8]) -> Option<(Option<u8>, Option<u8>)> {
    let plain = middle.iter().all(|&byte| byte.is_ascii_digit() || byte == b';');
    let text = std::str::from_utf8(middle).ok().filter(|_| plain)?;
    let number = |text: &str| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
    match text.split_once(';') {
        None => Some((number(text)?, None)),
        Some((first, second)) => Some((number(first)?, number(second)?)),
    }
}
