//! The output of `start`: results on standard output and everything else on standard error, or with
//! `--json` one object per line.
//!
//! | | results | progress | errors |
//! |---|---|---|---|
//! | plain | path or link on stdout | progress bar, if stderr is a terminal | two lines on stderr |
//! | `--json` | object on stdout | object on stdout | object on stdout |
//!
//! No output contains a session key, a survey value or a query, except the link that `--print-link`
//! asks for.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;

use serde::Serialize;

use super::output::{OutputHandle, OutputStalled};
use crate::client::Saved;
use crate::commands::eprint_line;
use crate::config::ConfigErrors;
use crate::failure::{Failure, Fault};
use crate::job::{Cancel, SessionError};
use crate::session::{ClientExit, Stage, VisitRef};
use crate::sum::Sha256Sum;
use crate::text::EN;

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum JsonEvent<'a> {
    Request {
        method: &'a str,
        host: &'a str,
    },
    Progress {
        bytes: u64,
        total: Option<u64>,
    },
    Saved {
        path: &'a str,
        bytes: u64,
        sha256: Option<Sha256Sum>,
    },
    Launched {
        pid: u32,
    },
    Ended {
        status: Option<i32>,
        signal: Option<i32>,
    },
    Error {
        code: &'a str,
        message: &'a str,
        exit: u8,
    },
}

#[derive(Serialize)]
struct JsonObject<'a> {
    #[serde(flatten)]
    event: JsonEvent<'a>,
    visit: &'a str,
}

/// How long the output of a cancelled session is waited for.
const STOP_TIMEOUT: Duration = Duration::from_millis(200);

/// Writes the output of one `start`.
pub(super) struct StartReport {
    format: OutputFormat,
    output: OutputHandle,
}

/// The format of the output.
#[derive(Clone, Copy)]
struct OutputFormat {
    visit: VisitRef,
    json: bool,
}

/// A failure in the chosen format.
enum FailureReport {
    Json(Vec<u8>),
    /// What happened; then what to do, with the code for staff.
    Plain([String; 2]),
}

impl StartReport {
    /// Starts the output thread. If this fails, the failure is printed here and the exit status
    /// returned.
    pub(super) fn new(visit: VisitRef, json: bool) -> Result<Self, u8> {
        let form = OutputFormat { visit, json };
        let voice = OutputHandle::new(!json).map_err(|_| {
            match form.failure(&Fault::Internal.into()) {
                FailureReport::Json(line) => _ = io::stdout().write_all(&line),
                FailureReport::Plain(lines) => lines.iter().for_each(|line| eprint_line(line)),
            }
            Fault::Internal.exit() as u8
        })?;
        Ok(Self {
            format: form,
            output: voice,
        })
    }

    /// Reports the progress of the session.
    pub(super) fn stage(&self, stage: &Stage) {
        match stage {
            _ if !self.format.json => self.output.stage(stage),
            Stage::Requesting { method, host } => {
                self.write_json(JsonEvent::Request { method, host });
            }
            Stage::Downloading { bytes, total } => self.write_json(JsonEvent::Progress {
                bytes: *bytes,
                total: *total,
            }),
            Stage::Running { pid } => self.write_json(JsonEvent::Launched { pid: *pid }),
            Stage::Waiting { .. } | Stage::Checking { .. } | Stage::Starting => {}
        }
    }

    /// The client has exited. If that was too early and counts as a failure, plain output shows the
    /// failure; JSON has the status anyway.
    pub(super) fn ended(&self, ending: &ClientExit, failure: Option<&Failure>) {
        if self.format.json {
            self.write_json(JsonEvent::Ended {
                status: ending.status,
                signal: ending.signal,
            });
        } else if let Some(failure) = failure {
            self.failed(failure);
        }
    }

