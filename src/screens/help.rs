//! Help: what this place is, what is sent and when, and every key that works on the screen below
//! the help.

use ratatui::Frame;

use super::{Screen, ScreenContext, draw_page};
use crate::keymap::{self, KeyContext, Overflow};
use crate::theme::Role;
use crate::ui::layout::{self, PageFrame, labelled};
use crate::ui::list::Move;
use crate::ui::scroll_text::ScrollText;
use crate::ui::text_writer::Line;
use crate::ui::width::{columns, wrap};

/// The help over a screen and its scroll position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Help {
    scrolled: usize,
}

impl Help {
    /// Scrolls the help.
    pub(crate) fn scroll(&mut self, movement: Move, screen: &dyn Screen, context: &ScreenContext) {
        let body = layout::body(context.size, context.appearance.text.help.question, None);
        let passage = ScrollText::new(body.width.into(), body.height.into(), |width| {
            lines(screen, context, width)
        });
        self.scrolled = passage.scroll(self.scrolled, movement);
    }

    /// Draws the help over the whole frame. It explains the keys of the screen below.
    pub(crate) fn draw(self, frame: &mut Frame, screen: &dyn Screen, context: &ScreenContext) {
        let keys = keymap::hints(
            KeyContext::Help,
            Overflow::Whole,
            context.exit_policy(),
            context.appearance,
        );
        let page = PageFrame {
            question: context.appearance.text.help.question,
            aside: None,
            keys: &keys,
        };
        draw_page(frame, context, &page, |writer| {
            let cursor = writer.position();
            let passage = ScrollText::new(writer.columns(), writer.rows_left(), |width| {
                lines(screen, context, width)
            });
            passage.draw(self.scrolled, writer);
            Some(cursor)
        });
    }
}

fn lines(screen: &dyn Screen, context: &ScreenContext, width: usize) -> Vec<Line> {
    let text = &context.appearance.text.help;
    let paragraph = |role, words: &str| {
        wrap(words, width)
            .into_iter()
            .map(move |line| vec![(role, line)])
            .collect::<Vec<Line>>()
    };
    let mut lines = paragraph(Role::Text, text.what);
    lines.extend(paragraph(Role::Text, text.nothing_sent));
    lines.extend(paragraph(Role::Text, text.esc));
    if let Some(contact) = &context.catalog.config.site.contact {
        lines.extend(paragraph(
            Role::Text,
            &format!("{} {contact}", text.contact),
        ));
    }
    lines.push(Line::new());
    lines.extend(paragraph(Role::Question, text.keys));
    let keys = keymap::help_entries(
        screen.focus(context),
        screen.overflow(context),
        context.exit_policy(),
        context.appearance,
    );
    let widest = keys.iter().map(|(key, _)| columns(key)).max().unwrap_or(0);
    lines.extend(
        keys.iter()
            .flat_map(|(key, does)| labelled(width, widest, key, does)),
    );
    lines
}
