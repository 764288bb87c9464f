//! Removes a session directory with all its content, whatever the client did to it (D14). All calls
//! use descriptors and names, so that no link is followed and no mounted file system is touched.
//!
//! ```text
//! visit/ ─┬─ file                removed
//!         └─ a/ ─┬─ file         removed
//!                └─ b/ ── ...    moved up into visit/ under a new name; then a/ is removed
//! ```
//!
//! This needs one descriptor beside the directory's own at any depth, and none if there are only
//! files.
//!
//! If the client has moved the directory, it is emptied and removed at its new place.

use std::ffi::{CStr, OsStr};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use rustix::fs::{
    AtFlags, CWD, FileType, Mode, OFlags, RawDir, SeekFrom, Stat, fchmod, fstat, openat,
    readlinkat, renameat, statat, unlinkat,
};
use rustix::io::Errno;
use rustix::path::Arg;

use super::{FOLDER, OWNER, random};
use crate::sys::ownership::FileOwnership;
use crate::sys::secure_dir::DirWriters;

/// Where a session directory was created.
pub(super) struct RemovalOrigin<'v> {
    pub(super) parent: BorrowedFd<'v>,
    pub(super) writers: DirWriters,
    pub(super) name: &'v OsStr,
}

/// Removes a session directory, the record last: with the record, the next sweep finds what could
/// not be removed.
///
/// The client may have moved the directory and put something else in its place. This is removed
/// too, if only this account can have put it there; of a link, not the target. If other accounts
/// can write there, it is left.
pub(super) fn remove(origin: &RemovalOrigin<'_>, session_dir: BorrowedFd<'_>) {
    // A failure may be temporary, and the next attempt may be far off.
    let _ = try_remove(origin, session_dir) || try_remove(origin, session_dir);
}

fn try_remove(origin: &RemovalOrigin<'_>, session_dir: BorrowedFd<'_>) -> bool {
    let is_emptied = try_empty(session_dir);
    if is_in_place(origin, session_dir) {
        return is_emptied && remove_empty(origin.parent, origin.name, session_dir).is_ok();
    }
    let is_gone_elsewhere = is_emptied && remove_moved(session_dir).is_ok();
    let is_place_free =
        origin.writers == DirWriters::OwnAccount && remove_replacement(origin).is_ok();
    is_gone_elsewhere && is_place_free
}

fn remove_empty(
    parent: BorrowedFd<'_>,
    name: impl Arg,
    folder: BorrowedFd<'_>,
) -> Result<(), Errno> {
    let _ = unlinkat(folder, OWNER, AtFlags::empty());
    unlinkat(parent, name, AtFlags::REMOVEDIR)
}

/// Removes an emptied directory from the place to which the client moved it.
fn remove_moved(session_dir: BorrowedFd<'_>) -> Result<(), Errno> {
    if fstat(session_dir)?.st_nlink == 0 {
        return Ok(());
    }
    let path = readlinkat(
        CWD,
        format!("/proc/self/fd/{}", session_dir.as_raw_fd()),
        Vec::new(),
    )?;
    if identity(&statat(CWD, &path, AtFlags::SYMLINK_NOFOLLOW)?) != identity(&fstat(session_dir)?) {
        return Err(Errno::STALE);
    }
    remove_empty(CWD, &path, session_dir)
}

/// Removes the file, link or directory that replaced a session directory.
fn remove_replacement(origin: &RemovalOrigin<'_>) -> Result<(), Errno> {
    let RemovalOrigin { parent, name, .. } = *origin;
    let found = match statat(parent, name, AtFlags::SYMLINK_NOFOLLOW) {
        Err(Errno::NOENT) => return Ok(()),
        found => found?,
    };
    if !FileOwnership::from(&found).is_own() {
        return Err(Errno::PERM);
    }
    if !FileType::from_raw_mode(found.st_mode).is_dir() {
        return unlinkat(parent, name, AtFlags::empty());
    }
    let folder = open_folder(parent, name)?;
    if fstat(&folder)?.st_dev != fstat(parent)?.st_dev {
        return Err(Errno::XDEV);
    }
    if try_empty(folder.as_fd()) {
        remove_empty(parent, name, folder.as_fd())
    } else {
        Err(Errno::NOTEMPTY)
    }
}

/// Opens a directory to empty it, even if the client removed our permissions.
pub(super) fn open_folder(parent: BorrowedFd<'_>, name: impl Arg + Copy) -> Result<OwnedFd, Errno> {
    match openat(parent, name, FOLDER, Mode::empty()) {
        Err(Errno::ACCESS) => open_with_mode(parent, name, FOLDER, Mode::RWXU),
        folder => folder,
    }
}

