//! Where a client is kept: a fresh private folder a visit, below a folder that nobody else can tamper with (trust.md D11).
//!
//! ```text
//! download.folder                                    as the operator says; nothing else is tried
//! or  $RUNTIME_DIRECTORY                             systemd's, by RuntimeDirectory=; in lockdown /run/support-kiosk,
//!                                                    which is where the shipped unit has it
//! or  $XDG_RUNTIME_DIR/support-kiosk                 often noexec: then the next; not in lockdown
//! or  /var/tmp/support-kiosk-UID                     (what is to be saved: first the folder where it will stand)
//!      └─ visit-9f2c4e01a7d35b86/   0700             gone when the visit is, also after a panic
//!           ├─ .owner                                pid and start time of whoever needs the folder: ourselves, then the client
//!           └─ the client           0600, then 0500
//! ```
//!
//! A parent is a real folder, owned by us or by root, that others can't write to unless it is sticky: in a sticky folder
//! nobody else can move or replace what we made. What a crash left is swept once its owner is dead.

use std::cell::RefCell;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags, StatVfsMountFlags};
use rustix::io::Errno;

use super::process::start_time;
use super::{Environment, Purpose, causes, variable};
use crate::config::{Config, Launch};
use crate::failure::{Failure, Fault};

const VISIT: &str = "visit-";
/// A name that no site can serve (trust.md D10).
const OWNER: &str = ".owner";

/// The folder of one visit. Dropping it removes it with all that is in it.
pub(super) struct Visit {
    path: PathBuf,
    folder: OwnedFd,
    /// The files that we made in it.
    made: RefCell<Vec<String>>,
}

impl Visit {
    /// Makes a fresh folder where this purpose can be met.
    pub(super) fn open(config: &Config, environment: Environment<'_>, purpose: Purpose) -> Result<Self, Failure> {
        Self::open_in(&Parent::find(config, environment, purpose)?)
    }

    /// As [`Visit::open`], but in the folder where the file will stand in the end, if that is as safe as ours: then it needs
    /// no copying.
    pub(super) fn open_near(folder: &Path, config: &Config, environment: Environment<'_>) -> Result<Self, Failure> {
        let near = Parent::check(folder).and_then(|parent| Self::open_in(&parent));
        near.or_else(|_| Self::open(config, environment, Purpose::Save))
    }

    fn open_in(parent: &Parent) -> Result<Self, Failure> {
        sweep_parent(&parent.path);
        let failed = |errno: Errno| failure_of_folder(errno, &parent.path);
        let name = format!("{VISIT}{:016x}", random().map_err(failed)?);
        rustix::fs::mkdirat(&parent.folder, &name, Mode::RWXU).map_err(failed)?;
        let path = parent.path.join(&name);
        let folder = rustix::fs::openat(&parent.folder, &name, FOLDER, Mode::empty()).map_err(|errno| {
            // Without a record in it nobody would ever sweep it.
            let _ = rustix::fs::unlinkat(&parent.folder, &name, AtFlags::REMOVEDIR);
            failed(errno)
        })?;
        let visit = Self { path, folder, made: RefCell::default() };
        visit.entrust(std::process::id()).map_err(|error| failure_of_write(&error))?;
        Ok(visit)
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes a file of this name in it, for reading and writing.
    pub(super) fn create(&self, name: &str) -> Result<File, Failure> {
        self.create_file(name).map_err(|error| failure_of_write(&error))
    }

    /// Whether so many bytes fit on its disk: a full one is found before the download, not at its end.
    pub(super) fn has_room_for(&self, bytes: u64) -> Result<(), Failure> {
        match rustix::fs::fstatvfs(&self.folder) {
            Ok(disk) if disk.f_bavail.saturating_mul(disk.f_frsize) < bytes => Err(about(Fault::DiskFull, &self.path)),
            _ => Ok(()),
        }
    }

    /// Records who needs the folder now. A process that ends without removing it leaves that to a later start.
    pub(super) fn entrust(&self, pid: u32) -> io::Result<()> {
        let Some(began) = start_time(pid) else { return Ok(()) };
        match rustix::fs::unlinkat(&self.folder, OWNER, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(errno) => return Err(errno.into()),
        }
        self.create_file(OWNER)?.write_all(format!("{pid} {began}\n").as_bytes())
    }

    fn create_file(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::RDWR | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.folder, name, flags, Mode::RUSR | Mode::WUSR)?.into();
        self.made.borrow_mut().push(name.to_owned());
        Ok(file)
    }
}

