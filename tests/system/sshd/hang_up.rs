//! The line drops, at either end and at each stage of a visit: the kiosk goes, and with it all that
//! it began (T3, K6, D14).

use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use support_kiosk::demo::ResponsePace;

use super::server::{Process, Server};
use crate::support::needs::or_skip;
use crate::support::pty::Pty;
use crate::support::served::SOON;
use crate::support::stage::{CRAWLING, LASTING, is_empty};

const KIOSK: &str = "support-kiosk";

/// What breaks.
#[derive(Clone, Copy, Debug)]
enum Break {
    /// The visitor's ssh dies without a word.
    Client,
    /// The process of sshd that holds the terminal dies.
    Session,
    /// All processes of sshd that serve this line die at once.
    Connection,
}

/// How far a visit has come when it does, each time told by what stands on the screen.
const STAGES: [&str; 3] = [
    super::START,
    " MB",
    "Your helper can see this computer now.",
];

/// A download that goes on while a test looks, or else a client that does.
fn pace(stage: &str) -> ResponsePace {
    if stage == STAGES[1] {
        CRAWLING
    } else {
        LASTING
    }
}

#[test]
fn t3_when_the_customers_ssh_dies_the_kiosk_and_client_are_gone() {
    line_drops(Break::Client);
}

#[test]
fn t3_when_the_sshd_with_the_terminal_dies_kiosk_and_client_are_gone() {
    line_drops(Break::Session);
}

#[test]
fn t3_when_every_sshd_of_a_line_dies_the_kiosk_and_client_are_gone() {
    line_drops(Break::Connection);
}

fn line_drops(way: Break) {
    for stage in STAGES {
        let Some(server) = or_skip(Server::start(pace(stage))) else {
            return;
        };
        let mut pty = server.visitor();
        come_to(stage, &mut pty);
        let family = server.family();
        let names: Vec<&str> = family.iter().map(|process| process.name.as_str()).collect();
        assert!(names.contains(&KIOSK), "{stage:?}: {names:?}");
        assert_eq!(
            family.iter().any(|process| is_client(process, &family)),
            stage == STAGES[2],
            "{stage:?}: {family:?}"
        );
        way.happens(&mut pty, &family);
        let start = Instant::now();
        // The kiosk's child loses its parent with the kiosk, and is found by its number.
        while family.iter().any(Process::lives) {
            assert!(
                start.elapsed() < SOON,
                "{way:?} at {stage:?}: {family:?} is still there: {:?}",
                server.family()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(is_empty(&server.downloads()), "{way:?} at {stage:?}");
    }
}

/// Begins a visit, and stops at this stage of it.
fn come_to(stage: &str, pty: &mut Pty) {
    if stage == super::START {
        return;
    }
    pty.send(b"1");
    pty.wait_for("Who would you like to talk to?");
    for question in ["Is this right?", stage] {
        pty.confirm(question);
    }
}

fn is_client(process: &Process, family: &[Process]) -> bool {
    family
        .iter()
        .any(|parent| parent.pid == process.parent && parent.name == KIOSK)
}

impl Break {
    fn happens(self, pty: &mut Pty, family: &[Process]) {
        let of_sshd = |process: &&Process| process.name.starts_with("sshd");
        match self {
            Self::Client => {
                pty.child.kill().expect("killed");
                pty.child.wait().expect("gone");
            }
            Self::Session => {
                let kiosk = family
                    .iter()
                    .find(|process| process.name == KIOSK)
                    .expect("it is there");
                let session = family
                    .iter()
                    .find(|process| process.pid == kiosk.parent)
                    .expect("its parent is sshd's");
                assert!(of_sshd(&session), "{session:?}");
                session.kill();
            }
            Self::Connection => family.iter().filter(of_sshd).for_each(Process::kill),
        }
    }
}

impl Process {
    fn kill(&self) {
        let pid = i32::try_from(self.pid)
            .ok()
            .and_then(Pid::from_raw)
            .expect("a pid");
        kill_process(pid, Signal::KILL).expect("killed");
    }
}
