//! Groups the changed cells of a frame into runs of one style, and draws the runs.
//!
//! Selecting a true colour takes twenty bytes, a move six to eight. So a page of a list whose rows
//! all have a bright name and dim columns is shorter when drawn colour by colour; a page in sixteen
//! colours is shorter row by row. Both are tried.

use crossterm::terminal::{Clear, ClearType};
use ratatui::style::Color;

use super::super::profile::TerminalProfile;
use super::super::sequences::queue;
use super::cells::{Cells, ShownCell, width};
use super::cursor::CursorState;

/// How many unchanged cells may be rewritten instead of skipped. A move takes about four bytes.
const LONGEST_GAP: usize = 8;
/// From this many changed cells on, erasing to the end of the line (three bytes) is shorter.
const SHORTEST_ERASE: usize = 3;
/// The first of the characters (mostly emoji) whose width differs between terminals.
const UNSURE_WIDTH: char = '\u{1F000}';

/// Adjacent changed cells in a row with one foreground and one background.
#[derive(Clone, Copy)]
struct StyledRun {
    row: u16,
    from: usize,
    extent: RunExtent,
    /// `None`: all cells are blank, and any foreground will do.
    foreground: Option<Color>,
    background: Color,
}

#[derive(Clone, Copy)]
enum RunExtent {
    /// Written up to this column (exclusive).
    To(usize),
    /// Erased to the right edge.
    Erase,
}

pub(super) fn draw(
    cells: &Cells,
    kind: TerminalProfile,
    cursor: &mut CursorState,
    out: &mut String,
) {
    let mut runs = Vec::new();
    for row in 0..cells.size().height {
        find(row, cells, kind, &mut runs);
    }
    cursor.shorter(
        out,
        |cursor, out| row_by_row(&runs, cells, cursor, out),
        |cursor, out| colour_by_colour(&runs, cells, cursor, out),
    );
}

fn row_by_row(runs: &[StyledRun], cells: &Cells, cursor: &mut CursorState, out: &mut String) {
    for run in runs {
        run.draw(cells, cursor, out);
    }
}

fn colour_by_colour(runs: &[StyledRun], cells: &Cells, cursor: &mut CursorState, out: &mut String) {
    let mut left = runs.to_vec();
    let mut colours = cursor.style.map_or((Color::Reset, Color::Reset), |style| {
        (style.foreground, style.background)
    });
    while let Some(first) = left.first() {
        if !left.iter().any(|run| run.is_in(colours)) {
            colours = (first.foreground.unwrap_or(colours.0), first.background);
        }
        let (these, later) = left
            .iter()
            .copied()
            .partition::<Vec<_>, _>(|run| run.is_in(colours));
        row_by_row(&these, cells, cursor, out);
        left = later;
    }
}

fn find(row: u16, cells: &Cells, kind: TerminalProfile, runs: &mut Vec<StyledRun>) {
    let (changed, cells) = (cells.changes(row), cells.row(row));
    if !changed.contains(&true) {
        return;
    }
    let first_of_row = runs.len();
    let erased_from = blank_end(changed, cells, kind);
    let mut column = 0;
    while column < erased_from.unwrap_or(cells.len()) {
        let end = column + width(&cells[column..]);
        if changed[column..end].contains(&true) {
            let cell = &cells[column];
            let foreground = (!cell.is_blank()).then_some(cell.style.foreground);
            let previous = runs[first_of_row..]
                .last_mut()
                .filter(|run| run.continues(column, foreground, cell.style.background));
            match previous {
                Some(run) => {
                    (run.extent, run.foreground) =
                        (RunExtent::To(end), run.foreground.or(foreground));
                }
                None => runs.push(StyledRun {
                    row,
                    from: column,
                    extent: RunExtent::To(end),
                    foreground,
                    background: cell.style.background,
                }),
            }
        }
        column = end;
    }
    if let Some(from) = erased_from {
        runs.push(StyledRun {
            row,
            from,
            extent: RunExtent::Erase,
            foreground: None,
            background: cells[from].style.background,
        });
    }
}

