//! A folder is a visit's once its record is in it: whatever moment the program is killed in, the
//! next session removes what is left (D14).

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use support_kiosk::connect::sweep;

use crate::support::needs;
use crate::support::order::{Desk, SCRIPT};
use crate::support::site::{Site, ok};

/// The calls by which a session changes its disk.
const CALLS: [&str; 8] = [
    "mkdir",
    "mkdirat",
    "renameat",
    "renameat2",
    "linkat",
    "fchmod",
    "unlinkat",
    "rmdir",
];

/// Runs `start`; as a shell does, behind these words.
fn start(before: &[&str], config: &Path) -> Output {
    let words = before.iter().copied().chain([
        env!("CARGO_BIN_EXE_support-kiosk"),
        "start",
        "rep",
        "12",
        "--config",
    ]);
    let words: Vec<&str> = words.collect();
    let mut command = Command::new(words[0]);
    command
        .args(&words[1..])
        .arg(config)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::null());
    command.output().expect("it runs")
}

#[test]
fn d14_the_next_start_removes_what_a_killed_session_left() {
    if needs::or_skip(needs::program("strace")).is_none() {
        return;
    }
    let site = Site::answering(ok(SCRIPT));
    let desk = Desk::at(&site.url());
    let (config, account) = (
        tempfile::NamedTempFile::new().expect("a file"),
        tempfile::NamedTempFile::new().expect("a file"),
    );
    let text = format!(
        "site.url = \"{}\"\ndownload.folder = \"{}\"\nlog.to = \"none\"\nlaunch.needs_display = false\n\
         [[rep]]\nid = 12\nname = \"Dana Whitfield\"\n",
        site.url(),
        desk.folder.path().display()
    );
    fs::write(config.path(), text).expect("written");
    let mut left = 0;
    for call in CALLS {
        for count in 1.. {
            let inject = format!("inject={call}:signal=KILL:when={count}");
            let trace = format!("trace={call}");
            let account_path = account.path().to_str().expect("UTF-8");
            start(
                &[
                    "strace",
                    "-f",
                    "-o",
                    account_path,
                    "-e",
                    &trace,
                    "-e",
                    &inject,
                ],
                config.path(),
            );
            if !fs::read_to_string(account.path())
                .expect("an account")
                .contains("killed by SIGKILL")
            {
                break;
            }
            left += desk.left().len();
            let next = start(&["/usr/bin/env"], config.path());
            assert!(
                next.status.success(),
                "after a kill at {call} {count}: {next:?}"
            );
            assert_eq!(
                desk.left(),
                Vec::<PathBuf>::new(),
                "after a kill at {call} {count}"
            );
        }
    }
    assert!(left > 5, "{left}");
}

#[test]
fn d14_an_unfinished_directory_is_removed_once_its_maker_is_dead() {
    let desk = Desk::at("http://localhost:1");
    let stat = fs::read_to_string("/proc/self/stat").expect("our own stat");
    let began = stat
        .rsplit_once(')')
        .expect("a name")
        .1
        .split_whitespace()
        .nth(19)
        .expect("a start time")
        .to_owned();
    let (ours, namespace) = (
        std::process::id(),
        fs::metadata("/proc/self/ns/pid").expect("known").ino(),
    );
    let make = |name: String, files: &[&str]| {
        let path = desk.folder.path().join(name);
        fs::create_dir(&path).expect("a folder");
        for file in files {
            fs::write(path.join(file), "1 1\n").expect("a file");
        }
        path
    };
    let gone = [
        make(format!("new-{ours}-1-{namespace}-0000000000000001"), &[]),
        make(
            format!("new-{ours}-1-{namespace}-0000000000000002"),
            &[".owner.new"],
        ),
        make(
            format!("new-{ours}-1-{namespace}-0000000000000003"),
            &[".owner"],
        ),
        make("visit-0000000000000004".to_owned(), &[]),
        make("visit-0000000000000005".to_owned(), &[".owner.new"]),
    ];
    let kept = [
        make(
            format!("new-{ours}-{began}-{namespace}-0000000000000006"),
            &[],
        ),
        // Of another container.
        make(format!("new-{ours}-1-1-0000000000000007"), &[]),
        // Somebody's own.
        make(
            format!("new-{ours}-1-{namespace}-0000000000000008"),
            &["file"],
        ),
        make("new-0000000000000009".to_owned(), &[]),
        make(format!("new-{ours}-1-{namespace}-draft"), &[]),
        make("visit-000000000000000a".to_owned(), &["file"]),
    ];
    sweep(&desk.config, &desk.environment);
    assert!(gone.iter().all(|path| !path.exists()), "{:?}", desk.left());
    assert!(kept.iter().all(|path| path.exists()), "{:?}", desk.left());
}
