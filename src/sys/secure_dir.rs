//! A directory that only root and our account can change, so that no other user can tamper with its
//! files (D11).
//!
//! ```text
//! /  ─>  srv  ─>  kiosk  ─>  clients   each opened relative to its parent, without symbolic links;
//! root   root     root, us   root, us   writable for others only if sticky: then other users can't
//!                                       rename or remove the entries
//! ```
//!
//! All parents count: with write access to the second, a user could replace the third, and with it
//! the programs that are run from there.

use std::os::fd::OwnedFd;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags};
use rustix::io::Errno;

use super::ownership::{Exposure, FileOwnership, own_account};

/// The flags to open one of our directories.
pub(crate) const FOLDER: OFlags = OFlags::DIRECTORY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// For the parents, which are not read.
const STEP: OFlags = FOLDER.union(OFlags::PATH);

/// A directory that was checked.
pub(crate) struct SecureDir {
    /// Without symbolic links.
    pub(crate) path: PathBuf,
    pub(crate) folder: OwnedFd,
    pub(crate) writers: DirWriters,
}

/// Why a directory is not usable, and which one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecureDirError {
    /// Another account can change its entries.
    #[error("{} can be changed by others", .0.display())]
    Unsafe(PathBuf),
    /// A system call failed.
    #[error("{}: {errno}", .path.display())]
    Refused { errno: Errno, path: PathBuf },
}

/// Who, besides root, can create files in a directory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum DirWriters {
    /// Only our account, by its mode.
    OwnAccount,
    /// Other accounts too: a sticky directory such as `/tmp`.
    Others,
}

impl SecureDir {
    /// Like [`SecureDir::check`]. A missing directory is created (0700).
    pub(crate) fn make(path: &Path) -> Result<Self, SecureDirError> {
        match rustix::fs::mkdir(path, Mode::RWXU) {
            Ok(()) | Err(Errno::EXIST) => Self::check(path),
            Err(errno) => Err(SecureDirError::Refused {
                errno,
                path: path.to_owned(),
            }),
        }
    }

    /// Opens a directory that is not a symbolic link and is safe, as are all its parents.
    pub(crate) fn check(path: &Path) -> Result<Self, SecureDirError> {
        let failed = |errno| SecureDirError::Refused {
            errno,
            path: path.to_owned(),
        };
        let found = rustix::fs::lstat(path).map_err(failed)?;
        if FileType::from_raw_mode(found.st_mode).is_symlink() {
            return Err(failed(Errno::LOOP));
        }
        // Symbolic links among the parents are resolved only here, so a later change has no effect.
        let path = path
            .canonicalize()
            .map_err(|error| failed(Errno::from_io_error(&error).unwrap_or(Errno::IO)))?;
        let mut folder = safe(rustix::fs::open("/", STEP, Mode::empty()), Path::new("/"))?;
        let mut reached = PathBuf::from("/");
        for name in path
            .components()
            .filter(|part| matches!(part, Component::Normal(_)))
        {
            reached.push(name);
            folder = safe(
                rustix::fs::openat(&folder, name.as_os_str(), STEP, Mode::empty()),
                &reached,
            )?;
        }
        let folder = rustix::fs::openat(&folder, ".", FOLDER, Mode::empty()).map_err(failed)?;
        let found = FileOwnership::from(&rustix::fs::fstat(&folder).map_err(failed)?);
        let writers = if found.is_shared() || !found.is_own() {
            DirWriters::Others
        } else {
            DirWriters::OwnAccount
        };
        Ok(Self {
            path,
            folder,
            writers,
        })
    }
}

/// Returns an opened directory if root or our account owns it and no other user can replace its
/// entries.
fn safe(opened: Result<OwnedFd, Errno>, path: &Path) -> Result<OwnedFd, SecureDirError> {
    let failed = |errno| SecureDirError::Refused {
        errno,
        path: path.to_owned(),
    };
    let folder = opened.map_err(failed)?;
    let found = rustix::fs::fstat(&folder).map_err(failed)?;
    match FileOwnership::from(&found).exposure(own_account()) {
        None => Ok(folder),
        Some(Exposure::ForeignOwner | Exposure::SharedWrite) => {
            Err(SecureDirError::Unsafe(path.to_owned()))
        }
    }
}
