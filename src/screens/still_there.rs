//! Still there: the idle question. It covers everything that was typed, so that a passer-by can't
//! read it (K11).

use std::time::Duration;

use ratatui::Frame;

use super::{ScreenContext, ceil_seconds, draw_page};
use crate::keymap::{self, KeyContext, Overflow};
use crate::theme::Role;
use crate::ui::layout::PageFrame;
use crate::ui::width::wrap;

/// Draws the question over the whole frame, with the time left to answer it.
pub fn draw(frame: &mut Frame, scene: &ScreenContext, left: Duration) {
    let text = &scene.look.text.still_there;
    let keys = keymap::hints(
        KeyContext::StillThere,
        Overflow::Whole,
        scene.exit_policy(),
        scene.look,
    );
    let page = PageFrame {
        question: text.question,
        aside: None,
        keys: &keys,
    };
    draw_page(frame, scene, &page, |pen| {
        let cursor = pen.position();
        pen.wrapped(Role::Focus, text.body);
        pen.wrapped(Role::Text, &text.erased_in(ceil_seconds(left)));
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
