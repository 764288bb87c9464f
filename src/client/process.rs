//! What the kernel says of other processes, by `/proc`; nothing where there is none.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use rustix::io::Errno;
use rustix::process::{Pid, getpgid, test_kill_process};

/// What is known of the process that has a number now.
pub(super) enum Look {
    Seen(Standing),
    /// There is one, or may be one, of which nothing is told: it hides (`hidepid`, a unit's `ProtectProc`), or there is no
    /// `/proc`.
    Hidden,
    /// There is none.
    Nobody,
}

/// One line of `/proc/PID/stat`, as far as it is of use here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub(super) pid: u32,
    pub(super) parent: u32,
    pub(super) group: u32,
    /// In the kernel's ticks since boot; none: it hides.
    pub(super) began: Option<u64>,
    state: char,
    threads: u32,
}

impl Standing {
    /// Whether it lives: one that is dead and was not waited for does not, but one whose first thread alone has ended does.
    pub(super) fn lives(&self) -> bool {
        !matches!(self.state, 'Z' | 'X') || self.threads > 1
    }
}

/// When a process began, in the kernel's ticks since boot; none where it is dead, waited for or not, or hides.
pub(super) fn start_time(pid: u32) -> Option<u64> {
    match look(pid) {
        Look::Seen(standing) if standing.lives() => standing.began,
        Look::Seen(_) | Look::Hidden | Look::Nobody => None,
    }
}

/// Whether a process is dead for certain: the one that began then, or, where that is not said, whichever has this number now.
pub(super) fn is_dead(pid: u32, began: Option<u64>) -> bool {
    match look(pid) {
        Look::Seen(standing) => !standing.lives() || began.is_some() && standing.began != began,
        Look::Hidden => false,
        Look::Nobody => true,
    }
}

/// This moment, in the kernel's ticks since boot.
pub(super) fn now() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let (seconds, nanoseconds) = (now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs());
    let ticks = rustix::param::clock_ticks_per_second();
    seconds * ticks + nanoseconds * ticks / 1_000_000_000
}

/// Every process that can be seen, our own children first, the dead that were not waited for included. Each is looked at when
/// it is taken out, and the others are not even counted before: so children that come and go are seen while they are there,
/// however many others there are. One that was there before the first was taken out and is there after the last is among them
/// for certain.
///
/// Children of ours are among them though they hide (`hidepid`, a unit's `ProtectProc`, hide whoever can't be traced).
pub(super) fn everybody() -> impl Iterator<Item = Standing> {
    let children = children();
    let ours = children.clone().into_iter().rev().filter_map(|child| match look(child) {
        Look::Seen(standing) => Some(standing),
        Look::Hidden => hidden(child),
        Look::Nobody => None,
    });
    let others = std::iter::once_with(numbers).flatten().filter(move |pid| !children.contains(pid));
    ours.chain(others.filter_map(|pid| match look(pid) {
        Look::Seen(standing) => Some(standing),
        Look::Hidden | Look::Nobody => None,
    }))
}

/// A place that a process has to do with.
pub(super) struct ProcessPlace {
    pub(super) pid: u32,
    pub(super) path: PathBuf,
}

/// The places of every process that can be looked at: its working directory, its program, its `HOME` and its `TMPDIR`. The
/// dead that were not waited for have none.
pub(super) fn places() -> impl Iterator<Item = ProcessPlace> {
    numbers().flat_map(|pid| {
        let links = ["cwd", "exe"].map(|link| fs::read_link(format!("/proc/{pid}/{link}")).ok());
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        let paths = links.into_iter().flatten().chain(directories(&environment));
        paths.map(|path| ProcessPlace { pid, path }).collect::<Vec<_>>()
    })
}

/// `HOME` and `TMPDIR` of an environment, as the kernel shows it.
fn directories(environment: &[u8]) -> Vec<PathBuf> {
    let named = |variable: &[u8]| {
        let path = variable.strip_prefix(b"HOME=").or_else(|| variable.strip_prefix(b"TMPDIR="))?;
        Some(PathBuf::from(OsStr::from_bytes(path)))
    };
    environment.split(|byte| *byte == 0).filter_map(named).collect()
}

