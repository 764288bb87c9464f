//! Kills clients that outlived a locked kiosk. If the kiosk is killed, by the OOM killer or by the
//! client itself, the kernel kills only the client's first process. Its orphans would keep running
//! beside the next customer (K6).
//!
//! A process belongs to a session if the owner record names it, or if its working directory,
//! program, `HOME` or `TMPDIR` is in the session directory, as `HOME` and `TMPDIR` of every client
//! of a locked kiosk are. A process that evades all of this is left to the control group of the
//! service or the login; `doctor` reports if there is none.

use std::os::fd::BorrowedFd;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Signal, kill_process};

use super::stale::{self, RecordedProcess};
use crate::client::proc::{cwds_and_exes, to_pid};

/// How long to wait for processes to die, in case a disk or a network file system blocks them. A
/// process that is still alive keeps its directory.
const KILL_TIMEOUT: Duration = Duration::from_secs(5);
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Kills the orphans of clients whose kiosk is dead, for each session directory in `parent`. `path`
/// is the path of `parent`.
pub(super) fn kill(parent: BorrowedFd<'_>, path: &Path) {
    for session_dir in stale::session_dirs(parent) {
        if let Some(owners) = stale::orphaned_owners(parent, &session_dir) {
            kill_all(&path.join(session_dir), &owners);
        }
    }
}

fn kill_all(session_dir: &Path, owners: &[RecordedProcess]) {
    let began = Instant::now();
    loop {
        let alive = members(session_dir, owners);
        if alive.is_empty() || began.elapsed() > KILL_TIMEOUT {
            return;
        }
        for pid in alive.into_iter().filter_map(to_pid) {
            // It may have exited, or belong to another account.
            let _ = kill_process(pid, Signal::KILL);
        }
        thread::sleep(POLL_INTERVAL);
    }
}

fn members(session_dir: &Path, owners: &[RecordedProcess]) -> Vec<u32> {
    let recorded = owners
        .iter()
        .filter(|owner| owner.is_alive())
        .map(RecordedProcess::pid);
    let there = cwds_and_exes()
        .filter(|place| place.path.starts_with(session_dir))
        .map(|place| place.pid);
    let ours = std::process::id();
    recorded.chain(there).filter(|pid| *pid != ours).collect()
}
