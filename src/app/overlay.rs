//! Overlays: what covers the visible screen.

use crate::keymap::KeyContext;
use crate::screens::help::Help;
use crate::screens::staff::StaffPin;
use crate::screens::{AnyScreen, IdlePolicy};

/// The overlay over the visible screen.
#[derive(Debug, Default)]
pub(super) enum Overlay {
    #[default]
    None,
    Help(Help),
    /// The prompt for the staff PIN.
    Staff(StaffPin),
}

impl Overlay {
    /// The context of the overlay's keys, if there is an overlay.
    pub(super) fn focus(&self) -> Option<KeyContext> {
        match self {
            Self::None => None,
            Self::Help(_) => Some(KeyContext::Help),
            Self::Staff(_) => Some(KeyContext::Pin),
        }
    }

    /// How long the kiosk waits without a key press. The start screen waits for ever, but not with
    /// help open over it, which the next customer has not asked for. The PIN prompt has a timeout
    /// of its own.
    pub(super) fn idle_policy(&self, screen: &AnyScreen) -> IdlePolicy {
        match (self, screen) {
            (Self::Help(_), AnyScreen::Start(_)) => IdlePolicy::Configured,
            (Self::Staff(_), _) => IdlePolicy::Never,
            (Self::Help(_) | Self::None, screen) => screen.as_screen().idle_policy(),
        }
    }
}
