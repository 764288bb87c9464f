//! Random events for a model, for every test that wants some.

use std::time::Duration;

use proptest::prelude::RngExt as _;
use proptest::test_runner::TestRng;
use ratatui::layout::Size;
use support_kiosk::app::event::{Effect, Event, JobUpdate};
use support_kiosk::clean::Clean;
use support_kiosk::failure::{Failure, Fault};
use support_kiosk::job::JobId;
use support_kiosk::pin::PinVerdict;
use support_kiosk::session::{ClientExit, Delivery, Stage};
use support_kiosk::terminal::key::{Input, KeyCode, KeyEvent, alt, ctrl, press};
use zeroize::Zeroizing;

use crate::support::kiosk::Kiosk;

/// Something that can happen to a model.
#[derive(Clone, Debug)]
pub enum Happening {
    Event(Event),
    /// So many seconds pass.
    Passing(u64),
}

/// Lets it happen, and gives the effects.
pub fn happen(kiosk: &mut Kiosk, what: Happening) -> Vec<Effect> {
    match what {
        Happening::Event(event) => kiosk.event(event),
        Happening::Passing(seconds) => kiosk.wait(seconds),
    }
}

const KEYS: [KeyEvent; 24] = [
    press(KeyCode::Enter),
    press(KeyCode::Enter),
    press(KeyCode::Esc),
    press(KeyCode::Tab),
    press(KeyCode::BackTab),
    press(KeyCode::Backspace),
    press(KeyCode::Delete),
    press(KeyCode::Insert),
    press(KeyCode::Up),
    press(KeyCode::Down),
    press(KeyCode::Left),
    press(KeyCode::Right),
    press(KeyCode::Home),
    press(KeyCode::End),
    press(KeyCode::PageUp),
    press(KeyCode::PageDown),
    alt(KeyCode::Enter),
    ctrl('c'),
    ctrl('j'),
    ctrl('l'),
    ctrl('q'),
    ctrl('u'),
    ctrl('w'),
    press(KeyCode::Char('1')),
];

const CHARACTERS: [char; 16] = [
    'q',
    'o',
    'x',
    '1',
    '2',
    '3',
    '9',
    '?',
    ' ',
    'é',
    '李',
    '\u{301}',
    '\u{200D}',
    '\u{202E}',
    '\u{1F469}',
    '\u{1B}',
];

/// Anything that can happen but the right PIN.
pub fn anything(random: &mut TestRng) -> Happening {
    let job = |random: &mut TestRng| JobId(random.random_range(1..4));
    Happening::Event(match random.random_range(0..40) {
        0..10 => Event::Input(Input::Key(one_of(random, &KEYS))),
        10..12 => Event::Input(Input::Burst {
            key: one_of(random, &KEYS),
            last: random.random(),
        }),
        12..16 => Event::Input(Input::Key(press(KeyCode::Char(character(random))))),
        16..18 => Event::Input(Input::Key(press(KeyCode::F(random.random_range(1..=12))))),
        18..20 => Event::Input(Input::Key(press(KeyCode::Char(
            random.random_range(' '..='~'),
        )))),
        20 => {
            let length = random.random_range(0..300);
            Event::Input(Input::Paste(Zeroizing::new(
                (0..length).map(|_| character(random)).collect(),
            )))
        }
        21..23 => Event::Resized(Size::new(
            random.random_range(0..130),
            random.random_range(0..55),
        )),
        23 => Event::Delivery(one_of(
            random,
            &[
                Delivery::Run,
                Delivery::Link(Some(Fault::NoDisplay)),
                Delivery::Link(None),
            ],
        )),
        24 => {
            let verdict = match random.random_range(0..3) {
                0 => PinVerdict::Unavailable,
                1 => PinVerdict::TooSoon {
                    wait: seconds(random),
                },
                _ => PinVerdict::Wrong {
                    wait: seconds(random),
                },
            };
            Event::Pin(job(random), verdict)
        }
        25..32 => Event::Job(job(random), news(random)),
        _ => return Happening::Passing(random.random_range(0..200)),
    })
}

fn news(random: &mut TestRng) -> JobUpdate {
    let clock = Clean::line("14:32").expect("clean");
    match random.random_range(0..8) {
        0 => JobUpdate::Stable,
        1 => JobUpdate::Failed {
            failure: Failure::from(one_of(random, Fault::ALL)),
            clock,
        },
        2 => JobUpdate::Saved { path: clock },
        3 => JobUpdate::Ended(ClientExit {
            status: Some(0),
            signal: None,
            after: seconds(random),
        }),
        4 => JobUpdate::Stage(Stage::Waiting {
            wait: seconds(random),
        }),
        5 => JobUpdate::Stage(Stage::Checking { sum: None }),
        _ => JobUpdate::Stage(Stage::Downloading {
            bytes: random.random(),
            total: Some(1_000_000),
        }),
    }
}

fn character(random: &mut TestRng) -> char {
    if random.random_ratio(1, 8) {
        random.random()
    } else {
        one_of(random, &CHARACTERS)
    }
}

fn seconds(random: &mut TestRng) -> Duration {
    Duration::from_secs(random.random_range(0..200))
}

fn one_of<T: Copy>(random: &mut TestRng, all: &[T]) -> T {
    all[random.random_range(0..all.len())]
}
