//! The terminal's descriptor and its modes over a real pseudo-terminal, without the program around
//! them.

use std::fs::File;
use std::io::Write as _;
use std::os::fd::AsFd as _;
use std::time::{Duration, Instant};

use ratatui::layout::Size;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::termios::{Action, InputModes, LocalModes, Termios};
use support_kiosk::terminal::profile::TerminalProfile;
use support_kiosk::terminal::raw_screen::RawScreen;
use support_kiosk::terminal::sequences::{self, UnknownSequences};
use support_kiosk::terminal::tty::{NotATerminal, ReadOutcome, Tty, WriteOutcome};

use crate::support::pty::{pair, set_size};

/// Of a line that does not move, restoring waits for a third of a second; a machine that has much
/// to do may take longer.
const SOON: Duration = Duration::from_secs(10);

/// A pseudo-terminal: the far end, and the end that a program has as its standard input and output.
struct Pair {
    far: File,
    near: File,
}

impl Pair {
    fn open() -> Self {
        let (far, near) = pair(80, 24);
        Self {
            far: far.into(),
            near: near.into(),
        }
    }

    /// The terminal by each of the two ways in which a descriptor is had.
    fn ttys(&self) -> [(&'static str, Tty); 2] {
        let fd = self.near.as_fd();
        [
            ("opened afresh", Tty::over(fd, fd).expect("a terminal")),
            ("shared", Tty::sharing(fd).expect("a terminal")),
        ]
    }

    fn termios(&self) -> Termios {
        rustix::termios::tcgetattr(&self.near).expect("a terminal has modes")
    }
}

fn xterm() -> TerminalProfile {
    TerminalProfile::from_variables(|name| (name == "TERM").then(|| "xterm-256color".to_owned()))
}

/// The modes that restoring has to bring back, in words that can be compared.
fn modes_of(termios: &Termios) -> String {
    let Termios {
        input_modes,
        output_modes,
        control_modes,
        local_modes,
        special_codes,
        ..
    } = termios;
    format!("{input_modes:?} {output_modes:?} {control_modes:?} {local_modes:?} {special_codes:?}")
}

/// Waits, a minute at most, until a terminal has something to read or has gone.
fn wait_for_input(tty: &Tty) {
    let mut asked = [PollFd::new(tty, PollFlags::IN)];
    let limit = Timespec {
        tv_sec: 60,
        tv_nsec: 0,
    };
    assert_eq!(
        rustix::io::retry_on_intr(|| rustix::event::poll(&mut asked, Some(&limit))),
        Ok(1),
        "nothing came"
    );
}

/// Reads from the far end until these bytes have come.
fn read_until(far: &mut dyn std::io::Read, end: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    let mut buffer = [0; 4096];
    while !all.windows(end.len()).any(|window| window == end) {
        let count = far.read(&mut buffer).expect("the far end reads");
        assert!(count > 0, "the line ended after {}", all.escape_ascii());
        all.extend_from_slice(&buffer[..count]);
    }
    all
}

/// Fills the line until it takes nothing more.
fn fill(tty: &Tty) {
    for _ in 0..100_000 {
        if tty.write(&[b'.'; 512]) == WriteOutcome::WouldBlock {
            return;
        }
    }
    panic!("a line that nobody reads took everything");
}

#[test]
fn t13_what_is_no_terminal_is_refused() {
    let pair = Pair::open();
    let null = File::open("/dev/null").expect("there");
    let (near, null) = (pair.near.as_fd(), null.as_fd());
    assert_eq!(Tty::over(null, near).err(), Some(NotATerminal));
    assert_eq!(Tty::over(near, null).err(), Some(NotATerminal));
    assert!(Tty::over(near, near).is_ok());
}

#[test]
fn t1_the_size_is_the_terminals_own_word_and_80_by_24_without_one() {
    let pair = Pair::open();
    for (way, tty) in pair.ttys() {
        for ((columns, rows), expected) in [
            ((100, 40), Size::new(100, 40)),
            ((0, 0), Size::new(80, 24)),
            ((100, 0), Size::new(80, 24)),
            ((1, 1), Size::new(1, 1)),
            ((u16::MAX, u16::MAX), Size::new(512, 256)),
        ] {
            set_size(&pair.far, columns, rows);
            assert_eq!(tty.size(), expected, "{columns}x{rows}, {way}");
        }
    }
}

#[test]
fn nobody_else_finds_the_descriptor_changed() {
    let pair = Pair::open();
    for (way, tty) in pair.ttys() {
        let _modes = RawScreen::enter(&tty, xterm()).expect("modes");
        let flags = rustix::fs::fcntl_getfl(&pair.near).expect("a file has flags");
        assert!(!flags.contains(rustix::fs::OFlags::NONBLOCK), "{way}");
    }
}

#[test]
fn reading_and_writing_never_wait() {
    let pair = Pair::open();
    let mut typing = pair.far.try_clone().expect("a writer");
    for (way, tty) in pair.ttys() {
        let modes = RawScreen::enter(&tty, xterm()).expect("modes");
        let mut buffer = [0; 64];
        assert_eq!(tty.read(&mut buffer), ReadOutcome::Nothing, "{way}");
        // Neither a signal nor a stopped line nor a line end: keys.
        typing.write_all(b"\x03\x13\r").expect("typed");
        wait_for_input(&tty);
        let mut typed = Vec::new();
        while let ReadOutcome::Bytes(count) = tty.read(&mut buffer) {
            typed.extend_from_slice(&buffer[..count]);
        }
        assert_eq!(typed, b"\x03\x13\r", "{way}");
        fill(&tty);
        modes.restore_after_hang_up();
        rustix::termios::tcflush(&tty, rustix::termios::QueueSelector::IOFlush).expect("emptied");
    }
}

#[test]
fn t3_the_far_end_closing_is_hang_up_and_the_terminal_is_left_alone() {
    for shared in [false, true] {
        let pair = Pair::open();
        let [afresh, sharing] = pair.ttys();
        let (way, tty) = if shared { sharing } else { afresh };
        let modes = RawScreen::enter(&tty, xterm()).expect("modes");
        let Pair { far, near: _near } = pair;
        drop(far);
        wait_for_input(&tty);
        assert_eq!(tty.read(&mut [0; 64]), ReadOutcome::HungUp, "{way}");
        assert_eq!(tty.write(b"frame"), WriteOutcome::Gone, "{way}");
        modes.restore_after_hang_up();
    }
}

#[test]
fn t8_the_terminal_is_given_back_once_and_as_it_was() {
    let pair = Pair::open();
    let mut far = pair.far.try_clone().expect("a reader");
    let before = modes_of(&pair.termios());
    for (way, tty) in pair.ttys() {
        let modes = RawScreen::enter(&tty, xterm()).expect("modes");
        let raw = pair.termios();
        assert!(
            !raw.local_modes
                .intersects(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG),
            "{way}"
        );
        assert!(!raw.input_modes.contains(InputModes::IXON), "{way}");
        read_until(
            &mut far,
            sequences::enter(UnknownSequences::Skipped).as_bytes(),
        );
        let way_out = modes.restore_handle();
        std::thread::spawn(move || way_out.restore())
            .join()
            .expect("restored by another thread");
        assert_eq!(modes_of(&pair.termios()), before, "{way}");
        modes.restore();
        drop(modes);
        // What comes after the one restoring is what is written next.
        (&pair.near).write_all(b"after").expect("written");
        let came = read_until(&mut far, b"after");
        let expected = (sequences::end_update() + &sequences::leave() + "after").into_bytes();
        assert_eq!(came, expected, "{way}: {}", came.escape_ascii());
    }
}

#[test]
fn t8_a_stopped_line_does_not_hold_the_restoring() {
    let pair = Pair::open();
    let mut far = pair.far.try_clone().expect("a reader");
    let before = modes_of(&pair.termios());
    for (way, tty) in pair.ttys() {
        let modes = RawScreen::enter(&tty, xterm()).expect("modes");
        rustix::termios::tcflow(&pair.near, Action::OOff).expect("stopped");
        assert_eq!(
            tty.write(b"frame"),
            WriteOutcome::WouldBlock,
            "{way}: a stopped line takes nothing"
        );
        let start = Instant::now();
        drop(modes);
        let took = start.elapsed();
        assert!(took < SOON, "{way}: restoring took {took:?}");
        assert_eq!(modes_of(&pair.termios()), before, "{way}");
        read_until(&mut far, sequences::leave().as_bytes());
    }
}

#[test]
fn t8_a_line_that_nobody_reads_does_not_hold_the_restoring() {
    let pair = Pair::open();
    let before = modes_of(&pair.termios());
    for (way, tty) in pair.ttys() {
        let modes = RawScreen::enter(&tty, xterm()).expect("modes");
        fill(&tty);
        let start = Instant::now();
        modes.restore();
        let took = start.elapsed();
        assert!(took < SOON, "{way}: restoring took {took:?}");
        assert_eq!(modes_of(&pair.termios()), before, "{way}");
    }
    // When it moves again, the way out is what it moves.
    let mut far = pair.far.try_clone().expect("a reader");
    read_until(&mut far, sequences::leave().as_bytes());
}

#[test]
fn k8_what_was_typed_ahead_is_not_left_to_the_next_program() {
    let pair = Pair::open();
    let mut typing = pair.far.try_clone().expect("a writer");
    let tty = Tty::over(pair.near.as_fd(), pair.near.as_fd()).expect("a terminal");
    let modes = RawScreen::enter(&tty, xterm()).expect("modes");
    typing.write_all(b"a line for a shell\r").expect("typed");
    wait_for_input(&tty);
    modes.restore();
    assert_eq!(tty.read(&mut [0; 64]), ReadOutcome::Nothing);
}
