//! Which key a byte or a sequence is, in the forms of xterm, the VT series, rxvt and the Linux
//! console. An arrow with modifiers is just the arrow. A sequence that is in no table is ignored:
//! terminal replies and reports, forged or real, including the cursor position `CSI r ; c R`, which
//! looks like F3 with modifiers (K7).

use super::super::key::{KeyCode, KeyEvent, alt, ctrl, press};
use super::named;
use super::parameters::Parameters;

/// A single ASCII byte other than Esc.
pub(super) fn plain(byte: u8) -> Option<KeyEvent> {
    match byte {
        b'\r' => Some(press(KeyCode::Enter)),
        b'\t' => Some(press(KeyCode::Tab)),
        0x7F | 0x08 => Some(press(KeyCode::Backspace)),
        0x01..=0x1A => Some(ctrl(char::from(byte | 0x60))),
        b' '..=b'~' => Some(press(KeyCode::Char(char::from(byte)))),
        _ => None,
    }
}

/// The letter after the Linux console's `CSI [`.
pub(super) fn console(byte: u8) -> Option<KeyEvent> {
    matches!(byte, b'A'..=b'E').then(|| press(KeyCode::F(byte - b'A' + 1)))
}

/// A control character after an Esc: the key with Alt. The Linux console sends Shift-Tab this way.
pub(super) fn control_with_alt(byte: u8) -> Option<KeyEvent> {
    match byte {
        b'\t' => Some(press(KeyCode::BackTab)),
        b'\r' | b'\n' => Some(alt(KeyCode::Enter)),
        _ => None,
    }
}

/// `CSI middle last`.
pub(super) fn csi(middle: &[u8], last: u8) -> Option<KeyEvent> {
    let parameters = Parameters::parse(middle)?;
    let first = parameters.number(0);
    match last {
        b'_' => named::windows(&parameters),
        _ if parameters.is_release() => None,
        b'u' => named::kitty(&parameters),
        b'~' if first == Some(27) => named::other_keys(&parameters),
        _ if parameters.count() > 2 => None,
        b'A'..=b'D' | b'a'..=b'd' => arrow(last),
        b'F' => Some(press(KeyCode::End)),
        b'H' => Some(press(KeyCode::Home)),
        b'P' => Some(press(KeyCode::F(1))),
        b'Q' => Some(press(KeyCode::F(2))),
        b'S' => Some(press(KeyCode::F(4))),
        b'Z' => Some(press(KeyCode::BackTab)),
        b'~' | b'^' | b'@' | b'$' => numbered(first?),
        _ => None,
    }
}

/// `SS3 middle last`: cursor keys in application mode, F1 to F4, and the keypad keys that are not
/// characters. Entering the screen resets the keypad mode, so its characters arrive as plain text.
/// `w` is an End key of rxvt.
pub(super) fn ss3(middle: &[u8], last: u8) -> Option<KeyEvent> {
    Parameters::parse(middle).filter(|parameters| parameters.count() <= 2)?;
    match last {
        b'A'..=b'D' | b'a'..=b'd' => arrow(last),
        b'F' | b'w' => Some(press(KeyCode::End)),
        b'H' => Some(press(KeyCode::Home)),
        b'P'..=b'S' => Some(press(KeyCode::F(last - b'P' + 1))),
        b'M' => Some(press(KeyCode::Enter)),
        b'I' => Some(press(KeyCode::Tab)),
        _ => None,
    }
}

fn arrow(last: u8) -> Option<KeyEvent> {
    match last.to_ascii_uppercase() {
        b'A' => Some(press(KeyCode::Up)),
        b'B' => Some(press(KeyCode::Down)),
        b'C' => Some(press(KeyCode::Right)),
        b'D' => Some(press(KeyCode::Left)),
        _ => None,
    }
}

fn numbered(number: u32) -> Option<KeyEvent> {
    let function = |less| {
        u8::try_from(number - less)
            .ok()
            .map(|number| press(KeyCode::F(number)))
    };
    match number {
        1 | 7 => Some(press(KeyCode::Home)),
        2 => Some(press(KeyCode::Insert)),
        3 => Some(press(KeyCode::Delete)),
        4 | 8 => Some(press(KeyCode::End)),
        5 => Some(press(KeyCode::PageUp)),
        6 => Some(press(KeyCode::PageDown)),
        11..=15 => function(10),
        17..=21 => function(11),
        23..=24 => function(12),
        _ => None,
    }
}
