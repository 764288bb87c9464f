//! How visits went and what became of the kiosk, for its operator.
//!
//! ```text
//! a session's thread ── tracing ──> Gate ── Record ──> the log's thread ──┬─> journal   a datagram with fields
//!   (hyper and rustls speak there     ours alone         waits for disks  └─> file      a line of JSON
//!    too)
//! ```
//!
//! What is told is of types that can't hold what a customer typed: no key, no answer, no URL but its host, and nothing of
//! the site's pages, which may repeat them. Nobody waits for the log: what can't be written is lost, and the visit goes on.

mod file;
mod gate;
mod journal;
pub mod kiosk;

pub use journal::SOCKET as JOURNAL;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use tracing::{Dispatch, info, warn};

use self::gate::{Gate, Record, TARGET};
use crate::clean::Clean;
use crate::config::{self, Config};
use crate::connect::{Ending, Stage, Stop};
use crate::failpoints;
use crate::failure::{Exit, Failure};
use crate::session::{self, Way};

/// More than a visit tells at once: with so many unwritten the next are lost.
const UNWRITTEN_AT_MOST: usize = 64;
/// For so long the last records of a visit are waited for. They are on their way already.
const LAST_RECORDS: Duration = Duration::from_millis(200);

/// How a record comes to where it is kept.
type Write = fn(&Path, &Record) -> io::Result<()>;

/// Where events go, and the kiosk that each of them names.
#[derive(Clone, Debug)]
pub struct Destination {
    log: config::Log,
    kiosk: Clean,
}

impl From<&Config> for Destination {
    fn from(config: &Config) -> Self {
        Self { log: config.log.clone(), kiosk: config.kiosk.name.clone() }
    }
}

/// Does `work`, and writes down what is told meanwhile on this thread.
pub fn during<T>(to: impl Into<Destination>, work: impl FnOnce() -> T) -> T {
    let Some((gate, ended)) = open(to.into()) else { return work() };
    let done = tracing::dispatcher::with_default(&Dispatch::new(gate), work);
    // With the gate gone the thread ends behind its last record; one that hangs on a disk is left to it.
    let _ = ended.recv_timeout(LAST_RECORDS);
    done
}

/// Writes what `report` reports, on this thread: it may wait for a disk.
pub fn write(to: &Destination, report: impl FnOnce()) {
    let Some((write, path)) = way_of(&to.log) else { return };
    let (records, unwritten) = sync_channel(UNWRITTEN_AT_MOST);
    tracing::dispatcher::with_default(&Dispatch::new(Gate::to(records, to.kiosk.clone())), report);
    for record in unwritten {
        // A record that can't be written is lost: the kiosk goes on.
        let _ = write(&path, &record);
    }
}

/// The way to the log's thread, and the word of its end; none where nothing is to be written, or there is no thread for it.
fn open(to: Destination) -> Option<(Gate, Receiver<()>)> {
    let (write, path) = way_of(&to.log)?;
    let (records, unwritten) = sync_channel(UNWRITTEN_AT_MOST);
    let (alive, ended) = channel();
    let work = move || {
        for record in unwritten {
            failpoints::reach("log");
            // As in `write`.
            let _ = write(&path, &record);
        }
        drop(alive);
    };
    thread::Builder::new().name("log".to_owned()).spawn(work).ok()?;
    Some((Gate::to(records, to.kiosk), ended))
}

fn way_of(log: &config::Log) -> Option<(Write, PathBuf)> {
    match log {
        config::Log::Journal => Some((journal::send, journal::SOCKET.into())),
        config::Log::File(path) => Some((file::append, path.clone())),
        config::Log::None => None,
    }
}

/// One session of a visit, for its own thread and for whoever ends the program meanwhile. It ends once: what is told of a
/// second end is not written down.
pub struct Visit {
    reference: session::Visit,
    way: Way,
    began: Instant,
    bytes: AtomicU64,
    runs: AtomicBool,
    has_ended: AtomicBool,
}

impl Visit {
    /// A session that begins now.
    pub fn new(reference: session::Visit, way: Way) -> Self {
        Self {
            reference,
            way,
            began: Instant::now(),
            bytes: AtomicU64::new(0),
            runs: AtomicBool::new(false),
            has_ended: AtomicBool::new(false),
        }
    }

    /// It is asked for.
    pub fn started(&self) {
        info!(target: TARGET, event = "started", visit = %self.reference, way = self.way.word());
    }

    /// Its link was given out, to go on with at another device. What becomes of it is not known here.
    pub fn handed_off(&self) {
        info!(target: TARGET, event = "handed_off", visit = %self.reference, way = self.way.word());
    }

    /// It has come to a stage. How far a download is, is remembered for its end.
    pub fn stage(&self, stage: &Stage) {
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

    /// Its client was saved. Under what name is not told: it may carry the session.
    pub fn saved(&self) {
        if self.has_ended_before() {
            return;
        }
        info!(
            target: TARGET,
            event = "saved",
            visit = %self.reference,
            way = self.way.word(),
            duration = self.duration(),
            bytes = self.bytes(),
        );
    }

    /// Its client ran and has ended.
    pub fn ended(&self, ending: &Ending) {
        if self.has_ended_before() {
            return;
        }
        info!(
            target: TARGET,
            event = "ended",
            visit = %self.reference,
            way = self.way.word(),
            duration = self.duration(),
            bytes = self.bytes(),
            status = ending.status,
            signal = ending.signal,
            client = seconds(ending.after),
        );
    }

    /// Its client runs on, and nobody here will know how it ends.
    pub fn left(&self) {
        if self.has_ended_before() {
            return;
        }
        info!(
            target: TARGET,
            event = "left",
            visit = %self.reference,
            way = self.way.word(),
            duration = self.duration(),
            bytes = self.bytes(),
        );
    }

    /// It came to no client. One that was cancelled when its client ran already is left to that.
    pub fn stopped(&self, stop: &Stop) {
        if self.runs.load(Ordering::Relaxed) && *stop == Stop::Cancelled {
            return self.left();
        }
        if self.has_ended_before() {
            return;
        }
        match stop {
            Stop::Cancelled => info!(
                target: TARGET,
                event = "cancelled",
                visit = %self.reference,
                way = self.way.word(),
                duration = self.duration(),
                bytes = self.bytes(),
            ),
            Stop::Failed(failure) => warn!(
                target: TARGET,
                event = "failed",
                visit = %self.reference,
                way = self.way.word(),
                code = failure.fault.code(),
                duration = self.duration(),
                bytes = self.bytes(),
                about = subject(failure),
                causes = failure.causes.as_ref().map(AsRef::<str>::as_ref),
            ),
        }
    }

    /// Whether its end was told before; it is now.
    fn has_ended_before(&self) -> bool {
        self.has_ended.swap(true, Ordering::Relaxed)
    }

    fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    fn duration(&self) -> f64 {
        seconds(self.began.elapsed())
    }
}

/// What a failure is about; nothing of a failure of the input, which may be about the input.
fn subject(failure: &Failure) -> Option<&str> {
    failure.detail.as_ref().filter(|_| failure.fault.exit() != Exit::Input).map(AsRef::as_ref)
}

/// Seconds, to the millisecond.
fn seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}
