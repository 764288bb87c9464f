//! Whole visits through `update`, as a customer has them: no terminal, no network, no clock but the
//! test's own.

use std::time::Duration;

use support_kiosk::app::deadline;
use support_kiosk::app::event::{Effect, Event, JobUpdate, VisitContext};
use support_kiosk::clean::Clean;
use support_kiosk::failure::{Failure, Fault};
use support_kiosk::job::JobId;
use support_kiosk::screens::AnyScreen;
use support_kiosk::session::{
    ClientExit, CustomerDetails, Delivery, Id, SessionRequest, Stage, VisitRef,
};
use support_kiosk::terminal::key::{KeyCode, ctrl, press};
use support_kiosk::timestamp::Timestamp;

use crate::support::kiosk::{DESK, Kiosk, arrival, config};

fn kiosk() -> Kiosk {
    Kiosk::new(DESK, 80, 24)
}

fn dana() -> SessionRequest {
    let name = Clean::line("Dana Whitfield").expect("clean");
    SessionRequest::Rep {
        id: Id::new(12).expect("in range"),
        name,
        details: CustomerDetails::default(),
    }
}

fn failed(fault: Fault) -> JobUpdate {
    JobUpdate::Failed {
        failure: Failure::from(fault),
        clock: Clean::line("14:32").expect("clean"),
    }
}

