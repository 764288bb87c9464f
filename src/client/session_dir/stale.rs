//! Removes stale session directories: those that remain after a crash, a power failure, or a client
//! that outlived this program (D14).
//!
//! Each directory has an owner record with the processes that need it: this program while it
//! watches the client, and a process of the client. Once all of them are dead, by id and start
//! time, and no process uses the directory, the next session or the next start removes it.
//!
//! A client can destroy the record. Therefore the kiosk also holds a lock (`flock`) on the
//! directory while it runs. A directory with an unreadable record and without a lock is removed as
//! soon as no process uses it.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fmt::{self, Display, Formatter};
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;

use rustix::fs::{
    AtFlags, FileType, FlockOperation, Mode, OFlags, fchmod, flock, openat, statat, unlinkat,
};
use rustix::io::Errno;

use super::removal::{RemovalOrigin, for_each_name, open_folder, open_with_mode, remove};
use super::{FOLDER, NEW_OWNER, OWNER, PRIVATE_HOME, TMP};
use crate::client::proc::{cwds_and_exes, is_dead, start_time};
use crate::sys::ownership::FileOwnership;
use crate::sys::secure_dir::SecureDir;

/// The prefix of session directories.
pub(super) const PREFIX: &str = "visit-";

/// How much of a record is read, in bytes: far more than two lines need.
const MAX_RECORD: u64 = 256;

/// The prefix of session directories that have no record yet. The process that creates the
/// directory and a random number follow.
const UNFINISHED_PREFIX: &str = "new-";

/// Without `/proc` the process that creates a directory is unknown. After this time it is assumed
/// to be dead.
const UNFINISHED_TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// Whether a session directory is still needed.
enum NeededBy {
    /// By a live process, or it cannot be known.
    LiveProcess,
    /// All processes in the record are dead.
    NoProcess,
    /// There is no record. The process that created or removed the directory was killed, and the
    /// directory contains nothing else.
    Unrecorded,
}

/// The owner record of a directory.
enum OwnerRecord {
    Owners(Vec<RecordedProcess>),
    /// It names no process: its client overwrote it, or the power failed before it was on the disk.
    Corrupt,
    Missing,
}

/// A process that needs a directory. In the record it is a line `PID START NAMESPACE`.
pub(super) struct RecordedProcess {
    pid: u32,
    /// In the kernel's ticks since boot.
    start_time: u64,
    /// The PID namespace of `pid`, if known. Older records do not contain it.
    namespace: Option<u64>,
}

impl RecordedProcess {
    /// None if the process is dead or its start time is hidden.
    fn from_pid(pid: u32) -> Option<Self> {
        Some(Self {
            pid,
            start_time: start_time(pid)?,
            namespace: namespace(),
        })
    }

