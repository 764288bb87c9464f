//! A real sshd with the shipped drop-in, and everything that somebody could try on it (K3, K4, T3).
//! What sshd reads in the drop-in, and that nothing behind it loosens it, is seen in
//! `packaging.rs`.
//!
//! ```text
//! server      sshd on loopback, the built kiosk as the login shell of its account
//! attempts    the list: name, how, what must be seen
//! hang_up     the line drops, at either end
//! x11         another sshd, of an operator who forwards X11: a client's window opens at the visitor's end
//! ```
//!
//! It takes `ssh`, `sshd`, `ssh-keygen` and `strace`, and `x11` takes `Xvfb`, `xauth` and
//! `xdpyinfo`. Where one is not there, these tests say so in a line and pass, unless `CI` is set:
//! `.ci/run` installs them and sets it.

mod attempts;
mod hang_up;
mod server;
mod x11;

use std::path::Path;

use support_kiosk::demo::ResponsePace;

use self::server::{Ground, Server};
use crate::support::needs::or_skip;

const START: &str = "How would you like to get help?";

/// What sshd itself sets in a session, and what the drop-in lets through.
const VARIABLES: [&str; 17] = [
    "USER",
    "LOGNAME",
    "HOME",
    "PATH",
    "SHELL",
    "TERM",
    "MAIL",
    "SSH_CLIENT",
    "SSH_CONNECTION",
    "SSH_TTY",
    "SSH_ORIGINAL_COMMAND",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LC_MESSAGES",
    "COLORTERM",
    "NO_COLOR",
];

#[test]
fn k4_every_attempt_to_run_something_else_over_ssh_is_refused() {
    let Some(server) = or_skip(Server::watched(ResponsePace::INSTANT)) else {
        return;
    };
    assert!(attempts::all().count() >= 60);
    let failures = attempts::make_all(&server);
    assert!(
        failures.is_empty(),
        "{}\n\n{} not refused:\n{}",
        server.log(),
        failures.len(),
        failures.join("\n\n")
    );
    let (ground, program) = (server.ground, server.folder.path().join("support-kiosk"));
    let executions = server.executions();
    // A user's own shell runs that user's own files; only the account of the recipe has none.
    if ground == Ground::Own {
        return;
    }
    let (of_sshd, others): (Vec<_>, Vec<_>) = executions
        .iter()
        .partition(|execution| execution.program.contains("/sshd"));
    assert!(
        others.len() > 60,
        "strace saw little: {of_sshd:?} {others:?}"
    );
    for execution in others {
        assert_eq!(
            Path::new(&execution.program),
            program,
            "run by sshd, or by the kiosk"
        );
        let foreign: Vec<&String> = execution
            .variables
            .iter()
            .filter(|name| !VARIABLES.contains(&name.as_str()))
            .collect();
        assert!(foreign.is_empty(), "{foreign:?} reached the kiosk");
    }
}
