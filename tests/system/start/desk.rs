//! The built binary, the built-in site, and a config between them.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use support_kiosk::demo::{DemoSite, ResponsePace};

use crate::support::fixture::Fixture;

pub(super) const CONNECTOR: &str = "connector";
pub(super) const START_SESSION: &str = "start-session";
/// So long a run may take on a loaded machine.
pub(super) const LIMIT: Duration = Duration::from_secs(60);

/// A site, a config for it, and a folder for its clients.
pub(super) struct Desk {
    pub(super) site: DemoSite,
    pub(super) home: Fixture,
}

impl Desk {
    pub(super) fn new(pace: ResponsePace, dialect: &str) -> Self {
        Self::with(pace, dialect, "[survey.company_code]\nhidden = false\n")
    }

    /// A desk whose config has a section of its own at the end.
    pub(super) fn with(pace: ResponsePace, dialect: &str, section: &str) -> Self {
        let site = DemoSite::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), pace)
            .expect("the site starts");
        let home = Fixture::new();
        let desk = Self { site, home };
        let text = format!(
            "[site]\nurl = \"http://{}\"\ndialect = \"{dialect}\"\n\
             [[rep]]\nid = 12\nname = \"Dana Whitfield\"\n[[rep]]\nid = 28\nname = \"李明\"\n\
             [[rep]]\nid = 27\nname = \"Rowan Ashby (away)\"\n\
             [[issue]]\nid = 1\ncode_name = \"password\"\nname = \"Password\"\n[[issue]]\nid = 6\nname = \"A program\"\n\
             [launch]\nneeds_display = false\n[kiosk]\nname = \"b12-3\"\n[network]\nretries = 0\n\
             [download]\nfolder = \"downloads\"\n{section}",
            desk.site.address()
        );
        desk.home.write_config(&text);
        desk
    }

    pub(super) fn config(&self) -> PathBuf {
        self.home.config()
    }

    pub(super) fn clients(&self) -> PathBuf {
        self.home.downloads()
    }

    pub(super) fn command(&self, words: &[&str]) -> Command {
        let mut command = binary();
        command
            .arg("start")
            .args(words)
            .arg("--config")
            .arg(self.config())
            .env("HOME", self.home.path());
        command
    }

    pub(super) fn start(&self, words: &[&str]) -> Output {
        finished(self.command(words), b"")
    }

    /// The folders that the demo's clients have unpacked themselves into.
    pub(super) fn unpacked(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.home.path())
            .expect("there")
            .flatten()
            .map(|entry| entry.path());
        let is_clients = |path: &PathBuf| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(".bomgar"))
        };
        entries.filter(is_clients).collect()
    }

    /// Nothing of a visit is left in the folder for clients, and nothing that was unpacked.
    pub(super) fn assert_nothing_left(&self) {
        assert!(
            self.unpacked().is_empty(),
            "left behind: {:?}",
            self.unpacked()
        );
        let left = self.home.left();
        assert!(left.is_empty(), "left behind: {left:?}");
    }
}

pub(super) fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_support-kiosk"));
    command
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs to the end, with this for standard input.
pub(super) fn finished(mut command: Command, input: &[u8]) -> Output {
    let mut child = command.spawn().expect("the binary starts");
    // A program that refuses its arguments has gone before it reads anything.
    let _ = child.stdin.take().expect("piped").write_all(input);
    let output = [
        Box::new(child.stdout.take().expect("piped")) as Box<dyn Read + Send>,
        Box::new(child.stderr.take().expect("piped")),
    ];
    let readers = output.map(|mut stream| {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).expect("readable");
            bytes
        })
    });
    let status = ended(&mut child);
    let [stdout, stderr] = readers.map(|reader| reader.join().expect("read"));
    Output {
        status,
        stdout,
        stderr,
    }
}

pub(super) fn ended(child: &mut Child) -> std::process::ExitStatus {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child of ours") {
            return status;
        }
        if began.elapsed() > LIMIT {
            child.kill().expect("killed");
            panic!("still running after {LIMIT:?}");
        }
        thread::sleep(Duration::from_millis(5));
    }
}

pub(super) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(super) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(super) fn assert_status(output: &Output, status: i32, words: &[&str]) {
    assert_eq!(
        output.status.code(),
        Some(status),
        "{words:?}\nout: {}\nerr: {}",
        stdout(output),
        stderr(output)
    );
}

/// The objects of `--json`.
pub(super) fn events(output: &Output) -> Vec<Value> {
    stdout(output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
        .collect()
}

/// The objects' names, each run of progress as one.
pub(super) fn names(events: &[Value]) -> Vec<&str> {
    let mut names: Vec<&str> = events
        .iter()
        .map(|event| event["event"].as_str().expect("a name"))
        .collect();
    names.dedup();
    names
}
