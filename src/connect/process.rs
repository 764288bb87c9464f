//! What the kernel says of other processes, by `/proc`; nothing where there is none.

use std::fs;

/// One line of `/proc/PID/stat`, as far as it is of use here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub(super) pid: u32,
    pub(super) parent: u32,
    pub(super) group: u32,
    /// In the kernel's ticks since boot.
    pub(super) began: u64,
    state: char,
}

impl Standing {
    /// Whether it lives: one that is dead and was not waited for does not. (One whose first thread alone has ended looks dead
    /// too; only whoever waits for it knows better.)
    pub(super) fn lives(&self) -> bool {
        !matches!(self.state, 'Z' | 'X')
    }
}

/// When a process began, in the kernel's ticks since boot; none where it is dead, waited for or not, or where there is no
/// `/proc`.
pub(super) fn start_time(pid: u32) -> Option<u64> {
    standing(pid).filter(Standing::lives).map(|standing| standing.began)
}

/// Every process that can be seen, the newest first, the dead that were not waited for included. Each is looked at when it is
/// taken out: so those that come and go are seen while they are there. One that was there before the first was taken out and
/// is there after the last is among them for certain.
pub(super) fn everybody() -> impl Iterator<Item = Standing> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut pids: Vec<u32> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    pids.sort_unstable_by(|one, other| other.cmp(one));
    pids.into_iter().filter_map(standing)
}

/// How a process stands, if it can be seen.
pub(super) fn standing(pid: u32) -> Option<Standing> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name of the program, in brackets, may itself hold brackets and spaces. Behind it the state is field 3.
    let (_, behind) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = behind.split_whitespace().collect();
    let field = |number: usize| fields.get(number - 3).copied();
    Some(Standing {
        pid,
        parent: field(4)?.parse().ok()?,
        group: field(5)?.parse().ok()?,
        began: field(22)?.parse().ok()?,
        state: field(3)?.chars().next()?,
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::Command;

    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

    use super::*;

    #[test]
    fn d14_a_process_is_known_by_when_it_began() {
        let ours = start_time(std::process::id());
        assert!(ours.is_some() && ours == start_time(std::process::id()));
        assert_ne!(ours, start_time(1));
        assert_eq!(start_time(u32::MAX), None);
    }

    #[test]
    fn d14_one_that_was_not_waited_for_is_as_dead_as_any() {
        let mut child = Command::new("/bin/sh").args(["-c", "exit 0"]).spawn().expect("a shell");
        let ended = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        waitid(WaitId::Pid(Pid::from_child(&child)), ended).expect("its end");
        assert_eq!(start_time(child.id()), None);
        let seen = everybody().find(|standing| standing.pid == child.id()).expect("it is still to be seen");
        assert_eq!((seen.parent, seen.lives()), (std::process::id(), false));
        child.wait().expect("its end");
    }
}
