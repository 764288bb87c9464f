//! Where a client is kept: a fresh private folder a visit, below a folder that nobody else can tamper with (D11).
//!
//! ```text
//! download.folder                                    as the operator says; nothing else is tried
//! or  $RUNTIME_DIRECTORY                             systemd's, by RuntimeDirectory=; in lockdown /run/support-kiosk,
//!                                                    which is where the shipped unit has it
//! or  $XDG_RUNTIME_DIR/support-kiosk                 often noexec: then the next; not in lockdown
//! or  /var/tmp/support-kiosk-UID                     (what is to be saved: first the folder where it will stand)
//!      └─ visit-9f2c4e01a7d35b86/   0700             gone when the visit is, also after a panic
//!           ├─ .owner                                pid and start time of whoever needs the folder: ourselves, and the client
//!           ├─ the client           0600, then 0500; its served name never begins with a dot
//!           ├─ .home/               0700    the client's HOME, where it is private
//!           └─ .tmp/                0700    the client's TMPDIR
//! ```
//!
//! A folder gets the name `visit-...` only once its record is in it; until then its name says who makes it. What a crash left
//! is swept once its owner is dead.

mod disk;
mod orphans;
mod parent;
mod remains;
mod removal;

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
use crate::sys::causes;
use crate::sys::secure_dir::{FOLDER, SecureDir, Writers};
pub(super) use disk::look_at_home;
pub(crate) use parent::candidates;
use remains::{VISIT, is_a_visit};
use removal::Origin;

/// The record of who needs a visit's folder. A name that no site can serve (D10).
const OWNER: &str = ".owner";
/// The record in the making.
const NEW_OWNER: &str = ".owner.new";
/// The client's own directories.
const PRIVATE_HOME: &str = ".home";
const TMP: &str = ".tmp";

/// The directories of one client, both absolute.
pub(super) struct ClientDirectories {
    /// Its `HOME`.
    pub(super) home: PathBuf,
    /// Its `TMPDIR`.
    pub(super) tmp: PathBuf,
}

/// The folder of one visit. Dropping it removes it with all that is in it.
pub(super) struct Visit {
    path: PathBuf,
    parent: OwnedFd,
    writers: Writers,
    /// Locked for as long as we live (see [`remains`]).
    folder: OwnedFd,
    /// The files that we made in it.
    made: RefCell<Vec<String>>,
}

impl Visit {
    /// Makes a fresh folder where this purpose can be met.
    pub(super) fn open(config: &Config, environment: Environment<'_>, purpose: Purpose) -> Result<Self, Failure> {
        Self::open_in(parent::find(config, environment, purpose)?)
    }

    /// As [`Visit::open`], but in the folder where the file will stand in the end, if that is as safe as ours: then it needs
    /// no copying. What visits left there is removed, since nobody else may know of it.
    pub(super) fn open_near(folder: &Path, config: &Config, environment: Environment<'_>) -> Result<Self, Failure> {
        let near = SecureDir::check(folder).map_err(Failure::from).and_then(|parent| {
            remains::sweep(&parent);
            Self::open_in(parent)
        });
        near.or_else(|_| Self::open(config, environment, Purpose::Save))
    }

    fn open_in(parent: SecureDir) -> Result<Self, Failure> {
        let failed = |errno: Errno| failure_of_folder(errno, &parent.path);
        let name = format!("{VISIT}{:016x}", random().map_err(failed)?);
        let first_name = remains::name_in_the_making(&name);
        rustix::fs::mkdirat(&parent.folder, &first_name, Mode::RWXU).map_err(failed)?;
        let folder = rustix::fs::openat(&parent.folder, &first_name, FOLDER, Mode::empty()).map_err(|errno| {
            let _ = rustix::fs::unlinkat(&parent.folder, &first_name, AtFlags::REMOVEDIR);
            failed(errno)
        })?;
        // Where the file system has no locks the record alone says that it is needed.
        let _ = rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive);
        let path = parent.path.join(&first_name);
        let mut visit = Self { path, parent: parent.folder, writers: parent.writers, folder, made: RefCell::default() };
        visit.entrust(&[std::process::id()]).map_err(|error| failure_of_write(&error, &parent.path))?;
        rustix::fs::renameat(&visit.parent, &first_name, &visit.parent, &name).map_err(failed)?;
        visit.path = parent.path.join(name);
        Ok(visit)
    }

    /// Makes the directories of the client that will run from here; `home` is its `HOME`, if that is not a private one.
    pub(super) fn client_directories(&self, home: Option<PathBuf>) -> Result<ClientDirectories, Failure> {
        let make = |name: &str| match rustix::fs::mkdirat(&self.folder, name, Mode::RWXU) {
            Ok(()) => Ok(self.path.join(name)),
            Err(errno) => Err(failure_of_folder(errno, &self.path)),
        };
        let home = home.map_or_else(|| make(PRIVATE_HOME), Ok)?;
        Ok(ClientDirectories { home, tmp: make(TMP)? })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes a file of this name in it, for reading and writing.
    pub(super) fn create(&self, name: &str) -> Result<File, Failure> {
        self.create_file(name).map_err(|error| failure_of_write(&error, &self.path))
    }

    /// Whether so many bytes fit on its disk: a full one is found before the download, not at its end.
    pub(super) fn has_room_for(&self, bytes: u64) -> Result<(), Failure> {
        disk::has_room(&self.folder, bytes, &self.path)
    }

    /// Records who needs the folder now; where that fails, the record stays what it was. A process that ends without removing
    /// the folder leaves that to a later start.
    pub(super) fn entrust(&self, pids: &[u32]) -> io::Result<()> {
        let record = remains::record_of(pids);
        if record.is_empty() {
            return Ok(());
        }
        let written = self.create_file(NEW_OWNER).and_then(|mut file| {
            file.write_all(record.as_bytes())?;
            Ok(rustix::fs::renameat(&self.folder, NEW_OWNER, &self.folder, OWNER)?)
        });
        if written.is_err() {
            // Or it would stand in the way of the next.
            let _ = rustix::fs::unlinkat(&self.folder, NEW_OWNER, AtFlags::empty());
        }
        written
    }

    fn create_file(&self, name: &str) -> io::Result<File> {
        let file = create_new(&self.folder, name)?;
        self.made.borrow_mut().push(name.to_owned());
        Ok(file)
    }
}

