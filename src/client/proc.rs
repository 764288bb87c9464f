//! Reads processes from `/proc`. Without it, no process is visible.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use rustix::io::Errno;
use rustix::process::{Pid, getpgid, test_kill_process};

/// What is known of a process id.
pub(super) enum Lookup {
    Seen(ProcStat),
    /// A process may exist but is not visible: it is hidden (`hidepid`, `ProtectProc=` of a unit),
    /// or there is no `/proc`.
    Hidden,
    /// There is no such process.
    Gone,
}

/// The fields of `/proc/PID/stat` that are used here.
#[derive(Clone, Copy, Debug)]
pub(super) struct ProcStat {
    pub(super) pid: u32,
    pub(super) parent: u32,
    pub(super) group: u32,
    /// In the kernel's ticks since boot. None if it is hidden.
    pub(super) start_time: Option<u64>,
    state: char,
    threads: u32,
}

impl ProcStat {
    /// Whether it is alive. A zombie is not, but a process of which only the main thread has exited
    /// is.
    pub(super) fn is_alive(&self) -> bool {
        !matches!(self.state, 'Z' | 'X') || self.threads > 1
    }
}

/// The start time in the kernel's ticks since boot. None for a process that is dead (a zombie
/// included) or hidden.
pub(super) fn start_time(pid: u32) -> Option<u64> {
    match lookup(pid) {
        Lookup::Seen(stat) if stat.is_alive() => stat.start_time,
        Lookup::Seen(_) | Lookup::Hidden | Lookup::Gone => None,
    }
}

/// Whether a process is certainly dead: the one that started at `began`, or if that is none, any
/// process with this id.
pub(super) fn is_dead(pid: u32, began: Option<u64>) -> bool {
    match lookup(pid) {
        Lookup::Seen(stat) => !stat.is_alive() || began.is_some() && stat.start_time != began,
        Lookup::Hidden => false,
        Lookup::Gone => true,
    }
}

/// The current time, in the kernel's ticks since boot.
pub(super) fn boot_ticks() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let (seconds, nanoseconds) = (now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs());
    let ticks = rustix::param::clock_ticks_per_second();
    seconds * ticks + nanoseconds * ticks / 1_000_000_000
}

/// All visible processes, zombies included, our own children first. Each is read only when the
/// iterator reaches it, and the ids of the others are listed only after the children. So
/// short-lived children are seen however many other processes there are. A process that exists from
/// the first item to the last is always included.
///
/// Our own children are included even if they are hidden (`hidepid` and `ProtectProc=` hide
/// processes that one cannot trace).
pub(super) fn all_processes() -> impl Iterator<Item = ProcStat> {
    let children = children();
    let ours = children
        .clone()
        .into_iter()
        .rev()
        .filter_map(|child| match lookup(child) {
            Lookup::Seen(stat) => Some(stat),
            Lookup::Hidden => hidden_child(child),
            Lookup::Gone => None,
        });
    let others = std::iter::once_with(numbers)
        .flatten()
        .filter(move |pid| !children.contains(pid));
    ours.chain(others.filter_map(|pid| match lookup(pid) {
        Lookup::Seen(stat) => Some(stat),
        Lookup::Hidden | Lookup::Gone => None,
    }))
}

/// A path that a process uses.
pub(super) struct ProcessPlace {
    pub(super) pid: u32,
    pub(super) path: PathBuf,
}

/// The paths of all visible processes: working directory, program, `HOME` and `TMPDIR`. Zombies
/// have none.
pub(super) fn cwds_and_exes() -> impl Iterator<Item = ProcessPlace> {
    numbers().flat_map(|pid| {
        let links = ["cwd", "exe"].map(|link| fs::read_link(format!("/proc/{pid}/{link}")).ok());
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        let paths = links.into_iter().flatten().chain(directories(&environment));
        paths
            .map(|path| ProcessPlace { pid, path })
            .collect::<Vec<_>>()
    })
}

/// `HOME` and `TMPDIR` in the contents of `/proc/PID/environ`.
fn directories(environment: &[u8]) -> Vec<PathBuf> {
    let named = |variable: &[u8]| {
        let path = variable
            .strip_prefix(b"HOME=")
            .or_else(|| variable.strip_prefix(b"TMPDIR="))?;
        Some(PathBuf::from(OsStr::from_bytes(path)))
    };
    environment
        .split(|byte| *byte == 0)
        .filter_map(named)
        .collect()
}

fn numbers() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// Our children, hidden ones included. Empty if the kernel was built without
/// `CONFIG_PROC_CHILDREN`.
pub(super) fn children() -> BTreeSet<u32> {
    let tasks = fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists
        .flat_map(|list| {
            list.split_whitespace()
                .filter_map(|pid| pid.parse().ok())
                .collect::<Vec<u32>>()
        })
        .collect()
}

