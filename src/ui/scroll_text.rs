//! A text that scrolls if it is longer than its area, with glyphs where there is more.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::Appearance;
use super::list::{self, Move};
use super::text_writer::TextWriter;
use crate::theme::Role;

/// The width of the glyph for more above or below and the space before it, in the last columns.
const GLYPH_COLUMNS: usize = 2;

/// A text, wrapped for its area.
#[derive(Debug)]
pub(crate) struct ScrollText<'a> {
    appearance: &'a Appearance,
    lines: Vec<Line<'static>>,
    rows: usize,
    offset: usize,
}

impl<'a> ScrollText<'a> {
    /// A text in an area of this size, scrolled to the top. `wrap` returns its lines for a width.
    /// If the text does not fit, the last columns are for the glyphs.
    pub(crate) fn new(
        appearance: &'a Appearance,
        size: Size,
        wrap: impl Fn(usize) -> Vec<Line<'static>>,
    ) -> Self {
        let (columns, rows) = (usize::from(size.width), usize::from(size.height));
        let mut lines = wrap(columns);
        if lines.len() > rows {
            lines = wrap(columns.saturating_sub(GLYPH_COLUMNS));
        }
        Self {
            appearance,
            lines,
            rows,
            offset: 0,
        }
    }

    /// The text with this line, or the last possible one, at the top.
    #[must_use]
    pub(crate) fn scrolled(mut self, offset: usize) -> Self {
        self.offset = offset.min(self.max_offset());
        self
    }

    /// Whether the text is longer than its area.
    pub(crate) fn overflows(&self) -> bool {
        self.max_offset() > 0
    }

    /// The offset that shows the end of the text.
    fn max_offset(&self) -> usize {
        self.lines.len().saturating_sub(self.rows)
    }

    /// The offset after a move.
    pub(crate) fn offset_after(&self, movement: Move) -> usize {
        list::focus_after(self.offset, movement, self.max_offset() + 1, self.rows)
    }

    /// The row of the first line with a span in this style: the nearest row if it is out of view,
    /// and the top row if there is none.
    pub(crate) fn row_of(&self, style: Style) -> u16 {
        let line = self
            .lines
            .iter()
            .position(|line| line.iter().any(|span| span.style == style))
            .unwrap_or(0);
        let row = line
            .saturating_sub(self.offset)
            .min(self.rows.saturating_sub(1));
        u16::try_from(row).unwrap_or(0)
    }

    /// The part of the area below the text.
    pub(crate) fn area_below(&self, area: Rect) -> Rect {
        let rows = u16::try_from(self.lines.len().min(self.rows)).unwrap_or(u16::MAX);
        let rows = rows.min(area.height);
        Rect {
            y: area.y + rows,
            height: area.height - rows,
            ..area
        }
    }
}

impl Widget for &ScrollText<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let glyphs = self.appearance.glyphs;
        let above = (self.offset > 0).then_some(glyphs.more_above);
        let below = (self.offset < self.max_offset()).then_some(glyphs.more_below);
        let mut writer = TextWriter::new(buf, self.appearance, area);
        let lines = self.lines.iter().skip(self.offset).take(self.rows);
        for (row, line) in lines.enumerate() {
            if row == 0 {
                writer.write_right(0, Role::Accent, above.unwrap_or_default());
            }
            if row + 1 == self.rows {
                writer.write_right(0, Role::Accent, below.unwrap_or_default());
            }
            writer.line(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::EN;
    use crate::theme::{Depth, Palette, THEMES};
    use crate::ui::glyph_set::UNICODE;

    fn appearance() -> Appearance {
        Appearance {
            text: &EN,
            palette: Palette::new(&THEMES[0], Depth::None),
            glyphs: &UNICODE,
        }
    }

    fn text(appearance: &Appearance, rows: u16) -> ScrollText<'_> {
        ScrollText::new(appearance, Size::new(6, rows), |columns| {
            appearance.wrap(Role::Text, "a b c d e f g h", columns)
        })
    }

    #[test]
    fn text_that_scrolls_leaves_the_last_columns_to_the_marks() {
        let appearance = appearance();
        for (rows, expected) in [(3, (3, false)), (2, (4, true))] {
            let text = text(&appearance, rows);
            assert_eq!((text.lines.len(), text.overflows()), expected);
        }
    }

    #[test]
    fn every_line_is_seen_on_the_way_down_and_no_move_leads_past_the_ends() {
        let appearance = appearance();
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
        let mut offset = 0;
        let offsets = moves.map(|movement| {
            offset = text(&appearance, 2).scrolled(offset).offset_after(movement);
            offset
        });
        assert_eq!(offsets, [0, 1, 2, 2, 0, 2, 0, 2]);
        let text = text(&appearance, 2).scrolled(99);
        assert_eq!(text.offset_after(Move::Up), 1, "the area has grown since");
    }
}
