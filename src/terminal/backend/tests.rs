use std::num::NonZero;

use proptest::prelude::*;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthStr;

use super::super::profile::Charset;
use super::super::sequences::{self, UnknownSequences};
use super::*;
use crate::theme::Depth;

const XTERM: TerminalProfile = TerminalProfile {
    family: Family::Xterm,
    depth: Depth::True,
    charset: Charset::Utf8,
};

fn kind(family: Family) -> TerminalProfile {
    TerminalProfile { family, ..XTERM }
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).expect("a terminal has cells")
}

/// A screen, and the terminal that its bytes go to.
struct Pair {
    screen: TerminalScreen,
    terminal: vt100::Parser,
}

impl Pair {
    fn new(kind: TerminalProfile) -> Self {
        let mut terminal = vt100::Parser::new(cells(24), cells(80), 0);
        terminal.process(sequences::enter(UnknownSequences::Skipped).as_bytes());
        terminal.process(b"\x1b[1;31;44mwhat was there before");
        Self {
            screen: TerminalScreen::new(kind),
            terminal,
        }
    }

    /// Draws a frame, sends it, and returns how many bytes it took.
    fn draw(&mut self, size: Size, view: impl FnOnce(&mut Frame<'_>)) -> usize {
        let (rows, columns) = (cells(size.height), cells(size.width));
        if self.terminal.screen().size() != (rows, columns) {
            self.terminal.screen_mut().set_size(rows, columns);
        }
        let bytes = self.screen.draw(size, view);
        self.terminal.process(bytes);
        let count = bytes.len();
        self.screen.wrote(count);
        count
    }

    fn differences(&self, asked: &Buffer, cursor: Option<Position>) -> Vec<String> {
        let terminal = self.terminal.screen();
        let mut found = Vec::new();
        let mut covered = 0;
        for (index, cell) in asked.content.iter().enumerate() {
            let at = asked.pos_of(index);
            if covered > 0 && at.0 > 0 {
                covered -= 1;
                continue;
            }
            covered = cell.symbol().width().saturating_sub(1);
            let shown = terminal.cell(at.1, at.0).expect("a cell on the screen");
            let (is, should) = (seen(shown), wanted(cell));
            if is != should {
                found.push(format!("at {at:?}: {is:?} in place of {should:?}"));
            }
        }
        if terminal.hide_cursor() != cursor.is_none() {
            found.push(format!("cursor hidden: {}", terminal.hide_cursor()));
        }
        if cursor.is_some_and(|at| terminal.cursor_position() != (at.y, at.x)) {
            found.push(format!(
                "cursor at (row, column) {:?} in place of {cursor:?}",
                terminal.cursor_position()
            ));
        }
        found
    }
}

/// The visible parts of a cell: character, foreground, background, and whether it is bold, dim,
/// italic, underlined, reversed.
type Seen = (String, Option<vt100::Color>, vt100::Color, [bool; 5]);

fn on_blank(seen: Seen) -> Seen {
    let (text, foreground, background, [bold, dim, italic, underlined, reversed]) = seen;
    match text.trim_end() {
        "" if underlined || reversed => (
            String::new(),
            foreground,
            background,
            [false, false, false, underlined, reversed],
        ),
        "" => (String::new(), None, background, [false; 5]),
        _ => (
            text,
            foreground,
            background,
            [bold, dim, italic, underlined, reversed],
        ),
    }
}

fn seen(cell: &vt100::Cell) -> Seen {
    let attributes = [
        cell.bold(),
        cell.dim(),
        cell.italic(),
        cell.underline(),
        cell.inverse(),
    ];
    on_blank((
        cell.contents().to_owned(),
        Some(cell.fgcolor()),
        cell.bgcolor(),
        attributes,
    ))
}

fn wanted(cell: &Cell) -> Seen {
    let all = [
        Modifier::BOLD,
        Modifier::DIM,
        Modifier::ITALIC,
        Modifier::UNDERLINED,
        Modifier::REVERSED,
    ];
    let attributes = all.map(|attribute| cell.modifier.contains(attribute));
    on_blank((
        cell.symbol().to_owned(),
        Some(expected(cell.fg)),
        expected(cell.bg),
        attributes,
    ))
}

fn expected(colour: Color) -> vt100::Color {
    if let Color::Rgb(r, g, b) = colour {
        return vt100::Color::Rgb(r, g, b);
    }
    if let Color::Indexed(index) = colour {
        return vt100::Color::Idx(index);
    }
    if colour == Color::Red {
        vt100::Color::Idx(1)
    } else {
        vt100::Color::Default
    }
}

#[derive(Clone, Debug)]
struct Span {
    at: (u16, u16),
    text: String,
    style: Style,
}

#[derive(Clone, Debug)]
enum Step {
    Frame(Vec<Span>, Option<(u16, u16)>),
    /// The spans of the previous frame and one more.
    Added(Span),
    Repaint,
    Wipe,
    Resize(u16, u16),
}

fn style() -> impl Strategy<Value = Style> {
    let colours = [
        Color::Reset,
        Color::Red,
        Color::Indexed(7),
        Color::Indexed(12),
        Color::Indexed(200),
        Color::Rgb(7, 80, 255),
    ];
    let modifiers = [
        Modifier::empty(),
        Modifier::BOLD,
        Modifier::DIM,
        Modifier::ITALIC.union(Modifier::UNDERLINED),
        Modifier::REVERSED,
        // The test's terminal does not distinguish bold from dim.
        Modifier::all().difference(Modifier::DIM),
    ];
    let colour = prop::sample::select(colours.to_vec());
    (
        colour.clone(),
        colour,
        prop::sample::select(modifiers.to_vec()),
    )
        .prop_map(|(foreground, background, modifier)| {
            Style::new()
                .fg(foreground)
                .bg(background)
                .add_modifier(modifier)
        })
}

fn span() -> impl Strategy<Value = Span> {
    let character =
        prop::sample::select(vec!["a", "b", " ", "  ", "─", "▌", "語", "e\u{301}", "😀"]);
    let text = prop::collection::vec(character, 1..12).prop_map(|characters| characters.concat());
    ((0_u16..24, 0_u16..8), text, style()).prop_map(|(at, text, style)| Span { at, text, style })
}

fn step() -> impl Strategy<Value = Step> {
    let cursor = prop::option::of((0_u16..26, 0_u16..9));
    prop_oneof![
        6 => (prop::collection::vec(span(), 0..8), cursor).prop_map(|(spans, cursor)| Step::Frame(spans, cursor)),
        6 => span().prop_map(Step::Added),
        1 => Just(Step::Repaint),
        1 => Just(Step::Wipe),
        1 => (1_u16..24, 1_u16..8).prop_map(|(width, height)| Step::Resize(width, height)),
    ]
}

fn draw_spans(frame: &mut Frame<'_>, background: Style, spans: &[Span]) {
    let area = frame.area();
    frame.buffer_mut().set_style(area, background);
    for span in spans {
        if area.contains(span.at.into()) {
            frame.buffer_mut().set_string(
                span.at.0,
                span.at.1,
                &span.text,
                Style::reset().patch(span.style),
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn the_terminal_shows_what_was_asked_for(
        // The Linux console shows colours differently: see brightness/tests.rs.
        family in prop::sample::select(vec![Family::Xterm, Family::Screen, Family::Vt]),
        background in style(),
        steps in prop::collection::vec(step(), 1..10),
    ) {
        let mut pair = Pair::new(kind(family));
        let mut size = Size::new(24, 8);
        let (mut spans, mut cursor) = (Vec::new(), None);
        for (number, step) in steps.iter().enumerate() {
            match step.clone() {
                Step::Frame(new, at) => (spans, cursor) = (new, at),
                Step::Added(span) => spans.push(span),
                Step::Repaint => pair.screen.repaint(),
                Step::Wipe => pair.screen.wipe(),
                Step::Resize(width, height) => size = Size::new(width, height),
            }
            let cursor = cursor.map(Position::from);
            let mut asked = Buffer::default();
            pair.draw(size, |frame| {
                draw_spans(frame, background, &spans);
                if let Some(at) = cursor {
                    frame.set_cursor_position(at);
                }
                asked = frame.buffer_mut().clone();
            });
            let on_screen = cursor.filter(|at| at.x < size.width && at.y < size.height);
            let differences = pair.differences(&asked, on_screen);
            prop_assert!(differences.is_empty(), "step {} on {:?}: {:#?}", number, family, differences);
            let again = pair.draw(size, |frame| {
                draw_spans(frame, background, &spans);
                if let Some(at) = cursor {
                    frame.set_cursor_position(at);
                }
            });
            prop_assert_eq!(again, 0, "an identical frame cost bytes");
        }
    }
}

#[test]
fn between_frames_there_is_one_copy_of_the_screen_of_16_bytes_a_cell() {
    let mut screen = TerminalScreen::new(XTERM);
    screen.draw(Size::new(80, 24), |_| {});
    for _ in 0..2 {
        assert!(screen.terminal.current_buffer_mut().content.is_empty());
        screen.terminal.swap_buffers();
    }
    assert_eq!(size_of_val(&screen.encoder.shown.row(0)[0]), 16);
}

#[test]
fn t7_no_size_panics() {
    let mut pair = Pair::new(XTERM);
    for (width, height) in [
        (0, 0),
        (0, 5),
        (5, 0),
        (1, 1),
        (120, 50),
        (512, 256),
        (1, 256),
        (512, 1),
    ] {
        let size = Size::new(width, height);
        pair.screen.wipe();
        let bytes = pair.screen.draw(size, |frame| {
            let area = frame.area();
            frame
                .buffer_mut()
                .set_style(area, Style::new().bg(Color::Blue));
        });
        assert!(!bytes.is_empty(), "{size}");
    }
}

#[test]
fn t6_nothing_that_a_terminal_obeys_gets_through() {
    let mut screen = TerminalScreen::new(XTERM);
    let bytes = screen.draw(Size::new(10, 1), |frame| {
        for (column, symbol) in ["\x1b[2J", "\n", "\u{9b}", "\u{7f}", "\u{200b}", "a"]
            .into_iter()
            .enumerate()
        {
            frame.buffer_mut().content[column].set_symbol(symbol);
        }
    });
    let text = String::from_utf8_lossy(bytes);
    assert!(text.contains("???? a"), "{}", bytes.escape_ascii());
}

#[test]
fn t10_what_the_charset_lacks_is_folded_or_question_marks_of_its_width() {
    let mut screen = TerminalScreen::new(TerminalProfile {
        charset: Charset::Other,
        ..XTERM
    });
    let bytes = screen.draw(Size::new(10, 1), |frame| {
        frame.buffer_mut().set_string(0, 0, "Zoë 語x", Style::new());
    });
    assert!(
        String::from_utf8_lossy(bytes).contains("Zoe ??x"),
        "{}",
        bytes.escape_ascii()
    );
}

#[test]
fn t12_frames_that_wait_are_kept_whole_and_zeroed_when_they_have_gone() {
    let mut screen = TerminalScreen::new(XTERM);
    let size = Size::new(10, 1);
    let first = screen.draw(size, |frame| {
        frame.buffer_mut().set_string(0, 0, "one", Style::new());
    });
    let first = first.to_vec();
    screen.wrote(4);
    assert_eq!(screen.pending(), &first[4..]);
    screen.bell();
    assert!(screen.pending().ends_with(b"\x07"));
    screen.wrote(usize::MAX);
    assert!(screen.pending().is_empty());
}

#[test]
fn k8_wiping_leaves_no_symbol_behind_and_erases_the_scrollback() {
    let mut screen = TerminalScreen::new(XTERM);
    let size = Size::new(20, 2);
    let secret = |frame: &mut Frame<'_>| {
        frame
            .buffer_mut()
            .set_string(0, 0, "my secret", Style::new());
    };
    screen.draw(size, secret);
    screen.wrote(usize::MAX);
    screen.wipe();
    let shown = &screen.encoder.shown;
    assert!(shown.row(0).iter().all(|cell| shown.symbol(cell) == " "));
    let bytes = screen.draw(size, |_| {});
    assert!(
        bytes.windows(4).any(|window| window == b"\x1b[3J"),
        "{}",
        bytes.escape_ascii()
    );
}

#[test]
fn a_large_frame_is_held_until_it_is_whole_where_that_is_understood() {
    let page = |frame: &mut Frame<'_>| {
        for row in 0..24 {
            frame.buffer_mut().set_string(
                0,
                row,
                "a row of some forty characters, or so",
                Style::new(),
            );
        }
    };
    for (family, held) in [
        (Family::Xterm, true),
        (Family::Linux, false),
        (Family::Vt, false),
    ] {
        let mut screen = TerminalScreen::new(kind(family));
        let bytes = screen.draw(Size::new(80, 24), page);
        let is_held = bytes.starts_with(b"\x1b[?2026h") && bytes.ends_with(b"\x1b[?2026l");
        assert_eq!(is_held, held, "{family:?}");
    }
}

#[test]
fn k8_output_for_a_stalled_line_is_dropped_when_a_customer_is_forgotten() {
    for family in [Family::Xterm, Family::Vt] {
        let mut screen = TerminalScreen::new(kind(family));
        screen.draw(Size::new(80, 24), |frame| {
            frame
                .buffer_mut()
                .set_string(0, 0, "zibeline", Style::new());
        });
        screen.wrote(4);
        screen.wipe();
        assert!(
            screen.pending().is_empty() || screen.pending() == sequences::end_update().as_bytes(),
            "{}",
            screen.pending().escape_ascii()
        );
        screen.wrote(screen.pending().len());
        let next = screen.draw(Size::new(80, 24), |frame| {
            frame.buffer_mut().set_string(0, 0, "start", Style::new());
        });
        assert_eq!(
            next[0],
            0x1B,
            "ESC must end a torn sequence: {}",
            next.escape_ascii()
        );
    }
}
