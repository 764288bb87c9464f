//! A text that scrolls if it is longer than its area, with glyphs where there is more.

use super::list::{self, Move};
use super::text_writer::{Line, TextWriter};
use crate::theme::Role;

/// The width of the glyph for more above or below and the space before it, in the last columns.
const SIGNS: usize = 2;

/// A text, wrapped for its area.
#[derive(Debug)]
pub(crate) struct ScrollText {
    lines: Vec<Line>,
    rows: usize,
}

impl ScrollText {
    /// A text in an area of this size. `wrapped` returns its lines for a width. If the text does
    /// not fit, the last columns are for the glyphs.
    pub(crate) fn new(columns: usize, rows: usize, wrapped: impl Fn(usize) -> Vec<Line>) -> Self {
        let lines = wrapped(columns);
        let fits = lines.len() <= rows;
        Self {
            lines: if fits {
                lines
            } else {
                wrapped(columns.saturating_sub(SIGNS))
            },
            rows,
        }
    }

    /// Whether the text is longer than its area.
    pub(crate) fn is_long(&self) -> bool {
        self.max_offset() > 0
    }

    /// The largest first line: that at the end of the text.
    fn max_offset(&self) -> usize {
        self.lines.len().saturating_sub(self.rows)
    }

    /// The first visible line after a move from `first`.
    pub(crate) fn scroll(&self, first: usize, movement: Move) -> usize {
        list::moved(
            first.min(self.max_offset()),
            movement,
            self.max_offset() + 1,
            self.rows,
        )
    }

    /// The row of the first line in this role if `first` is the first visible line: the nearest row
    /// if it is out of view, and the top row if there is none.
    pub(crate) fn row_of(&self, first: usize, role: Role) -> u16 {
        let at = self
            .lines
            .iter()
            .position(|line| line.iter().any(|(its, _)| *its == role))
            .unwrap_or(0);
        let row = at
            .saturating_sub(first.min(self.max_offset()))
            .min(self.rows.saturating_sub(1));
        u16::try_from(row).unwrap_or(0)
    }

    /// Draws the text from line `first` on.
    pub(crate) fn draw(&self, first: usize, writer: &mut TextWriter) {
        let first = first.min(self.max_offset());
        let top = writer.position().1;
        for line in self.lines.iter().skip(first).take(self.rows) {
            writer.write_spans(line);
        }
        let foot = top + u16::try_from(self.rows.saturating_sub(1)).unwrap_or(0);
        writer.write_mark(top, (first > 0).then_some(writer.look.signs.more_above));
        writer.write_mark(
            foot,
            (first < self.max_offset()).then_some(writer.look.signs.more_below),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::width::wrap;
    use super::*;

    fn passage(rows: usize) -> ScrollText {
        ScrollText::new(6, rows, |columns| {
            wrap("a b c d e f g h", columns)
                .into_iter()
                .map(|line| vec![(Role::Text, line)])
                .collect()
        })
    }

    #[test]
    fn text_that_scrolls_leaves_the_last_columns_to_the_marks() {
        assert_eq!((passage(3).lines.len(), passage(3).is_long()), (3, false));
        assert_eq!((passage(2).lines.len(), passage(2).is_long()), (4, true));
    }

    #[test]
    fn every_line_is_seen_on_the_way_down_and_no_move_leads_past_the_ends() {
        let passage = passage(2);
        let moves = [
            Move::Up,
            Move::Down,
            Move::Down,
            Move::Down,
            Move::PageUp,
            Move::PageDown,
            Move::First,
            Move::Last,
        ];
        let mut first = 0;
        let seen = moves.map(|movement| {
            first = passage.scroll(first, movement);
            first
        });
        assert_eq!(seen, [0, 1, 2, 2, 0, 2, 0, 2]);
        assert_eq!(passage.scroll(99, Move::Up), 1, "the area has grown since");
    }
}
