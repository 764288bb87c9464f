//! The terminal's cursor position and current style, and the shortest bytes that change either.

use ratatui::style::{Color, Modifier};

use super::super::sequences::{self, Code, MoveBy, MoveTo, Sgr, queue};

/// Modifiers that are visible on a blank.
pub(super) const SEEN_ON_BLANK: Modifier = Modifier::UNDERLINED
    .union(Modifier::REVERSED)
    .union(Modifier::CROSSED_OUT);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CellStyle {
    pub(super) foreground: Color,
    pub(super) background: Color,
    pub(super) modifiers: Modifier,
}

impl CellStyle {
    /// The style after SGR 0.
    pub(super) const PLAIN: Self = Self {
        foreground: Color::Reset,
        background: Color::Reset,
        modifiers: Modifier::empty(),
    };

    /// The nearest style in which a blank looks the same as in `wanted`. A blank does not show its
    /// foreground or most modifiers.
    pub(super) fn for_blank(self, wanted: Self) -> Self {
        let modifiers = self.modifiers.difference(SEEN_ON_BLANK);
        Self {
            foreground: self.foreground,
            background: wanted.background,
            modifiers,
        }
    }
}

/// Column and row of the cursor, counted from 0, and its style. `None`: not known.
#[derive(Clone, Copy)]
pub(super) struct CursorState {
    pub(super) position: Option<(u16, u16)>,
    pub(super) style: Option<CellStyle>,
    /// Whether single modifiers can be turned off. A VT100 can only turn off all of them.
    pub(super) turns_off_singly: bool,
}

impl CursorState {
    /// Runs the alternative that takes fewer bytes.
    pub(super) fn shorter(
        &mut self,
        out: &mut String,
        one: impl FnOnce(&mut Self, &mut String),
        other: impl FnOnce(&mut Self, &mut String),
    ) {
        let (before, start) = (*self, out.len());
        one(self, out);
        let (after_one, middle) = (*self, out.len());
        *self = before;
        other(self, out);
        if out.len() - middle < middle - start {
            out.drain(start..middle);
        } else {
            out.truncate(middle);
            *self = after_one;
        }
    }

    /// Changes the style with one SGR: only the differences, or reset and everything if that is
    /// shorter.
    pub(super) fn set_style(&mut self, wanted: CellStyle, out: &mut String) {
        let now = self.style.replace(wanted);
        let from_start = |_: &mut Self, out: &mut String| queue(out, Sgr(&from_plain(wanted)));
        match now {
            Some(now) if now == wanted => {}
            Some(now) if self.turns_off_singly || wanted.modifiers.contains(now.modifiers) => {
                self.shorter(
                    out,
                    |_, out| queue(out, Sgr(&change(now, wanted))),
                    from_start,
                );
            }
            _ => from_start(self, out),
        }
    }

    /// Moves to a position, counted from 0.
    pub(super) fn move_to(&mut self, column: u16, row: u16, out: &mut String) {
        let target = (column, row);
        let absolute = |_: &mut Self, out: &mut String| queue(out, MoveTo(column, row));
        match self.position.replace(target) {
            Some(from) if from == target => {}
            Some(from) => self.shorter(out, |_, out| step(from, target, out), absolute),
            None => absolute(self, out),
        }
    }
}

/// Relative moves. A line feed only goes down one row, because the terminal is in raw mode and the
/// target is on the screen.
fn step((column, row): (u16, u16), (to_column, to_row): (u16, u16), out: &mut String) {
    match to_row.abs_diff(row) {
        down @ 1..=3 if to_row > row => out.extend((0..down).map(|_| '\n')),
        rows => queue(out, MoveBy(rows, if to_row > row { 'B' } else { 'A' })),
    }
    if to_column == 0 && column > 0 {
        out.push('\r');
        return;
    }
    match to_column.abs_diff(column) {
        back @ 1..=3 if to_column < column => out.extend((0..back).map(|_| '\x08')),
        columns if to_column >= column => queue(out, MoveBy(columns, 'C')),
        // From the left edge, if that is nearer.
        columns if columns > to_column => {
            out.push('\r');
            queue(out, MoveBy(to_column, 'C'));
        }
        columns => queue(out, MoveBy(columns, 'D')),
    }
}

fn from_plain(wanted: CellStyle) -> Vec<Code> {
    std::iter::once(Code::Plain(0))
        .chain(change(CellStyle::PLAIN, wanted))
        .collect()
}

fn change(now: CellStyle, wanted: CellStyle) -> Vec<Code> {
    let mut codes = Vec::new();
    let mut on = now.modifiers;
    for (modifier, _, off) in sequences::MODIFIERS {
        if on.contains(modifier) && !wanted.modifiers.contains(modifier) {
            codes.push(Code::Plain(off));
            // One code may turn off two modifiers.
            for (other, _, other_off) in sequences::MODIFIERS {
                if other_off == off {
                    on.remove(other);
                }
            }
        }
    }
    for (modifier, code, _) in sequences::MODIFIERS {
        if wanted.modifiers.contains(modifier) && !on.contains(modifier) {
            codes.push(Code::Plain(code));
        }
    }
    if now.foreground != wanted.foreground {
        codes.push(sequences::colour(wanted.foreground, 30));
    }
    if now.background != wanted.background {
        codes.push(sequences::colour(wanted.background, 40));
    }
    codes
}
