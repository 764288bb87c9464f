//! Events of the kiosk itself: the config in force, PIN attempts, erased customer data. The events
//! of a visit are in [`super::VisitLog`].

use std::process::id;
use std::time::Duration;

use tracing::{info, warn};

use super::seconds;
use super::subscriber::TARGET;
use crate::config::ConfigErrors;
use crate::config::lists::{ListOrigin, ListReport};
use crate::failure::Fault;
use crate::pin::PinVerdict;
use crate::session::VisitRef;
use crate::sum::Sha256Sum;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StopReason {
    /// The person at the terminal quit.
    Left,
    /// Staff quit with their PIN.
    Staff,
    /// The terminal is gone, or SIGHUP was received.
    HangUp,
    /// Another signal was received.
    Signal(i32),
    /// An internal error.
    Fault,
}

impl StopReason {
    fn word(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Staff => "staff",
            Self::HangUp => "hang-up",
            Self::Signal(_) => "signal",
            Self::Fault => "fault",
        }
    }
}

/// Why a customer's data was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ForgottenBy {
    /// A key: back to the start screen, start over, or quit.
    Key,
    /// The customer was idle for too long.
    Idle,
    /// The session or the kiosk has ended.
    End,
}

impl ForgottenBy {
    fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Idle => "idle",
            Self::End => "end",
        }
    }
}

/// The kiosk has started. `config` is `None` if no config is in force, `rows` if the lists have not
/// been read.
pub(crate) fn started(config: Option<Sha256Sum>, rows: Option<usize>) {
    let (config_sha256, process) = (config.map(tracing::field::display), id());
    info!(target: TARGET, event = "kiosk_started", config_sha256, rows, process);
}

pub(crate) fn stopped(reason: StopReason) {
    let (word, process) = (reason.word(), id());
    match reason {
        StopReason::Left | StopReason::Staff | StopReason::HangUp => {
            info!(target: TARGET, event = "kiosk_stopped", reason = word, process);
        }
        StopReason::Signal(signal) => {
            info!(target: TARGET, event = "kiosk_stopped", reason = word, signal, process);
        }
        StopReason::Fault => warn!(target: TARGET, event = "kiosk_stopped", reason = word, process),
    }
}

/// A config is in force: at start, and after a change.
pub(crate) fn config_loaded(config: Sha256Sum) {
    info!(target: TARGET, event = "config_loaded", config_sha256 = %config);
}

/// A changed config has problems; the previous one stays in force.
pub(crate) fn config_refused(problems: &ConfigErrors) {
    let (count, first) = (problems.count(), first_problem(problems));
    warn!(target: TARGET, event = "config_refused", code = Fault::BadConfig.code(), problems = count, first);
}

/// A locked kiosk has no usable config.
pub(crate) fn out_of_service(code: &str, problems: &ConfigErrors) {
    let (count, first) = (problems.count(), first_problem(problems));
    warn!(target: TARGET, event = "out_of_service", code, problems = count, first);
}

/// The kiosk has a usable config again.
pub(crate) fn back_in_service() {
    info!(target: TARGET, event = "back_in_service");
}

/// A list was read and is used or rejected.
pub(crate) fn list_read(list: &ListReport) {
    let file = list.file.display();
    let (rows, skipped) = (list.rows, list.skipped);
    let problems = list.problems.as_ref().map(ConfigErrors::count);
    let first = list.problems.as_ref().map(first_problem);
    match list.origin {
        ListOrigin::File if skipped == 0 => {
            info!(target: TARGET, event = "lists_loaded", rows, skipped, file = %file);
        }
        ListOrigin::File => {
            warn!(target: TARGET, event = "lists_loaded", rows, skipped, file = %file, problems, first);
        }
        ListOrigin::LastCopy(_) => {
            warn!(target: TARGET, event = "list_refused", problems, first, uses = "last good copy", rows);
        }
        ListOrigin::Unavailable => {
            warn!(target: TARGET, event = "list_refused", problems, first, uses = "nothing new");
        }
    }
}

