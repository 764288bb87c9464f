//! Watches for SIGCHLD with a descriptor for `poll`.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use nix::sys::signal::{SigSet, Signal};
use signal_hook::consts::SIGCHLD;

use crate::sys::signal_pipe::SignalPipe;
use crate::sys::waker::Waker;

/// Readable once a child has exited or stopped, including one that was a zombie already when it
/// became our child.
#[derive(Debug)]
pub(super) struct ChildWatcher {
    waker: Waker,
    _signal: SignalPipe<1>,
}

impl ChildWatcher {
    /// Starts to watch. Must be called before the child is started, so that it can be stopped at
    /// any time.
    pub(super) fn watch() -> io::Result<Self> {
        let waker = Waker::new()?;
        let signal = SignalPipe::listen([SIGCHLD], &waker)?;
        // The parent process may have blocked the signal. One thread that accepts it is enough:
        // this one, which waits for it.
        SigSet::from(Signal::SIGCHLD).thread_unblock()?;
        Ok(Self {
            waker,
            _signal: signal,
        })
    }

    /// Waits for a change. False after `most` without one.
    pub(super) fn wait_timeout(&self, most: Duration) -> bool {
        self.waker.wait(Some(most))
    }

    /// Drains the pipe, so that the next change makes it readable again.
    pub(super) fn drain(&self) {
        self.waker.drain();
    }
}

impl AsFd for ChildWatcher {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.waker.as_fd()
    }
}
