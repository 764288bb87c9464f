//! The last good copy of each list, in the state directory. It replaces a list that can't be used
//! (K9) and shows whether a list has shrunk (L2).
//!
//! A copy is a line with the number of rows, followed by the text of the list. It is replaced
//! atomically.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::time::SystemTime;

use rustix::fs::{AtFlags, Mode, OFlags};
use sha2::{Digest, Sha256};

use crate::config::{ListFile, ListFormat};
use crate::host;
use crate::sys::ownership::FileOwnership;
use crate::sys::secure_dir::SecureDir;

/// The first line of a copy, before the number of rows.
const HEAD: &str = "rows ";
/// The maximum length of the first line.
const MAX_HEAD: u64 = 64;
/// The maximum size of a copy: a list of 64 MiB in UTF-16 takes half as much again in UTF-8.
const MAX_COPY: u64 = 97 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyAccess {
    /// Good lists are copied: in a kiosk.
    Lists,
    /// Copies are only read.
    Nothing,
}

/// The directory of the copies.
#[derive(Debug)]
pub struct Copies {
    folder: OwnedFd,
    path: PathBuf,
    keep: CopyAccess,
}

pub(super) struct LastCopy {
    pub(super) text: String,
    /// When the copy was made.
    pub(super) modified: Option<SystemTime>,
}

/// A list with fewer than half of its previous rows.
pub(super) struct TooShort {
    pub(super) previous_rows: usize,
    /// The copy that it was compared with.
    pub(super) copy: PathBuf,
}

impl Copies {
    /// The copies in the state directory. None if that is not safe, or if it does not exist and
    /// copies are only read.
    pub(crate) fn in_state_directory(keep: CopyAccess) -> Option<Self> {
        let path = host::state_directory();
        let directory = match keep {
            CopyAccess::Lists => SecureDir::make(&path),
            CopyAccess::Nothing => SecureDir::check(&path),
        };
        Some(Self::new(directory.ok()?.folder, path, keep))
    }

    /// Uses a directory at `path` that no other user can write to.
    pub fn new(folder: OwnedFd, path: PathBuf, keep: CopyAccess) -> Self {
        Self { folder, path, keep }
    }

    pub(super) fn last(&self, list: &ListFile, many: &str) -> Option<LastCopy> {
        let mut copy = self.open(&name(list, many)).ok()?;
        let made = copy
            .file
            .get_ref()
            .metadata()
            .and_then(|metadata| metadata.modified())
            .ok();
        let mut text = String::new();
        copy.file.read_to_string(&mut text).ok()?;
        Some(LastCopy {
            text,
            modified: made,
        })
    }

    /// Makes a good list the last good copy, unless it is too short compared with that.
    pub(super) fn accept(
        &self,
        list: &ListFile,
        many: &str,
        text: &str,
        rows: usize,
    ) -> Result<(), TooShort> {
        let name = name(list, many);
        if let Ok(mut copy) = self.open(&name) {
            if copy.has_text(text) {
                return Ok(());
            }
            if rows < copy.rows.div_ceil(2) {
                return Err(TooShort {
                    previous_rows: copy.rows,
                    copy: self.path.join(name),
                });
            }
        }
        match self.keep {
            // The kiosk also works without a copy.
            CopyAccess::Lists => drop(self.write(&name, text, rows)),
            CopyAccess::Nothing => {}
        }
        Ok(())
    }

    fn open(&self, name: &str) -> io::Result<ListCopy> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file: File = rustix::fs::openat(&self.folder, name, flags, Mode::empty())?.into();
        let found = file.metadata()?;
        if !found.is_file() || !FileOwnership::from(&found).is_own() || found.len() > MAX_COPY {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let mut file = BufReader::new(file);
        let mut head = String::new();
        file.by_ref().take(MAX_HEAD).read_line(&mut head)?;
        let rows = head
            .strip_suffix('\n')
            .and_then(|head| head.strip_prefix(HEAD))
            .and_then(|rows| rows.parse().ok());
        Ok(ListCopy {
            file,
            rows: rows.ok_or(io::ErrorKind::InvalidData)?,
        })
    }

    fn write(&self, name: &str, text: &str, rows: usize) -> io::Result<()> {
        let new = format!("{name}.{}", rustix::process::getpid().as_raw_nonzero());
        let flags =
            OFlags::CREATE | OFlags::TRUNC | OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file: File =
            rustix::fs::openat(&self.folder, &new, flags, Mode::RUSR | Mode::WUSR)?.into();
        let written = writeln!(file, "{HEAD}{rows}")
            .and_then(|()| file.write_all(text.as_bytes()))
            .and_then(|()| file.sync_all());
        let renamed = written.and_then(|()| {
            Ok(rustix::fs::renameat(
                &self.folder,
                &new,
                &self.folder,
                name,
            )?)
        });
        if renamed.is_err() {
            let _ = rustix::fs::unlinkat(&self.folder, &new, AtFlags::empty());
        }
        renamed
    }
}

/// An existing copy, read up to its text.
struct ListCopy {
    file: BufReader<File>,
    rows: usize,
}

impl ListCopy {
    /// Whether its text is the same.
    fn has_text(&mut self, text: &str) -> bool {
        let mut rest = text.as_bytes();
        loop {
            let Ok(read) = self.file.fill_buf() else {
                return false;
            };
            let count = read.len();
            match rest.split_at_checked(count) {
                _ if count == 0 => return rest.is_empty(),
                Some((same, behind)) if same == read => rest = behind,
                Some(_) | None => return false,
            }
            self.file.consume(count);
        }
    }
}

/// The file name of a list's copy. It contains a hash of the list's path, because several configs
/// may share the directory.
fn name(list: &ListFile, many: &str) -> String {
    let path = std::path::absolute(&list.path).unwrap_or_else(|_| list.path.clone());
    let sum = Sha256::digest(path.as_os_str().as_encoded_bytes());
    let sum = sum
        .iter()
        .take(8)
        .fold(0, |sum: u64, byte| sum << 8 | u64::from(*byte));
    let ending = match list.format {
        ListFormat::Csv => "csv",
        ListFormat::Toml => "toml",
        ListFormat::Json => "json",
    };
    format!("{many}-{sum:016x}.{ending}")
}