    /// The result of `--save`. If the path cannot be printed, or the session is cancelled before it
    /// is, the file is removed again.
    pub(super) fn saved(&self, saved: Saved, cancel: &Cancel) -> Result<(), SessionError> {
        let path = saved.path.to_string_lossy();
        let line = if self.format.json {
            self.format.line(JsonEvent::Saved {
                path: &path,
                bytes: saved.bytes,
                sha256: saved.sum,
            })
        } else {
            path_bytes(saved.path.as_os_str())
        };
        let told = self.result(line, cancel);
        if told.is_err() {
            saved.discard();
        }
        told
    }

    /// The result of `--print-link`.
    pub(super) fn link(&self, link: &str) -> Result<(), SessionError> {
        self.result(path_bytes(OsStr::new(link)), &Cancel::new())
    }

    /// Prints a failure.
    pub(super) fn failed(&self, failure: &Failure) {
        match self.format.failure(failure) {
            FailureReport::Json(line) => self.output.json(line),
            FailureReport::Plain(lines) => {
                for line in lines {
                    self.output.plain(line);
                }
            }
        }
    }

    /// Prints the problems of the config, one per line as `check` does.
    pub(super) fn config_refused(&self, problems: ConfigErrors) {
        if self.format.json {
            return self.failed(&problems.into());
        }
        self.output.plain(problems.to_string());
        self.output.plain(format!(
            "{} {}",
            EN.of_fault(Fault::BadConfig).happened,
            self.format.reference(Fault::BadConfig)
        ));
    }

    /// Waits until everything is written and returns `status`, or a failure's status if the output
    /// thread panicked. Blocks while a reader does not read; a signal interrupts that.
    pub(super) fn finish(self, status: u8) -> u8 {
        self.output
            .finish(None)
            .map_or(Fault::Internal.exit() as u8, |()| status)
    }

    /// Waits briefly until everything so far is written and the progress bar is gone.
    pub(super) fn flush(&self) {
        let _ = self.output.finish(Some(STOP_TIMEOUT));
    }

    /// Like [`StartReport::finish`], after a signal: a reader that does not read is waited for only
    /// briefly.
    pub(super) fn finish_interrupted(self) {
        self.flush();
    }

    fn write_json(&self, event: JsonEvent<'_>) {
        self.output.json(self.format.line(event));
    }

    /// Prints a result on standard output.
    fn result(&self, line: Vec<u8>, cancel: &Cancel) -> Result<(), SessionError> {
        match self.output.result(line, cancel) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Failure::with_subject(Fault::CannotWrite, "standard output").into()),
            Err(OutputStalled) if cancel.is_cancelled() => Err(SessionError::Cancelled),
            // The output thread has panicked.
            Err(OutputStalled) => Err(Failure::from(Fault::Internal).into()),
        }
    }
}

impl OutputFormat {
    fn failure(self, failure: &Failure) -> FailureReport {
        let (fault, message) = (failure.fault, describe_failure(failure));
        if self.json {
            let error = JsonEvent::Error {
                code: fault.code(),
                message: &message,
                exit: fault.exit() as u8,
            };
            return FailureReport::Json(self.line(error));
        }
        FailureReport::Plain([
            message,
            format!("{} {}", EN.of_fault(fault).todo, self.reference(fault)),
        ])
    }

    /// The code and the visit, for staff.
    fn reference(self, fault: Fault) -> String {
        format!("({}, visit {})", fault.code(), self.visit)
    }

    fn line(self, event: JsonEvent<'_>) -> Vec<u8> {
        let visit = self.visit.to_string();
        // Strings and numbers always serialize.
        let mut line = serde_json::to_vec(&JsonObject {
            event,
            visit: &visit,
        })
        .unwrap_or_default();
        line.push(b'\n');
        line
    }
}

fn path_bytes(bytes: &OsStr) -> Vec<u8> {
    [bytes.as_bytes(), b"\n"].concat()
}

/// One line: what happened, what it is about, and what the site says.
fn describe_failure(failure: &Failure) -> String {
    let mut line = EN.of_fault(failure.fault).happened.to_owned();
    if let Some(detail) = &failure.detail {
        line = format!("{line} {}", EN.failed.about(detail));
    }
    if let Some(words) = &failure.site_words {
        line = format!("{line} {}", EN.failed.site_says(words));
    }
    line
}
