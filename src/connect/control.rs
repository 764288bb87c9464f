//! Stops a session from other threads.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::config::{Config, WhenLeft};
use crate::job::Cancel;
use crate::log;
use crate::session::VisitRef;
use crate::sys::waker::Waker;
use crate::ways::Way;

/// How long the program waits for the cleanup of a session when it exits. It takes milliseconds of
/// the one second that is promised (T3, D14), except on a busy machine: there a file is removed
/// late rather than left.
const CLEANUP_TIMEOUT: Duration = Duration::from_secs(3);
/// How long it waits if a client must be stopped. This takes little more than half a second, except
/// on a busy machine: no client is left running to keep within the second (K6). The shipped units
/// allow some seconds more.
const CLIENT_STOP_TIMEOUT: Duration = Duration::from_secs(20);

/// The handle of a session for other threads.
pub struct SessionControl {
    pub(super) cancel: Cancel,
    /// Wakes the thread that waits for the client.
    pub(super) stop: Waker,
    /// Whether the client was started and handed over. From then on it outlives this program,
    /// unless it is to end with it.
    pub(super) has_client: AtomicBool,
    pub(super) log: log::VisitLog,
    pub(super) log_destination: log::LogDestination,
    ends_client: AtomicBool,
}

impl SessionControl {
    pub fn new(config: &Config, visit: VisitRef, way: Way) -> io::Result<Self> {
        Ok(Self {
            cancel: Cancel::new(),
            stop: Waker::new()?,
            has_client: AtomicBool::new(false),
            log: log::VisitLog::new(visit, way),
            log_destination: config.into(),
            ends_client: AtomicBool::new(config.launch.when_left == WhenLeft::End),
        })
    }

    /// Stops the session, with a client that runs already.
    pub(crate) fn cancel(&self) {
        self.cancel.cancel();
        self.end_client();
    }

    /// Stops the client, if it runs.
    pub(crate) fn end_client(&self) {
        self.ends_client.store(true, Ordering::Release);
        self.stop.wake();
    }

    /// Stops the session because the program exits. A client that runs already is stopped or left,
    /// as `launch.when_left` says.
    pub(crate) fn exit(&self) {
        self.cancel.cancel();
        self.stop.wake();
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// The token for work that must give up when the session is cancelled.
    pub fn cancellation(&self) -> &Cancel {
        &self.cancel
    }

    pub(crate) fn exit_timeout(&self) -> Duration {
        if self.has_client.load(Ordering::Acquire) && self.on_stop() == WhenLeft::End {
            CLIENT_STOP_TIMEOUT
        } else {
            CLEANUP_TIMEOUT
        }
    }

    /// Logs that the client is still running, for a session that did not end in time.
    pub(crate) fn log_left_running(&self) {
        if self.has_client.load(Ordering::Acquire) {
            log::with_log(self.log_destination.clone(), || self.log.left_running());
        }
    }

    /// What to do with the client when the session is stopped.
    pub(super) fn on_stop(&self) -> WhenLeft {
        if self.ends_client.load(Ordering::Acquire) {
            WhenLeft::End
        } else {
            WhenLeft::Keep
        }
    }
}
