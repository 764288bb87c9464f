//! The validated config: every default is filled in and every value is within its limits.
//!
//! ```text
//! locate ──> schema (the file as written) ──> check (all problems, with places) ──> Config
//! ```
//!
//! Code that has a [`Config`] does not check values again.

pub(crate) mod ca_file;
mod client;
mod decode;
mod diagnostics;
pub(crate) mod dialect;
mod list_files;
pub mod lists;
mod locate;
mod proxy;
mod read;
mod schema;
mod site;
mod source;
mod validate;

pub use client::{
    ClientHome, DownloadConfig, FileKind, LaunchCommand, LaunchConfig, Mode, WhenLeft,
};
pub(crate) use diagnostics::ConfigErrors;
pub use dialect::Dialect;
pub use list_files::{BadRows, ListFile, ListFiles, ListFormat};
pub use locate::{locate, locate_in_lockdown};
pub use proxy::{Proxy, ProxyAddress};
pub use read::{check_named_files, load};
pub use site::{Method, NetworkConfig, SiteConfig};
pub use source::ConfigSource;
pub use validate::{from_text, out_of_service};

use std::path::PathBuf;
use std::time::Duration;

use crate::clean::Clean;
use crate::pin::PinHash;
use crate::session::{FixedParameter, Issue, Placeholders, Rep, SurveyForm, VisitForm};
use crate::sum::Sha256Sum;
use crate::theme::Theme;
use crate::ways::{CodeRules, CodeWay, Way};

#[derive(Clone, Debug)]
pub struct Config {
    /// `[site]`
    pub site: SiteConfig,
    /// `[network]`
    pub network: NetworkConfig,
    /// `[menu]`: the ways that the help desk offers, in order.
    pub ways: Vec<Way>,
    /// `[menu]`: which representatives are shown before the customer types.
    pub rep_list: RepListShown,
    /// `[[rep]]`, in file order, with unique ids. Those of `lists` are not included.
    pub reps: Vec<Rep>,
    /// `[[issue]]`, in file order. Those of `lists` are not included.
    pub issues: Vec<Issue>,
    /// `[lists]`: files with more representatives and issues. [`lists::read`] reads them.
    pub lists: ListFiles,
    /// `[session_key]` and its like, for each way whose section is there.
    pub codes: Vec<(&'static CodeWay, CodeRules)>,
    /// `[survey]`
    pub survey: SurveyConfig,
    /// `[session]`
    pub session: SessionConfig,
    /// `[download]`
    pub download: DownloadConfig,
    /// `[launch]`
    pub launch: LaunchConfig,
    /// `[kiosk]`
    pub kiosk: KioskConfig,
    /// `[look]`
    pub look: LookConfig,
    /// `[log]`
    pub log: LogConfig,
    /// The SHA-256 of the file as it was read.
    pub sum: Sha256Sum,
}

impl Config {
    pub fn code_rules(&self, way: &'static CodeWay) -> &CodeRules {
        self.codes
            .iter()
            .find(|(known, _)| *known == way)
            .map_or(&way.rules, |(_, rules)| rules)
    }

    /// The survey form of one way in one visit.
    pub(crate) fn form(&self, way: Way, placeholders: &Placeholders) -> VisitForm {
        let values = self
            .site
            .parameters
            .iter()
            .filter_map(|fixed| fixed.value_for(way, placeholders));
        let bytes: usize = values.map(|value| value.as_str().len()).sum();
        self.survey.form.for_visit(
            way,
            placeholders,
            FixedParameter::MAX_BYTES.saturating_sub(bytes),
        )
    }
}

/// Which representatives are shown before the customer types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepListShown {
    All,
    /// None, so that a bystander can't read any names.
    Search,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyConfig {
    pub menu: SurveyMenu,
    /// Whether a session may go to any free representative.
    pub general_queue: bool,
    pub form: SurveyForm,
}

/// What the survey's menu lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurveyMenu {
    Issues,
    /// The representatives: on the site, *Display Reps in Issues Menu* is on.
    Reps,
    /// Nothing: the survey starts with the fields.
    None,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionConfig {
    /// In lockdown the client is ended after this time. `None`: never. Ignored outside lockdown.
    pub(crate) max_time: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KioskConfig {
    /// Shown to staff.
    pub name: Clean,
    /// Whether only staff can leave the kiosk (K1 to K11): by the file, or by [`Lockdown::Forced`].
    pub lockdown: bool,
    /// The idle time after which the customer is asked "still there?". `None`: never.
    pub idle_warning: Option<Duration>,
    /// How long the question waits for an answer before the customer's data is erased.
    pub idle_grace: Duration,
    /// The PIN with which staff leave. `None`: no PIN works.
    pub staff_pin: Option<PinHash>,
}

/// What decides whether a kiosk is locked (K1 to K11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lockdown {
    /// The file: `kiosk.lockdown`.
    AsConfigured,
    /// Always locked, whatever the file says: the program was started with `--lockdown` or as a
    /// login shell.
    Forced,
}

#[derive(Clone, Debug)]
pub struct LookConfig {
    pub theme: &'static Theme,
    pub glyphs: GlyphChoice,
}

/// Where the log of visits goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogConfig {
    /// The systemd journal, if it runs.
    Journal,
    /// This file, absolute or relative to the working directory. Events are appended.
    File(PathBuf),
    None,
}

impl LogConfig {
    /// Whether a log is written.
    pub(crate) fn is_kept(&self) -> bool {
        *self != Self::None
    }
}

/// Which symbols may be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GlyphChoice {
    /// As the terminal and the locale allow.
    Auto,
    /// Always Unicode lines and bars.
    Unicode,
    /// Only ASCII.
    Ascii,
}
