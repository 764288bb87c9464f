//! The program in a real pseudo-terminal, as a person has it: keys in, a screen out.
//!
//! One thread does it all: whoever waits for something reads what the program draws meanwhile, so
//! that closing the last master descriptor is a true hang-up and nothing has to be joined.

use std::fs;
use std::num::NonZeroU16;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::io::retry_on_intr;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Termios, Winsize, tcgetattr, tcsetwinsize};
use support_kiosk::terminal::sequences::end_update;

use super::strangers::strangers;

/// How long anything may take before the test gives up: far more than it needs, on the slowest
/// machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked again for what no output tells.
const GLANCE: Duration = Duration::from_millis(50);

/// So long a program does nothing that has done all it had to do.
pub const REST: Duration = Duration::from_millis(500);

/// More than the pause after which Enter counts.
const PAUSE: Duration = Duration::from_millis(600);
/// More than the silence that tells a key from a burst, and an Esc from what follows it.
const STROKE: Duration = Duration::from_millis(100);

/// A program on a pseudo-terminal.
pub struct Pty {
    master: Option<OwnedFd>,
    slave: OwnedFd,
    parser: vt100::Parser,
    /// What came and is not shown yet. A read may bring several frames, and a test has to see each:
    /// the one that it waits for may be the first of them, and not stand for long.
    coming: Vec<u8>,
    /// All that the program wrote.
    pub received: Vec<u8>,
    /// When it was last typed.
    typed: Option<Instant>,
    pub child: Child,
    pidfd: OwnedFd,
}

/// How the terminal belongs to the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terminal {
    /// It is the program's controlling terminal: its end is told by SIGHUP.
    Controlling,
    /// It is a terminal like any other: its end is told by nothing but itself.
    Foreign,
}

impl Pty {
    /// Starts a program on a terminal of this size.
    pub fn start(command: Command, columns: u16, rows: u16) -> Self {
        Self::start_on(Terminal::Controlling, command, columns, rows)
    }

