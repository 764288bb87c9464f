//! What goes to the terminal: nothing that `terminal/sequences.rs` has not, whatever the text is
//! and whoever it is from (T6, T11, K7). Every test in a terminal sees to it, by `Pty`'s own end;
//! here text does its worst.

use ratatui::layout::Size;
use support_kiosk::app::view;
use support_kiosk::clean::{Clean, RefusedCharacter};
use support_kiosk::config::from_text;
use support_kiosk::terminal::backend::TerminalScreen;
use support_kiosk::terminal::key::{KeyCode, ctrl, press};
use support_kiosk::terminal::profile::TerminalProfile;
use support_kiosk::terminal::sequences::{self, UnknownSequences};

use crate::support::hostile::HOSTILE;
use crate::support::kiosk::{DESK, Kiosk, config};
use crate::support::strangers::strangers;

/// Names of living people, and signs that are in use.
const LIVING: [&str; 14] = [
    "Dana Whitfield",
    "李明",
    "山田 太郎",
    "김철수",
    "محمد عبد الله",
    "דנה לוי",
    "สมชาย ใจดี",
    "नरेन्द्र शर्मा",
    "Zoe\u{0308} Łukasiewicz",
    "Nguyễn Thị Ánh",
    "\u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467}\u{200D}\u{1F466} Kim",
    "\u{1F1F3}\u{1F1F4} Berit",
    "\u{1F44D}\u{1F3FF} Ola",
    "\u{2764}\u{FE0F} Liv",
];

#[test]
fn t6_hostile_text_is_refused_at_every_door_of_the_desk_and_named() {
    for (text, character) in HOSTILE {
        assert_eq!(
            Clean::line(text),
            Err(RefusedCharacter { character }),
            "{}",
            text.escape_default()
        );
        let written = text
            .chars()
            .map(|c| format!("\\U{:08X}", u32::from(c)))
            .collect::<Vec<_>>()
            .concat();
        for config in [
            format!("site = {{ url = 'https://a', name = \"{written}\" }}"),
            format!("site = {{ url = 'https://a', contact = \"{written}\" }}"),
            format!("site.url = 'https://a'\nrep = [{{ id = 1, name = \"{written}\" }}]"),
            format!(
                "site.url = 'https://a'\nissue = [{{ id = 1, name = 'a', description = \"{written}\" }}]"
            ),
            format!("site.url = 'https://a'\nsurvey.name = {{ label = \"{written}\" }}"),
            format!("site.url = 'https://a'\nsurvey.description = {{ default = \"{written}\" }}"),
        ] {
            let told = from_text(&config, "k".as_ref())
                .expect_err("refused")
                .to_string();
            assert!(
                told.contains(&format!("U+{:04X}", u32::from(character))),
                "{config}\n{told}"
            );
            assert_eq!(strangers(told.as_bytes()), Vec::<String>::new(), "{config}");
        }
        // Raw in the file, too.
        let raw = format!("site.url = 'https://a'\nrep = [{{ id = 1, name = \"{text}\" }}]");
        let told = from_text(&raw, "k".as_ref())
            .expect_err("refused")
            .to_string();
        assert_eq!(
            strangers(told.as_bytes()),
            Vec::<String>::new(),
            "{}",
            raw.escape_default()
        );
    }
}

#[test]
fn t6_what_the_site_says_is_washed() {
    for (text, _) in HOSTILE {
        let washed = Clean::sanitized(&format!("before {text} after"), 300);
        assert_eq!(
            strangers(washed.as_str().as_bytes()),
            Vec::<String>::new(),
            "{}",
            text.escape_default()
        );
        assert!(
            Clean::line(washed.as_str()).is_ok(),
            "{}: {washed:?}",
            text.escape_default()
        );
    }
}

#[test]
fn t11_columns_stay_true_beside_names_of_every_kind() {
    let reps = LIVING
        .iter()
        .enumerate()
        .map(|(number, name)| {
            format!("[[rep]]\nid = {}\nname = \"{name}\"\ntitle = \"Helps {number}\"\nteam = \"Team {number}\"\n", number + 1)
        })
        .collect::<Vec<_>>()
        .concat();
    let mut kiosk = Kiosk::of(config(&format!(
        "[site]\nurl = \"https://a.example\"\n{reps}"
    )));
    kiosk.resize(80, 40);
    kiosk.type_text("1");
    let mut screen = TerminalScreen::new(TerminalProfile::from_variables(|name| {
        (name != "LC_ALL").then(|| "xterm-256color.UTF-8".to_owned())
    }));
    let mut emulator = vt100::Parser::new(
        40.try_into().expect("rows"),
        80.try_into().expect("columns"),
        0,
    );
    emulator.process(sequences::enter(UnknownSequences::Skipped).as_bytes());
    let bytes = screen
        .draw(Size::new(80, 40), |frame| view(&kiosk.model, frame))
        .to_vec();
    emulator.process(&bytes);
    let rows: Vec<String> = emulator.screen().rows(0, 80).collect();
    let column_of = |what: &str| {
        let mut places = (0..40_u16).flat_map(|row| (0..80_u16).map(move |column| (row, column)));
        let screen = emulator.screen();
        places.find(|(row, column)| {
            what.chars().zip(*column..).all(|(c, at)| {
                screen
                    .cell(*row, at)
                    .is_some_and(|cell| cell.contents() == c.to_string())
            })
        })
    };
    let (_, expected) = column_of("Team 0").unwrap_or_else(|| panic!("{}", rows.join("\n")));
    for (number, name) in LIVING.iter().enumerate() {
        let place = column_of(&format!("Team {number}"));
        assert_eq!(
            place.map(|(_, column)| column),
            Some(expected),
            "{name}\n{}",
            rows.join("\n")
        );
    }
    assert_eq!(strangers(&bytes), Vec::<String>::new());
}

/// One character of each kind that can be refused, and what is said of it.
const REFUSED: [(&str, &str); 9] = [
    ("a\u{1B}b", "U+001B, escape"),
    ("a\u{9B}b", "U+009B, control"),
    ("a\u{AD}b", "U+00AD, soft hyphen"),
    ("a\u{200B}b", "U+200B, zero-width space"),
    ("\u{200D}b", "U+200D, lone joiner"),
    ("\u{FEFF}b", "U+FEFF, byte-order mark"),
    ("a\u{202E}b", "U+202E, text direction"),
    (
        "a\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
        "U+0301, too many marks",
    ),
    ("a\u{E0041}b", "U+E0041, invisible"),
];

#[test]
fn t6_a8_f11_the_note_on_a_refused_character_is_whole_and_one_line() {
    for (columns, rows) in [(80, 24), (40, 12)] {
        for (way, keys) in [
            ("a list", &[press(KeyCode::Char('1'))][..]),
            (
                "a form",
                &[press(KeyCode::Char('3')), press(KeyCode::Enter)],
            ),
        ] {
            let mut kiosk = Kiosk::new(DESK, columns, rows);
            kiosk.keys(keys);
            for (text, note) in REFUSED {
                kiosk.paste(text);
                let screen = kiosk.text();
                let line = screen
                    .lines()
                    .find(|line| line.contains("Left out: "))
                    .unwrap_or_else(|| panic!("{note}\n{screen}"));
                assert!(
                    line.trim_start_matches([' ', '▌', '│'])
                        .ends_with(&format!("! Left out: {note}")),
                    "{way}:\n{screen}"
                );
                kiosk.key(ctrl('u'));
                assert!(!kiosk.text().contains("Left out"), "{way}, {note}");
            }
        }
    }
}
