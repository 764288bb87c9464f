//! The client as a file of the person's own: to be carried to another machine (`--save`), or to be started by hand
//! (`launch.mode = "save"`).

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

use super::folder::{self, failure_of_write};
use super::{Download, Environment, Order, Purpose, Stage, Stop, download, variable};
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
    /// Its SHA-256, in 64 hexadecimal digits.
    pub sha256: String,
}

/// Asks the site for a session and saves the client that it answers with into `folder`, which must be there. After a
/// failure, or when the order is cancelled, no file is left.
pub fn save(order: &Order<'_>, folder: &Path, taken: Taken, stages: &mut dyn FnMut(Stage)) -> Result<Saved, Stop> {
    can_save_into(folder)?;
    let download = download(order, stages)?;
    let (bytes, sha256) = (download.bytes(), download.sha256().to_owned());
    let path = download.save_into(folder, taken)?;
    if order.cancel.is_cancelled() {
        // Whoever gives up a download does not look for its file.
        let _ = fs::remove_file(path);
        return Err(Stop::Cancelled);
    }
    Ok(Saved { path, bytes, sha256 })
}

/// Whether a client can be saved into `folder`, as far as that shows before its name is known: to be asked before the
/// request, which starts a session.
pub fn can_save_into(folder: &Path) -> Result<(), Failure> {
    if folder.is_dir() { Ok(()) } else { Err(Failure::about(Fault::NoSaveFolder, &folder.to_string_lossy())) }
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
    pub fn save_into(self, folder: &Path, taken: Taken) -> Result<PathBuf, Failure> {
        can_save_into(folder)?;
        let (path, file) = self.create_in(folder, taken)?;
        if let Err(error) = self.copy_into(file) {
            // Ours and incomplete: whatever keeps it from being removed is told by the failure to write.
            let _ = fs::remove_file(&path);
            return Err(failure_of_write(&error));
        }
        Ok(path)
    }

    fn create_in(&self, folder: &Path, taken: Taken) -> Result<(PathBuf, File), Failure> {
        let further = match taken {
            Taken::Refused => 0,
            Taken::Numbered => SAME_NAME_AT_MOST,
        };
        for number in 0..=further {
            let path = folder.join(numbered(&self.file_name, number));
            match create(&path) {
                Ok(file) => return Ok((path, file)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failure_of_write(&error)),
            }
        }
        // The name may carry the session: the folder is named, not the file.
        Err(Failure::about(Fault::FileExists, &folder.to_string_lossy()))
    }

    fn copy_into(&self, mut file: File) -> io::Result<()> {
        let mut source = File::open(self.visit.path().join(&self.file_name))?;
        io::copy(&mut source, &mut file)?;
        file.sync_all()
    }
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
