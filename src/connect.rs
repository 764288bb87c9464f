//! Runs one session, from a `SessionRequest` to a running client, and reports its stages.
//!
//! ```text
//! SessionRequest ─> site (HTTP, TLS) ─> download ─> folder ─> file_type ─> launch ─> the client
//!                     └───────────── Stage, Stage, ... to an Observer ───────┘
//! ```
//!
//! The screen and `start` both call [`run()`], so that the same fault has the same code everywhere.
//! It does not depend on the screen. It blocks its thread; another thread stops it through a
//! [`SessionControl`].

mod control;
pub mod delivery;
pub mod run;
mod slot;

pub use control::SessionControl;
pub use delivery::{configured_delivery, delivery};
pub use run::{Goal, Observer, Outcome, SessionPlan, run};
pub use slot::ClientSlot;

use std::path::PathBuf;

use crate::client::{SessionOptions, save_folder, session_dir};
use crate::config::{Config, Mode};
use crate::env::Environment;
use crate::failure::Fault;
use crate::job::SessionError;
use crate::job::blocking::wait_blocking;
pub use crate::sys::lease::TerminalLease;

/// Removes stale session directories: those that remain after a crash of this program, or after a
/// client that outlived it.
///
/// Only directories of this account are touched, and only if all processes in the owner record are
/// dead (by id and start time) and no process uses the directory, or if they have been empty and
/// without a record for an hour (D14). Must also be called before each session. What `start --save`
/// left in a directory of its caller is removed by the next save into that directory, because no
/// other start knows of it.
pub fn sweep(config: &Config, environment: Environment<'_>) {
    session_dir::sweep(
        &session_dir_parents(config, environment),
        config.kiosk.lockdown,
    );
}

/// Like [`sweep`], before a session: waits for the result, because it frees disk space, unless the
/// session is cancelled (D8).
pub(crate) fn sweep_before(options: &SessionOptions<'_>) -> Result<(), SessionError> {
    let folders = session_dir_parents(options.config, options.environment);
    let locked = options.config.kiosk.lockdown;
    let sweep = move || {
        session_dir::sweep(&folders, locked);
        Ok(())
    };
    match wait_blocking(options.cancel, "sweep", sweep, |_| Fault::Internal.into()) {
        Err(SessionError::Cancelled) => Err(SessionError::Cancelled),
        // If no thread can be started, this sweep is skipped.
        Ok(()) | Err(SessionError::Failed(_)) => Ok(()),
    }
}

/// The parents of session directories: those for a new session, and the one in which a saved client
/// is created.
fn session_dir_parents(config: &Config, environment: Environment<'_>) -> Vec<PathBuf> {
    let saved = (config.launch.mode == Mode::Save)
        .then(|| save_folder(config, environment).ok())
        .flatten();
    session_dir::candidates(config, environment)
        .into_iter()
        .chain(saved)
        .collect()
}