    fn parse(line: &str) -> Option<Self> {
        let mut numbers = line.split(' ');
        let (pid, began) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
        let namespace = numbers.next().map(str::parse).transpose().ok()?;
        Some(Self {
            pid,
            start_time: began,
            namespace,
        })
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    /// Whether the process is certainly alive.
    pub(super) fn is_alive(&self) -> bool {
        self.namespace == namespace() && start_time(self.pid) == Some(self.start_time)
    }

    /// Whether the process is certainly dead. Processes of another namespace, such as a
    /// container's, cannot be seen from here.
    fn is_dead(&self) -> bool {
        let is_of_ours = self.namespace.is_none_or(|its| Some(its) == namespace());
        is_of_ours && is_dead(self.pid, Some(self.start_time))
    }
}

impl Display for RecordedProcess {
    fn fmt(&self, line: &mut Formatter<'_>) -> fmt::Result {
        write!(line, "{} {}", self.pid, self.start_time)?;
        self.namespace
            .map_or(Ok(()), |namespace| write!(line, " {namespace}"))
    }
}

/// The PID namespace of this process, as an inode number.
fn namespace() -> Option<u64> {
    Some(rustix::fs::stat("/proc/self/ns/pid").ok()?.st_ino)
}

/// A record with those of these processes that are alive.
pub(super) fn format_record(pids: &[u32]) -> String {
    let lines: Vec<String> = pids
        .iter()
        .filter_map(|pid| RecordedProcess::from_pid(*pid))
        .map(|owner| format!("{owner}\n"))
        .collect();
    lines.concat()
}

/// The name of a session directory until it has a record. It contains this process, so that a sweep
/// can see whether it is alive.
pub(super) fn unfinished_name(name: &str) -> String {
    let (Some(us), Some(number)) = (
        RecordedProcess::from_pid(std::process::id()),
        name.strip_prefix(PREFIX),
    ) else {
        return name.to_owned();
    };
    format!(
        "{UNFINISHED_PREFIX}{}-{number}",
        us.to_string().replace(' ', "-")
    )
}

/// The process that was creating a directory of this name.
fn creator(name: &OsStr) -> Option<RecordedProcess> {
    let (owner, number) = name
        .to_str()?
        .strip_prefix(UNFINISHED_PREFIX)?
        .rsplit_once('-')?;
    is_number(number)
        .then(|| RecordedProcess::parse(&owner.replace('-', " ")))
        .flatten()
}

/// The names of the session directories in this parent.
pub(super) fn session_dirs(parent: BorrowedFd<'_>) -> Vec<OsString> {
    names_in(parent, is_session_dir)
}

fn names_in(parent: BorrowedFd<'_>, is_wanted: impl Fn(&OsStr) -> bool) -> Vec<OsString> {
    let mut names = Vec::new();
    let _ = for_each_name(parent, |name| {
        let name = OsStr::from_bytes(name.to_bytes());
        if is_wanted(name) {
            names.push(name.to_owned());
        }
    });
    names
}

/// The processes in the record of a session directory, if its kiosk is dead and had started a
/// client. Empty if the client has destroyed the record.
pub(super) fn orphaned_owners(
    parent: BorrowedFd<'_>,
    name: &OsStr,
) -> Option<Vec<RecordedProcess>> {
    let orphans = with_folder(parent, name, |session_dir| {
        Ok(match read_record(session_dir.as_fd())? {
            OwnerRecord::Owners(owners) => {
                (owners.len() > 1 && owners[0].is_dead()).then_some(owners)
            }
            OwnerRecord::Corrupt | OwnerRecord::Missing => {
                is_abandoned(session_dir.as_fd()).then(Vec::new)
            }
        })
    });
    orphans.ok().flatten().flatten()
}

/// Removes stale session directories. Only directories of this account are touched.
pub(super) fn sweep(folder: &SecureDir) {
    let (parent, writers) = (folder.folder.as_fd(), folder.writers);
    let visits = session_dirs(parent);
    let mut unneeded = BTreeSet::new();
    for name in visits {
        match needed_by(parent, &name) {
            Err(_) | Ok(NeededBy::LiveProcess) => {}
            Ok(NeededBy::NoProcess) => _ = unneeded.insert(name),
            Ok(NeededBy::Unrecorded) => remove_unrecorded(parent, &name),
        }
    }
    for name in unfinished(parent) {
        remove_unrecorded(parent, &name);
    }
    keep_folders_in_use(parent, &mut unneeded);
    for name in unneeded {
        if let Ok(session_dir) = open_folder(parent, &*name) {
            remove(
                &RemovalOrigin {
                    parent,
                    writers,
                    name: &name,
                },
                session_dir.as_fd(),
            );
        }
    }
}

/// Removes a directory that contains nothing but a record. With any other content it is not a
/// session directory, whatever its name.
fn remove_unrecorded(parent: BorrowedFd<'_>, name: &OsStr) {
    if let Ok(session_dir) = open_folder(parent, name) {
        for record in [NEW_OWNER, OWNER] {
            let _ = unlinkat(&session_dir, record, AtFlags::empty());
        }
    }
    let _ = unlinkat(parent, name, AtFlags::REMOVEDIR);
}

/// Directories of this account whose creator was killed before it had written the record.
fn unfinished(parent: BorrowedFd<'_>) -> Vec<OsString> {
    let is_ours = |name: &OsStr| {
        let found = statat(parent, name, AtFlags::SYMLINK_NOFOLLOW);
        found.is_ok_and(|found| {
            FileType::from_raw_mode(found.st_mode).is_dir() && FileOwnership::from(&found).is_own()
        })
    };
    names_in(parent, |name| {
        creator(name).is_some_and(|maker| maker.is_dead()) && is_ours(name)
    })
}

/// Keeps directories that a process uses: a client may have forked and exited without anything
/// recording the new process.
fn keep_folders_in_use(parent: BorrowedFd<'_>, visits: &mut BTreeSet<OsString>) {
    if visits.is_empty() {
        return;
    }
    let Ok(parent) = fs::read_link(format!("/proc/self/fd/{}", parent.as_raw_fd())) else {
        return;
    };
    for place in cwds_and_exes() {
        if let Some(session_dir) = place
            .path
            .strip_prefix(&parent)
            .ok()
            .and_then(|below| below.iter().next())
        {
            visits.remove(session_dir);
        }
    }
}

/// Whether this is the name of a session directory.
pub(super) fn is_session_dir(name: &OsStr) -> bool {
    name.to_str()
        .and_then(|name| name.strip_prefix(PREFIX))
        .is_some_and(is_number)
}

fn is_number(digits: &str) -> bool {
    digits.len() == 16 && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

fn needed_by(parent: BorrowedFd<'_>, name: &OsStr) -> io::Result<NeededBy> {
    with_folder(parent, name, examine).map(|need| need.unwrap_or(NeededBy::LiveProcess))
}

/// Calls `examine` with a session directory, and preserves its mode. None if it is no directory of
/// this account.
fn with_folder<T>(
    parent: BorrowedFd<'_>,
    name: &OsStr,
    examine: impl FnOnce(OwnedFd) -> io::Result<T>,
) -> io::Result<Option<T>> {
    let found = statat(parent, name, AtFlags::SYMLINK_NOFOLLOW)?;
    if !FileType::from_raw_mode(found.st_mode).is_dir() || !FileOwnership::from(&found).is_own() {
        return Ok(None);
    }
    let mode = Mode::from_raw_mode(found.st_mode);
    if mode.contains(Mode::RUSR | Mode::XUSR) {
        return examine(openat(parent, name, FOLDER, Mode::empty())?).map(Some);
    }
    // The client removed our permissions. It may be alive and rely on that.
    let session_dir = open_with_mode(parent, name, FOLDER, Mode::RWXU)?;
    let seen = examine(session_dir.try_clone()?);
    fchmod(session_dir, mode)?;
    seen.map(Some)
}

fn examine(session_dir: OwnedFd) -> io::Result<NeededBy> {
    let session_dir = File::from(session_dir);
    let is_old = session_dir
        .metadata()?
        .modified()?
        .elapsed()
        .is_ok_and(|age| age > UNFINISHED_TIMEOUT);
    Ok(match read_record(session_dir.as_fd())? {
        OwnerRecord::Owners(owners) if owners.iter().all(RecordedProcess::is_dead) => {
            NeededBy::NoProcess
        }
        OwnerRecord::Corrupt | OwnerRecord::Missing if is_abandoned(session_dir.as_fd()) => {
            NeededBy::NoProcess
        }
        OwnerRecord::Missing if is_old || can_identify_creators() => NeededBy::Unrecorded,
        OwnerRecord::Owners(..) | OwnerRecord::Corrupt | OwnerRecord::Missing => {
            NeededBy::LiveProcess
        }
    })
}

/// Whether a directory without a valid record is an abandoned session directory. Without a record
/// it may also be just being created, or have a matching name by chance; in both cases it lacks the
/// client's directories.
fn is_abandoned(session_dir: BorrowedFd<'_>) -> bool {
    let has = |name: &&str| statat(session_dir, *name, AtFlags::SYMLINK_NOFOLLOW).is_ok();
    [OWNER, PRIVATE_HOME, TMP].iter().any(has)
        && flock(session_dir, FlockOperation::NonBlockingLockExclusive).is_ok()
}

/// Whether directories that are being created have names of their own on this system.
fn can_identify_creators() -> bool {
    start_time(std::process::id()).is_some()
}

/// Reads the record. An error means that it could not be examined.
fn read_record(session_dir: BorrowedFd<'_>) -> io::Result<OwnerRecord> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let record = match openat(session_dir, OWNER, flags, Mode::empty()) {
        Err(Errno::NOENT) => return Ok(OwnerRecord::Missing),
        // A symbolic link or a socket.
        Err(Errno::LOOP | Errno::NXIO) => return Ok(OwnerRecord::Corrupt),
        Err(Errno::ACCESS) => open_with_mode(session_dir, OWNER, flags, Mode::RUSR | Mode::WUSR)?,
        record => record?,
    };
    let record = File::from(record);
    if !record.metadata()?.is_file() {
        return Ok(OwnerRecord::Corrupt);
    }
    let mut bytes = Vec::new();
    record.take(MAX_RECORD).read_to_end(&mut bytes)?;
    let text = str::from_utf8(&bytes)
        .ok()
        .filter(|text| text.ends_with('\n'));
    let owners: Option<Vec<RecordedProcess>> =
        text.and_then(|text| text.lines().map(RecordedProcess::parse).collect());
    Ok(owners.map_or(OwnerRecord::Corrupt, OwnerRecord::Owners))
}
