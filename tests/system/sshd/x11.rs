//! X11 forwarding, as an operator sets it up on a jump host: the client's window opens at the
//! visitor's end, with the cookie that sshd puts into the account's `~/.Xauthority`.
//!
//! ```text
//! Xvfb, closed to everybody without its cookie <── ssh -Y <── sshd <── support-kiosk start <── the client: xdpyinfo
//! ```

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::server::{Ground, SSHD, Sshd, client, make_key};
use crate::support::needs::{self, or_skip};
use crate::support::samples::PAYLOAD;
use crate::support::served::Desk;

/// A client that opens the display, and tries to open it without the cookie.
const CLIENT: &str = "#!/bin/sh\nxdpyinfo > @/seen 2> @/refused\nXAUTHORITY=/dev/null xdpyinfo > @/seen-without 2>&1\nexit 0\n";

const PROGRAMS: [&str; 6] = ["ssh", "ssh-keygen", SSHD, "Xvfb", "xauth", "xdpyinfo"];

/// An X server without a screen, for as long as it is held.
struct Display {
    server: Child,
    /// Its name, such as `:1`.
    name: String,
}

impl Display {
    /// Starts one in this folder. Its cookie is in `cookies` there.
    fn start(folder: &Path) -> Self {
        let cookie = "0123456789abcdef0123456789abcdef";
        add_cookie(&folder.join("server-cookies"), ":0", cookie);
        let log = File::create(folder.join("xvfb-log")).expect("a log");
        let mut xvfb = Command::new("Xvfb");
        xvfb.args(["-displayfd", "1", "-nolisten", "tcp", "-auth"])
            .arg(folder.join("server-cookies"));
        let mut server = xvfb
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("Xvfb runs");
        let mut number = String::new();
        BufReader::new(server.stdout.take().expect("piped"))
            .read_line(&mut number)
            .expect("a line");
        let said = fs::read_to_string(folder.join("xvfb-log")).unwrap_or_default();
        assert!(!number.trim().is_empty(), "Xvfb does not start: {said}");
        let name = format!(":{}", number.trim());
        add_cookie(&folder.join("cookies"), &name, cookie);
        Self { server, name }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // Not SIGKILL: it would leave its socket and its lock file.
        let _ = kill_process(Pid::from_child(&self.server), Signal::TERM);
        let _ = self.server.wait();
    }
}

fn add_cookie(file: &Path, display: &str, cookie: &str) {
    let made = Command::new("xauth")
        .args(["-q", "-f"])
        .arg(file)
        .args(["add", display, ".", cookie])
        .output();
    let made = made.expect("xauth runs");
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
}

/// A jump host: sshd serves the user who runs the tests, with a home of its own.
struct Host {
    desk: Desk,
    _sshd: Sshd,
    display: Display,
}

impl Host {
    fn start() -> Result<Self, String> {
        PROGRAMS
            .iter()
            .try_for_each(|program| needs::program(program))?;
        // A home of the client's own: there it finds no cookie.
        let desk = Desk::serving_file("sra-scc-1.bin", CLIENT, &PAYLOAD, "home = \"private\"");
        // It opens a window.
        let config = fs::read_to_string(desk.at("kiosk.toml"))
            .expect("a config")
            .replace("needs_display = false\n", "");
        fs::write(desk.at("kiosk.toml"), config).expect("written");
        for folder in ["etc/ssh", "home"] {
            fs::create_dir_all(desk.at(folder)).expect("made");
        }
        make_key(&desk.at("desk"));
        make_key(&desk.at("host"));
        fs::write(desk.at("etc/ssh/sshd_config"), sshd_config(&desk)).expect("written");
        let sshd = Sshd::start(&desk.at(""), Ground::Own, "")?;
        let display = Display::start(&desk.at(""));
        Ok(Self {
            desk,
            _sshd: sshd,
            display,
        })
    }

    /// Runs a command of the shell over a connection that forwards X11.
    fn runs(&self, command: &str) -> Output {
        let words = ["ssh", "-Y", "desk", command].map(str::to_owned);
        let mut ssh = client(&self.desk.at(""), &words);
        ssh.env("DISPLAY", &self.display.name)
            .env("XAUTHORITY", self.desk.at("cookies"));
        ssh.stdin(Stdio::null()).output().expect("ssh runs")
    }

    fn kiosk(&self, words: &str) -> String {
        format!(
            "{} {words} --config {}",
            env!("CARGO_BIN_EXE_support-kiosk"),
            self.desk.at("kiosk.toml").display()
        )
    }
}

fn sshd_config(desk: &Desk) -> String {
    let at = |name: &str| -> PathBuf { desk.at(name) };
    format!(
        "ListenAddress 127.0.0.1\nHostKey {}\nPidFile none\nUsePAM no\nStrictModes no\nLogLevel VERBOSE\n\
         AuthorizedKeysFile {}\nX11Forwarding yes\nXAuthLocation {}\nSetEnv HOME={}\n",
        at("host").display(),
        at("desk.pub").display(),
        found("xauth").display(),
        at("home").display()
    )
}

/// Where this program is.
fn found(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").expect("a PATH");
    let file = std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file());
    file.expect("it was looked for before")
}

fn text(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

#[test]
fn over_ssh_with_x11_a_client_opens_the_display_of_the_visitor() {
    let Some(host) = or_skip(Host::start()) else {
        return;
    };
    let output = host.runs(&host.kiosk("start rep 1"));
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{}: {words}\n{}",
        output.status,
        text(&host.desk.at("log"))
    );
    let seen = text(&host.desk.at("seen"));
    assert!(
        seen.contains("name of display:    localhost:"),
        "{seen} {}",
        text(&host.desk.at("refused"))
    );
    let without = text(&host.desk.at("seen-without"));
    assert!(
        without.contains("unable to open display"),
        "it needs no cookie: {without}"
    );
    assert_eq!(
        fs::read_dir(host.desk.downloads()).expect("there").count(),
        0,
        "something is left"
    );
}

#[test]
fn doctor_says_over_ssh_whether_a_window_opens() {
    let Some(host) = or_skip(Host::start()) else {
        return;
    };
    for (home, finding, words) in [
        ("", "good", "a window opens"),
        ("HOME=/nonexistent ", "broken", "XAUTHORITY is not set"),
    ] {
        let output = host.runs(&format!("{home}{}", host.kiosk("doctor --json")));
        let said = String::from_utf8_lossy(&output.stdout);
        let mut checks = said
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let display = checks
            .find(|check| check["check"] == "display")
            .unwrap_or_else(|| panic!("{output:?}"));
        let found = display["found"].as_str().expect("words");
        assert!(
            display["finding"] == finding && found.contains(words),
            "{display}"
        );
    }
}
