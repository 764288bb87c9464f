//! A folder with a `kiosk.toml` and what it names.

use std::fs;
use std::path::PathBuf;

use support_kiosk::config::{self, Config, Lockdown};
use tempfile::TempDir;

/// The config's first line.
pub const SITE: &str = "site.url = \"https://support.example.com\"\n";

/// A folder that goes with the test.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let file = self.path(name);
        fs::write(&file, content).expect("written");
        file
    }

    pub fn config(&self, text: &str) -> Config {
        let file = self.write("kiosk.toml", format!("{SITE}{text}"));
        config::load(&file, Lockdown::AsConfigured)
            .unwrap_or_else(|problems| panic!("{problems}\nin\n{text}"))
    }

    pub fn told(&self, problems: &str) -> Vec<String> {
        let folder = format!("{}/", self.0.path().display());
        problems
            .lines()
            .map(|line| line.replace(&folder, ""))
            .collect()
    }
}
