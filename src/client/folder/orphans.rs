//! Clients that outlived a locked kiosk: it was killed, by the kernel for want of memory or by the client itself. The kernel
//! then ends the client's first process alone. What that one forked would run on beside the next visitor (K6).
//!
//! A process belongs to a visit if the visit's record names it, or if it works in the visit's folder, runs a program from
//! there, or has its `HOME` or `TMPDIR` there, as every client of a locked kiosk has. One that hides from all of that is
//! left to the service's or the login's control group; `doctor` says where there is none.

use std::os::fd::BorrowedFd;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Signal, kill_process};

use super::remains::{self, Owner};
use crate::client::process::{number, places};

/// So long a process may take to die, where a disk or a network does not answer. What lives on then keeps its folder.
const DYING_AT_MOST: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(5);

/// Ends what is left of clients whose kiosk is dead, in each visit's folder below `parent`, which is at `path`.
pub(super) fn end(parent: BorrowedFd<'_>, path: &Path) {
    for visit in remains::visits(parent) {
        if let Some(owners) = remains::orphaned(parent, &visit) {
            end_all(&path.join(visit), &owners);
        }
    }
}

fn end_all(visit: &Path, owners: &[Owner]) {
    let began = Instant::now();
    loop {
        let alive = members(visit, owners);
        if alive.is_empty() || began.elapsed() > DYING_AT_MOST {
            return;
        }
        for pid in alive.into_iter().filter_map(number) {
            // It may have ended by itself, or belong to another user.
            let _ = kill_process(pid, Signal::KILL);
        }
        thread::sleep(PAUSE);
    }
}

fn members(visit: &Path, owners: &[Owner]) -> Vec<u32> {
    let recorded = owners.iter().filter(|owner| owner.lives()).map(Owner::pid);
    let there = places().filter(|place| place.path.starts_with(visit)).map(|place| place.pid);
    let ours = std::process::id();
    recorded.chain(there).filter(|pid| *pid != ours).collect()
}
