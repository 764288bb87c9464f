//! A kiosk that nobody breaks out of (K1 to K11), in the model.

use std::sync::Arc;
use std::time::Duration;

use support_kiosk::app::event::{Effect, Event, JobUpdate};
use support_kiosk::catalog::Catalog;
use support_kiosk::clean::Clean;
use support_kiosk::config::from_text;
use support_kiosk::failure::{Failure, Fault};
use support_kiosk::job::JobId;
use support_kiosk::keymap::KeyContext;
use support_kiosk::pin::{Pin, PinVerdict};
use support_kiosk::screens::AnyScreen;
use support_kiosk::session::ClientExit;
use support_kiosk::terminal::key::{Input, KeyCode, KeyEvent, ctrl, press};
use support_kiosk::timestamp::Timestamp;

use crate::support::kiosk::{DESK, Kiosk, config, staffed_desk};

/// A locked kiosk, with more in its config.
fn locked(more: &str) -> Kiosk {
    let desk = DESK.replace("[kiosk]\n", "[kiosk]\nlockdown = true\n");
    Kiosk::of(config(&format!("{more}\n{desk}")))
}

/// Strikes a key so many milliseconds after the last thing that happened.
fn strike(kiosk: &mut Kiosk, key: KeyEvent, after: u64) -> Vec<Effect> {
    kiosk.now = Timestamp(kiosk.now.0 + Duration::from_millis(after));
    let now = kiosk.now;
    kiosk.event(Event::Time(now));
    kiosk.event(Event::Input(Input::Key(key)))
}

