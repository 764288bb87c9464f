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

/// Resets what a program before us may have left on and what changes what keys send or what letters look like. Every
/// terminal ignores those of these that it does not know.
macro_rules! resets {
    () => {
        concat!(
            // The first set of characters, both sets ASCII; the keypad sends digits.
            "\x0f\x1b(B\x1b)B\x1b>",
            // Normal cursor keys, no reversed screen, rows counted from the top, no margins at the sides.
            "\x1b[?1l\x1b[?5l\x1b[?6l\x1b[?69l",
            // No reports of the mouse, in any form, nor of the focus.
            "\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?1016l",
            // Esc is one byte (mintty), keys are characters and not records (Windows).
            "\x1b[?7727l\x1b[?9001l",
            // The keyboard is not locked, controls are not shown, nothing is inserted, Enter is CR; the terminal orders
            // right-to-left text, no local echo.
            "\x1b[2l\x1b[3l\x1b[4l\x1b[20l\x1b[8h\x1b[12h",
            // Plain attributes, the whole screen scrolls.
            "\x1b[m\x1b[r",
        )
    };
}

/// Resets the keyboard protocols of kitty and xterm. A simple terminal prints a part of these.
macro_rules! keyboard_resets {
    () => {
        "\x1b[=0u\x1b[>4m"
    };
}

/// Controls of 7 bits, for both screens at once. Sent only where the screen is erased afterwards: st prints the `F`.
macro_rules! seven_bits {
    () => {
        "\x1b F"
    };
}

/// Our own modes: bracketed paste, no wrapping at the right edge, no cursor until the first frame places it.
macro_rules! own_modes {
    () => {
        "\x1b[?2004h\x1b[?7l\x1b[?25l"
    };
}

/// The main screen, also if a program died in the alternate one.
macro_rules! main_screen {
    () => {
        "\x1b[?1047l"
    };
}

macro_rules! alternate_screen {
    () => {
        "\x1b[?1049h"
    };
}

/// Enters the full screen, whatever modes a program before us has left on. Some terminals keep a part of them for each of
/// their two screens, so both are reset.
pub const ENTER: &[u8] = concat!(
    main_screen!(),
    keyboard_resets!(),
    resets!(),
    alternate_screen!(),
    seven_bits!(),
    keyboard_resets!(),
    resets!(),
    own_modes!()
)
.as_bytes();

/// The same for terminals that print a part of a sequence that they do not know, such as older Linux consoles. They have
/// none of the modes that this leaves out.
pub const ENTER_SIMPLE: &[u8] = concat!(main_screen!(), resets!(), alternate_screen!(), resets!(), own_modes!()).as_bytes();

/// After a client that had the terminal, and that may have ended on the alternate screen: erases the main screen and the
/// scrollback.
pub const FORGET_CLIENT: &[u8] = concat!(main_screen!(), "\x1b[H\x1b[2J\x1b[3J").as_bytes();

/// Sets the modes of the full screen again before all of it is painted: something else has written to the terminal.
pub const RESET: &[u8] = concat!(seven_bits!(), keyboard_resets!(), resets!(), own_modes!()).as_bytes();

/// The same for terminals of [`ENTER_SIMPLE`].
pub const RESET_SIMPLE: &[u8] = concat!(resets!(), own_modes!()).as_bytes();

