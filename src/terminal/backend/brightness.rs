//! Bright colours on the Linux console. It has eight foreground colours and one intensity
//! attribute: bold is bright, and bright is bold.
//!
//! On that console SGR 90 to 97 mean "bold, and one of the eight", and bold stays on for all text
//! that follows (`csi_m` in drivers/tty/vt/vt.c). SGR 22 switches it off and dims a bright
//! foreground. So a bright foreground is written as one of the eight plus bold, and only bold is
//! switched on and off. Backgrounds are never bright: 100 to 107 mean the same as 40 to 47.

use ratatui::style::{Color, Modifier};

use super::super::profile::Family;
use super::super::sequences::ansi_index;
use super::cursor::CellStyle;

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

/// Changes the style to what a Linux console will show.
pub(super) fn by_bold(style: &mut CellStyle) {
    if let Some(bright @ 8..) = ansi_index(style.foreground) {
        style.foreground = Color::Indexed(bright - 8);
        style.modifiers |= Modifier::BOLD;
    }
    if let Some(bright @ 8..) = ansi_index(style.background) {
        style.background = Color::Indexed(bright - 8);
    }
    if style.modifiers.contains(Modifier::REVERSED) {
        // Here bold would brighten the former background, which is now the foreground, to grey on
        // grey; dim would darken the whole block.
        style.modifiers -= Modifier::BOLD | Modifier::DIM;
    }
    if style.modifiers.contains(Modifier::BOLD) {
        // There is only one intensity attribute: the last of the two would win.
        style.modifiers -= Modifier::DIM;
    }
}

#[cfg(test)]
mod tests;
