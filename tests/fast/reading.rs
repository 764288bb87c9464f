//! What does not fit a screen is read by keys, and nothing of it is lost (A8, D15).

use support_kiosk::app::event::{Event, JobUpdate};
use support_kiosk::clean::Clean;
use support_kiosk::failure::{Failure, Fault};
use support_kiosk::session::Delivery;
use support_kiosk::terminal::key::{KeyCode, press};
use support_kiosk::text::EN;

use crate::support::kiosk::{DESK, Kiosk, arrival};
use crate::support::parallel::for_each;

const SIZES: [(u16, u16); 5] = [(40, 12), (41, 13), (60, 15), (72, 20), (80, 24)];
const SITE_SAYS: &str = "Dana Whitfield is not available at the moment, since the whole team of the campus network is at a \
    meeting until noon. Please choose somebody else, or come back later: we are here until five.";
const CONTACT: &str = "Call 555-0100, or ask at the desk in B12.";
const LONG_CONTACT: &str = "Call 555-0100 from any telephone of the building (not from your own), write to help@example.com, or ask \
    at the desk in B12, second floor, behind the stairs, from eight to five, on Saturdays until noon.";
const NAMES: [&str; 3] = [
    "b12-3",
    "library-second-floor-reading-room-terminal-3",
    "the terminal beside the stairs of the second floor of the \
    library, which is the one that has no chair",
];

/// A desk with this contact and this name for its kiosk.
fn desk(contact: &str, kiosk: &str) -> String {
    DESK.replace(CONTACT, contact)
        .replace("name = \"b12-3\"", &format!("name = \"{kiosk}\""))
}

fn clock() -> Clean {
    Clean::line("14:32").expect("clean")
}

