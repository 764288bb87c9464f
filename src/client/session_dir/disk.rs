//! Checks the disk before any request is sent: a session that has begun would be lost if the disk
//! is full or mounted `noexec`.

use std::os::fd::AsFd;
use std::path::Path;

use rustix::fs::{
    Access, AtFlags, CWD, Mode, OFlags, StatVfsMountFlags, accessat, fstatvfs, openat,
};

use super::{folder_failure, path_failure};
use crate::failure::{Failure, Fault};

/// The free space, in bytes, without which no client is requested. A client that unpacks itself
/// needs more, but its size is known only after the request.
const LEAST_ROOM: u64 = 16 << 20;

/// Checks that a client can unpack and run itself in this directory. `path` is for the failure.
pub(super) fn check_fit_for_client(directory: impl AsFd, path: &Path) -> Result<(), Failure> {
    if fstatvfs(&directory).is_ok_and(|disk| disk.f_flag.contains(StatVfsMountFlags::NOEXEC)) {
        return Err(path_failure(Fault::FolderNotExecutable, path));
    }
    check_room(directory, LEAST_ROOM, path)
}

/// Like [`check_fit_for_client`], for the home directory of the account.
pub(in crate::client) fn look_at_home(path: &Path) -> Result<(), Failure> {
    let failed = |errno| folder_failure(errno, path);
    let flags = OFlags::DIRECTORY | OFlags::PATH | OFlags::CLOEXEC;
    let directory = openat(CWD, path, flags, Mode::empty()).map_err(failed)?;
    accessat(
        CWD,
        path,
        Access::WRITE_OK | Access::EXEC_OK,
        AtFlags::EACCESS,
    )
    .map_err(failed)?;
    check_fit_for_client(directory, path)
}

/// Checks that the disk of this directory has space for so many bytes.
pub(super) fn check_room(directory: impl AsFd, bytes: u64, path: &Path) -> Result<(), Failure> {
    match fstatvfs(directory) {
        // A file system without a limit, such as that of a live system, reports zero blocks.
        Ok(disk) if disk.f_blocks > 0 && disk.f_bavail.saturating_mul(disk.f_frsize) < bytes => {
            Err(path_failure(Fault::DiskFull, path))
        }
        _ => Ok(()),
    }
}
