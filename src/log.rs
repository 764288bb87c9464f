//! The operator's log: how visits went, and events of the kiosk itself.
//!
//! ```text
//! a session's thread ── tracing ──> VisitSubscriber ── FormattedEvent ──> log thread
//!   (hyper and rustls use tracing   only our events                       waits for disks
//!    too)                                                                   │
//!                                    journal: a datagram, file: a JSON line <┘
//! ```
//!
//! Logged values have types that can't contain what a customer typed: no session key, no answer,
//! only the host of a URL, and nothing from the site's pages, which may repeat such text. No code
//! waits for the log: if an event can't be written, it is lost and the visit continues.

mod file;
mod journal;
pub(crate) mod kiosk;
mod subscriber;

pub(crate) use journal::SOCKET as JOURNAL;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use tracing::{Dispatch, info, warn};

use self::subscriber::{FormattedEvent, TARGET, VisitSubscriber};
use crate::clean::Clean;
use crate::config::{self, Config};
use crate::failpoints;
use crate::failure::{Exit, Failure};
use crate::job::SessionError;
use crate::session::{self, ClientExit, Stage};
use crate::ways::Way;

/// More than a visit logs at once. If that many records are unwritten, further ones are dropped.
const QUEUE_LENGTH: usize = 64;
/// How long the end of a visit waits for its last records to be written.
const FLUSH_TIMEOUT: Duration = Duration::from_millis(200);

/// Writes a record to the log's destination.
type LogWriter = fn(&Path, &FormattedEvent) -> io::Result<()>;

/// Where events go, and the kiosk's name, which each event contains.
#[derive(Clone, Debug)]
pub(crate) struct LogDestination {
    log: config::LogConfig,
    kiosk: Clean,
}

impl From<&Config> for LogDestination {
    fn from(config: &Config) -> Self {
        Self {
            log: config.log.clone(),
            kiosk: config.kiosk.name.clone(),
        }
    }
}

/// Runs `work` and logs the events of this thread meanwhile.
pub(crate) fn with_log<T>(to: impl Into<LogDestination>, work: impl FnOnce() -> T) -> T {
    let Some((gate, ended)) = open(to.into()) else {
        return work();
    };
    let done = tracing::dispatcher::with_default(&Dispatch::new(gate), work);
    // Dropping the gate ends the log thread after its last record. If that hangs on a disk, it is
    // abandoned.
    let _ = ended.recv_timeout(FLUSH_TIMEOUT);
    done
}

/// Logs what `report` reports, on this thread. May wait for a disk.
pub(crate) fn write(to: &LogDestination, report: impl FnOnce()) {
    let Some((write, path)) = writer_for(&to.log) else {
        return;
    };
    let (records, unwritten) = sync_channel(QUEUE_LENGTH);
    tracing::dispatcher::with_default(
        &Dispatch::new(VisitSubscriber::new(records, to.kiosk.clone())),
        report,
    );
    for record in unwritten {
        // A record that can't be written is lost; the kiosk continues.
        let _ = write(&path, &record);
    }
}

/// The channel to the log thread, and a receiver that is closed when it ends. `None` if there is no
/// log or the thread can't be started.
fn open(to: LogDestination) -> Option<(VisitSubscriber, Receiver<()>)> {
    let (write, path) = writer_for(&to.log)?;
    let (records, unwritten) = sync_channel(QUEUE_LENGTH);
    let (alive, ended) = channel();
    let work = move || {
        for record in unwritten {
            failpoints::reach("log");
            // As in `write`.
            let _ = write(&path, &record);
        }
        drop(alive);
    };
    thread::Builder::new()
        .name("log".to_owned())
        .spawn(work)
        .ok()?;
    Some((VisitSubscriber::new(records, to.kiosk), ended))
}

fn writer_for(log: &config::LogConfig) -> Option<(LogWriter, PathBuf)> {
    match log {
        config::LogConfig::Journal => Some((journal::send, journal::SOCKET.into())),
        config::LogConfig::File(path) => Some((file::append, path.clone())),
        config::LogConfig::None => None,
    }
}

/// One session of a visit, shared by its own thread and the code that ends the program. It logs
/// only one end; later ones are ignored.
pub(crate) struct VisitLog {
    reference: session::VisitRef,
    way: Way,
    started_at: Instant,
    bytes: AtomicU64,
    runs: AtomicBool,
    has_ended: AtomicBool,
}