/// A kiosk whose session failed so.
fn failed(desk: &str, (columns, rows): (u16, u16), failure: Failure) -> Kiosk {
    let mut kiosk = Kiosk::new(desk, columns, rows);
    kiosk.keys(&[
        press(KeyCode::Char('1')),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    kiosk.news(
        1,
        JobUpdate::Failed {
            failure,
            clock: clock(),
        },
    );
    kiosk
}

/// The lines between the question and the keys, without the signs that more stands there.
fn body(text: &str, question: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let first = lines
        .iter()
        .position(|line| line.contains(question))
        .unwrap_or_else(|| panic!("no {question:?}:\n{text}"))
        + 1;
    let last = lines
        .iter()
        .rposition(|line| line.contains("───"))
        .expect("a rule above the keys");
    lines[first..last]
        .iter()
        .map(|line| line.trim_end_matches(['↑', '↓']).trim().to_owned())
        .collect()
}

/// All that a screen tells, without blanks: the line that goes at each step down, and what is left
/// at the end. Every step is held to `at_each`.
fn read(kiosk: &mut Kiosk, question: &str, at_each: impl Fn(&str)) -> String {
    let mut told = String::new();
    let mut text = kiosk.text();
    loop {
        let before = body(&text, question);
        at_each(&text);
        assert_eq!(kiosk.key(press(KeyCode::Down)), []);
        text = kiosk.text();
        if body(&text, question) == before {
            told.push_str(&before.concat());
            return told.replace(' ', "");
        }
        assert!(
            text.contains("↑↓ more"),
            "nothing says how to read on:\n{text}"
        );
        told.push_str(before.iter().find(|line| !line.is_empty()).expect("a line"));
    }
}

fn assert_told(told: &str, sayings: &[&str], screen: &str) {
    for saying in sayings {
        assert!(
            told.contains(&saying.replace(' ', "")),
            "{saying:?} can't be read on\n{screen}\nbut\n{told}"
        );
    }
}

/// Reads a failure to its end, the code for staff always in sight and what happened first.
fn assert_is_read_whole(fault: Fault, size: (u16, u16), contact: &str, name: &str) {
    let site_words = Some(Clean::line(SITE_SAYS).expect("clean"));
    let failure = Failure {
        site_words,
        ..Failure::with_subject(fault, "support.example.com: 405")
    };
    let mut kiosk = failed(&desk(contact, name), size, failure);
    let (words, first) = (EN.of_fault(fault), kiosk.text());
    let start = words
        .happened
        .split(' ')
        .take(3)
        .collect::<Vec<_>>()
        .join(" ");
    assert!(
        first.contains(&format!("! {start}")),
        "what happened is not seen first:\n{first}"
    );
    let code = format!("For staff: {} ·", fault.code());
    let told = read(&mut kiosk, EN.failed.question, |text| {
        assert!(
            text.contains(&code) && text.contains("K7F204"),
            "no code for staff:\n{text}"
        );
    });
    let said = [
        words.happened,
        words.todo,
        "(support.example.com: 405)",
        SITE_SAYS,
        contact,
        name,
        "14:32",
    ];
    assert_told(&told, &said, &first);
}

#[test]
fn a8_d15_at_40x12_every_failure_can_be_read_and_its_code_stays_visible() {
    for_each(Fault::ALL, |fault| {
        assert_is_read_whole(*fault, (40, 12), CONTACT, NAMES[1]);
        assert_is_read_whole(*fault, (40, 12), LONG_CONTACT, NAMES[2]);
    });
}

#[test]
fn a8_d15_at_every_size_a_failure_can_be_read_with_long_names() {
    for_each(&SIZES, |size| {
        for name in NAMES {
            assert_is_read_whole(Fault::KeyRefusedWithoutSign, *size, CONTACT, name);
            assert_is_read_whole(Fault::CertificateExpired, *size, LONG_CONTACT, name);
        }
    });
}

#[test]
fn a8_a_long_failure_scrolls_by_pages_and_a_short_one_does_not() {
    let long = Failure::with_site_text(Fault::Refused, SITE_SAYS);
    let mut kiosk = failed(DESK, (40, 12), long);
    let top = kiosk.text();
    kiosk.key(press(KeyCode::End));
    let end = kiosk.text();
    assert!(
        top.contains('↓') && !top.contains("until five.") && end.contains("until five."),
        "{top}\n{end}"
    );
    kiosk.keys(&[press(KeyCode::Home)]);
    assert_eq!(kiosk.text(), top);
    kiosk.keys(&[
        press(KeyCode::PageDown),
        press(KeyCode::PageDown),
        press(KeyCode::PageDown),
    ]);
    assert_eq!(kiosk.text(), end);
    kiosk.resize(80, 24);
    assert!(
        !kiosk.text().contains("more"),
        "all of it fits:\n{}",
        kiosk.text()
    );
    kiosk.resize(40, 12);
    kiosk.keys(&[
        press(KeyCode::PageUp),
        press(KeyCode::PageUp),
        press(KeyCode::PageUp),
    ]);
    assert_eq!(kiosk.text(), top);

    let mut short = failed(DESK, (80, 24), Fault::DiskFull.into());
    let before = short.text();
    short.keys(&[
        press(KeyCode::Down),
        press(KeyCode::PageDown),
        press(KeyCode::End),
    ]);
    assert_eq!(short.text(), before);
}

#[test]
fn a8_out_of_service_is_read_whole_by_keys_and_its_code_stays_in_sight() {
    for size in SIZES {
        for name in NAMES {
            let mut kiosk = Kiosk::new(&desk(LONG_CONTACT, name), size.0, size.1);
            kiosk.event(Event::OutOfService {
                failure: Failure::with_subject(Fault::BadConfig, "secret"),
                clock: clock(),
            });
            let first = kiosk.text();
            let told = read(&mut kiosk, EN.out_of_service.question, |text| {
                assert!(
                    text.contains("For staff: C1 ·"),
                    "no code for staff:\n{text}"
                );
            });
            assert_told(
                &told,
                &[EN.out_of_service.body, LONG_CONTACT, name, "14:32"],
                &first,
            );
        }
    }
}

#[test]
fn a8_where_a_client_was_saved_and_where_it_goes_on_is_read_whole_by_keys() {
    let path = format!(
        "/var/tmp/support-kiosk-1000/{}/{}.exe",
        "a".repeat(60),
        "b".repeat(120)
    );
    let page = format!("https://support.example.com/{}", "c".repeat(150));
    let desk = desk(LONG_CONTACT, "b12-3")
        .replace("contact =", &format!("handoff_url = \"{page}\"\ncontact ="));
    for size in SIZES {
        let mut kiosk = Kiosk::new(&desk, size.0, size.1);
        kiosk.event(Event::VisitContext(arrival(Delivery::Save)));
        kiosk.keys(&[
            press(KeyCode::Char('1')),
            press(KeyCode::Enter),
            press(KeyCode::Enter),
        ]);
        kiosk.news(
            1,
            JobUpdate::Saved {
                path: Clean::line(&path).expect("clean"),
            },
        );
        let first = kiosk.text();
        let told = read(&mut kiosk, EN.hand_off.saved, |_| ());
        assert_told(&told, &[&EN.hand_off.saved_at(&path), LONG_CONTACT], &first);
    }
    let mut kiosk = Kiosk::new(&desk, 40, 12);
    kiosk.keys(&[
        press(KeyCode::Char('3')),
        press(KeyCode::Down),
        press(KeyCode::Enter),
        press(KeyCode::Char('Z')),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    kiosk.paste(&"The Wi-Fi drops. ".repeat(20));
    kiosk.keys(&[
        press(KeyCode::Enter),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
        press(KeyCode::Char('o')),
    ]);
    let first = kiosk.text();
    let told = read(&mut kiosk, EN.hand_off.question, |_| ());
    assert_told(&told, &[EN.hand_off.open_page, &page, LONG_CONTACT], &first);
}

#[test]
fn a8_the_help_and_the_review_are_read_by_pages_and_from_end_to_end() {
    let mut kiosk = Kiosk::new(DESK, 40, 12);
    kiosk.keys(&[
        press(KeyCode::Char('3')),
        press(KeyCode::Down),
        press(KeyCode::Enter),
        press(KeyCode::Char('Z')),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    kiosk.paste(&"The Wi-Fi drops. ".repeat(20));
    kiosk.keys(&[
        press(KeyCode::Enter),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    for over in [None, Some(press(KeyCode::F(1)))] {
        kiosk.keys(over.as_slice());
        let top = kiosk.text();
        kiosk.key(press(KeyCode::End));
        let end = kiosk.text();
        assert!(
            top.contains('↓') && end.contains('↑') && top != end,
            "{top}\n{end}"
        );
        kiosk.keys(&[press(KeyCode::PageDown), press(KeyCode::Home)]);
        assert_eq!(kiosk.text(), top);
        kiosk.keys(&[press(KeyCode::PageDown); 9]);
        assert_eq!(kiosk.text(), end);
    }
}
