//! The line drops, in each of the ways in which lines do, two hundred times: the program is gone at
//! once, having hardly run, with the status that says so and without a file left (T3). What becomes
//! of a client then: `launching`.

use std::fs;
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::retry_on_intr;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use support_kiosk::demo::ResponsePace;

use crate::support::parallel::for_each;
use crate::support::pty::{Pty, Terminal, pair};
use crate::support::served::SOON;
use crate::support::stage::{CRAWLING, Stage, is_empty};

/// How often the line drops in each way.
const TIMES: usize = 200;
/// A second of a processor, in the hundredths in which the system counts.
const A_SECOND: u64 = 100;

/// Hundredths of a second that a process has run, one that has ended and not been waited for
/// included.
fn ran(pid: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("not waited for yet");
    let fields: Vec<&str> = stat
        .rsplit_once(") ")
        .expect("its name in brackets")
        .1
        .split(' ')
        .collect();
    fields[11..13]
        .iter()
        .map(|ticks| ticks.parse::<u64>().expect("a number"))
        .sum()
}

/// Waits until a process has ended, without taking its status; says how long it took.
fn ended(pid: Pid) -> Duration {
    let start = Instant::now();
    let process = pidfd_open(pid, PidfdFlags::empty()).expect("it lives or was not waited for");
    let mut watched = [PollFd::new(&process, PollFlags::IN)];
    retry_on_intr(|| {
        poll(
            &mut watched,
            Some(&Timespec {
                tv_sec: 30,
                tv_nsec: 0,
            }),
        )
    })
    .expect("polled");
    assert!(
        !watched[0].revents().is_empty(),
        "it goes on after {:?}",
        start.elapsed()
    );
    start.elapsed()
}

/// Lets the line of a program drop that nobody else has, again and again.
fn drops(way: &str, terminal: Terminal, command: impl Fn(&Stage) -> Command + Sync) {
    let stage = Stage::new(ResponsePace::INSTANT);
    for_each(&[(); TIMES], |()| {
        let mut pty = Pty::start_on(terminal, command(&stage), 80, 24);
        pty.wait_for("How would you like to get help?");
        pty.hang_up();
        let took = ended(Pid::from_child(&pty.child));
        let ran = ran(pty.child.id());
        let status = pty.child.wait().expect("its status");
        assert!(
            status.code() == Some(129) && took < SOON && ran < A_SECOND,
            "{way}: {status} after {took:?}, ran {ran}/100 s"
        );
    });
    assert!(is_empty(&stage.downloads()), "{way}");
}

/// The same program in a shell's place, with one more thing done before.
fn by_shell(stage: &Stage, before: &str) -> Command {
    let program = stage.command();
    let mut command = Command::new("/bin/sh");
    command
        .arg("-c")
        .arg(format!("{before}exec \"$@\""))
        .arg("sh")
        .arg(program.get_program())
        .args(program.get_args());
    command.envs(
        program
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    command
}

#[test]
fn t3_the_master_is_closed() {
    drops("closed", Terminal::Controlling, Stage::command);
}

#[test]
fn t3_the_parent_ignored_the_signal_of_it() {
    drops("ignored", Terminal::Controlling, |stage| {
        by_shell(stage, "trap '' HUP; ")
    });
}

#[test]
fn t3_no_signal_comes_at_all() {
    drops("no controlling terminal", Terminal::Foreign, Stage::command);
    drops("neither, and ignored", Terminal::Foreign, |stage| {
        by_shell(stage, "trap '' HUP; ")
    });
}

/// As a daemon that lets people in: it alone has the far end of the terminal, and dies. Between it
/// and the program stands a shell that leads the session, lives on, and tells how the program
/// ended.
struct Daemon {
    process: Child,
    near: OwnedFd,
    told: std::path::PathBuf,
}

impl Daemon {
    #[expect(
        unsafe_code,
        reason = "dup2 between fork and exec: one system call that allocates nothing"
    )]
    fn start(stage: &Stage, number: usize) -> Self {
        let (far, near) = pair(80, 24);
        let told = stage.folder.path().join(format!("status-{number}"));
        // What a shell starts beside itself has no input unless it is given one.
        let script = "exec 8<&0; setsid -c sh -c 'trap : HUP; s=$1; shift; \"$@\"; echo $? > \"$s.new\"; mv \"$s.new\" \"$s\"' \
                      sh \"$@\" <&8 9>&- & while read -r _ <&9; do :; done; wait";
        let mut command = Command::new("/bin/sh");
        let program = stage.command();
        command
            .arg("-c")
            .arg(script)
            .arg("sh")
            .arg(&told)
            .arg(program.get_program())
            .args(program.get_args());
        command.envs(
            program
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        let stdio = || Stdio::from(near.try_clone().expect("a descriptor"));
        command.stdin(stdio()).stdout(stdio()).stderr(stdio());
        // Not the ninth itself: that would stay closed to the shell.
        let far = rustix::io::fcntl_dupfd_cloexec(far, 10).expect("a descriptor");
        let far_number = far.as_raw_fd();
        // SAFETY: `dup2` may be called between fork and exec.
        unsafe {
            command.pre_exec(move || {
                let far = std::os::fd::BorrowedFd::borrow_raw(far_number);
                let mut ninth = <OwnedFd as std::os::fd::FromRawFd>::from_raw_fd(9);
                let done = rustix::io::dup2(far, &mut ninth);
                std::mem::forget(ninth);
                Ok(done?)
            });
        }
        let process = command.spawn().expect("a shell");
        Self {
            process,
            near,
            told,
        }
    }
}

