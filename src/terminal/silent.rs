//! A secret, typed a line at a time on a terminal that does not show it: no full screen, no raw keys.
//!
//! The terminal's own line editing stays on (Backspace, Ctrl-U), so that nothing is held here but whole lines; the echo
//! goes, and comes back on every way out, the keys that end or stop a program among them.

use std::io;
use std::os::fd::BorrowedFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::retry_on_intr;
use rustix::termios::{LocalModes, OptionalActions, Termios};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::{flag, low_level};
use zeroize::Zeroizing;

/// What would end or stop the program with its terminal left silent. Ctrl-Z ends it too: there is nothing to come back to.
const ENDS: [i32; 5] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP];

/// The longest line, its end included; the longest that a terminal's own editing takes.
const LINE_BYTES: usize = 4096;

/// The terminal does not show what is typed as long as this lives. Dropped, it shows it again, and what was typed and not
/// read is thrown away.
#[must_use = "dropped, the terminal shows what is typed"]
pub struct Silent<'t> {
    terminal: BorrowedFd<'t>,
    before: Termios,
    /// The signal that came, or 0.
    caught: Arc<AtomicUsize>,
    woken: UnixStream,
}

/// Why there is no line.
#[derive(Debug, thiserror::Error)]
pub enum NoLine {
    /// A signal came; the number.
    #[error("ended by signal {0}")]
    Signal(u8),
    /// It can't be read.
    #[error(transparent)]
    Unreadable(#[from] io::Error),
}

impl<'t> Silent<'t> {
    /// Makes the terminal silent. Fails if its modes can't be read or set, or a signal can't be caught; nothing is changed
    /// then.
    pub fn enter(terminal: BorrowedFd<'t>) -> io::Result<Self> {
        let before = rustix::termios::tcgetattr(terminal)?;
        let (woken, waker) = UnixStream::pair()?;
        let caught = Arc::default();
        for signal in ENDS {
            // In this order: when the byte arrives, the number is there.
            flag::register_usize(signal, Arc::clone(&caught), usize::try_from(signal).unwrap_or_default())?;
            low_level::pipe::register(signal, waker.try_clone()?)?;
        }
        let mut modes = before.clone();
        modes.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
        modes.local_modes.insert(LocalModes::ICANON | LocalModes::ISIG);
        rustix::termios::tcsetattr(terminal, OptionalActions::Flush, &modes)?;
        Ok(Self { terminal, before, caught, woken })
    }

    /// The next line that is typed, without its end.
    pub fn line(&mut self) -> Result<Zeroizing<Vec<u8>>, NoLine> {
        line(|rest| {
            let mut watched = [PollFd::new(&self.terminal, PollFlags::IN), PollFd::new(&self.woken, PollFlags::IN)];
            retry_on_intr(|| poll(&mut watched, None)).map_err(io::Error::from)?;
            match u8::try_from(self.caught.load(Ordering::SeqCst)) {
                Ok(0) => Ok(read(self.terminal, rest)?),
                signal => Err(NoLine::Signal(signal.unwrap_or(u8::MAX))),
            }
        })
    }
}

impl Drop for Silent<'_> {
    fn drop(&mut self) {
        // With the terminal gone there is nothing to be given back.
        let _ = rustix::termios::tcsetattr(self.terminal, OptionalActions::Flush, &self.before);
    }
}

/// The first line of what is no terminal, without its end.
pub fn line_of(input: BorrowedFd<'_>) -> io::Result<Zeroizing<Vec<u8>>> {
    line(|rest| read(input, rest))
}

/// Straight from the descriptor: standard input's own buffer is never erased.
fn read(input: BorrowedFd<'_>, rest: &mut [u8]) -> io::Result<usize> {
    Ok(retry_on_intr(|| rustix::io::read(input, &mut *rest))?)
}

/// Reads until a line has ended, or the input, or the room; what came behind the line with it is dropped.
fn line<E>(mut read: impl FnMut(&mut [u8]) -> Result<usize, E>) -> Result<Zeroizing<Vec<u8>>, E> {
    let mut line = Zeroizing::new(vec![0; LINE_BYTES]);
    let mut length = 0;
    while length < line.len() {
        let count = read(&mut line[length..])?;
        let end = line[length..length + count].iter().position(|byte| *byte == b'\n');
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
