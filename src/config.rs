//! The config as it is meant: every default filled in, every value within its limits.
//!
//! ```text
//! locate ──> schema (the file as written) ──> check (all problems, with their places) ──> Config (as meant)
//! ```
//!
//! Whoever holds a [`Config`] checks nothing more.

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

/// A whole config, as meant.
#[derive(Clone, Debug)]
pub struct Config {
    /// `[site]`
    pub site: Site,
    /// `[network]`
    pub network: Network,
    /// `[menu]`: the ways that this desk offers, in order.
    pub ways: Vec<Way>,
    /// `[menu]`: which representatives are shown before something is typed.
    pub rep_list: RepListShown,
    /// `[[rep]]`, in the order of the file; ids are unique. Those of `lists` are not among them.
    pub reps: Vec<Rep>,
    /// `[[issue]]`, in the order of the file. Those of `lists` are not among them.
    pub issues: Vec<Issue>,
    /// `[lists]`: the files with more of both, not read yet ([`lists::read`] does).
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
    /// Of the bytes that it was read from.
    pub sum: Sum,
}

impl Config {
    /// The form of one way in one visit.
    pub fn form(&self, way: Way, places: &Places) -> VisitForm {
        let values = self.site.parameters.iter().filter_map(|fixed| fixed.value_with(way, places));
        let bytes: usize = values.map(|value| value.as_str().len()).sum();
        self.survey.form.for_visit(way, places, FixedParameter::BYTES_AT_MOST.saturating_sub(bytes))
    }
}

/// The public site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The desk's name on the screen.
    pub name: Clean,
    /// https, or http on a loopback address; a path prefix ends in `/`; no user, query or fragment.
    pub url: Url,
    /// The words of the request.
    pub dialect: Dialect,
    /// Joined to `url` (a leading `/` is below the prefix).
    pub path: String,
    /// GET, POST, or whichever fits.
    pub method: Method,
    /// `start-session` only.
    pub platform: Option<Clean>,
    /// `session_key.skip_confirm`: whether a request by session key asks the site to skip its own confirmation.
    /// `start-session` only.
    pub skip_confirm: bool,
    /// `[[site.parameter]]`, in the order of the file: no name twice with one way.
    pub parameters: Vec<FixedParameter>,
    /// Visible ASCII.
    pub user_agent: String,
    /// Whom to call, in the desk's own words.
    pub contact: Option<Clean>,
    /// The help desk's page for a device of the customer's own, where the request itself does not fit into a link or a
    /// code. As `url`, but for its path, which is as written, and a query or fragment, which it may have.
    pub handoff_url: Url,
}

/// How the request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET while the whole URL stays within 4,096 bytes, else POST.
    Auto,
    /// Always GET.
    Get,
    /// Always POST, as a form.
    Post,
}

/// What stands between this machine and the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// PEM file of further authorities, as an absolute path or one below the working folder.
    pub ca_file: Option<PathBuf>,
    /// The way to the site, and to whatever host it redirects to: loopback addresses are no exception.
    pub proxy: Proxy,
    /// Hosts, in lower case, that a redirect over https may lead to besides the site's own.
    pub redirect_hosts: Vec<String>,
    /// For one connection, TLS included.
    pub connect_timeout: Duration,
    /// For silence at any point after that.
    pub stall_timeout: Duration,
    /// For one session's download in all.
    pub total_timeout: Duration,
    /// Further tries where no session can have begun (D9).
    pub retries: u32,
}

/// Which representatives are shown before something is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepListShown {
    /// All of them.
    All,
    /// None: a bystander reads no names.
    Search,
}

/// The files of `[lists]`, which another job writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFiles {
    /// More representatives.
    pub reps: Option<ListFile>,
    /// More issues.
    pub issues: Option<ListFile>,
    /// What becomes of a list with a bad row.
    pub bad_rows: BadRows,
    /// A list with fewer rows is refused.
    pub min_rows: usize,
}

/// What becomes of a list with a row that is bad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BadRows {
    /// The others are used.
    #[default]
    Skip,
    /// The list is refused.
    Refuse,
}

/// A file with a list in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFile {
    /// Where it is: absolute, or below the working folder.
    pub path: PathBuf,
    /// How it is written, by the ending of its name.
    pub format: ListFormat,
}

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFormat {
    /// A line of headings, and a line for each entry.
    Csv,
    /// `[[rep]]` or `[[issue]]`, as in the config.
    Toml,
    /// An array of objects.
    Json,
}

impl ListFiles {
    /// The files that are named.
    pub fn iter(&self) -> impl Iterator<Item = &ListFile> {
        self.reps.iter().chain(&self.issues)
    }

    /// Whether no file is named.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

/// The front-end survey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// What its menu lists.
    pub menu: SurveyMenu,
    /// Whether a session may go to whoever is free.
    pub general_queue: bool,
    /// The fields.
    pub form: SurveyForm,
}