    #[expect(
        unsafe_code,
        reason = "setsid and TIOCSCTTY between fork and exec: two system calls that allocate nothing"
    )]
    pub fn start_on(terminal: Terminal, mut command: Command, columns: u16, rows: u16) -> Self {
        let (master, slave) = pair(columns, rows);
        let stdio = || Stdio::from(slave.try_clone().expect("a descriptor"));
        command.stdin(stdio()).stdout(stdio()).stderr(stdio());
        unsafe {
            command.pre_exec(move || {
                rustix::process::setsid()?;
                if terminal == Terminal::Controlling {
                    rustix::process::ioctl_tiocsctty(rustix::stdio::stdin())?;
                }
                Ok(())
            });
        }
        let child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        drop(command);
        let pidfd = pidfd_open(Pid::from_child(&child), PidfdFlags::empty()).expect("a pidfd");
        let (shown_rows, shown_columns) = emulated(columns, rows);
        let parser = vt100::Parser::new(shown_rows, shown_columns, 0);
        Self {
            master: Some(master),
            slave,
            parser,
            coming: Vec::new(),
            received: Vec::new(),
            typed: None,
            child,
            pidfd,
        }
    }

    /// Types bytes a moment after all that was typed before, as a hand does. What is typed by one
    /// call is a burst for the program (T15), unless it is a single key.
    pub fn send(&mut self, bytes: &[u8]) {
        self.lift_the_hand();
        self.type_at_once(bytes);
    }

    /// Strikes one key after the other.
    pub fn strike(&mut self, keys: &str) {
        let mut bytes = [0; 4];
        for key in keys.chars() {
            self.send(key.encode_utf8(&mut bytes).as_bytes());
        }
    }

    /// Waits until what was typed has been read and handled, and a moment longer. Nothing is read
    /// from the program meanwhile.
    fn lift_the_hand(&self) {
        let Some(mut since) = self.typed else { return };
        let end = Instant::now() + PATIENCE / 12;
        let unread = || rustix::io::ioctl_fionread(&self.slave).is_ok_and(|waiting| waiting > 0);
        while Instant::now() < end && (unread() || !self.is_asleep()) {
            std::thread::sleep(Duration::from_millis(1));
            since = Instant::now();
        }
        std::thread::sleep(STROKE.saturating_sub(since.elapsed()));
    }

    /// Types bytes, whatever was typed right before.
    pub fn type_at_once(&mut self, bytes: &[u8]) {
        // No answer to these is what came before.
        self.show_all();
        let master = self.master.as_ref().expect("the line is up");
        assert_eq!(
            rustix::io::write(master, bytes).expect("typed"),
            bytes.len()
        );
        self.typed = Some(Instant::now());
    }

    /// Waits until a text stands on the screen.
    pub fn wait_for(&mut self, text: &str) {
        self.wait_until(&format!("{text:?} on the screen"), |pty| {
            pty.text().contains(text)
        });
    }

    /// Strikes Enter, where it counts only after half a second without one (A6), until a text
    /// stands on the screen.
    pub fn confirm(&mut self, text: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.shows_within(PAUSE, text) {
            assert!(
                Instant::now() < end,
                "waited in vain for {text:?}; the screen:\n{}",
                self.text()
            );
            self.send(b"\r");
            if self.shows_within(PATIENCE / 4, text) {
                return;
            }
        }
    }

    fn shows_within(&mut self, most: Duration, text: &str) -> bool {
        let gone = self.gone_within(most, |pty| pty.text().contains(text));
        assert!(
            gone != Some(true),
            "the program ended before {text:?}; the screen:\n{}",
            self.text()
        );
        gone.is_some()
    }

    /// Waits until something is so, reading what is drawn meanwhile.
    pub fn wait_until(&mut self, what: &str, so: impl Fn(&Self) -> bool) {
        let gone = self.wait_until_gone_or(what, so);
        assert!(
            !gone,
            "waited in vain for {what}; the screen:\n{}",
            self.text()
        );
    }

    /// As [`Pty::wait_until`], or until the program is gone: true then.
    pub fn wait_until_gone_or(&mut self, what: &str, so: impl Fn(&Self) -> bool) -> bool {
        let gone = self.gone_within(PATIENCE, so);
        gone.unwrap_or_else(|| panic!("waited in vain for {what}; the screen:\n{}", self.text()))
    }

    /// Waits until something is so (false) or the program is gone (true), but no longer than `most`
    /// (none).
    pub fn gone_within(&mut self, most: Duration, so: impl Fn(&Self) -> bool) -> Option<bool> {
        let end = Instant::now() + most;
        while !so(self) {
            let left = end.checked_duration_since(Instant::now())?;
            if !self.read(left.min(GLANCE)) {
                return Some(true);
            }
        }
        Some(false)
    }

    /// Reads all that comes within this time: to see that nothing does.
    pub fn read_for(&mut self, time: Duration) -> usize {
        let (before, end) = (self.received.len(), Instant::now() + time);
        while Instant::now() < end && self.read(end.saturating_duration_since(Instant::now())) {}
        self.show_all();
        self.received.len() - before
    }

    /// Reads until nothing has come for so long and the program has slept: all that it was asked
    /// for is done.
    pub fn settle(&mut self, rest: Duration) {
        let end = Instant::now() + PATIENCE;
        loop {
            let before = self.context_switches();
            if self.read_for(rest) == 0 && self.context_switches() == before && self.is_asleep() {
                return;
            }
            assert!(
                Instant::now() < end,
                "it does not come to rest; the screen:\n{}",
                self.text()
            );
        }
    }

    /// Reads so few bytes at a time until a text stands on the screen.
    pub fn trickle(&mut self, count: usize, text: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.text().contains(text) {
            assert!(
                Instant::now() < end,
                "waited in vain for {text:?}; the screen:\n{}",
                self.text()
            );
            self.read_some(GLANCE, count);
        }
    }

    /// Reads once, if anything comes within `most`. False: the program is gone.
    fn read(&mut self, most: Duration) -> bool {
        self.read_some(most, 8192)
    }

    fn read_some(&mut self, most: Duration, count: usize) -> bool {
        if self.show_next() {
            return true;
        }
        let master = self.master.as_ref().expect("the line is up");
        let timeout = Timespec::try_from(most).expect("a short time");
        let mut either = [
            PollFd::new(master, PollFlags::IN),
            PollFd::new(&self.pidfd, PollFlags::IN),
        ];
        retry_on_intr(|| poll(&mut either, Some(&timeout))).expect("polled");
        let gone = !either[1].revents().is_empty();
        // The line is looked at once more behind that: between the two looks the program may have
        // written its last and gone.
        let mut line = [PollFd::new(master, PollFlags::IN)];
        retry_on_intr(|| poll(&mut line, Some(&Timespec::default()))).expect("polled");
        if !line[0].revents().contains(PollFlags::IN) {
            return !gone;
        }
        let mut bytes = [0; 8192];
        let count = rustix::io::read(master, &mut bytes[..count]).unwrap_or(0);
        self.coming.extend_from_slice(&bytes[..count]);
        self.received.extend_from_slice(&bytes[..count]);
        self.show_next();
        true
    }

    /// Shows what came, to the end of its first frame. False: there is nothing.
    fn show_next(&mut self) -> bool {
        let mark = end_update();
        let end = memchr::memmem::find(&self.coming, mark.as_bytes())
            .map_or(self.coming.len(), |at| at + mark.len());
        let frame: Vec<u8> = self.coming.drain(..end).collect();
        self.parser.process(&frame);
        !frame.is_empty()
    }

    fn show_all(&mut self) {
        while self.show_next() {}
    }

    /// The screen, as text.
    pub fn text(&self) -> String {
        self.parser.screen().contents()
    }

    /// The screen, as a terminal has it.
    pub fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// Types bytes, as fast as they are taken, reading what is drawn meanwhile.
    pub fn pour(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(512) {
            self.type_at_once(part);
            self.read_for(Duration::ZERO);
        }
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.show_all();
        set_size(self.master.as_ref().expect("the line is up"), columns, rows);
        let (rows, columns) = emulated(columns, rows);
        self.parser.screen_mut().set_size(rows, columns);
    }

    /// The line drops: nobody holds the other end any more.
    pub fn hang_up(&mut self) {
        self.show_all();
        self.master = None;
    }

    /// Lets another process alone hold the other end, as sshd does: the line drops when that one
    /// dies.
    pub fn hand_line_over(&mut self) -> Child {
        self.show_all();
        let master = self.master.take().expect("the line is up");
        Command::new("sleep")
            .arg("1000")
            .stdin(master)
            .spawn()
            .expect("sleep")
    }

    /// Sends a signal to the program.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("signalled");
    }

    /// Sends a signal that has no name, such as a real-time one.
    pub fn signal_by_number(&self, number: i32) {
        let pid = i32::try_from(self.child.id()).expect("a pid");
        #[expect(unsafe_code, reason = "the libraries know no real-time signals")]
        // SAFETY: a system call on numbers.
        let sent = unsafe { nix::libc::kill(pid, number) };
        assert_eq!(sent, 0, "signal {number}");
    }

    /// The slave, for looking at the terminal's modes.
    pub fn slave(&self) -> &OwnedFd {
        &self.slave
    }

    /// Waits for the program's end, reading what it draws meanwhile; answers its status and how
    /// long it took.
    pub fn end(&mut self) -> (ExitStatus, Duration) {
        let took = self.wait_for_end();
        (self.child.wait().expect("its status"), took)
    }

    /// Waits for the program's end; its status is not asked for yet.
    pub fn wait_for_end(&mut self) -> Duration {
        let start = Instant::now();
        while self.master.is_some() && start.elapsed() < PATIENCE && self.read(PATIENCE) {}
        self.show_all();
        let left = PATIENCE.saturating_sub(start.elapsed());
        let mut watched = [PollFd::new(&self.pidfd, PollFlags::IN)];
        retry_on_intr(|| {
            poll(
                &mut watched,
                Some(&Timespec::try_from(left).expect("a short time")),
            )
        })
        .expect("polled");
        assert!(
            !watched[0].revents().is_empty(),
            "the program did not end; the screen:\n{}",
            self.text()
        );
        start.elapsed()
    }

    /// The time that it has had a processor, all that it waited for included; also after its end,
    /// until its status is asked for.
    pub fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))
            .expect("it was not waited for");
        let fields = stat
            .rsplit_once(") ")
            .expect("a name")
            .1
            .split(' ')
            .skip(11)
            .take(4);
        // In hundredths of a second, on every machine that we build for.
        Duration::from_millis(
            fields
                .map(|ticks| ticks.parse::<u64>().expect("a number") * 10)
                .sum(),
        )
    }

    /// A number out of `/proc/PID/status`, summed over threads where `each_thread`.
    pub fn context_switches(&self) -> u64 {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.child.id())).expect("its threads");
        let voluntary = |status: String| -> u64 {
            let line = status
                .lines()
                .find(|line| line.starts_with("voluntary_ctxt_switches"))
                .expect("counted")
                .to_owned();
            line.split_whitespace()
                .last()
                .and_then(|number| number.parse().ok())
                .expect("a number")
        };
        tasks
            .filter_map(|task| fs::read_to_string(task.ok()?.path().join("status")).ok())
            .map(voluntary)
            .sum()
    }

    /// Whether each of its threads sleeps, and none waits for a processor.
    fn is_asleep(&self) -> bool {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.child.id()))
            .into_iter()
            .flatten()
            .flatten();
        let mut stats = tasks.filter_map(|task| fs::read_to_string(task.path().join("stat")).ok());
        stats.all(|stat| {
            stat.rsplit_once(") ")
                .is_some_and(|(_, behind)| behind.starts_with('S'))
        })
    }

    /// What the program has of the machine's memory, in KiB.
    pub fn resident(&self) -> u64 {
        let status =
            fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("its status");
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .expect("a size");
        line.trim()
            .trim_end_matches(" kB")
            .parse()
            .expect("a number")
    }

    /// How many threads it has.
    pub fn threads(&self) -> usize {
        fs::read_dir(format!("/proc/{}/task", self.child.id()))
            .expect("its threads")
            .count()
    }
}

