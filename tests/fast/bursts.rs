//! What arrives faster than anybody types is no decision (T15): text that is pasted without
//! brackets, and what a barcode scanner reads.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use support_kiosk::app::event::{Effect, Event, JobUpdate};
use support_kiosk::catalog::Catalog;
use support_kiosk::keymap::KeyContext;
use support_kiosk::screens::AnyScreen;
use support_kiosk::session::SessionRequest;
use support_kiosk::timestamp::Timestamp;

use support_kiosk::terminal::pacer::Pacer;

use crate::looks::SCREENS;
use crate::support::hostile::MAIL;
use crate::support::kiosk::{DESK, Kiosk, config};

/// A kiosk that is typed at, byte by byte.
struct Typist {
    kiosk: Kiosk,
    pacer: Pacer,
    effects: Vec<Effect>,
}

impl Typist {
    fn at(kiosk: Kiosk) -> Self {
        Self {
            kiosk,
            pacer: Pacer::new(),
            effects: Vec::new(),
        }
    }

    fn open() -> Self {
        Self::at(Kiosk::new(DESK, 80, 24))
    }

    fn locked() -> Self {
        Self::at(Kiosk::new(
            &DESK.replace("[kiosk]\n", "[kiosk]\nlockdown = true\n"),
            80,
            24,
        ))
    }

    /// Each of these, with so many milliseconds before it, and then two seconds in which nothing
    /// comes.
    fn arrive(&mut self, arrivals: &[(u64, &[u8])]) -> &mut Self {
        for (wait, bytes) in arrivals {
            self.wait_until(self.kiosk.now.0 + Duration::from_millis(*wait));
            self.pacer.feed(self.kiosk.now.0, bytes);
            self.deliver();
        }
        self.wait_until(self.kiosk.now.0 + Duration::from_secs(2));
        self
    }

    /// All at once.
    fn burst(&mut self, bytes: &[u8]) -> &mut Self {
        self.arrive(&[(0, bytes)])
    }

    /// One key after the other, two seconds between them.
    fn strike(&mut self, keys: &str) -> &mut Self {
        for key in keys.chars() {
            self.burst(key.to_string().as_bytes());
        }
        self
    }

    fn wait_until(&mut self, end: Duration) {
        while let Some(deadline) = self.pacer.deadline().filter(|deadline| *deadline < end) {
            self.pass_to(deadline);
            self.pacer.expire(deadline);
            self.deliver();
        }
        self.pass_to(end);
    }

    fn pass_to(&mut self, now: Duration) {
        self.kiosk.now = Timestamp(now);
        let passed = self.kiosk.event(Event::Time(Timestamp(now)));
        self.effects.extend(passed);
    }

    fn deliver(&mut self) {
        while let Some(input) = self.pacer.next(|key| self.kiosk.model.depends_on_pace(key)) {
            let effects = self.kiosk.event(Event::Input(input));
            self.effects.extend(effects);
        }
        self.pacer.ready(self.kiosk.now.0);
    }

    fn asked(&self) -> Vec<&SessionRequest> {
        let effects = self.effects.iter();
        effects
            .filter_map(|effect| {
                if let Effect::Connect { request, .. } = effect {
                    Some(request)
                } else {
                    None
                }
            })
            .collect()
    }

    /// To the first field of the survey.
    fn opens_survey(&mut self) -> &mut Self {
        self.strike("3\r");
        assert_eq!(
            self.kiosk.focus(),
            KeyContext::Line,
            "{}",
            self.kiosk.text()
        );
        self
    }

    fn shows(&self, text: &str) -> bool {
        self.kiosk.text().contains(text)
    }
}

#[test]
fn t15_f3_a_paste_of_six_line_breaks_sends_nothing() {
    for mut typist in [Typist::open(), Typist::locked()] {
        typist.opens_survey().burst(MAIL);
        assert!(
            matches!(typist.kiosk.model.screen(), AnyScreen::Survey(_)),
            "{}",
            typist.kiosk.text()
        );
        assert!(
            typist.shows("Hello,  my printer prints nothing.  Ann"),
            "{}",
            typist.kiosk.text()
        );
        // In the description its lines stay.
        typist.strike("\t").burst(MAIL);
        assert_eq!(
            typist.kiosk.focus(),
            KeyContext::Lines,
            "{}",
            typist.kiosk.text()
        );
        typist.strike("\r\r\r");
        assert!(
            matches!(typist.kiosk.model.screen(), AnyScreen::Review(_)),
            "{}",
            typist.kiosk.text()
        );
        // On the review it means nothing.
        typist
            .burst(MAIL)
            .burst(b"\r\r")
            .burst(b"o\r")
            .burst(b"\rx");
        assert!(
            matches!(typist.kiosk.model.screen(), AnyScreen::Review(_)),
            "{}",
            typist.kiosk.text()
        );
        assert_eq!(typist.effects, []);
        typist.strike("\r");
        let [SessionRequest::Survey(survey)] = typist.asked()[..] else {
            panic!("{:?}", typist.effects)
        };
        let answers: Vec<&str> = survey
            .details
            .iter()
            .map(|(_, typed)| typed.reveal())
            .collect();
        let lines = "Hello,\n\nmy printer\nprints nothing.\n\nAnn\n";
        assert!(
            answers.contains(&"Hello,  my printer prints nothing.  Ann")
                && answers.contains(&lines),
            "{answers:?}"
        );
    }
}

