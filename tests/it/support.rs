//! What the tests share: a config as meant, a desk to order from, and a site that does as it is told.

pub(crate) mod site;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use support_kiosk::clean::Clean;
use support_kiosk::config::{
    Config, Dialect, Download as DownloadRules, GlyphChoice, Kind, Kiosk, Launch, Look, Method, Network, Site, Survey,
    SurveyMenu, Way,
};
use support_kiosk::connect::{Cancel, Download, Order, Purpose, Stage, Stop, download};
use support_kiosk::failure::{Failure, Fault};
use support_kiosk::session::{Id, KeyLength, SessionKey, SessionRequest, SurveyForm};
use support_kiosk::theme;
use tempfile::TempDir;

/// A client that ends at once.
pub(crate) const SCRIPT: &str = "#!/bin/sh\nexit 0\n";
/// The key that no output may ever hold.
pub(crate) const KEY: &str = "4710938";

/// A line of clean text.
pub(crate) fn clean(text: &str) -> Clean {
    Clean::line(text).expect("clean text")
}

/// A request by the session key [`KEY`].
pub(crate) fn by_key() -> SessionRequest {
    SessionRequest::Key(SessionKey::read(KEY, KeyLength::default()).expect("a key"))
}

/// A request for one representative.
pub(crate) fn by_rep() -> SessionRequest {
    SessionRequest::Rep { id: Id::new(12).expect("an id"), name: clean("Dana Whitfield") }
}

/// The config of a desk at `url` that keeps its clients in `folder`; everything else is as by default, but with short times.
pub(crate) fn config(url: &str, folder: &Path) -> Config {
    Config {
        site: Site {
            name: clean("Example IT Help Desk"),
            url: url.parse().expect("a URL"),
            dialect: Dialect::Connector,
            path: "/download_customer_connector.ns".to_owned(),
            method: Method::Auto,
            platform: None,
            user_agent: "support-kiosk/0 (test)".to_owned(),
            contact: None,
        },
        network: Network {
            ca_file: None,
            redirect_hosts: Vec::new(),
            connect_timeout: Duration::from_secs(20),
            stall_timeout: Duration::from_secs(20),
            total_timeout: Duration::from_secs(60),
            retries: 0,
        },
        ways: vec![Way::Rep, Way::Key, Way::Survey],
        reps: Vec::new(),
        issues: Vec::new(),
        session_key: KeyLength::default(),
        survey: Survey { menu: SurveyMenu::Issues, general_queue: true, form: SurveyForm::default() },
        download: DownloadRules {
            folder: Some(folder.to_owned()),
            max_size: 10 * 1024 * 1024,
            accept: vec![Kind::Elf, Kind::Script],
        },
        launch: Launch { command: vec!["{client}".to_owned()], environment: Vec::new(), needs_display: false },
        kiosk: Kiosk { name: clean("b12-3"), idle_warning: None, idle_grace: Duration::from_secs(30) },
        look: Look { theme: theme::named("midnight").expect("a theme"), glyphs: GlyphChoice::Auto },
    }
}

/// A desk to order a session from, with a folder of its own.
pub(crate) struct Desk {
    pub(crate) config: Config,
    pub(crate) cancel: Cancel,
    pub(crate) purpose: Purpose,
    pub(crate) environment: Vec<(OsString, OsString)>,
    pub(crate) folder: TempDir,
}

/// How an order went: its outcome and the stages that it passed.
pub(crate) struct Outcome {
    pub(crate) result: Result<Download, Stop>,
    pub(crate) stages: Vec<Stage>,
}

impl Desk {
    pub(crate) fn at(url: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = config(url, folder.path());
        Self { config, cancel: Cancel::new(), purpose: Purpose::Run, environment: Vec::new(), folder }
    }

    pub(crate) fn order<'a>(&'a self, request: &'a SessionRequest) -> Order<'a> {
        Order { config: &self.config, request, purpose: self.purpose, cancel: &self.cancel, environment: &self.environment }
    }

    pub(crate) fn download(&self, request: &SessionRequest) -> Outcome {
        let mut stages = Vec::new();
        let result = download(&self.order(request), &mut |stage| stages.push(stage));
        Outcome { result, stages }
    }

    /// Orders, and cancels from another thread once a stage that `is_time` for has come. Gives the outcome, and how long
    /// after the cancel it came.
    pub(crate) fn cancel_at(&self, request: &SessionRequest, is_time: fn(&Stage) -> bool) -> (Outcome, Duration) {
        let (tell, told) = mpsc::channel();
        let cancel = self.cancel.clone();
        let watcher = std::thread::spawn(move || {
            told.iter().find(is_time).expect("the stage never came");
            let at = Instant::now();
            cancel.cancel();
            at
        });
        let mut stages = Vec::new();
        let result = download(&self.order(request), &mut |stage: Stage| {
            stages.push(stage.clone());
            let _ = tell.send(stage);
        });
        drop(tell);
        let ended = Instant::now();
        let cancelled = watcher.join().expect("the cancel");
        (Outcome { result, stages }, ended.duration_since(cancelled))
    }

    /// Everything that is in the folder now.
    pub(crate) fn left(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.folder.path()).expect("the folder");
        entries.map(|entry| entry.expect("an entry").path()).collect()
    }

    /// Orders, and expects this failure, nothing left behind and no secret in any output.
    pub(crate) fn fails(&self, request: &SessionRequest, fault: Fault, case: &str) -> Failure {
        let outcome = self.download(request);
        let Err(Stop::Failed(failure)) = &outcome.result else {
            panic!("{case}: expected {fault:?}, stages {:?}, stop {:?}", outcome.stages, outcome.result.err());
        };
        assert_eq!(failure.fault, fault, "{case}: {failure:?}, stages {:?}", outcome.stages);
        let told = format!("{failure} {failure:?} {:?}", outcome.stages);
        assert!(!told.contains(KEY) && !told.contains('?'), "{case}: a secret is told: {told}");
        assert_eq!(self.left(), Vec::<PathBuf>::new(), "{case}: something was left");
        failure.clone()
    }
}

impl Outcome {
    /// The client, or a panic that says all.
    pub(crate) fn client(self, case: &str) -> Download {
        self.result.unwrap_or_else(|stop| panic!("{case}: {stop:?}, stages {:?}", self.stages))
    }
}