fn numbers() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// Our children, as the kernel lists them to ourselves, hidden or not; none where it was built without that.
pub(super) fn children() -> BTreeSet<u32> {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<u32>>()).collect()
}

/// How a child of ours stands that hides: it counts as one that lives.
fn hidden(child: u32) -> Option<Standing> {
    let group = getpgid(Some(number(child)?)).ok()?.as_raw_nonzero().get().unsigned_abs();
    Some(Standing { pid: child, parent: std::process::id(), group, began: None, state: '?', threads: 1 })
}

/// How a process stands.
pub(super) fn look(pid: u32) -> Look {
    match fs::read(format!("/proc/{pid}/stat")).ok().and_then(|stat| standing(pid, &stat)) {
        Some(standing) => Look::Seen(standing),
        None if number(pid).is_none_or(|pid| test_kill_process(pid) == Err(Errno::SRCH)) => Look::Nobody,
        None => Look::Hidden,
    }
}

/// A process id as system calls take it.
pub(super) fn number(pid: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(pid).ok()?)
}

fn standing(pid: u32, stat: &[u8]) -> Option<Standing> {
    // The name of the program, in brackets, may itself hold brackets and spaces, and half a character where it was cut.
    // Behind it the state is field 3.
    let behind = str::from_utf8(stat.rsplit(|byte| *byte == b')').next()?).ok()?;
    let fields: Vec<&str> = behind.split_whitespace().collect();
    let field = |number: usize| fields.get(number - 3).copied();
    Some(Standing {
        pid,
        parent: field(4)?.parse().ok()?,
        group: field(5)?.parse().ok()?,
        began: Some(field(22)?.parse().ok()?),
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
        assert!(began.is_some_and(|began| began <= now()) && began == start_time(pid));
        assert_ne!(began, start_time(1));
        assert_eq!(start_time(u32::MAX), None);
        let later = began.map(|began| began + 1);
        assert!(!is_dead(pid, began) && !is_dead(pid, None) && is_dead(pid, later));
        assert!(is_dead(u32::MAX, Some(1)) && is_dead(0x3FFF_FFFF, Some(1)) && is_dead(0x3FFF_FFFF, None));
    }

    #[test]
    fn d14_a_moment_tells_what_began_before_it_from_what_began_later() {
        let before = now();
        let mut child = waiting(OsStr::new("/bin/sh")).expect("a shell");
        let began = start_time(child.id()).expect("it lives");
        child.kill().and_then(|()| child.wait()).expect("its end");
        assert!((before..=now()).contains(&began), "{before} {began}");
    }

    #[test]
    fn d14_a_process_whose_name_is_cut_within_a_character_is_seen() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = folder.path().join("a-support-toolé");
        assert!(name.file_name().is_some_and(|name| str::from_utf8(&name.as_bytes()[..15]).is_err()));
        std::os::unix::fs::symlink("/bin/sh", &name).expect("a link");
        let mut child = waiting(name.as_os_str()).expect("a shell");
        let pid = child.id();
        let seen = (start_time(pid).is_some(), everybody().any(|one| one.pid == pid));
        child.kill().and_then(|()| child.wait()).expect("its end");
        assert_eq!(seen, (true, true));
    }

    /// A shell that waits.
    fn waiting(shell: &OsStr) -> io::Result<Child> {
        Command::new(shell).args(["-c", "read never"]).stdin(Stdio::piped()).spawn()
    }

    #[test]
    fn d14_one_that_was_not_waited_for_is_as_dead_as_any() {
        let mut child = Command::new("/bin/sh").args(["-c", "exit 0"]).spawn().expect("a shell");
        let ended = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        waitid(WaitId::Pid(Pid::from_child(&child)), ended).expect("its end");
        assert_eq!(start_time(child.id()), None);
        let seen = everybody().find(|standing| standing.pid == child.id()).expect("it is still to be seen");
        assert!(is_dead(child.id(), seen.began));
        assert_eq!((seen.parent, seen.lives()), (std::process::id(), false));
        child.wait().expect("its end");
    }
}