impl VisitLog {
    pub(crate) fn new(reference: session::VisitRef, way: Way) -> Self {
        Self {
            reference,
            way,
            started_at: Instant::now(),
            bytes: AtomicU64::new(0),
            runs: AtomicBool::new(false),
            has_ended: AtomicBool::new(false),
        }
    }

    /// Logs that the session was requested.
    pub(crate) fn started(&self) {
        info!(target: TARGET, event = "started", visit = %self.reference, way = self.way.name());
    }

    /// Logs that the link was shown, to continue on another device. The outcome is not known here.
    pub(crate) fn handed_off(&self) {
        info!(target: TARGET, event = "handed_off", visit = %self.reference, way = self.way.name());
    }

    /// Logs a stage of the session. The download's progress is remembered for the end.
    pub(crate) fn stage(&self, stage: &Stage) {
        let visit = tracing::field::display(self.reference);
        match stage {
            Stage::Requesting { method, host } => {
                info!(target: TARGET, event = "stage", visit, stage = "requesting", method, host);
            }
            Stage::Waiting { wait } => {
                let wait = seconds(*wait);
                info!(target: TARGET, event = "stage", visit, stage = "waiting", wait);
            }
            Stage::Downloading { bytes: 0, total } => {
                info!(target: TARGET, event = "stage", visit, stage = "downloading", total);
            }
            Stage::Downloading { bytes, .. } => self.bytes.store(*bytes, Ordering::Relaxed),
            Stage::Checking { sum } => {
                let (bytes, sha256) = (self.bytes(), sum.map(tracing::field::display));
                info!(target: TARGET, event = "stage", visit, stage = "checking", bytes, sha256);
            }
            Stage::Starting => {
                info!(target: TARGET, event = "stage", visit, stage = "starting");
            }
            Stage::Running { pid } => {
                self.runs.store(true, Ordering::Relaxed);
                info!(target: TARGET, event = "stage", visit, stage = "running", pid);
            }
        }
    }

    /// Logs that the client was saved. The file name is not logged, because it may contain the
    /// session key.
    pub(crate) fn saved(&self) {
        if self.mark_ended() {
            return;
        }
        info!(
            target: TARGET,
            event = "saved",
            visit = %self.reference,
            way = self.way.name(),
            duration = self.duration(),
            bytes = self.bytes(),
        );
    }

    /// Logs that the client ran and has exited.
    pub(crate) fn ended(&self, ending: &ClientExit) {
        if self.mark_ended() {
            return;
        }
        info!(
            target: TARGET,
            event = "ended",
            visit = %self.reference,
            way = self.way.name(),
            duration = self.duration(),
            bytes = self.bytes(),
            status = ending.status,
            signal = ending.signal,
            client = seconds(ending.after),
        );
    }

    /// Logs that the client is still running and its result will not be known.
    pub(crate) fn left_running(&self) {
        if self.mark_ended() {
            return;
        }
        info!(
            target: TARGET,
            event = "left",
            visit = %self.reference,
            way = self.way.name(),
            duration = self.duration(),
            bytes = self.bytes(),
        );
    }

    /// Logs an end without a client. If a session is cancelled while its client runs, that is
    /// logged as [`Self::left_running`].
    pub(crate) fn stopped(&self, stop: &SessionError) {
        if self.runs.load(Ordering::Relaxed) && *stop == SessionError::Cancelled {
            return self.left_running();
        }
        if self.mark_ended() {
            return;
        }
        match stop {
            SessionError::Cancelled => info!(
                target: TARGET,
                event = "cancelled",
                visit = %self.reference,
                way = self.way.name(),
                duration = self.duration(),
                bytes = self.bytes(),
            ),
            SessionError::Failed(failure) => warn!(
                target: TARGET,
                event = "failed",
                visit = %self.reference,
                way = self.way.name(),
                code = failure.fault.code(),
                duration = self.duration(),
                bytes = self.bytes(),
                about = subject(failure),
                causes = failure.causes.as_ref().map(AsRef::<str>::as_ref),
            ),
        }
    }

    /// Returns whether the end was logged before, and marks it as logged.
    fn mark_ended(&self) -> bool {
        self.has_ended.swap(true, Ordering::Relaxed)
    }

    fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    fn duration(&self) -> f64 {
        seconds(self.started_at.elapsed())
    }
}

/// The subject of a failure, except for failures of the input: their subject may be what was typed.
fn subject(failure: &Failure) -> Option<&str> {
    failure
        .detail
        .as_ref()
        .filter(|_| failure.fault.exit() != Exit::Input)
        .map(AsRef::as_ref)
}

/// Seconds, rounded to milliseconds.
fn seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}