/// What the survey's menu lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurveyMenu {
    /// The issues.
    Issues,
    /// The representatives: the site has *Display Reps in Issues Menu* on.
    Reps,
    /// Nothing: straight to the fields.
    None,
}

/// A session, once it runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// In lockdown the client is ended after so long; none: never. Outside lockdown it stands for nothing.
    pub max_time: Option<Duration>,
}

/// Where the client is kept, and what is taken for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// The folder in which each visit's own folder is made; none: the system's.
    pub folder: Option<PathBuf>,
    /// In bytes.
    pub max_size: u64,
    /// The kinds of file that may be a client here.
    pub accept: Vec<Kind>,
}

/// A kind of file that can be a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Linux and other Unixes.
    Elf,
    /// `#!`
    Script,
    /// A desktop entry of Linux that is a shell script too.
    Desktop,
    /// Windows.
    Pe,
    /// Windows Installer.
    Msi,
    /// macOS.
    MachO,
    /// macOS disk image.
    Dmg,
    /// A zip with an app in it.
    Zip,
}

/// What becomes of the client, and how it is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Launch {
    /// Whether it is run here at all.
    pub mode: Mode,
    /// What starts it.
    pub command: LaunchCommand,
    /// The variables that it gets of our environment.
    pub environment: Vec<String>,
    /// Fixed variables, names and values. Each replaces one of the same name from `environment`.
    pub set: Vec<(String, String)>,
    /// Which directory is its `HOME`.
    pub home: ClientHome,
    /// Whether it opens a window.
    pub needs_display: bool,
    /// What becomes of one that runs when its visitor leaves or the line drops.
    pub when_left: WhenLeft,
    /// Whether it is a terminal program: the kiosk's terminal is its own then, for as long as it runs. What it knows of the
    /// terminal's kind it has from `TERM`, where `environment` names that.
    pub foreground: bool,
}

/// The argument list that starts the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaunchCommand {
    /// The client itself, or what its kind needs.
    ByKind,
    /// The operator's, for every kind; `{client}` is replaced by the client's path. Never empty; never given to a shell.
    Fixed(Vec<String>),
}

impl LaunchCommand {
    /// Replaced by the client's path.
    pub const CLIENT: &'static str = "{client}";

    /// The operator's program that runs the client. None where the client runs by itself, or its kind decides.
    pub fn program(&self) -> Option<&str> {
        match self {
            Self::ByKind => None,
            Self::Fixed(arguments) => arguments.first().map(String::as_str).filter(|program| !program.contains(Self::CLIENT)),
        }
    }
}

/// What becomes of the client at this kiosk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is run where it can be, else the customer gets a link.
    Auto,
    /// It is run.
    Run,
    /// It is saved as a file.
    Save,
    /// None is asked for: the customer gets a link.
    Link,
}

/// Which directory is the client's `HOME`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientHome {
    /// A fresh directory for this visit, removed with it.
    Private,
    /// The home directory of the account that runs the kiosk.
    User,
}

/// What becomes of a running client that is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenLeft {
    /// It ends, with its process group.
    End,
    /// It goes on.
    Keep,
}

/// This kiosk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kiosk {
    /// Its name, for staff.
    pub name: Clean,
    /// Whether nobody can leave it who is no staff (K1 to K11): by the file, or by [`Lockdown::Forced`].
    pub lockdown: bool,
    /// After so long without a key the customer is asked; none: never.
    pub idle_warning: Option<Duration>,
    /// After so long without an answer the customer is forgotten.
    pub idle_grace: Duration,
    /// By which staff leave; none: no PIN opens anything.
    pub staff_pin: Option<PinHash>,
}

/// What decides whether a kiosk is locked (K1 to K11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lockdown {
    /// `kiosk.lockdown` does.
    AsConfigured,
    /// How the program was started, `--lockdown` or as a login shell: it is, whatever the file says.
    Forced,
}

/// What it looks like.
#[derive(Clone, Debug)]
pub struct Look {
    /// Colours by meaning.
    pub theme: &'static Theme,
    /// The signs.
    pub glyphs: GlyphChoice,
}

/// Where it is written down how visits went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Log {
    /// In the system's journal, where one runs.
    Journal,
    /// At the end of this file: absolute, or below the working folder.
    File(PathBuf),
    /// Nowhere.
    None,
}

impl Log {
    /// Whether anything is written down.
    pub fn is_kept(&self) -> bool {
        *self != Self::None
    }
}

/// Which signs may be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GlyphChoice {
    /// As the terminal and the locale say.
    Auto,
    /// Always lines and bars of Unicode.
    Unicode,
    /// ASCII alone.
    Ascii,
}
