//! The validated config: every default is filled in and every value is within its limits.
//!
//! ```text
//! locate ──> schema (the file as written) ──> check (all problems, with places) ──> Config
//! ```
//!
//! Code that has a [`Config`] does not check values again.

pub mod ca_file;
mod check;
pub mod dialect;
mod later;
pub mod lists;
mod locate;
mod problem;
mod proxy;
mod read;
mod schema;
mod shape;
mod source;

pub use check::{from_text, out_of_service};
pub use dialect::Dialect;
pub use locate::{locate, locate_in_lockdown};
pub use problem::{Place, Problem, Problems};
pub use proxy::{Proxy, ProxyAddress};
pub use read::{check_named_files, load};
pub use source::Source;

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::clean::Clean;
use crate::pin::PinHash;
use crate::session::{FixedParameter, Issue, KeyRules, Places, Rep, SurveyForm, VisitForm, Way};
use crate::sum::Sum;
use crate::theme::Theme;

#[derive(Clone, Debug)]
pub struct Config {
    /// `[site]`
    pub site: Site,
    /// `[network]`
    pub network: Network,
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
    /// `[session_key]`
    pub session_key: KeyRules,
    /// `[survey]`
    pub survey: Survey,
    /// `[session]`
    pub session: Session,
    /// `[download]`
    pub download: Download,
    /// `[launch]`
    pub launch: Launch,
    /// `[kiosk]`
    pub kiosk: Kiosk,
    /// `[look]`
    pub look: Look,
    /// `[log]`
    pub log: Log,
    /// The SHA-256 of the file as it was read.
    pub sum: Sum,
}

impl Config {
    /// The survey form of one way in one visit.
    pub fn form(&self, way: Way, places: &Places) -> VisitForm {
        let values = self.site.parameters.iter().filter_map(|fixed| fixed.value_with(way, places));
        let bytes: usize = values.map(|value| value.as_str().len()).sum();
        self.survey.form.for_visit(way, places, FixedParameter::BYTES_AT_MOST.saturating_sub(bytes))
    }
}

/// The public site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The help desk's name on the screen.
    pub name: Clean,
    /// https, or http on a loopback address. A path prefix ends in `/`. No user, query or fragment.
    pub url: Url,
    /// The parameter names of the request.
    pub dialect: Dialect,
    /// Joined to `url`. A leading `/` is relative to the prefix.
    pub path: String,
    pub method: Method,
    /// `start-session` only.
    pub platform: Option<Clean>,
    /// `session_key.skip_confirm`: whether a request by session key asks the site to skip its own
    /// confirmation. `start-session` only.
    pub skip_confirm: bool,
    /// `[[site.parameter]]`, in file order. No name occurs twice with one way.
    pub parameters: Vec<FixedParameter>,
    /// Visible ASCII.
    pub user_agent: String,
    /// Whom to call, in the operator's words.
    pub contact: Option<Clean>,
    /// The help desk's page for a customer's own device, shown if the request itself does not fit
    /// into a link or a code. Like `url`, but the path is as written, and a query or fragment is
    /// allowed.
    pub handoff_url: Url,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET while the whole URL is at most 4,096 bytes, else POST.
    Auto,
    /// Always GET.
    Get,
    /// Always POST, as a form.
    Post,
}

/// The connection to the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// A PEM file with additional certificate authorities: an absolute path, or one relative to the
    /// working directory.
    pub ca_file: Option<PathBuf>,
    /// How the site and its redirect targets are reached, including loopback addresses.
    pub proxy: Proxy,
    /// Hosts, in lower case, that an https redirect may lead to in addition to the site's own.
    pub redirect_hosts: Vec<String>,
    /// For one connection, including TLS.
    pub connect_timeout: Duration,
    /// For a silence at any later point.
    pub stall_timeout: Duration,
    /// For the whole download of one session.
    pub total_timeout: Duration,
    /// How many more attempts are made if no session can have started yet (D9).
    pub retries: u32,
}

/// Which representatives are shown before the customer types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepListShown {
    All,
    /// None, so that a bystander can't read any names.
    Search,
}

