//! What `start` says: results on standard output, all else on standard error; with `--json` one object a line.
//!
//! | | results | progress | an error |
//! |---|---|---|---|
//! | plain | the path or the link, bare, on stdout | a bar on stderr, if that is a terminal | two lines on stderr |
//! | `--json` | an object on stdout | an object on stdout | an object on stdout |
//!
//! No key, survey value or query is in any of it, but in the link itself that `--print-link` asks for.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;

use serde::Serialize;

use super::voice::{NotTaken, Voice};
use crate::client::Saved;
use crate::commands::told;
use crate::config::Problems;
use crate::failure::{Failure, Fault};
use crate::job::{Cancel, Stop};
use crate::session::{Ending, Stage, Visit};
use crate::sum::Sum;
use crate::text::EN;

/// One object of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum Event<'a> {
    Request { method: &'a str, host: &'a str },
    Progress { bytes: u64, total: Option<u64> },
    Saved { path: &'a str, bytes: u64, sha256: Option<Sum> },
    Launched { pid: u32 },
    Ended { status: Option<i32>, signal: Option<i32> },
    Error { code: &'a str, message: &'a str, exit: u8 },
}

#[derive(Serialize)]
struct Object<'a> {
    #[serde(flatten)]
    event: Event<'a>,
    visit: &'a str,
}

/// For so long the last words of a session that was given up are waited for: whoever gave it up waits too.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// Where the words of one `start` go.
pub(super) struct Report {
    form: Form,
    voice: Voice,
}

/// How they are put.
#[derive(Clone, Copy)]
struct Form {
    visit: Visit,
    json: bool,
}

/// What is said of a failure.
enum Said {
    /// An object of `--json`.
    Object(Vec<u8>),
    /// What happened; what to do, and by which code staff find it.
    Words([String; 2]),
}

impl Report {
    /// A report of this visit. Where there is no thread to be had for it, that is said at once; its exit status comes back.
    pub(super) fn new(visit: Visit, json: bool) -> Result<Self, u8> {
        let form = Form { visit, json };
        let voice = Voice::new(!json).map_err(|_| {
            match form.failure(&Fault::Internal.into()) {
                Said::Object(line) => _ = io::stdout().write_all(&line),
                Said::Words(lines) => lines.iter().for_each(|line| told(line)),
            }
            Fault::Internal.exit() as u8
        })?;
        Ok(Self { form, voice })
    }

    /// Where the session has come to.
    pub(super) fn stage(&self, stage: &Stage) {
        match stage {
            _ if !self.form.json => self.voice.stage(stage),
            Stage::Requesting { method, host } => self.object(Event::Request { method, host }),
            Stage::Downloading { bytes, total } => self.object(Event::Progress { bytes: *bytes, total: *total }),
            Stage::Running { pid } => self.object(Event::Launched { pid: *pid }),
            Stage::Waiting { .. } | Stage::Checking { .. } | Stage::Starting => {}
        }
    }

    /// The client has ended, perhaps so early that this is a failure: an object has the status, words have the code.
    pub(super) fn ended(&self, ending: &Ending, failure: Option<&Failure>) {
        if self.form.json {
            self.object(Event::Ended { status: ending.status, signal: ending.signal });
        } else if let Some(failure) = failure {
            self.failed(failure);
        }
    }

    /// The client was saved: the result of `--save`. One that can't be told of, or is told of too late, is taken away again.
    pub(super) fn saved(&self, saved: Saved, cancel: &Cancel) -> Result<(), Stop> {
        let path = saved.path.to_string_lossy();
        let line = if self.form.json {
            self.form.line(Event::Saved { path: &path, bytes: saved.bytes, sha256: saved.sum })
        } else {
            bare(saved.path.as_os_str())
        };
        let told = self.result(line, cancel);
        if told.is_err() {
            saved.discard();
        }
        told
    }

    /// The link that starts the session: the result of `--print-link`.
    pub(super) fn link(&self, link: &str) -> Result<(), Stop> {
        self.result(bare(OsStr::new(link)), &Cancel::new())
    }

    /// What happened, what to do, and by which code staff find it.
    pub(super) fn failed(&self, failure: &Failure) {
        match self.form.failure(failure) {
            Said::Object(line) => self.voice.object(line),
            Said::Words(lines) => lines.into_iter().for_each(|line| self.voice.words(line)),
        }
    }

    /// The config can't be used: each problem on a line of its own, as `check` tells them.
    pub(super) fn config_refused(&self, problems: Problems) {
        if self.form.json {
            return self.failed(&problems.into());
        }
        self.voice.words(problems.to_string());
        self.voice.words(format!("{} {}", EN.of_fault(Fault::BadConfig).happened, self.form.reference(Fault::BadConfig)));
    }

    /// Waits until all of it is said, and gives the exit status: this one, unless what speaks has panicked. A reader that has
    /// stopped is waited for until a signal comes.
    pub(super) fn finish(self, status: u8) -> u8 {
        self.voice.finish(None).map_or(Fault::Internal.exit() as u8, |()| status)
    }

    /// As [`Report::finish`], but waits for nobody who has stopped: a signal has come.
    pub(super) fn break_off(self) {
        let _ = self.voice.finish(Some(LAST_WORDS));
    }

    fn object(&self, event: Event<'_>) {
        self.voice.object(self.form.line(event));
    }

    /// A result, on standard output.
    fn result(&self, line: Vec<u8>, cancel: &Cancel) -> Result<(), Stop> {
        match self.voice.result(line, cancel) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Failure::about(Fault::CannotWrite, "standard output").into()),
            Err(NotTaken) if cancel.is_cancelled() => Err(Stop::Cancelled),
            // What speaks has panicked.
            Err(NotTaken) => Err(Failure::from(Fault::Internal).into()),
        }
    }
}

impl Form {
    fn failure(self, failure: &Failure) -> Said {
        let (fault, message) = (failure.fault, happened(failure));
        if self.json {
            let error = Event::Error { code: fault.code(), message: &message, exit: fault.exit() as u8 };
            return Said::Object(self.line(error));
        }
        Said::Words([message, format!("{} {}", EN.of_fault(fault).todo, self.reference(fault))])
    }

    /// By what staff find it.
    fn reference(self, fault: Fault) -> String {
        format!("({}, visit {})", fault.code(), self.visit)
    }

    fn line(self, event: Event<'_>) -> Vec<u8> {
        let visit = self.visit.to_string();
        // Texts and numbers: nothing in them could fail.
        let mut line = serde_json::to_vec(&Object { event, visit: &visit }).unwrap_or_default();
        line.push(b'\n');
        line
    }
}

fn bare(bytes: &OsStr) -> Vec<u8> {
    [bytes.as_bytes(), b"\n"].concat()
}

/// What happened, what it is about, and what the site says about it: one line.
fn happened(failure: &Failure) -> String {
    let mut line = EN.of_fault(failure.fault).happened.to_owned();
    if let Some(detail) = &failure.detail {
        line = format!("{line} {}", EN.failed.about(detail));
    }
    if let Some(words) = &failure.site_words {
        line = format!("{line} {}", EN.failed.site_says(words));
    }
    line
}
