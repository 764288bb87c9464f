//! The list of attempts to get more out of the account than the kiosk, each with its name, how, and
//! what must be seen.
//!
//! In what is tried `@` stands for a folder of the attempt's own, open to all: whatever runs leaves
//! a trace there, or says `loot`, which nothing that is typed spells. Hosts are called by their
//! keys (`server.rs`): `desk` is a visitor's.

mod environment;
mod forwards;
mod terminal;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::retry_on_intr;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};
use support_kiosk::cli::REFUSED;
use support_kiosk::text::EN;

use super::START;
use super::server::Server;
use crate::support::pty::Pty;

/// One attempt.
pub struct Attempt {
    pub name: &'static str,
    pub how: How,
    pub seen: Seen,
}

/// How it is made.
pub enum How {
    /// A command line, with nothing to read and no terminal.
    Runs(&'static [&'static str]),
    /// A command line on a terminal.
    OnTerminal(&'static [&'static str]),
    /// `ssh desk` under this `TERM`.
    Under(&'static str),
    /// Typed, one after the other, before the start screen and those behind it.
    Types(&'static [&'static [u8]]),
    /// What takes more than a line to say; it fails where it is not refused.
    Tries(fn(&Server)),
}

/// What must be seen.
#[derive(Clone, Copy)]
pub enum Seen {
    /// A status that is not 0, and these words.
    Refused(&'static str),
    /// The kiosk's status for a refusal; what it says is not carried by the channel of a subsystem.
    Unheard,
    /// The start screen, which answers.
    Kiosk,
    /// These words, and the start screen all the same.
    KioskAfter(&'static str),
}

use How::{OnTerminal, Runs};
use Seen::{Kiosk, KioskAfter, Refused, Unheard};

/// The kiosk refuses what is asked for.
const NO_SHELL: Seen = Refused(REFUSED);
/// The kiosk has nothing to draw on.
const NO_TERMINAL: Seen = Refused(EN.terminal.none);
/// sshd knows no such subsystem, or can't start it.
const NO_SUBSYSTEM: Seen = Refused("subsystem request failed");
/// sshd lets nobody in, and takes nothing from this account but a key.
const DENIED: Seen = Refused("Permission denied (publickey).");
/// sshd lets nobody into an account that is not the kiosk's.
const DENIED_ELSEWHERE: Seen = Refused("Permission denied");

const fn attempt(name: &'static str, how: How, seen: Seen) -> Attempt {
    Attempt { name, how, seen }
}

/// Something else is asked for in place of the kiosk.
const COMMANDS: &[Attempt] = &[
    attempt("a shell", Runs(&["ssh", "desk", "sh"]), NO_SHELL),
    attempt(
        "a shell on a terminal",
        OnTerminal(&["ssh", "-t", "desk", "sh"]),
        NO_SHELL,
    ),
    attempt(
        "an interactive shell by its path",
        OnTerminal(&["ssh", "-t", "desk", "/bin/bash --norc -i"]),
        NO_SHELL,
    ),
    attempt(
        "a command",
        Runs(&["ssh", "desk", "touch @/taken; echo lo''ot"]),
        NO_SHELL,
    ),
    attempt(
        "a command as an option",
        Runs(&["ssh", "-o", "RemoteCommand=touch @/taken", "desk"]),
        NO_SHELL,
    ),
    attempt(
        "a command behind the forced one",
        Runs(&["ssh", "desk", "; touch @/taken"]),
        NO_SHELL,
    ),
    attempt("a pipe", Runs(&["ssh", "desk", "| tee @/taken"]), NO_SHELL),
    attempt(
        "an and",
        Runs(&["ssh", "desk", "&& touch @/taken"]),
        NO_SHELL,
    ),
    attempt(
        "a job in the background",
        Runs(&["ssh", "desk", "& touch @/taken"]),
        NO_SHELL,
    ),
    attempt(
        "a substitution",
        Runs(&["ssh", "desk", "$(touch @/taken)"]),
        NO_SHELL,
    ),
    attempt(
        "a substitution in backquotes",
        Runs(&["ssh", "desk", "`touch @/taken`"]),
        NO_SHELL,
    ),
    attempt(
        "a redirection",
        Runs(&["ssh", "desk", "> @/taken"]),
        NO_SHELL,
    ),
    attempt(
        "a line break",
        Runs(&["ssh", "desk", "\ntouch @/taken\n"]),
        NO_SHELL,
    ),
    attempt(
        "a carriage return",
        OnTerminal(&["ssh", "-t", "desk", "\r\ntouch @/taken\r\n"]),
        NO_SHELL,
    ),
    attempt(
        "single quotes that close others",
        Runs(&["ssh", "desk", "'; touch @/taken; '"]),
        NO_SHELL,
    ),
    attempt(
        "double quotes that close others",
        Runs(&["ssh", "desk", "\"; touch @/taken; \""]),
        NO_SHELL,
    ),
    attempt(
        "a command of blanks",
        Runs(&["ssh", "desk", "  "]),
        NO_SHELL,
    ),
    attempt(
        "escape sequences for a command",
        Runs(&["ssh", "desk", "\x1b]0;loot\x07\x1b[2J"]),
        NO_SHELL,
    ),
    attempt(
        "a format for a command",
        Runs(&["ssh", "desk", "%s%s%n%n"]),
        NO_SHELL,
    ),
    attempt(
        "a path upwards",
        Runs(&["ssh", "desk", "../../../../bin/sh"]),
        NO_SHELL,
    ),
    attempt(
        "an option of a shell",
        Runs(&["ssh", "desk", "--", "-c 'touch @/taken'"]),
        NO_SHELL,
    ),
    attempt(
        "a variable before a command",
        Runs(&["ssh", "desk", "LD_PRELOAD=@/x.so /usr/bin/support-kiosk"]),
        NO_SHELL,
    ),
    attempt(
        "the forced command itself",
        OnTerminal(&["ssh", "-t", "desk", "/usr/bin/support-kiosk --lockdown"]),
        NO_SHELL,
    ),
    attempt(
        "the forced command and more",
        Runs(&[
            "ssh",
            "desk",
            "/usr/bin/support-kiosk --lockdown; touch @/taken",
        ]),
        NO_SHELL,
    ),
    attempt(
        "the kiosk unlocked",
        OnTerminal(&["ssh", "-t", "desk", "support-kiosk run"]),
        NO_SHELL,
    ),
    attempt(
        "the demo",
        OnTerminal(&["ssh", "-t", "desk", "support-kiosk demo"]),
        NO_SHELL,
    ),
    attempt(
        "a look at a file",
        Runs(&["ssh", "desk", "support-kiosk check /etc/shadow"]),
        NO_SHELL,
    ),
    attempt(
        "a session without a screen",
        Runs(&["ssh", "desk", "support-kiosk start rep 1 --save @"]),
        NO_SHELL,
    ),
    attempt(
        "a config of one's own",
        Runs(&["ssh", "desk", "support-kiosk --config @/kiosk.toml"]),
        NO_SHELL,
    ),
    attempt(
        "git",
        Runs(&["ssh", "desk", "git-upload-pack '/etc'"]),
        NO_SHELL,
    ),
    attempt("svn", Runs(&["ssh", "desk", "svnserve -t"]), NO_SHELL),
    attempt(
        "mosh",
        Runs(&["ssh", "desk", "mosh-server new -- sh"]),
        NO_SHELL,
    ),
    attempt(
        "rsync",
        Runs(&[
            "ssh",
            "desk",
            "rsync --server --sender -logDtpre.iLsfxCIvu . /etc",
        ]),
        NO_SHELL,
    ),
    attempt(
        "scp, from here",
        Runs(&["scp", "-O", "client", "desk:@/taken"]),
        NO_SHELL,
    ),
    attempt(
        "scp, from there",
        Runs(&["scp", "-O", "desk:/etc/passwd", "@/taken"]),
        NO_SHELL,
    ),
    attempt(
        "scp over sftp, from here",
        Runs(&["scp", "client", "desk:@/taken"]),
        Refused("losed"),
    ),
    attempt(
        "scp over sftp, from there",
        Runs(&["scp", "desk:/etc/passwd", "@/taken"]),
        Refused("losed"),
    ),
    attempt(
        "sftp",
        Runs(&["sftp", "-b", "/dev/null", "desk"]),
        Refused("losed"),
    ),
    attempt(
        "sftp by a command",
        Runs(&[
            "sftp",
            "-b",
            "/dev/null",
            "-s",
            "/usr/lib/openssh/sftp-server",
            "desk",
        ]),
        Refused("losed"),
    ),
    attempt(
        "sftp inside sshd",
        Runs(&["ssh", "-s", "desk", "inside"]),
        Unheard,
    ),
    attempt(
        "a shell that is a subsystem",
        Runs(&["ssh", "-s", "desk", "shell"]),
        Unheard,
    ),
    attempt(
        "a shell that is a subsystem, on a terminal",
        OnTerminal(&["ssh", "-tt", "-s", "desk", "shell"]),
        NO_SHELL,
    ),
    attempt(
        "a subsystem that nobody knows",
        Runs(&["ssh", "-s", "desk", "nonesuch"]),
        NO_SUBSYSTEM,
    ),
    attempt(
        "a subsystem by its path",
        Runs(&["ssh", "-s", "desk", "/bin/sh"]),
        NO_SUBSYSTEM,
    ),
    attempt(
        "a command of 100,000 characters",
        How::Tries(long_command),
        NO_SHELL,
    ),
    attempt("no terminal", Runs(&["ssh", "-T", "desk"]), NO_TERMINAL),
    attempt("an empty command", Runs(&["ssh", "desk", ""]), NO_TERMINAL),
];

/// Somebody else, or by another key.
const ACCOUNTS: &[Attempt] = &[
    attempt(
        "a password",
        Runs(&["ssh", "-o", "PreferredAuthentications=password", "desk"]),
        DENIED,
    ),
    attempt(
        "questions of PAM",
        Runs(&[
            "ssh",
            "-o",
            "PreferredAuthentications=keyboard-interactive",
            "desk",
        ]),
        DENIED,
    ),
    attempt(
        "the host's word",
        Runs(&["ssh", "-o", "PreferredAuthentications=hostbased", "desk"]),
        DENIED,
    ),
    attempt(
        "no key",
        Runs(&["ssh", "-o", "PubkeyAuthentication=no", "desk"]),
        DENIED,
    ),
    attempt(
        "a key that nobody knows",
        Runs(&["ssh", "stranger"]),
        DENIED,
    ),
    attempt(
        "a key that the account let in itself",
        Runs(&["ssh", "homemade"]),
        DENIED,
    ),
    attempt(
        "an account with a shell",
        Runs(&["ssh", "daemon"]),
        DENIED_ELSEWHERE,
    ),
    attempt(
        "a user's name with another in it",
        Runs(&["ssh", "-l", "daemon/kiosk", "desk"]),
        DENIED_ELSEWHERE,
    ),
    attempt(
        "a user's name in capitals",
        Runs(&["ssh", "-l", "KIOSK", "desk"]),
        DENIED_ELSEWHERE,
    ),
    attempt(
        "a user's name with a blank",
        Runs(&["ssh", "-l", "kiosk ", "desk"]),
        DENIED_ELSEWHERE,
    ),
    attempt(
        "a key with a command of its own",
        OnTerminal(&["ssh", "commanded"]),
        Kiosk,
    ),
    attempt(
        "a key with a command of its own, and another",
        Runs(&["ssh", "commanded", "sh"]),
        NO_SHELL,
    ),
    attempt(
        "a key that sets variables",
        OnTerminal(&["ssh", "equipped"]),
        Kiosk,
    ),
    attempt(
        "files in the account's own folder",
        How::Tries(files_at_home),
        Kiosk,
    ),
    attempt(
        "a key that opens forwards",
        Runs(&["ssh", "-W", "127.0.0.1:22", "equipped"]),
        Refused("administratively prohibited"),
    ),
];

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Attempt> {
    // One of the forwards waits for a quarter of a minute: the others are made meanwhile.
    [
        forwards::ATTEMPTS,
        terminal::ATTEMPTS,
        COMMANDS,
        ACCOUNTS,
        environment::ATTEMPTS,
    ]
    .into_iter()
    .flatten()
}

fn long_command(server: &Server) {
    let output = run(server.client(&[
        "ssh".to_owned(),
        "desk".to_owned(),
        format!("echo lo''ot {}", "x".repeat(100_000)),
    ]));
    assert_refused(&output, REFUSED);
}

/// What a client that ran as this user could have left there (`server.rs`): read by a shell, it
/// leaves a trace.
fn files_at_home(server: &Server) {
    let mut pty = server.visitor();
    assert_locked(&mut pty);
    for file in ["rc", "profile", "bashrc"] {
        assert!(
            !server.folder.path().join("traces").join(file).exists(),
            "{file} was run"
        );
    }
}

/// Makes them all, some at a time. Gives the names of those that were not refused, each with what
/// was seen.
pub fn make_all(server: &Server) -> Vec<String> {
    let (left, failures) = (Mutex::new(all()), Mutex::new(Vec::new()));
    let next = || left.lock().expect("no attempt fails within").next();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(attempt) = next() {
                    if let Err(why) = attempt.make(server) {
                        failures
                            .lock()
                            .expect("no attempt fails within")
                            .push(format!("{}: {why}", attempt.name));
                    }
                }
            });
        }
    });
    failures.into_inner().expect("no attempt fails within")
}

