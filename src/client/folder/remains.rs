//! What visits leave behind, and how it goes: a crash of this program, the power, or a client that outlived it
//! (D14). Each visit's folder has a record of who needs it: we, as long as we watch its client, and the client. Once all of them
//! are dead, by their numbers and their starts, and nobody stands in the folder, the next visit or the next start takes it away.
//!
//! A client can spoil the record. So the kiosk also locks the folder (`flock`) for as long as it lives: a folder whose record
//! can't be read, and that no kiosk has locked, goes as soon as no process works there.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fmt::{self, Display, Formatter};
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;

use rustix::fs::{AtFlags, FileType, FlockOperation, Mode, OFlags, fchmod, flock, openat, statat, unlinkat};
use rustix::io::Errno;

use super::removal::{Origin, each_in, opened, remove, reopened};
use super::{FOLDER, NEW_OWNER, OWNER, PRIVATE_HOME, TMP};
use crate::client::process::{is_dead, places, start_time};
use crate::sys::ownership::FileOwnership;
use crate::sys::secure_dir::SecureDir;

/// What the folders of visits begin with.
pub(super) const VISIT: &str = "visit-";

/// So much is read of a record: far more than two lines take.
const RECORD_AT_MOST: u64 = 256;

/// What the folders of visits begin with as long as they have no record. The process that makes one and a random number follow.
const MAKING: &str = "new-";

/// Where `/proc` does not say who makes a folder, one without a record is in the making. After this long its maker was killed.
const IN_THE_MAKING: Duration = Duration::from_secs(60 * 60);

/// Who needs a visit's folder.
enum Need {
    /// Somebody who lives, or it can't be known.
    Somebodys,
    /// Nobody: all that its record names are dead.
    Nobodys,
    /// It has no record. The process that made or removed it was killed, and nothing else is in it.
    Unrecorded,
}

/// The record of who needs a folder.
enum Record {
    Names(Vec<Owner>),
    /// There is something in its place that names nobody: its client wrote it, or the power went before it was on the disk.
    Spoiled,
    Missing,
}

/// A process that needs a folder; in the record a line: `PID START NAMESPACE`.
pub(super) struct Owner {
    pid: u32,
    /// In the kernel's ticks since boot.
    began: u64,
    /// In which its number counts, where that is known. Older records do not say it.
    namespace: Option<u64>,
}

impl Owner {
    /// None: it is dead, or does not let its start be seen.
    fn now(pid: u32) -> Option<Self> {
        Some(Self { pid, began: start_time(pid)?, namespace: namespace() })
    }

