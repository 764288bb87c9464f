//! A folder that only root and we can change: nobody else can tamper with what is in it (D11).
//!
//! ```text
//! /  ─>  srv  ─>  kiosk  ─>  clients          each opened within the one before, and no link among them;
//! root   root     root or us root or us       writable for others only if sticky: there nobody moves what is another's
//! ```
//!
//! All of them count: whoever can write to the second may put a folder of his own in the place of the third, and with it
//! what is run from there.

use std::os::fd::OwnedFd;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

/// How a folder of ours is opened.
pub(crate) const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// On the way to a folder nothing is read.
const STEP: OFlags = FOLDER.union(OFlags::PATH);

/// A folder that was checked.
pub(crate) struct SecureDir {
    /// Without a link in it.
    pub(crate) path: PathBuf,
    pub(crate) folder: OwnedFd,
    pub(crate) writers: Writers,
}

/// Why a folder will not do, and which one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecureDirError {
    /// Another account can change what is in it.
    #[error("{} can be changed by others", .0.display())]
    Unsafe(PathBuf),
    /// The system refuses it.
    #[error("{}: {errno}", .path.display())]
    Refused { errno: Errno, path: PathBuf },
}

/// Who can put a file into a folder, root aside.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writers {
    /// Our own account, by its mode.
    Us,
    /// Other accounts too: a sticky folder, such as `/tmp`.
    Others,
}

impl SecureDir {
    /// As [`SecureDir::check`]. What is not there is made (0700).
    pub(crate) fn make(path: &Path) -> Result<Self, SecureDirError> {
        match rustix::fs::mkdir(path, Mode::RWXU) {
            Ok(()) | Err(Errno::EXIST) => Self::check(path),
            Err(errno) => Err(SecureDirError::Refused { errno, path: path.to_owned() }),
        }
    }

    /// Opens a folder if it is no link and, as every folder that it is in, safe.
    pub(crate) fn check(path: &Path) -> Result<Self, SecureDirError> {
        let failed = |errno| SecureDirError::Refused { errno, path: path.to_owned() };
        let found = rustix::fs::lstat(path).map_err(failed)?;
        if FileType::from_raw_mode(found.st_mode).is_symlink() {
            return Err(failed(Errno::LOOP));
        }
        // Links on the way to it are followed once, here: whoever changes one later changes nothing.
        let path = path.canonicalize().map_err(|error| failed(Errno::from_io_error(&error).unwrap_or(Errno::IO)))?;
        let mut folder = safe(rustix::fs::open("/", STEP, Mode::empty()), Path::new("/"))?;
        let mut reached = PathBuf::from("/");
        for name in path.components().filter(|part| matches!(part, Component::Normal(_))) {
            reached.push(name);
            folder = safe(rustix::fs::openat(&folder, name.as_os_str(), STEP, Mode::empty()), &reached)?;
        }
        let folder = rustix::fs::openat(&folder, ".", FOLDER, Mode::empty()).map_err(failed)?;
        let found = rustix::fs::fstat(&folder).map_err(failed)?;
        let writers = if is_shared(&found) || !is_ours(&found) { Writers::Others } else { Writers::Us };
        Ok(Self { path, folder, writers })
    }
}

/// A folder that was opened, if root or we own it and nobody else can put another in the place of what is in it.
fn safe(opened: Result<OwnedFd, Errno>, path: &Path) -> Result<OwnedFd, SecureDirError> {
    let failed = |errno| SecureDirError::Refused { errno, path: path.to_owned() };
    let folder = opened.map_err(failed)?;
    let found = rustix::fs::fstat(&folder).map_err(failed)?;
    let is_trusted = found.st_uid == 0 || is_ours(&found);
    let is_sticky = Mode::from_raw_mode(found.st_mode).contains(Mode::SVTX);
    if is_trusted && (is_sticky || !is_shared(&found)) { Ok(folder) } else { Err(SecureDirError::Unsafe(path.to_owned())) }
}

fn is_shared(found: &Stat) -> bool {
    Mode::from_raw_mode(found.st_mode).intersects(Mode::WGRP | Mode::WOTH)
}

pub(crate) fn is_ours(found: &Stat) -> bool {
    found.st_uid == rustix::process::geteuid().as_raw()
}
