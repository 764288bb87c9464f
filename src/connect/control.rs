//! How other threads stop a session, and what they know of it meanwhile.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::config::{Config, WhenLeft};
use crate::job::Cancel;
use crate::log;
use crate::session::Visit;
use crate::sys::waker::Waker;
use crate::ways::Way;

/// How long a session may take to clean up when the program exits. It takes milliseconds of the second that is promised (T3,
/// D14), except on a busy machine: there a file is removed late rather than left behind.
const CLEANUP_TIMEOUT: Duration = Duration::from_secs(3);
/// How long if it has a client to end. That takes half a second and little more, except on a busy machine: no client is left
/// behind for the sake of the second (K6). The shipped units allow some seconds more.
const CLIENT_STOP_TIMEOUT: Duration = Duration::from_secs(20);

/// One session, for the threads that do not run it.
pub struct SessionControl {
    pub(super) cancel: Cancel,
    /// Wakes the thread that waits for the client.
    pub(super) stop: Waker,
    /// Whether the client was started and handed over: it is no longer ours to remove, unless it ends with us.
    pub(super) has_client: AtomicBool,
    pub(super) log: log::Visit,
    pub(super) log_to: log::Destination,
    ends_client: AtomicBool,
}

impl SessionControl {
    /// A session that is about to start. Fails if the system has no descriptor left.
    pub fn new(config: &Config, visit: Visit, way: Way) -> io::Result<Self> {
        Ok(Self {
            cancel: Cancel::new(),
            stop: Waker::new()?,
            has_client: AtomicBool::new(false),
            log: log::Visit::new(visit, way),
            log_to: config.into(),
            ends_client: AtomicBool::new(config.launch.when_left == WhenLeft::End),
        })
    }

    /// Stops the session; ends a client that runs already.
    pub fn cancel(&self) {
        self.cancel.cancel();
        self.end_client();
    }

    /// Ends the client, if it runs.
    pub fn end_client(&self) {
        self.ends_client.store(true, Ordering::Release);
        self.stop.wake();
    }

    /// Stops the session because the program exits. A client that runs already is ended or left, as `launch.when_left` says.
    pub fn exit(&self) {
        self.cancel.cancel();
        self.stop.wake();
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// What waits for the session has to give up on this wish.
    pub fn cancellation(&self) -> &Cancel {
        &self.cancel
    }

    /// How long the program's exit waits for the session.
    pub fn exit_timeout(&self) -> Duration {
        if self.has_client.load(Ordering::Acquire) && self.on_stop() == WhenLeft::End {
            CLIENT_STOP_TIMEOUT
        } else {
            CLEANUP_TIMEOUT
        }
    }

    /// Writes to the log that the client runs on, for a session that did not end within its time.
    pub fn record_left(&self) {
        if self.has_client.load(Ordering::Acquire) {
            log::during(self.log_to.clone(), || self.log.left());
        }
    }

    /// What becomes of the client when the session is stopped.
    pub(super) fn on_stop(&self) -> WhenLeft {
        if self.ends_client.load(Ordering::Acquire) { WhenLeft::End } else { WhenLeft::Keep }
    }
}
