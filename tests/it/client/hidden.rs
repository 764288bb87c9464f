//! A client whose processes `/proc` hides from the kiosk, as under the shipped unit (`ProtectProc=invisible`).

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::process::Command;

use crate::support::needs::{leave_out, succeeds};
use crate::support::pty::{Pty, Terminal};
use crate::support::served::{Desk, SOON, ask_in_lockdown};
use crate::support::stage::is_empty;

use super::LOCKED;

/// Who owns nothing: from root nothing hides.
const NOBODY: u32 = 65_534;

/// In a mount namespace of its own, as nobody.
const BEHIND_HIDEPID: &str = "mount -t proc -o hidepid=invisible proc /proc && \
                              exec setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all \"$@\"";

fn may_mount() -> bool {
    succeeds(Command::new("unshare").args(["-m", "mount", "-t", "proc", "-o", "hidepid=invisible", "proc", "/proc"]))
}

/// The locked kiosk of nobody, before whom whoever can't be traced is hidden.
fn behind_hidepid(desk: &Desk) -> Command {
    let copied = desk.at("support-kiosk");
    fs::copy(env!("CARGO_BIN_EXE_support-kiosk"), &copied).expect("copied to where anybody may run it");
    fs::set_permissions(desk.at("."), fs::Permissions::from_mode(0o777)).expect("opened");
    chown(desk.downloads(), Some(NOBODY), Some(NOBODY)).expect("nobody's");
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", BEHIND_HIDEPID, "sh"]).arg(copied).arg("--config").arg(desk.at("kiosk.toml"));
    command.env("TERM", "xterm-256color").env("LANG", "C.UTF-8");
    command
}

#[test]
fn k6_whatever_of_a_client_is_hidden_is_gone_when_the_line_drops() {
    if !may_mount() {
        return leave_out("nothing may be mounted here");
    }
    // A program that can't be read can't be traced.
    let script = "cp /bin/sleep ./hidden; chmod 0111 ./hidden; (setsid ./hidden 1000 &); : > @/ready";
    let desk = Desk::serving(&format!("#!/bin/sh\n{script}\n"), LOCKED);
    let mut pty = Pty::start_on(Terminal::Controlling, behind_hidepid(&desk), 80, 24);
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