/// The column from which erasing the rest of the row is shorter than writing it. This needs a row
/// that is blank up to the right edge, a terminal that erases in the current background, and enough
/// changed cells.
fn blank_end(changed: &[bool], cells: &[ShownCell], kind: TerminalProfile) -> Option<usize> {
    let last = cells.last().filter(|cell| cell.is_blank())?;
    if last.style.background != Color::Reset && !kind.erases_with_background() {
        return None;
    }
    let blank_from = cells
        .iter()
        .rposition(|cell| cell != last)
        .map_or(0, |column| column + 1);
    let first = (blank_from..cells.len()).find(|column| changed[*column])?;
    let end = (first..cells.len()).rfind(|column| changed[*column])?;
    (end - first >= SHORTEST_ERASE).then_some(first)
}

impl StyledRun {
    fn is_in(&self, (foreground, background): (Color, Color)) -> bool {
        self.foreground.is_none_or(|own| own == foreground) && self.background == background
    }

    fn continues(&self, column: usize, foreground: Option<Color>, background: Color) -> bool {
        let is_next = matches!(self.extent, RunExtent::To(end) if end == column);
        let one_colour =
            foreground.is_none() || self.foreground.is_none() || self.foreground == foreground;
        is_next && self.background == background && one_colour
    }

    fn draw(&self, cells: &Cells, cursor: &mut CursorState, out: &mut String) {
        let row = RowRuns {
            number: self.row,
            cells: cells.row(self.row),
            screen: cells,
        };
        row.move_to(self.from, cursor, out);
        match self.extent {
            RunExtent::To(end) => row.write(self.from, end, cursor, out),
            RunExtent::Erase => queue(out, Clear(ClearType::UntilNewLine)),
        }
    }
}

/// A row of the new frame.
struct RowRuns<'a> {
    number: u16,
    cells: &'a [ShownCell],
    screen: &'a Cells,
}

impl RowRuns<'_> {
    /// Moves to a column and sets its style. A short gap is rewritten instead of skipped.
    fn move_to(&self, column: usize, cursor: &mut CursorState, out: &mut String) {
        let jump = |cursor: &mut CursorState, out: &mut String| {
            cursor.move_to(u16::try_from(column).unwrap_or(u16::MAX), self.number, out);
            self.set_style(column, cursor, out);
        };
        match self.gap_start(column, cursor) {
            None => jump(cursor, out),
            Some(from) => cursor.shorter(out, jump, |cursor, out| {
                self.write(from, column, cursor, out);
                jump(cursor, out);
            }),
        }
    }

    /// The start of a short gap before a column, if the cursor is there.
    fn gap_start(&self, column: usize, cursor: &CursorState) -> Option<usize> {
        let from = cursor
            .position
            .filter(|at| at.1 == self.number)
            .map(|at| usize::from(at.0))?;
        let gap = column.checked_sub(from)?;
        ((1..=LONGEST_GAP).contains(&gap) && !self.cells[from].is_rest()).then_some(from)
    }

    /// Writes the characters from the cursor's column up to `end`.
    fn write(&self, from: usize, end: usize, cursor: &mut CursorState, out: &mut String) {
        let mut column = from;
        while column < end {
            let after = column + width(&self.cells[column..]);
            if cursor.position.is_none() {
                cursor.move_to(u16::try_from(column).unwrap_or(u16::MAX), self.number, out);
            }
            self.set_style(column, cursor, out);
            let symbol = self.screen.symbol(&self.cells[column]);
            out.push_str(symbol);
            let known = u16::try_from(after)
                .ok()
                .filter(|_| self.is_sure(symbol, after));
            cursor.position = known.map(|after| (after, self.number));
            column = after;
        }
    }

    /// Whether the cursor position after this character is known. Terminals differ at the right
    /// edge and in the width of some characters; there the next move is absolute.
    fn is_sure(&self, symbol: &str, after: usize) -> bool {
        let mut characters = symbol.chars();
        let known = characters.next().is_some_and(|first| first < UNSURE_WIDTH)
            && characters.next().is_none();
        known && after < self.cells.len()
    }

    fn set_style(&self, column: usize, cursor: &mut CursorState, out: &mut String) {
        let cell = &self.cells[column];
        let wanted = match cursor.style {
            Some(now) if cell.is_blank() => now.for_blank(cell.style),
            _ => cell.style,
        };
        cursor.set_style(wanted, out);
    }
}
