//! Bright colours on the Linux console. It has eight foreground colours and one intensity
//! attribute: bold is bright, and bright is bold.
//!
//! On that console SGR 90 to 97 mean "bold, and one of the eight", and bold stays on for all text
//! that follows (`csi_m` in drivers/tty/vt/vt.c). SGR 22 switches it off and dims a bright
//! foreground. So a bright foreground is written as one of the eight plus bold, and only bold is
//! switched on and off. Backgrounds are never bright: 100 to 107 mean the same as 40 to 47.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use super::super::profile::Family;
use super::super::sequences::ansi_index;

/// How a terminal shows the upper eight of the sixteen colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Brightness {
    /// As separate colours.
    Colour,
    /// With the bold attribute.
    Bold,
}

impl Brightness {
    pub(super) fn from_family(family: Family) -> Self {
        match family {
            Family::Linux => Self::Bold,
            Family::Dumb | Family::Vt | Family::Xterm | Family::Screen | Family::Unknown => {
                Self::Colour
            }
        }
    }
}

/// Changes the cell to what a Linux console will show.
pub(super) fn by_bold(cell: &mut Cell) {
    if let Some(bright @ 8..) = ansi_index(cell.fg) {
        cell.fg = Color::Indexed(bright - 8);
        cell.modifier |= Modifier::BOLD;
    }
    if let Some(bright @ 8..) = ansi_index(cell.bg) {
        cell.bg = Color::Indexed(bright - 8);
    }
    if cell.modifier.contains(Modifier::REVERSED) {
        // Here bold would brighten the former background, which is now the foreground, to grey on
        // grey; dim would darken the whole block.
        cell.modifier -= Modifier::BOLD | Modifier::DIM;
    }
    if cell.modifier.contains(Modifier::BOLD) {
        // There is only one intensity attribute: the last of the two would win.
        cell.modifier -= Modifier::DIM;
    }
}

#[cfg(test)]
mod tests;
