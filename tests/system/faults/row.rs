//! One behaviour of a site or a machine, and what has to come of it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use support_kiosk::client::Saved;
use support_kiosk::config::{Config, LogConfig, WhenLeft, from_text};
use support_kiosk::connect::{
    ClientSlot, Goal, Observer, Outcome, SessionControl, SessionPlan, TerminalLease, run,
};
use support_kiosk::failure::Fault;
use support_kiosk::job::SessionError;
use support_kiosk::session::{Placeholders, SessionRequest, Stage};

use crate::support::fixture::Fixture;
use crate::support::order::{by_key, by_rep};
use crate::support::site::{Act, Received, Script, Site};

/// A client that leaves a mark: whether anything ran is never guessed.
pub const GOOD: &str = "#!/bin/sh\n: > \"$MARK\"\n";

/// One behaviour.
pub struct Row {
    pub name: String,
    place: Place,
    pub way: Way,
    /// Keys of the config, dotted, and their values in TOML: over those that every row has.
    settings: Vec<(&'static str, String)>,
    /// Of the environment, besides what every row has.
    variables: Vec<(&'static str, &'static str)>,
    /// None: a good client that runs.
    pub expected: Option<Fault>,
}

/// Where the request goes.
#[derive(Clone)]
pub enum Place {
    /// Something that is no site of ours.
    Address(String),
    /// A site that does as it is told.
    Site(Option<Arc<ServerConfig>>, Arc<Script>),
}

/// How the session is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Rep,
    Key,
}

/// A row by a site that answers each request with the same acts.
pub fn acts(name: impl Into<String>, acts: Vec<Act>, expected: impl Into<Option<Fault>>) -> Row {
    scripted(name, move |_, _| acts.clone(), expected)
}

/// A row by a site that sends these bytes and closes.
pub fn sends(
    name: impl Into<String>,
    bytes: impl Into<Vec<u8>>,
    expected: impl Into<Option<Fault>>,
) -> Row {
    acts(name, vec![Act::Send(bytes.into())], expected)
}

/// A row by a site that tells one request from another.
pub fn scripted(
    name: impl Into<String>,
    script: impl Fn(usize, &Received) -> Vec<Act> + Send + Sync + 'static,
    expected: impl Into<Option<Fault>>,
) -> Row {
    Row::new(name, Place::Site(None, Arc::new(script)), expected)
}

/// A row by an address at which no site of ours is.
pub fn at(
    name: impl Into<String>,
    url: impl Into<String>,
    expected: impl Into<Option<Fault>>,
) -> Row {
    Row::new(name, Place::Address(url.into()), expected)
}

impl Row {
    fn new(name: impl Into<String>, place: Place, expected: impl Into<Option<Fault>>) -> Self {
        let (settings, variables) = (Vec::new(), Vec::new());
        Self {
            name: name.into(),
            place,
            way: Way::Rep,
            settings,
            variables,
            expected: expected.into(),
        }
    }

    /// By session key.
    pub fn by_key(mut self) -> Self {
        self.way = Way::Key;
        self
    }

    /// By TLS.
    pub fn over(mut self, tls: Arc<ServerConfig>) -> Self {
        if let Place::Site(by, _) = &mut self.place {
            *by = Some(tls);
        }
        self
    }

    /// With a key of the config.
    pub fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.settings.push((key, value.into()));
        self
    }

    /// With a variable of the environment.
    pub fn variable(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.push((name, value));
        self
    }

    /// With a site that may be silent for a moment only.
    pub fn impatient(self) -> Self {
        self.with("network.stall_timeout", "\"400ms\"")
    }

    /// With a site that may be silent for longer than any test takes.
    pub fn patient(self) -> Self {
        self.with("network.stall_timeout", "\"45s\"")
            .with("network.total_timeout", "\"90s\"")
    }

    /// What its site does, if it is one of ours.
    pub fn script(&self) -> Option<Arc<Script>> {
        match &self.place {
            Place::Address(_) => None,
            Place::Site(_, script) => Some(Arc::clone(script)),
        }
    }

    /// The same, but for what the site does.
    pub fn acted_by(&self, script: Arc<Script>) -> Self {
        let place = match &self.place {
            Place::Address(url) => Place::Address(url.clone()),
            Place::Site(tls, _) => Place::Site(tls.clone(), script),
        };
        let (name, settings, variables) = (
            self.name.clone(),
            self.settings.clone(),
            self.variables.clone(),
        );
        Self {
            name,
            place,
            way: self.way,
            settings,
            variables,
            expected: self.expected,
        }
    }

    /// The exit status of `start`.
    pub fn exit(&self) -> u8 {
        self.expected.map_or(0, |fault| fault.exit() as u8)
    }
}

/// A desk that a row is tried at: its site, its config, and all that could be left behind.
pub struct Trial {
    folder: Fixture,
    pub site: Option<Site>,
    text: String,
    way: Way,
    variables: Vec<(&'static str, &'static str)>,
    pub control: Arc<SessionControl>,
}

