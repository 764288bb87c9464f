//! The pipe that wakes the loop: signals and job threads write a byte into it, and `poll` returns.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::pipe::{PipeFlags, pipe_with};

/// Both ends of the pipe; neither ever blocks, and no child inherits one.
#[derive(Debug)]
pub(super) struct Wake {
    reader: OwnedFd,
    writer: OwnedFd,
}

impl Wake {
    pub(super) fn new() -> io::Result<Self> {
        let (reader, writer) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
        Ok(Self { reader, writer })
    }

    /// Wakes the loop. A pipe that is full has woken it already.
    pub(super) fn ring(&self) {
        let _ = rustix::io::write(&self.writer, &[1]);
    }

    /// Takes the bytes out, so that the next one wakes again.
    pub(super) fn hush(&self) {
        let mut bytes = [0; 64];
        while matches!(rustix::io::read(&self.reader, &mut bytes), Ok(taken) if taken > 0) {}
    }

    /// The end that `poll` watches.
    pub(super) fn reader(&self) -> BorrowedFd<'_> {
        self.reader.as_fd()
    }

    /// An end for a signal to write into.
    pub(super) fn writer(&self) -> io::Result<OwnedFd> {
        self.writer.try_clone()
    }
}
