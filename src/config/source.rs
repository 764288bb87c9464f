//! Where the config comes from, and whether it is still what was read: asked between customers, by `stat` alone.
//!
//! ```text
//! Source::config ──> remembers what stat says of the files ──> Config ──> lists::read ──> Reading
//! Source::changed ─> asks stat again: the same? then nothing is read
//! ```
//!
//! What `stat` says is remembered before a file is read, so that a change while it is read is seen the next time; and
//! whether or not the file is good, so that a wrong one is read once, and again when it has changed.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::lists::{self, Copies, Reading};
use super::read::{load, overlays_of};
use super::{Config, Lockdown, Problems};

/// A config's file, and those that it names, as they were when they were last read.
#[derive(Clone, Debug)]
pub struct Source {
    file: PathBuf,
    lockdown: Lockdown,
    seen: Vec<(PathBuf, Option<Stamp>)>,
}

/// What tells a file from another and from itself before a change. The time of the change of its owner and mode is part of
/// it: a file that could not be read is looked at again once it can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    /// Seconds and nanoseconds: of the content, then of everything.
    times: [(i64, i64); 2],
}

impl Stamp {
    /// None where there is no such file.
    fn of(file: &PathBuf) -> Option<Self> {
        let stat = fs::metadata(file).ok()?;
        let times = [(stat.mtime(), stat.mtime_nsec()), (stat.ctime(), stat.ctime_nsec())];
        Some(Self { device: stat.dev(), inode: stat.ino(), size: stat.size(), times })
    }
}

impl Source {
    /// A config that has not been read yet.
    pub fn new(file: PathBuf, lockdown: Lockdown) -> Self {
        Self { file, lockdown, seen: Vec::new() }
    }

    /// The config's file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Whether any of the files, or the folder whose files are laid over the config, is another than when it was last read.
    /// Costs a few `stat`s and reads nothing.
    pub fn changed(&self) -> bool {
        self.seen.is_empty() || self.seen.iter().any(|(file, stamp)| Stamp::of(file) != *stamp)
    }

    /// Reads the config alone: its lists can be read later, by [`lists::read`] on any thread, and are asked about from now on.
    ///
    /// While the config is wrong nothing but itself can mend it, and its lists are not asked about.
    pub fn config(&mut self) -> Result<Config, Problems> {
        self.seen = Vec::new();
        self.remember(self.file.clone());
        self.remember(overlays_of(&self.file));
        let config = load(&self.file, self.lockdown)?;
        for list in config.lists.iter() {
            self.remember(list.path.clone());
        }
        Ok(config)
    }

    /// Reads the config and its lists.
    pub fn load(&mut self, copies: Option<&Copies>) -> Result<(Config, Reading), Problems> {
        let config = self.config()?;
        let reading = lists::read(&config, copies);
        Ok((config, reading))
    }

    fn remember(&mut self, file: PathBuf) {
        let stamp = Stamp::of(&file);
        self.seen.push((file, stamp));
    }
}
