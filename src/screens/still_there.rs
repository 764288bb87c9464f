//! Still there: the idle question. It covers everything that was typed, so that a passer-by can't
//! read it (K11).

use std::time::Duration;

use ratatui::Frame;

use super::{Scene, draw_page, whole_seconds};
use crate::keymap::{self, Extent, Focus};
use crate::theme::Role;
use crate::ui::skeleton::Page;
use crate::ui::width::wrap;

/// Draws the question over the whole frame, with the time left to answer it.
pub fn draw(frame: &mut Frame, scene: &Scene, left: Duration) {
    let text = &scene.look.text.still_there;
    let keys = keymap::hints(Focus::StillThere, Extent::Whole, scene.door(), scene.look);
    let page = Page { question: text.question, aside: None, keys: &keys };
    draw_page(frame, scene, &page, |pen| {
        let cursor = pen.position();
        pen.wrapped(Role::Focus, text.body);
        pen.wrapped(Role::Text, &text.erased_in(whole_seconds(left)));
        if let Some(contact) = &scene.desk.config.site.contact {
            // A blank line, unless the contact needs the room.
            if wrap(contact.as_str(), pen.columns()).len() < pen.rows_left() {
                pen.skip();
            }
            pen.wrapped(Role::Dim, contact.as_str());
        }
        Some(cursor)
    });
}
