//! Where a session has come to, and how its client ended.

use std::time::Duration;

use crate::sum::Sum;

/// Where a session has come to. Holds no key, nothing typed and no query of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A request goes out: one an attempt, and one a redirect that is followed.
    Requesting {
        /// `GET` or `POST`.
        method: &'static str,
        /// `HOST` or `HOST:PORT`.
        host: String,
    },
    /// The site could not be reached, or is busy: the next try comes after this wait.
    Waiting {
        /// How long from now.
        wait: Duration,
    },
    /// Bytes of the client have come: the first time at 0, at most ten times a second, and at the end.
    Downloading {
        /// How many so far.
        bytes: u64,
        /// How many there will be, where the site says so.
        total: Option<u64>,
    },
    /// All bytes are here: what they are is looked at.
    Checking {
        /// Their SHA-256, where it is wanted.
        sum: Option<Sum>,
    },
    /// The client is being started.
    Starting,
    /// The client runs.
    Running {
        /// Its process id.
        pid: u32,
    },
}

/// How a client ended: by its first process, as far as status and signal go, but not before all that this one forked has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Its exit status, unless a signal ended it.
    pub status: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// How long anything of it ran.
    pub after: Duration,
}
