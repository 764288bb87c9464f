//! Writes text into a buffer: within a rectangle, in the style of a role, truncated to fit.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::Appearance;
use super::width::{columns, kept, truncate, wrap};
use crate::theme::Role;

/// Writes line after line into a rectangle. Lines below its end are dropped.
pub(crate) struct TextWriter<'a> {
    buf: &'a mut Buffer,
    /// Colours, glyphs and texts.
    pub(crate) appearance: &'a Appearance,
    area: Rect,
    row: u16,
}

impl<'a> TextWriter<'a> {
    /// Starts at the top of a rectangle.
    pub(crate) fn new(buf: &'a mut Buffer, appearance: &'a Appearance, area: Rect) -> Self {
        let area = area.intersection(buf.area);
        Self {
            buf,
            appearance,
            area,
            row: 0,
        }
    }

    /// The width of the rectangle.
    pub(crate) fn columns(&self) -> usize {
        usize::from(self.area.width)
    }

    /// How many rows are left.
    pub(crate) fn rows_left(&self) -> usize {
        usize::from(self.area.height.saturating_sub(self.row))
    }

    /// Where the next line begins on the screen.
    pub(crate) fn position(&self) -> Position {
        self.position_at(0)
    }

    /// The position on the screen of a column of the next line.
    pub(crate) fn position_at(&self, column: usize) -> Position {
        let x = self.area.x.saturating_add(narrow(column));
        Position::new(x, self.area.y + self.row)
    }

    /// Leaves a line empty.
    pub(crate) fn skip(&mut self) {
        self.row = self.row.saturating_add(1).min(self.area.height);
    }

    /// Writes a line and moves to the next one.
    pub(crate) fn line(&mut self, line: &Line) {
        self.write_spans(0, line);
        self.skip();
    }

    /// Writes a line that can have the focus, with the bar if it has.
    pub(crate) fn item(&mut self, focused: bool, line: &Line) {
        if focused {
            self.write(0, Role::Accent, self.appearance.glyphs.focus);
        }
        self.write_spans(2, line);
        self.skip();
    }

    fn write_spans(&mut self, mut column: usize, line: &Line) {
        for span in line {
            let max_width = self.columns().saturating_sub(column);
            let style = line.style.patch(span.style);
            column = self.write_styled(column, max_width, style, &span.content);
        }
    }

    /// Writes text on the current line at a column. Returns the column after it.
    pub(crate) fn write(&mut self, column: usize, role: Role, text: &str) -> usize {
        self.write_within(column, self.columns().saturating_sub(column), role, text)
    }

    /// Writes text of at most `max_width` columns on the current line. Returns the column after it.
    pub(crate) fn write_within(
        &mut self,
        column: usize,
        max_width: usize,
        role: Role,
        text: &str,
    ) -> usize {
        self.write_styled(column, max_width, self.appearance.style(role), text)
    }

    fn write_styled(&mut self, column: usize, max_width: usize, style: Style, text: &str) -> usize {
        let max_width = max_width.min(self.columns().saturating_sub(column));
        if self.row >= self.area.height || max_width == 0 {
            return column;
        }
        let truncated = truncate(text, max_width, self.appearance.glyphs.ellipsis);
        let Position { x, y } = self.position_at(column);
        let (end, _) = self.buf.set_stringn(x, y, truncated, max_width, style);
        usize::from(end - self.area.x)
    }

    /// Like [`TextWriter::write_within`], and highlights these ranges of the text, which must be in
    /// order.
    pub(crate) fn write_matched(
        &mut self,
        column: usize,
        max_width: usize,
        role: Role,
        text: &str,
        matched: &[Range<usize>],
    ) {
        let end = self.write_within(column, max_width, role, text);
        let kept = kept(
            text,
            max_width.min(self.columns().saturating_sub(column)),
            self.appearance.glyphs.ellipsis,
        );
        for range in matched
            .iter()
            .filter(|range| range.start < kept.len() && end > column)
        {
            let start = columns(&text[..range.start]);
            let width = columns(&text[range.start..range.end.min(kept.len())]);
            let Position { x, y } = self.position_at(column + start);
            let cells = Rect::new(x, y, narrow(width), 1);
            let style = self.appearance.style(Role::Match);
            self.buf.set_style(cells, style);
        }
    }

    /// Writes text at the right edge of the current line, if it begins at column `after` or later.
    pub(crate) fn write_right(&mut self, after: usize, role: Role, text: &str) {
        let width = columns(text);
        if let Some(column) = self.columns().checked_sub(width)
            && column >= after
        {
            self.write(column, role, text);
        }
    }

    /// Moves down until only this many rows are left.
    pub(crate) fn skip_to_last(&mut self, rows: usize) {
        self.row = self.row.max(self.area.height.saturating_sub(narrow(rows)));
    }

    /// Draws a line across the rectangle.
    pub(crate) fn rule(&mut self) {
        let rule = self.appearance.glyphs.rule.repeat(self.columns());
        self.line(&self.appearance.span(Role::Rule, rule).into());
    }

    /// Writes text wrapped to the rectangle.
    pub(crate) fn wrapped(&mut self, role: Role, text: &str) {
        for line in self.appearance.wrap(role, text, self.columns()) {
            self.line(&line);
        }
    }

    /// Writes wrapped text after a glyph, with a hanging indent.
    pub(crate) fn write_hanging(&mut self, glyph: &Span, role: Role, text: &str) {
        let indent = glyph.width() + 1;
        self.write_styled(0, self.columns(), glyph.style, &glyph.content);
        for line in wrap(text, self.columns().saturating_sub(indent)) {
            self.write(indent, role, &line);
            self.skip();
        }
    }
}

/// Converts columns of a terminal, of which there are no more than a `u16` holds.
fn narrow(columns: usize) -> u16 {
    u16::try_from(columns).unwrap_or(u16::MAX)
}
