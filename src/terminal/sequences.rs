//! Every escape sequence that the program sends stands in this file, so that it can be known what they are: none asks
//! the terminal anything, sets a title or touches the clipboard (trust.md T9, K7).

use std::io::Write as _;

use ratatui::style::{Color, Modifier};

/// Rings the bell.
pub const BELL: &[u8] = b"\x07";
/// Erases from the cursor to the end of its line.
pub const ERASE_LINE: &[u8] = b"\x1b[K";
/// Erases the screen; the cursor stays.
pub const ERASE_SCREEN: &[u8] = b"\x1b[2J";
/// Erases what has left the screen at the top.
pub const ERASE_SCROLLBACK: &[u8] = b"\x1b[3J";
/// The top left corner.
pub const HOME: &[u8] = b"\x1b[H";
/// Shows the cursor.
pub const SHOW_CURSOR: &[u8] = b"\x1b[?25h";
/// Hides the cursor.
pub const HIDE_CURSOR: &[u8] = b"\x1b[?25l";
/// Holds the screen until the frame is whole.
pub const BEGIN_UPDATE: &[u8] = b"\x1b[?2026h";
/// Shows the frame.
pub const END_UPDATE: &[u8] = b"\x1b[?2026l";

/// The line by line mode, when it forgets a customer on a terminal: home, the screen, the scrollback.
pub const FORGET: &[u8] = b"\x1b[H\x1b[2J\x1b[3J";

/// Into the modes of a full screen, also from those that a program before us may have died in: the alternate screen;
/// no mouse and no focus reports; paste in brackets; plain attributes, ASCII for the letters, the whole screen for
/// scrolling, no inserting, no wrapping at the right edge; no cursor until the first frame puts it somewhere.
pub const ENTER: &[u8] =
    b"\x1b[?1049h\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?2004h\x1b[m\x1b(B\x1b[r\x1b[4l\x1b[?7l\x1b[?25l";

/// Back to what every program expects to find. What was on the screen is erased first, for terminals that have no
/// alternate screen to go back from. The reverse of [`ENTER`] in the reverse order.
pub const LEAVE: &[u8] =
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?2004l\x1b[m\x1b[r\x1b[?7h\x1b[H\x1b[2J\x1b[?1049l\x1b[?25h";

/// On a Linux virtual terminal: what follows is UTF-8.
pub const UTF8_ON: &[u8] = b"\x1b%G";
/// On a Linux virtual terminal: what follows has 8 bits a character.
pub const UTF8_OFF: &[u8] = b"\x1b%@";

/// To a place, counted from 0: the shortest form.
pub(super) fn to(out: &mut Vec<u8>, column: u16, row: u16) {
    let (column, row) = (u32::from(column) + 1, u32::from(row) + 1);
    put(out, |out| match (column, row) {
        (1, 1) => out.write_all(HOME),
        (1, _) => write!(out, "\x1b[{row}H"),
        _ => write!(out, "\x1b[{row};{column}H"),
    });
}

/// By some columns or rows: `A` up, `B` down, `C` right, `D` left.
pub(super) fn by(out: &mut Vec<u8>, count: u16, direction: char) {
    put(out, |out| match count {
        0 => Ok(()),
        1 => write!(out, "\x1b[{direction}"),
        _ => write!(out, "\x1b[{count}{direction}"),
    });
}

/// One SGR with these codes.
pub(super) fn attributes(out: &mut Vec<u8>, codes: &[Code]) {
    put(out, |out| {
        for (index, code) in codes.iter().enumerate() {
            out.write_all(if index == 0 { b"\x1b[" } else { b";" })?;
            match *code {
                Code::Plain(number) => write!(out, "{number}")?,
                Code::Indexed(layer, index) => write!(out, "{layer};5;{index}")?,
                Code::Rgb(layer, [r, g, b]) => write!(out, "{layer};2;{r};{g};{b}")?,
            }
        }
        out.write_all(if codes.is_empty() { b"" } else { b"m" })
    });
}

/// A part of an SGR.
#[derive(Clone, Copy)]
pub(super) enum Code {
    Plain(u8),
    /// One of the 256: 38 for ink, 48 for ground.
    Indexed(u8, u8),
    Rgb(u8, [u8; 3]),
}

/// Every attribute with the code that turns it on and the one that turns it off.
pub(super) const ATTRIBUTES: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// The code of a colour: `first` is 30 for ink, 40 for ground.
pub(super) fn colour(colour: Color, first: u8) -> Code {
    match (of_sixteen(colour), colour) {
        (Some(index @ 0..8), _) => Code::Plain(first + index),
        (Some(index), _) => Code::Plain(first + 60 + index - 8),
        (None, Color::Indexed(index)) => Code::Indexed(first + 8, index),
        (None, Color::Rgb(r, g, b)) => Code::Rgb(first + 8, [r, g, b]),
        (None, _) => Code::Plain(first + 9),
    }
}

/// Which of the sixteen a colour is: the bright ones are 8 to 15.
pub(super) fn of_sixteen(colour: Color) -> Option<u8> {
    Some(match colour {
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        Color::Indexed(index @ 0..=15) => index,
        Color::Reset | Color::Indexed(_) | Color::Rgb(..) => return None,
    })
}

/// Writing into a `Vec` does not fail.
fn put(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) {
    let written = write(out);
    debug_assert!(written.is_ok(), "a Vec takes every byte");
}
