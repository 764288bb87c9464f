//! What the kernel tells of our children (SIGCHLD), as something that `poll` can watch.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use nix::sys::signal::{SigSet, Signal};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pipe::{PipeFlags, pipe_with};
use signal_hook::SigId;
use signal_hook::consts::SIGCHLD;

/// Readable once a child of ours has ended or stopped, one that was dead already when it became ours included.
#[derive(Debug)]
pub(super) struct Changes {
    reader: OwnedFd,
    listening: SigId,
}

impl Changes {
    /// Listens from now on: to be called before the child is there, so that it can be ended as soon as it is.
    pub(super) fn watch() -> io::Result<Self> {
        let (reader, ring) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
        let listening = signal_hook::low_level::pipe::register(SIGCHLD, ring)?;
        // Whoever started us may have blocked it. One thread that takes it is enough, and this one it is that waits.
        SigSet::from(Signal::SIGCHLD).thread_unblock()?;
        Ok(Self { reader, listening })
    }

    /// Waits for the next change, but no longer than this. False: there was none.
    pub(super) fn come_within(&self, most: Duration) -> bool {
        let timeout = Timespec::try_from(most).ok();
        // Interrupted by a signal: perhaps by the very one.
        poll(&mut [PollFd::new(self, PollFlags::IN)], timeout.as_ref()) != Ok(0)
    }

    /// Takes out what has been told, so that the next change is told again.
    pub(super) fn hush(&self) {
        let mut bytes = [0; 64];
        while matches!(rustix::io::read(&self.reader, &mut bytes), Ok(taken) if taken > 0) {}
    }
}

impl AsFd for Changes {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.reader.as_fd()
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        signal_hook::low_level::unregister(self.listening);
    }
}
