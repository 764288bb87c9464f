//! How a client ends: by itself, or when it is told to, with all that it forked.
//!
//! ```text
//!              ┌ its own end: nothing of the tree lives ────────────────────────────────────┐
//! it runs ─────┤                                                                            ├─> its folder removed
//!              └ told ─> SIGTERM to all ── 500 ms at most ─> SIGKILL, until nothing lives ──┘
//! ```
//!
//! Nobody is cut off while others still say good-bye. It never counts as ended while anything of it lives: a helper could
//! still see this computer. Whoever can't wait for that (the program ends) does not wait for the thread that does.

use std::mem;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::ExitStatusExt;
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{PidfdFlags, Signal, pidfd_open};

use super::Client;
use super::tree::Exit;
use crate::client::process::is_dead;
use crate::config::WhenLeft;
use crate::failure::{Failure, Fault};
use crate::session::Ending;

/// A client that ended sooner has not run: what it lacks (a library, a display, room to unpack) it misses before its window
/// is up, and no helper can have met the customer yet, so that trying again is no second session. Later ends are the
/// customer's or the helper's, whatever the status.
const EARLY: Duration = Duration::from_secs(2);
/// For so long a client that is told to end may say good-bye.
const GOOD_BYE: Duration = Duration::from_millis(500);
/// How long after SIGKILL it is looked again who lives, if nobody has died meanwhile: twice as long each time, since the kernel
/// takes for ever over it where a disk or a network does not answer.
const DYING: Duration = Duration::from_millis(10);
const DYING_AT_MOST: Duration = Duration::from_secs(1);

/// What is said of a script that failed and whose lines end as on Windows: by its status alone nobody finds that.
const WINDOWS_LINE_ENDS: &str = "; its lines have Windows line ends";

/// What waiting came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Nothing of the tree lives.
    Ended,
    /// It shall end.
    Told,
    /// The time is over.
    Late,
}

impl Client {
    /// Waits until all of it has ended and removes its folder. `on_stable` is called once it has run for two seconds. When `stop`
    /// becomes readable, `on_stop` decides: all of it is ended, by SIGTERM and after half a second by SIGKILL, or it is left
    /// running, and the result is none.
    ///
    /// A client that ended by itself before the two seconds is a failure if its first process, or one that this left behind,
    /// ended with a status other than 0 or by a signal (D13).
    pub fn wait(
        mut self,
        stop: BorrowedFd<'_>,
        on_stable: impl FnOnce(),
        on_stop: impl FnOnce() -> WhenLeft,
    ) -> Option<(Ending, Option<Failure>)> {
        let mut turn = self.watch(Some(stop), Some(self.began + EARLY));
        let early = turn == Turn::Ended;
        if turn == Turn::Late {
            on_stable();
            turn = self.watch(Some(stop), None);
        }
        if turn == Turn::Told {
            match on_stop() {
                WhenLeft::End => self.end(),
                WhenLeft::Keep => {
                    // The program exits: its record names a process of the tree beside us, and no disk is waited for.
                    mem::forget(self);
                    return None;
                }
            }
        }
        let left_behind = self.tree.left_behind_failure();
        let hint = if self.has_windows_line_ends { WINDOWS_LINE_ENDS } else { "" };
        let ending = self.conclude();
        let first = Exit { status: ending.status, signal: ending.signal };
        // A client that unpacks itself exits with 0, whatever becomes of the program that it left behind.
        let failure = || failure_of(first, hint).or_else(|| failure_of(left_behind?, hint));
        Some((ending, early.then(failure).flatten()))
    }

    /// Goes on without it: it keeps its folder, whose record lets a later start remove it once the client is dead.
    pub fn leave(self) {}

    /// Ends it at once.
    pub(super) fn cut_off(mut self) {
        self.kill();
        self.conclude();
    }

    fn end(&mut self) {
        // One that is stopped hears nothing.
        self.tree.signal(&[Signal::TERM, Signal::CONT]);
        if self.watch(None, Some(Instant::now() + GOOD_BYE)) != Turn::Ended {
            self.kill();
        }
    }

    /// Again at each change: who was forked meanwhile has become our child by then. (Against one that forks faster than this
    /// machine lets us look helps what kills all of a unit at a stroke: its `KillMode` and `TasksMax`.)
    fn kill(&mut self) {
        let mut pause = DYING;
        loop {
            self.changes.hush();
            self.tree.kill();
            if self.tree.has_ended() {
                break;
            }
            pause = if self.changes.come_within(pause) { DYING } else { DYING_AT_MOST.min(pause * 2) };
        }
    }

    /// Sleeps until the tree has ended, it is told to, or a moment has come; at rest nothing runs.
    fn watch(&mut self, told: Option<BorrowedFd<'_>>, until: Option<Instant>) -> Turn {
        loop {
            // First, so that what changes after the look wakes again.
            self.changes.hush();
            if let Some(foreground) = &self.foreground {
                foreground.resume_if_stopped(self.tree.first());
            }
            if self.tree.has_ended() {
                return Turn::Ended;
            }
            self.keep_folder();
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Turn::Late;
            }
            let timeout = left.and_then(|left| Timespec::try_from(left).ok());
            // Besides, since nothing may be waited for for ever on a signal's word alone.
            let one = self.tree.a_child().and_then(|child| pidfd_open(child, PidfdFlags::empty()).ok());
            let mut watched = vec![PollFd::from_borrowed_fd(self.changes.as_fd(), PollFlags::IN)];
            watched.extend(one.as_ref().map(|end| PollFd::new(end, PollFlags::IN)));
            watched.extend(told.map(|told| PollFd::from_borrowed_fd(told, PollFlags::IN)));
            // What can fail is a signal that comes in between: the next look finds what it told.
            let _ = poll(&mut watched, timeout.as_ref());
            if told.is_some() && watched.last().is_some_and(|told| !told.revents().is_empty()) {
                return Turn::Told;
            }
        }
    }

    /// Sees to it that the record of the folder names somebody who lives, should the tree outlive us.
    fn keep_folder(&mut self) {
        if is_dead(self.keeper, None)
            && let Some(keeper) = self.tree.somebody()
            && let Some(folder) = &self.folder
        {
            self.keeper = keeper;
            // As at the start: without the record the folder would go too early only once we are dead.
            let _ = folder.entrust(&[std::process::id(), keeper]);
        }
    }

    fn conclude(mut self) -> Ending {
        let status = self.tree.status();
        let ending = Ending {
            status: status.and_then(|status| status.code()),
            signal: status.and_then(|status| status.signal()),
            after: self.began.elapsed(),
        };
        drop(self.folder.take());
        ending
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if self.ends_with_us && thread::panicking() {
            self.kill();
        } else if let Some(folder) = self.folder.take() {
            // Not removed: the client may still need it, and it alone.
            let _ = folder.entrust(&[self.keeper]);
            mem::forget(folder);
        }
    }
}

/// The failure that an early end is; none: it did what it had to.
fn failure_of(exit: Exit, hint: &str) -> Option<Failure> {
    match (exit.status, exit.signal) {
        (Some(0), _) | (None, None) => None,
        (Some(status), _) => Some(Failure::about(Fault::ClientFailed, &format!("status {status}{hint}"))),
        (None, Some(signal)) => Some(Failure::about(Fault::ClientKilled, &format!("signal {signal}"))),
    }
}
