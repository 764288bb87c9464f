//! Which key a byte or a sequence is, in the forms of xterm, the VTs, rxvt and the Linux console. With or without
//! modifiers an arrow is an arrow. What stands in no table is no key: the replies and reports of terminals, forged or
//! not, the cursor's place `CSI r ; c R` among them, which reads like an F3 with modifiers (trust.md K7).

use super::super::key::Key;
use super::named;
use super::parameters::Parameters;

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

/// A control after an Esc: the key with Alt. The Linux console sends Shift-Tab so.
pub(super) fn control_with_alt(byte: u8) -> Option<Key> {
    match byte {
        b'\t' => Some(Key::BackTab),
        b'\r' | b'\n' => Some(Key::Alt('\n')),
        _ => None,
    }
}

/// `CSI middle last`.
pub(super) fn csi(middle: &[u8], last: u8) -> Option<Key> {
    let parameters = Parameters::of(middle)?;
    let first = parameters.number(0);
    match last {
        b'_' => named::windows(&parameters),
        _ if parameters.is_release() => None,
        b'u' => named::kitty(&parameters),
        b'~' if first == Some(27) => named::other_keys(&parameters),
        _ if parameters.count() > 2 => None,
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

/// `SS3 middle last`: cursor keys in application mode, F1 to F4, and of the keypad what is no character. The keypad's mode
/// is reset when the screen is entered; its characters come as themselves. `w` is an End key of rxvt.
pub(super) fn ss3(middle: &[u8], last: u8) -> Option<Key> {
    Parameters::of(middle).filter(|parameters| parameters.count() <= 2)?;
    match last {
        b'A'..=b'D' | b'a'..=b'd' => arrow(last),
        b'F' | b'w' => Some(Key::End),
        b'H' => Some(Key::Home),
        b'P'..=b'S' => Some(Key::Function(last - b'P' + 1)),
        b'M' => Some(Key::Enter),
        b'I' => Some(Key::Tab),
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
fn numbered(number: u32) -> Option<Key> {
    let function = |less| u8::try_from(number - less).ok().map(Key::Function);
    match number {
        1 | 7 => Some(Key::Home),
        2 => Some(Key::Insert),
        3 => Some(Key::Delete),
        4 | 8 => Some(Key::End),
        5 => Some(Key::PageUp),
        6 => Some(Key::PageDown),
        11..=15 => function(10),
        17..=21 => function(11),
        23..=24 => function(12),
        _ => None,
    }
}
