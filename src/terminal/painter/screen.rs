//! What a terminal shows, cell by cell, such that cells that are equal look the same.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Size;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use super::brightness::{self, Brightness};
use super::glyphs::Glyphs;
use super::pen::{Look, SEEN_ON_BLANK};

/// What a terminal can show.
pub(super) struct Abilities {
    pub(super) glyphs: Glyphs,
    pub(super) brightness: Brightness,
}

/// Rows of cells. A wide character has its symbol in its first cell and nothing (`""`, which no other cell has) in the
/// rest; a space carries only what is seen on it.
pub(super) struct Screen {
    size: Size,
    cells: Vec<Cell>,
}

impl Screen {
    /// Nothing but ground.
    pub(super) fn blank(size: Size, ground: Color) -> Self {
        let mut screen = Self { size, cells: Vec::new() };
        screen.make_blank(size, ground);
        screen
    }

    /// Becomes nothing but ground, in the same memory: what was typed stands in the cells.
    pub(super) fn make_blank(&mut self, size: Size, ground: Color) {
        self.overwrite();
        let mut cell = Cell::EMPTY;
        cell.set_symbol(" ").set_bg(ground);
        self.size = size;
        self.cells.clear();
        self.cells.resize(usize::from(size.width) * usize::from(size.height), cell);
    }

    /// Becomes a buffer as a terminal will show it, in the same memory. What a terminal would obey is a `?` from here on, and
    /// what it can't draw is what stands for that.
    pub(super) fn show(&mut self, buffer: &Buffer, size: Size, terminal: &Abilities) {
        if self.size != size {
            // Memory that will be too small, or is not all written again.
            self.overwrite();
        }
        self.size = size;
        self.cells.clear();
        self.cells.reserve_exact(buffer.content.len());
        for row in buffer.content.chunks(usize::from(size.width.max(1))) {
            let mut column = 0;
            while let Some(cell) = row.get(column) {
                column += self.push(cell, row.len() - column, terminal);
            }
        }
    }

    pub(super) fn size(&self) -> Size {
        self.size
    }

    /// The ground of the whole: that of the first cell.
    pub(super) fn ground(&self) -> Color {
        self.cells.first().map_or(Color::Reset, |cell| cell.bg)
    }

    pub(super) fn row(&self, row: u16) -> &[Cell] {
        let width = usize::from(self.size.width);
        &self.cells[usize::from(row) * width..][..width]
    }

    /// Makes every symbol a space, in place.
    pub(super) fn overwrite(&mut self) {
        for cell in &mut self.cells {
            cell.set_symbol(" ");
        }
    }

    /// Appends a character of a row in which there is room for `room` cells, and says how many it took.
    fn push(&mut self, cell: &Cell, room: usize, terminal: &Abilities) -> usize {
        let symbol = cell.symbol();
        let mut bytes = [0; 4];
        let width = if symbol.chars().any(char::is_control) { 1 } else { symbol.width() };
        let (first, rest) = match width {
            0 => (" ", ""),
            _ if width > room => (" ", " "),
            _ if symbol.chars().any(char::is_control) => ("?", ""),
            _ => match terminal.glyphs.in_place_of(symbol) {
                None => (symbol, ""),
                Some(character) if width == 1 => (&*character.encode_utf8(&mut bytes), ""),
                Some(_) => ("?", "?"),
            },
        };
        let took = width.clamp(1, room.max(1));
        for symbol in std::iter::once(first).chain(std::iter::repeat_n(rest, took - 1)) {
            let mut shown = Cell::EMPTY;
            shown.set_symbol(symbol).set_bg(cell.bg).set_fg(cell.fg);
            shown.modifier = cell.modifier;
            if terminal.brightness == Brightness::Bold {
                brightness::by_bold(&mut shown);
            }
            if symbol == " " {
                shown.modifier &= SEEN_ON_BLANK;
                if shown.modifier.is_empty() {
                    shown.fg = Color::Reset;
                }
            }
            self.cells.push(shown);
        }
        took
    }
}

/// How a cell looks.
pub(super) fn look(cell: &Cell) -> Look {
    Look { ink: cell.fg, ground: cell.bg, attributes: cell.modifier }
}

/// Whether a cell shows nothing but its ground.
pub(super) fn is_ground(cell: &Cell) -> bool {
    cell.symbol() == " " && cell.modifier == Modifier::empty()
}

/// How many cells the character in the first of these cells takes.
pub(super) fn width(cells: &[Cell]) -> usize {
    1 + cells.iter().skip(1).take_while(|cell| cell.symbol().is_empty()).count()
}
