//! Decoded input: crossterm's key events, and pastes.
//!
//! Only crossterm's types are used. Its event reader has no limit for a paste, spins after a
//! hang-up and splits escape sequences (crossterm issues 1060, 793 and 993). [`super::decoder`]
//! creates these events instead.

pub use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key without modifiers. Shift is already part of a character and of `BackTab`.
pub const fn press(code: KeyCode) -> KeyEvent {
    KeyEvent::new(code, KeyModifiers::NONE)
}

/// Ctrl and a lower-case letter.
pub const fn ctrl(letter: char) -> KeyEvent {
    KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL)
}

pub const fn alt(code: KeyCode) -> KeyEvent {
    KeyEvent::new(code, KeyModifiers::ALT)
}

/// The key code if no modifiers were pressed.
pub fn unmodified(key: KeyEvent) -> Option<KeyCode> {
    key.modifiers.is_empty().then_some(key.code)
}

#[derive(Clone, PartialEq, Eq)]
pub enum Input {
    Key(KeyEvent),
    /// A key within 30 ms of other input. It may be part of text pasted without brackets, so it
    /// does not count as a decision (T15).
    Burst {
        key: KeyEvent,
        /// Whether nothing followed within 30 ms.
        last: bool,
    },
    /// Pasted text: at most 4 KiB, line breaks as `\n`, not cleaned yet.
    Paste(zeroize::Zeroizing<String>),
}

impl std::fmt::Debug for Input {
    /// Omits what was typed or pasted.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Key(_) => "Key",
            Self::Burst { .. } => "Burst",
            Self::Paste(_) => "Paste",
        })
    }
}

/// A short name of a key, to compare in tests.
#[cfg(test)]
pub(super) fn named(key: KeyEvent) -> String {
    match (key.modifiers, key.code) {
        (KeyModifiers::CONTROL, KeyCode::Char(letter)) => format!("Ctrl({letter:?})"),
        (KeyModifiers::ALT, KeyCode::Char(character)) => format!("Alt({character:?})"),
        (KeyModifiers::ALT, KeyCode::Enter) => "Alt('\\n')".to_owned(),
        (KeyModifiers::NONE, KeyCode::F(number)) => format!("Function({number})"),
        (KeyModifiers::NONE, code) => format!("{code:?}"),
        (modifiers, code) => format!("{modifiers:?} {code:?}"),
    }
}
