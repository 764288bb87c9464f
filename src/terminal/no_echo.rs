//! Reads a secret line from a terminal without echo: no full screen, no raw mode.
//!
//! The terminal's own line editing stays on (Backspace, Ctrl-U), so only whole lines are held here.
//! The echo is restored on every exit, also for signals from keys.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::retry_on_intr;
use rustix::termios::{LocalModes, OptionalActions, Termios};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use zeroize::Zeroizing;

use crate::sys::signal_pipe::SignalPipe;
use crate::sys::waker::Waker;

/// Signals that would end or stop the program while the echo is off. Ctrl-Z ends it too, because
/// there is no state to resume.
const ENDING_SIGNALS: [i32; 5] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP];

/// The longest line including its end: the limit of the kernel's line editing.
const LINE_BYTES: usize = 4096;

/// The terminal does not echo while this value lives. Dropping it restores the echo and discards
/// unread input.
#[must_use = "dropped, the terminal shows what is typed"]
pub(crate) struct NoEcho<'t> {
    terminal: BorrowedFd<'t>,
    before: Termios,
    signals: SignalPipe<5>,
    waker: Waker,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadLineError {
    /// The number of the signal.
    #[error("ended by signal {0}")]
    Signal(u8),
    #[error(transparent)]
    Unreadable(#[from] io::Error),
}

impl<'t> NoEcho<'t> {
    /// Switches the echo off. Fails if the modes can't be read or set, or a signal can't be caught;
    /// then nothing has changed.
    pub(crate) fn enter(terminal: BorrowedFd<'t>) -> io::Result<Self> {
        let before = rustix::termios::tcgetattr(terminal)?;
        let waker = Waker::new()?;
        let signals = SignalPipe::listen(ENDING_SIGNALS, &waker)?;
        let mut modes = before.clone();
        modes
            .local_modes
            .remove(LocalModes::ECHO | LocalModes::ECHONL);
        modes
            .local_modes
            .insert(LocalModes::ICANON | LocalModes::ISIG);
        rustix::termios::tcsetattr(terminal, OptionalActions::Flush, &modes)?;
        Ok(Self {
            terminal,
            before,
            signals,
            waker,
        })
    }

    /// The next line, without its end.
    pub(crate) fn line(&mut self) -> Result<Zeroizing<Vec<u8>>, ReadLineError> {
        line(|rest| {
            let mut watched = [
                PollFd::new(&self.terminal, PollFlags::IN),
                PollFd::new(&self.waker, PollFlags::IN),
            ];
            retry_on_intr(|| poll(&mut watched, None)).map_err(io::Error::from)?;
            match self.signals.take().next() {
                None => Ok(read(self.terminal, rest)?),
                Some(signal) => Err(ReadLineError::Signal(
                    u8::try_from(signal).unwrap_or(u8::MAX),
                )),
            }
        })
    }
}

impl Drop for NoEcho<'_> {
    fn drop(&mut self) {
        // If the terminal is gone, there is nothing to restore.
        let _ = rustix::termios::tcsetattr(self.terminal, OptionalActions::Flush, &self.before);
    }
}

/// The first line of input that is not a terminal, without its end.
pub(crate) fn read_line_from(input: BorrowedFd<'_>) -> io::Result<Zeroizing<Vec<u8>>> {
    line(|rest| read(input, rest))
}

/// Reads from the descriptor, because standard input's own buffer is never erased.
fn read(input: BorrowedFd<'_>, rest: &mut [u8]) -> io::Result<usize> {
    Ok(retry_on_intr(|| rustix::io::read(input, &mut *rest))?)
}

/// Reads up to the end of a line, the input or the buffer. Bytes after the line are dropped.
fn line<E>(mut read: impl FnMut(&mut [u8]) -> Result<usize, E>) -> Result<Zeroizing<Vec<u8>>, E> {
    let mut line = Zeroizing::new(vec![0; LINE_BYTES]);
    let mut length = 0;
    while length < line.len() {
        let count = read(&mut line[length..])?;
        let end = line[length..length + count]
            .iter()
            .position(|byte| *byte == b'\n');
        length += end.unwrap_or(count);
        if count == 0 || end.is_some() {
            break;
        }
    }
    if line[..length].ends_with(b"\r") {
        length -= 1;
    }
    line.truncate(length);
    Ok(line)
}
