//! What stands over the screen that is shown, and covers it.

use crate::keymap::Focus;
use crate::screens::help::Help;
use crate::screens::staff::Staff;
use crate::screens::{Patience, Screen};

/// What covers the screen.
#[derive(Debug, Default)]
pub(super) enum Over {
    /// Nothing.
    #[default]
    Nothing,
    /// The help to it.
    Help(Help),
    /// The question for the staff's PIN.
    Staff(Staff),
}

impl Over {
    /// Where keys go, if not to the screen.
    pub(super) fn focus(&self) -> Option<Focus> {
        match self {
            Self::Nothing => None,
            Self::Help(_) => Some(Focus::Help),
            Self::Staff(_) => Some(Focus::Pin),
        }
    }

    /// How long is waited for somebody who does nothing. The help that is open over the start is for nobody then, and the
    /// staff's PIN has a patience of its own.
    pub(super) fn patience(&self, screen: &Screen) -> Patience {
        match (self, screen) {
            (Self::Help(_), Screen::Start(_)) => Patience::Usual,
            (Self::Staff(_), _) => Patience::Endless,
            (Self::Help(_) | Self::Nothing, screen) => screen.face().patience(),
        }
    }
}
