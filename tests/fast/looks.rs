//! How each screen looks at 80x24 and at 40x12, and that no size breaks any.

use std::sync::Arc;
use std::time::Duration;

use ratatui::layout::{Position, Size};
use support_kiosk::app::event::{Event, JobUpdate};
use support_kiosk::catalog::Catalog;
use support_kiosk::clean::Clean;
use support_kiosk::config::Config;
use support_kiosk::failure::{Failure, Fault};
use support_kiosk::job::JobId;
use support_kiosk::pin::PinVerdict;
use support_kiosk::session::{ClientExit, Delivery, Stage};
use support_kiosk::terminal::key::{KeyCode, ctrl, press};
use support_kiosk::theme::Depth;
use support_kiosk::ui::glyph_set;

use crate::support::kiosk::{DESK, Kiosk, arrival, config, desk_with_details, staffed_desk};

pub type Way = fn(&mut Kiosk);

/// The screens, each with the way to it: a table of them, and for each a test of how it looks at
/// 80x24 and one at 40x12.
macro_rules! screens {
    ($($name:ident: $way:expr,)*) => {
        /// Every screen that a customer can come to, and the way there.
        pub const SCREENS: &[(&str, Way)] = &[$((stringify!($name), $way)),*];

        mod at_80x24 {
            $(#[test] fn $name() { super::assert_looks_as_before(stringify!($name), 80, 24); })*
        }

        mod at_40x12 {
            $(#[test] fn $name() { super::assert_looks_as_before(stringify!($name), 40, 12); })*
        }
    };
}

screens! {
    start: |_| (),
    reps: |kiosk| to_reps(kiosk),
    reps_moved: |kiosk| {
        to_reps(kiosk);
        kiosk.keys(&[press(KeyCode::Down), press(KeyCode::Down)]);
    },
    reps_filtered: |kiosk| {
        to_reps(kiosk);
        kiosk.type_text("dan");
    },
    reps_no_match: |kiosk| {
        to_reps(kiosk);
        kiosk.type_text("xyzzy");
    },
    reps_not_available: |kiosk| {
        to_reps(kiosk);
        kiosk.type_text("gone");
        kiosk.key(press(KeyCode::Enter));
    },
    review_rep: |kiosk| {
        to_reps(kiosk);
        kiosk.type_text("dana");
        kiosk.key(press(KeyCode::Enter));
    },
    review_anyone: |kiosk| {
        to_reps(kiosk);
        kiosk.key(press(KeyCode::Enter));
    },
    connecting_reaching: |kiosk| to_connecting(kiosk),
    connecting_waiting: |kiosk| {
        to_connecting(kiosk);
        kiosk.news(1, JobUpdate::Stage(Stage::Waiting { wait: Duration::from_secs(4) }));
    },
    connecting_downloading: |kiosk| {
        to_connecting(kiosk);
        kiosk.news(1, JobUpdate::Stage(Stage::Downloading { bytes: 0, total: Some(12_400_000) }));
        kiosk.wait(7);
        kiosk.news(1, JobUpdate::Stage(Stage::Downloading { bytes: 7_900_000, total: Some(12_400_000) }));
    },
    running: |kiosk| {
        to_connecting(kiosk);
        kiosk.news(1, JobUpdate::Stable);
    },
    failed_site_says: |kiosk| {
        to_connecting(kiosk);
        let failure = Failure::with_site_text(
            Fault::Refused,
            "Dana Whitfield is not available at the moment. Please choose somebody else.",
        );
        kiosk.news(1, JobUpdate::Failed { failure, clock: Clean::line("14:32").expect("clean") });
    },
    failed_read_to_its_end: |kiosk| {
        to_connecting(kiosk);
        let failure = Failure::with_site_text(Fault::Refused, &"Dana Whitfield is not available at the moment. ".repeat(4));
        kiosk.news(1, JobUpdate::Failed { failure, clock: Clean::line("14:32").expect("clean") });
        kiosk.key(press(KeyCode::End));
    },
    failed_perhaps_for_a_sign_in: |kiosk| {
        to_key(kiosk);
        kiosk.type_text("4710938");
        kiosk.keys(&[press(KeyCode::Enter), press(KeyCode::Enter)]);
        let failure =
            Failure::with_site_text(Fault::KeyRefusedWithoutSign, "Welcome to the Wi-Fi of Harbour House. Press Accept.");
        kiosk.news(1, JobUpdate::Failed { failure, clock: Clean::line("14:32").expect("clean") });
    },
    failed_network: |kiosk| {
        to_connecting(kiosk);
        let failure = Failure::with_subject(Fault::NoConnection, "support.example.com");
        kiosk.news(1, JobUpdate::Failed { failure, clock: Clean::line("14:32").expect("clean") });
    },
    key: |kiosk| to_key(kiosk),
    key_typed: |kiosk| {
        to_key(kiosk);
        kiosk.type_text("471-0938");
    },
    key_hidden: |kiosk| {
        to_key(kiosk);
        kiosk.type_text("4710938");
        kiosk.keys(&[press(KeyCode::Tab), press(KeyCode::Enter)]);
    },
    key_empty_refused: |kiosk| {
        to_key(kiosk);
        kiosk.key(press(KeyCode::Enter));
    },
    key_address_refused: |kiosk| {
        to_key(kiosk);
        kiosk.type_text("https://support.example.com/help/sessions?lang=en");
        kiosk.key(press(KeyCode::Enter));
    },
    key_paste_refused: |kiosk| {
        to_key(kiosk);
        kiosk.paste("https://support.example.com/help/sessions?lang=en");
    },
    review_key: |kiosk| {
        to_key(kiosk);
        kiosk.type_text("4710938");
        kiosk.key(press(KeyCode::Enter));
    },
    issues: |kiosk| to_issues(kiosk),
    issues_no_match: |kiosk| {
        to_issues(kiosk);
        kiosk.type_text("xyzzy");
    },
    survey: |kiosk| to_survey(kiosk),
    survey_filled: |kiosk| fill_survey(kiosk),
    survey_refused: |kiosk| {
        to_survey(kiosk);
        kiosk.keys(&[press(KeyCode::Tab), press(KeyCode::Tab), press(KeyCode::Tab), press(KeyCode::Tab), press(KeyCode::Enter)]);
    },
    survey_full: |kiosk| {
        to_survey(kiosk);
        kiosk.paste(&"Zoë ".repeat(30));
    },
    review_survey: |kiosk| to_survey_review(kiosk),
    details_of_a_rep: |kiosk| to_details(kiosk),
    details_of_a_key: |kiosk| {
        takes_details(kiosk);
        to_key(kiosk);
        kiosk.type_text("4710938");
        kiosk.key(press(KeyCode::Enter));
    },
    details_refused: |kiosk| {
        to_details(kiosk);
        kiosk.key(press(KeyCode::Tab));
        kiosk.type_text("The Wi-Fi in room 12 drops every few minutes, and my laptop asks for the password again.");
        kiosk.keys(&[press(KeyCode::Tab), press(KeyCode::Enter)]);
    },
    review_details: |kiosk| {
        to_details(kiosk);
        kiosk.type_text("Zoë Quist");
        kiosk.keys(&[press(KeyCode::Tab), press(KeyCode::Tab), press(KeyCode::Enter)]);
    },
    hand_off: |kiosk| {
        to_survey_review(kiosk);
        kiosk.key(press(KeyCode::Char('o')));
    },
    start_where_nothing_runs: |kiosk| {
        kiosk.event(Event::VisitContext(arrival(Delivery::Link(Some(Fault::NoDisplay)))));
    },
    hand_off_where_nothing_runs: |kiosk| {
        kiosk.event(Event::VisitContext(arrival(Delivery::Link(Some(Fault::NoDisplay)))));
        to_key(kiosk);
        kiosk.type_text("4710938");
        kiosk.keys(&[press(KeyCode::Enter), press(KeyCode::Enter)]);
    },
    review_where_nothing_runs: |kiosk| {
        kiosk.event(Event::VisitContext(arrival(Delivery::Link(Some(Fault::NoDisplay)))));
        to_reps(kiosk);
        kiosk.key(press(KeyCode::Enter));
    },
    end_session: |kiosk| {
        to_connecting(kiosk);
        kiosk.news(1, JobUpdate::Stable);
        kiosk.key(press(KeyCode::Enter));
    },
    ended: |kiosk| {
        to_connecting(kiosk);
        kiosk.news(1, JobUpdate::Stable);
        kiosk.news(1, JobUpdate::Ended(ClientExit { status: Some(0), signal: None, after: Duration::from_secs(60) }));
    },
    staff_pin: |kiosk| {
        let desk = Arc::new(Catalog::new(Arc::new(config(&staffed_desk()))));
        kiosk.event(Event::CatalogLoaded(desk, kiosk.worn));
        kiosk.key(press(KeyCode::F(12)));
        kiosk.type_text("471093");
        kiosk.key(press(KeyCode::Enter));
        kiosk.event(Event::Pin(JobId(1), PinVerdict::Wrong { wait: Duration::from_secs(30) }));
        kiosk.type_text("4710");
    },
    out_of_service: |kiosk| {
        let failure = Failure::with_subject(Fault::BadConfig, "kiosk.toml:3:1: `site.url` is missing");
        kiosk.event(Event::OutOfService { failure, clock: Clean::line("14:32").expect("clean") });
    },
    help: |kiosk| {
        to_reps(kiosk);
        kiosk.key(press(KeyCode::F(1)));
    },
    still_there: |kiosk| {
        to_reps(kiosk);
        kiosk.type_text("canary");
        kiosk.wait(90);
    },
}

fn to_reps(kiosk: &mut Kiosk) {
    kiosk.key(press(KeyCode::Char('1')));
}

fn to_key(kiosk: &mut Kiosk) {
    kiosk.key(press(KeyCode::Char('2')));
}

fn to_issues(kiosk: &mut Kiosk) {
    kiosk.key(press(KeyCode::Char('3')));
}

fn to_survey(kiosk: &mut Kiosk) {
    to_issues(kiosk);
    kiosk.type_text("wifi");
    kiosk.keys(&[ctrl('u'), press(KeyCode::Down), press(KeyCode::Enter)]);
}

fn fill_survey(kiosk: &mut Kiosk) {
    to_survey(kiosk);
    kiosk.type_text("Zoë Quist");
    kiosk.keys(&[press(KeyCode::Enter), press(KeyCode::Enter)]);
    kiosk.type_text(
        "The Wi-Fi in room 12 drops every few minutes, and my laptop asks for the password again.",
    );
}

fn to_survey_review(kiosk: &mut Kiosk) {
    fill_survey(kiosk);
    kiosk.keys(&[
        press(KeyCode::Enter),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
}

fn takes_details(kiosk: &mut Kiosk) {
    // A kiosk that is locked stays so.
    let present = kiosk.model.catalog().config.kiosk.clone();
    let desk = Arc::new(Catalog::new(Arc::new(Config {
        kiosk: present,
        ..config(&desk_with_details())
    })));
    kiosk.event(Event::CatalogLoaded(desk, kiosk.worn));
}

fn to_details(kiosk: &mut Kiosk) {
    takes_details(kiosk);
    to_reps(kiosk);
    kiosk.type_text("dana");
    kiosk.key(press(KeyCode::Enter));
}

fn to_connecting(kiosk: &mut Kiosk) {
    kiosk.keys(&[
        press(KeyCode::Char('1')),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
}

fn pictured(kiosk: &Kiosk) -> String {
    let (text, cursor) = kiosk.look();
    format!("{text}\n\ncursor at {cursor}")
}

fn assert_looks_as_before(name: &str, columns: u16, rows: u16) {
    let (_, way) = SCREENS
        .iter()
        .find(|(screen, _)| *screen == name)
        .expect("a screen");
    let mut kiosk = Kiosk::new(DESK, columns, rows);
    way(&mut kiosk);
    insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), pictured(&kiosk));
}

#[test]
fn t9_in_ascii_no_sign_of_ours_is_beyond_ascii() {
    let desk = DESK.replace("李明", "Li Ming").replace("Zoë Ł", "Zoe L");
    for (name, way) in SCREENS {
        let mut kiosk = Kiosk::with_look(&desk, 80, 24, "mono", Depth::None, &glyph_set::ASCII);
        way(&mut kiosk);
        let text = kiosk.text();
        let names = ["Español", "中文", "Polski", "Norsk", "Zoë"];
        let ours = names
            .iter()
            .fold(text.clone(), |text, name| text.replace(name, ""));
        assert!(ours.is_ascii(), "{name}:\n{text}");
    }
}

#[test]
fn the_desks_contact_survives_every_size_where_somebody_may_be_at_a_loss() {
    for (name, way) in SCREENS {
        let at_a_loss = ["start", "failed", "hand_off", "still_there"]
            .iter()
            .any(|screen| name.starts_with(screen));
        for (columns, rows) in [(80, 24), (40, 12)] {
            let mut kiosk = Kiosk::new(DESK, columns, rows);
            way(&mut kiosk);
            let text = kiosk.text();
            assert!(
                !at_a_loss || text.contains("555-0100"),
                "{name} at {columns}x{rows}:\n{text}"
            );
        }
    }
}

#[test]
fn a_contact_of_three_lines_fits_the_smallest_still_there_screen() {
    let long = "Call 555-0100 from eight to five, ask at the desk in B12, or write to help@desk.example at any hour";
    let desk = DESK.replace("Call 555-0100, or ask at the desk in B12.", long);
    let (_, way) = SCREENS
        .iter()
        .find(|(name, _)| name.starts_with("still_there"))
        .expect("the screen");
    let mut kiosk = Kiosk::new(&desk, 40, 12);
    way(&mut kiosk);
    assert!(kiosk.text().contains("hour"), "{}", kiosk.text());
}

#[test]
fn a2_the_cursor_stands_on_the_focused_item_or_behind_what_is_typed() {
    for (columns, rows) in [(80, 24), (40, 12)] {
        for (name, way) in SCREENS {
            let mut kiosk = Kiosk::new(DESK, columns, rows);
            way(&mut kiosk);
            let (text, Position { x, y }) = kiosk.look();
            let line = text.lines().nth(usize::from(y)).unwrap_or_default();
            assert!(
                (x, y) != (0, 0) && !line.trim().is_empty(),
                "{name} at {columns}x{rows}: cursor at {x},{y}\n{text}"
            );
        }
    }
}

// `sizes` draws the larger ones.
#[test]
fn t7_a_small_size_says_so_on_every_screen_with_the_contact() {
    for (name, way) in SCREENS {
        let mut kiosk = Kiosk::new(DESK, 80, 24);
        way(&mut kiosk);
        for columns in [0, 1, 5, 20, 39, 40, 41, 60, 72, 80, 106, 120] {
            for rows in 0..=13 {
                kiosk.resize(columns, rows);
                let text = kiosk.text();
                if columns >= 30 && (8..12).contains(&rows) {
                    assert!(
                        text.contains("too small") && text.contains("555-0100"),
                        "{name} at {columns}x{rows}:\n{text}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_screen_is_back_as_it_was_when_the_terminal_grows_again() {
    for (name, way) in SCREENS {
        let mut kiosk = Kiosk::new(DESK, 80, 24);
        way(&mut kiosk);
        let before = kiosk.look();
        kiosk.resize(20, 5);
        kiosk.resize(80, 24);
        assert_eq!(kiosk.look(), before, "{name}");
        assert_eq!(kiosk.model.size(), Size::new(80, 24));
    }
}