/// How many are made at a time: several only wait.
const AT_ONCE: usize = 8;
/// How long one command line may take.
const PATIENCE: Timespec = Timespec {
    tv_sec: 60,
    tv_nsec: 0,
};

impl Attempt {
    fn make(&self, server: &Server) -> Result<(), String> {
        let traces = server
            .folder
            .path()
            .join("traces")
            .join(self.name.replace([' ', '/'], "_"));
        fs::create_dir(&traces).map_err(|error| format!("of this name there are two: {error}"))?;
        fs::set_permissions(&traces, fs::Permissions::from_mode(0o777)).expect("opened to all");
        catch_unwind(AssertUnwindSafe(|| {
            self.how.make(server, &traces, self.seen);
        }))
        .map_err(|panic| panic.downcast_ref::<String>().cloned().unwrap_or_default())?;
        let left: Vec<_> = fs::read_dir(&traces)
            .expect("its folder")
            .flatten()
            .map(|entry| entry.file_name())
            .collect();
        if left.is_empty() {
            Ok(())
        } else {
            Err(format!("it left {left:?}"))
        }
    }
}

impl How {
    fn make(&self, server: &Server, traces: &Path, seen: Seen) {
        let words = |words: &[&str]| -> Vec<String> {
            words
                .iter()
                .map(|word| word.replace('@', traces.to_str().expect("UTF-8")))
                .collect()
        };
        match self {
            Runs(line) => match seen {
                Refused(said) => assert_refused(&run(server.client(&words(line))), said),
                Unheard => {
                    let output = run(server.client(&words(line)));
                    assert_eq!(output.status.code(), Some(2), "{output:?}");
                    assert_refused(&output, "");
                }
                Kiosk | KioskAfter(_) => panic!("without a terminal there is no screen"),
            },
            OnTerminal(line) => watch(Pty::start(server.client(&words(line)), 80, 24), seen),
            Self::Under(term) => {
                let mut command = server.client(&words(&["ssh", "desk"]));
                command.env("TERM", term);
                watch(Pty::start(command, 80, 24), seen);
            }
            Self::Types(pieces) => {
                let mut pty = server.visitor();
                for piece in *pieces {
                    pty.send(piece);
                    // A screen that has just changed takes no Enter in lockdown.
                    pty.read_for(Duration::from_millis(550));
                }
                assert_locked(&mut pty);
            }
            Self::Tries(attempt) => attempt(server),
        }
    }
}

