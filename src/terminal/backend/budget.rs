//! How many bytes a customer's key presses cost on the line, for a list like the representatives'
//! screen. The counts are deterministic. docs/design.md names the budget.

use ratatui::layout::Position;

use super::super::profile::{Charset, Family};
use super::*;
use crate::theme::{Depth, Palette, Role, by_name};

const SIZE: Size = Size::new(80, 24);
const PAGE: usize = 17;

/// A list of people: the search text, the first visible row, the focused row.
#[derive(Clone, Copy)]
struct ListFixture {
    typed: &'static str,
    first: usize,
    focus: usize,
}

fn pick<'a>(from: &[&'a str], index: usize) -> &'a str {
    from[index % from.len()]
}

fn draw(frame: &mut Frame<'_>, palette: Palette, list: ListFixture) {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    buffer.set_style(area, palette.background());
    let mut put = |column, row, text: &str, role| {
        buffer.set_string(column, row, text, palette.style(role));
    };
    put(3, 0, "Example IT Help Desk", Role::Title);
    put(60, 0, "Open until 17:00", Role::Dim);
    put(3, 1, &"─".repeat(76), Role::Rule);
    put(3, 2, "Who would you like to talk to?", Role::Question);
    put(3, 3, "Type a name, team or language:", Role::Text);
    put(34, 3, list.typed, Role::Text);
    put(69, 3, "340 of 340", Role::Dim);
    put(
        5,
        4,
        "NAME                     HELPS WITH              TEAM           SPEAKS",
        Role::Dim,
    );
    for (row, person) in (5_u16..).zip(list.first..list.first + PAGE) {
        let in_focus = person == list.focus;
        let given = pick(
            &[
                "Dana",
                "Daniel",
                "Zoë",
                "Okoro",
                "Mei",
                "Priya",
                "Bartholomew",
            ],
            person,
        );
        let family = pick(
            &[
                "Whitfield",
                "Okafor",
                "Quist",
                "Ng",
                "Ramaswamy",
                "Å",
                "Lindqvist",
                "Santos",
                "Li",
                "Meyer",
            ],
            person,
        );
        put(3, row, if in_focus { "▌" } else { " " }, Role::Accent);
        put(
            5,
            row,
            &format!("{given} {family}"),
            if in_focus { Role::Focus } else { Role::Text },
        );
        put(
            30,
            row,
            pick(
                &["Network", "Laptops and phones", "Printing", "Accounts"],
                person / 2,
            ),
            Role::Dim,
        );
        put(
            54,
            row,
            pick(&["Campus", "Library", "Clinic"], person / 3),
            Role::Dim,
        );
        put(
            69,
            row,
            pick(&["English", "Español", "English", "Deutsch"], person),
            Role::Dim,
        );
    }
    put(3, 22, &"─".repeat(76), Role::Rule);
    put(3, 23, "↑↓ move   Enter choose   Esc back", Role::Dim);
    let caret = 34 + u16::try_from(list.typed.len()).unwrap_or(0);
    frame.set_cursor_position(Position::new(caret, 3));
}

/// Bytes of the first frame, of Down, of the next page, of the first character typed after that, of
/// the next character, and of an identical frame.
fn spent(depth: Depth) -> [usize; 6] {
    let palette = Palette::new(by_name("midnight").expect("an existing theme"), depth);
    let mut screen = TerminalScreen::new(TerminalProfile {
        family: Family::Xterm,
        depth,
        charset: Charset::Utf8,
    });
    let start = ListFixture {
        typed: "",
        first: 0,
        focus: 0,
    };
    let down = ListFixture { focus: 1, ..start };
    let page = ListFixture {
        first: PAGE,
        focus: PAGE,
        ..start
    };
    let first = ListFixture { typed: "d", ..page };
    let typed = ListFixture {
        typed: "da",
        ..page
    };
    [start, down, page, first, typed, typed].map(|list| {
        let count = screen.draw(SIZE, |frame| draw(frame, palette, list)).len();
        screen.wrote(count);
        count
    })
}

#[test]
fn a_stroke_costs_what_it_changes() {
    for (depth, most) in [
        (Depth::True, [1900, 85, 900, 20]),
        (Depth::Palette, [1850, 78, 870, 16]),
        (Depth::Sixteen, [1800, 70, 800, 13]),
        (Depth::None, [1750, 60, 800, 13]),
    ] {
        let [whole, down, page, first, typed, again] = spent(depth);
        let spent = format!(
            "{depth:?}: first frame {whole}, Down {down}, page {page}, typed {first} and {typed}, nothing new {again}"
        );
        println!("{spent}");
        assert!(
            [whole, down, page, first]
                .iter()
                .zip(most)
                .all(|(is, most)| *is <= most),
            "{spent}; at most {most:?}"
        );
        assert!(typed <= 1 && again == 0, "{spent}");
    }
}
