//! Writes text into a buffer: within a rectangle, in the style of a role, truncated to fit.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Appearance;
use super::width::{columns, kept, truncate};
use crate::theme::Role;

/// A prepared line: pieces, each with its role.
pub(crate) type Line = Vec<(Role, String)>;

/// Writes line after line into a rectangle. Lines below its end are dropped.
pub(crate) struct TextWriter<'a> {
    buffer: &'a mut Buffer,
    /// Colours, glyphs and texts.
    pub(crate) look: &'a Appearance,
    area: Rect,
    row: u16,
}

impl<'a> TextWriter<'a> {
    /// Starts at the top of a rectangle.
    pub(crate) fn new(buffer: &'a mut Buffer, look: &'a Appearance, area: Rect) -> Self {
        let area = area.intersection(buffer.area);
        Self {
            buffer,
            look,
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
    pub(crate) fn position(&self) -> (u16, u16) {
        (self.area.x, self.area.y + self.row)
    }

    /// The position on the screen of a column of the next line.
    pub(crate) fn position_at(&self, column: usize) -> (u16, u16) {
        (
            self.area.x.saturating_add(narrow(column)),
            self.area.y + self.row,
        )
    }

    /// Leaves a line empty.
    pub(crate) fn skip(&mut self) {
        self.row = self.row.saturating_add(1).min(self.area.height);
    }

    /// Writes a line of pieces.
    pub(crate) fn line(&mut self, pieces: &[(Role, &str)]) {
        let mut column = 0;
        for (role, text) in pieces {
            column = self.write(column, *role, text);
        }
        self.skip();
    }

    /// Writes a piece on the current line at a column. Returns the column after it.
    pub(crate) fn write(&mut self, column: usize, role: Role, text: &str) -> usize {
        self.write_within(column, self.columns().saturating_sub(column), role, text)
    }

    /// Writes a piece of at most `most` columns on the current line. Returns the column after it.
    pub(crate) fn write_within(
        &mut self,
        column: usize,
        most: usize,
        role: Role,
        text: &str,
    ) -> usize {
        let most = most.min(self.columns().saturating_sub(column));
        if self.row >= self.area.height || most == 0 {
            return column;
        }
        let shown = truncate(text, most, self.look.signs.cut);
        let x = self.area.x + narrow(column);
        let (end, _) = self.buffer.set_stringn(
            x,
            self.area.y + self.row,
            shown,
            most,
            self.look.palette.style(role),
        );
        usize::from(end - self.area.x)
    }

    /// Like [`TextWriter::write_within`], and highlights these ranges of the text, which must be in
    /// order.
    pub(crate) fn write_matched(
        &mut self,
        column: usize,
        most: usize,
        role: Role,
        text: &str,
        matched: &[Range<usize>],
    ) {
        let end = self.write_within(column, most, role, text);
        let kept = kept(
            text,
            most.min(self.columns().saturating_sub(column)),
            self.look.signs.cut,
        );
        for range in matched
            .iter()
            .filter(|range| range.start < kept.len() && end > column)
        {
            let (x, width) = (
                columns(&text[..range.start]),
                columns(&text[range.start..range.end.min(kept.len())]),
            );
            let cells = Rect::new(
                self.area.x + narrow(column + x),
                self.area.y + self.row,
                narrow(width),
                1,
            );
            self.buffer
                .set_style(cells, self.look.palette.style(Role::Match));
        }
    }

    /// Writes a piece at the right edge of the current line, if it begins at column `after` or
    /// later.
    pub(crate) fn write_right(&mut self, after: usize, role: Role, text: &str) {
        let width = columns(text);
        if let Some(column) = self.columns().checked_sub(width)
            && column >= after
        {
            self.write(column, role, text);
        }
    }

    /// Writes a line that can have the focus, with the bar if it has.
    pub(crate) fn item(&mut self, focused: bool, pieces: &[(Role, &str)]) {
        if focused {
            self.write(0, Role::Accent, self.look.signs.focus);
        }
        let mut column = 2;
        for (role, text) in pieces {
            column = self.write(column, *role, text);
        }
        self.skip();
    }

    /// Writes a prepared line.
    pub(crate) fn write_spans(&mut self, line: &Line) {
        let mut column = 0;
        for (role, text) in line {
            column = self.write(column, *role, text);
        }
        self.skip();
    }

    /// Writes a glyph, if any, in the last column of a row of the screen.
    pub(crate) fn write_mark(&mut self, row: u16, sign: Option<&str>) {
        if let Some(sign) = sign
            && self
                .area
                .contains((self.area.right().saturating_sub(1), row).into())
        {
            self.buffer.set_string(
                self.area.right() - 1,
                row,
                sign,
                self.look.palette.style(Role::Accent),
            );
        }
    }

    /// Moves down until only this many rows are left.
    pub(crate) fn skip_to_last(&mut self, rows: usize) {
        self.row = self.row.max(self.area.height.saturating_sub(narrow(rows)));
    }

    /// Draws a line across the rectangle.
    pub(crate) fn rule(&mut self) {
        let line = self.look.signs.rule.repeat(self.columns());
        self.line(&[(Role::Rule, &line)]);
    }

    /// Writes text wrapped to the rectangle.
    pub(crate) fn wrapped(&mut self, role: Role, text: &str) {
        for line in super::width::wrap(text, self.columns()) {
            self.line(&[(role, &line)]);
        }
    }

    /// Writes wrapped text after a glyph, with a hanging indent.
    pub(crate) fn write_hanging(&mut self, sign_role: Role, sign: &str, role: Role, text: &str) {
        let indent = columns(sign) + 1;
        self.write(0, sign_role, sign);
        for line in super::width::wrap(text, self.columns().saturating_sub(indent)) {
            self.write(indent, role, &line);
            self.skip();
        }
    }
}

/// Converts columns of a terminal, of which there are no more than a `u16` holds.
fn narrow(columns: usize) -> u16 {
    u16::try_from(columns).unwrap_or(u16::MAX)
}
