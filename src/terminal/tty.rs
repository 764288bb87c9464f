//! The terminal's descriptor: opened so that nothing ever waits for it, and nobody else finds it changed.
//!
//! `O_NONBLOCK` belongs to the open file, which we share with the shell that started us: set on standard input it would
//! stay behind when we leave. So the terminal is opened afresh where that is possible, and else used with a care that
//! needs no flag(after `su` both reopenings fail).

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use ratatui::layout::Size;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

/// What a VT has, where the terminal does not say (T1).
const USUAL: Size = Size::new(80, 24);
/// A window may claim up to 65,535 by 65,535 cells, which would not fit into memory. What lies beyond this stays blank.
const LARGEST: Size = Size::new(512, 256);
/// What a descriptor that is said to be writable takes without waiting.
const AT_ONCE: usize = 256;

/// The terminal, open for reading and writing.
pub struct Tty {
    fd: OwnedFd,
    file: File,
}

/// Whose open file the descriptor is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum File {
    /// Ours, and never blocking.
    Ours,
    /// Shared with whoever started us, and blocking: asked before every read and write.
    Shared,
}

/// Standard input or output is no terminal (T13).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("standard input and output are not a terminal")]
pub struct NotATerminal;

/// What reading came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// That many bytes.
    Bytes(usize),
    /// There is nothing at the moment.
    Nothing,
    /// The terminal has gone (T3).
    HungUp,
}

/// What writing came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// That many bytes.
    Some(usize),
    /// The line takes nothing at the moment.
    Full,
    /// The terminal has gone.
    Gone,
}

impl Tty {
    /// The terminal that standard input and output are.
    pub fn open() -> Result<Self, NotATerminal> {
        Self::over(rustix::stdio::stdin(), rustix::stdio::stdout())
    }

    /// The terminal that two descriptors are, in place of standard input and output.
    pub fn over(input: BorrowedFd<'_>, output: BorrowedFd<'_>) -> Result<Self, NotATerminal> {
        if !rustix::termios::isatty(input) || !rustix::termios::isatty(output) {
            return Err(NotATerminal);
        }
        if let Some(fd) = reopened(input).or_else(|| controlling(input)) {
            return Ok(Self { fd, file: File::Ours });
        }
        Self::sharing(input)
    }

    /// The terminal through the very file of `input`, for where it can't be opened afresh.
    pub fn sharing(input: BorrowedFd<'_>) -> Result<Self, NotATerminal> {
        let fd = rustix::io::fcntl_dupfd_cloexec(input, 3).map_err(|_| NotATerminal)?;
        Ok(Self { fd, file: File::Shared })
    }

    /// The same terminal once more, for those who give it back.
    pub(super) fn another(&self) -> std::io::Result<Self> {
        Ok(Self { fd: self.fd.try_clone()?, file: self.file })
    }

    /// Whether a read without bytes to read says so by an error.
    pub(super) fn never_blocks(&self) -> bool {
        self.file == File::Ours
    }

    /// Whether another process group has the terminal, as after `support-kiosk &` in a shell: then it must be neither read
    /// nor changed. A terminal that does not control our session has no such group.
    pub fn is_in_background(&self) -> bool {
        rustix::termios::tcgetpgrp(&self.fd).is_ok_and(|foreground| foreground != rustix::process::getpgrp())
    }

    /// Reads what has arrived; never waits.
    pub fn read(&self, buffer: &mut [u8]) -> Read {
        if buffer.is_empty() || self.file == File::Shared && !self.is_ready(PollFlags::IN, 0) {
            return if self.is_gone() { Read::HungUp } else { Read::Nothing };
        }
        match again_if_interrupted(|| rustix::io::read(&self.fd, &mut *buffer)) {
            Ok(0) if !self.is_gone() => Read::Nothing,
            Ok(0) => Read::HungUp,
            Ok(count) => Read::Bytes(count),
            Err(Errno::AGAIN) => Read::Nothing,
            Err(_) => Read::HungUp,
        }
    }

    /// Writes as much as the line takes now; never waits.
    pub fn write(&self, bytes: &[u8]) -> Written {
        let bytes = match self.file {
            File::Ours => bytes,
            File::Shared if self.is_ready(PollFlags::OUT, 0) => &bytes[..bytes.len().min(AT_ONCE)],
            File::Shared => return if self.is_gone() { Written::Gone } else { Written::Full },
        };
        match again_if_interrupted(|| rustix::io::write(&self.fd, bytes)) {
            Ok(0) | Err(Errno::AGAIN) => Written::Full,
            Ok(count) => Written::Some(count),
            Err(_) => Written::Gone,
        }
    }

    /// Waits at most so many milliseconds until the line takes something again (or has gone).
    pub(super) fn wait_for_room(&self, milliseconds: i64) {
        self.is_ready(PollFlags::OUT, milliseconds);
    }

    /// Columns and rows, by the terminal's own word alone: no variable, no program (T1). 80x24 where it says
    /// nothing, at most 512x256.
    pub fn size(&self) -> Size {
        match rustix::termios::tcgetwinsize(&self.fd) {
            Ok(said) if said.ws_col > 0 && said.ws_row > 0 => {
                Size::new(said.ws_col.min(LARGEST.width), said.ws_row.min(LARGEST.height))
            }
            Ok(_) | Err(_) => USUAL,
        }
    }

    /// Whether the terminal has hung up.
    pub(super) fn is_gone(&self) -> bool {
        self.is_ready(PollFlags::HUP, 0)
    }

    /// Whether one of these is so; a terminal that has gone is always ready to say so.
    fn is_ready(&self, for_what: PollFlags, milliseconds: i64) -> bool {
        let mut asked = [PollFd::new(&self.fd, for_what)];
        let limit = Timespec { tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000 };
        rustix::event::poll(&mut asked, Some(&limit)).is_ok_and(|ready| ready > 0)
            && asked[0].revents().intersects(for_what | PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL)
    }
}

impl AsFd for Tty {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// The terminal opened a second time through its own entry under `/proc`, if that leads to the same device.
fn reopened(input: BorrowedFd<'_>) -> Option<OwnedFd> {
    let fd = open_terminal(&format!("/proc/self/fd/{}", input.as_raw_fd()))?;
    let (ours, theirs) = (rustix::fs::fstat(&fd).ok()?, rustix::fs::fstat(input).ok()?);
    (ours.st_rdev == theirs.st_rdev).then_some(fd)
}

/// The controlling terminal, if that is what `input` is.
fn controlling(input: BorrowedFd<'_>) -> Option<OwnedFd> {
    // Asked of any other terminal this is an error.
    rustix::termios::tcgetsid(input).ok()?;
    open_terminal("/dev/tty")
}

fn open_terminal(path: &str) -> Option<OwnedFd> {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let fd = rustix::fs::open(path, flags, Mode::empty()).ok()?;
    rustix::termios::isatty(&fd).then_some(fd)
}

fn again_if_interrupted(mut call: impl FnMut() -> rustix::io::Result<usize>) -> rustix::io::Result<usize> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            result => return result,
        }
    }
}
