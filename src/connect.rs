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
mod aside;
mod cancel;
mod causes;
mod delivery;
mod download;
mod folder;
mod launch;
mod process;
mod program;
mod repeated;
mod save;
mod site;
mod sum;
pub mod wire;
mod writing;

pub use cancel::Cancel;
pub use delivery::{Delivery, delivery, wanted};
pub use download::{Download, download};
pub use folder::{list_copies, safe_folder};
pub use launch::{
    Client, Foreground, adopt_orphans, can_run_here, desktop_shell, has_display, has_folder, has_home, has_program, has_wayland,
    variable_of_client,
};
pub use save::{SaveTo, Saved, can_save_into, save, save_folder};
pub use site::has_authorities;

use std::path::PathBuf;
use std::time::Duration;

use crate::config::{Config, Mode, WhenLeft};
use crate::env::Environment;
use crate::failure::{Failure, Fault};
use crate::session::{Places, SessionRequest};
use crate::sum::Sum;

use aside::waited_for;

/// What is wanted: one session, for one visit.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// The desk and this kiosk.
    pub config: &'a Config,
    /// Whom or what the customer asks for.
    pub request: &'a SessionRequest,
    /// What stands in the places of the fixed parameters in this visit.
    pub places: &'a Places,
    /// What becomes of the client.
    pub purpose: Purpose,
    /// What becomes of one that runs when we end, even by SIGKILL.
    pub when_left: WhenLeft,
    /// Whether the client's SHA-256 is wanted. It takes about a second of the processor for two gigabytes.
    pub summed: bool,
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

/// Removes the folders of visits that a crash of this program, or a client that outlived it, left behind.
///
/// Only ours are touched, and only those whose recorded processes, by pid and start time, are dead, and in which nobody
/// stands, or that have been empty and without a record for an hour (D14). To be called before a session too. What a
/// `start --save` left in a folder of its caller's goes with the next one into that folder: no other knows where it was.
pub fn sweep(config: &Config, environment: Environment<'_>) {
    folder::sweep(&folders_of_visits(config, environment), config.kiosk.lockdown);
}

/// As [`sweep`], before a session: waited for, since it makes room, but no longer than the session is wanted (D8).
pub fn sweep_before(order: &Order<'_>) -> Result<(), Stop> {
    let folders = folders_of_visits(order.config, order.environment);
    let locked = order.config.kiosk.lockdown;
    let sweep = move || {
        folder::sweep(&folders, locked);
        Ok(())
    };
    match waited_for(order.cancel, "sweep", sweep, |_| Fault::Internal.into()) {
        Err(Stop::Cancelled) => Err(Stop::Cancelled),
        // Without a thread for it nothing is swept now.
        Ok(()) | Err(Stop::Failed(_)) => Ok(()),
    }
}

/// Where visits leave things behind: wherever they are made, and where a client is saved that was made there.
fn folders_of_visits(config: &Config, environment: Environment<'_>) -> Vec<PathBuf> {
    let saved = (config.launch.mode == Mode::Save).then(|| save_folder(config, environment).ok()).flatten();
    folder::candidates(config, environment).into_iter().chain(saved).collect()
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
