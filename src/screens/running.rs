//! Running: the client is on, and this screen shows nothing of the visit to who stands by (trust.md K11).

use super::{Cursor, Face, Patience, Scene, Step};
use crate::app::keys::{Focus, Wish};
use crate::text::Text;
use crate::theme::Role;
use crate::ui::pen::Pen;

/// The screen while the client runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Running {
    /// Nothing to do here.
    #[default]
    On,
    /// Whether to end it is asked.
    Asking,
}

impl Face for Running {
    fn focus(&self, _scene: &Scene) -> Focus {
        match self {
            Self::On => Focus::Running,
            Self::Asking => Focus::EndSession,
        }
    }

    fn patience(&self) -> Patience {
        Patience::Endless
    }

    fn question(&self, text: &'static Text) -> &'static str {
        match self {
            Self::On => text.running.question,
            Self::Asking => text.running.end_question,
        }
    }

    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor> {
        let text = &scene.look.text.running;
        let cursor = pen.position();
        match self {
            Self::On => pen.wrapped(Role::Text, text.body),
            Self::Asking => pen.wrapped(Role::Text, text.end_body),
        }
        Some(cursor)
    }

    fn act(&mut self, wish: Wish, _scene: &Scene) -> Step {
        match (wish, &self) {
            (Wish::Confirm, Self::On) => *self = Self::Asking,
            (Wish::Confirm, Self::Asking) => {
                *self = Self::On;
                return Step::EndSession;
            }
            (Wish::Back, _) => *self = Self::On,
            (Wish::Pick(_) | Wish::Move(_) | Wish::Skip(_) | Wish::Edit(_) | Wish::Hide | Wish::HandOff, _) => {}
        }
        Step::Stay
    }
}