/// As the config is meant, but that the client ends with its session and nothing is written to a
/// log.
fn meant(text: &str, file: &Path) -> Config {
    let mut config =
        from_text(text, file).unwrap_or_else(|problems| panic!("{problems}\nin\n{text}"));
    config.launch.when_left = WhenLeft::End;
    config.log = LogConfig::None;
    config
}

/// A session without a terminal to lend.
struct Unobserved;

impl Observer for Unobserved {
    fn stage(&mut self, _: Stage) {}

    fn saved(&mut self, _: Saved) -> Result<(), SessionError> {
        Ok(())
    }

    fn lend_terminal(&mut self) -> Result<Option<Arc<TerminalLease>>, SessionError> {
        Ok(None)
    }

    fn take_terminal_back(&mut self) {}
}

/// How a trial ended.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// The client ran.
    Ran,
    Cancelled,
    Failed(Fault),
}

impl Trial {
    pub fn of(row: &Row) -> Self {
        let folder = Fixture::new();
        let site = match &row.place {
            Place::Address(_) => None,
            Place::Site(tls, script) => Some(Site::with(tls.clone(), Arc::clone(script))),
        };
        let url = match (&row.place, &site) {
            (Place::Address(url), _) => url.clone(),
            (Place::Site(..), site) => site.as_ref().map(Site::url).unwrap_or_default(),
        };
        let mut keys = vec![
            ("site.url", format!("\"{url}\"")),
            ("network.connect_timeout", "\"20s\"".to_owned()),
            ("network.stall_timeout", "\"45s\"".to_owned()),
            ("network.total_timeout", "\"90s\"".to_owned()),
            ("network.retries", "0".to_owned()),
            ("download.folder", "\"downloads\"".to_owned()),
            ("download.max_size", "\"1 MiB\"".to_owned()),
            ("download.accept", "[\"elf\", \"script\"]".to_owned()),
            ("launch.needs_display", "false".to_owned()),
            ("launch.environment", "[\"MARK\"]".to_owned()),
        ];
        for (key, value) in &row.settings {
            keys.retain(|(known, _)| known != key);
            keys.push((key, value.clone()));
        }
        let lines: Vec<String> = keys
            .iter()
            .map(|(key, value)| format!("{key} = {value}"))
            .collect();
        let text = lines.join("\n") + "\n[[rep]]\nid = 12\nname = \"Dana Whitfield\"\n";
        let config = meant(&text, &folder.config());
        let control = SessionControl::new(
            &config,
            support_kiosk::host::new_visit(),
            support_kiosk::ways::Way::Rep,
        )
        .expect("a pipe");
        Self {
            folder,
            site,
            text,
            way: row.way,
            variables: row.variables.clone(),
            control: Arc::new(control),
        }
    }

    /// All that the kiosk and its client are told by the environment.
    pub fn environment(&self) -> Vec<(OsString, OsString)> {
        let variables = self
            .variables
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        variables
            .chain([("MARK".into(), self.mark().into())])
            .collect()
    }

    /// Runs the session as the screen does.
    pub fn run(&self) -> End {
        let (environment, request) = (self.environment(), self.request());
        let plan = SessionPlan {
            config: &self.meant(),
            environment: &environment,
            request: &request,
            placeholders: &Placeholders::default(),
            goal: Goal::Run,
            wants_sum: false,
            slot: &ClientSlot::default(),
        };
        match run(&plan, &self.control, &mut Unobserved) {
            Ok(Outcome::Ended(_, None)) => End::Ran,
            Ok(Outcome::Ended(_, Some(failure))) | Err(SessionError::Failed(failure)) => {
                End::Failed(failure.fault)
            }
            Ok(outcome @ (Outcome::Saved | Outcome::LeftRunning)) => panic!("{outcome:?}"),
            Err(SessionError::Cancelled) => End::Cancelled,
        }
    }

    fn meant(&self) -> Config {
        meant(&self.text, &self.config())
    }

    fn request(&self) -> SessionRequest {
        match self.way {
            Way::Rep => by_rep(),
            Way::Key => by_key(),
        }
    }

    /// The config as a file.
    pub fn config(&self) -> PathBuf {
        self.folder.config()
    }

    /// Where clients are kept unless a row says otherwise.
    pub fn clients(&self) -> PathBuf {
        self.folder.downloads()
    }

    pub fn write_config(&self) {
        self.folder.write_config(&self.text);
    }

    /// What a client makes that has run.
    pub fn mark(&self) -> PathBuf {
        self.folder.path().join("ran")
    }

    /// Why this may not be: a file that is left, or something that ran without being the good
    /// client.
    pub fn traces(&self, end: &End) -> Option<String> {
        let left = self.folder.left();
        if !left.is_empty() {
            return Some(format!("left behind: {left:?}"));
        }
        (self.mark().exists() != (*end == End::Ran))
            .then(|| format!("ran: {}", self.mark().exists()))
    }
}
