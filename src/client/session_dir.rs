//! The session directory: a new private directory for each client, below a parent that no other
//! account can change (D11).
//!
//! ```text
//! download.folder                    if set, nothing else is tried
//! or $RUNTIME_DIRECTORY              from systemd; in lockdown /run/support-kiosk, as in our unit
//! or $XDG_RUNTIME_DIR/support-kiosk  not in lockdown; often noexec, and then the next is used
//! or /var/tmp/support-kiosk-UID
//!   └─ visit-9f2c4e01a7d35b86/       0700; removed after the session, also after a panic
//!        ├─ .owner                   the owner record: ids and start times of this process and a
//!        │                           process of the client
//!        ├─ the client               0600, then 0500; its name never begins with a dot
//!        ├─ .home/                   0700; the client's HOME, if that is private
//!        └─ .tmp/                    0700; the client's TMPDIR
//! ```
//!
//! To save a client, the directory in which the file will be is tried first.
//!
//! A directory is named `visit-...` only once its owner record is complete. Until then its name
//! contains the process that creates it. What remains after a crash is removed once its owners are
//! dead.

mod disk;
mod orphans;
mod parent;
mod removal;
mod stale;

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use rustix::path::Arg;

use super::Purpose;
use crate::config::Config;
use crate::env::Environment;
use crate::failure::{Failure, Fault};
use crate::sys::error_chain;
use crate::sys::secure_dir::{DirWriters, FOLDER, SecureDir};
pub(super) use disk::look_at_home;
pub(crate) use parent::candidates;
use removal::RemovalOrigin;
use stale::{PREFIX, is_session_dir};

/// The owner record: which processes need a session directory. No served name can be equal to it
/// (D10).
const OWNER: &str = ".owner";
/// The owner record until it is complete.
const NEW_OWNER: &str = ".owner.new";
/// The client's own directories.
const PRIVATE_HOME: &str = ".home";
const TMP: &str = ".tmp";

/// The directories of one client, with absolute paths.
pub(super) struct ClientDirectories {
    pub(super) home: PathBuf,
    pub(super) tmp: PathBuf,
}

/// A session directory. Dropping it removes it with all its content.
pub(super) struct SessionDir {
    path: PathBuf,
    parent: OwnedFd,
    writers: DirWriters,
    /// Locked while this process runs (see [`stale`]).
    folder: OwnedFd,
    /// The files that this process created in it.
    created: RefCell<Vec<String>>,
}

impl SessionDir {
    /// Creates a directory that is fit for this purpose.
    pub(super) fn open(
        config: &Config,
        environment: Environment<'_>,
        purpose: Purpose,
    ) -> Result<Self, Failure> {
        Self::open_in(parent::find(config, environment, purpose)?)
    }

    /// Like [`SessionDir::open`], but inside the directory in which the file will be saved, if that
    /// one is secure. The file then need not be copied. Stale session directories there are removed
    /// now, because no later start would look there.
    pub(super) fn open_near(
        folder: &Path,
        config: &Config,
        environment: Environment<'_>,
    ) -> Result<Self, Failure> {
        let near = SecureDir::check(folder)
            .map_err(Failure::from)
            .and_then(|parent| {
                stale::sweep(&parent);
                Self::open_in(parent)
            });
        near.or_else(|_| Self::open(config, environment, Purpose::Save))
    }

