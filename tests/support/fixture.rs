//! A directory for one test, with a kiosk's config and its download folder.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::served::end_all_working_in;

/// A temporary directory with `kiosk.toml` and `downloads`.
pub struct Fixture(TempDir);

impl Fixture {
    /// With an empty download folder that only this user can enter.
    pub fn new() -> Self {
        let fixture = Self(tempfile::tempdir().expect("a folder"));
        fs::DirBuilder::new()
            .mode(0o700)
            .create(fixture.downloads())
            .expect("a download folder");
        fixture
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub fn config(&self) -> PathBuf {
        self.at("kiosk.toml")
    }

    pub fn write_config(&self, text: &str) {
        fs::write(self.config(), text).expect("the config is written");
    }

    pub fn downloads(&self) -> PathBuf {
        self.at("downloads")
    }

    /// What is in the download folder now.
    pub fn left(&self) -> Vec<PathBuf> {
        fs::read_dir(self.downloads())
            .expect("the download folder")
            .map(|entry| entry.expect("an entry").path())
            .collect()
    }
}

impl Drop for Fixture {
    /// Ends a client that a test left running, or lost by failing.
    fn drop(&mut self) {
        end_all_working_in(&self.downloads());
    }
}