impl Pty {
    /// Lets what the program wrote hold a sequence that the kiosk's screen never does.
    pub fn forgive(&mut self, sequence: &str) {
        self.received = String::from_utf8_lossy(&self.received)
            .replace(sequence, "")
            .into_bytes();
    }
}

impl Drop for Pty {
    /// Whatever the test was about: the program wrote nothing that it has no word for (K7, T6).
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let strangers = strangers(&self.received);
        assert!(
            std::thread::panicking() || strangers.is_empty(),
            "in the output:\n{}",
            strangers.join("\n")
        );
    }
}

/// A pseudo-terminal of this size: the far end, and the end that a program has as its standard
/// input and output.
pub fn pair(columns: u16, rows: u16) -> (OwnedFd, OwnedFd) {
    let far = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
        .expect("a pseudo-terminal");
    grantpt(&far).expect("granted");
    unlockpt(&far).expect("unlocked");
    let name = ptsname(&far, Vec::new()).expect("a name");
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let near = rustix::fs::open(&name, flags, Mode::empty()).expect("the near end");
    set_size(&far, columns, rows);
    (far, near)
}

/// The modes of a terminal that a program has to leave as they were, in words that can be compared.
pub fn modes(terminal: &OwnedFd) -> String {
    let Termios {
        input_modes,
        output_modes,
        control_modes,
        local_modes,
        special_codes,
        ..
    } = tcgetattr(terminal).expect("a terminal");
    format!("{input_modes:?} {output_modes:?} {control_modes:?} {local_modes:?} {special_codes:?}")
}

/// The rows and columns that the emulator shows: a terminal that says no size is drawn on as one of
/// 80x24.
fn emulated(columns: u16, rows: u16) -> (NonZeroU16, NonZeroU16) {
    let or = |said: u16, usual: NonZeroU16| NonZeroU16::new(said).unwrap_or(usual);
    (
        or(rows, const { NonZeroU16::new(24).expect("not zero") }),
        or(columns, const { NonZeroU16::new(80).expect("not zero") }),
    )
}

/// Gives a terminal another size.
pub fn set_size(master: impl AsFd, columns: u16, rows: u16) {
    let size = Winsize {
        ws_row: rows,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(master, size).expect("sized");
}
