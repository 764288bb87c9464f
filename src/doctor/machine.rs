//! The files of the checked machine, below a root directory that a test can replace.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::PathBuf;

use rustix::fs::{Mode, OFlags};

/// The maximum size of a file, in bytes.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// A machine, by its root directory.
pub(super) struct MachineView {
    root: PathBuf,
}

/// The result of reading a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum MachineText {
    /// The content, without surrounding white space.
    Text(String),
    Missing,
    /// The error message.
    Unreadable(String),
}

impl MachineView {
    /// This machine.
    pub(super) fn here() -> Self {
        Self {
            root: PathBuf::from("/"),
        }
    }

    /// Reads the file at this absolute path. Never blocks, for example on a FIFO.
    pub(super) fn read(&self, path: &str) -> MachineText {
        match self.read_text(path) {
            Ok(text) => MachineText::Text(text.trim().to_owned()),
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                MachineText::Missing
            }
            Err(error) => MachineText::Unreadable(format!("{path} can't be read: {error}")),
        }
    }

    fn read_text(&self, path: &str) -> io::Result<String> {
        Ok(String::from_utf8_lossy(&self.read_bytes(path)?).into_owned())
    }

    /// Reads the file at this absolute path, up to [`MAX_FILE_BYTES`] bytes. Never blocks.
    pub(super) fn read_bytes(&self, path: &str) -> io::Result<Vec<u8>> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        let file = File::from(rustix::fs::open(
            self.real_path(path),
            flags,
            Mode::empty(),
        )?);
        let mut bytes = Vec::new();
        file.take(MAX_FILE_BYTES).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Whether this absolute path exists. Follows symbolic links.
    pub(super) fn has(&self, path: &str) -> bool {
        self.real_path(path).exists()
    }

    pub(super) fn link(&self, path: &str) -> Option<PathBuf> {
        fs::read_link(self.real_path(path)).ok()
    }

    /// The sorted names in a directory; none if it can't be read.
    pub(super) fn list(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.real_path(folder))
            .into_iter()
            .flatten()
            .flatten();
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort_unstable();
        names
    }

    /// The real location of this absolute path.
    pub(super) fn real_path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }
}

/// A machine for tests.
#[cfg(test)]
pub(super) mod fake {
    use std::os::unix::fs::symlink;

    use super::*;

    pub(in crate::doctor) enum Thing {
        /// A file with this text.
        Text(&'static str),
        /// A symbolic link to this path.
        Link(&'static str),
        /// Something that exists and can't be read, even by root.
        Unreadable,
    }

    /// Creates a machine with these files. They exist while the directory is kept.
    pub(in crate::doctor) fn machine(things: &[(&str, Thing)]) -> (tempfile::TempDir, MachineView) {
        let folder = tempfile::tempdir().expect("a folder");
        let machine = MachineView {
            root: folder.path().to_owned(),
        };
        for (path, thing) in things {
            let path = machine.real_path(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            match thing {
                Thing::Text(text) => fs::write(path, text),
                Thing::Link(to) => symlink(to, path),
                Thing::Unreadable => fs::create_dir(path),
            }
            .expect("made");
        }
        (folder, machine)
    }
}
