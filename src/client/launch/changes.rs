//! What the kernel tells of our children (SIGCHLD), as something that `poll` can watch.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use nix::sys::signal::{SigSet, Signal};
use signal_hook::consts::SIGCHLD;

use crate::sys::signal_pipe::SignalPipe;
use crate::sys::waker::Waker;

/// Readable once a child of ours has ended or stopped, one that was dead already when it became ours included.
#[derive(Debug)]
pub(super) struct Changes {
    waker: Waker,
    _signal: SignalPipe<1>,
}

impl Changes {
    /// Listens from now on: to be called before the child is there, so that it can be ended as soon as it is.
    pub(super) fn watch() -> io::Result<Self> {
        let waker = Waker::new()?;
        let signal = SignalPipe::listen([SIGCHLD], &waker)?;
        // Whoever started us may have blocked it. One thread that takes it is enough, and this one it is that waits.
        SigSet::from(Signal::SIGCHLD).thread_unblock()?;
        Ok(Self { waker, _signal: signal })
    }

    /// Waits for the next change, but no longer than this. False: there was none.
    pub(super) fn come_within(&self, most: Duration) -> bool {
        self.waker.wait(Some(most))
    }

    /// Takes out what has been told, so that the next change is told again.
    pub(super) fn hush(&self) {
        self.waker.drain();
    }
}

impl AsFd for Changes {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.waker.as_fd()
    }
}
