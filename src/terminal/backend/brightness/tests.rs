use proptest::prelude::*;
use ratatui::layout::Size;
use ratatui::style::{Color, Modifier, Style};

use super::super::TerminalScreen;
use crate::terminal::profile::{Charset, Family, TerminalProfile};
use crate::theme::Depth;

const SIZE: Size = Size::new(12, 3);
const LINUX: TerminalProfile = TerminalProfile {
    family: Family::Linux,
    depth: Depth::Sixteen,
    charset: Charset::Utf8,
};

/// The parts of a Linux console that a frame needs, modelled on `drivers/tty/vt/vt.c`: mainly
/// `csi_m` and `build_attr`.
struct TestConsole {
    /// Each character with its attribute byte in video memory.
    cells: Vec<(char, u8)>,
    column: usize,
    row: usize,
    pen: Pen,
    /// The first code that the console interprets differently from other terminals.
    stranger: Option<usize>,
}

#[derive(Clone, Copy)]
struct Pen {
    /// Foreground in the lower half, background in the upper.
    colour: u8,
    intensity: Intensity,
    underlined: bool,
    reversed: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Intensity {
    Half,
    Normal,
    Bold,
}

const PLAIN: Pen = Pen {
    colour: 0x07,
    intensity: Intensity::Normal,
    underlined: false,
    reversed: false,
};

/// The console numbers red, blue and so on like VGA.
const VGA: [u8; 8] = [0, 4, 2, 6, 1, 5, 3, 7];
/// Colour numbers for underlined and for dim text.
const UNDERLINED: u8 = 3;
const HALF: u8 = 8;

impl Pen {
    fn attribute(self) -> u8 {
        let mut attribute = self.colour;
        if self.underlined {
            attribute = attribute & 0xF0 | UNDERLINED;
        } else if self.intensity == Intensity::Half {
            attribute = attribute & 0xF0 | HALF;
        }
        if self.reversed {
            attribute = attribute & 0x88 | attribute.rotate_left(4) & 0x77;
        }
        if self.intensity == Intensity::Bold {
            attribute ^= 8;
        }
        attribute
    }

    /// Applies one code of an SGR.
    fn obey(&mut self, code: usize) {
        let vga = |first: usize| VGA[code - first];
        match code {
            0 => *self = PLAIN,
            1 => self.intensity = Intensity::Bold,
            2 => self.intensity = Intensity::Half,
            22 => self.intensity = Intensity::Normal,
            4 => self.underlined = true,
            24 => self.underlined = false,
            7 => self.reversed = true,
            27 => self.reversed = false,
            30..=37 => self.colour = self.colour & 0xF0 | vga(30),
            39 => self.colour = self.colour & 0xF0 | PLAIN.colour & 0x0F,
            40..=47 => self.colour = self.colour & 0x0F | vga(40) << 4,
            49 => self.colour = self.colour & 0x0F | PLAIN.colour & 0xF0,
            90..=97 => {
                self.intensity = Intensity::Bold;
                self.obey(code - 60);
            }
            100..=107 => self.obey(code - 60),
            _ => panic!("SGR {code}"),
        }
    }
}

impl TestConsole {
    fn new() -> Self {
        let cells = vec![('x', 0x24); usize::from(SIZE.width) * usize::from(SIZE.height)];
        Self {
            cells,
            column: 0,
            row: 0,
            pen: PLAIN,
            stranger: None,
        }
    }

    fn at(&self) -> usize {
        self.row * usize::from(SIZE.width) + self.column
    }

    fn process(&mut self, bytes: &[u8]) {
        let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
        let mut rest = text.as_str();
        while let Some(first) = rest.chars().next() {
            rest = &rest[first.len_utf8()..];
            match first {
                '\r' => self.column = 0,
                '\n' => self.row += 1,
                '\x08' => self.column -= 1,
                '\x1b' => {
                    let end = rest
                        .find(|c: char| c.is_ascii_alphabetic())
                        .expect("a whole sequence");
                    self.obey(&rest[1..end], rest.as_bytes()[end]);
                    rest = &rest[end + 1..];
                }
                _ => {
                    let at = self.at();
                    self.cells[at] = (first, self.pen.attribute());
                    // The console does not wrap at the right edge.
                    self.column = (self.column + 1).min(usize::from(SIZE.width) - 1);
                }
            }
        }
    }