#[test]
fn three_keys_start_a_session_with_anyone_who_is_free() {
    let effects = kiosk().keys(&[
        press(KeyCode::Char('1')),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    assert_eq!(
        effects,
        [Effect::Connect {
            job: JobId(1),
            request: SessionRequest::anyone()
        }]
    );
}

#[test]
fn a_representative_is_found_by_typing_and_asked_for_by_id_and_name() {
    let mut kiosk = kiosk();
    kiosk.key(press(KeyCode::Char('1')));
    kiosk.type_text("dana");
    let effects = kiosk.keys(&[press(KeyCode::Enter), press(KeyCode::Enter)]);
    assert_eq!(
        effects,
        [Effect::Connect {
            job: JobId(1),
            request: dana()
        }]
    );
}

#[test]
fn the_clients_end_forgets_the_visit_and_brings_the_start_screen_back() {
    let mut kiosk = kiosk();
    kiosk.keys(&[
        press(KeyCode::Char('1')),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    for stage in [
        Stage::Requesting {
            method: "GET",
            host: "support.example.com".into(),
        },
        Stage::Downloading {
            bytes: 0,
            total: Some(100),
        },
        Stage::Downloading {
            bytes: 100,
            total: Some(100),
        },
        Stage::Checking { sum: None },
        Stage::Starting,
    ] {
        assert_eq!(kiosk.news(1, JobUpdate::Stage(stage)), []);
        assert!(matches!(kiosk.model.screen(), AnyScreen::Connecting(_)));
    }
    assert_eq!(kiosk.news(1, JobUpdate::Stable), [Effect::Wipe]);
    assert!(matches!(kiosk.model.screen(), AnyScreen::Running(_)));
    let ending = ClientExit {
        status: Some(3),
        signal: None,
        after: Duration::from_secs(60),
    };
    assert_eq!(kiosk.news(1, JobUpdate::Ended(ending)), [Effect::Forget]);
    assert!(matches!(kiosk.model.screen(), AnyScreen::Ended(_)));
    assert_eq!(kiosk.wait(10), [Effect::Forget]);
    assert_eq!(
        kiosk.keys(&[
            press(KeyCode::Char('1')),
            press(KeyCode::Enter),
            press(KeyCode::Enter)
        ]),
        [Effect::Connect {
            job: JobId(2),
            request: SessionRequest::anyone()
        }]
    );
}

#[test]
fn going_back_keeps_what_was_typed_step_by_step() {
    let mut kiosk = kiosk();
    kiosk.key(press(KeyCode::Char('1')));
    kiosk.type_text("zoe");
    let list = kiosk.text();
    kiosk.key(press(KeyCode::Enter));
    assert!(matches!(kiosk.model.screen(), AnyScreen::Review(_)));
    assert_eq!(kiosk.key(press(KeyCode::Esc)), []);
    assert_eq!(kiosk.text(), list);
    assert_eq!(kiosk.key(press(KeyCode::Esc)), [Effect::Forget]);
    assert!(matches!(kiosk.model.screen(), AnyScreen::Start(_)));
}

#[test]
fn cancelling_returns_to_the_review_and_drops_late_updates() {
    let mut kiosk = kiosk();
    kiosk.keys(&[
        press(KeyCode::Char('1')),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    assert_eq!(kiosk.key(press(KeyCode::Esc)), [Effect::Cancel(JobId(1))]);
    let review = kiosk.text();
    assert!(matches!(kiosk.model.screen(), AnyScreen::Review(_)));
    for news in [
        JobUpdate::Stable,
        failed(Fault::Stalled),
        JobUpdate::Stage(Stage::Checking { sum: None }),
    ] {
        assert_eq!(kiosk.news(1, news), []);
        assert_eq!(kiosk.text(), review);
    }
}

#[test]
fn a_failure_that_may_pass_is_tried_again_with_the_same_request() {
    let mut kiosk = kiosk();
    kiosk.key(press(KeyCode::Char('1')));
    kiosk.type_text("dana");
    kiosk.keys(&[press(KeyCode::Enter), press(KeyCode::Enter)]);
    kiosk.news(1, failed(Fault::Stalled));
    assert!(
        kiosk.text().contains("N4 · b12-3 · 14:32 · K7F204"),
        "{}",
        kiosk.text()
    );
    assert_eq!(
        kiosk.key(press(KeyCode::Enter)),
        [Effect::Connect {
            job: JobId(2),
            request: dana()
        }]
    );
    kiosk.news(2, failed(Fault::Stalled));
    kiosk.key(press(KeyCode::Esc));
    assert!(matches!(kiosk.model.screen(), AnyScreen::Review(_)));
}

#[test]
fn a_refusal_leads_back_to_the_choice_with_the_filter_kept() {
    let mut kiosk = kiosk();
    kiosk.key(press(KeyCode::Char('1')));
    kiosk.type_text("dana");
    let list = kiosk.text();
    kiosk.keys(&[press(KeyCode::Enter), press(KeyCode::Enter)]);
    kiosk.news(1, failed(Fault::Refused));
    assert_eq!(kiosk.key(press(KeyCode::Enter)), []);
    assert_eq!(kiosk.text(), list);
}

#[test]
fn what_only_staff_can_mend_offers_no_retry() {
    let mut kiosk = kiosk();
    kiosk.keys(&[
        press(KeyCode::Char('1')),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    kiosk.news(1, failed(Fault::CertificateExpired));
    assert_eq!(kiosk.key(press(KeyCode::Enter)), []);
    assert!(matches!(kiosk.model.screen(), AnyScreen::Failed(_)));
    assert!(!kiosk.text().contains("try again"), "{}", kiosk.text());
    assert_eq!(kiosk.key(press(KeyCode::F(10))), [Effect::Forget]);
}

#[test]
fn k8_an_idle_customer_is_asked_and_then_forgotten() {
    let mut kiosk = kiosk();
    kiosk.key(press(KeyCode::Char('1')));
    kiosk.type_text("canary");
    assert_eq!(kiosk.wait(89), []);
    assert!(kiosk.text().contains("canary"));
    assert_eq!(kiosk.wait(1), [Effect::Bell]);
    assert!(
        !kiosk.text().contains("canary"),
        "the question covers what was typed: {}",
        kiosk.text()
    );
    assert_eq!(kiosk.wait(29), []);
    assert_eq!(kiosk.wait(1), [Effect::Forget]);
    assert!(matches!(kiosk.model.screen(), AnyScreen::Start(_)));
    kiosk.key(press(KeyCode::Char('1')));
    assert!(!kiosk.text().contains("canary"));
}

#[test]
fn a_key_answers_the_question_and_does_nothing_else() {
    let mut kiosk = kiosk();
    kiosk.key(press(KeyCode::Char('1')));
    kiosk.type_text("zoe");
    let list = kiosk.text();
    kiosk.wait(90);
    assert_eq!(
        kiosk.event(support_kiosk::app::event::Event::Input(
            support_kiosk::terminal::key::Input::Key(press(KeyCode::Esc))
        )),
        []
    );
    assert_eq!(kiosk.text(), list);
}

#[test]
fn a_customer_is_not_idle_while_connecting_running_or_at_the_start() {
    let mut kiosk = kiosk();
    assert_eq!(
        (deadline(&kiosk.model), kiosk.wait(100_000)),
        (None, vec![])
    );
    kiosk.keys(&[
        press(KeyCode::Char('1')),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    assert_eq!(
        (deadline(&kiosk.model), kiosk.wait(100_000)),
        (None, vec![])
    );
    kiosk.news(1, JobUpdate::Stable);
    assert_eq!(
        (deadline(&kiosk.model), kiosk.wait(100_000)),
        (None, vec![])
    );
    assert!(matches!(kiosk.model.screen(), AnyScreen::Running(_)));
}

#[test]
fn a_failure_that_nobody_reads_is_forgotten_from_its_own_time_on() {
    let mut kiosk = kiosk();
    kiosk.keys(&[
        press(KeyCode::Char('1')),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    kiosk.wait(600);
    kiosk.news(1, failed(Fault::Stalled));
    assert_eq!(
        deadline(&kiosk.model),
        Some(kiosk.now.after(Duration::from_secs(90)))
    );
    assert_eq!(kiosk.wait(90), [Effect::Bell]);
}

#[test]
fn start_over_cancels_what_is_under_way_and_forgets() {
    let mut kiosk = kiosk();
    kiosk.keys(&[
        press(KeyCode::Char('1')),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    assert_eq!(
        kiosk.key(press(KeyCode::F(10))),
        [Effect::Cancel(JobId(1)), Effect::Forget]
    );
    assert_eq!(kiosk.news(1, JobUpdate::Stable), []);
    assert!(matches!(kiosk.model.screen(), AnyScreen::Start(_)));
}

#[test]
fn each_visit_has_its_own_reference() {
    let mut kiosk = kiosk();
    kiosk.keys(&[
        press(KeyCode::Char('1')),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    assert!(kiosk.text().contains("K7F204"));
    kiosk.key(press(KeyCode::F(10)));
    kiosk.event(Event::VisitContext(VisitContext {
        visit: VisitRef::from_random([1; 6]),
        ..arrival(Delivery::Run)
    }));
    kiosk.keys(&[
        press(KeyCode::Char('1')),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    assert!(
        kiosk.text().contains("111111") && !kiosk.text().contains("K7F204"),
        "{}",
        kiosk.text()
    );
}

#[test]
fn every_letter_and_digit_filters_and_names_stand_in_natural_order() {
    let mut kiosk = kiosk();
    kiosk.key(press(KeyCode::Char('1')));
    let whole = kiosk.text();
    let place = |name: &str| {
        whole
            .find(name)
            .unwrap_or_else(|| panic!("{name} is not shown: {whole}"))
    };
    assert!(
        place("Rep 2") < place("Rep 10")
            && place("Dana") < place("Daniel")
            && place("Rep 10") < place("Zoë")
    );
    assert!(
        place("Zoë") < place("Gone Today"),
        "who is not available comes last: {whole}"
    );
    for (typed, count) in [
        ("j", "0 of 7 people"),
        ("k", "0 of 7 people"),
        ("l", "2 of 7 people"),
        ("1", "1 of 7 people"),
        ("zoe luk", "1 of 7 people"),
        ("李", "1 of 7 people"),
        ("campus espan", "1 of 7 people"),
    ] {
        kiosk.type_text(typed);
        assert!(kiosk.text().contains(count), "{typed:?}: {}", kiosk.text());
        kiosk.key(ctrl('u'));
    }
}

#[test]
fn no_match_is_said_in_words_and_no_key_breaks_it() {
    let mut kiosk = kiosk();
    kiosk.key(press(KeyCode::Char('1')));
    kiosk.type_text("xyzzy");
    assert!(
        kiosk.text().contains("No one here matches what you typed."),
        "{}",
        kiosk.text()
    );
    for key in [
        press(KeyCode::Enter),
        press(KeyCode::Down),
        press(KeyCode::Up),
        press(KeyCode::End),
        press(KeyCode::Home),
        press(KeyCode::PageDown),
        press(KeyCode::PageUp),
        press(KeyCode::Tab),
        press(KeyCode::Delete),
    ] {
        assert_eq!(kiosk.key(key), []);
        assert!(
            kiosk.text().contains("0 of 7 people"),
            "{key:?}: {}",
            kiosk.text()
        );
    }
    kiosk.keys(&[ctrl('w'), press(KeyCode::Enter)]);
    assert!(matches!(kiosk.model.screen(), AnyScreen::Review(_)));
}

#[test]
fn an_empty_list_is_said_in_words_and_no_key_breaks_it() {
    let mut config = config(DESK);
    config.reps.clear();
    config.survey.general_queue = false;
    let mut kiosk = Kiosk::of(config);
    kiosk.key(press(KeyCode::Char('1')));
    assert!(
        kiosk.text().contains("There is no one to choose here."),
        "{}",
        kiosk.text()
    );
    for key in [
        press(KeyCode::Enter),
        press(KeyCode::Down),
        press(KeyCode::End),
        press(KeyCode::PageDown),
        press(KeyCode::Up),
        press(KeyCode::Backspace),
        ctrl('w'),
    ] {
        assert_eq!(kiosk.key(key), []);
        assert!(
            kiosk.text().contains("There is no one to choose here."),
            "{key:?}"
        );
    }
}

#[test]
fn t6_a_character_that_nobody_could_see_is_refused_by_name() {
    let mut kiosk = kiosk();
    kiosk.key(press(KeyCode::Char('1')));
    kiosk.paste("da\u{202E}na");
    assert!(kiosk.text().contains("U+202E"), "{}", kiosk.text());
    assert!(
        kiosk.text().contains("1 of 7 people"),
        "the rest of the paste stays: {}",
        kiosk.text()
    );
    kiosk.key(press(KeyCode::Char(' ')));
    assert!(!kiosk.text().contains("U+202E"));
}

#[test]
fn leaving_and_repainting_are_effects() {
    let mut kiosk = kiosk();
    assert_eq!(kiosk.key(ctrl('l')), [Effect::Repaint]);
    assert_eq!(kiosk.key(press(KeyCode::Char('q'))), [Effect::Leave(None)]);
    kiosk.key(press(KeyCode::Char('1')));
    assert_eq!(
        kiosk.key(press(KeyCode::Char('q'))),
        [],
        "q is a letter in the filter"
    );
    assert_eq!(kiosk.key(ctrl('c')), [Effect::Leave(None)]);
}

#[test]
fn at_rest_the_model_wants_no_time_at_all() {
    let kiosk = kiosk();
    assert_eq!(deadline(&kiosk.model), None);
    assert_eq!(kiosk.now, Timestamp::default());
}
