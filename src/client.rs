//! The client: the program that the site serves. It is downloaded into a private session directory,
//! checked, and then run or saved.
//!
//! ```text
//! site ─> download (writing, sum) ─> folder ─> file_type ─┬─> launch: a process tree
//!                                                         └─> save: a file for a person
//! ```

pub mod download;
mod file_writer;
mod launch;
mod proc;
mod save;
pub(crate) mod session_dir;
mod sum;

pub use download::{Download, download};
pub use launch::{
    RunningClient, adopt_orphans, check_can_run, check_display, check_home, check_program,
    check_session_dir, client_variable, desktop_shell, has_wayland,
};
pub use save::{SaveTo, Saved, check_can_save, save, save_folder};

use crate::config::Config;
use crate::env::Environment;
use crate::job::Cancel;
use crate::session::{Placeholders, SessionRequest};

/// Everything that is needed for one session.
#[derive(Clone, Copy)]
pub struct SessionOptions<'a> {
    pub config: &'a Config,
    /// The customer's request.
    pub request: &'a SessionRequest,
    /// The values of the placeholders in the fixed parameters.
    pub placeholders: &'a Placeholders,
    pub purpose: Purpose,
    /// Whether to compute the client's SHA-256. It takes about a second of CPU time for two
    /// gigabytes.
    pub wants_sum: bool,
    /// Cancels the session.
    pub cancel: &'a Cancel,
    /// The environment of this process: directories, the display, and variables for the client.
    pub environment: Environment<'a>,
}

/// What the client is for. This decides which kinds of file are accepted, and where they must be
/// able to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It runs here: the kinds in `download.accept`, built for this machine.
    Run,
    /// It is saved as a file (`--save`, `launch.mode = "save"`): every known kind of client.
    Save,
}
