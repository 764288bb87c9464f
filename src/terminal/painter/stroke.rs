//! The difference of two screens as strokes of the pen, and the order in which they cost least.
//!
//! A colour of sixteen million takes twenty bytes to choose, a move six to eight. So a page of a list, each row of
//! which has a bright name and dim columns, is cheaper drawn colour by colour; a page in sixteen colours, row by row.
//! Both are tried.

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

/// Neighbours in a row that have to change, all in one look.
#[derive(Clone, Copy)]
struct Stroke {
    row: u16,
    from: usize,
    what: What,
    /// None where it is ground alone, which any ink leaves.
    ink: Option<Color>,
    ground: Color,
}

#[derive(Clone, Copy)]
enum What {
    /// Write up to, not including, this column.
    WriteTo(usize),
    /// Erase to the right edge.
    Erase,
}

/// Writes what makes the screen that is shown the next one. They have one size.
pub(super) fn paint(shown: &Screen, next: &Screen, kind: Kind, pen: &mut Pen, out: &mut Vec<u8>) {
    let mut strokes = Vec::new();
    for row in 0..next.size().height {
        find(row, shown, next, kind, &mut strokes);
    }
    pen.shorter(out, |pen, out| row_by_row(&strokes, next, pen, out), |pen, out| colour_by_colour(&strokes, next, pen, out));
}

fn row_by_row(strokes: &[Stroke], next: &Screen, pen: &mut Pen, out: &mut Vec<u8>) {
    for stroke in strokes {
        stroke.draw(next, pen, out);
    }
}

fn colour_by_colour(strokes: &[Stroke], next: &Screen, pen: &mut Pen, out: &mut Vec<u8>) {
    let mut left = strokes.to_vec();
    let (mut ink, mut ground) = pen.look.map_or((Color::Reset, Color::Reset), |look| (look.ink, look.ground));
    while let Some(first) = left.first() {
        if !left.iter().any(|stroke| stroke.is_in(ink, ground)) {
            (ink, ground) = (first.ink.unwrap_or(ink), first.ground);
        }
        let (these, later) = left.iter().copied().partition::<Vec<_>, _>(|stroke| stroke.is_in(ink, ground));
        row_by_row(&these, next, pen, out);
        left = later;
    }
}

/// Appends the strokes of a row.
fn find(row: u16, shown: &Screen, next: &Screen, kind: Kind, strokes: &mut Vec<Stroke>) {
    let (shown, next) = (shown.row(row), next.row(row));
    if shown == next {
        return;
    }
    let first_of_row = strokes.len();
    let erased_from = blank_end(shown, next, kind);
    let mut column = 0;
    while column < erased_from.unwrap_or(next.len()) {
        let end = column + width(&next[column..]);
        if shown[column..end] != next[column..end] {
            let cell = &next[column];
            let ink = (!is_ground(cell)).then_some(cell.fg);
            let fellow = strokes[first_of_row..].last_mut().filter(|stroke| stroke.takes(column, ink, cell.bg));
            match fellow {
                Some(stroke) => (stroke.what, stroke.ink) = (What::WriteTo(end), stroke.ink.or(ink)),
                None => strokes.push(Stroke { row, from: column, what: What::WriteTo(end), ink, ground: cell.bg }),
            }
        }
        column = end;
    }
    if let Some(from) = erased_from {
        strokes.push(Stroke { row, from, what: What::Erase, ink: None, ground: next[from].bg });
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

impl Stroke {
    fn is_in(&self, ink: Color, ground: Color) -> bool {
        self.ink.is_none_or(|own| own == ink) && self.ground == ground
    }

    /// Whether a cell at a column carries it on.
    fn takes(&self, column: usize, ink: Option<Color>, ground: Color) -> bool {
        let goes_on = matches!(self.what, What::WriteTo(end) if end == column);
        goes_on && self.ground == ground && (ink.is_none() || self.ink.is_none() || self.ink == ink)
    }

    fn draw(&self, next: &Screen, pen: &mut Pen, out: &mut Vec<u8>) {
        let line = Line { row: self.row, next: next.row(self.row) };
        line.reach(self.from, pen, out);
        match self.what {
            What::WriteTo(end) => line.write(self.from, end, pen, out),
            What::Erase => out.extend_from_slice(sequences::ERASE_LINE),
        }
    }
}

/// A row as it is to be.
struct Line<'a> {
    row: u16,
    next: &'a [Cell],
}

impl Line<'_> {
    /// Gets to a column and into its look: by a move or, over a short gap, by writing again what stands in it.
    fn reach(&self, column: usize, pen: &mut Pen, out: &mut Vec<u8>) {
        let jump = |pen: &mut Pen, out: &mut Vec<u8>| {
            pen.go(u16::try_from(column).unwrap_or(u16::MAX), self.row, out);
            self.dress(column, pen, out);
        };
        match self.bridge(column, pen) {
            None => jump(pen, out),
            Some(from) => pen.shorter(out, jump, |pen, out| {
                self.write(from, column, pen, out);
                jump(pen, out);
            }),
        }
    }

    /// Where a short gap before a column begins, if the pen stands there.
    fn bridge(&self, column: usize, pen: &Pen) -> Option<usize> {
        let from = pen.at.filter(|at| at.1 == self.row).map(|at| usize::from(at.0))?;
        let gap = column.checked_sub(from)?;
        ((1..=GAP_AT_MOST).contains(&gap) && !self.next[from].symbol().is_empty()).then_some(from)
    }

    /// Writes the characters from a column, where the pen stands, to another.
    fn write(&self, from: usize, end: usize, pen: &mut Pen, out: &mut Vec<u8>) {
        let mut column = from;
        while column < end {
            let after = column + width(&self.next[column..]);
            if pen.at.is_none() {
                pen.go(u16::try_from(column).unwrap_or(u16::MAX), self.row, out);
            }
            self.dress(column, pen, out);
            let symbol = self.next[column].symbol();
            out.extend_from_slice(symbol.as_bytes());
            pen.at = u16::try_from(after).ok().filter(|_| self.is_sure(symbol, after)).map(|after| (after, self.row));
            column = after;
        }
    }

    /// Whether it is known where the cursor stands after a character. At the right edge terminals differ in it, and
    /// behind some characters in how wide they are: there the next move is to a place, not from one.
    fn is_sure(&self, symbol: &str, after: usize) -> bool {
        let mut characters = symbol.chars();
        let known = characters.next().is_some_and(|first| first < UNSURE) && characters.next().is_none();
        known && after < self.next.len()
    }

    fn dress(&self, column: usize, pen: &mut Pen, out: &mut Vec<u8>) {
        let cell = &self.next[column];
        let wanted = match pen.look {
            Some(now) if is_ground(cell) => now.for_ground(look(cell)),
            _ => look(cell),
        };
        pen.dress(wanted, out);
    }
}
