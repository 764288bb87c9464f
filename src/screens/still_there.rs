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
pub(crate) fn draw(frame: &mut Frame, context: &ScreenContext, left: Duration) {
    let text = &context.appearance.text.still_there;
    let keys = keymap::hints(
        KeyContext::StillThere,
        Overflow::Whole,
        context.exit_policy(),
        context.appearance,
    );
    let page = PageFrame {
        question: text.question,
        aside: None,
        keys: &keys,
    };
    draw_page(frame, context, &page, |writer| {
        let cursor = writer.position();
        writer.wrapped(Role::Focus, text.body);
        writer.wrapped(Role::Text, &text.erased_in(ceil_seconds(left)));
        if let Some(contact) = &context.catalog.config.site.contact {
            // A blank line, unless the contact needs the room.
            if wrap(contact.as_str(), writer.columns()).len() < writer.rows_left() {
                writer.skip();
            }
            writer.wrapped(Role::Dim, contact.as_str());
        }
        Some(cursor)
    });
}
