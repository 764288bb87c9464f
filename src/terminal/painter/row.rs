//! One row of the screen, made to show what it is to show.

use ratatui::buffer::Cell;
use ratatui::style::Color;

use super::super::kind::Kind;
use super::super::sequences;
use super::pen::Pen;
use super::screen::{Screen, is_ground, look, width};

/// Unchanged cells that may be written again instead of jumped: a move costs some four bytes.
const GAP_AT_MOST: usize = 8;
/// First of the characters (emoji, in the main) whose width terminals disagree on.
const UNSURE: char = '\u{1F000}';

/// A row that is being painted.
struct Row<'a> {
    at: u16,
    next: &'a [Cell],
    pen: &'a mut Pen,
    out: &'a mut Vec<u8>,
}

/// Writes the difference of a row between two screens of one size.
pub(super) fn paint(row: u16, shown: &Screen, next: &Screen, kind: Kind, pen: &mut Pen, out: &mut Vec<u8>) {
    let (shown, next) = (shown.row(row), next.row(row));
    if shown == next {
        return;
    }
    let erased_from = blank_end(shown, next, kind);
    let mut painting = Row { at: row, next, pen, out };
    let mut column = 0;
    while column < erased_from.unwrap_or(next.len()) {
        let cells = width(&next[column..]);
        if shown[column..column + cells] != next[column..column + cells] {
            painting.reach(column);
            painting.write(column, cells);
        }
        column += cells;
    }
    if let Some(column) = erased_from {
        painting.erase(column);
    }
}

/// The column from which on the row is better erased than written: it is ground to the right edge, the terminal paints
/// that when it erases, and more of it has to change than the erasing costs.
fn blank_end(shown: &[Cell], next: &[Cell], kind: Kind) -> Option<usize> {
    let last = next.last().filter(|cell| is_ground(cell))?;
    if last.bg != Color::Reset && !kind.erases_in_ground() {
        return None;
    }
    let blank_from = next.iter().rposition(|cell| cell != last).map_or(0, |column| column + 1);
    let changes = |column: &usize| shown[*column] != next[*column];
    let first = (blank_from..next.len()).find(changes)?;
    let end = (first..next.len()).rfind(changes)?;
    (end - first >= sequences::ERASE_LINE.len()).then_some(first)
}

impl Row<'_> {
    /// Gets to a column, by a move or by writing again what stands before it, whichever is shorter; the attributes
    /// that the column wants are counted in.
    fn reach(&mut self, column: usize) {
        let start = self.out.len();
        let before = *self.pen;
        self.go(column);
        self.dress(column);
        let Some(from) = before.at.filter(|at| at.1 == self.at).map(|at| usize::from(at.0)) else { return };
        let gap = column.saturating_sub(from);
        if gap == 0 || gap > GAP_AT_MOST || self.next[from].symbol().is_empty() {
            return;
        }
        let (moved, middle) = (*self.pen, self.out.len());
        *self.pen = before;
        let mut at = from;
        while at < column {
            let cells = width(&self.next[at..]);
            self.write(at, cells);
            at += cells;
        }
        self.dress(column);
        let arrived = self.pen.at.is_some_and(|at| usize::from(at.0) == column);
        if arrived && self.out.len() - middle < middle - start {
            self.out.drain(start..middle);
        } else {
            self.out.truncate(middle);
            *self.pen = moved;
        }
    }

    /// Writes the character at a column, where the pen stands.
    fn write(&mut self, column: usize, cells: usize) {
        self.dress(column);
        let symbol = self.next[column].symbol();
        self.out.extend_from_slice(symbol.as_bytes());
        // At the right edge terminals differ in where the cursor is, and behind some characters in how wide they are:
        // the next move is to a place, not from one.
        let mut characters = symbol.chars();
        let sure = characters.next().is_some_and(|first| first < UNSURE) && characters.next().is_none();
        let after = column + cells;
        self.pen.at = u16::try_from(after).ok().filter(|_| sure && after < self.next.len()).map(|column| (column, self.at));
    }

    fn erase(&mut self, column: usize) {
        self.go(column);
        self.dress(column);
        self.out.extend_from_slice(sequences::ERASE_LINE);
    }

    fn go(&mut self, column: usize) {
        self.pen.go(u16::try_from(column).unwrap_or(u16::MAX), self.at, self.out);
    }

    fn dress(&mut self, column: usize) {
        let cell = &self.next[column];
        let wanted = match self.pen.look {
            Some(now) if is_ground(cell) => now.for_ground(look(cell)),
            _ => look(cell),
        };
        self.pen.dress(wanted, self.out);
    }
}
