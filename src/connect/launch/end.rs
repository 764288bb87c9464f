//! How a client ends: by itself, or when it is told to, with all of its process group.
//!
//! ```text
//!              ┌ its own end ──────────────────────────────────────────┐
//! it runs ─────┤                                                       ├─> waited for, its folder removed
//!              └ told ─> SIGTERM to the group ── 500 ms at most ─> SIGKILL
//! ```
//!
//! A client often is a script that started the program proper: the group is what ends, and nobody in it is cut off while
//! the first of them still says good-bye.

use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::Child;
use std::time::{Duration, Instant};
use std::{io, mem};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process_group, pidfd_open, waitid};
use signal_hook::SigId;
use signal_hook::consts::{SIGCHLD, SIGTTIN, SIGTTOU};

use super::Client;
use super::foreground::Foreground;
use crate::connect::Ending;
use crate::connect::process::group_lives;

/// For so long a client that is told to end may say good-bye.
const GOOD_BYE: Duration = Duration::from_millis(500);
/// The kernel takes some time over SIGKILL, and for ever where a disk or a network does not answer.
const DYING: Duration = Duration::from_millis(200);
const LOOK_EVERY: Duration = Duration::from_millis(10);

impl Client {
    /// Waits for its end and removes its folder. As soon as `told` can be read the client is ended, with all of its process
    /// group: by SIGTERM, and after half a second by SIGKILL.
    pub fn wait_or_end(mut self, told: BorrowedFd<'_>) -> Ending {
        if self.ends_by_itself(told) == Ends::Told {
            end_politely(&mut self.child);
        }
        self.wait()
    }

    /// Waits for its end and removes its folder.
    pub fn wait(mut self) -> Ending {
        // It can't be waited for only where it was already: then nothing of how it ended is known.
        let status = self.child.wait().ok();
        let ending = Ending {
            status: status.and_then(|status| status.code()),
            signal: status.and_then(|status| status.signal()),
            after: self.began.elapsed(),
        };
        drop(mem::ManuallyDrop::into_inner(self.folder));
        ending
    }

    /// Goes on without it: it keeps its folder, whose record lets a later start remove it once the client is dead.
    pub fn leave(self) {}

    fn ends_by_itself(&self, told: BorrowedFd<'_>) -> Ends {
        let Ok(own) = pidfd_open(Pid::from_child(&self.child), PidfdFlags::empty()) else {
            // A kernel from before 2019: the client's own end has to do.
            return Ends::Itself;
        };
        let stops = self.foreground.as_ref().and_then(|foreground| Stops::watch(&self.child, foreground).ok());
        loop {
            let mut watched = vec![PollFd::from_borrowed_fd(told, PollFlags::IN), PollFd::new(&own, PollFlags::IN)];
            if let Some(stops) = &stops {
                stops.go_on();
                watched.push(PollFd::new(&stops.changes, PollFlags::IN));
            }
            match poll(&mut watched, None) {
                Err(Errno::INTR) => {}
                Ok(_) if !watched[0].revents().is_empty() => return Ends::Told,
                Ok(_) if watched[1].revents().is_empty() => {}
                Ok(_) | Err(_) => return Ends::Itself,
            }
        }
    }
}

#[derive(PartialEq, Eq)]
enum Ends {
    Itself,
    Told,
}

/// Ends it at once, with its group.
pub(super) fn end(child: &mut Child) {
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    let _ = child.wait();
}

/// Its own process is not waited for before the group is gone, so that the group's number stays its own.
fn end_politely(child: &mut Child) {
    let group = Pid::from_child(child);
    let _ = kill_process_group(group, Signal::TERM);
    // One that is stopped hears nothing.
    let _ = kill_process_group(group, Signal::CONT);
    await_end_of_group(child.id(), GOOD_BYE);
    let _ = kill_process_group(group, Signal::KILL);
    // Only its own process can be waited for.
    await_end_of_group(child.id(), DYING);
}

fn await_end_of_group(group: u32, most: Duration) {
    let last = Instant::now() + most;
    while group_lives(group) && Instant::now() < last {
        std::thread::sleep(LOOK_EVERY);
    }
}

/// Sees to it that a client in the foreground goes on when it stops (Ctrl-Z, or reading in the moment before the terminal
/// was its own): there is nobody here to whom it could be left, and no shell that would wake it.
struct Stops<'a> {
    group: Pid,
    foreground: &'a Foreground,
    /// Readable when a child of ours has stopped or ended.
    changes: OwnedFd,
    listening: SigId,
}

impl<'a> Stops<'a> {
    fn watch(child: &Child, foreground: &'a Foreground) -> io::Result<Self> {
        let (changes, ring) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
        let listening = signal_hook::low_level::pipe::register(SIGCHLD, ring)?;
        Ok(Self { group: Pid::from_child(child), foreground, changes, listening })
    }

    /// Lets a client that has stopped go on.
    fn go_on(&self) {
        let mut bytes = [0; 64];
        while matches!(rustix::io::read(&self.changes, &mut bytes), Ok(taken) if taken > 0) {}
        let stop = waitid(WaitId::Pid(self.group), WaitIdOptions::STOPPED | WaitIdOptions::NOHANG);
        let Ok(Some(stop)) = stop else { return };
        if stop.stopping_signal().is_some_and(|signal| [SIGTTIN, SIGTTOU].contains(&signal)) {
            self.foreground.give_to(self.group);
        }
        let _ = kill_process_group(self.group, Signal::CONT);
    }
}

impl Drop for Stops<'_> {
    fn drop(&mut self) {
        signal_hook::low_level::unregister(self.listening);
    }
}