impl Drop for Visit {
    /// What we made goes by its name: it takes no descriptor to find, and there may be none.
    fn drop(&mut self) {
        for name in self.made.take() {
            let _ = rustix::fs::unlinkat(&self.folder, &name, AtFlags::empty());
        }
        let origin =
            Origin { parent: self.parent.as_fd(), writers: self.writers, name: self.path.file_name().unwrap_or_default() };
        removal::remove(&origin, self.folder.as_fd());
    }
}

/// Makes a file (0600), for reading and writing. Nothing that is there already is written over or followed.
fn create_new(at: impl AsFd, path: impl Arg) -> io::Result<File> {
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::RDWR | OFlags::CLOEXEC;
    Ok(rustix::fs::openat(at, path, flags, Mode::RUSR | Mode::WUSR)?.into())
}

/// Whether there is a folder for this purpose: one from which a client can be run, where it shall be.
pub(super) fn look(config: &Config, environment: Environment<'_>, purpose: Purpose) -> Result<(), Failure> {
    parent::find(config, environment, purpose).map(|_| ())
}

/// Removes what visits left behind in these folders, as far as they are such in which visits' own are made. In lockdown what
/// is left of their clients is ended first.
pub(crate) fn sweep(folders: &[PathBuf], locked: bool) {
    for parent in folders.iter().filter_map(|folder| SecureDir::check(folder).ok()) {
        if locked {
            orphans::end(parent.folder.as_fd(), &parent.path);
        }
        remains::sweep(&parent);
    }
}

fn random() -> Result<u64, Errno> {
    let mut bytes = [0; 8];
    rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty())?;
    Ok(u64::from_ne_bytes(bytes))
}

fn about(fault: Fault, path: &Path) -> Failure {
    // A visit's own folder has a name that tells nobody anything.
    let shown = path.ancestors().find(|path| !path.file_name().is_some_and(is_a_visit)).unwrap_or(path);
    Failure::about(fault, &shown.to_string_lossy())
}

fn failure_of_folder(errno: Errno, path: &Path) -> Failure {
    about(
        match errno {
            Errno::NOSPC | Errno::DQUOT => Fault::DiskFull,
            Errno::ROFS => Fault::CannotWrite,
            _ if causes::is_want(&errno.into()) => Fault::Internal,
            _ => Fault::NoFolder,
        },
        path,
    )
    .because(&causes::told(&io::Error::from(errno)))
}

/// The failure of writing to a file in this folder. The file is not named: its name may carry the session.
pub(super) fn failure_of_write(error: &io::Error, folder: &Path) -> Failure {
    let full = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded].contains(&error.kind());
    let fault = match full {
        true => Fault::DiskFull,
        false if causes::is_want(error) => Fault::Internal,
        false => Fault::CannotWrite,
    };
    about(fault, folder).because(&causes::told(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d11_a_full_disk_and_a_used_up_quota_are_told_from_other_faults() {
        let visit = Path::new("/run/support-kiosk/visit-0123456789abcdef");
        for (errno, fault) in [
            (Errno::NOSPC, Fault::DiskFull),
            (Errno::DQUOT, Fault::DiskFull),
            (Errno::ROFS, Fault::CannotWrite),
            (Errno::IO, Fault::CannotWrite),
            (Errno::MFILE, Fault::Internal),
        ] {
            let failure = failure_of_write(&errno.into(), visit);
            assert_eq!(Failure { causes: None, ..failure }, Failure::about(fault, "/run/support-kiosk"), "{errno:?}");
        }
        let failure = failure_of_folder(Errno::ACCESS, visit);
        assert!(failure.causes.as_ref().is_some_and(|causes| causes.as_str().starts_with("Permission denied (os error ")));
        let told = Failure { causes: None, ..failure };
        assert_eq!(told, Failure::about(Fault::NoFolder, "/run/support-kiosk"));
    }
}
