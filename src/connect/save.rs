//! The client as a file of the person's own: to be carried to another machine (`--save`), or to be started by hand
//! (`launch.mode = "save"`).

use std::fmt::Write as _;
use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Read, Seek};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, Mode, OFlags};
use sha2::{Digest, Sha256};

use super::download::download_into;
use super::folder::{self, Visit, failure_of_write};
use super::{Download, Environment, Order, Purpose, Stage, Stop, variable};
use crate::config::Config;
use crate::failure::{Failure, Fault};

/// So many files of one name are more than anybody saves, and few enough to try.
const SAME_NAME_AT_MOST: u32 = 999;

/// What is done where a file of the client's name is there already. Nothing is ever written over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is a failure: whoever named the folder is told.
    Refused,
    /// The name gets a number: `NAME (1).exe`, as browsers do it. A client that finds its session in its own name has met
    /// that before.
    Numbered,
}

/// A client that was saved. Its name may carry the session, so that there is no printing it by accident.
pub struct Saved {
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    file: File,
}

/// How much is read at once to be summed up.
const BLOCK: usize = 64 * 1024;

impl Saved {
    /// Takes it away again, where nobody can be told of it.
    pub fn discard(self) {
        let _ = fs::remove_file(self.path);
    }

    /// The SHA-256 of the file, in 64 hexadecimal digits. It takes a second for some gigabyte, so it is worked out only for
    /// whom it is of use.
    pub fn sha256(&self) -> io::Result<String> {
        let (mut sum, mut block) = (Sha256::new(), vec![0; BLOCK]);
        (&self.file).rewind()?;
        loop {
            match (&self.file).read(&mut block)? {
                0 => break,
                count => sum.update(&block[..count]),
            }
        }
        let mut digits = String::with_capacity(64);
        for byte in sum.finalize() {
            // Writing to a string can't fail.
            let _ = write!(digits, "{byte:02x}");
        }
        Ok(digits)
    }
}

/// Asks the site for a session and saves the client that it answers with into `folder`, which must be there. After a
/// failure, or when the order is cancelled, no file is left.
pub fn save(order: &Order<'_>, folder: &Path, taken: Taken, stages: &mut dyn FnMut(Stage)) -> Result<Saved, Stop> {
    can_save_into(folder)?;
    if order.cancel.is_cancelled() {
        return Err(Stop::Cancelled);
    }
    let visit = Visit::open_near(folder, order.config, order.environment)?;
    let saved = download_into(visit, order, stages)?.save_into(folder, taken)?;
    if order.cancel.is_cancelled() {
        // Whoever gives up a download does not look for its file.
        let _ = fs::remove_file(saved.path);
        return Err(Stop::Cancelled);
    }
    Ok(saved)
}

/// Whether a client can be saved into `folder`, as far as that shows before its name is known: to be asked before the
/// request, which starts a session.
pub fn can_save_into(folder: &Path) -> Result<(), Failure> {
    let about = |fault| Failure::about(fault, &folder.to_string_lossy());
    if !folder.is_dir() {
        return Err(about(Fault::NoSaveFolder));
    }
    rustix::fs::access(folder, Access::WRITE_OK | Access::EXEC_OK).map_err(|_| about(Fault::CannotWrite))
}

/// Where a client is saved for the person at this kiosk: `download.folder`, else `Downloads` in the home folder if there is
/// one, else the home folder itself.
pub fn save_folder(config: &Config, environment: Environment<'_>) -> Result<PathBuf, Failure> {
    if let Some(named) = &config.download.folder {
        folder::look(config, environment, Purpose::Save)?;
        return std::path::absolute(named).map_err(|error| failure_of_write(&error));
    }
    let home = variable(environment, "HOME").map(PathBuf::from).filter(|home| home.is_absolute());
    let home = home.ok_or(Failure::from(Fault::NoSaveFolder))?;
    let downloads = home.join("Downloads");
    let folder = if downloads.is_dir() { downloads } else { home };
    can_save_into(&folder).map(|()| folder)
}

impl Download {
    /// Puts the file into `folder`, which must be there, under the served name or one of ours, with mode 0600. Nothing is
    /// ever written over; after a failure nothing is left.
    pub fn save_into(self, folder: &Path, taken: Taken) -> Result<Saved, Failure> {
        can_save_into(folder)?;
        let source = self.visit.path().join(&self.file_name);
        let sealed = File::open(&source).map_err(|error| failure_of_write(&error))?;
        sealed.set_permissions(Permissions::from_mode(0o600)).map_err(|error| failure_of_write(&error))?;
        let further = match taken {
            Taken::Refused => 0,
            Taken::Numbered => SAME_NAME_AT_MOST,
        };
        for number in 0..=further {
            let path = folder.join(numbered(&self.file_name, number));
            match put(&source, &path) {
                // What was downloaded is what was saved, by another name or as a copy: nothing more has to be opened.
                Ok(()) => return Ok(Saved { path, bytes: self.bytes(), file: sealed }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failure_of_write(&error)),
            }
        }
        // The name may carry the session: the folder is named, not the file.
        Err(Failure::about(Fault::FileExists, &folder.to_string_lossy()))
    }
}

/// Gives the file a second name, under which it stays; on another disk, or one that knows no second names, makes a copy.
/// Nothing is written over, and after an error nothing is left.
fn put(source: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(source, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => copy(source, path),
        done => done,
    }
}

fn copy(source: &Path, path: &Path) -> io::Result<()> {
    let (mut from, mut to) = (File::open(source)?, create(path)?);
    let copied = io::copy(&mut from, &mut to).and_then(|_| to.sync_all());
    if copied.is_err() {
        // Ours and incomplete: whatever keeps it from being removed is told by the failure to write.
        let _ = fs::remove_file(path);
    }
    copied
}

/// `NAME.exe`, `NAME (1).exe`, `NAME (2).exe`, ...
fn numbered(name: &str, number: u32) -> String {
    if number == 0 {
        return name.to_owned();
    }
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem} ({number}).{ending}"),
        None => format!("{name} ({number})"),
    }
}

fn create(path: &Path) -> io::Result<File> {
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::WRONLY | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR)?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_to_another_disk_is_as_a_second_name_would_be() {
        for put in [put, copy] {
            let folder = tempfile::tempdir().expect("a folder");
            let (from, to) = (folder.path().join("from"), folder.path().join("to"));
            fs::write(&from, "client").expect("written");
            fs::set_permissions(&from, Permissions::from_mode(0o600)).expect("ours alone");
            put(&from, &to).expect("put");
            assert_eq!(fs::read(&to).expect("there"), b"client");
            assert_eq!(fs::metadata(&to).expect("there").permissions().mode() & 0o7777, 0o600);

            fs::write(&to, "mine").expect("written");
            std::os::unix::fs::symlink("nowhere", folder.path().join("link")).expect("a link");
            for taken in ["to", "link"] {
                let error = put(&from, &folder.path().join(taken)).expect_err("nothing is written over");
                assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{taken}");
            }
            assert_eq!(fs::read(&to).expect("there"), b"mine");
            assert!(!folder.path().join("nowhere").exists(), "a link was followed");
        }
    }
}
