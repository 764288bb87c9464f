//! Help: what this place is, what is sent and when, and every key that works on the screen below
//! the help.

use ratatui::Frame;
use ratatui::layout::Size;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::{Screen, ScreenContext, draw_overlay};
use crate::keymap::{self, KeyContext};
use crate::theme::Role;
use crate::ui::layout::{self, labelled};
use crate::ui::list::Move;
use crate::ui::scroll_text::ScrollText;
use crate::ui::width::columns;

/// The help over a screen and its scroll position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Help {
    scroll_offset: usize,
}

impl Help {
    /// Scrolls the help.
    pub(crate) fn scroll(&mut self, movement: Move, screen: &dyn Screen, context: &ScreenContext) {
        let body = layout::body(context.size, context.appearance.text.help.question, None);
        self.scroll_offset = self
            .text(screen, context, body.as_size())
            .offset_after(movement);
    }

    /// Draws the help over the whole frame. It explains the keys of the screen below.
    pub(crate) fn draw(self, frame: &mut Frame, screen: &dyn Screen, context: &ScreenContext) {
        let question = context.appearance.text.help.question;
        draw_overlay(frame, context, question, KeyContext::Help, |area, buf| {
            self.text(screen, context, area.as_size()).render(area, buf);
            Some(area.as_position())
        });
    }

    fn text<'a>(
        self,
        screen: &dyn Screen,
        context: &ScreenContext<'a>,
        size: Size,
    ) -> ScrollText<'a> {
        ScrollText::new(context.appearance, size, |width| {
            lines(screen, context, width)
        })
        .scrolled(self.scroll_offset)
    }
}

fn lines(screen: &dyn Screen, context: &ScreenContext, width: usize) -> Vec<Line<'static>> {
    let appearance = context.appearance;
    let text = &appearance.text.help;
    let contact = context.catalog.config.site.contact.as_ref();
    let contact = contact.map(|contact| format!("{} {contact}", text.contact));
    let mut lines: Vec<Line> = [text.what, text.nothing_sent, text.esc]
        .into_iter()
        .chain(contact.as_deref())
        .flat_map(|paragraph| appearance.wrap(Role::Text, paragraph, width))
        .collect();
    lines.push(Line::default());
    lines.extend(appearance.wrap(Role::Question, text.keys, width));
    let keys = keymap::help_entries(
        screen.focus(context),
        screen.overflow(context),
        context.exit_policy(),
        appearance,
    );
    let widest = keys.iter().map(|(key, _)| columns(key)).max().unwrap_or(0);
    lines.extend(
        keys.iter()
            .flat_map(|(key, description)| labelled(appearance, width, widest, key, description)),
    );
    lines
}
