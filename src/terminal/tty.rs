//! The terminal's file descriptor, opened so that no call blocks and other processes are not
//! affected.
//!
//! `O_NONBLOCK` belongs to the open file description, which is shared with the parent shell. Set on
//! standard input, it would remain after this program ends. So the terminal is opened again where
//! possible. Otherwise (after `su` both ways to open it fail) each call is preceded by `poll`.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use ratatui::layout::Size;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

/// The size of a VT, used if the terminal does not report one (T1).
const DEFAULT_SIZE: Size = Size::new(80, 24);
/// A window may claim up to 65,535 by 65,535 cells, which would not fit into memory. The area
/// beyond this size stays blank.
const MAX_SIZE: Size = Size::new(512, 256);
/// How many bytes a descriptor accepts without blocking when `poll` reports it writable.
const WRITE_CHUNK: usize = 256;

pub struct Tty {
    fd: OwnedFd,
    file: TtyFile,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TtyFile {
    /// Opened by this process, non-blocking.
    Reopened,
    /// Shared with the parent process and blocking: polled before every read and write.
    Inherited,
}

/// Standard input or output is not a terminal (T13).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("standard input and output are not a terminal")]
pub struct NotATerminal;

/// The result of a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadOutcome {
    Bytes(usize),
    /// No bytes are available now.
    Nothing,
    /// The terminal is gone (T3).
    HungUp,
}

/// The result of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteOutcome {
    Written(usize),
    /// The line accepts nothing now.
    WouldBlock,
    Gone,
}

impl Tty {
    pub(crate) fn open() -> Result<Self, NotATerminal> {
        Self::over(rustix::stdio::stdin(), rustix::stdio::stdout())
    }

    /// Like [`Self::open`], with two descriptors instead of standard input and output.
    pub fn over(input: BorrowedFd<'_>, output: BorrowedFd<'_>) -> Result<Self, NotATerminal> {
        if !rustix::termios::isatty(input) || !rustix::termios::isatty(output) {
            return Err(NotATerminal);
        }
        if let Some(fd) = reopened(input).or_else(|| controlling(input)) {
            return Ok(Self {
                fd,
                file: TtyFile::Reopened,
            });
        }
        Self::sharing(input)
    }

    /// Uses the open file of `input`, for a terminal that can't be opened again.
    pub fn sharing(input: BorrowedFd<'_>) -> Result<Self, NotATerminal> {
        let fd = rustix::io::fcntl_dupfd_cloexec(input, 3).map_err(|_| NotATerminal)?;
        Ok(Self {
            fd,
            file: TtyFile::Inherited,
        })
    }

    /// A duplicate for the code that restores the terminal.
    pub(super) fn try_clone(&self) -> std::io::Result<Self> {
        Ok(Self {
            fd: self.fd.try_clone()?,
            file: self.file,
        })
    }

    /// Whether a read with no bytes available fails instead of blocking.
    pub(super) fn never_blocks(&self) -> bool {
        self.file == TtyFile::Reopened
    }

    /// Whether another process group has the terminal, as after `support-kiosk &` in a shell. Then
    /// it must not be read or changed. A terminal that does not control our session has no
    /// foreground group.
    pub(crate) fn is_in_background(&self) -> bool {
        rustix::termios::tcgetpgrp(&self.fd)
            .is_ok_and(|foreground| foreground != rustix::process::getpgrp())
    }

    /// Reads available bytes; never blocks.
    pub fn read(&self, buffer: &mut [u8]) -> ReadOutcome {
        if buffer.is_empty() || self.file == TtyFile::Inherited && !self.poll(PollFlags::IN, 0) {
            return if self.is_gone() {
                ReadOutcome::HungUp
            } else {
                ReadOutcome::Nothing
            };
        }
        match retry_if_interrupted(|| rustix::io::read(&self.fd, &mut *buffer)) {
            Ok(0) if !self.is_gone() => ReadOutcome::Nothing,
            Ok(0) => ReadOutcome::HungUp,
            Ok(count) => ReadOutcome::Bytes(count),
            Err(Errno::AGAIN) => ReadOutcome::Nothing,
            Err(_) => ReadOutcome::HungUp,
        }
    }

    /// Writes as much as the line accepts now; never blocks.
    pub fn write(&self, bytes: &[u8]) -> WriteOutcome {
        let bytes = match self.file {
            TtyFile::Reopened => bytes,
            TtyFile::Inherited if self.poll(PollFlags::OUT, 0) => {
                &bytes[..bytes.len().min(WRITE_CHUNK)]
            }
            TtyFile::Inherited => {
                return if self.is_gone() {
                    WriteOutcome::Gone
                } else {
                    WriteOutcome::WouldBlock
                };
            }
        };
        match retry_if_interrupted(|| rustix::io::write(&self.fd, bytes)) {
            Ok(0) | Err(Errno::AGAIN) => WriteOutcome::WouldBlock,
            Ok(count) => WriteOutcome::Written(count),
            Err(_) => WriteOutcome::Gone,
        }
    }

    /// Waits up to this many milliseconds until the line accepts bytes or is gone.
    pub(super) fn wait_for_room(&self, milliseconds: i64) {
        self.poll(PollFlags::OUT, milliseconds);
    }

    /// Columns and rows as the terminal reports them; no variable and no program is consulted (T1).
    /// 80x24 if it reports none, at most 512x256.
    pub fn size(&self) -> Size {
        match rustix::termios::tcgetwinsize(&self.fd) {
            Ok(reported) if reported.ws_col > 0 && reported.ws_row > 0 => Size::new(
                reported.ws_col.min(MAX_SIZE.width),
                reported.ws_row.min(MAX_SIZE.height),
            ),
            Ok(_) | Err(_) => DEFAULT_SIZE,
        }
    }

    pub(super) fn is_gone(&self) -> bool {
        self.poll(PollFlags::HUP, 0)
    }

    /// Polls for any of these events; a terminal that is gone always counts as ready.
    fn poll(&self, for_what: PollFlags, milliseconds: i64) -> bool {
        let mut asked = [PollFd::new(&self.fd, for_what)];
        let limit = Timespec {
            tv_sec: milliseconds / 1000,
            tv_nsec: milliseconds % 1000 * 1_000_000,
        };
        rustix::event::poll(&mut asked, Some(&limit)).is_ok_and(|ready| ready > 0)
            && asked[0]
                .revents()
                .intersects(for_what | PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL)
    }
}

impl AsFd for Tty {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// Opens the terminal again through `/proc/self/fd`, if that leads to the same device.
fn reopened(input: BorrowedFd<'_>) -> Option<OwnedFd> {
    let fd = open_terminal(&format!("/proc/self/fd/{}", input.as_raw_fd()))?;
    let (ours, theirs) = (rustix::fs::fstat(&fd).ok()?, rustix::fs::fstat(input).ok()?);
    (ours.st_rdev == theirs.st_rdev).then_some(fd)
}

/// The controlling terminal, if `input` is that terminal.
fn controlling(input: BorrowedFd<'_>) -> Option<OwnedFd> {
    // Fails for any other terminal.
    rustix::termios::tcgetsid(input).ok()?;
    open_terminal("/dev/tty")
}

fn open_terminal(path: &str) -> Option<OwnedFd> {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let fd = rustix::fs::open(path, flags, Mode::empty()).ok()?;
    rustix::termios::isatty(&fd).then_some(fd)
}

fn retry_if_interrupted(
    mut call: impl FnMut() -> rustix::io::Result<usize>,
) -> rustix::io::Result<usize> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            result => return result,
        }
    }
}