    fn open_in(parent: SecureDir) -> Result<Self, Failure> {
        let failed = |errno: Errno| folder_failure(errno, &parent.path);
        let name = format!("{PREFIX}{:016x}", random().map_err(failed)?);
        let first_name = stale::unfinished_name(&name);
        rustix::fs::mkdirat(&parent.folder, &first_name, Mode::RWXU).map_err(failed)?;
        let folder = rustix::fs::openat(&parent.folder, &first_name, FOLDER, Mode::empty())
            .map_err(|errno| {
                let _ = rustix::fs::unlinkat(&parent.folder, &first_name, AtFlags::REMOVEDIR);
                failed(errno)
            })?;
        // If the file system has no locks, only the record protects the directory.
        let _ = rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive);
        let path = parent.path.join(&first_name);
        let mut visit = Self {
            path,
            parent: parent.folder,
            writers: parent.writers,
            folder,
            created: RefCell::default(),
        };
        visit
            .record_owners(&[std::process::id()])
            .map_err(|error| write_failure(&error, &parent.path))?;
        rustix::fs::renameat(&visit.parent, &first_name, &visit.parent, &name).map_err(failed)?;
        visit.path = parent.path.join(name);
        Ok(visit)
    }

    /// Creates the client's own directories. `home` is its `HOME`, unless that is private.
    pub(super) fn client_directories(
        &self,
        home: Option<PathBuf>,
    ) -> Result<ClientDirectories, Failure> {
        let make = |name: &str| match rustix::fs::mkdirat(&self.folder, name, Mode::RWXU) {
            Ok(()) => Ok(self.path.join(name)),
            Err(errno) => Err(folder_failure(errno, &self.path)),
        };
        let home = home.map_or_else(|| make(PRIVATE_HOME), Ok)?;
        Ok(ClientDirectories {
            home,
            tmp: make(TMP)?,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Creates a file in it, for reading and writing.
    pub(super) fn create(&self, name: &str) -> Result<File, Failure> {
        self.create_file(name)
            .map_err(|error| write_failure(&error, &self.path))
    }

    /// Checks that its disk has space for so many bytes, so that a full disk is found before the
    /// download.
    pub(super) fn check_room(&self, bytes: u64) -> Result<(), Failure> {
        disk::check_room(&self.folder, bytes, &self.path)
    }

    /// Records that these processes need the directory. If writing fails, the old record remains.
    /// If a process exits without removing the directory, a later start does.
    pub(super) fn record_owners(&self, pids: &[u32]) -> io::Result<()> {
        let record = stale::format_record(pids);
        if record.is_empty() {
            return Ok(());
        }
        let written = self.create_file(NEW_OWNER).and_then(|mut file| {
            file.write_all(record.as_bytes())?;
            Ok(rustix::fs::renameat(
                &self.folder,
                NEW_OWNER,
                &self.folder,
                OWNER,
            )?)
        });
        if written.is_err() {
            // It would block the next attempt.
            let _ = rustix::fs::unlinkat(&self.folder, NEW_OWNER, AtFlags::empty());
        }
        written
    }

    fn create_file(&self, name: &str) -> io::Result<File> {
        let file = create_new(&self.folder, name)?;
        self.created.borrow_mut().push(name.to_owned());
        Ok(file)
    }
}

impl Drop for SessionDir {
    /// Removes our own files by name first: this needs no file descriptor, and none may be left.
    fn drop(&mut self) {
        for name in self.created.take() {
            let _ = rustix::fs::unlinkat(&self.folder, &name, AtFlags::empty());
        }
        let origin = RemovalOrigin {
            parent: self.parent.as_fd(),
            writers: self.writers,
            name: self.path.file_name().unwrap_or_default(),
        };
        removal::remove(&origin, self.folder.as_fd());
    }
}

/// Creates a file (0600), for reading and writing. Fails if the name exists, and follows no link.
fn create_new(at: impl AsFd, path: impl Arg) -> io::Result<File> {
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::RDWR | OFlags::CLOEXEC;
    Ok(rustix::fs::openat(at, path, flags, Mode::RUSR | Mode::WUSR)?.into())
}

/// Checks that there is a directory for this purpose. To run a client, its disk must allow
/// programs.
pub(super) fn check(
    config: &Config,
    environment: Environment<'_>,
    purpose: Purpose,
) -> Result<(), Failure> {
    parent::find(config, environment, purpose).map(|_| ())
}

/// Removes stale session directories from these parents, if the parents are secure. In lockdown it
/// first kills orphaned processes of their clients.
pub(crate) fn sweep(folders: &[PathBuf], locked: bool) {
    for parent in folders
        .iter()
        .filter_map(|folder| SecureDir::check(folder).ok())
    {
        if locked {
            orphans::kill(parent.folder.as_fd(), &parent.path);
        }
        stale::sweep(&parent);
    }
}

fn random() -> Result<u64, Errno> {
    let mut bytes = [0; 8];
    rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty())?;
    Ok(u64::from_ne_bytes(bytes))
}

fn path_failure(fault: Fault, path: &Path) -> Failure {
    // The random name of a session directory is not useful to a reader.
    let shown = path
        .ancestors()
        .find(|path| !path.file_name().is_some_and(is_session_dir))
        .unwrap_or(path);
    Failure::with_subject(fault, &shown.to_string_lossy())
}

fn folder_failure(errno: Errno, path: &Path) -> Failure {
    path_failure(
        match errno {
            Errno::NOSPC | Errno::DQUOT => Fault::DiskFull,
            Errno::ROFS => Fault::CannotWrite,
            _ if error_chain::is_resource_exhausted(&errno.into()) => Fault::Internal,
            _ => Fault::NoFolder,
        },
        path,
    )
    .because(&error_chain::describe(&io::Error::from(errno)))
}

/// The failure of a write to a file in this directory. Its name is not shown, because it may
/// contain the session.
pub(super) fn write_failure(error: &io::Error, folder: &Path) -> Failure {
    let full = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded].contains(&error.kind());
    let fault = match full {
        true => Fault::DiskFull,
        false if error_chain::is_resource_exhausted(error) => Fault::Internal,
        false => Fault::CannotWrite,
    };
    path_failure(fault, folder).because(&error_chain::describe(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d11_a_full_disk_and_an_exceeded_quota_differ_from_other_faults() {
        let visit = Path::new("/run/support-kiosk/visit-0123456789abcdef");
        for (errno, fault) in [
            (Errno::NOSPC, Fault::DiskFull),
            (Errno::DQUOT, Fault::DiskFull),
            (Errno::ROFS, Fault::CannotWrite),
            (Errno::IO, Fault::CannotWrite),
            (Errno::MFILE, Fault::Internal),
        ] {
            let failure = write_failure(&errno.into(), visit);
            assert_eq!(
                Failure {
                    causes: None,
                    ..failure
                },
                Failure::with_subject(fault, "/run/support-kiosk"),
                "{errno:?}"
            );
        }
        let failure = folder_failure(Errno::ACCESS, visit);
        assert!(
            failure
                .causes
                .as_ref()
                .is_some_and(|causes| causes.as_str().starts_with("Permission denied (os error "))
        );
        let told = Failure {
            causes: None,
            ..failure
        };
        assert_eq!(
            told,
            Failure::with_subject(Fault::NoFolder, "/run/support-kiosk")
        );
    }
}
