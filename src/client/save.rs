//! Saves the client as a file for a person: to take to another machine (`--save`) or to start by
//! hand (`launch.mode = "save"`).

use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Read};
use std::mem::ManuallyDrop;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::Access;

use super::download::download_into;
use super::session_dir::{self, SessionDir, write_failure};
use super::{Download, Purpose, SessionOptions};
use crate::config::{Config, FileKind};
use crate::env::{Environment, variable};
use crate::failure::{Failure, Fault};
use crate::job::blocking::wait_blocking;
use crate::job::{Cancel, SessionError};
use crate::session::Stage;
use crate::sum::Sha256Sum;

/// How many numbered names are tried.
const MAX_NUMBERED_NAMES: u32 = 999;

/// The prefix of a copy that is not complete.
const PARTIAL_PREFIX: &str = ".support-kiosk-";

/// How many bytes are copied between two checks for a cancel.
const COPY_BLOCK: u64 = 4 << 20;

/// Where to save a client. Existing files are never overwritten.
#[derive(Clone, Copy, Debug)]
pub enum SaveTo<'a> {
    /// To this directory, under the served name. If it is taken, `-2`, `-3`, ... is added before
    /// the extension.
    Folder(&'a Path),
    /// The same, for the customer at this kiosk, who will start it from there.
    FolderToStartFrom(&'a Path),
    /// To this file, which must not exist.
    File(&'a Path),
}

impl SaveTo<'_> {
    /// Checks what can be checked before the client's name is known. Must be called before the
    /// request, which starts a session.
    fn check(self) -> Result<(), Failure> {
        check_can_save(self.folder())?;
        let Self::File(path) = self else {
            return Ok(());
        };
        let about = |fault| Failure::with_subject(fault, &path.to_string_lossy());
        if path.as_os_str().as_bytes().ends_with(b"/") {
            return Err(about(Fault::NoSaveFolder));
        }
        match path.symlink_metadata() {
            Ok(_) => Err(about(Fault::FileExists)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(write_failure(&error, self.folder())),
        }
    }

    fn folder(&self) -> &Path {
        match self {
            Self::Folder(folder) | Self::FolderToStartFrom(folder) => folder,
            Self::File(path) => parent_folder(path),
        }
    }

    fn mode(self, kind: FileKind) -> u32 {
        match self {
            Self::FolderToStartFrom(_) => customer_mode(kind),
            Self::Folder(_) | Self::File(_) => 0o600,
        }
    }

    /// The possible paths for a client of this name, in order of preference.
    fn paths(self, name: &str) -> impl Iterator<Item = PathBuf> {
        let most = match self {
            Self::Folder(_) | Self::FolderToStartFrom(_) => MAX_NUMBERED_NAMES,
            Self::File(_) => 1,
        };
        (1..=most).map(move |number| match self {
            Self::Folder(folder) | Self::FolderToStartFrom(folder) => {
                folder.join(numbered_name(name, number))
            }
            Self::File(path) => path.to_owned(),
        })
    }

    /// The failure if all of them are taken. It shows the directory instead of a served name, which
    /// may contain the session.
    fn name_taken(self) -> Failure {
        let named = match self {
            Self::Folder(folder) | Self::FolderToStartFrom(folder) => folder,
            Self::File(path) => path,
        };
        Failure::with_subject(Fault::FileExists, &named.to_string_lossy())
    }
}

/// A saved client. Its name may contain the session, so there is no `Debug`.
pub struct Saved {
    pub path: PathBuf,
    pub(crate) bytes: u64,
    /// The SHA-256, if the order asked for it.
    pub sum: Option<Sha256Sum>,
}

impl Saved {
    /// Removes the file. For a caller that cannot report its path.
    pub(crate) fn discard(self) {
        let _ = fs::remove_file(self.path);
    }
}

/// Sends the request and saves the client. After a failure or a cancel no file is left.
pub fn save(
    options: &SessionOptions<'_>,
    to: SaveTo<'_>,
    stages: &mut dyn FnMut(Stage),
) -> Result<Saved, SessionError> {
    to.check()?;
    if options.cancel.is_cancelled() {
        return Err(SessionError::Cancelled);
    }
    let visit = SessionDir::open_near(to.folder(), options.config, options.environment)?;
    download_into(visit, options, stages)?.save_to(to, options.cancel)
}

/// Checks that a file can be created in this directory. Must be called before the request, which
/// starts a session.
pub fn check_can_save(folder: &Path) -> Result<(), Failure> {
    let about = |fault| Failure::with_subject(fault, &folder.to_string_lossy());
    if !folder.is_dir() {
        return Err(about(Fault::NoSaveFolder));
    }
    rustix::fs::access(folder, Access::WRITE_OK | Access::EXEC_OK)
        .map_err(|_| about(Fault::CannotWrite))
}

/// Where clients are saved for the customer at this kiosk: `download.folder`; else `Downloads` in
/// the home directory, if it exists; else the home directory.
pub fn save_folder(config: &Config, environment: Environment<'_>) -> Result<PathBuf, Failure> {
    if let Some(named) = &config.download.folder {
        session_dir::check(config, environment, Purpose::Save)?;
        return std::path::absolute(named).map_err(|error| write_failure(&error, named));
    }
    let home = variable(environment, "HOME")
        .map(PathBuf::from)
        .filter(|home| home.is_absolute());
    let home = home.ok_or(Failure::from(Fault::NoSaveFolder))?;
    let downloads = home.join("Downloads");
    let folder = if downloads.is_dir() { downloads } else { home };
    check_can_save(&folder).map(|()| folder)
}

impl Download {
    /// Moves the file to its destination. Its mode is 0600, or 0700 if the customer at this kiosk
    /// is to start it. After a failure no file is left.
    pub fn save_to(self, to: SaveTo<'_>, cancel: &Cancel) -> Result<Saved, SessionError> {
        to.check()?;
        let source = self.session_dir.path().join(self.file_name());
        fs::set_permissions(&source, Permissions::from_mode(to.mode(self.kind())))
            .map_err(|error| write_failure(&error, to.folder()))?;
        for path in to.paths(self.file_name()) {
            let placed = link_or_copy(&source, path, cancel)?;
            if cancel.is_cancelled() {
                // The customer who cancelled will not look for the file, so it is removed.
                return Err(SessionError::Cancelled);
            }
            if let Some(placed) = placed {
                return Ok(Saved {
                    path: placed.keep(),
                    bytes: self.bytes(),
                    sum: self.sum(),
                });
            }
        }
        Err(to.name_taken().into())
    }
}

/// The mode of a client that the customer at this kiosk starts by hand.
fn customer_mode(kind: FileKind) -> u32 {
    match kind {
        FileKind::Elf | FileKind::Script | FileKind::Desktop => 0o700,
        FileKind::Pe | FileKind::Msi | FileKind::MachO | FileKind::Dmg | FileKind::Zip => 0o600,
    }
}

/// A file at its destination. Dropping it removes the file.
struct PlacedFile(PathBuf);

impl PlacedFile {
    fn keep(self) -> PathBuf {
        std::mem::take(&mut ManuallyDrop::new(self).0)
    }
}

impl Drop for PlacedFile {
    fn drop(&mut self) {
        // The failure that led here is reported; this one adds nothing.
        let _ = fs::remove_file(&self.0);
    }
}

/// Creates a hard link at `path`, or a copy if the file systems differ or do not support links.
/// None if the name is taken. After a failure no file is left.
fn link_or_copy(
    source: &Path,
    path: PathBuf,
    cancel: &Cancel,
) -> Result<Option<PlacedFile>, SessionError> {
    match fs::hard_link(source, &path) {
        Ok(()) => Ok(Some(PlacedFile(path))),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(None),
        Err(_) => copy(source, path, cancel),
    }
}

/// Like [`link_or_copy`]. Blocks until the copy is synced to disk or the order is cancelled. The copy has a
/// temporary name until it is complete, so that a kill never leaves a truncated client under the
/// final name.
fn copy(source: &Path, path: PathBuf, cancel: &Cancel) -> Result<Option<PlacedFile>, SessionError> {
    let folder = parent_folder(&path);
    let failed = |error: io::Error| write_failure(&error, folder);
    if path.symlink_metadata().is_ok() {
        return Ok(None);
    }
    let from = File::open(source).map_err(failed)?;
    let partial = tempfile::Builder::new()
        .prefix(PARTIAL_PREFIX)
        .tempfile_in(folder)
        .map_err(failed)?;
    partial
        .as_file()
        .set_permissions(from.metadata().map_err(failed)?.permissions())
        .map_err(failed)?;
    let (to, cancel_too) = (
        partial.as_file().try_clone().map_err(failed)?,
        cancel.clone(),
    );
    wait_blocking(
        cancel,
        "copy",
        move || write_copy(from, to, &cancel_too),
        failed,
    )?;
    match partial.persist_noclobber(&path) {
        Ok(_) => Ok(Some(PlacedFile(path))),
        Err(taken) if taken.error.kind() == ErrorKind::AlreadyExists => Ok(None),
        Err(refused) => Err(failed(refused.error).into()),
    }
}

fn write_copy(mut from: File, mut to: File, cancel: &Cancel) -> io::Result<()> {
    while !cancel.is_cancelled() {
        if io::copy(&mut from.by_ref().take(COPY_BLOCK), &mut to)? == 0 {
            return to.sync_all();
        }
    }
    // The caller has stopped waiting and has removed the file.
    Err(ErrorKind::Interrupted.into())
}

/// The directory of a file.
fn parent_folder(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// `NAME.exe`, `NAME-2.exe`, `NAME-3.exe`, ...
fn numbered_name(name: &str, number: u32) -> String {
    if number == 1 {
        return name.to_owned();
    }
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{number}.{extension}"),
        None => format!("{name}-{number}"),
    }
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use rustix::fs::{CWD, FileType, Mode};

    use super::*;

    #[test]
    fn a_copy_to_another_disk_is_as_a_second_name_would_be() {
        for put in [link_or_copy, copy] {
            let folder = tempfile::tempdir().expect("a folder");
            let at = |name: &str| folder.path().join(name);
            fs::write(at("from"), "client").expect("written");
            fs::set_permissions(at("from"), Permissions::from_mode(0o600)).expect("private");
            let into =
                |name: &str| put(&at("from"), at(name), &Cancel::new()).map_err(|_| "failed");
            let kept = into("to").expect("put").expect("the name is free").keep();
            assert_eq!(
                (kept.as_path(), fs::read(&kept).expect("there")),
                (at("to").as_path(), b"client".to_vec())
            );
            assert_eq!(
                fs::metadata(&kept).expect("there").permissions().mode() & 0o7777,
                0o600
            );

            fs::write(at("to"), "mine").expect("written");
            std::os::unix::fs::symlink("nowhere", at("link")).expect("a link");
            for taken in ["to", "link"] {
                assert!(
                    into(taken).expect("no failure").is_none(),
                    "{taken} was overwritten"
                );
            }
            assert_eq!(fs::read(at("to")).expect("there"), b"mine");
            assert!(!at("nowhere").exists(), "a link was followed");

            drop(into("another").expect("put"));
            assert!(!at("another").exists(), "a file that was not kept is left");
        }
    }

    #[test]
    fn d8_d14_a_copy_to_a_slow_disk_does_not_delay_a_cancel() {
        let folder = tempfile::tempdir().expect("a folder");
        // Simulates a disk that blocks: a FIFO without data, held open by its other end.
        let disk = folder.path().join("disk");
        rustix::fs::mknodat(CWD, &disk, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)
            .expect("a pipe");
        let _held = File::options()
            .read(true)
            .write(true)
            .open(&disk)
            .expect("held open");
        let (cancel, path) = (Cancel::new(), folder.path().join("to"));
        let entries = || -> Vec<String> {
            let entries = fs::read_dir(folder.path()).expect("the folder").flatten();
            entries
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                .collect()
        };
        thread::scope(|scope| {
            scope.spawn(|| {
                while !entries()
                    .iter()
                    .any(|name| name.starts_with(PARTIAL_PREFIX))
                {
                    thread::sleep(Duration::from_millis(1));
                }
                assert!(!path.exists(), "an incomplete file has the final name");
                cancel.cancel();
            });
            let stopped = copy(&disk, path.clone(), &cancel).err();
            assert!(
                matches!(stopped, Some(SessionError::Cancelled)),
                "the copy continued"
            );
        });
        assert_eq!(entries(), ["disk"], "an incomplete file is left");
    }
}