/// A PIN was tried. An attempt during a waiting time is not checked and not logged.
pub(crate) fn pin_attempt(verdict: PinVerdict) {
    match verdict {
        PinVerdict::Correct | PinVerdict::TooSoon { .. } => {}
        PinVerdict::Wrong {
            wait: Duration::ZERO,
        } => warn!(target: TARGET, event = "pin_wrong"),
        PinVerdict::Wrong { wait } => {
            warn!(target: TARGET, event = "pin_wrong");
            warn!(target: TARGET, event = "pin_locked", wait = seconds(wait));
        }
        PinVerdict::Unavailable => {
            warn!(target: TARGET, event = "pin_locked", causes = "wrong tries can't be counted");
        }
    }
}

pub(crate) fn staff_exit() {
    info!(target: TARGET, event = "staff_exit");
}

/// All that the customer typed in this visit was erased.
pub(crate) fn forgotten(visit: VisitRef, by: ForgottenBy) {
    info!(target: TARGET, event = "forgotten", visit = %visit, by = by.word());
}

fn first_problem(problems: &ConfigErrors) -> String {
    problems
        .iter()
        .next()
        .map(ToString::to_string)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use serde_json::{Value, json};

    use super::*;
    use crate::config;
    use crate::log::write;

    /// The events that `report` logs to the file of a kiosk `b12-3`, without the fields common to
    /// all events.
    fn records(report: impl FnOnce()) -> Vec<Value> {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("kiosk.log");
        let log = format!("[log]\nto = \"file\"\nfile = {file:?}\n");
        let text =
            format!("site.url = \"https://support.example.com\"\nkiosk.name = \"b12-3\"\n{log}");
        let config = config::from_text(&text, Path::new("kiosk.toml")).expect("a good config");
        write(&(&config).into(), report);
        let text = std::fs::read_to_string(file).expect("a log");
        let common = |line: &str| {
            let mut record: Value = serde_json::from_str(line).expect("an object on a line");
            let fields = record.as_object_mut().expect("an object");
            let time = fields.remove("time").expect("a time");
            assert!(
                time.as_str().is_some_and(
                    |time| time.ends_with('Z') && time.parse::<jiff::Timestamp>().is_ok()
                ),
                "{time}"
            );
            assert_eq!(fields.remove("kiosk"), Some("b12-3".into()), "{line}");
            assert_eq!(
                fields.remove("version"),
                Some(env!("CARGO_PKG_VERSION").into()),
                "{line}"
            );
            record
        };
        text.lines().map(common).collect()
    }

    fn list(origin: ListOrigin, skipped: usize, problems: Option<ConfigErrors>) -> ListReport {
        ListReport {
            file: PathBuf::from("/a/reps.csv"),
            origin,
            rows: 19,
            skipped,
            problems,
            warnings: None,
        }
    }

    type ListEvent = Box<dyn FnOnce()>;

    #[test]
    fn events_of_the_config_and_its_lists_have_their_fields() {
        let problems = || {
            let text = "site.url = \"https://a\"\ncolour = 1\nshape = 2\n";
            config::from_text(text, Path::new("new.toml")).expect_err("a bad config")
        };
        let first = problems().iter().next().expect("a problem").to_string();
        let sum = Sha256Sum::compute(b"abc");
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let cases: [(ListEvent, Value); 15] = [
            (
                Box::new(move || started(Some(sum), Some(27))),
                json!([{"level": "info", "event": "kiosk_started", "config_sha256": hex, "rows": 27, "process": id()}]),
            ),
            (
                Box::new(|| started(None, None)),
                json!([{"level": "info", "event": "kiosk_started", "process": id()}]),
            ),
            (
                Box::new(|| stopped(StopReason::Left)),
                json!([{"level": "info", "event": "kiosk_stopped", "reason": "left", "process": id()}]),
            ),
            (
                Box::new(|| stopped(StopReason::Staff)),
                json!([{"level": "info", "event": "kiosk_stopped", "reason": "staff", "process": id()}]),
            ),
            (
                Box::new(|| stopped(StopReason::HangUp)),
                json!([{"level": "info", "event": "kiosk_stopped", "reason": "hang-up", "process": id()}]),
            ),
            (
                Box::new(|| stopped(StopReason::Signal(15))),
                json!([{"level": "info", "event": "kiosk_stopped", "reason": "signal", "signal": 15, "process": id()}]),
            ),
            (
                Box::new(|| stopped(StopReason::Fault)),
                json!([{"level": "warning", "event": "kiosk_stopped", "reason": "fault", "process": id()}]),
            ),
            (
                Box::new(move || config_loaded(sum)),
                json!([{"level": "info", "event": "config_loaded", "config_sha256": hex}]),
            ),
            (
                Box::new(move || config_refused(&problems())),
                json!([{"level": "warning", "event": "config_refused", "code": "C1", "problems": 2, "first": first}]),
            ),
            (
                Box::new(move || out_of_service("C1", &problems())),
                json!([{"level": "warning", "event": "out_of_service", "code": "C1", "problems": 2, "first": first}]),
            ),
            (
                Box::new(back_in_service),
                json!([{"level": "info", "event": "back_in_service"}]),
            ),
            (
                Box::new(|| list_read(&list(ListOrigin::File, 0, None))),
                json!([{"level": "info", "event": "lists_loaded", "rows": 19, "skipped": 0, "file": "/a/reps.csv"}]),
            ),
            (
                Box::new(move || list_read(&list(ListOrigin::File, 2, Some(problems())))),
                json!([{
                    "level": "warning", "event": "lists_loaded", "rows": 19, "skipped": 2, "file": "/a/reps.csv",
                    "problems": 2, "first": first,
                }]),
            ),
            (
                Box::new(move || list_read(&list(ListOrigin::LastCopy(None), 2, Some(problems())))),
                json!([{
                    "level": "warning", "event": "list_refused", "problems": 2, "first": first,
                    "uses": "last good copy", "rows": 19,
                }]),
            ),
            (
                Box::new(move || list_read(&list(ListOrigin::Unavailable, 2, Some(problems())))),
                json!([{
                    "level": "warning", "event": "list_refused", "problems": 2, "first": first, "uses": "nothing new",
                }]),
            ),
        ];
        for (report, expected) in cases {
            assert_eq!(Value::from(records(report)), expected);
        }
    }

    #[test]
    fn events_of_staff_and_customers_have_their_fields() {
        let visit = VisitRef::from_random([1; 6]);
        let wrong = |seconds| PinVerdict::Wrong {
            wait: Duration::from_secs(seconds),
        };
        let too_soon = PinVerdict::TooSoon {
            wait: Duration::from_secs(30),
        };
        let cases: [(ListEvent, Value); 7] = [
            (
                Box::new(move || pin_attempt(wrong(0))),
                json!([{"level": "warning", "event": "pin_wrong"}]),
            ),
            (
                Box::new(move || pin_attempt(wrong(30))),
                json!([
                    {"level": "warning", "event": "pin_wrong"},
                    {"level": "warning", "event": "pin_locked", "wait": 30.0},
                ]),
            ),
            (
                Box::new(|| pin_attempt(PinVerdict::Unavailable)),
                json!([{"level": "warning", "event": "pin_locked", "causes": "wrong tries can't be counted"}]),
            ),
            (
                Box::new(move || {
                    pin_attempt(too_soon);
                    pin_attempt(PinVerdict::Correct);
                    staff_exit();
                }),
                json!([{"level": "info", "event": "staff_exit"}]),
            ),
            (
                Box::new(move || forgotten(visit, ForgottenBy::Key)),
                json!([{"level": "info", "event": "forgotten", "visit": "111111", "by": "key"}]),
            ),
            (
                Box::new(move || forgotten(visit, ForgottenBy::Idle)),
                json!([{"level": "info", "event": "forgotten", "visit": "111111", "by": "idle"}]),
            ),
            (
                Box::new(move || forgotten(visit, ForgottenBy::End)),
                json!([{"level": "info", "event": "forgotten", "visit": "111111", "by": "end"}]),
            ),
        ];
        for (report, expected) in cases {
            assert_eq!(Value::from(records(report)), expected);
        }
    }
}
