//! `--save`: the client as a file of the person's own, to be carried to another machine.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

use super::Download;
use super::folder::failure_of_write;
use crate::failure::{Failure, Fault};

/// Whether a client can be saved into `folder`, as far as that shows before its name is known: to be asked before the
/// request, which starts a session.
pub fn can_save_into(folder: &Path) -> Result<(), Failure> {
    if folder.is_dir() { Ok(()) } else { Err(Failure::about(Fault::NoSaveFolder, &folder.to_string_lossy())) }
}

impl Download {
    /// Puts the file into `folder`, which must be there, under the served name or one of ours, with mode 0600. Nothing is
    /// ever written over; after a failure nothing is left.
    pub fn save_into(self, folder: &Path) -> Result<PathBuf, Failure> {
        can_save_into(folder)?;
        let path = folder.join(&self.file_name);
        let file = create(&path)?;
        if let Err(error) = self.copy_into(file) {
            // Ours and incomplete: whatever keeps it from being removed is told by the failure to write.
            let _ = fs::remove_file(&path);
            return Err(failure_of_write(&error));
        }
        Ok(path)
    }

    fn copy_into(&self, mut file: File) -> io::Result<()> {
        let mut source = File::open(self.visit.path().join(&self.file_name))?;
        io::copy(&mut source, &mut file)?;
        file.sync_all()
    }
}

fn create(path: &Path) -> Result<File, Failure> {
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::WRONLY | OFlags::CLOEXEC;
    let created = rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR).map_err(io::Error::from);
    created.map(File::from).map_err(|error| {
        if error.kind() == ErrorKind::AlreadyExists {
            // The name may carry the session: the folder is named, not the file.
            let folder = path.parent().unwrap_or(path);
            return Failure::about(Fault::FileExists, &folder.to_string_lossy());
        }
        failure_of_write(&error)
    })
}
