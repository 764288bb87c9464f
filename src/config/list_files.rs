//! `[lists]`: files with more representatives and issues.

use std::path::PathBuf;

/// The files of `[lists]`, which an external job writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFiles {
    pub reps: Option<ListFile>,
    pub issues: Option<ListFile>,
    /// How a list with bad rows is treated.
    pub bad_rows: BadRows,
    /// A list with fewer rows is rejected.
    pub min_rows: usize,
}

/// How a list with bad rows is treated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BadRows {
    /// The good rows are used.
    #[default]
    Skip,
    /// The list is rejected.
    Refuse,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFile {
    /// Absolute, or relative to the working directory.
    pub path: PathBuf,
    /// By the file name's extension.
    pub format: ListFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFormat {
    /// A header line, and a line for each entry.
    Csv,
    /// `[[rep]]` or `[[issue]]`, as in the config.
    Toml,
    /// An array of objects.
    Json,
}

impl ListFiles {
    /// The configured files.
    pub fn iter(&self) -> impl Iterator<Item = &ListFile> {
        self.reps.iter().chain(&self.issues)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}