/// Back to what every program expects to find. What was on the screen is erased first, for terminals that have no
/// alternate screen to go back from. The reverse of our own modes in [`ENTER`] in the reverse order.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What a program may have left on, each with what undoes it: modes of every terminal, and those of the keyboard protocols.
    const LEFT_ON: [(&str, &str); 30] = [
        ("shift-out", "\x0f"),
        ("line drawing as the first set", "\x1b(B"),
        ("line drawing as the second set", "\x1b)B"),
        ("application keypad", "\x1b>"),
        ("application cursor keys", "\x1b[?1l"),
        ("a reversed screen", "\x1b[?5l"),
        ("origin", "\x1b[?6l"),
        ("margins at the sides", "\x1b[?69l"),
        ("margins", "\x1b[r"),
        ("mouse: X10", "\x1b[?9l"),
        ("mouse: clicks", "\x1b[?1000l"),
        ("mouse: drags", "\x1b[?1002l"),
        ("mouse: all of it", "\x1b[?1003l"),
        ("focus", "\x1b[?1004l"),
        ("mouse in UTF-8", "\x1b[?1005l"),
        ("mouse in SGR", "\x1b[?1006l"),
        ("mouse of rxvt", "\x1b[?1015l"),
        ("mouse in pixels", "\x1b[?1016l"),
        ("mintty's Esc", "\x1b[?7727l"),
        ("win32-input-mode", "\x1b[?9001l"),
        ("a locked keyboard", "\x1b[2l"),
        ("controls that are shown", "\x1b[3l"),
        ("inserting", "\x1b[4l"),
        ("CR LF for Enter", "\x1b[20l"),
        ("right to left as it stands", "\x1b[8h"),
        ("local echo", "\x1b[12h"),
        ("attributes", "\x1b[m"),
        ("kitty keyboard", "\x1b[=0u"),
        ("modifyOtherKeys", "\x1b[>4m"),
        ("8-bit controls", "\x1b F"),
    ];
    /// So many of them every terminal has, or skips.
    const EVERYWHERE: usize = 27;

    fn text(bytes: &'static [u8]) -> &'static str {
        std::str::from_utf8(bytes).expect("ASCII")
    }

    #[test]
    fn t14_on_the_way_in_each_mode_is_reset_on_both_screens() {
        for (enter, reset, count) in [(ENTER, RESET, LEFT_ON.len()), (ENTER_SIMPLE, RESET_SIMPLE, EVERYWHERE)] {
            let (main, alternate) = text(enter).split_once("\x1b[?1049h").expect("the alternate screen is entered");
            for (place, (mode, undone)) in LEFT_ON.iter().enumerate() {
                for bytes in [main, alternate, text(reset)] {
                    let once_is_enough = bytes == main && *undone == "\x1b F";
                    let expected = place < count && !once_is_enough;
                    assert_eq!(bytes.contains(undone), expected, "{mode}: {}", bytes.escape_default());
                }
            }
            // Some take the second of these for an attribute.
            assert!(main.rfind("\x1b[m") > main.rfind("\x1b[>4m"));
            assert!(enter.len() < 360, "{} bytes", enter.len());
        }
    }

    #[test]
    fn t14_on_the_way_out_our_own_modes_are_undone() {
        for (ours, undone) in
            [("\x1b[?1049h", "\x1b[?1049l"), ("\x1b[?2004h", "\x1b[?2004l"), ("\x1b[?7l", "\x1b[?7h"), ("\x1b[?25l", "\x1b[?25h")]
        {
            for enter in [ENTER, ENTER_SIMPLE] {
                assert!(text(enter).contains(ours) && text(LEAVE).contains(undone), "{}", ours.escape_default());
            }
        }
    }

    /// What an old Linux console prints of these bytes (`do_con_trol` in drivers/tty/vt/vt.c): of `CSI` it knows `?`,
    /// digits and `;`, sixteen numbers at most, and of an Esc the byte behind it.
    fn printed_by_an_old_console(bytes: &[u8]) -> String {
        let (mut printed, mut rest) = (String::new(), bytes.iter().copied().peekable());
        while let Some(byte) = rest.next() {
            match (byte, (byte == 0x1B).then(|| rest.next()).flatten()) {
                (_, Some(b'[')) => {
                    let _ = rest.next_if_eq(&b'?');
                    let numbers = std::iter::from_fn(|| rest.next_if(|byte| byte.is_ascii_digit() || *byte == b';'));
                    assert!(numbers.filter(|byte| *byte == b';').count() < 16);
                    rest.next();
                }
                (_, Some(b'(' | b')' | b'#' | b'%')) => _ = rest.next(),
                (b' '.., None) => printed.push(char::from(byte)),
                _ => {}
            }
        }
        printed
    }

    #[test]
    fn t14_an_old_linux_console_prints_nothing_of_it() {
        for bytes in [ENTER_SIMPLE, RESET_SIMPLE, LEAVE, FORGET] {
            assert_eq!(printed_by_an_old_console(bytes), "", "{}", bytes.escape_ascii());
        }
        assert_eq!(printed_by_an_old_console(b"\x1b[=0u\x1b[>4m\x1b Fx"), "0u4mFx", "this test finds nothing");
    }
}