#[test]
fn t15_an_enter_in_a_burst_passes_no_question_and_one_that_is_struck_does() {
    for mut typist in [Typist::open(), Typist::locked()] {
        // The start.
        typist
            .burst(b"x\r")
            .burst(b"\r\n\r\n")
            .burst(b"1\r\r")
            .burst(b"3\r")
            .burst(b"21");
        assert_eq!(typist.kiosk.focus(), KeyContext::Menu);
        // A list.
        typist
            .strike("1")
            .burst(b"dana\r")
            .burst(b"\r\r")
            .burst(b"\x1b[B\r");
        assert_eq!(typist.kiosk.focus(), KeyContext::Filter);
        typist
            .strike("\r")
            .burst(b"\r\r")
            .burst(b"o\r")
            .burst(b"\x1b[13u\x1b[13u")
            .burst(b"\x1bOM\r");
        assert_eq!(typist.kiosk.focus(), KeyContext::Review);
        typist.strike("\r").burst(b"\r\r");
        assert_eq!(typist.asked().len(), 1);
        typist.kiosk.news(1, JobUpdate::Stable);
        // The client runs.
        typist.burst(b"\r\r");
        assert_eq!(typist.kiosk.focus(), KeyContext::Running);
        typist.strike("\r").burst(b"\r\r").burst(b"yes\r");
        assert_eq!(typist.kiosk.focus(), KeyContext::EndSession);
        assert!(
            !typist
                .effects
                .iter()
                .any(|effect| matches!(effect, Effect::End(_)))
        );
        typist.strike("\r");
        assert!(
            typist
                .effects
                .iter()
                .any(|effect| matches!(effect, Effect::End(_)))
        );
    }
}

#[test]
fn t15_a_form_goes_on_by_an_enter_that_is_struck_alone() {
    let mut typist = Typist::open();
    // The ends of bursts lead from field to field: a scanner may fill them in. Continue is not
    // passed.
    typist.opens_survey().burst(b"Ann\r").burst(b"Acme\t");
    assert_eq!(typist.kiosk.focus(), KeyContext::Lines);
    typist
        .burst(b"It drops.\t")
        .burst(b"INC0012345\r")
        .burst(b"\r\r")
        .burst(b"x\r");
    assert_eq!(
        typist.kiosk.focus(),
        KeyContext::Button,
        "{}",
        typist.kiosk.text()
    );
    typist.strike("\r");
    assert_eq!(typist.kiosk.focus(), KeyContext::Review);
    typist.strike("\r");
    let [SessionRequest::Survey(survey)] = typist.asked()[..] else {
        panic!("{:?}", typist.effects)
    };
    let answers: Vec<&str> = survey
        .details
        .iter()
        .map(|(_, typed)| typed.reveal())
        .collect();
    assert_eq!(answers, ["Ann", "Acme", "B12", "It drops.", "INC0012345"]);
}

#[test]
fn t15_a_barcode_scanner_leads_to_the_review_and_not_past_it() {
    for end in [&b"\r"[..], b"\n", b"\r\n"] {
        for mut typist in [Typist::open(), Typist::locked()] {
            let scanned = [&b"471-0938"[..], end].concat();
            let slowly: Vec<(u64, &[u8])> = scanned.chunks(1).map(|byte| (7, byte)).collect();
            typist.strike("2").arrive(&slowly);
            assert_eq!(typist.kiosk.focus(), KeyContext::Review);
            typist.burst(&scanned).burst(&scanned);
            assert_eq!(
                (typist.kiosk.focus(), typist.asked().len()),
                (KeyContext::Review, 0)
            );
            typist.strike("\r");
            assert_eq!(typist.asked().len(), 1);
        }
    }
}

