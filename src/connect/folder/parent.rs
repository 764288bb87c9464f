//! The folders in which visits' own are made: where they are looked for, and whether nobody else can tamper with what is in
//! them (D11).
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

use rustix::fs::{Access, AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use super::{FOLDER, about, disk, failure_of_folder};
use crate::config::Config;
use crate::connect::Purpose;
use crate::env::{Environment, variable};
use crate::failure::{Failure, Fault};

/// On the way to a folder nothing is read.
const STEP: OFlags = FOLDER.union(OFlags::PATH);

/// A folder in which visits' folders are made, checked.
pub(super) struct Parent {
    /// Without a link in it.
    pub(super) path: PathBuf,
    pub(super) folder: OwnedFd,
    pub(super) writers: Writers,
}

/// Who can put a file into a folder, root aside.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Writers {
    /// Our own account, by its mode.
    Us,
    /// Other accounts too: a sticky folder, such as `/tmp`.
    Others,
}

impl Parent {
    /// The first candidate that will do; else why the likeliest would not.
    pub(super) fn find(config: &Config, environment: Environment<'_>, purpose: Purpose) -> Result<Self, Failure> {
        let mut unfit = None;
        let mut last = Failure::from(Fault::NoFolder);
        for path in candidates(config, environment) {
            match Self::make(&path).and_then(|parent| parent.fit_for(purpose)) {
                Ok(parent) => return Ok(parent),
                Err(failure) if [Fault::FolderNotExecutable, Fault::DiskFull].contains(&failure.fault) => {
                    unfit = unfit.or(Some(failure));
                }
                Err(failure) => last = failure,
            }
        }
        Err(unfit.unwrap_or(last))
    }

    /// As [`Parent::check`]. What is not there is made (0700).
    pub(super) fn make(path: &Path) -> Result<Self, Failure> {
        match rustix::fs::mkdir(path, Mode::RWXU) {
            Ok(()) | Err(Errno::EXIST) => Self::check(path),
            Err(errno) => Err(failure_of_folder(errno, path)),
        }
    }

    /// Opens a folder if it is no link and, as every folder that it is in, safe.
    pub(super) fn check(path: &Path) -> Result<Self, Failure> {
        let failed = |errno| failure_of_folder(errno, path);
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

    fn fit_for(self, purpose: Purpose) -> Result<Self, Failure> {
        // One of root's is safe, but not for that ours to write to.
        rustix::fs::accessat(&self.folder, ".", Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS)
            .map_err(|errno| failure_of_folder(errno, &self.path))?;
        match purpose {
            // The client unpacks and executes in this folder, whatever `launch.command` is.
            Purpose::Run => disk::is_fit_for_a_client(&self.folder, &self.path)?,
            Purpose::Save => {}
        }
        Ok(self)
    }
}

/// A folder that was opened, if root or we own it and nobody else can put another in the place of what is in it.
fn safe(opened: Result<OwnedFd, Errno>, path: &Path) -> Result<OwnedFd, Failure> {
    let failed = |errno| failure_of_folder(errno, path);
    let folder = opened.map_err(failed)?;
    let found = rustix::fs::fstat(&folder).map_err(failed)?;
    let is_trusted = found.st_uid == 0 || is_ours(&found);
    let is_sticky = Mode::from_raw_mode(found.st_mode).contains(Mode::SVTX);
    if is_trusted && (is_sticky || !is_shared(&found)) { Ok(folder) } else { Err(about(Fault::NoFolder, path)) }
}

fn is_shared(found: &Stat) -> bool {
    Mode::from_raw_mode(found.st_mode).intersects(Mode::WGRP | Mode::WOTH)
}

pub(super) fn is_ours(found: &Stat) -> bool {
    found.st_uid == rustix::process::geteuid().as_raw()
}

/// Where a visit's folder can be made, the best first.
pub(in crate::connect) fn candidates(config: &Config, environment: Environment<'_>) -> Vec<PathBuf> {
    if let Some(folder) = &config.download.folder {
        return std::path::absolute(folder).into_iter().collect();
    }
    let of_this_user = format!("/var/tmp/support-kiosk-{}", rustix::process::geteuid().as_raw()).into();
    if config.kiosk.lockdown {
        // Whoever connects may have a hand in the environment (K5).
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
