//! The client: the program that the site serves. It comes into a private folder, is checked, and then runs or is saved.
//!
//! ```text
//! site ─ download, writing, sum ─> folder ─ file_type ─┬─> launch ─> the client and its tree of processes
//!                                                      └─> save ──> a file for a person
//! ```

mod download;
pub(crate) mod folder;
mod launch;
mod process;
mod save;
mod sum;
mod writing;

pub use download::{Download, download};
pub use launch::{
    Client, adopt_orphans, can_run_here, desktop_shell, has_display, has_folder, has_home, has_program, has_wayland,
    variable_of_client,
};
pub use save::{SaveTo, Saved, can_save_into, save, save_folder};

use crate::config::Config;
use crate::env::Environment;
use crate::job::Cancel;
use crate::session::{Places, SessionRequest};

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