#[test]
fn t15_nothing_that_is_typed_is_lost_in_a_burst() {
    let mut typist = Typist::open();
    typist
        .opens_survey()
        .burst("Zoë\tQuist\x0bof\x0cAcme\u{2028}Ltd\nx".as_bytes());
    assert!(
        typist.shows("Zoë Quist of Acme Ltd x"),
        "{}",
        typist.kiosk.text()
    );
    typist
        .strike("\t\t")
        .burst(b"Name\tError\r\nprinter\t12\nfax\x0c13");
    typist.strike("\r\r\r");
    assert!(
        typist.shows("Name Error") && typist.shows("printer 12") && typist.shows("fax 13"),
        "{}",
        typist.kiosk.text()
    );
    typist
        .burst(b"\x1b\x1b")
        .strike("\x1b\x1b\x1b1")
        .burst(b"dana\rwhitfield");
    assert!(
        typist.shows("1 of 7 people") && typist.shows("dana whitfield"),
        "{}",
        typist.kiosk.text()
    );
    // What edits and moves does so at any pace.
    typist.burst(b"\x15dam\x7fn\x1b[B\x1b[A");
    assert!(typist.shows("2 of 7 people"), "{}", typist.kiosk.text());
}

#[test]
fn t15_no_letter_digit_or_f_key_in_a_burst_leads_anywhere() {
    let mut typist = Typist::open();
    for burst in [
        &b"qx"[..],
        b"xq",
        b"9x",
        b"?x",
        b"x\x1bOP",
        b"\x1bOPx",
        b"x\x1b[21~",
        b"x\x1b[24~",
        b"12345",
    ] {
        typist.burst(burst);
        assert_eq!(
            (typist.kiosk.focus(), typist.effects.len()),
            (KeyContext::Menu, 0),
            "{}",
            burst.escape_ascii()
        );
    }
    // A letter with Alt means nothing, as a batched line brings an Esc and a letter.
    for burst in [&b"\x1bd"[..], b"\x1b1", b"\x1bq"] {
        typist.burst(burst);
        assert_eq!(
            (typist.kiosk.focus(), typist.effects.len()),
            (KeyContext::Menu, 0),
            "{}",
            burst.escape_ascii()
        );
    }
    typist
        .strike("2")
        .burst(b"471x\x1b[17~")
        .burst(b"x\x1b[21~")
        .burst(b"x\x1bOP");
    assert!(typist.shows("4 7 1   x x x"), "{}", typist.kiosk.text());
    // Ctrl-C leads out of anything.
    typist.burst(b"xyz\x03abc");
    assert!(
        matches!(typist.effects[..], [Effect::Leave(None)]),
        "{:?}",
        typist.effects
    );
}

#[test]
fn t15_a_quick_hand_is_no_burst() {
    let mut typist = Typist::open();
    // A key that is held repeats every 33 ms.
    let held = [(33, &b"\x1b[B"[..]); 3];
    typist.strike("1").arrive(&held);
    assert!(
        typist.shows("▌ 李明") || typist.shows("▌ Rep 2"),
        "{}",
        typist.kiosk.text()
    );
    typist.arrive(&[(31, b"\r"), (31, b"\r")]);
    assert_eq!(typist.asked().len(), 1);
}

#[test]
fn t16_f17_a_line_feed_is_enter_where_no_line_break_can_be_typed() {
    for mut typist in [Typist::open(), Typist::locked()] {
        typist.strike("x\n\n\n");
        assert_eq!(typist.asked().len(), 1, "{}", typist.kiosk.text());
    }
    let mut typist = Typist::open();
    // CR LF is one Enter.
    typist.burst(b"\r\n");
    assert_eq!(typist.kiosk.focus(), KeyContext::Filter);
    typist.burst(b"\r\n").burst(b"\x1b").burst(b"\x1b");
    typist.strike("3\nAnn\nAcme\n");
    assert_eq!(typist.kiosk.focus(), KeyContext::Lines);
    typist.strike("one\ntwo\r");
    assert!(
        typist.shows("one") && typist.shows("two") && typist.kiosk.focus() == KeyContext::Line,
        "{}",
        typist.kiosk.text()
    );
    typist.strike("\n\n\n");
    assert_eq!(typist.asked().len(), 1);
    typist.kiosk.news(1, JobUpdate::Stable);
    typist.strike("\n\n");
    assert!(
        typist
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::End(_)))
    );
}

#[test]
fn t4_f1_shift_tab_of_the_linux_console_goes_to_the_stop_before() {
    for mut typist in [Typist::open(), Typist::locked()] {
        typist.strike("3").burst(b"\x1b[B").strike("\rAnn\t");
        typist.burst(b"\x1b\t").strike("a");
        assert!(
            typist.shows("Anna") && typist.kiosk.focus() == KeyContext::Line,
            "{}",
            typist.kiosk.text()
        );
        assert!(
            typist.shows("Wi-Fi and network"),
            "another issue is chosen: {}",
            typist.kiosk.text()
        );
    }
    // On the key's screen it goes to its other stop, and not back to the start.
    for mut typist in [Typist::open(), Typist::locked()] {
        typist.strike("2471").burst(b"\x1b\t");
        assert!(
            typist.kiosk.focus() == KeyContext::Button && typist.shows("4 7 1"),
            "{}",
            typist.kiosk.text()
        );
    }
}