fn running(kiosk: &mut Kiosk) {
    kiosk.keys(&[
        press(KeyCode::Char('1')),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    assert_eq!(kiosk.news(1, JobUpdate::Stable), [Effect::Wipe]);
}

#[test]
fn k1_no_key_leaves_and_none_is_shown_that_would() {
    let mut kiosk = locked("");
    for key in [
        press(KeyCode::Char('q')),
        ctrl('c'),
        ctrl('q'),
        press(KeyCode::F(12)),
        press(KeyCode::Esc),
    ] {
        assert_eq!(kiosk.key(key), [], "{key:?}");
    }
    assert!(!kiosk.text().contains("leave"), "{}", kiosk.text());
    kiosk.key(press(KeyCode::F(1)));
    assert!(!kiosk.text().contains("Ctrl-C"), "{}", kiosk.text());
}

#[test]
fn a6_a_held_enter_does_not_pass_two_screens() {
    let mut kiosk = locked("");
    strike(&mut kiosk, press(KeyCode::Char('1')), 1_000);
    for _ in 0..40 {
        assert_eq!(strike(&mut kiosk, press(KeyCode::Enter), 30), []);
    }
    assert_eq!(
        kiosk.focus(),
        KeyContext::Filter,
        "held since the screen changed, it never counts"
    );
    strike(&mut kiosk, press(KeyCode::Enter), 500);
    assert_eq!(kiosk.focus(), KeyContext::Review);
    assert_eq!(
        strike(&mut kiosk, press(KeyCode::Enter), 120),
        [],
        "a double strike"
    );
    assert!(matches!(
        strike(&mut kiosk, press(KeyCode::Enter), 500)[..],
        [Effect::Connect { .. }]
    ));
}

#[test]
fn a6_outside_lockdown_a_quick_hand_is_not_held_up() {
    let mut kiosk = Kiosk::new(DESK, 80, 24);
    for key in [press(KeyCode::Char('1')), press(KeyCode::Enter)] {
        assert_eq!(strike(&mut kiosk, key, 10), []);
    }
    assert!(matches!(
        strike(&mut kiosk, press(KeyCode::Enter), 10)[..],
        [Effect::Connect { .. }]
    ));
}

#[test]
fn k8_lockdown_asks_after_90_s_and_forgets_30_s_later_by_default() {
    let mut kiosk = Kiosk::of(config(
        "kiosk = { lockdown = true }\nsite = { url = 'https://a' }\nrep = [{ id = 1, name = 'A' }]",
    ));
    kiosk.key(press(KeyCode::Char('1')));
    assert_eq!(
        (kiosk.wait(89), kiosk.wait(1)),
        (vec![], vec![Effect::Bell])
    );
    assert_eq!(
        (kiosk.wait(29), kiosk.wait(1)),
        (vec![], vec![Effect::Forget])
    );
}

#[test]
fn k6_a5_what_a_locked_kiosk_can_not_have_is_refused() {
    let told = |text: &str| {
        from_text(text, "k".as_ref())
            .expect_err("a problem")
            .to_string()
    };
    let text = "site.url = 'https://a'\nkiosk = { lockdown = true, idle_grace = '19s' }\nlaunch.foreground = true\nlaunch.when_left = 'keep'\n";
    let expected = "k:2:41: `kiosk.idle_grace` must be at least 20s in lockdown\n\
                    k:3:21: `launch.foreground` = true is not possible in lockdown: the client would get the kiosk's terminal\n\
                    k:4:20: `launch.when_left` = \"keep\" is not possible in lockdown: a session ends when its visitor leaves";
    assert_eq!(told(text), expected);
    let open = text.replace("lockdown = true, ", "");
    // A client on the terminal ends with the kiosk, locked or not.
    for kept in [
        open.replace("launch.when_left = 'keep'\n", ""),
        open.replace("launch.foreground = true\n", ""),
    ] {
        assert!(from_text(&kept, "k".as_ref()).is_ok(), "{kept}");
    }
}

#[test]
fn k6_a_locked_session_ends_by_its_question_its_exit_or_its_time() {
    let mut kiosk = locked("session.max_time = '10m'");
    running(&mut kiosk);
    for key in [
        press(KeyCode::Esc),
        ctrl('c'),
        press(KeyCode::Char('q')),
        press(KeyCode::F(10)),
        press(KeyCode::Char('o')),
    ] {
        assert_eq!(kiosk.key(key), [], "{key:?}");
        assert!(
            matches!(kiosk.model.screen(), AnyScreen::Running(_)),
            "{key:?}"
        );
    }
    assert!(
        kiosk.text().contains("It ends by itself in 10 minutes."),
        "{}",
        kiosk.text()
    );
    assert_eq!(kiosk.wait(594), []);
    assert!(kiosk.text().contains("within a minute"), "{}", kiosk.text());
    assert_eq!(kiosk.wait(1), [Effect::End(JobId(1))]);
    let ending = ClientExit {
        status: None,
        signal: Some(15),
        after: Duration::from_secs(600),
    };
    assert_eq!(kiosk.news(1, JobUpdate::Ended(ending)), [Effect::Forget]);
    assert!(matches!(kiosk.model.screen(), AnyScreen::Ended(_)));
}

#[test]
fn k6_nothing_that_stands_over_a_session_leads_past_its_question() {
    let mut kiosk = locked("");
    running(&mut kiosk);
    kiosk.key(press(KeyCode::F(1)));
    assert_eq!(
        (kiosk.key(press(KeyCode::F(10))), kiosk.focus()),
        (vec![], KeyContext::Help),
        "from the help"
    );
    kiosk.key(press(KeyCode::Esc));
    kiosk.resize(39, 11);
    assert_eq!(
        kiosk.key(press(KeyCode::F(10))),
        [],
        "where nothing can be shown"
    );
    kiosk.resize(80, 24);
    assert_eq!(kiosk.focus(), KeyContext::Running);
}

#[test]
fn k6_outside_lockdown_a_session_has_no_end_of_its_own() {
    let mut kiosk = Kiosk::new(&format!("session.max_time = '10m'\n{DESK}"), 80, 24);
    running(&mut kiosk);
    assert_eq!(kiosk.wait(100_000), []);
}

fn out_of_service() -> Event {
    let failure =
        Failure::with_subject(Fault::BadConfig, "kiosk.toml:3:1: secret words of a config");
    Event::OutOfService {
        failure,
        clock: Clean::line("14:32").expect("clean"),
    }
}

#[test]
fn k9_out_of_service_shows_a_code_and_retries_every_30_s() {
    let mut kiosk = locked("");
    kiosk.key(press(KeyCode::Char('1')));
    assert_eq!(kiosk.event(out_of_service()), [Effect::Forget]);
    let text = kiosk.text();
    assert!(
        text.contains("Out of service") && text.contains("For staff: C1 · b12-3 · 14:32 · K7F204"),
        "{text}"
    );
    assert!(!text.contains("secret"), "{text}");
    for key in [
        press(KeyCode::Enter),
        press(KeyCode::Esc),
        press(KeyCode::Char('q')),
        press(KeyCode::Char('1')),
        ctrl('c'),
        press(KeyCode::F(10)),
    ] {
        assert_eq!(kiosk.key(key), [], "{key:?}");
    }
    assert_eq!(
        (kiosk.wait(23), kiosk.wait(1)),
        (vec![], vec![Effect::Reload])
    );
    assert_eq!(
        (kiosk.wait(29), kiosk.wait(1)),
        (vec![], vec![Effect::Reload])
    );
    let desk = Arc::new(Catalog::new(Arc::new(config(
        &DESK.replace("Example IT", "Mended"),
    ))));
    assert_eq!(
        kiosk.event(Event::CatalogLoaded(desk, kiosk.worn)),
        [Effect::Forget]
    );
    assert!(
        matches!(kiosk.model.screen(), AnyScreen::Start(_))
            && kiosk.text().contains("Mended Help Desk")
    );
}

#[test]
fn k9_no_size_of_the_terminal_leads_out_of_out_of_service() {
    let mut kiosk = locked("");
    kiosk.event(out_of_service());
    kiosk.resize(39, 11);
    assert_eq!(kiosk.key(press(KeyCode::F(10))), []);
    kiosk.resize(80, 24);
    assert_eq!(kiosk.focus(), KeyContext::OutOfService, "{}", kiosk.text());
}

#[test]
fn k9_a_broken_config_does_not_end_a_running_session() {
    let mut kiosk = locked("");
    running(&mut kiosk);
    assert_eq!(kiosk.event(out_of_service()), []);
    assert!(matches!(kiosk.model.screen(), AnyScreen::Running(_)));
    let ending = ClientExit {
        status: Some(0),
        signal: None,
        after: Duration::from_secs(60),
    };
    assert_eq!(kiosk.news(1, JobUpdate::Ended(ending)), [Effect::Forget]);
    assert_eq!(kiosk.wait(10), [Effect::Forget]);
    assert_eq!(kiosk.focus(), KeyContext::OutOfService, "{}", kiosk.text());
}

/// A locked kiosk whose staff have a PIN.
fn staffed() -> Kiosk {
    Kiosk::of(config(&staffed_desk()))
}

fn pin(text: &str) -> Pin {
    Pin::new(Clean::line(text).expect("clean")).expect("a PIN")
}

/// The id under which this PIN, and nothing else, is to be checked.
fn check_of(effects: &[Effect], text: &str) -> JobId {
    match effects {
        [Effect::CheckPin(id, asked)] if *asked == pin(text) => *id,
        other => panic!("{other:?}"),
    }
}

fn type_pin(kiosk: &mut Kiosk, text: &str) -> Vec<Effect> {
    assert_eq!(kiosk.focus(), KeyContext::Pin, "{}", kiosk.text());
    kiosk.type_text(text);
    assert!(!kiosk.text().contains(text), "{}", kiosk.text());
    kiosk.key(press(KeyCode::Enter))
}

#[test]
fn k10_the_staff_key_asks_for_the_pin_on_every_screen() {
    let screens: [fn(&mut Kiosk); 6] = [
        |_| {},
        |kiosk| assert_eq!(kiosk.key(press(KeyCode::Char('1'))), []),
        |kiosk| {
            assert_eq!(
                kiosk.keys(&[press(KeyCode::Char('1')), press(KeyCode::Enter)]),
                []
            );
        },
        |kiosk| assert_eq!(kiosk.key(press(KeyCode::F(1))), []),
        running,
        |kiosk| assert_eq!(kiosk.event(out_of_service()), [Effect::Forget]),
    ];
    for (number, go) in screens.into_iter().enumerate() {
        let mut kiosk = staffed();
        go(&mut kiosk);
        assert_eq!(kiosk.key(press(KeyCode::F(12))), []);
        let id = check_of(&type_pin(&mut kiosk, "471093"), "471093");
        assert_eq!(
            kiosk.event(Event::Pin(id, PinVerdict::Correct)),
            [Effect::Leave(None)],
            "{number}"
        );
    }
}

#[test]
fn k10_the_pin_prompt_survives_a_reload_when_out_of_service() {
    let mut kiosk = staffed();
    kiosk.event(out_of_service());
    kiosk.key(press(KeyCode::F(12)));
    kiosk.type_text("471093");
    assert_eq!(kiosk.event(out_of_service()), []);
    check_of(&kiosk.key(press(KeyCode::Enter)), "471093");
}

#[test]
fn k10_a_wrong_pin_leads_nowhere_and_says_how_long_to_wait() {
    let mut kiosk = staffed();
    kiosk.keys(&[
        press(KeyCode::Char('1')),
        press(KeyCode::Char('d')),
        press(KeyCode::F(12)),
    ]);
    let id = check_of(&type_pin(&mut kiosk, "000000"), "000000");
    assert_eq!(
        kiosk.event(Event::Pin(
            id,
            PinVerdict::Wrong {
                wait: Duration::from_millis(29_100)
            }
        )),
        []
    );
    let text = kiosk.text();
    assert!(
        text.contains("This is not the PIN.") && text.contains("Try again in 30 seconds."),
        "{text}"
    );
    assert_eq!(
        type_pin(&mut kiosk, "12345"),
        [],
        "of a length that no PIN has, nothing is asked"
    );
    kiosk.key(press(KeyCode::Esc));
    assert_eq!(kiosk.focus(), KeyContext::Filter);
    assert!(
        kiosk.text().contains("Search: d"),
        "what was typed below is kept: {}",
        kiosk.text()
    );
}

#[test]
fn k10_a_verdict_that_comes_when_nobody_asks_any_more_opens_nothing() {
    let mut kiosk = staffed();
    kiosk.key(press(KeyCode::F(12)));
    let id = check_of(&type_pin(&mut kiosk, "471093"), "471093");
    kiosk.key(press(KeyCode::Esc));
    assert_eq!(kiosk.event(Event::Pin(id, PinVerdict::Correct)), []);

    kiosk.key(press(KeyCode::F(12)));
    let first = check_of(&type_pin(&mut kiosk, "471093"), "471093");
    kiosk.keys(&[press(KeyCode::Esc), press(KeyCode::F(12))]);
    assert_eq!(
        kiosk.event(Event::Pin(first, PinVerdict::Correct)),
        [],
        "to the next person"
    );
    let second = check_of(&type_pin(&mut kiosk, "000000"), "000000");
    assert_eq!(
        kiosk.event(Event::Pin(first, PinVerdict::Correct)),
        [],
        "while another PIN is checked"
    );
    assert_eq!(
        kiosk.event(Event::Pin(second, PinVerdict::Correct)),
        [Effect::Leave(None)]
    );
}

#[test]
fn k10_an_idle_pin_prompt_closes_and_the_session_below_continues() {
    let mut kiosk = staffed();
    running(&mut kiosk);
    kiosk.key(press(KeyCode::F(12)));
    kiosk.type_text("4710");
    assert_eq!((kiosk.wait(29), kiosk.focus()), (vec![], KeyContext::Pin));
    assert_eq!(
        (kiosk.wait(1), kiosk.focus()),
        (vec![], KeyContext::Running)
    );
    kiosk.key(press(KeyCode::F(12)));
    assert_eq!(
        kiosk.key(press(KeyCode::Enter)),
        [],
        "nothing is left of what was typed"
    );
}

#[test]
fn k10_without_a_pin_and_outside_lockdown_there_is_no_staff_key() {
    let mut open = staffed().model.catalog().config.as_ref().clone();
    open.kiosk.lockdown = false;
    for mut kiosk in [locked(""), Kiosk::of(open)] {
        kiosk.key(press(KeyCode::F(12)));
        assert_eq!(kiosk.focus(), KeyContext::Menu);
    }
}

#[test]
fn a6_a_held_enter_does_not_count_after_the_terminal_grows() {
    let mut kiosk = locked("");
    kiosk.keys(&[press(KeyCode::Char('1')), press(KeyCode::Enter)]);
    kiosk.resize(30, 8);
    kiosk.wait(10);
    kiosk.resize(80, 24);
    assert_eq!(strike(&mut kiosk, press(KeyCode::Enter), 30), []);
    assert!(matches!(
        strike(&mut kiosk, press(KeyCode::Enter), 500)[..],
        [Effect::Connect { .. }]
    ));
}
