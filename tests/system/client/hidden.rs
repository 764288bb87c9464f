//! A client whose processes `/proc` hides from the kiosk, as under the shipped unit
//! (`ProtectProc=invisible`).

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::PathBuf;
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::copy_program;
use crate::support::needs::{leave_out, succeeds};
use crate::support::pty::{Pty, Terminal};
use crate::support::served::{Desk, SOON, ask_in_lockdown, lives};
use crate::support::stage::is_empty;

use super::LOCKED;

/// Who owns nothing: from root nothing hides.
const NOBODY: u32 = 65_534;

/// In a mount namespace of its own, as nobody.
const BEHIND_HIDEPID: &str = "mount -t proc -o hidepid=invisible proc /proc && \
                              exec setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all \"$@\"";

/// Starts something of its own, tells what, and goes on as the kiosk.
const BESIDE_A_STRANGER: &str = "setsid sleep 1000 & echo $! > \"$0\"; exec \"$@\"";

fn may_mount() -> bool {
    succeeds(Command::new("unshare").args([
        "-m",
        "mount",
        "-t",
        "proc",
        "-o",
        "hidepid=invisible",
        "proc",
        "/proc",
    ]))
}

/// The locked kiosk of nobody, before whom whoever can't be traced is hidden.
fn behind_hidepid(desk: &Desk, before: &[&str]) -> Command {
    let copied = desk.at("support-kiosk");
    // To where anybody may run it.
    copy_program(env!("CARGO_BIN_EXE_support-kiosk"), &copied);
    fs::set_permissions(desk.at("."), fs::Permissions::from_mode(0o1777))
        .expect("opened, as the temporary folder is");
    chown(desk.downloads(), Some(NOBODY), Some(NOBODY)).expect("nobody's");
    let mut command = Command::new("unshare");
    command
        .args(["-m", "sh", "-c", BEHIND_HIDEPID, "sh"])
        .args(before)
        .arg(copied)
        .arg("--config")
        .arg(desk.at("kiosk.toml"));
    command.env("TERM", "xterm-256color").env("LANG", "C.UTF-8");
    command
}

#[test]
fn k6_whatever_of_a_client_is_hidden_is_gone_when_the_line_drops() {
    if !may_mount() {
        return leave_out("nothing may be mounted here");
    }
    // A program that can't be read can't be traced.
    let script =
        "cp /bin/sleep ./hidden; chmod 0111 ./hidden; (setsid ./hidden 1000 &); : > @/ready";
    let desk = Desk::serving(&format!("#!/bin/sh\n{script}\n"), LOCKED);
    let mut pty = Pty::start_on(Terminal::Controlling, behind_hidepid(&desk, &[]), 80, 24);
    ask_in_lockdown(&mut pty);
    pty.wait_until("its escape", |_| desk.at("ready").exists());
    pty.wait_for("Your helper can see this computer now.");
    pty.hang_up();
    let (status, took) = pty.end();
    assert_eq!(status.code(), Some(129), "{}", pty.text());
    assert!(took < SOON, "{took:?}");
    assert_eq!(desk.client(), Vec::<i32>::new(), "it lives");
    assert!(is_empty(&desk.downloads()), "a file is left");
}

#[test]
fn k6_an_older_process_is_never_mistaken_for_a_hidden_client() {
    if !may_mount() {
        return leave_out("nothing may be mounted here");
    }
    let place = tempfile::tempdir().expect("a folder");
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).expect("opened");
    let shell = place.path().join("sh");
    copy_program("/bin/sh", &shell);
    fs::set_permissions(&shell, fs::Permissions::from_mode(0o711)).expect("to be run, not read");
    let launch = format!("command = [{shell:?}, \"{{client}}\"]\n{LOCKED}");
    let desk = Desk::serving(
        "#!/bin/sh\ntrap '' HUP TERM\n: > @/ready\nread never < @/fifo\n",
        &launch,
    );
    rustix::fs::mknodat(
        rustix::fs::CWD,
        desk.at("fifo"),
        rustix::fs::FileType::Fifo,
        0o666.into(),
        0,
    )
    .expect("a fifo");
    let stranger = Stranger(desk.at("stranger"));
    let before = [
        "sh",
        "-c",
        BESIDE_A_STRANGER,
        stranger.0.to_str().expect("UTF-8"),
    ];
    let mut pty = Pty::start_on(
        Terminal::Controlling,
        behind_hidepid(&desk, &before),
        80,
        24,
    );
    ask_in_lockdown(&mut pty);
    pty.wait_until("the client", |_| desk.at("ready").exists());
    pty.wait_for("Your helper can see this computer now.");
    pty.hang_up();
    assert_eq!(pty.end().0.code(), Some(129), "{}", pty.text());
    assert_eq!(desk.client(), Vec::<i32>::new(), "it lives");
    assert!(
        lives(stranger.pid().expect("told")),
        "somebody else was killed"
    );
}

/// Somebody who lives beside the client, and is told in this file.
struct Stranger(PathBuf);

impl Stranger {
    fn pid(&self) -> Option<i32> {
        fs::read_to_string(&self.0).ok()?.trim().parse().ok()
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        let _ = self
            .pid()
            .and_then(Pid::from_raw)
            .map(|pid| kill_process(pid, Signal::KILL));
    }
}