/// Looks at what stands on a terminal in the end.
fn watch(mut pty: Pty, seen: Seen) {
    match seen {
        Refused(said) => {
            let status = pty.end().0;
            assert!(
                !status.success() && heard(&pty, said),
                "{status}, without {said:?}: {}",
                pty.received.escape_ascii()
            );
            assert!(
                !heard(&pty, "loot"),
                "something ran: {}",
                pty.received.escape_ascii()
            );
        }
        Unheard => panic!("on a terminal everything is heard"),
        Kiosk => {
            pty.wait_for(START);
            assert_locked(&mut pty);
        }
        KioskAfter(said) => {
            pty.wait_until(said, |pty| heard(pty, said));
            pty.wait_for(START);
            assert_locked(&mut pty);
        }
    }
}

fn heard(pty: &Pty, said: &str) -> bool {
    pty.received
        .windows(said.len())
        .any(|window| window == said.as_bytes())
}

/// The kiosk lives and draws anew when asked to, and nothing else was heard of.
fn assert_locked(pty: &mut Pty) {
    // By then a sequence that was half told is over, and does not swallow the question.
    pty.read_for(Duration::from_millis(300));
    assert_answers(pty);
}

fn assert_answers(pty: &mut Pty) {
    let drawn = pty.received.len();
    let answered = (0..PATIENCE.tv_sec).any(|_| {
        pty.send(b"\x0c");
        // What was half told before ends by a silence, of which a kiosk knows that has had the time
        // to look: the question may have come to it with the rest, and be a part of that.
        pty.gone_within(Duration::from_secs(1), |pty| pty.received.len() > drawn) == Some(false)
    });
    assert!(
        answered,
        "no other frame comes; the screen:\n{}",
        pty.text()
    );
    assert!(
        !heard(pty, "loot") && !heard(pty, "Forged"),
        "something ran: {}",
        pty.received.escape_ascii()
    );
}

fn assert_refused(output: &Output, said: &str) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && told.contains(said),
        "{}, without {said:?}: {output:?}",
        output.status
    );
    assert!(
        output.stdout.is_empty() && !told.contains("loot"),
        "something ran: {output:?}"
    );
}

/// Runs a command with nothing to read, and ends it where it does not end by itself.
fn run(mut command: Command) -> Output {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let pid = Pid::from_child(&child);
    let pidfd = pidfd_open(pid, PidfdFlags::empty()).expect("a pidfd");
    let reader = std::thread::spawn(move || child.wait_with_output());
    let ended = retry_on_intr(|| poll(&mut [PollFd::new(&pidfd, PollFlags::IN)], Some(&PATIENCE)))
        .expect("polled")
        > 0;
    if !ended {
        let _ = kill_process(pid, Signal::KILL);
    }
    let output = reader.join().expect("read").expect("its output");
    assert!(ended, "it did not end by itself: {output:?}");
    output
}
