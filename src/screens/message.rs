//! A message that scrolls if it does not fit, and lines below it that stay visible.
//!
//! ```text
//! ! The help desk did not start a      ↑   the message: scrolls
//!   session.                           ↓
//! Call 555-0100.                           pinned: the contact; joins the message if too long
//! For staff: S1 · b12-3 · 14:32            pinned: the line for staff, always
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::ScreenContext;
use crate::clean::Clean;
use crate::failure::Fault;
use crate::keymap::Overflow;
use crate::theme::Role;
use crate::ui::Appearance;
use crate::ui::scroll_text::ScrollText;
use crate::ui::text_writer::TextWriter;
use crate::ui::width::{wrap, wrap_span};

/// The maximum number of rows of the line for staff.
const STAFF_ROWS: usize = 2;

/// A message, laid out for its area.
pub(super) struct MessageLayout<'a> {
    appearance: &'a Appearance,
    pub(super) text: ScrollText<'a>,
    pinned: Vec<Line<'static>>,
}

impl<'a> MessageLayout<'a> {
    /// Lays a message out in an area. `message` returns its lines for a width. The paragraphs in
    /// `pinned` stay visible, the most important one last, after a blank line if it is `spacious`.
    /// If not everything fits, they get at most half of the rows, and the first ones move to the
    /// end of the message.
    pub(super) fn new(
        appearance: &'a Appearance,
        area: Size,
        message: impl Fn(usize) -> Vec<Line<'static>>,
        pinned: &[Span],
        spacious: bool,
    ) -> Self {
        let (columns, rows) = (usize::from(area.width), usize::from(area.height));
        let blank = spacious.then(Line::default);
        let all: Vec<Line> = blank.into_iter().chain(wrapped(pinned, columns)).collect();
        if message(columns).len() + all.len() <= rows {
            return Self {
                appearance,
                text: ScrollText::new(appearance, area, message),
                pinned: all,
            };
        }
        let fits = |from: &usize| wrapped(&pinned[*from..], columns).len() <= rows / 2;
        let first = (0..pinned.len()).find(fits).unwrap_or(pinned.len());
        let (moved, kept) = pinned.split_at(first);
        let pinned = wrapped(kept, columns);
        let pinned_rows = u16::try_from(pinned.len()).unwrap_or(u16::MAX);
        let size = Size::new(area.width, area.height.saturating_sub(pinned_rows));
        let whole = |columns: usize| [message(columns), wrapped(moved, columns)].concat();
        Self {
            appearance,
            text: ScrollText::new(appearance, size, whole),
            pinned,
        }
    }

    /// The message with this line, or the last possible one, at the top.
    #[must_use]
    pub(super) fn scrolled(self, offset: usize) -> Self {
        Self {
            text: self.text.scrolled(offset),
            ..self
        }
    }

    /// How much of the message is visible.
    pub(super) fn overflow(&self) -> Overflow {
        if self.text.overflows() {
            Overflow::Part
        } else {
            Overflow::Whole
        }
    }
}

impl Widget for &MessageLayout<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        self.text.render(area, buf);
        let area = self.text.area_below(area);
        let mut writer = TextWriter::new(buf, self.appearance, area);
        for line in &self.pinned {
            writer.line(line);
        }
    }
}

/// The lines of wrapped paragraphs.
pub(super) fn wrapped(paragraphs: &[Span], columns: usize) -> Vec<Line<'static>> {
    let lines = |paragraph| wrap_span(paragraph, columns);
    paragraphs.iter().flat_map(lines).collect()
}

/// The help desk's contact, if it has one.
pub(super) fn contact<'a>(context: &ScreenContext<'a>, role: Role) -> Option<Span<'a>> {
    let contact = context.catalog.config.site.contact.as_ref()?;
    Some(context.appearance.span(role, contact.as_str()))
}

/// `For staff: S2 · b12-3 · 14:32 · K7F204`. If the kiosk's name does not fit into the line, it is
/// returned as a paragraph of its own, for the message.
pub(super) fn for_staff(
    context: &ScreenContext,
    columns: usize,
    fault: Fault,
    clock: &Clean,
) -> (Option<Span<'static>>, Span<'static>) {
    let appearance = context.appearance;
    let kiosk = context.catalog.config.kiosk.name.to_string();
    let line = |kiosk: Option<String>| {
        let parts = [
            Some(fault.code().to_owned()),
            kiosk,
            Some(clock.to_string()),
            Some(context.visit.to_string()),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let separator = format!(" {} ", appearance.glyphs.dot);
        let text = appearance.text.common.for_staff(parts.join(&separator));
        appearance.span(Role::Dim, text)
    };
    let whole = line(Some(kiosk.clone()));
    if wrap(&whole.content, columns).len() <= STAFF_ROWS {
        (None, whole)
    } else {
        (Some(appearance.span(Role::Dim, kiosk)), line(None))
    }
}
