//! A reader of standard output that has stopped: a full pipe that nobody empties (D14).

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, Signal, kill_process};
use support_kiosk::demo::ResponsePace;

use super::desk::{CONNECTOR, Desk, ended};
use crate::support::wait_for;

/// What is already in the pipe, line by line.
const FILLING: &[u8] = b"before\n";

/// A pipe that takes nothing more: where it is read, and where it is written to.
fn full_pipe() -> (OwnedFd, OwnedFd) {
    // Whatever another test starts would hold an end of it otherwise, and nobody who reads would
    // come to its end.
    let (reader, writer) = pipe_with(PipeFlags::CLOEXEC).expect("a pipe");
    rustix::io::ioctl_fionbio(&writer, true).expect("set");
    for line in [&FILLING.repeat(1024)[..], FILLING, b"\n"] {
        while rustix::io::write(&writer, line) != Err(Errno::AGAIN) {}
    }
    rustix::io::ioctl_fionbio(&writer, false).expect("set back");
    (reader, writer)
}

fn started(desk: &Desk, words: &[&str]) -> (Child, OwnedFd) {
    let (reader, writer) = full_pipe();
    let child = desk
        .command(words)
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    (child, reader)
}

/// Tells it to end, and sees that it does.
fn told_to_end(mut child: Child) {
    kill_process(Pid::from_child(&child), Signal::TERM).expect("signalled");
    assert_eq!(ended(&mut child).code(), Some(143));
}

#[test]
fn d14_a_signal_ends_a_download_whose_reader_has_stopped() {
    let desk = Desk::new(
        ResponsePace {
            download: Duration::from_secs(600),
            ..ResponsePace::INSTANT
        },
        CONNECTOR,
    );
    let (child, _reader) = started(&desk, &["rep", "12", "--json"]);
    let has_bytes =
        |path: &Path| fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() > 0);
    let entries = |folder: &Path| {
        fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
    };
    let is_client =
        |path: &PathBuf| has_bytes(path) && path.file_name().is_some_and(|name| name != ".owner");
    wait_for("a download", || {
        entries(&desk.clients()).any(|visit| entries(&visit).any(|path| is_client(&path)))
    });
    told_to_end(child);
    desk.assert_nothing_left();
}

#[test]
fn d14_a_file_that_nobody_was_told_of_goes_with_the_signal() {
    let desk = Desk::new(ResponsePace::INSTANT, CONNECTOR);
    for json in [&["--json"][..], &[]] {
        let saved = tempfile::tempdir().expect("a folder");
        let names = || {
            fs::read_dir(saved.path())
                .expect("there")
                .flatten()
                .map(|entry| entry.file_name())
        };
        let words = [
            &["rep", "12", "--save", saved.path().to_str().expect("UTF-8")],
            json,
        ]
        .concat();
        let (child, _reader) = started(&desk, &words);
        wait_for("a file", || {
            names().any(|name| name.to_string_lossy().starts_with("bomgar-scc-"))
        });
        told_to_end(child);
        assert_eq!(
            names().collect::<Vec<_>>(),
            Vec::<std::ffi::OsString>::new(),
            "{json:?}"
        );
    }
}

#[test]
fn a_reader_that_stops_for_a_while_holds_up_no_session_and_misses_nothing() {
    let desk = Desk::with(
        ResponsePace::INSTANT,
        CONNECTOR,
        "[log]\nto = \"file\"\nfile = \"log\"\n",
    );
    let (mut child, reader) = started(&desk, &["rep", "12", "--json"]);
    let log = || fs::read_to_string(desk.home.path().join("log")).unwrap_or_default();
    wait_for("the client's end", || log().contains("\"event\":\"ended\""));
    let lines: Vec<String> = BufReader::new(File::from(reader))
        .lines()
        .map_while(Result::ok)
        .collect();
    assert_eq!(ended(&mut child).code(), Some(0));
    let last = lines.last().expect("lines");
    assert!(
        last.contains("\"event\":\"ended\"")
            && lines
                .iter()
                .any(|line| line.contains("\"event\":\"launched\"")),
        "{last}"
    );
}
