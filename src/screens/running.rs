//! Running: the client is on, and this screen shows nothing of the visit to who stands by (trust.md K11).

use super::{Cursor, Face, Scene, Step};
use crate::app::keys::{Focus, Wish};
use crate::text::Text;
use crate::theme::Role;
use crate::ui::pen::Pen;

/// The screen while the client runs.
#[derive(Debug, PartialEq, Eq)]
pub struct Running;

impl Face for Running {
    fn focus(&self) -> Focus {
        Focus::Running
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.running.question
    }

    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor> {
        let cursor = pen.position();
        pen.wrapped(Role::Text, scene.look.text.running.body);
        Some(cursor)
    }

    fn act(&mut self, _wish: Wish, _scene: &Scene) -> Step {
        Step::Stay
    }
}