/// The program among all that descends from a process, once its terminal is in its hands.
fn program_below(pid: u32) -> Option<u32> {
    let children =
        fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    children
        .split_whitespace()
        .filter_map(|pid| pid.parse().ok())
        .find_map(|pid| {
            let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            if name.trim() == "support-kiosk" {
                Some(pid)
            } else {
                program_below(pid)
            }
        })
}

#[test]
fn t3_the_daemon_that_had_the_line_is_killed() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let numbers: Vec<usize> = (0..TIMES).collect();
    for_each(&numbers, |&number| {
        let mut daemon = Daemon::start(&stage, number);
        let end = Instant::now() + Duration::from_secs(60);
        let is_raw = || {
            let modes = rustix::termios::tcgetattr(daemon.near.as_fd())
                .expect("modes")
                .local_modes;
            !modes.contains(rustix::termios::LocalModes::ICANON)
        };
        while !is_raw() {
            assert!(Instant::now() < end, "it never started");
            std::thread::sleep(Duration::from_millis(1));
        }
        let program = program_below(daemon.process.id()).expect("the program");
        let pid = Pid::from_raw(i32::try_from(program).expect("a pid")).expect("a pid");
        let process = pidfd_open(pid, PidfdFlags::empty()).expect("it lives");
        let start = Instant::now();
        daemon.process.kill().expect("killed");
        let mut watched = [PollFd::new(&process, PollFlags::IN)];
        retry_on_intr(|| {
            poll(
                &mut watched,
                Some(&Timespec {
                    tv_sec: 30,
                    tv_nsec: 0,
                }),
            )
        })
        .expect("polled");
        let took = start.elapsed();
        assert!(
            !watched[0].revents().is_empty() && took < SOON,
            "after {took:?}"
        );
        daemon.process.wait().expect("its status");
        while !daemon.told.exists() {
            assert!(Instant::now() < end, "how it ended was never told");
            std::thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(
            fs::read_to_string(&daemon.told).expect("told").trim(),
            "129"
        );
    });
    assert!(is_empty(&stage.downloads()));
}

#[test]
fn d14_t3_a_download_that_the_line_leaves_leaves_no_file() {
    let stage = Stage::new(CRAWLING);
    for_each(
        &[Terminal::Controlling, Terminal::Foreign].repeat(5),
        |terminal| {
            let mut pty = stage.downloading(*terminal);
            pty.hang_up();
            let took = ended(Pid::from_child(&pty.child));
            let ran = ran(pty.child.id());
            let status = pty.child.wait().expect("its status");
            assert!(
                status.code() == Some(129) && took < SOON && ran < A_SECOND,
                "{terminal:?}: {status}, {took:?}, ran {ran}"
            );
        },
    );
    assert!(is_empty(&stage.downloads()));
}
