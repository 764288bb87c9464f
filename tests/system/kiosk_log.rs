//! What a kiosk records of itself, from its start to its stop.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::Signal;
use support_kiosk::demo::ResponsePace;
use support_kiosk::sum::Sha256Sum;

use crate::support::pty::{Pty, Terminal};
use crate::support::records::{Record, events, records, told};
use crate::support::stage::Stage;

const START: &str = "How would you like to get help?";
const STAFF_KEY: &[u8] = b"\x1b[24~";
const START_OVER: &[u8] = b"\x1b[21~";
const KEY: &str = "QZXWVKJHG";
const PIN: &str = "471109";
const WRONG_PIN: &str = "471108";
/// Of [`PIN`], as cheap as argon2 knows it.
const HASH: &str =
    "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$DwO4OxvRmRDkkY4aPZBuLcKSE0d/TNTSJEBf10BRj/w";

/// A kiosk with a log, a list and a staff PIN.
struct Logging {
    stage: Stage,
}

impl Logging {
    /// `kiosk` is added to the config's section.
    fn new(kiosk: &str) -> Self {
        let stage = Stage::new(ResponsePace::INSTANT);
        fs::write(
            stage.folder.path().join("reps.csv"),
            "id,name\n7,Grace Hopper\n8,Radia Perlman\nx,Bad\n",
        )
        .expect("written");
        let more = format!(
            "[lists]\nreps = \"reps.csv\"\n[kiosk]\nname = \"b12-3\"\nstaff_pin = \"{HASH}\"\n{kiosk}"
        );
        stage.write_config(&stage.site.address().to_string(), &more);
        let config = fs::read_to_string(stage.config()).expect("a config");
        let log = format!(
            "to = \"file\"\nfile = \"{}\"",
            stage.folder.path().join("kiosk.log").display()
        );
        fs::write(stage.config(), config.replace("to = \"none\"", &log)).expect("written");
        Self { stage }
    }

    fn log(&self) -> PathBuf {
        self.stage.folder.path().join("kiosk.log")
    }

    fn records(&self) -> Vec<Record> {
        records(&self.log())
    }

    fn start(&self) -> Pty {
        let before = self.records().len();
        let mut pty = Pty::start_on(Terminal::Controlling, self.stage.command(), 80, 24);
        pty.wait_for(START);
        pty.wait_until("three records", |_| self.records().len() == before + 3);
        pty
    }
}

/// Types a PIN, and strikes Enter, where it counts only after half a second without one, until
/// something is so.
fn try_pin(pty: &mut Pty, pin: &str, so: impl Fn(&Pty) -> bool) {
    pty.send(pin.as_bytes());
    pty.wait_for(&"•".repeat(pin.len()));
    for _ in 0..60 {
        if pty.gone_within(Duration::from_secs(1), &so).is_some() {
            return;
        }
        pty.send(b"\r");
    }
    panic!("nothing came of a PIN; the screen:\n{}", pty.text());
}

