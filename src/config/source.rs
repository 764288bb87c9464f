//! Where the config comes from, and whether it has changed since it was read. Checked between
//! customers with `stat` only.
//!
//! ```text
//! Source::config ──> remembers stat of the files ──> Config ──> lists::read ──> Reading
//! Source::changed ─> compares stat again: if it is the same, nothing is read
//! ```
//!
//! The result of `stat` is remembered before a file is read, so that a change during the read is
//! seen the next time. It is also remembered for a wrong file, so that this file is read only once
//! until it changes.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::lists::{self, Copies, ListsRead};
use super::locate::{locate, locate_in_lockdown};
use super::read::{load, overlay_folder};
use super::{Config, ConfigErrors, Lockdown};

/// A config file and the files that it names, with their `stat` when they were last read.
#[derive(Clone, Debug)]
pub struct ConfigSource {
    file: PathBuf,
    lockdown: Lockdown,
    seen: Vec<(PathBuf, Option<FileStamp>)>,
}

/// Identifies a version of a file. The ctime is part of it, so that a file that could not be read
/// is tried again when its permissions change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FileStamp {
    device: u64,
    inode: u64,
    size: u64,
    /// Seconds and nanoseconds: mtime, then ctime.
    times: [(i64, i64); 2],
}

impl FileStamp {
    /// `None` if there is no such file.
    fn read(file: &PathBuf) -> Option<Self> {
        let stat = fs::metadata(file).ok()?;
        let times = [
            (stat.mtime(), stat.mtime_nsec()),
            (stat.ctime(), stat.ctime_nsec()),
        ];
        Some(Self {
            device: stat.dev(),
            inode: stat.ino(),
            size: stat.size(),
            times,
        })
    }
}

impl ConfigSource {
    pub fn new(file: PathBuf, lockdown: Lockdown) -> Self {
        Self {
            file,
            lockdown,
            seen: Vec::new(),
        }
    }

    /// The named config, or else the first that exists. When `lockdown` is forced, as by
    /// `--lockdown`, the environment is ignored.
    pub(crate) fn find(
        named: Option<&Path>,
        lockdown: bool,
        environment: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, ConfigErrors> {
        if lockdown {
            return Ok(Self::new(locate_in_lockdown(named), Lockdown::Forced));
        }
        Ok(Self::new(
            locate(named, environment)?,
            Lockdown::AsConfigured,
        ))
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Whether any of the files, or the directory of overrides, has changed since the last read.
    /// Costs a few `stat` calls and reads nothing.
    pub fn has_changed(&self) -> bool {
        self.seen.is_empty()
            || self
                .seen
                .iter()
                .any(|(file, stamp)| FileStamp::read(file) != *stamp)
    }

    /// Reads only the config. Its lists can be read later by [`lists::read`], on any thread; from
    /// now on they are checked for changes too.
    ///
    /// While the config has problems, only a change of the config itself helps, so its lists are
    /// not checked.
    pub fn config(&mut self) -> Result<Config, ConfigErrors> {
        self.seen = Vec::new();
        self.remember(self.file.clone());
        self.remember(overlay_folder(&self.file));
        let config = load(&self.file, self.lockdown)?;
        for list in config.lists.iter() {
            self.remember(list.path.clone());
        }
        Ok(config)
    }

    pub fn load(&mut self, copies: Option<&Copies>) -> Result<(Config, ListsRead), ConfigErrors> {
        let config = self.config()?;
        let reading = lists::read(&config, copies);
        Ok((config, reading))
    }

    fn remember(&mut self, file: PathBuf) {
        let stamp = FileStamp::read(&file);
        self.seen.push((file, stamp));
    }
}
