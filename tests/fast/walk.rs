//! A walk over the model with the keys that every keyboard and every helper device has: whatever an
//! F-key or a chord does is reached without one (A7).

use std::collections::{HashSet, VecDeque};

use support_kiosk::app::event::{Effect, JobUpdate};
use support_kiosk::keymap::{KeyContext, takes_text};
use support_kiosk::screens::AnyScreen;
use support_kiosk::session::SessionRequest;
use support_kiosk::terminal::key::{KeyCode, KeyEvent, press, unmodified};

use crate::support::kiosk::{DESK, Kiosk};

/// Arrows, Tab, Enter, Esc, and the digits and letters that the screens show.
const PLAIN_KEYS: [KeyEvent; 12] = [
    press(KeyCode::Up),
    press(KeyCode::Down),
    press(KeyCode::Tab),
    press(KeyCode::BackTab),
    press(KeyCode::Enter),
    press(KeyCode::Esc),
    press(KeyCode::Char('1')),
    press(KeyCode::Char('2')),
    press(KeyCode::Char('3')),
    press(KeyCode::Char('9')),
    press(KeyCode::Char('o')),
    press(KeyCode::Char('q')),
];

/// How many keys a way may take.
const LONGEST: usize = 14;
/// What is typed where text is taken: once, to fill a needed field in. More would only grow the
/// same places.
const TYPED: KeyEvent = press(KeyCode::Char('o'));

/// A kiosk after these keys, and what came of them. Whatever is asked of the site runs at once.
fn walked(keys: &[KeyEvent]) -> (Kiosk, Vec<&'static str>) {
    let mut kiosk = Kiosk::new(DESK, 80, 24);
    let mut seen = Vec::new();
    for key in keys {
        for effect in kiosk.key(*key) {
            seen.push(match effect {
                Effect::Connect { job, request } => {
                    kiosk.news(job.0, JobUpdate::Stable);
                    match request {
                        SessionRequest::Rep { .. } => "asked for a rep",
                        SessionRequest::Code { .. } => "asked by key",
                        SessionRequest::Survey(survey) if survey.details.iter().count() > 1 => {
                            "asked by survey"
                        }
                        SessionRequest::Survey(_) => "asked for anyone",
                    }
                }
                Effect::Leave(_) => "left",
                Effect::Forget => "forgot",
                Effect::End(_) => "ended the session",
                Effect::Cancel(_) => "cancelled",
                Effect::HandedOff(_) => "handed off",
                Effect::Wipe
                | Effect::Repaint
                | Effect::Reload
                | Effect::CheckPin(..)
                | Effect::Bell => "-",
            });
        }
        seen.push(match (kiosk.focus(), kiosk.model.screen()) {
            (KeyContext::Help, _) => "help",
            (_, AnyScreen::Start(_)) => "start",
            (_, AnyScreen::Reps(_)) => "reps",
            (_, AnyScreen::Code(_)) => "key",
            (_, AnyScreen::Issues(_)) => "issues",
            (_, AnyScreen::Survey(_)) => "survey",
            (_, AnyScreen::Details(_)) => "details",
            (_, AnyScreen::Review(_)) => "review",
            (_, AnyScreen::Connecting(_)) => "connecting",
            (_, AnyScreen::Running(_)) => "running",
            (_, AnyScreen::Ended(_)) => "ended",
            (_, AnyScreen::HandOff(_)) => "hand-off",
            (_, AnyScreen::Failed(_)) => "failed",
            (_, AnyScreen::OutOfService(_)) => "out of service",
        });
    }
    (kiosk, seen)
}

#[test]
fn a7_every_action_is_reached_without_an_f_key_or_a_chord() {
    let mut reached: HashSet<&'static str> = HashSet::new();
    let mut known: HashSet<String> = HashSet::new();
    let mut ways = VecDeque::from([(Vec::new(), false)]);
    while let Some((way, typed)) = ways.pop_front() {
        let (kiosk, seen) = walked(&way);
        reached.extend(seen);
        let (text, cursor) = kiosk.look();
        if text.contains('•') {
            reached.insert("hid the key");
        }
        if !known.insert(format!("{text}{cursor}")) || way.len() >= LONGEST {
            continue;
        }
        let in_text = takes_text(kiosk.focus());
        for key in PLAIN_KEYS {
            let types = in_text && matches!(unmodified(key), Some(KeyCode::Char(_)));
            if !types || (key == TYPED && !typed) {
                ways.push_back((way.iter().copied().chain([key]).collect(), typed || types));
            }
        }
    }
    let wanted = [
        "start",
        "reps",
        "key",
        "issues",
        "survey",
        "review",
        "running",
        "hand-off",
        "help",
        "asked for a rep",
        "asked by key",
        "asked by survey",
        "asked for anyone",
        "left",
        "forgot",
        "ended the session",
        "hid the key",
    ];
    let missing: Vec<_> = wanted
        .iter()
        .filter(|goal| !reached.contains(**goal))
        .collect();
    assert!(
        missing.is_empty(),
        "not reached: {missing:?}; reached: {reached:?}"
    );
}
