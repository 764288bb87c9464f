//! The shadow buffer: what a terminal shows, cell by cell. Cells that look the same are equal.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Size;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use super::brightness::{self, Brightness};
use super::cursor::{CellStyle, SEEN_ON_BLANK};
use super::glyphs::Glyphs;
use super::symbol::{CellSymbol, LongSymbols};

pub(super) struct Abilities {
    pub(super) glyphs: Glyphs,
    pub(super) brightness: Brightness,
}

/// What one cell shows, in 16 bytes: ratatui's cells take 40.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct ShownCell {
    symbol: CellSymbol,
    pub(super) style: CellStyle,
}

/// Rows of cells, and which of them a frame has changed. A wide character has its symbol in its
/// first cell and the empty symbol, which no other cell has, in the rest. A blank keeps only the
/// attributes that are visible on it.
#[derive(Default)]
pub(super) struct Cells {
    size: Size,
    content: Vec<ShownCell>,
    long_symbols: LongSymbols,
    changed: Vec<bool>,
}

impl Cells {
    /// Resizes to blank cells. The old content is overwritten first.
    pub(super) fn resize(&mut self, size: Size) {
        self.overwrite();
        let count = usize::from(size.width) * usize::from(size.height);
        self.size = size;
        self.content.clear();
        self.content.resize(count, ShownCell::blank(Color::Reset));
        self.changed.clear();
        self.changed.resize(count, false);
    }

    pub(super) fn fill(&mut self, background: Color) {
        self.overwrite();
        self.content.fill(ShownCell::blank(background));
    }

    /// Changes the cells to those of a normalized frame. What the terminal can't draw is replaced.
    pub(super) fn set(&mut self, frame: &Buffer, abilities: &Abilities) {
        let width = usize::from(frame.area.width.max(1));
        for (y, row) in (0..).zip(frame.content.chunks(width)) {
            let mut hidden = 0;
            for (x, cell) in (0..).zip(row) {
                if hidden > 0 {
                    hidden -= 1;
                } else {
                    hidden = self.put(x, y, cell, abilities) - 1;
                }
            }
        }
    }

    /// Like [`Self::set`], when the terminal has just been filled with blanks.
    pub(super) fn set_all(&mut self, frame: &Buffer, abilities: &Abilities) {
        let filled = self.content.first().copied();
        self.set(frame, abilities);
        for (cell, changed) in self.content.iter().zip(&mut self.changed) {
            *changed = Some(*cell) != filled;
        }
    }

    /// Ends a frame.
    pub(super) fn forget_changes(&mut self) {
        self.changed.fill(false);
        let symbols = self.content.iter_mut().map(|cell| &mut cell.symbol);
        self.long_symbols.keep_only(symbols);
    }

    pub(super) fn size(&self) -> Size {
        self.size
    }

    pub(super) fn row(&self, row: u16) -> &[ShownCell] {
        &self.content[self.range(row)]
    }

    pub(super) fn symbol<'a>(&'a self, cell: &'a ShownCell) -> &'a str {
        cell.symbol.text(&self.long_symbols)
    }

    /// The changed flag of each cell in a row.
    pub(super) fn changes(&self, row: u16) -> &[bool] {
        &self.changed[self.range(row)]
    }

    /// Overwrites every symbol with a blank, in place.
    pub(super) fn overwrite(&mut self) {
        for cell in &mut self.content {
            cell.symbol = CellSymbol::BLANK;
        }
        self.long_symbols.wipe();
    }

    fn range(&self, row: u16) -> std::ops::Range<usize> {
        let width = usize::from(self.size.width);
        usize::from(row) * width..(usize::from(row) + 1) * width
    }

    /// Returns how many columns the symbol takes.
    fn put(&mut self, x: u16, y: u16, cell: &Cell, abilities: &Abilities) -> usize {
        let start = self.range(y).start + usize::from(x);
        let room = usize::from(self.size.width - x);
        let symbol = cell.symbol();
        let mut bytes = [0; 4];
        let width = width_of(symbol);
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
            let shown = ShownCell {
                symbol: self.long_symbols.add(symbol),
                style: shown_style(style_of(cell), symbol, abilities),
            };
            self.replace(at, shown);
        }
        count
    }

    /// Blanks the rest of a wide character that is partly overwritten.
    fn split_wide(&mut self, start: usize, end: usize, row_end: usize) {
        if self.content[start].is_rest() {
            let first = (0..start)
                .rfind(|at| !self.content[*at].is_rest())
                .unwrap_or(start);
            for at in first..start {
                self.make_blank(at);
            }
        }
        let count = self.content[end..row_end]
            .iter()
            .take_while(|cell| cell.is_rest())
            .count();
        for at in end..end + count {
            self.make_blank(at);
        }
    }

    fn make_blank(&mut self, at: usize) {
        let background = self.content[at].style.background;
        self.replace(at, ShownCell::blank(background));
    }

    fn replace(&mut self, at: usize, cell: ShownCell) {
        if self.content[at] != cell {
            self.content[at] = cell;
            self.changed[at] = true;
        }
    }
}

impl ShownCell {
    fn blank(background: Color) -> Self {
        Self {
            symbol: CellSymbol::BLANK,
            style: CellStyle {
                background,
                ..CellStyle::PLAIN
            },
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.symbol == CellSymbol::BLANK && self.style.modifiers == Modifier::empty()
    }

    /// Whether this is not the first cell of a wide character.
    pub(super) fn is_rest(&self) -> bool {
        self.symbol == CellSymbol::EMPTY
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
                *cell = Cell::EMPTY;
                cell.set_symbol(" ").set_bg(background);
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
    width_of(cell.symbol())
}

fn width_of(symbol: &str) -> usize {
    if symbol.len() == 1 { 1 } else { symbol.width() }
}

/// The background that the terminal shows for this one.
pub(super) fn shown_background(background: Color, abilities: &Abilities) -> Color {
    let style = ShownCell::blank(background).style;
    shown_style(style, " ", abilities).background
}

/// The style in which the terminal shows this symbol.
fn shown_style(mut style: CellStyle, symbol: &str, abilities: &Abilities) -> CellStyle {
    if abilities.brightness == Brightness::Bold {
        brightness::by_bold(&mut style);
    }
    if symbol == " " {
        style.modifiers &= SEEN_ON_BLANK;
        if style.modifiers.is_empty() {
            style.foreground = Color::Reset;
        }
    }
    style
}

fn style_of(cell: &Cell) -> CellStyle {
    CellStyle {
        foreground: cell.fg,
        background: cell.bg,
        modifiers: cell.modifier,
    }
}

/// Width in columns of the character in the first of these cells.
pub(super) fn width(cells: &[ShownCell]) -> usize {
    1 + cells
        .iter()
        .skip(1)
        .take_while(|cell| cell.is_rest())
        .count()
}
