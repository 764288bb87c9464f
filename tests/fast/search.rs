//! The lists that typing filters, as a customer sees them: what matched, how many, and who can't be
//! chosen.

use ratatui::layout::Size;
use ratatui::style::Modifier;
use support_kiosk::app::event::Effect;
use support_kiosk::app::view;
use support_kiosk::config::SurveyMenu;
use support_kiosk::screens::AnyScreen;
use support_kiosk::terminal::backend::TerminalScreen;
use support_kiosk::terminal::key::{KeyCode, press};
use support_kiosk::terminal::profile::TerminalProfile;
use support_kiosk::theme::Depth;
use support_kiosk::ui::glyph_set;
use unicode_width::UnicodeWidthStr;

use crate::support::kiosk::{DESK, Kiosk, config};

/// The same desk, with names, titles and issues that are hard to match.
fn desk() -> String {
    format!(
        "{DESK}[[rep]]\nid = 20\nname = \"Siobhán O'Neill\"\ntitle = \"Wi-Fi\"\n[[rep]]\nid = 21\nname = \"Jan Mu\u{308}ller\"\n\
         [[rep]]\nid = 22\nname = \"김민준\"\ntitle = \"Müllabfuhr\"\n[[rep]]\nid = 23\nname = \"Away O’Neill\"\navailable = false\n"
    )
}

