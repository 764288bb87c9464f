//! The machine that is looked at: its files, below a folder that a test can name.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::PathBuf;

use rustix::fs::{Mode, OFlags};

/// More than any of these files has, in bytes.
const AT_MOST: u64 = 1 << 20;

/// A machine, by where its root is.
pub(super) struct Machine {
    root: PathBuf,
}

/// What a file says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// This, without white space at its ends.
    Is(String),
    /// There is no such file.
    Missing,
    /// It can't be read, and why.
    Unreadable(String),
}

impl Machine {
    /// This one.
    pub(super) fn here() -> Self {
        Self { root: PathBuf::from("/") }
    }

    /// What the file at this absolute path says. Never waits, as for the other end of a FIFO.
    pub(super) fn read(&self, path: &str) -> Text {
        match self.text_of(path) {
            Ok(text) => Text::Is(text.trim().to_owned()),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Text::Missing,
            Err(error) => Text::Unreadable(format!("{path} can't be read: {error}")),
        }
    }

    fn text_of(&self, path: &str) -> io::Result<String> {
        Ok(String::from_utf8_lossy(&self.contents(path)?).into_owned())
    }

    /// The bytes of the file at this absolute path, of a long one the first. Never waits.
    pub(super) fn contents(&self, path: &str) -> io::Result<Vec<u8>> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        let file = File::from(rustix::fs::open(self.at(path), flags, Mode::empty())?);
        let mut bytes = Vec::new();
        file.take(AT_MOST).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Whether there is something at this absolute path, symlinks followed.
    pub(super) fn has(&self, path: &str) -> bool {
        self.at(path).exists()
    }

    /// Where the symlink at this path leads.
    pub(super) fn link(&self, path: &str) -> Option<PathBuf> {
        fs::read_link(self.at(path)).ok()
    }

    /// The names in a folder, in order; none where it can't be read.
    pub(super) fn names_in(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.at(folder)).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort_unstable();
        names
    }

    /// Where this absolute path really is.
    pub(super) fn at(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }
}

/// A machine of a test's own.
#[cfg(test)]
pub(super) mod fake {
    use std::os::unix::fs::symlink;

    use super::*;

    /// What stands at a path.
    pub(in crate::commands::doctor) enum Thing {
        /// A file with this text.
        Text(&'static str),
        /// A symlink to there.
        Link(&'static str),
        /// Something that can be found and not be read, by root neither.
        Unreadable,
    }

    /// A machine with these things, for as long as the folder is held.
    pub(in crate::commands::doctor) fn machine(things: &[(&str, Thing)]) -> (tempfile::TempDir, Machine) {
        let folder = tempfile::tempdir().expect("a folder");
        let machine = Machine { root: folder.path().to_owned() };
        for (path, thing) in things {
            let path = machine.at(path);
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
