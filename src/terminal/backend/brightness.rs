//! Brightness on the Linux console, which has eight inks and one intensity for them: bold is bright, and bright is bold.
//!
//! SGR 90 to 97 there mean bold and one of the eight, and bold stays on for all that is written next (`csi_m` in
//! drivers/tty/vt/vt.c). SGR 22 switches it off, and dims a bright ink. So a bright ink is written as one of the eight in bold,
//! and bold alone is switched on and off. A ground is never bright: 100 to 107 are 40 to 47 there.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use super::super::kind::Family;
use super::super::sequences::of_sixteen;

/// How a terminal shows the bright half of the sixteen colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Brightness {
    /// As colours of their own.
    Colour,
    /// By bold.
    Bold,
}

impl Brightness {
    pub(super) fn of(family: Family) -> Self {
        match family {
            Family::Linux => Self::Bold,
            Family::Dumb | Family::Vt | Family::Xterm | Family::Screen | Family::Unknown => Self::Colour,
        }
    }
}

/// Makes the cell what a console will show.
pub(super) fn by_bold(cell: &mut Cell) {
    if let Some(bright @ 8..) = of_sixteen(cell.fg) {
        cell.fg = Color::Indexed(bright - 8);
        cell.modifier |= Modifier::BOLD;
    }
    if let Some(bright @ 8..) = of_sixteen(cell.bg) {
        cell.bg = Color::Indexed(bright - 8);
    }
    if cell.modifier.contains(Modifier::REVERSED) {
        // Bold brightens what was the ground and is the ink now, to grey on grey; dim darkens the whole block.
        cell.modifier -= Modifier::BOLD | Modifier::DIM;
    }
    if cell.modifier.contains(Modifier::BOLD) {
        // There is one intensity: the last of the two would count.
        cell.modifier -= Modifier::DIM;
    }
}

#[cfg(test)]
mod tests;
