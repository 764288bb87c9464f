//! One session, from a `SessionRequest` to a running client, as a stream of stages.
//!
//! ```text
//! SessionRequest ─ wire ─> site (HTTP, TLS, retries) ─ answer ─> download ─> folder ─ file_type ─> launch ─> the client
//!                                        │                           │                             │
//!                                        └──────── Stage, Stage, Stage ... to whoever watches ─────┘
//! ```
//!
//! The screen and `start` both [`run`] it, so that the same fault has the same code everywhere. It knows no screen. It blocks its
//! thread; another thread stops it through a [`SessionControl`].

mod control;
mod delivery;
mod run;
mod slot;

pub use control::SessionControl;
pub use delivery::{delivery, wanted};
pub use run::{Goal, Observer, Outcome, SessionPlan, run};
pub use slot::ClientSlot;

use std::path::PathBuf;

use crate::client::{Order, folder, save_folder};
use crate::config::{Config, Mode};
use crate::env::Environment;
use crate::failure::Fault;
use crate::job::Stop;
use crate::job::aside::waited_for;
pub use crate::sys::lease::TerminalLease;

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
