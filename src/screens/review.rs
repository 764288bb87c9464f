//! Review: whom or what, all that will be sent, and which computer will be seen. Enter sends it.

use super::{Cursor, Face, Scene, Step};
use crate::app::keys::{Focus, Wish};
use crate::clean::Clean;
use crate::session::{Rep, SessionRequest};
use crate::text::Text;
use crate::theme::Role;
use crate::ui::pen::Pen;
use crate::ui::skeleton::{self, labelled};
use crate::ui::width::columns;

/// What stands before the customer for a last look.
#[derive(Debug, PartialEq, Eq)]
pub struct Review {
    request: SessionRequest,
    /// Whom it goes to, where that is somebody.
    rep: Option<Rep>,
}

impl Review {
    /// Before a session with one representative.
    pub fn rep(rep: &Rep) -> Self {
        Self { request: SessionRequest::rep(rep), rep: Some(rep.clone()) }
    }

    /// Before a session with anyone who is free.
    pub fn anyone() -> Self {
        Self { request: SessionRequest::anyone(), rep: None }
    }

    fn goes_to(&self, text: &Text) -> String {
        let Some(rep) = &self.rep else { return text.review.help_desk.to_owned() };
        let known = [Some(&rep.name), rep.title.as_ref(), rep.team.as_ref()];
        known.into_iter().flatten().map(Clean::as_str).collect::<Vec<_>>().join(", ")
    }

    fn sent(&self, text: &Text) -> &'static str {
        if self.rep.is_some() { text.review.rep_sent } else { text.review.nothing_sent }
    }
}

impl Face for Review {
    fn focus(&self) -> Focus {
        Focus::Review
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.review.question
    }

    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor> {
        let text = &scene.look.text.review;
        let airy = skeleton::is_airy(scene.size);
        let cursor_above = pen.position();
        let label = columns(text.goes_to).max(columns(text.we_send));
        labelled(pen, label, text.goes_to, &self.goes_to(scene.look.text));
        labelled(pen, label, text.we_send, self.sent(scene.look.text));
        if airy {
            pen.skip();
        }
        pen.wrapped(Role::Text, &text.this_computer(scene.desk.config.kiosk.name.as_str()));
        if airy {
            pen.skip();
        }
        if pen.rows_left() == 0 {
            // The footer says the same, and what the helper will see comes first.
            return Some(cursor_above);
        }
        let cursor = pen.position();
        let enter = scene.look.text.keys.enter;
        let pieces = [
            (Role::Accent, scene.look.signs.focus),
            (Role::Text, " "),
            (Role::Number, enter),
            (Role::Text, "  "),
            (Role::Focus, text.start_here),
        ];
        pen.line(&pieces);
        Some(cursor)
    }

    fn act(&mut self, wish: Wish, _scene: &Scene) -> Step {
        match wish {
            Wish::Confirm => Step::Connect(self.request.clone()),
            Wish::Back => Step::Back,
            Wish::Pick(_) | Wish::Move(_) | Wish::Edit(_) => Step::Stay,
        }
    }
}