impl Drop for Visit {
    /// What we made goes without another descriptor, since there may be none; only what a client made takes some to find.
    fn drop(&mut self) {
        for name in self.made.take() {
            let _ = rustix::fs::unlinkat(&self.folder, &name, AtFlags::empty());
        }
        if rustix::fs::rmdir(&self.path).is_err() {
            // Nothing is left to be done where this fails; the next start sweeps it.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Whether there is a folder for this purpose: one from which a client can be run, where it shall be.
pub(super) fn look(config: &Config, environment: Environment<'_>, purpose: Purpose) -> Result<(), Failure> {
    Parent::find(config, environment, purpose).map(|_| ())
}

/// Opens a folder of ours, made (0700) where it is not there yet, if nobody else can tamper with what is in it (trust.md D11).
pub fn safe_folder(path: &Path) -> Result<OwnedFd, Failure> {
    Parent::make(path).map(|parent| parent.folder)
}

/// Removes the folders of visits that a crash of this program, or a client that outlived it, left behind.
///
/// Only ours are touched, and only those whose recorded process, by pid and start time, is dead (trust.md D14).
pub fn sweep(config: &Config, environment: Environment<'_>) {
    for path in candidates(config, environment) {
        if Parent::check(&path).is_ok() {
            sweep_parent(&path);
        }
    }
}

const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// A folder in which visits' folders are made, checked.
struct Parent {
    path: PathBuf,
    folder: OwnedFd,
}

impl Parent {
    /// The first candidate that will do; else why the likeliest would not.
    fn find(config: &Config, environment: Environment<'_>, purpose: Purpose) -> Result<Self, Failure> {
        let mut not_executable = None;
        let mut last = Failure::from(Fault::NoFolder);
        for path in candidates(config, environment) {
            match Self::make(&path).and_then(|parent| parent.fit_for(&config.launch, purpose)) {
                Ok(parent) => return Ok(parent),
                Err(failure) if failure.fault == Fault::FolderNotExecutable => not_executable = Some(failure),
                Err(failure) => last = failure,
            }
        }
        Err(not_executable.unwrap_or(last))
    }

    fn make(path: &Path) -> Result<Self, Failure> {
        match rustix::fs::mkdir(path, Mode::RWXU) {
            Ok(()) | Err(Errno::EXIST) => Self::check(path),
            Err(errno) => Err(failure_of_folder(errno, path)),
        }
    }

    fn check(path: &Path) -> Result<Self, Failure> {
        let no_folder = || about(Fault::NoFolder, path);
        let folder = rustix::fs::open(path, FOLDER, Mode::empty()).map_err(|_| no_folder())?;
        let found = rustix::fs::fstat(&folder).map_err(|_| no_folder())?;
        let mode = Mode::from_raw_mode(found.st_mode);
        let trusted = found.st_uid == 0 || found.st_uid == rustix::process::geteuid().as_raw();
        let shared = mode.intersects(Mode::WGRP | Mode::WOTH) && !mode.contains(Mode::SVTX);
        if trusted && !shared { Ok(Self { path: path.to_owned(), folder }) } else { Err(no_folder()) }
    }

    fn fit_for(self, launch: &Launch, purpose: Purpose) -> Result<Self, Failure> {
        if purpose == Purpose::Save || !launch.executes_client() {
            return Ok(self);
        }
        match rustix::fs::fstatvfs(&self.folder) {
            Ok(disk) if disk.f_flag.contains(StatVfsMountFlags::NOEXEC) => Err(about(Fault::FolderNotExecutable, &self.path)),
            _ => Ok(self),
        }
    }
}

fn candidates(config: &Config, environment: Environment<'_>) -> Vec<PathBuf> {
    if let Some(folder) = &config.download.folder {
        return std::path::absolute(folder).into_iter().collect();
    }
    let of_this_user = format!("/var/tmp/support-kiosk-{}", rustix::process::geteuid().as_raw()).into();
    if config.kiosk.lockdown {
        // Whoever connects may have a hand in the environment (trust.md K5).
        return vec![PathBuf::from("/run/support-kiosk"), of_this_user];
    }
    let mut paths = Vec::new();
    if let Some(list) = variable(environment, "RUNTIME_DIRECTORY") {
        // systemd joins several by colons; the first is the one to write to.
        paths.extend(std::env::split_paths(list).next());
    }
    if let Some(runtime) = variable(environment, "XDG_RUNTIME_DIR").map(Path::new)
        && Parent::check(runtime).is_ok()
    {
        paths.push(runtime.join("support-kiosk"));
    }
    paths.push(of_this_user);
    paths.retain(|path| path.is_absolute());
    paths
}

fn random() -> Result<u64, Errno> {
    let mut bytes = [0; 8];
    rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty())?;
    Ok(u64::from_ne_bytes(bytes))
}

fn sweep_parent(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        if is_a_visit(&entry.file_name()) && is_abandoned(&entry.path()).unwrap_or(false) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_a_visit(name: &OsStr) -> bool {
    let digits = name.to_str().and_then(|name| name.strip_prefix(VISIT));
    digits.is_some_and(|digits| digits.len() == 16 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Whether the folder is ours and the process that it names is dead. One without a readable record is left alone: it may be
/// in the making.
fn is_abandoned(visit: &Path) -> io::Result<bool> {
    let folder = rustix::fs::open(visit, FOLDER, Mode::empty())?;
    if rustix::fs::fstat(&folder)?.st_uid != rustix::process::geteuid().as_raw() {
        return Ok(false);
    }
    let record = rustix::fs::openat(&folder, OWNER, OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?;
    let mut text = String::new();
    File::from(record).take(64).read_to_string(&mut text)?;
    let mut numbers = text.split_whitespace().map(str::parse::<u64>);
    let (Some(Ok(pid)), Some(Ok(began))) = (numbers.next(), numbers.next()) else { return Ok(false) };
    Ok(u32::try_from(pid).ok().and_then(start_time) != Some(began))
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
            _ => Fault::NoFolder,
        },
        path,
    )
    .because(&causes::told(&io::Error::from(errno)))
}

/// The failure of writing to a file.
pub(super) fn failure_of_write(error: &io::Error) -> Failure {
    let full = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded].contains(&error.kind());
    Failure::from(if full { Fault::DiskFull } else { Fault::CannotWrite }).because(&causes::told(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d11_a_full_disk_and_a_used_up_quota_are_told_from_other_faults() {
        for (errno, fault) in [
            (Errno::NOSPC, Fault::DiskFull),
            (Errno::DQUOT, Fault::DiskFull),
            (Errno::ROFS, Fault::CannotWrite),
            (Errno::IO, Fault::CannotWrite),
        ] {
            assert_eq!(failure_of_write(&errno.into()).fault, fault, "{errno:?}");
        }
        let visit = Path::new("/run/support-kiosk/visit-0123456789abcdef");
        let failure = failure_of_folder(Errno::ACCESS, visit);
        assert!(failure.causes.as_ref().is_some_and(|causes| causes.as_str().starts_with("Permission denied (os error ")));
        let told = Failure { causes: None, ..failure };
        assert_eq!(told, Failure::about(Fault::NoFolder, "/run/support-kiosk"));
    }
}
