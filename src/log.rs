//! How visits went, written down for whoever answers for this kiosk (product.md, `[log]`).
//!
//! ```text
//! a session's thread ── tracing ──> Gate ── Record ──> the log's thread ──┬─> journal   a datagram with fields
//!   (hyper and rustls speak there     ours alone         waits for disks  └─> file      a line
//!    too)
//! ```
//!
//! What is told is of types that can't hold what a customer typed: no key, no answer, no URL but its host, and nothing of
//! the site's pages, which may repeat them. Nobody waits for the log: what can't be written is lost, and the visit goes on.

mod file;
mod gate;
mod journal;

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
use crate::config::lists::{ListOrigin, ListReport};
use crate::config::{self, Config, Problems};
use crate::connect::{Ending, Stage, Stop};
use crate::failure::{Exit, Failure};
use crate::session::{self, Way};
use crate::torture;

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

/// The way to the log's thread, and the word of its end; none where nothing is to be written, or there is no thread for it.
fn open(to: Destination) -> Option<(Gate, Receiver<()>)> {
    let (write, path): (Write, PathBuf) = match to.log {
        config::Log::Journal => (journal::send, journal::SOCKET.into()),
        config::Log::File(path) => (file::append, path),
        config::Log::None => return None,
    };
    let (records, unwritten) = sync_channel::<Record>(UNWRITTEN_AT_MOST);
    let (alive, ended) = channel();
    let write_all = move || {
        for record in unwritten {
            torture::point("log");
            // There is nobody to tell it to.
            let _ = write(&path, &record);
        }
        drop(alive);
    };
    thread::Builder::new().name("log".to_owned()).spawn(write_all).ok()?;
    Some((Gate::to(records, to.kiosk), ended))
}

/// A changed config is wrong, and the one before it stays in force.
pub fn config_refused(problems: &Problems) {
    let (count, first) = (problems.count(), first_of(problems));
    warn!(target: TARGET, event = "config_refused", code = "C1", problems = count, first);
}

/// A locked kiosk has no usable config, and serves nobody.
pub fn out_of_service(code: &str, problems: &Problems) {
    let (count, first) = (problems.count(), first_of(problems));
    warn!(target: TARGET, event = "out_of_service", code, problems = count, first);
}

/// It has one again.
pub fn back_in_service() {
    info!(target: TARGET, event = "back_in_service");
}

/// A config is in force: at the start, and when it has changed.
pub fn config_loaded() {
    info!(target: TARGET, event = "config_loaded");
}

/// A list was read, and is in force or not.
pub fn list_read(list: &ListReport) {
    let file = list.file.display();
    let (rows, skipped) = (list.rows, list.skipped);
    let problems = list.problems.as_ref().map(Problems::count);
    let first = list.problems.as_ref().map(first_of);
    match list.origin {
        ListOrigin::File if skipped == 0 => info!(target: TARGET, event = "lists_loaded", rows, skipped, file = %file),
        ListOrigin::File => warn!(target: TARGET, event = "lists_loaded", rows, skipped, file = %file, problems, first),
        ListOrigin::LastCopy(_) => {
            warn!(target: TARGET, event = "list_refused", problems, first, uses = "last good copy", rows);
        }
        ListOrigin::Nowhere => warn!(target: TARGET, event = "list_refused", problems, first, uses = "nothing new"),
    }
}

fn first_of(problems: &Problems) -> String {
    problems.iter().next().map(ToString::to_string).unwrap_or_default()
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
            duration = %self.duration(),
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
            duration = %self.duration(),
            bytes = self.bytes(),
            status = ending.status,
            signal = ending.signal,
            client = %seconds(ending.after),
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
            duration = %self.duration(),
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
                duration = %self.duration(),
                bytes = self.bytes(),
            ),
            Stop::Failed(failure) => warn!(
                target: TARGET,
                event = "failed",
                visit = %self.reference,
                way = self.way.word(),
                code = failure.fault.code(),
                duration = %self.duration(),
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

    fn duration(&self) -> String {
        seconds(self.began.elapsed())
    }
}

/// What a failure is about; nothing of a failure of the input, which may be about the input.
fn subject(failure: &Failure) -> Option<&str> {
    failure.detail.as_ref().filter(|_| failure.fault.exit() != Exit::Input).map(AsRef::as_ref)
}

/// Seconds, to the millisecond.
fn seconds(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_config_is_written_down_with_its_kiosk() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("kiosk.log");
        let site = "site.url = \"https://support.example.com\"\n";
        let text = format!("{site}kiosk.name = \"b12-3\"\n[log]\nto = \"file\"\nfile = \"{}\"\n", file.display());
        let config = config::from_text(&text, Path::new("kiosk.toml")).expect("a good config");
        let problems =
            config::from_text(&format!("{site}colour = 1\nshape = 2\n"), Path::new("new.toml")).expect_err("a bad one");
        during(&config, || out_of_service("C1", &problems));
        let told = std::fs::read_to_string(file).expect("a log");
        let expected = "event=out_of_service code=C1 problems=2 first=\"new.toml:2:1: unknown key `colour`";
        let version = concat!(" kiosk=b12-3 version=", env!("CARGO_PKG_VERSION"), "\n");
        assert!(told.contains(expected) && told.ends_with(version), "{told}");
    }
}
