//! What the terminal's cursor and attributes are at this moment, and the shortest bytes that make them something else.

use ratatui::style::{Color, Modifier};

use super::super::sequences::{self, Code};

/// Attributes that are seen on a space.
pub(super) const SEEN_ON_BLANK: Modifier = Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);

/// How a cell looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) ink: Color,
    pub(super) ground: Color,
    pub(super) attributes: Modifier,
}

impl Look {
    /// What an SGR 0 leaves.
    pub(super) const PLAIN: Self = Self { ink: Color::Reset, ground: Color::Reset, attributes: Modifier::empty() };

    /// The nearest look in which a space shows nothing but the ground of `wanted`: the ink does not matter, nor what is
    /// not seen on a space.
    pub(super) fn for_ground(self, wanted: Self) -> Self {
        Self { ink: self.ink, ground: wanted.ground, attributes: self.attributes.difference(SEEN_ON_BLANK) }
    }
}

/// Where the cursor stands and what it writes in; none: not known.
#[derive(Clone, Copy)]
pub(super) struct Pen {
    pub(super) at: Option<(u16, u16)>,
    pub(super) look: Option<Look>,
    /// Whether single attributes can be turned off (a VT100 knows only "all off").
    pub(super) turns_off_singly: bool,
}

impl Pen {
    /// Does whichever of two takes fewer bytes.
    pub(super) fn shorter(
        &mut self,
        out: &mut Vec<u8>,
        one: impl FnOnce(&mut Self, &mut Vec<u8>),
        other: impl FnOnce(&mut Self, &mut Vec<u8>),
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

    /// Writes in a look from now on: one SGR, with what changes or, where that is shorter, from the start.
    pub(super) fn dress(&mut self, wanted: Look, out: &mut Vec<u8>) {
        let now = self.look.replace(wanted);
        let afresh = |_: &mut Self, out: &mut Vec<u8>| sequences::attributes(out, &from_the_start(wanted));
        match now {
            Some(now) if now == wanted => {}
            Some(now) if self.turns_off_singly || wanted.attributes.contains(now.attributes) => {
                self.shorter(out, |_, out| sequences::attributes(out, &change(now, wanted)), afresh);
            }
            _ => afresh(self, out),
        }
    }

    /// Moves to a place, counted from 0.
    pub(super) fn go(&mut self, column: u16, row: u16, out: &mut Vec<u8>) {
        let target = (column, row);
        let outright = |_: &mut Self, out: &mut Vec<u8>| sequences::to(out, column, row);
        match self.at.replace(target) {
            Some(from) if from == target => {}
            Some(from) => self.shorter(out, |_, out| step(from, target, out), outright),
            None => outright(self, out),
        }
    }
}

/// Relative moves. A line feed goes down and nothing else: the terminal is raw, and the target is on the screen.
fn step((column, row): (u16, u16), (to_column, to_row): (u16, u16), out: &mut Vec<u8>) {
    match to_row.abs_diff(row) {
        down @ 1..=3 if to_row > row => out.resize(out.len() + usize::from(down), b'\n'),
        rows => sequences::by(out, rows, if to_row > row { 'B' } else { 'A' }),
    }
    if to_column == 0 && column > 0 {
        out.push(b'\r');
        return;
    }
    match to_column.abs_diff(column) {
        back @ 1..=3 if to_column < column => out.resize(out.len() + usize::from(back), b'\x08'),
        columns if to_column >= column => sequences::by(out, columns, 'C'),
        // From the left edge, where that is nearer.
        columns if columns > to_column => {
            out.push(b'\r');
            sequences::by(out, to_column, 'C');
        }
        columns => sequences::by(out, columns, 'D'),
    }
}

fn from_the_start(wanted: Look) -> Vec<Code> {
    std::iter::once(Code::Plain(0)).chain(change(Look::PLAIN, wanted)).collect()
}

fn change(now: Look, wanted: Look) -> Vec<Code> {
    let mut codes = Vec::new();
    let mut on = now.attributes;
    for (attribute, _, off) in sequences::ATTRIBUTES {
        if on.contains(attribute) && !wanted.attributes.contains(attribute) {
            codes.push(Code::Plain(off));
            // One code may turn off two.
            for (fellow, _, fellow_off) in sequences::ATTRIBUTES {
                if fellow_off == off {
                    on.remove(fellow);
                }
            }
        }
    }
    for (attribute, code, _) in sequences::ATTRIBUTES {
        if wanted.attributes.contains(attribute) && !on.contains(attribute) {
            codes.push(Code::Plain(code));
        }
    }
    if now.ink != wanted.ink {
        codes.push(sequences::colour(wanted.ink, 30));
    }
    if now.ground != wanted.ground {
        codes.push(sequences::colour(wanted.ground, 40));
    }
    codes
}
