//! Waits for the end of a client with all its processes, or stops it.
//!
//! ```text
//!          ┌─ exits ────────────────────────────────────────────────────────────┐   session
//! running ─┤                                                                    ├─> directory
//!          └─ stop ──> SIGTERM ── up to 500 ms ──> SIGKILL, until all are dead ─┘   removed
//! ```
//!
//! All processes get the whole 500 ms. A client counts as running while any of its processes is
//! alive, because a helper could still see this computer. A caller that cannot wait so long, such
//! as the exit of the program, must not join this thread.

use std::mem;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::ExitStatusExt;
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{PidfdFlags, Signal, pidfd_open};

use super::RunningClient;
use super::process_tree::ProcessExit;
use crate::client::proc::is_dead;
use crate::config::WhenLeft;
use crate::failure::{Failure, Fault};
use crate::session::ClientExit;

/// A client that exits sooner has not worked: it lacked a library, a display or disk space before
/// it could show its window. No helper can have joined, so a retry does not create a second
/// session. Later exits are intended by the customer or the helper, whatever their status.
const EARLY_EXIT: Duration = Duration::from_secs(2);
/// The time between SIGTERM and SIGKILL.
const TERM_GRACE: Duration = Duration::from_millis(500);
/// The time between two checks after SIGKILL if no child has exited. It doubles each time, up to
/// the maximum: a process that waits for a dead disk or network may take forever.
const KILL_POLL: Duration = Duration::from_millis(10);
const MAX_KILL_POLL: Duration = Duration::from_secs(1);

/// The hint for a failed script with Windows line ends, because its exit status does not show the
/// cause.
const WINDOWS_LINE_ENDS: &str = "; its lines have Windows line ends";

/// Why a wait ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WaitResult {
    /// No process of the tree is alive.
    Exited,
    /// A stop was requested.
    StopRequested,
    /// The time limit has passed.
    TimedOut,
}

impl RunningClient {
    /// Waits until all processes have exited, and removes the session directory. Calls `on_stable`
    /// once the client has run for two seconds. When `stop` becomes readable, `on_stop` decides:
    /// either all processes are stopped, with SIGTERM and half a second later SIGKILL, or the
    /// client is left running and the result is none.
    ///
    /// A client that exits within the two seconds has failed if its first process, or an orphan of
    /// it, ended with a status other than 0 or by a signal (D13).
    pub fn wait(
        mut self,
        stop: BorrowedFd<'_>,
        on_stable: impl FnOnce(),
        on_stop: impl FnOnce() -> WhenLeft,
    ) -> Option<(ClientExit, Option<Failure>)> {
        let mut result = self.watch(Some(stop), Some(self.started_at + EARLY_EXIT));
        let early = result == WaitResult::Exited;
        if result == WaitResult::TimedOut {
            on_stable();
            result = self.watch(Some(stop), None);
        }
        if result == WaitResult::StopRequested {
            match on_stop() {
                WhenLeft::End => self.stop(),
                WhenLeft::Keep => {
                    // The program exits. The record already names a process of the tree, so there
                    // is no need to wait for a disk.
                    mem::forget(self);
                    return None;
                }
            }
        }
        let left_behind = self.tree.orphan_failure();
        let hint = if self.has_windows_line_ends {
            WINDOWS_LINE_ENDS
        } else {
            ""
        };
        let ending = self.conclude();
        let first = ProcessExit {
            status: ending.status,
            signal: ending.signal,
        };
        // The first process of a self-extracting client exits with 0 even if the program that it
        // left behind fails.
        let failure = || exit_failure(first, hint).or_else(|| exit_failure(left_behind?, hint));
        Some((ending, early.then(failure).flatten()))
    }

    /// Stops watching the client. It keeps its directory; a later start removes that once the
    /// client is dead.
    pub fn leave_running(self) {}

    /// Kills it without SIGTERM.
    pub(super) fn kill_now(mut self) {
        self.kill();
        self.conclude();
    }

