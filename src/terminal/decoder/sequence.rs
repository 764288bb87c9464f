//! A control sequence that is still arriving: `CSI ...` or `SS3 ...`, also with an 8-bit opener.

use zeroize::Zeroize;

use super::super::key::{KeyCode, KeyEvent, KeyModifiers, press, unmodified};
use super::key_codes;

/// How many bytes of a sequence are kept; a longer one is discarded to its end.
pub(super) const MAX_SEQUENCE: usize = 64;

/// The bytes between the opener and the last byte, up to the limit.
pub(super) struct Sequence {
    opener: Introducer,
    pub(super) middle: Vec<u8>,
    too_long: bool,
    /// The Esc has already counted as the key, so the result is never a character.
    late: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Introducer {
    /// `ESC [`
    Csi,
    /// `ESC O`
    Ss3,
    /// 8E: one character from a set that no keyboard sends follows.
    Ss2,
}

/// What a complete sequence is.
pub(super) enum SequenceState {
    /// A key, or `None` for a sequence without meaning.
    Key(Option<KeyEvent>),
    /// The start of a paste.
    PasteMark,
}

impl Introducer {
    /// The opener for the byte after an Esc.
    pub(super) fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            b'[' => Some(Self::Csi),
            b'O' => Some(Self::Ss3),
            _ => None,
        }
    }

    /// The same byte typed as a letter.
    pub(super) fn letter(self) -> Option<KeyEvent> {
        match self {
            Self::Csi => Some(press(KeyCode::Char('['))),
            Self::Ss3 => Some(press(KeyCode::Char('O'))),
            Self::Ss2 => None,
        }
    }
}

impl Sequence {
    pub(super) fn new(opener: Introducer) -> Self {
        Self {
            opener,
            middle: Vec::with_capacity(MAX_SEQUENCE),
            too_long: false,
            late: false,
        }
    }

    /// A sequence whose Esc has already counted as the key.
    pub(super) fn late(opener: Introducer) -> Self {
        let mut sequence = Self::new(opener);
        sequence.late = true;
        sequence
    }

    pub(super) fn push(&mut self, byte: u8) {
        if self.middle.len() < MAX_SEQUENCE {
            self.middle.push(byte);
        } else {
            self.too_long = true;
        }
    }

    pub(super) fn is_csi_alone(&self) -> bool {
        self.opener == Introducer::Csi && self.middle.is_empty()
    }

    /// Whether this byte is the last. `$` is the last only after a single number (rxvt's Shift and
    /// a key); in replies with several numbers it comes before the last byte.
    pub(super) fn ends_with(&self, byte: u8) -> bool {
        let shifted =
            byte == b'$' && !self.middle.is_empty() && self.middle.iter().all(u8::is_ascii_digit);
        byte >= b'@' || shifted || self.opener == Introducer::Ss2
    }

    /// The meaning with this last byte.
    pub(super) fn end(&self, last: u8) -> SequenceState {
        if self.opener == Introducer::Csi && last == b'~' && self.middle == b"200" {
            return SequenceState::PasteMark;
        }
        let key = match self.opener {
            _ if self.too_long => None,
            Introducer::Csi => key_codes::csi(&self.middle, last),
            Introducer::Ss3 => key_codes::ss3(&self.middle, last),
            Introducer::Ss2 => None,
        };
        SequenceState::Key(key.filter(|key| !self.late || !may_be_text(*key)))
    }
}

/// Whether a key may enter text: a character, or Alt-Enter, which is a line break.
fn may_be_text(key: KeyEvent) -> bool {
    key.modifiers == KeyModifiers::ALT || matches!(unmodified(key), Some(KeyCode::Char(_)))
}

impl Drop for Sequence {
    /// The bytes may have been typed by a person.
    fn drop(&mut self) {
        self.middle.zeroize();
    }
}
