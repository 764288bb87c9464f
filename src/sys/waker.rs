//! A pipe that wakes a thread from `poll`: signal handlers and other threads write a byte into it.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pipe::{PipeFlags, pipe_with};

/// Both ends of the pipe. Neither blocks and no child inherits one. `poll` watches the reading end.
#[derive(Debug)]
pub(crate) struct Waker {
    reader: OwnedFd,
    writer: OwnedFd,
}

impl Waker {
    pub(crate) fn new() -> io::Result<Self> {
        let (reader, writer) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
        Ok(Self { reader, writer })
    }

    pub(crate) fn wake(&self) {
        // A full pipe has woken the thread already.
        let _ = rustix::io::write(&self.writer, &[1]);
    }

    /// Empties the pipe, so that the next byte wakes again. Must be called before the events are
    /// read.
    pub(crate) fn drain(&self) {
        let mut bytes = [0; 64];
        while matches!(rustix::io::read(&self.reader, &mut bytes), Ok(taken) if taken > 0) {}
    }

    /// Waits for a byte. False after `limit`, if given, without one. A signal may end the wait
    /// early.
    pub(crate) fn wait(&self, limit: Option<Duration>) -> bool {
        let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
        poll(&mut [PollFd::new(self, PollFlags::IN)], limit.as_ref()) != Ok(0)
    }

    /// Another writing end, for a signal handler.
    pub(super) fn writer(&self) -> io::Result<OwnedFd> {
        self.writer.try_clone()
    }
}

impl AsFd for Waker {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.reader.as_fd()
    }
}
