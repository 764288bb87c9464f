//! All terminal output except text, as crossterm commands: crossterm's own, and here those that it
//! does not have or writes in a longer form. None of them queries the terminal, sets a title or
//! uses the clipboard (T9, K7).

use std::fmt;

use crossterm::Command;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste,
};
use crossterm::terminal::{
    Clear, ClearType, DisableLineWrap, EnableLineWrap, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen,
};
use ratatui::style::{Color, Modifier};

/// A sequence that crossterm has no command for.
#[derive(Clone, Copy)]
pub(crate) struct Raw(&'static str);

impl Command for Raw {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        f.write_str(self.0)
    }
}

pub(crate) const BELL: Raw = Raw("\x07");
/// On a Linux virtual terminal: the following output is UTF-8.
pub(crate) const UTF8_ON: Raw = Raw("\x1b%G");
/// On a Linux virtual terminal: the following output has 8-bit characters.
pub(crate) const UTF8_OFF: Raw = Raw("\x1b%@");

/// Returns to the main screen, also if a program died in the alternate one.
const MAIN_SCREEN: Raw = Raw("\x1b[?1047l");
const HOME: Raw = Raw("\x1b[H");
const PLAIN: Raw = Raw("\x1b[m\x1b[r");

/// Undoes modes that an earlier program may have left on and that change key input or text output.
/// Every terminal ignores those that it does not know.
const RESETS: Raw = Raw(concat!(
    // Character set G0, G0 and G1 are ASCII, the keypad sends digits.
    "\x0f\x1b(B\x1b)B\x1b>",
    // Normal cursor keys, no reversed screen, rows counted from the top, no left and right margins.
    "\x1b[?1l\x1b[?5l\x1b[?6l\x1b[?69l",
    // No mouse reports in any form, no focus reports.
    "\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?1016l",
    // Esc is one byte (mintty), keys are characters and not records (Windows).
    "\x1b[?7727l\x1b[?9001l",
    // The keyboard is unlocked, control characters are not displayed, no insert mode, Enter is CR;
    // the terminal orders right-to-left text, no local echo.
    "\x1b[2l\x1b[3l\x1b[4l\x1b[20l\x1b[8h\x1b[12h",
    // Plain attributes, no scroll region.
    "\x1b[m\x1b[r",
));

/// The keyboard protocols of kitty and xterm. A simple terminal prints a part of these.
const KEYBOARD_RESETS: Raw = Raw("\x1b[=0u\x1b[>4m");
/// 7-bit controls, for both screens. Sent only before the screen is erased, because st prints the
/// `F`.
const SEVEN_BITS: Raw = Raw("\x1b F");

/// Whether a terminal skips every sequence that it does not know. Older Linux consoles print a part
/// of some; they have none of the modes that those reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownSequences {
    Skipped,
    /// It prints a part of some.
    Printed,
}

/// Enters the full screen, whatever modes an earlier program left on. Some terminals keep part of
/// their modes per screen, so both screens are reset.
pub fn enter(unknown: UnknownSequences) -> String {
    let mut out = String::new();
    queue(&mut out, MAIN_SCREEN);
    reset_modes(unknown, &mut out);
    queue(&mut out, EnterAlternateScreen);
    out + &reset(unknown)
}

/// Sets the modes of the full screen again before it is painted completely: another program has
/// written to the terminal.
pub fn reset(unknown: UnknownSequences) -> String {
    let mut out = String::new();
    if unknown == UnknownSequences::Skipped {
        queue(&mut out, SEVEN_BITS);
    }
    reset_modes(unknown, &mut out);
    queue(&mut out, EnableBracketedPaste);
    queue(&mut out, DisableLineWrap);
    // Until the first frame places it.
    queue(&mut out, Hide);
    out
}

fn reset_modes(unknown: UnknownSequences, out: &mut String) {
    if unknown == UnknownSequences::Skipped {
        queue(out, KEYBOARD_RESETS);
    }
    queue(out, RESETS);
}

