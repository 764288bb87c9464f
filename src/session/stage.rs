//! The progress of a session, and how its client exited.

use std::time::Duration;

use crate::sum::Sha256Sum;

/// The stage that a session has reached. Contains no key, typed text or URL query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A request is being sent. Each attempt and each redirect sends one.
    Requesting {
        /// `GET` or `POST`.
        method: &'static str,
        /// `HOST` or `HOST:PORT`.
        host: String,
    },
    /// The site could not be reached or is busy. The next attempt follows after this wait.
    Waiting { wait: Duration },
    /// Bytes of the client have arrived. Reported first with 0 bytes, then at most ten times a
    /// second, and at the end.
    Downloading {
        /// How many so far.
        bytes: u64,
        /// How many there will be, if the site reports that.
        total: Option<u64>,
    },
    /// The download is complete and is being examined.
    Checking {
        /// Its SHA-256, if requested.
        sum: Option<Sha256Sum>,
    },
    /// The client is being started.
    Starting,
    /// The client is running.
    Running {
        /// Its process id.
        pid: u32,
    },
}

/// How a client exited. Status and signal are those of its first process; the others that it forked
/// have exited too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientExit {
    /// Its exit status, unless a signal ended it.
    pub status: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// How long any of its processes ran.
    pub after: Duration,
}
