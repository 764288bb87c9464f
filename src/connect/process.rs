//! What the kernel says of other processes, by `/proc`; nothing where there is none.

use std::fs;

/// One line of `/proc/PID/stat`, as far as it is of use here.
struct Standing {
    state: char,
    group: u32,
    began: u64,
}

impl Standing {
    fn lives(&self) -> bool {
        !matches!(self.state, 'Z' | 'X')
    }
}

/// When a process began, in the kernel's ticks since boot; none where it is dead, waited for or not, or where there is no
/// `/proc`.
pub(super) fn start_time(pid: u32) -> Option<u64> {
    standing(pid).filter(Standing::lives).map(|standing| standing.began)
}

/// Whether anybody of a process group lives. One that is dead and was not waited for does not. Without `/proc`: yes.
pub(super) fn group_lives(group: u32) -> bool {
    let Ok(entries) = fs::read_dir("/proc") else { return true };
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(standing).any(|standing| standing.group == group && standing.lives())
}

fn standing(pid: u32) -> Option<Standing> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name of the program, in brackets, may itself hold brackets and spaces. Behind it the state is field 3.
    let (_, behind) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = behind.split_whitespace().collect();
    let field = |number: usize| fields.get(number - 3).copied();
    Some(Standing { state: field(3)?.chars().next()?, group: field(5)?.parse().ok()?, began: field(22)?.parse().ok()? })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

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
        child.wait().expect("its end");
    }

    #[test]
    fn a_group_lives_as_long_as_anybody_in_it() {
        let mut leader = Command::new("/bin/sh").args(["-c", "sleep 1000 & exit 0"]).process_group(0).spawn().expect("a shell");
        let group = leader.id();
        leader.wait().expect("the leader has gone");
        assert!(group_lives(group), "its child lives");
        let all = Pid::from_raw(i32::try_from(group).expect("a pid")).expect("a pid");
        kill_process_group(all, Signal::KILL).expect("killed");
        while group_lives(group) {
            std::thread::yield_now();
        }
    }
}