/// The screen with brackets around the letters that are underlined, which in `mono` only matched
/// ones are.
fn marked(kiosk: &Kiosk) -> String {
    let buffer = kiosk.buffer();
    let is_matched = |x: u16, y: u16| {
        buffer
            .cell((x, y))
            .is_some_and(|cell| cell.modifier.contains(Modifier::UNDERLINED))
    };
    let mut lines = Vec::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        for x in 0..buffer.area.width {
            let (before, here) = (x > 0 && is_matched(x - 1, y), is_matched(x, y));
            line.push_str(if before && !here { "]" } else { "" });
            line.push_str(if here && !before { "[" } else { "" });
            let is_covered = x > 0 && buffer[(x - 1, y)].symbol().width() > 1;
            line.push_str(if is_covered {
                ""
            } else {
                buffer[(x, y)].symbol()
            });
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

#[test]
fn matched_letters_are_set_apart_on_both_lists_at_both_sizes() {
    for (columns, rows) in [(80, 24), (40, 12)] {
        let mut pictures = Vec::new();
        for (way, typed) in [
            ('1', "oneill"),
            ('1', "mu"),
            ('1', "lib lap"),
            ('1', "김"),
            ('1', "łukasiewicz-q"),
            ('3', "wifi"),
        ] {
            let mut kiosk = Kiosk::with_look(
                &desk(),
                columns,
                rows,
                "mono",
                Depth::None,
                &glyph_set::UNICODE,
            );
            kiosk.type_text(&format!("{way}{typed}"));
            pictures.push(marked(&kiosk));
        }
        insta::assert_snapshot!(format!("matched_{columns}x{rows}"), pictures.join("\n\n"));
    }
}

#[test]
fn a4_matched_letters_have_the_accent_where_there_are_colours() {
    for depth in [Depth::True, Depth::Palette, Depth::Sixteen] {
        let mut kiosk = Kiosk::with_look(DESK, 80, 24, "midnight", depth, &glyph_set::UNICODE);
        kiosk.type_text("1dan");
        let buffer = kiosk.buffer();
        let place = |what: &str| {
            let rows = (0..24).map(|y| {
                (
                    y,
                    (0..80).map(|x| buffer[(x, y)].symbol()).collect::<Vec<_>>(),
                )
            });
            let found = rows
                .into_iter()
                .find_map(|(y, row)| row.concat().find(what).map(|_| (row, y)));
            let (row, y) = found.unwrap_or_else(|| panic!("{what} is not there: {}", kiosk.text()));
            let first = what.chars().next().map(String::from).unwrap_or_default();
            (
                u16::try_from(
                    row.iter()
                        .position(|symbol| *symbol == first)
                        .expect("there"),
                )
                .expect("a column"),
                y,
            )
        };
        let (bar, (x, y)) = (place("▌"), place("Dana"));
        assert_eq!(buffer[(x, y)].fg, buffer[bar].fg, "{depth:?}");
        assert_ne!(
            buffer[(x + 3, y)].fg,
            buffer[bar].fg,
            "{depth:?}: only what matched"
        );
        assert!(
            buffer[(x, y)].modifier.contains(Modifier::BOLD),
            "{depth:?}: the focus is still seen"
        );
    }
}

#[test]
fn the_first_down_after_typing_goes_to_the_second_match() {
    for way in ['1', '3'] {
        let mut kiosk = Kiosk::new(DESK, 80, 24);
        kiosk.key(press(KeyCode::Char(way)));
        kiosk.keys(&[
            press(KeyCode::Down),
            press(KeyCode::Down),
            press(KeyCode::Down),
        ]);
        kiosk.type_text("a");
        kiosk.key(press(KeyCode::Down));
        let text = kiosk.text();
        let rows: Vec<&str> = text
            .lines()
            .skip_while(|line| !line.contains(": a"))
            .filter(|line| !line.trim().is_empty())
            .collect();
        let focused = rows.iter().position(|line| line.contains('▌'));
        let headings = usize::from(way == '1');
        assert_eq!(focused, Some(1 + headings + 1), "{text}");
    }
}

#[test]
fn how_many_match_is_said_in_words_where_there_is_room() {
    for (columns, typed, count) in [
        (80, "", "7 people"),
        (80, "dan", "2 of 7 people"),
        (40, "", "7 people"),
        (40, "dan", "2 of 7"),
        (60, "dan", "2 of 7 people"),
    ] {
        let mut kiosk = Kiosk::new(DESK, columns, 12);
        kiosk.type_text(&format!("1{typed}"));
        let text = kiosk.text();
        assert!(
            text.lines()
                .any(|line| line.ends_with(&format!(" {count}"))),
            "{columns} {typed:?}:\n{text}"
        );
    }
}

#[test]
fn who_is_not_available_is_listed_last_and_cannot_be_chosen() {
    for (columns, rows) in [(80, 24), (40, 12)] {
        for way in ['1', '3'] {
            let mut config = config(&desk());
            config.survey.menu = SurveyMenu::Reps;
            let mut kiosk = Kiosk::of(config);
            kiosk.resize(columns, rows);
            kiosk.key(press(KeyCode::Char(way)));
            kiosk.keys(&[press(KeyCode::End), press(KeyCode::Enter)]);
            let text = kiosk.text();
            let last = text.lines().find(|line| line.contains('▌'));
            assert!(
                last.is_some_and(
                    |line| line.contains("Gone Today") && line.contains("not available")
                ),
                "{text}"
            );
            assert!(matches!(kiosk.model.screen(), AnyScreen::Reps(_)), "{text}");
            assert!(
                text.contains("! Not available. Choose someone else."),
                "{text}"
            );
            kiosk.key(press(KeyCode::Home));
            assert!(
                !kiosk.text().contains("Choose someone else"),
                "{}",
                kiosk.text()
            );

            kiosk.type_text("oneill");
            let text = kiosk.text();
            let place = |name: &str| {
                text.find(name)
                    .unwrap_or_else(|| panic!("{name} is not there: {text}"))
            };
            assert!(
                place("Siobhán") < place("Away"),
                "after the others, though it matches as well: {text}"
            );
            kiosk.keys(&[press(KeyCode::Down), press(KeyCode::Enter)]);
            assert!(
                kiosk.text().contains("Choose someone else"),
                "{}",
                kiosk.text()
            );
            kiosk.keys(&[press(KeyCode::Up), press(KeyCode::Enter)]);
            assert!(
                !matches!(kiosk.model.screen(), AnyScreen::Reps(_)),
                "who is available can be chosen"
            );
        }
    }
}

#[test]
fn who_is_not_available_does_not_count_as_a_choice_on_the_start_screen() {
    let mut kiosk = Kiosk::new(DESK, 80, 24);
    assert!(
        kiosk.text().contains("Choose from 6 people"),
        "{}",
        kiosk.text()
    );
    kiosk.type_text("1gone");
    assert_eq!(kiosk.key(press(KeyCode::Enter)), Vec::<Effect>::new());
    kiosk.keys(&[press(KeyCode::Esc)]);
    assert!(
        kiosk.text().contains("Choose from 6 people"),
        "{}",
        kiosk.text()
    );
}

#[test]
fn a_letter_that_changes_no_match_costs_tens_of_bytes() {
    let rep = |id: u32| format!("[[rep]]\nid = {id}\nname = \"Dan {id}\"\ntitle = \"Network\"\n");
    let reps = (1..=14).map(rep).collect::<Vec<_>>().concat();
    let mut kiosk = Kiosk::of(config(&format!(
        "[site]\nurl = \"https://a.example\"\n{reps}"
    )));
    kiosk.type_text("1d");
    let mut screen = TerminalScreen::new(TerminalProfile::from_variables(|name| {
        (name != "LC_ALL").then(|| "xterm-256color.UTF-8".to_owned())
    }));
    let mut cost = |kiosk: &Kiosk| {
        let count = screen
            .draw(Size::new(80, 24), |frame| view(&kiosk.model, frame))
            .len();
        screen.wrote(count);
        count
    };
    cost(&kiosk);
    kiosk.type_text("a");
    let (one, text) = (cost(&kiosk), kiosk.text());
    assert!(text.contains("14 of 14 people"), "{text}");
    println!("{one} bytes");
    assert!(
        one < 100,
        "{one} bytes for twelve rows or so with one more letter matched"
    );
    kiosk.key(press(KeyCode::Left));
    let one = cost(&kiosk);
    assert!(one < 10, "{one} bytes for a key that changes no row");
}
