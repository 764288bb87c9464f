//! What comes from a keyboard, once its bytes are understood.

/// A key, as the decoder tells it. Shift is part of a character; keys that no screen knows are not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A character that was typed: never a control character.
    Char(char),
    /// Ctrl and a letter, in lower case.
    Ctrl(char),
    /// Alt and a character, or Alt and Enter as `\n`.
    Alt(char),
    /// Enter.
    Enter,
    /// Esc on its own.
    Esc,
    /// Tab.
    Tab,
    /// Shift and Tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// F1 to F12.
    Function(u8),
}

/// What the terminal says.
#[derive(Clone, PartialEq, Eq)]
pub enum Input {
    /// A key was struck.
    Key(Key),
    /// A key within 30 ms of other input. It may be part of text that was pasted without brackets, so it is not a
    /// decision (trust.md T15).
    Burst {
        /// The key.
        key: Key,
        /// Whether nothing followed it within 30 ms.
        last: bool,
    },
    /// Text was pasted: at most 4 KiB, as it came, its line breaks `\n`. Not cleaned yet.
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