#[test]
fn t4_f4_names_typed_after_esc_arrive_whole() {
    for name in ["Oscar", "Olga", "O'Neil", "[abc"] {
        let mut typist = Typist::open();
        typist.opens_survey().strike("\t\t\t\t\r");
        assert_eq!(typist.kiosk.focus(), KeyContext::Line, "the name is needed");
        let keys: Vec<(u64, &[u8])> = name.as_bytes().chunks(1).map(|byte| (150, byte)).collect();
        // Back from the help, and on typing at once.
        let after_esc = [&[(0, &b"\x1b"[..])], &keys[..]].concat();
        typist.burst(b"\x1bOP").arrive(&after_esc);
        assert!(typist.shows(name), "{name}: {}", typist.kiosk.text());
        // Back from the review, to its last field before Continue.
        let mut typist = Typist::open();
        typist.opens_survey().strike("Ann\t\t\t\t\r");
        assert_eq!(
            typist.kiosk.focus(),
            KeyContext::Review,
            "{}",
            typist.kiosk.text()
        );
        typist
            .arrive(&[(0, b"\x1b"), (150, b"\x1b[A")])
            .arrive(&after_esc[1..]);
        assert!(
            typist.shows(name),
            "{name} after the review: {}",
            typist.kiosk.text()
        );
        let mut typist = Typist::open();
        typist.strike("1").burst(b"\x1bOP").arrive(&after_esc);
        assert!(
            typist.shows(name),
            "{name} in a list: {}",
            typist.kiosk.text()
        );
    }
    for (typed, shown) in [
        ("O12S4", "O 1 2   S 4"),
        ("[abc", "a b c"),
        ("OABC", "O A B   C"),
    ] {
        let mut typist = Typist::open();
        let keys: Vec<(u64, &[u8])> = typed.as_bytes().chunks(1).map(|byte| (150, byte)).collect();
        typist
            .strike("2")
            .burst(b"\x1bOP")
            .arrive(&[&[(0, &b"\x1b"[..])], &keys[..]].concat());
        assert!(typist.shows(shown), "{typed}: {}", typist.kiosk.text());
    }
}

/// Bytes of which keys are made, oftener than others.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        2 => any::<u8>(),
        4 => prop::sample::select(&b"\r\n\t\x1b[OM13u;~_1239oq?xA\x7f\x0c"[..]),
    ];
    let keys = prop::sample::select(vec![
        &b"\x1b[13u"[..],
        b"\x1bOM",
        b"\x1b\r",
        b"\r\n",
        b"\x1b[201~",
        b"\x1b[28;1;13;1;0;1_",
    ]);
    let piece =
        prop_oneof![6 => byte.prop_map(|byte| vec![byte]), 2 => keys.prop_map(<[u8]>::to_vec)];
    prop::collection::vec(piece, 1..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn t15_no_burst_of_bytes_asks_for_a_session_from_any_screen(
        screen in 0..SCREENS.len(),
        lockdown in any::<bool>(),
        noise in noise(),
        first in any::<bool>(),
        pauses in prop::collection::vec((1_usize..7, 0_u64..30), 1..6),
    ) {
        let desk = if lockdown { DESK.replace("[kiosk]\n", "[kiosk]\nlockdown = true\n") } else { DESK.to_owned() };
        let mut typist = Typist::at(Kiosk::at(Arc::new(Catalog::new(Arc::new(config(&desk))))));
        (SCREENS[screen].1)(&mut typist.kiosk);
        // Alone, an Enter is no burst.
        let bytes = if first { [&b"x"[..], &noise].concat() } else { [&noise[..], b"x"].concat() };
        let (mut arrivals, mut rest) = (Vec::new(), &bytes[..]);
        for (count, pause) in pauses.iter().copied().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at(count.min(rest.len()));
            arrivals.push((pause, piece));
            rest = after;
        }
        typist.arrive(&arrivals);
        let chosen = |effect: &&Effect| matches!(effect, Effect::Connect { .. } | Effect::HandedOff(_) | Effect::End(_) | Effect::CheckPin(..));
        prop_assert_eq!(typist.effects.iter().find(chosen), None, "{} on {}", bytes.escape_ascii(), SCREENS[screen].0);
    }
}