    fn obey(&mut self, numbers: &str, letter: u8) {
        let number = |index: usize| {
            numbers
                .split(';')
                .nth(index)
                .and_then(|number| number.parse().ok())
                .unwrap_or(1_usize)
        };
        // Erasing keeps only the background of the pen.
        let erased = (
            ' ',
            Pen {
                underlined: false,
                intensity: Intensity::Normal,
                ..self.pen
            }
            .attribute(),
        );
        match letter {
            b'm' if numbers.is_empty() => self.pen = PLAIN,
            b'm' => numbers.split(';').for_each(|code| {
                let code = code.parse().expect("a number");
                if (90..108).contains(&code) {
                    self.stranger.get_or_insert(code);
                }
                self.pen.obey(code);
            }),
            b'H' => (self.row, self.column) = (number(0) - 1, number(1) - 1),
            b'A' => self.row -= number(0),
            b'B' => self.row += number(0),
            b'C' => self.column += number(0),
            b'D' => self.column -= number(0),
            b'J' => self.cells.fill(erased),
            b'K' => {
                let end = (self.row + 1) * usize::from(SIZE.width);
                let start = self.at();
                self.cells[start..end].fill(erased);
            }
            b'h' | b'l' => {}
            _ => panic!("CSI {numbers} {}", char::from(letter)),
        }
    }
}

/// The visible attribute that a character should have, in VGA form; for a blank, only the
/// background.
fn wanted(character: char, style: Style) -> u8 {
    let sixteen = |colour: Option<Color>, usual: u8| match colour {
        Some(Color::Indexed(index)) => VGA[usize::from(index % 8)] | index & 8,
        _ => usual,
    };
    let has = |modifier| style.add_modifier.contains(modifier);
    let (ink, ground) = (sixteen(style.fg, 7), sixteen(style.bg, 0) & 7);
    let bright = (has(Modifier::BOLD) || ink & 8 != 0) && !has(Modifier::REVERSED);
    let mut ink = ink & 7;
    if has(Modifier::UNDERLINED) {
        ink = UNDERLINED;
    } else if has(Modifier::DIM) && !bright && !has(Modifier::REVERSED) {
        ink = HALF;
    }
    match (has(Modifier::REVERSED), character) {
        (true, ' ') => (ink & 7) << 4,
        (true, _) => (ink & 7) << 4 | ground | ink & 8,
        (false, ' ') => ground << 4,
        (false, _) if bright => ground << 4 | ink ^ 8,
        (false, _) => ground << 4 | ink,
    }
}

#[derive(Clone, Debug)]
struct BrightSpan {
    column: u16,
    row: u16,
    text: &'static str,
    style: Style,
}

fn style() -> impl Strategy<Value = Style> {
    let colour = || prop::option::of((0_u8..16).prop_map(Color::Indexed));
    let modifier = prop::sample::subsequence(
        vec![
            Modifier::BOLD,
            Modifier::DIM,
            Modifier::UNDERLINED,
            Modifier::REVERSED,
        ],
        0..=2,
    );
    (colour(), colour(), modifier).prop_map(|(ink, ground, modifiers)| Style {
        fg: ink,
        bg: ground,
        ..modifiers
            .into_iter()
            .fold(Style::new(), Style::add_modifier)
    })
}

fn span() -> impl Strategy<Value = BrightSpan> {
    (
        0..SIZE.width,
        0..SIZE.height,
        prop::sample::select(vec!["a", "bc", " ", "d ef", "g   h"]),
        style(),
    )
        .prop_map(|(column, row, text, style)| BrightSpan {
            column,
            row,
            text,
            style,
        })
}

/// The visible part of the attribute.
fn seen((character, attribute): (char, u8)) -> (char, u8) {
    (
        character,
        if character == ' ' {
            attribute & 0x70
        } else {
            attribute
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn t9_on_the_linux_console_brightness_never_leaks(frames in prop::collection::vec(prop::collection::vec(span(), 0..6), 1..8)) {
        let (mut screen, mut console) = (TerminalScreen::new(LINUX), TestConsole::new());
        for spans in frames {
            let mut asked = vec![(' ', 0); console.cells.len()];
            let bytes = screen.draw(SIZE, |frame| {
                for BrightSpan { column, row, text, style } in &spans {
                    let (room, style) = (usize::from(SIZE.width - column), *style);
                    let all = Style::reset().patch(style);
                    let (end, _) = frame.buffer_mut().set_stringn(*column, *row, text, room, all);
                    for (at, character) in (*column..end).zip(text.chars()) {
                        asked[usize::from(row * SIZE.width + at)] = (character, wanted(character, style));
                    }
                }
            });
            console.process(bytes);
            prop_assert_eq!(console.stranger, None, "{}", bytes.escape_ascii());
            let count = bytes.len();
            screen.wrote(count);
            let shown: Vec<_> = console.cells.iter().copied().map(seen).collect();
            prop_assert_eq!(shown, asked);
        }
    }
}

#[test]
fn t9_on_the_linux_console_bright_is_bold_and_ends_with_it() {
    let mut screen = TerminalScreen::new(LINUX);
    let bytes = screen.draw(Size::new(6, 1), |frame| {
        let pieces = [
            ("A", Color::Indexed(15)),
            ("B", Color::Indexed(7)),
            ("C", Color::Indexed(11)),
            ("D", Color::Reset),
        ];
        for (column, (text, ink)) in (0..).zip(pieces) {
            frame
                .buffer_mut()
                .set_string(column, 0, text, Style::new().fg(ink));
        }
    });
    let text = String::from_utf8_lossy(bytes);
    assert!(
        text.contains("\x1b[1;37mA\x1b[22mB\x1b[1;33mC\x1b[0mD"),
        "{}",
        bytes.escape_ascii()
    );
}
