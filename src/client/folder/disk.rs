//! What a disk allows a client, asked before any request: a session that has begun would be lost to a disk that is full or
//! that nothing can be executed from.

use std::os::fd::AsFd;
use std::path::Path;

use rustix::fs::{Access, AtFlags, CWD, Mode, OFlags, StatVfsMountFlags, accessat, fstatvfs, openat};

use super::{about, failure_of_folder};
use crate::failure::{Failure, Fault};

/// The least free space, in bytes, with which a client is asked for. A client that unpacks itself takes more; its size is
/// known only once the site answers.
const LEAST_ROOM: u64 = 16 << 20;

/// Whether a client can be unpacked into this directory and executed there. `path` is its name in a failure.
pub(super) fn is_fit_for_a_client(directory: impl AsFd, path: &Path) -> Result<(), Failure> {
    if fstatvfs(&directory).is_ok_and(|disk| disk.f_flag.contains(StatVfsMountFlags::NOEXEC)) {
        return Err(about(Fault::FolderNotExecutable, path));
    }
    has_room(directory, LEAST_ROOM, path)
}

/// As [`is_fit_for_a_client`], for the home directory of the account.
pub(in crate::client) fn look_at_home(path: &Path) -> Result<(), Failure> {
    let failed = |errno| failure_of_folder(errno, path);
    let flags = OFlags::DIRECTORY | OFlags::PATH | OFlags::CLOEXEC;
    let directory = openat(CWD, path, flags, Mode::empty()).map_err(failed)?;
    accessat(CWD, path, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS).map_err(failed)?;
    is_fit_for_a_client(directory, path)
}

/// Whether so many bytes fit on the disk of this directory.
pub(super) fn has_room(directory: impl AsFd, bytes: u64, path: &Path) -> Result<(), Failure> {
    match fstatvfs(directory) {
        // A disk without a limit, such as a live system's, reports no blocks at all.
        Ok(disk) if disk.f_blocks > 0 && disk.f_bavail.saturating_mul(disk.f_frsize) < bytes => Err(about(Fault::DiskFull, path)),
        _ => Ok(()),
    }
}