    fn stop(&mut self) {
        // A stopped process handles SIGTERM only after SIGCONT.
        self.tree.signal(&[Signal::TERM, Signal::CONT]);
        if self.watch(None, Some(Instant::now() + TERM_GRACE)) != WaitResult::Exited {
            self.kill();
        }
    }

    /// Repeated at each change, because processes that were forked meanwhile have become our
    /// children. A client that forks faster than we can list processes must be stopped by its
    /// control group (`KillMode=` and `TasksMax=` of a unit).
    fn kill(&mut self) {
        let mut pause = KILL_POLL;
        loop {
            self.child_watcher.drain();
            self.tree.kill();
            if self.tree.has_exited() {
                break;
            }
            pause = if self.child_watcher.wait_timeout(pause) {
                KILL_POLL
            } else {
                MAX_KILL_POLL.min(pause * 2)
            };
        }
    }

    /// Blocks until the tree has ended, a stop is requested, or the time limit has passed.
    fn watch(&mut self, stop_fd: Option<BorrowedFd<'_>>, until: Option<Instant>) -> WaitResult {
        loop {
            // Must come first, so that a change after the check wakes the next poll.
            self.child_watcher.drain();
            if let Some(foreground) = &self.foreground {
                foreground.resume_if_stopped(self.tree.first_process());
            }
            if self.tree.has_exited() {
                return WaitResult::Exited;
            }
            self.renew_owners();
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return WaitResult::TimedOut;
            }
            let timeout = left.and_then(|left| Timespec::try_from(left).ok());
            // Also watch one process directly, so as not to depend on the signal alone.
            let one = self
                .tree
                .wait_target()
                .and_then(|child| pidfd_open(child, PidfdFlags::empty()).ok());
            let mut watched = vec![PollFd::from_borrowed_fd(
                self.child_watcher.as_fd(),
                PollFlags::IN,
            )];
            watched.extend(one.as_ref().map(|end| PollFd::new(end, PollFlags::IN)));
            watched.extend(stop_fd.map(|told| PollFd::from_borrowed_fd(told, PollFlags::IN)));
            // Fails only if a signal interrupts it. The next check then sees the change.
            let _ = poll(&mut watched, timeout.as_ref());
            if stop_fd.is_some()
                && watched
                    .last()
                    .is_some_and(|told| !told.revents().is_empty())
            {
                return WaitResult::StopRequested;
            }
        }
    }

    /// Makes sure that the owner record names a live process of the tree, in case the tree outlives
    /// this program.
    fn renew_owners(&mut self) {
        if is_dead(self.recorded_owner, None)
            && let Some(keeper) = self.tree.any_pid()
            && let Some(folder) = &self.session_dir
        {
            self.recorded_owner = keeper;
            // As at the start: without it the directory is removed too early only if this program
            // dies.
            let _ = folder.record_owners(&[std::process::id(), keeper]);
        }
    }

    fn conclude(mut self) -> ClientExit {
        let status = self.tree.status();
        let ending = ClientExit {
            status: status.and_then(|status| status.code()),
            signal: status.and_then(|status| status.signal()),
            after: self.started_at.elapsed(),
        };
        drop(self.session_dir.take());
        ending
    }
}

impl Drop for RunningClient {
    fn drop(&mut self) {
        if self.stops_on_drop && thread::panicking() {
            self.kill();
        } else if let Some(folder) = self.session_dir.take() {
            // The directory is not removed, because the client may still need it.
            let _ = folder.record_owners(&[self.recorded_owner]);
            mem::forget(folder);
        }
    }
}

/// The failure of an early exit; none if it succeeded.
fn exit_failure(exit: ProcessExit, hint: &str) -> Option<Failure> {
    match (exit.status, exit.signal) {
        (Some(0), _) | (None, None) => None,
        (Some(status), _) => Some(Failure::with_subject(
            Fault::ClientFailed,
            &format!("status {status}{hint}"),
        )),
        (None, Some(signal)) => Some(Failure::with_subject(
            Fault::ClientKilled,
            &format!("signal {signal}"),
        )),
    }
}
