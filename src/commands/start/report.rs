//! What `start` says: results on standard output, all else on standard error; with `--json` one object a line.
//!
//! | | results | progress | an error |
//! |---|---|---|---|
//! | plain | the path or the link, bare, on stdout | a bar on stderr, if that is a terminal | two lines on stderr |
//! | `--json` | an object on stdout | an object on stdout | an object on stdout |
//!
//! No key, survey value or query is in any of it, but in the link itself that `--print-link` asks for.

use std::ffi::OsStr;
use std::io::{self, IsTerminal, Write};
use std::os::unix::ffi::OsStrExt;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::commands::told;
use crate::config::Problems;
use crate::connect::{Ending, Saved, Stage};
use crate::failure::{Failure, Fault};
use crate::session::Visit;
use crate::text::EN;

/// One object of `--json` (product.md, The command line).
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum Event<'a> {
    Request { method: &'a str, host: &'a str },
    Progress { bytes: u64, total: Option<u64> },
    Saved { path: &'a str, bytes: u64, sha256: &'a str },
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

/// Where the words of one `start` go.
pub(super) struct Report {
    visit: Visit,
    json: bool,
    bar: Option<ProgressBar>,
}

impl Report {
    /// A report of this visit.
    pub(super) fn new(visit: Visit, json: bool) -> Self {
        let bar = (!json && io::stderr().is_terminal()).then(bar);
        Self { visit, json, bar }
    }

    /// Where the session has come to.
    pub(super) fn stage(&self, stage: &Stage) {
        match stage {
            Stage::Requesting { method, host } => {
                self.object(Event::Request { method, host });
                self.say(EN.connecting.reaching);
            }
            Stage::Waiting { wait } => self.say(&EN.connecting.waiting(wait.as_secs().max(1))),
            Stage::Downloading { bytes, total } => {
                self.object(Event::Progress { bytes: *bytes, total: *total });
                self.show(*bytes, *total);
            }
            Stage::Checking => self.say(EN.connecting.checking),
            Stage::Starting => self.say(EN.connecting.starting),
            Stage::Running { pid } => self.launched(*pid),
        }
    }

    /// The client runs.
    fn launched(&self, pid: u32) {
        self.clear();
        self.object(Event::Launched { pid });
        if self.bar.is_some() {
            told(EN.running.question);
        }
    }

    /// The client has ended.
    pub(super) fn ended(&self, ending: &Ending) {
        self.object(Event::Ended { status: ending.status, signal: ending.signal });
    }

    /// The client was saved: the result of `--save`. One that can't be told of is taken away again.
    pub(super) fn saved(&self, saved: Saved) -> Result<(), Failure> {
        self.clear();
        let told = self.tell_of(&saved);
        if told.is_err() {
            saved.discard();
        }
        told
    }

    fn tell_of(&self, saved: &Saved) -> Result<(), Failure> {
        if !self.json {
            return result(saved.path.as_os_str());
        }
        let sha256 = saved.sha256().map_err(|_| Failure::from(Fault::CannotWrite))?;
        self.object(Event::Saved { path: &saved.path.to_string_lossy(), bytes: saved.bytes, sha256: &sha256 });
        Ok(())
    }

    /// The link that starts the session: the result of `--print-link`.
    pub(super) fn link(&self, link: &str) -> Result<(), Failure> {
        self.clear();
        result(OsStr::new(link))
    }

    /// What happened, what to do, and by which code staff find it.
    pub(super) fn failed(&self, failure: &Failure) {
        self.clear();
        let words = EN.of_fault(failure.fault);
        if !self.json {
            told(&happened(failure));
            told(&format!("{} {}", words.todo, self.by_reference(failure.fault)));
            return;
        }
        let (code, exit) = (failure.fault.code(), failure.fault.exit() as u8);
        self.object(Event::Error { code, message: &happened(failure), exit });
    }

    /// The config can't be used: each problem on a line of its own, as `check` tells them.
    pub(super) fn config_refused(&self, problems: Problems) {
        if self.json {
            return self.failed(&problems.into());
        }
        told(&problems.to_string());
        told(&format!("{} {}", EN.of_fault(Fault::BadConfig).happened, self.by_reference(Fault::BadConfig)));
    }

    /// By what staff find it.
    fn by_reference(&self, fault: Fault) -> String {
        format!("({}, visit {})", fault.code(), self.visit)
    }

    /// Takes the bar away, so that what comes next stands on a line of its own.
    pub(super) fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// A stage that has no measure.
    fn say(&self, words: &str) {
        if let Some(bar) = &self.bar {
            bar.set_style(style("{msg}"));
            bar.set_message(words.to_owned());
        }
    }

    /// How far the download is.
    fn show(&self, bytes: u64, total: Option<u64>) {
        let Some(bar) = &self.bar else { return };
        if bytes == 0 {
            let measure = if total.is_some() { "{msg} [{wide_bar}] {bytes} of {total_bytes}" } else { "{msg} {bytes}" };
            bar.set_style(style(measure));
            if let Some(total) = total {
                bar.set_length(total);
            }
            bar.set_message(EN.connecting.downloading);
        }
        bar.set_position(bytes);
    }

    fn object(&self, event: Event<'_>) {
        if !self.json {
            return;
        }
        let visit = self.visit.to_string();
        if let Ok(mut line) = serde_json::to_vec(&Object { event, visit: &visit }) {
            line.push(b'\n');
            // Whoever listened may be gone: the session goes on without them.
            let _ = io::stdout().lock().write_all(&line);
        }
    }
}

/// Drawn as stages come, never on a clock of its own.
fn bar() -> ProgressBar {
    ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10))
}

/// One of the templates above, in signs that every terminal draws. A wrong one would only look different.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> ")
}

/// A result, bare, on standard output.
fn result(bytes: &OsStr) -> Result<(), Failure> {
    let mut line = bytes.as_bytes().to_vec();
    line.push(b'\n');
    let mut output = io::stdout().lock();
    let written = output.write_all(&line).and_then(|()| output.flush());
    written.map_err(|_| Failure::about(Fault::CannotWrite, "standard output"))
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