/// One of our children that is hidden. It counts as alive.
fn hidden_child(child: u32) -> Option<ProcStat> {
    let group = getpgid(Some(to_pid(child)?))
        .ok()?
        .as_raw_nonzero()
        .get()
        .unsigned_abs();
    Some(ProcStat {
        pid: child,
        parent: std::process::id(),
        group,
        start_time: None,
        state: '?',
        threads: 1,
    })
}

pub(super) fn lookup(pid: u32) -> Lookup {
    match fs::read(format!("/proc/{pid}/stat"))
        .ok()
        .and_then(|stat| parse_stat(pid, &stat))
    {
        Some(stat) => Lookup::Seen(stat),
        None if to_pid(pid).is_none_or(|pid| test_kill_process(pid) == Err(Errno::SRCH)) => {
            Lookup::Gone
        }
        None => Lookup::Hidden,
    }
}

/// The id in the type for system calls.
pub(super) fn to_pid(pid: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(pid).ok()?)
}

fn parse_stat(pid: u32, stat: &[u8]) -> Option<ProcStat> {
    // The program's name, in brackets, may contain brackets and spaces, and may end within a UTF-8
    // character. The state after it is field 3.
    let after = str::from_utf8(stat.rsplit(|byte| *byte == b')').next()?).ok()?;
    let fields: Vec<&str> = after.split_whitespace().collect();
    let field = |number: usize| fields.get(number - 3).copied();
    Some(ProcStat {
        pid,
        parent: field(4)?.parse().ok()?,
        group: field(5)?.parse().ok()?,
        start_time: Some(field(22)?.parse().ok()?),
        state: field(3)?.chars().next()?,
        threads: field(20)?.parse().ok()?,
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::ffi::OsStr;
    use std::io;
    use std::os::unix::ffi::OsStrExt;
    use std::process::{Child, Command, Stdio};

    use rustix::process::{WaitId, WaitIdOptions, waitid};

    use super::*;

    #[test]
    fn d14_a_process_is_known_by_when_it_began() {
        let pid = std::process::id();
        let began = start_time(pid);
        assert!(began.is_some_and(|began| began <= boot_ticks()) && began == start_time(pid));
        assert_ne!(began, start_time(1));
        assert_eq!(start_time(u32::MAX), None);
        let later = began.map(|began| began + 1);
        assert!(!is_dead(pid, began) && !is_dead(pid, None) && is_dead(pid, later));
        assert!(
            is_dead(u32::MAX, Some(1))
                && is_dead(0x3FFF_FFFF, Some(1))
                && is_dead(0x3FFF_FFFF, None)
        );
    }

    #[test]
    fn d14_a_moment_tells_what_began_before_it_from_what_began_later() {
        let before = boot_ticks();
        let mut child = waiting(OsStr::new("/bin/sh")).expect("a shell");
        let began = start_time(child.id()).expect("it lives");
        child.kill().and_then(|()| child.wait()).expect("its end");
        assert!((before..=boot_ticks()).contains(&began), "{before} {began}");
    }

    #[test]
    fn d14_a_process_whose_name_is_cut_within_a_character_is_seen() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = folder.path().join("a-support-toolé");
        assert!(
            name.file_name()
                .is_some_and(|name| str::from_utf8(&name.as_bytes()[..15]).is_err())
        );
        std::os::unix::fs::symlink("/bin/sh", &name).expect("a link");
        let mut child = waiting(name.as_os_str()).expect("a shell");
        let pid = child.id();
        let seen = (
            start_time(pid).is_some(),
            all_processes().any(|one| one.pid == pid),
        );
        child.kill().and_then(|()| child.wait()).expect("its end");
        assert_eq!(seen, (true, true));
    }

    /// A shell that blocks.
    fn waiting(shell: &OsStr) -> io::Result<Child> {
        Command::new(shell)
            .args(["-c", "read never"])
            .stdin(Stdio::piped())
            .spawn()
    }

    #[test]
    fn d14_one_that_was_not_waited_for_is_as_dead_as_any() {
        let mut child = Command::new("/bin/sh")
            .args(["-c", "exit 0"])
            .spawn()
            .expect("a shell");
        let ended = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        waitid(WaitId::Pid(Pid::from_child(&child)), ended).expect("its end");
        assert_eq!(start_time(child.id()), None);
        let seen = all_processes()
            .find(|stat| stat.pid == child.id())
            .expect("the zombie is visible");
        assert!(is_dead(child.id(), seen.start_time));
        assert_eq!((seen.parent, seen.is_alive()), (std::process::id(), false));
        child.wait().expect("its end");
    }
}