/// Opens what its mode forbids to open, after setting this mode. Works only for the owner.
pub(super) fn open_with_mode(
    at: BorrowedFd<'_>,
    name: impl Arg,
    flags: OFlags,
    mode: Mode,
) -> Result<OwnedFd, Errno> {
    let closed = openat(
        at,
        name,
        OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC,
        Mode::empty(),
    )?;
    // This path leads to the opened inode, even if its name now belongs to another.
    let same = format!("/proc/self/fd/{}", closed.as_raw_fd());
    rustix::fs::chmod(&same, mode)?;
    openat(
        CWD,
        &same,
        flags.difference(OFlags::NOFOLLOW),
        Mode::empty(),
    )
}

/// Calls `act` with each name in a directory.
pub(super) fn for_each_name(
    folder: BorrowedFd<'_>,
    mut act: impl FnMut(&CStr),
) -> Result<(), Errno> {
    rustix::fs::seek(folder, SeekFrom::Start(0))?;
    let mut buffer = [MaybeUninit::uninit(); 4096];
    let mut entries = RawDir::new(folder, &mut buffer);
    while let Some(entry) = entries.next() {
        let entry = entry?;
        if ![c".", c".."].contains(&entry.file_name()) {
            act(entry.file_name());
        }
    }
    Ok(())
}

/// The result of one pass over a session directory.
#[derive(Default)]
struct RemovalPass {
    has_changed: bool,
    has_remaining: bool,
}

impl RemovalPass {
    fn add_result(&mut self, done: Result<(), Errno>) {
        match done {
            Ok(()) => self.has_changed = true,
            Err(Errno::NOENT) => {}
            Err(_) => self.has_remaining = true,
        }
    }
}

/// Whether nothing but the record is left after as many passes as it takes. A directory that was
/// moved up may appear at a position that the pass has already read.
fn try_empty(session_dir: BorrowedFd<'_>) -> bool {
    let _ = fchmod(session_dir, Mode::RWXU);
    loop {
        let pass = remove_pass(session_dir);
        if !pass.has_changed {
            return !pass.has_remaining;
        }
    }
}

fn remove_pass(session_dir: BorrowedFd<'_>) -> RemovalPass {
    let mut pass = RemovalPass::default();
    let read = for_each_name(session_dir, |name| {
        if !is_record(session_dir, name) {
            let done = match unlinkat(session_dir, name, AtFlags::empty()) {
                Err(Errno::ISDIR) => remove_folder(session_dir, name, &mut pass),
                done => done,
            };
            pass.add_result(done);
        }
    });
    pass.has_remaining |= read.is_err();
    pass
}

/// A directory with the record's name was made by the client and is removed like everything else.
fn is_record(session_dir: BorrowedFd<'_>, name: &CStr) -> bool {
    let is_a_folder = || {
        statat(session_dir, name, AtFlags::SYMLINK_NOFOLLOW)
            .is_ok_and(|found| FileType::from_raw_mode(found.st_mode).is_dir())
    };
    name.to_bytes() == OWNER.as_bytes() && !is_a_folder()
}

fn remove_folder(
    session_dir: BorrowedFd<'_>,
    name: &CStr,
    pass: &mut RemovalPass,
) -> Result<(), Errno> {
    let removed = || unlinkat(session_dir, name, AtFlags::REMOVEDIR);
    match removed() {
        Err(Errno::NOTEMPTY | Errno::EXIST) => {}
        // Removed, or a mount point: EBUSY.
        done => return done,
    }
    let folder = open_folder(session_dir, name)?;
    if fstat(&folder)?.st_dev != fstat(session_dir)?.st_dev {
        return Err(Errno::XDEV);
    }
    let _ = fchmod(&folder, Mode::RWXU);
    for_each_name(folder.as_fd(), |inner| {
        pass.add_result(match unlinkat(&folder, inner, AtFlags::empty()) {
            Err(Errno::ISDIR) => hoist(folder.as_fd(), inner, session_dir),
            done => done,
        });
    })?;
    removed()
}

fn hoist(folder: BorrowedFd<'_>, name: &CStr, session_dir: BorrowedFd<'_>) -> Result<(), Errno> {
    let fresh = format!("{:016x}", random()?);
    let moved = || renameat(folder, name, session_dir, &fresh);
    match moved() {
        Err(Errno::ACCESS) => {
            // Moving a directory changes its `..` entry, which needs write permission.
            open_with_mode(folder, name, FOLDER, Mode::RWXU)?;
            moved()
        }
        done => done,
    }
}

fn is_in_place(origin: &RemovalOrigin<'_>, session_dir: BorrowedFd<'_>) -> bool {
    let there =
        statat(origin.parent, origin.name, AtFlags::SYMLINK_NOFOLLOW).map(|found| identity(&found));
    there.is_ok() && there == fstat(session_dir).map(|found| identity(&found))
}

fn identity(found: &Stat) -> (u64, u64) {
    (found.st_dev, found.st_ino)
}
