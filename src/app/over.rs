//! Overlays: what covers the visible screen.

use crate::keymap::Focus;
use crate::screens::help::Help;
use crate::screens::staff::Staff;
use crate::screens::{Patience, Screen};

/// The overlay over the visible screen.
#[derive(Debug, Default)]
pub(super) enum Over {
    #[default]
    Nothing,
    Help(Help),
    /// The prompt for the staff PIN.
    Staff(Staff),
}

impl Over {
    /// The context of the overlay's keys, if there is an overlay.
    pub(super) fn focus(&self) -> Option<Focus> {
        match self {
            Self::Nothing => None,
            Self::Help(_) => Some(Focus::Help),
            Self::Staff(_) => Some(Focus::Pin),
        }
    }

    /// How long the kiosk waits without a key press. The start screen waits for ever, but not with
    /// help open over it, which the next customer has not asked for. The PIN prompt has a timeout
    /// of its own.
    pub(super) fn patience(&self, screen: &Screen) -> Patience {
        match (self, screen) {
            (Self::Help(_), Screen::Start(_)) => Patience::Usual,
            (Self::Staff(_), _) => Patience::Endless,
            (Self::Help(_) | Self::Nothing, screen) => screen.face().patience(),
        }
    }
}