#[test]
fn a_kiosk_records_its_start_with_its_config_and_rows() {
    let kiosk = Logging::new("");
    let mut pty = kiosk.start();
    let begun = kiosk.records();
    assert_eq!(
        events(&begun),
        "kiosk_started config_loaded lists_loaded",
        "{begun:?}"
    );
    let config = fs::read(kiosk.stage.config()).expect("a config");
    let sum = Sha256Sum::compute(&config).to_string();
    assert_eq!(
        (
            begun[0]["config_sha256"].as_str(),
            begun[0]["rows"].as_str()
        ),
        (sum.as_str(), "2"),
        "{begun:?}"
    );
    assert_eq!(begun[1]["config_sha256"], sum, "{begun:?}");
    assert_eq!(
        (begun[2]["rows"].as_str(), begun[2]["skipped"].as_str()),
        ("2", "1"),
        "{begun:?}"
    );
    for record in &begun {
        let common = (record["kiosk"].as_str(), record["version"].as_str());
        assert_eq!(common, ("b12-3", env!("CARGO_PKG_VERSION")), "{record:?}");
        let time = &record["time"];
        assert!(
            time.ends_with('Z') && time.parse::<jiff::Timestamp>().is_ok(),
            "no time in UTC: {record:?}"
        );
    }

    let config = fs::read_to_string(kiosk.stage.config()).expect("a config");
    fs::write(kiosk.stage.config(), format!("{config}# changed\n")).expect("written");
    pty.send(b"\t");
    pty.wait_until("the config again", |_| {
        told(&kiosk.records(), "config_sha256").len() == 3
    });
    assert_ne!(told(&kiosk.records(), "config_sha256")[2], sum);
    fs::write(kiosk.stage.config(), format!("{config}colour = 1\n")).expect("written");
    pty.send(b"2");
    pty.wait_for("Type your session key");
    pty.send(b"\x1b");
    pty.wait_for(START);
    pty.wait_until("a refusal", |_| {
        events(&kiosk.records()).contains("config_refused")
    });
}

#[test]
fn a_kiosk_records_why_it_stops() {
    type Departure = fn(&mut Pty);
    let by_pin: Departure = |pty| {
        pty.send(STAFF_KEY);
        pty.wait_for("Staff only: type the PIN");
        try_pin(pty, PIN, |_| false);
    };
    let cases: [(&str, Departure, &str, Option<&str>, i32); 5] = [
        ("q", |pty| pty.send(b"q"), "left", None, 0),
        ("the PIN", by_pin, "staff", None, 0),
        (
            "SIGTERM",
            |pty| pty.signal(Signal::TERM),
            "signal",
            Some("15"),
            143,
        ),
        (
            "SIGHUP",
            |pty| pty.signal(Signal::HUP),
            "hang-up",
            None,
            129,
        ),
        ("the terminal's end", Pty::hang_up, "hang-up", None, 129),
    ];
    for (departure, depart, reason, signal, status) in cases {
        let kiosk = Logging::new(if reason == "staff" {
            "lockdown = true"
        } else {
            ""
        });
        let mut pty = kiosk.start();
        depart(&mut pty);
        assert_eq!(pty.end().0.code(), Some(status), "{departure}");
        let records = kiosk.records();
        let exit = if reason == "staff" { "staff_exit " } else { "" };
        let expected = format!("kiosk_started config_loaded lists_loaded {exit}kiosk_stopped");
        assert_eq!(events(&records), expected, "{departure}");
        let stop = records.last().expect("a record");
        assert_eq!(stop["reason"], reason, "{departure}: {stop:?}");
        assert_eq!(
            stop["process"], records[0]["process"],
            "{departure}: {records:?}"
        );
        assert_eq!(
            stop.get("signal").map(String::as_str),
            signal,
            "{departure}: {stop:?}"
        );
    }
}

#[test]
fn t8_a_kiosk_that_a_panic_ends_records_that_it_stops() {
    let kiosk = Logging::new("");
    let due = kiosk.stage.folder.path().join("due");
    let mut command = kiosk.stage.command();
    command.env("SUPPORT_KIOSK_PANIC", format!("update:{}", due.display()));
    let mut pty = Pty::start(command, 80, 24);
    pty.wait_until("three records", |_| kiosk.records().len() == 3);
    fs::write(due, "canary").expect("written");
    pty.type_at_once(b"1");
    assert_eq!(pty.end().0.code(), Some(70));
    let records = kiosk.records();
    let stop = records.last().expect("a record");
    assert_eq!(
        (
            stop["event"].as_str(),
            stop["reason"].as_str(),
            stop["level"].as_str()
        ),
        ("kiosk_stopped", "fault", "warning")
    );
    assert!(
        !fs::read_to_string(kiosk.log())
            .expect("a log")
            .contains("canary")
    );
}