/// Restores the usual modes: the reverse of what [`enter`] sets. The screen is erased first, for
/// terminals without an alternate screen.
pub fn leave() -> String {
    let mut out = String::new();
    queue(&mut out, DisableMouseCapture);
    queue(&mut out, DisableFocusChange);
    queue(&mut out, DisableBracketedPaste);
    queue(&mut out, PLAIN);
    queue(&mut out, EnableLineWrap);
    queue(&mut out, HOME);
    queue(&mut out, Clear(ClearType::All));
    queue(&mut out, LeaveAlternateScreen);
    queue(&mut out, Show);
    out
}

/// Ends a synchronized update, so that the terminal shows it.
pub fn end_update() -> String {
    ansi(EndSynchronizedUpdate)
}

/// Erases the main screen and the scrollback after a client used the terminal. It may have left the
/// alternate screen on.
pub fn forget_client() -> String {
    let mut out = String::new();
    queue(&mut out, MAIN_SCREEN);
    queue(&mut out, HOME);
    queue(&mut out, Clear(ClearType::All));
    queue(&mut out, Clear(ClearType::Purge));
    out
}

/// Appends a command to bytes that will be written later.
pub(super) fn queue(out: &mut String, command: impl Command) {
    let written = command.write_ansi(out);
    debug_assert!(written.is_ok(), "a String takes every character");
}

/// A single command as text.
pub(super) fn ansi(command: impl Command) -> String {
    let mut out = String::new();
    queue(&mut out, command);
    out
}

/// Moves to a column and row, counted from 0, in the shortest form. crossterm always writes both
/// numbers.
pub(super) struct MoveTo(pub(super) u16, pub(super) u16);

impl Command for MoveTo {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        match (u32::from(self.0) + 1, u32::from(self.1) + 1) {
            (1, 1) => HOME.write_ansi(f),
            (1, row) => write!(f, "\x1b[{row}H"),
            (column, row) => write!(f, "\x1b[{row};{column}H"),
        }
    }
}

/// Moves by columns or rows: `A` up, `B` down, `C` right, `D` left. crossterm always writes the
/// number.
pub(super) struct MoveBy(pub(super) u16, pub(super) char);

impl Command for MoveBy {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            1 => write!(f, "\x1b[{}", self.1),
            count => write!(f, "\x1b[{count}{}", self.1),
        }
    }
}

/// One SGR with several codes. crossterm writes one SGR per attribute, and named colours by index.
pub(super) struct Sgr<'a>(pub(super) &'a [Code]);

impl Command for Sgr<'_> {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        for (index, code) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { "\x1b[" } else { ";" })?;
            match *code {
                Code::Plain(number) => write!(f, "{number}")?,
                Code::Indexed(layer, index) => write!(f, "{layer};5;{index}")?,
                Code::Rgb(layer, [r, g, b]) => write!(f, "{layer};2;{r};{g};{b}")?,
            }
        }
        f.write_str(if self.0.is_empty() { "" } else { "m" })
    }
}

#[derive(Clone, Copy)]
pub(super) enum Code {
    Plain(u8),
    /// One of the 256 colours: 38 for the foreground, 48 for the background.
    Indexed(u8, u8),
    Rgb(u8, [u8; 3]),
}

/// Each modifier with the codes that turn it on and off.
pub(super) const MODIFIERS: [(Modifier, u8, u8); 9] = [
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

/// The code of a colour: `first` is 30 for the foreground, 40 for the background.
pub(super) fn colour(colour: Color, first: u8) -> Code {
    match (ansi_index(colour), colour) {
        (Some(index @ 0..8), _) => Code::Plain(first + index),
        (Some(index), _) => Code::Plain(first + 60 + index - 8),
        (None, Color::Indexed(index)) => Code::Indexed(first + 8, index),
        (None, Color::Rgb(r, g, b)) => Code::Rgb(first + 8, [r, g, b]),
        (None, _) => Code::Plain(first + 9),
    }
}

/// The number of a colour among the sixteen; the bright ones are 8 to 15.
pub(super) fn ansi_index(colour: Color) -> Option<u8> {
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

#[cfg(test)]
mod tests;
