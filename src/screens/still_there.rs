//! Still there: the idle question. It covers everything that was typed, so that a passer-by can't
//! read it (K11).

use std::time::Duration;

use ratatui::Frame;

use super::{ScreenContext, ceil_seconds, draw_overlay};
use crate::keymap::KeyContext;
use crate::theme::Role;
use crate::ui::text_writer::TextWriter;
use crate::ui::width::wrap;

/// Draws the question over the whole frame, with the time left to answer it.
pub(crate) fn draw(frame: &mut Frame, context: &ScreenContext, left: Duration) {
    let text = &context.appearance.text.still_there;
    let keys = KeyContext::StillThere;
    draw_overlay(frame, context, text.question, keys, |area, buf| {
        let mut writer = TextWriter::new(buf, context.appearance, area);
        writer.wrapped(Role::Focus, text.body);
        writer.wrapped(Role::Text, &text.erased_in(ceil_seconds(left)));
        if let Some(contact) = &context.catalog.config.site.contact {
            // A blank line, unless the contact needs the room.
            if wrap(contact.as_str(), writer.columns()).len() < writer.rows_left() {
                writer.skip();
            }
            writer.wrapped(Role::Dim, contact.as_str());
        }
        Some(area.as_position())
    });
}