    fn read(line: &str) -> Option<Self> {
        let mut numbers = line.split(' ');
        let (pid, began) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
        let namespace = numbers.next().map(str::parse).transpose().ok()?;
        Some(Self { pid, began, namespace })
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    /// Whether it lives for certain.
    pub(super) fn lives(&self) -> bool {
        self.namespace == namespace() && start_time(self.pid) == Some(self.began)
    }

    /// Of another namespace, such as a container's, nothing can be known here.
    fn is_dead(&self) -> bool {
        let is_of_ours = self.namespace.is_none_or(|its| Some(its) == namespace());
        is_of_ours && is_dead(self.pid, Some(self.began))
    }
}

impl Display for Owner {
    fn fmt(&self, line: &mut Formatter<'_>) -> fmt::Result {
        write!(line, "{} {}", self.pid, self.began)?;
        self.namespace.map_or(Ok(()), |namespace| write!(line, " {namespace}"))
    }
}

/// Of the numbers of processes, by its inode.
fn namespace() -> Option<u64> {
    Some(rustix::fs::stat("/proc/self/ns/pid").ok()?.st_ino)
}

/// The record that names these, as far as they live.
pub(super) fn record_of(pids: &[u32]) -> String {
    let lines: Vec<String> = pids.iter().filter_map(|pid| Owner::now(*pid)).map(|owner| format!("{owner}\n")).collect();
    lines.concat()
}

/// The name of a visit's folder as long as it has no record: it names this process, so that a sweep knows whether it lives.
pub(super) fn name_in_the_making(name: &str) -> String {
    let (Some(us), Some(number)) = (Owner::now(std::process::id()), name.strip_prefix(VISIT)) else { return name.to_owned() };
    format!("{MAKING}{}-{number}", us.to_string().replace(' ', "-"))
}

/// The process that was making a folder of this name.
fn maker(name: &OsStr) -> Option<Owner> {
    let (owner, number) = name.to_str()?.strip_prefix(MAKING)?.rsplit_once('-')?;
    is_number(number).then(|| Owner::read(&owner.replace('-', " "))).flatten()
}

/// The names of the visits' folders in this one.
pub(super) fn visits(parent: BorrowedFd<'_>) -> Vec<OsString> {
    names_in(parent, is_a_visit)
}

fn names_in(parent: BorrowedFd<'_>, is_wanted: impl Fn(&OsStr) -> bool) -> Vec<OsString> {
    let mut names = Vec::new();
    let _ = each_in(parent, |name| {
        let name = OsStr::from_bytes(name.to_bytes());
        if is_wanted(name) {
            names.push(name.to_owned());
        }
    });
    names
}

/// The processes that the record of a visit's folder names, if the kiosk among them is dead and had started a client. None of
/// them is known where the client has spoiled the record.
pub(super) fn orphaned(parent: BorrowedFd<'_>, name: &OsStr) -> Option<Vec<Owner>> {
    let orphans = looked_into(parent, name, |visit| {
        Ok(match recorded(visit.as_fd())? {
            Record::Names(owners) => (owners.len() > 1 && owners[0].is_dead()).then_some(owners),
            Record::Spoiled | Record::Missing => is_given_up(visit.as_fd()).then(Vec::new),
        })
    });
    orphans.ok().flatten().flatten()
}

/// Removes the folders of visits that nobody needs any more. Only ours are touched.
pub(super) fn sweep(folder: &SecureDir) {
    let (parent, writers) = (folder.folder.as_fd(), folder.writers);
    let visits = visits(parent);
    let mut nobodys = BTreeSet::new();
    for name in visits {
        match need(parent, &name) {
            Err(_) | Ok(Need::Somebodys) => {}
            Ok(Need::Nobodys) => _ = nobodys.insert(name),
            Ok(Need::Unrecorded) => remove_unrecorded(parent, &name),
        }
    }
    for name in unfinished(parent) {
        remove_unrecorded(parent, &name);
    }
    keep_where_somebody_stands(parent, &mut nobodys);
    for name in nobodys {
        if let Ok(visit) = opened(parent, &*name) {
            remove(&Origin { parent, writers, name: &name }, visit.as_fd());
        }
    }
}

/// Removes a folder that nothing but a record was ever made in. With anything else in it, it is not ours, whatever its name.
fn remove_unrecorded(parent: BorrowedFd<'_>, name: &OsStr) {
    if let Ok(visit) = opened(parent, name) {
        for record in [NEW_OWNER, OWNER] {
            let _ = unlinkat(&visit, record, AtFlags::empty());
        }
    }
    let _ = unlinkat(parent, name, AtFlags::REMOVEDIR);
}

/// Our folders whose maker was killed before they were visits'.
fn unfinished(parent: BorrowedFd<'_>) -> Vec<OsString> {
    let is_ours = |name: &OsStr| {
        let found = statat(parent, name, AtFlags::SYMLINK_NOFOLLOW);
        found.is_ok_and(|found| FileType::from_raw_mode(found.st_mode).is_dir() && FileOwnership::from(&found).is_ours())
    };
    names_in(parent, |name| maker(name).is_some_and(|maker| maker.is_dead()) && is_ours(name))
}

/// A client may have forked and gone while nobody was there to record who is left of it.
fn keep_where_somebody_stands(parent: BorrowedFd<'_>, visits: &mut BTreeSet<OsString>) {
    if visits.is_empty() {
        return;
    }
    let Ok(parent) = fs::read_link(format!("/proc/self/fd/{}", parent.as_raw_fd())) else { return };
    for place in places() {
        if let Some(visit) = place.path.strip_prefix(&parent).ok().and_then(|below| below.iter().next()) {
            visits.remove(visit);
        }
    }
}

/// Whether a name is that of a visit's folder.
pub(super) fn is_a_visit(name: &OsStr) -> bool {
    name.to_str().and_then(|name| name.strip_prefix(VISIT)).is_some_and(is_number)
}

fn is_number(digits: &str) -> bool {
    digits.len() == 16 && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

fn need(parent: BorrowedFd<'_>, name: &OsStr) -> io::Result<Need> {
    looked_into(parent, name, judged).map(|need| need.unwrap_or(Need::Somebodys))
}

/// Looks into a visit's folder and leaves its mode as it is. None: it is not a folder, or not ours.
fn looked_into<T>(parent: BorrowedFd<'_>, name: &OsStr, look: impl FnOnce(OwnedFd) -> io::Result<T>) -> io::Result<Option<T>> {
    let found = statat(parent, name, AtFlags::SYMLINK_NOFOLLOW)?;
    if !FileType::from_raw_mode(found.st_mode).is_dir() || !FileOwnership::from(&found).is_ours() {
        return Ok(None);
    }
    let mode = Mode::from_raw_mode(found.st_mode);
    if mode.contains(Mode::RUSR | Mode::XUSR) {
        return look(openat(parent, name, FOLDER, Mode::empty())?).map(Some);
    }
    // Its client has closed it against us, and may still live and want it so.
    let visit = reopened(parent, name, FOLDER, Mode::RWXU)?;
    let seen = look(visit.try_clone()?);
    fchmod(visit, mode)?;
    seen.map(Some)
}

fn judged(visit: OwnedFd) -> io::Result<Need> {
    let visit = File::from(visit);
    let is_old = visit.metadata()?.modified()?.elapsed().is_ok_and(|age| age > IN_THE_MAKING);
    Ok(match recorded(visit.as_fd())? {
        Record::Names(owners) if owners.iter().all(Owner::is_dead) => Need::Nobodys,
        Record::Spoiled | Record::Missing if is_given_up(visit.as_fd()) => Need::Nobodys,
        Record::Missing if is_old || makers_are_known() => Need::Unrecorded,
        Record::Names(..) | Record::Spoiled | Record::Missing => Need::Somebodys,
    })
}

/// Whether a folder that has no good record is a visit's that no kiosk watches any more. Without a record it may also be in the
/// making, or somebody's own by chance of that name: neither has the directories of a client.
fn is_given_up(visit: BorrowedFd<'_>) -> bool {
    let has = |name: &&str| statat(visit, *name, AtFlags::SYMLINK_NOFOLLOW).is_ok();
    [OWNER, PRIVATE_HOME, TMP].iter().any(has) && flock(visit, FlockOperation::NonBlockingLockExclusive).is_ok()
}

/// Whether a folder in the making has a name of its own here.
fn makers_are_known() -> bool {
    start_time(std::process::id()).is_some()
}

/// What stands in the place of the record. One that can't be looked at is an error.
fn recorded(visit: BorrowedFd<'_>) -> io::Result<Record> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let record = match openat(visit, OWNER, flags, Mode::empty()) {
        Err(Errno::NOENT) => return Ok(Record::Missing),
        // A link, or a socket.
        Err(Errno::LOOP | Errno::NXIO) => return Ok(Record::Spoiled),
        Err(Errno::ACCESS) => reopened(visit, OWNER, flags, Mode::RUSR | Mode::WUSR)?,
        record => record?,
    };
    let record = File::from(record);
    if !record.metadata()?.is_file() {
        return Ok(Record::Spoiled);
    }
    let mut bytes = Vec::new();
    record.take(RECORD_AT_MOST).read_to_end(&mut bytes)?;
    let text = str::from_utf8(&bytes).ok().filter(|text| text.ends_with('\n'));
    let owners: Option<Vec<Owner>> = text.and_then(|text| text.lines().map(Owner::read).collect());
    Ok(owners.map_or(Record::Spoiled, Record::Names))
}