#[test]
fn a_killed_kiosk_shows_as_a_start_without_a_stop_before_it() {
    let kiosk = Logging::new("");
    let mut killed = kiosk.start();
    killed.signal(Signal::KILL);
    killed.end();
    kiosk.start();
    let begin = "kiosk_started config_loaded lists_loaded";
    assert_eq!(events(&kiosk.records()), format!("{begin} {begin}"));
}

#[test]
fn k10_wrong_pins_and_the_wait_after_them_are_recorded() {
    let kiosk = Logging::new("lockdown = true");
    let mut pty = kiosk.start();
    pty.send(STAFF_KEY);
    pty.wait_for("Staff only: type the PIN");
    for count in 1..=3 {
        try_pin(&mut pty, WRONG_PIN, |pty| {
            !pty.text().contains('•')
                && events(&kiosk.records()).matches("pin_wrong").count() == count
        });
    }
    pty.wait_until("the wait", |_| {
        events(&kiosk.records()).ends_with("pin_locked")
    });
    try_pin(&mut pty, PIN, |pty| !pty.text().contains('•'));
    pty.hang_up();
    pty.end();
    let records = kiosk.records();
    let tries = "pin_wrong pin_wrong pin_wrong pin_locked";
    let expected = format!("kiosk_started config_loaded lists_loaded {tries} kiosk_stopped");
    assert_eq!(
        events(&records),
        expected,
        "a try during the wait is not looked at"
    );
    assert_eq!(told(&records, "wait"), ["30.0"]);
    let text = fs::read_to_string(kiosk.log()).expect("a log");
    assert!(!text.contains(PIN) && !text.contains(WRONG_PIN), "{text}");
}

#[test]
fn d15_it_is_recorded_by_what_a_customer_is_forgotten_and_nothing_typed() {
    type Visit = fn(&mut Pty);
    let key: Visit = |pty| {
        pty.send(b"2");
        pty.wait_for("Type your session key");
        pty.send(KEY.as_bytes());
        pty.wait_for("Q Z X");
    };
    let back: Visit = |pty| {
        pty.send(b"\x1b");
        pty.wait_for(START);
    };
    let over: Visit = |pty| {
        pty.send(START_OVER);
        pty.wait_for(START);
    };
    let nothing: Visit = |pty| pty.wait_for(START);
    let silence: Visit = |pty| {
        pty.wait_for("Are you still there?");
        pty.wait_for(START);
    };
    let session: Visit = |pty| {
        pty.send(b"1");
        pty.wait_for("Who would you like to talk to?");
        pty.send(b"\r");
        pty.wait_for("Is this right?");
        pty.send(b"\r");
        pty.wait_for("Session ended.");
        pty.send(b"\r");
        pty.wait_for(START);
    };
    let cases: [(&str, Visit, Visit, &[&str]); 6] = [
        ("Esc", key, back, &["key"]),
        ("F10", key, over, &["key"]),
        ("F10 at the start", nothing, over, &[]),
        ("silence", key, silence, &["idle"]),
        ("the session's end", nothing, session, &["end"]),
        ("the line's end", key, Pty::hang_up, &["end"]),
    ];
    for (what, visit, end, expected) in cases {
        let kiosk = Logging::new(if what == "silence" {
            "idle_warning = \"2s\"\nidle_grace = \"1s\""
        } else {
            ""
        });
        let mut pty = kiosk.start();
        visit(&mut pty);
        end(&mut pty);
        if !what.contains("line") {
            pty.signal(Signal::TERM);
        }
        pty.end();
        let records = kiosk.records();
        assert_eq!(told(&records, "by"), expected, "{what}: {records:?}");
        assert!(
            events(&records).ends_with("kiosk_stopped"),
            "{what}: {records:?}"
        );
        let text = fs::read_to_string(kiosk.log()).expect("a log");
        assert!(
            !text.contains(KEY) && !text.contains("access_key"),
            "{what}: {text}"
        );
    }
}
