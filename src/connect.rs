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

mod answer;
mod cancel;
mod causes;
mod delivery;
mod download;
mod folder;
mod launch;
mod process;
mod program;
mod save;
mod site;
pub mod wire;

pub use cancel::Cancel;
pub use delivery::{Delivery, delivery, wanted};
pub use download::{Download, download};
pub use folder::{safe_folder, sweep};
pub use launch::{Client, Foreground, adopt_orphans, can_run_here, has_display, has_folder, has_program};
pub use save::{Saved, Taken, can_save_into, save, save_folder};
pub use site::has_authorities;

use std::ffi::{OsStr, OsString};
use std::time::Duration;

use crate::config::{Config, WhenLeft};
use crate::failure::Failure;
use crate::session::SessionRequest;

/// Our own environment, as `main` read it: the only one that this room knows.
pub type Environment<'a> = &'a [(OsString, OsString)];

/// What is wanted: one session, for one visit.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// The desk and this kiosk.
    pub config: &'a Config,
    /// Whom or what the customer asks for.
    pub request: &'a SessionRequest,
    /// What becomes of the client.
    pub purpose: Purpose,
    /// What becomes of one that runs when we end, even by SIGKILL.
    pub when_left: WhenLeft,
    /// Stops it.
    pub cancel: &'a Cancel,
    /// Where folders, a display and the client's variables are found.
    pub environment: Environment<'a>,
}

/// What becomes of the client once it is here: it decides which kinds of file are taken, and from where they must run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It is run here: what `download.accept` names, made for this machine.
    Run,
    /// It is kept as a file (`--save`, `launch.mode = "save"`): every kind of client that is known.
    Save,
}

fn variable<'a>(environment: Environment<'a>, name: &str) -> Option<&'a OsStr> {
    let found = environment.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_os_str()).filter(|value| !value.is_empty())
}

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
