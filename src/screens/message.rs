//! A message that scrolls if it does not fit, and lines below it that stay visible.
//!
//! ```text
//! ! The help desk did not start a      ↑   the message: scrolls
//!   session.                           ↓
//! Call 555-0100.                           below: the contact; joins the message if too long
//! For staff: S1 · b12-3 · 14:32            below: the line for staff, always
//! ```

use ratatui::layout::Rect;

use super::ScreenContext;
use crate::clean::Clean;
use crate::failure::Fault;
use crate::keymap::Overflow;
use crate::theme::Role;
use crate::ui::list::Move;
use crate::ui::scroll_text::ScrollText;
use crate::ui::text_writer::{Line, TextWriter};
use crate::ui::width::wrap;

/// The maximum number of rows of the line for staff.
const STAFF_ROWS: usize = 2;

/// A paragraph in one role.
pub(super) type Paragraph = (Role, String);

/// A message, laid out for its area.
pub(super) struct MessageLayout {
    passage: ScrollText,
    below: Vec<Line>,
}

impl MessageLayout {
    /// Lays a message out in `place`. `told` returns its lines for a width. `below` stays visible,
    /// the most important paragraph last, after a blank line if there is `air`. If not everything
    /// fits, `below` gets at most half of the rows, and its first paragraphs move to the end of the
    /// message.
    pub(super) fn new(
        place: Rect,
        told: impl Fn(usize) -> Vec<Line>,
        below: &[Paragraph],
        air: bool,
    ) -> Self {
        let (columns, rows) = (usize::from(place.width), usize::from(place.height));
        let blank = air.then(Line::new);
        let all: Vec<Line> = blank.into_iter().chain(wrapped(below, columns)).collect();
        if told(columns).len() + all.len() <= rows {
            return Self {
                passage: ScrollText::new(columns, rows, told),
                below: all,
            };
        }
        let fits = |from: &usize| wrapped(&below[*from..], columns).len() <= rows / 2;
        let (moved, kept) = below.split_at((0..below.len()).find(fits).unwrap_or(below.len()));
        let kept = wrapped(kept, columns);
        let whole = |columns: usize| [told(columns), wrapped(moved, columns)].concat();
        Self {
            passage: ScrollText::new(columns, rows.saturating_sub(kept.len()), whole),
            below: kept,
        }
    }

    /// How much of the message is visible.
    pub(super) fn extent(&self) -> Overflow {
        if self.passage.is_long() {
            Overflow::Part
        } else {
            Overflow::Whole
        }
    }

    /// The first visible line after a move from `first`.
    pub(super) fn moved(&self, first: usize, movement: Move) -> usize {
        self.passage.scroll(first, movement)
    }

    /// The row of the first line in this role if `first` is the first visible line: the nearest row
    /// if it is out of view, and the top row if there is none.
    pub(super) fn row_of(&self, first: usize, role: Role) -> u16 {
        self.passage.row_of(first, role)
    }

    /// Draws the message from line `first` on.
    pub(super) fn draw(&self, first: usize, writer: &mut TextWriter) {
        self.passage.draw(first, writer);
        for line in &self.below {
            writer.write_spans(line);
        }
    }
}

/// The lines of paragraphs.
pub(super) fn wrapped(sayings: &[Paragraph], columns: usize) -> Vec<Line> {
    let lines = |(role, text): &Paragraph| {
        wrap(text, columns)
            .into_iter()
            .map(|line| vec![(*role, line)])
            .collect::<Vec<Line>>()
    };
    sayings.iter().flat_map(lines).collect()
}

/// `For staff: S2 · b12-3 · 14:32 · K7F204`. If the kiosk's name does not fit into the line, it is
/// returned as a paragraph of its own, for the message.
pub(super) fn for_staff(
    context: &ScreenContext,
    columns: usize,
    fault: Fault,
    clock: &Clean,
) -> (Option<Paragraph>, Paragraph) {
    let kiosk = context.catalog.config.kiosk.name.to_string();
    let line = |kiosk: Option<String>| {
        let parts = [
            Some(fault.code().to_owned()),
            kiosk,
            Some(clock.to_string()),
            Some(context.visit.to_string()),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (
            Role::Dim,
            context
                .appearance
                .text
                .common
                .for_staff(parts.join(&format!(" {} ", context.appearance.signs.dot))),
        )
    };
    let whole = line(Some(kiosk.clone()));
    if wrap(&whole.1, columns).len() <= STAFF_ROWS {
        (None, whole)
    } else {
        (Some((Role::Dim, kiosk)), line(None))
    }
}
