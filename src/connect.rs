//! One session, from a [`SessionRequest`] to a running client, as a stream of stages.
//!
//! ```text
//! SessionRequest ─ wire ─> site (HTTP, TLS, retries) ─ answer ─> download ─> folder ─ program ─> launch ─> the client
//!                                        │                           │                             │
//!                                        └──────── Stage, Stage, Stage ... to whoever watches ─────┘
//! ```
//!
//! The screen, plain mode and `start` all use it, so that the same fault has the same code everywhere. It knows no screen.
//! It blocks: whoever calls it gives it a thread of its own, and stops it through a [`Cancel`].

use std::time::Duration;

use crate::failure::Failure;

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
    Checking,
    /// The client is being started.
    Starting,
    /// The client runs.
    Running {
        /// Its process id.
        pid: u32,
    },
}

/// How a client ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Its exit status, unless a signal ended it.
    pub status: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// How long it ran.
    pub after: Duration,
}

/// Why a session came to no client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The customer, or whoever held the [`Cancel`], wanted no more of it.
    Cancelled,
    /// It failed.
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
