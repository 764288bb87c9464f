//! A desk to order sessions from, as the shell and `start` do.

use std::ffi::OsString;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use support_kiosk::clean::Clean;
use support_kiosk::client::{Download, Purpose, RunningClient, SessionOptions, download};
use support_kiosk::config::{self, Config};
use support_kiosk::failure::{Failure, Fault};
use support_kiosk::job::{Cancel, SessionError};
use support_kiosk::session::{
    ClientExit, CustomerDetails, Id, Placeholders, SessionRequest, Stage,
};
use support_kiosk::ways;
use tempfile::TempDir;

/// A client that ends at once.
pub const SCRIPT: &str = "#!/bin/sh\nexit 0\n";
/// The key that no output may ever hold.
pub const KEY: &str = "4710938";

/// A line of clean text.
pub fn clean(text: &str) -> Clean {
    Clean::line(text).expect("clean text")
}

/// A request by the session key [`KEY`].
pub fn by_key() -> SessionRequest {
    by_key_with(CustomerDetails::default())
}

/// A request for one representative.
pub fn by_rep() -> SessionRequest {
    by_rep_with(CustomerDetails::default())
}

/// A request by the session key [`KEY`], and what goes with it.
pub fn by_key_with(details: CustomerDetails) -> SessionRequest {
    by_code_with("key", KEY, details)
}

/// A request by a code of the way with this word, and what goes with it.
pub fn by_code_with(word: &str, code: &str, details: CustomerDetails) -> SessionRequest {
    let way = ways::codes()
        .find(|way| way.name == word)
        .expect("a way with a code");
    SessionRequest::Code {
        code: way.parse(code, &way.rules).expect("a code"),
        details,
    }
}

/// A request for one representative, and what goes with it.
pub fn by_rep_with(details: CustomerDetails) -> SessionRequest {
    SessionRequest::Rep {
        id: Id::new(12).expect("an id"),
        name: clean("Dana Whitfield"),
        details,
    }
}

/// The config of a desk at `url` that keeps its clients in `folder`; everything else is as by
/// default, but with short times.
pub fn config(url: &str, folder: &Path) -> Config {
    let text = format!(
        "[site]\nurl = \"https://localhost\"\nuser_agent = \"support-kiosk/0 (test)\"\n\
         [network]\nconnect_timeout = \"20s\"\ntotal_timeout = \"60s\"\nretries = 0\n\
         [download]\nfolder = \"{}\"\nmax_size = \"10 MiB\"\naccept = [\"elf\", \"script\", \"desktop\"]\n\
         [launch]\nneeds_display = false\nhome = \"private\"\nenvironment = []\n[kiosk]\nname = \"b12-3\"\n",
        folder.display()
    );
    let mut config = config::from_text(&text, "kiosk.toml".as_ref())
        .unwrap_or_else(|problems| panic!("{problems}"));
    // Set behind the check's back: a name that does not exist is asked by plain http too.
    config.site.url = url.parse().expect("a URL");
    config
}

/// A desk to order a session from, with a folder of its own.
pub struct Desk {
    pub config: Config,
    pub places: Placeholders,
    pub cancel: Cancel,
    pub purpose: Purpose,
    pub summed: bool,
    pub environment: Vec<(OsString, OsString)>,
    pub folder: TempDir,
}

/// How a client ended that nobody stops.
pub fn ended(client: RunningClient) -> (ClientExit, Option<Failure>) {
    let (stop, _never) = UnixStream::pair().expect("sockets");
    client
        .wait(stop.as_fd(), || {}, || unreachable!("nobody stops it"))
        .expect("it was waited for")
}

/// How an order went: its outcome and the stages that it passed.
pub struct Outcome {
    pub result: Result<Download, SessionError>,
    pub stages: Vec<Stage>,
}

impl Desk {
    pub fn at(url: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = config(url, folder.path());
        Self {
            config,
            places: Placeholders::default(),
            cancel: Cancel::new(),
            purpose: Purpose::Run,
            summed: false,
            environment: Vec::new(),
            folder,
        }
    }

    pub fn order<'a>(&'a self, request: &'a SessionRequest) -> SessionOptions<'a> {
        SessionOptions {
            config: &self.config,
            request,
            placeholders: &self.places,
            purpose: self.purpose,
            wants_sum: self.summed,
            cancel: &self.cancel,
            environment: &self.environment,
        }
    }

    pub fn download(&self, request: &SessionRequest) -> Outcome {
        let mut stages = Vec::new();
        let result = download(&self.order(request), &mut |stage| stages.push(stage));
        Outcome { result, stages }
    }

    /// Orders, and cancels from another thread once a stage that `is_time` for has come. Gives the
    /// outcome, and how long after the cancel it came.
    pub fn cancel_at(
        &self,
        request: &SessionRequest,
        is_time: fn(&Stage) -> bool,
    ) -> (Outcome, Duration) {
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
    pub fn left(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.folder.path()).expect("the folder");
        entries
            .map(|entry| entry.expect("an entry").path())
            .collect()
    }

    /// Orders, and expects this failure, nothing left behind and no secret in any output.
    pub fn fails(&self, request: &SessionRequest, fault: Fault, case: &str) -> Failure {
        let outcome = self.download(request);
        let Err(SessionError::Failed(failure)) = &outcome.result else {
            panic!(
                "{case}: expected {fault:?}, stages {:?}, stop {:?}",
                outcome.stages,
                outcome.result.err()
            );
        };
        assert_eq!(
            failure.fault, fault,
            "{case}: {failure:?}, stages {:?}",
            outcome.stages
        );
        let told = format!("{failure} {failure:?} {:?}", outcome.stages);
        assert!(
            !told.contains(KEY) && !told.contains('?'),
            "{case}: a secret is told: {told}"
        );
        assert_eq!(
            self.left(),
            Vec::<PathBuf>::new(),
            "{case}: something was left"
        );
        failure.clone()
    }
}

impl Outcome {
    /// The client, or a panic that says all.
    pub fn client(self, case: &str) -> Download {
        self.result
            .unwrap_or_else(|stop| panic!("{case}: {stop:?}, stages {:?}", self.stages))
    }
}
