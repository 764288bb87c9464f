//! The shadow buffer: what a terminal shows, cell by cell. Cells that look the same are equal.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Size;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use super::brightness::{self, Brightness};
use super::cursor::{CellStyle, SEEN_ON_BLANK};
use super::glyphs::Glyphs;

pub(super) struct Abilities {
    pub(super) glyphs: Glyphs,
    pub(super) brightness: Brightness,
}

/// Rows of cells, and which of them a frame has changed. A wide character has its symbol in its
/// first cell and the empty string, which no other cell has, in the rest. A blank keeps only the
/// attributes that are visible on it.
#[derive(Default)]
pub(super) struct Cells {
    size: Size,
    content: Vec<Cell>,
    changed: Vec<bool>,
}

impl Cells {
    /// Resizes to blank cells. The old content is overwritten first.
    pub(super) fn resize(&mut self, size: Size) {
        self.overwrite();
        let count = usize::from(size.width) * usize::from(size.height);
        self.size = size;
        self.content.clear();
        self.content.resize(count, blank(Color::Reset));
        self.changed.clear();
        self.changed.resize(count, false);
    }

    pub(super) fn fill(&mut self, background: Color) {
        self.overwrite();
        self.content.fill(blank(background));
    }

    /// Applies the changes of a normalized frame. What the terminal can't draw is replaced.
    pub(super) fn set(&mut self, changes: &[(u16, u16, &Cell)], abilities: &Abilities) {
        for (x, y, cell) in changes {
            self.put(*x, *y, cell, abilities);
        }
    }

    /// Like [`Self::set`], for changes relative to a screen with no background.
    pub(super) fn set_all(&mut self, changes: &[(u16, u16, &Cell)], abilities: &Abilities) {
        let filled = self.content.first().cloned();
        self.content.fill(blank(Color::Reset));
        self.set(changes, abilities);
        for (cell, changed) in self.content.iter().zip(&mut self.changed) {
            *changed = Some(cell) != filled.as_ref();
        }
    }

    pub(super) fn forget_changes(&mut self) {
        self.changed.fill(false);
    }

    pub(super) fn size(&self) -> Size {
        self.size
    }

    pub(super) fn row(&self, row: u16) -> &[Cell] {
        &self.content[self.range(row)]
    }

    /// The changed flag of each cell in a row.
    pub(super) fn changes(&self, row: u16) -> &[bool] {
        &self.changed[self.range(row)]
    }

    /// Overwrites every symbol with a blank, in place.
    pub(super) fn overwrite(&mut self) {
        for cell in &mut self.content {
            cell.set_symbol(" ");
        }
    }

    fn range(&self, row: u16) -> std::ops::Range<usize> {
        let width = usize::from(self.size.width);
        usize::from(row) * width..(usize::from(row) + 1) * width
    }

    fn put(&mut self, x: u16, y: u16, cell: &Cell, abilities: &Abilities) {
        if x >= self.size.width || y >= self.size.height {
            return;
        }
        let start = self.range(y).start + usize::from(x);
        let room = usize::from(self.size.width - x);
        let symbol = cell.symbol();
        let mut bytes = [0; 4];
        let width = symbol.width();
        let (first, rest) = match abilities.glyphs.in_place_of(symbol) {
            _ if width > room => (" ", " "),
            None => (symbol, ""),
            Some(character) if width == 1 => (&*character.encode_utf8(&mut bytes), ""),
            Some(_) => ("?", "?"),
        };
        let count = width.clamp(1, room);
        self.split_wide(start, start + count, self.range(y).end);
        let symbols = std::iter::once(first).chain(std::iter::repeat_n(rest, count - 1));
        for (at, symbol) in (start..).zip(symbols) {
            self.replace(at, shown(cell, symbol, abilities));
        }
    }

    /// Blanks the rest of a wide character that is partly overwritten.
    fn split_wide(&mut self, start: usize, end: usize, row_end: usize) {
        let is_rest = |cells: &[Cell], at: usize| cells[at].symbol().is_empty();
        if is_rest(&self.content, start) {
            let first = (0..start)
                .rfind(|at| !is_rest(&self.content, *at))
                .unwrap_or(start);
            for at in first..start {
                self.make_blank(at);
            }
        }
        let count = (end..row_end)
            .take_while(|at| is_rest(&self.content, *at))
            .count();
        for at in end..end + count {
            self.make_blank(at);
        }
    }

    fn make_blank(&mut self, at: usize) {
        let background = self.content[at].bg;
        self.replace(at, blank(background));
    }

    fn replace(&mut self, at: usize, cell: Cell) {
        if self.content[at] != cell {
            self.content[at] = cell;
            self.changed[at] = true;
        }
    }
}

/// Changes a frame so that ratatui compares what will be shown. A control character becomes a `?`,
/// a symbol without width a blank, and a cell covered by a wide character a blank in the background
/// of that character.
pub(super) fn normalize(frame: &mut Buffer) {
    let width = usize::from(frame.area.width.max(1));
    for row in frame.content.chunks_mut(width) {
        let mut hidden = 0;
        let mut background = Color::Reset;
        for cell in row {
            if hidden > 0 {
                hidden -= 1;
                *cell = blank(background);
            } else {
                hidden = normalize_symbol(cell).saturating_sub(1);
                background = cell.bg;
            }
        }
    }
}

/// Returns how many columns the symbol takes.
fn normalize_symbol(cell: &mut Cell) -> usize {
    let symbol = cell.symbol();
    if symbol.len() == 1 && !symbol.as_bytes()[0].is_ascii_control() {
        return 1;
    }
    if symbol.chars().any(char::is_control) {
        cell.set_symbol("?");
    } else if symbol.width() == 0 {
        cell.set_symbol(" ");
    }
    cell.symbol().width()
}

/// The background that the terminal shows for this one.
pub(super) fn shown_background(background: Color, abilities: &Abilities) -> Color {
    shown(&blank(background), " ", abilities).bg
}

/// The cell as the terminal shows it.
fn shown(cell: &Cell, symbol: &str, abilities: &Abilities) -> Cell {
    let mut shown = Cell::EMPTY;
    shown.set_symbol(symbol).set_bg(cell.bg).set_fg(cell.fg);
    shown.modifier = cell.modifier;
    if abilities.brightness == Brightness::Bold {
        brightness::by_bold(&mut shown);
    }
    if symbol == " " {
        shown.modifier &= SEEN_ON_BLANK;
        if shown.modifier.is_empty() {
            shown.fg = Color::Reset;
        }
    }
    shown
}

fn blank(background: Color) -> Cell {
    let mut cell = Cell::EMPTY;
    cell.set_symbol(" ").set_bg(background);
    cell
}

pub(super) fn style(cell: &Cell) -> CellStyle {
    CellStyle {
        foreground: cell.fg,
        background: cell.bg,
        modifiers: cell.modifier,
    }
}

pub(super) fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && cell.modifier == Modifier::empty()
}

/// Width in columns of the character in the first of these cells.
pub(super) fn width(cells: &[Cell]) -> usize {
    1 + cells
        .iter()
        .skip(1)
        .take_while(|cell| cell.symbol().is_empty())
        .count()
}
