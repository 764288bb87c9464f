//! Input, once its bytes are understood: crossterm's key events, and pastes.
//!
//! Only crossterm's types are used. Its event reader has no bound on a paste, spins after a hang-up and splits escape
//! sequences (crossterm issues 1060, 793 and 993), so [`super::decoder`] makes these events.

pub use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key without modifiers. Shift is part of a character, and of `BackTab`.
pub const fn press(code: KeyCode) -> KeyEvent {
    KeyEvent::new(code, KeyModifiers::NONE)
}

/// Ctrl and a letter in lower case.
pub const fn ctrl(letter: char) -> KeyEvent {
    KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL)
}

/// Alt and a key.
pub const fn alt(code: KeyCode) -> KeyEvent {
    KeyEvent::new(code, KeyModifiers::ALT)
}

/// The code of a key that was pressed without modifiers.
pub fn unmodified(key: KeyEvent) -> Option<KeyCode> {
    key.modifiers.is_empty().then_some(key.code)
}

/// What the terminal sends.
#[derive(Clone, PartialEq, Eq)]
pub enum Input {
    /// A key was pressed.
    Key(KeyEvent),
    /// A key within 30 ms of other input. It may be part of text that was pasted without brackets, so it is not a
    /// decision (T15).
    Burst {
        /// The key.
        key: KeyEvent,
        /// Whether nothing followed it within 30 ms.
        last: bool,
    },
    /// Text was pasted: at most 4 KiB, as it came, its line breaks `\n`. Not sanitized yet.
    Paste(zeroize::Zeroizing<String>),
}

impl std::fmt::Debug for Input {
    /// Says nothing of what was typed or pasted.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Key(_) => "Key",
            Self::Burst { .. } => "Burst",
            Self::Paste(_) => "Paste",
        })
    }
}

/// A key in short, for what a test compares.
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
