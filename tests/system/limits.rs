//! The whole program where the system gives it little, or lacks what any other has: a small stack,
//! `/proc`, `/dev/null`.

use std::fs;
use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;
use support_kiosk::demo::ResponsePace;

use crate::support::needs;
use crate::support::pty::Pty;
use crate::support::stage::{LASTING, Stage, is_empty};

const START: &str = "How would you like to get help?";

/// Runs a command of a kiosk by a shell that does something before.
fn after(first: &str, kiosk: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("{first} && exec \"$@\""), "sh"])
        .arg(kiosk.get_program())
        .args(kiosk.get_args());
    for (name, value) in kiosk.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

#[test]
fn t8_k8_a_customer_is_forgotten_on_a_small_stack() {
    // Without optimisation the program does not even begin on less than 300 KiB.
    for kibibytes in if cfg!(debug_assertions) {
        [352, 512, 8192]
    } else {
        [128, 192, 256]
    } {
        let stage = Stage::new(ResponsePace::INSTANT);
        let mut pty = Pty::start(
            after(&format!("ulimit -s {kibibytes}"), &stage.command()),
            80,
            24,
        );
        pty.wait_for(START);
        for _ in 0..2 {
            pty.send(b"1");
            pty.wait_for("Who would you like to talk to?");
            pty.send(b"dana");
            pty.wait_for("1 of 2");
            pty.send(b"\x1b[21~");
            pty.wait_for(START);
        }
        pty.signal(Signal::TERM);
        assert_eq!(pty.end().0.code(), Some(143), "{kibibytes} KiB");
    }
}

/// A kiosk in a namespace of its own, with something mounted over a part of the system; none where
/// that is not allowed.
fn without(folder: &str, kiosk: &Command) -> Option<Command> {
    if !needs::succeeds(
        Command::new("unshare").args(["--mount", "mount", "-t", "tmpfs", "none", "/mnt"]),
    ) {
        needs::leave_out("no mounts of one's own here");
        return None;
    }
    let shell = after(&format!("mount -t tmpfs none {folder}"), kiosk);
    let mut unshare = Command::new("unshare");
    unshare
        .args(["--mount", "--propagation", "private"])
        .arg(shell.get_program())
        .args(shell.get_args());
    for (name, value) in shell.get_envs() {
        match value {
            Some(value) => unshare.env(name, value),
            None => unshare.env_remove(name),
        };
    }
    Some(unshare)
}

/// A stage whose config says what becomes of the client.
fn stage_in_mode(mode: &str) -> Stage {
    let stage = Stage::new(LASTING);
    let config = fs::read_to_string(stage.config()).expect("the config");
    fs::write(
        stage.config(),
        config.replace("[launch]\n", &format!("[launch]\nmode = \"{mode}\"\n")),
    )
    .expect("written");
    stage
}

#[test]
fn k6_a_locked_kiosk_without_proc_starts_no_client_that_it_could_not_end() {
    for (mode, told) in [
        ("run", "For staff: R1"),
        ("auto", "You will continue on your own device"),
    ] {
        let stage = stage_in_mode(mode);
        let mut command = stage.command();
        command.arg("--lockdown");
        let Some(command) = without("/proc", &command) else {
            return;
        };
        let mut pty = Pty::start(command, 80, 24);
        pty.wait_for(START);
        pty.send(b"1");
        pty.wait_for("Who would you like to talk to?");
        pty.confirm("Is this right?");
        if mode == "run" {
            pty.confirm("(/proc is not mounted)");
        }
        pty.wait_for(told);
        assert_eq!(
            (stage.site.requests(), is_empty(&stage.downloads())),
            (0, true),
            "{}",
            pty.text()
        );
        pty.signal(Signal::TERM);
        let (status, took) = pty.end();
        assert_eq!(status.code(), Some(143), "{mode}");
        assert!(took < Duration::from_secs(10), "{mode}: {took:?}");
    }
}

#[test]
fn d12_without_dev_null_no_client_is_started_and_that_is_what_is_named() {
    let stage = stage_in_mode("run");
    let Some(command) = without("/dev", &stage.command()) else {
        return;
    };
    let mut pty = Pty::start(command, 80, 24);
    pty.wait_for(START);
    pty.send(b"1");
    pty.wait_for("Who would you like to talk to?");
    pty.confirm("Is this right?");
    pty.confirm("For staff: R3");
    pty.wait_for("(/dev/null)");
    assert_eq!(
        (stage.site.requests(), is_empty(&stage.downloads())),
        (0, true),
        "{}",
        pty.text()
    );
    pty.signal(Signal::TERM);
    assert_eq!(pty.end().0.code(), Some(143));
}