/// The files of `[lists]`, which an external job writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFiles {
    pub reps: Option<ListFile>,
    pub issues: Option<ListFile>,
    /// How a list with bad rows is treated.
    pub bad_rows: BadRows,
    /// A list with fewer rows is rejected.
    pub min_rows: usize,
}

/// How a list with bad rows is treated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BadRows {
    /// The good rows are used.
    #[default]
    Skip,
    /// The list is rejected.
    Refuse,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFile {
    /// Absolute, or relative to the working directory.
    pub path: PathBuf,
    /// By the file name's extension.
    pub format: ListFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFormat {
    /// A header line, and a line for each entry.
    Csv,
    /// `[[rep]]` or `[[issue]]`, as in the config.
    Toml,
    /// An array of objects.
    Json,
}

impl ListFiles {
    /// The configured files.
    pub fn iter(&self) -> impl Iterator<Item = &ListFile> {
        self.reps.iter().chain(&self.issues)
    }

    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
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
pub struct Session {
    /// In lockdown the client is ended after this time. `None`: never. Ignored outside lockdown.
    pub max_time: Option<Duration>,
}

/// Where the client is stored, and which files are accepted as a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// The directory in which each visit's own directory is created. `None`: the system's.
    pub folder: Option<PathBuf>,
    /// In bytes.
    pub max_size: u64,
    /// The file kinds that are accepted as a client.
    pub accept: Vec<Kind>,
}

/// A kind of file that can be a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Linux and other Unixes.
    Elf,
    /// `#!`
    Script,
    /// A Linux desktop entry that is also a shell script.
    Desktop,
    /// Windows.
    Pe,
    /// Windows Installer.
    Msi,
    /// macOS.
    MachO,
    /// macOS disk image.
    Dmg,
    /// A zip archive with an app in it.
    Zip,
}

/// How the client is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Launch {
    pub mode: Mode,
    pub command: LaunchCommand,
    /// The environment variables that are passed on to the client.
    pub environment: Vec<String>,
    /// Fixed variables: names and values. Each replaces one of the same name from `environment`.
    pub set: Vec<(String, String)>,
    pub home: ClientHome,
    pub needs_display: bool,
    /// What happens to a running client when the customer leaves or the connection drops.
    pub when_left: WhenLeft,
    /// Whether it is a terminal program, which uses the kiosk's terminal while it runs. It gets the
    /// terminal type from `TERM`, if `environment` lists that.
    pub foreground: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaunchCommand {
    /// The client itself, or the interpreter that its kind needs.
    ByKind,
    /// A fixed command for every kind. `{client}` is replaced by the client's path. Never empty;
    /// never passed to a shell.
    Fixed(Vec<String>),
}

impl LaunchCommand {
    pub const CLIENT: &'static str = "{client}";

    /// The operator's program that runs the client. `None` if the client runs by itself or by kind.
    pub fn program(&self) -> Option<&str> {
        match self {
            Self::ByKind => None,
            Self::Fixed(arguments) => arguments.first().map(String::as_str).filter(|program| !program.contains(Self::CLIENT)),
        }
    }
}

/// What a session at this kiosk results in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Runs the client if possible; otherwise the customer gets a link.
    Auto,
    /// Runs the client.
    Run,
    /// Saves the client as a file.
    Save,
    /// No client is requested: the customer gets a link.
    Link,
}

/// The client's `HOME` directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientHome {
    /// A new directory for this visit, removed at its end.
    Private,
    /// The home directory of the account that runs the kiosk.
    User,
}

/// What happens to a running client when the customer leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenLeft {
    /// The client is ended, with its process group.
    End,
    /// It continues.
    Keep,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kiosk {
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
pub struct Look {
    pub theme: &'static Theme,
    pub glyphs: GlyphChoice,
}

/// Where the log of visits goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Log {
    /// The systemd journal, if it runs.
    Journal,
    /// This file, absolute or relative to the working directory. Events are appended.
    File(PathBuf),
    None,
}

impl Log {
    /// Whether a log is written.
    pub fn is_kept(&self) -> bool {
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
