//! Reading a file of the config: a regular one, of a bounded size, in UTF-8 (K9).

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;

use rustix::fs::{Mode, OFlags};

use super::problem::{Findings, Problem, Problems};
use super::{Config, Lockdown, check};
use crate::encoding::{self, Encoding};

/// What is read, and how large it may be (K9).
pub(super) struct Sort {
    /// As problems call it.
    pub(super) name: &'static str,
    /// The largest, in MiB.
    pub(super) most: u64,
}

/// A config.
const CONFIG: Sort = Sort { name: "config", most: 4 };

/// A list beside it.
pub(super) const LIST: Sort = Sort { name: "list", most: 64 };

/// The folder beside a config whose files are laid over it.
const OVERLAYS: &str = "kiosk.d";

/// Where the files are that are laid over this config.
pub(super) fn overlays_of(file: &Path) -> PathBuf {
    file.with_file_name(OVERLAYS)
}

/// The config in a file, or everything that is wrong with it. Never waits: a FIFO or a device is refused, not read.
///
/// A kiosk that is locked takes it from nobody but root and whoever runs the kiosk (K9).
pub fn load(file: &Path, lockdown: Lockdown) -> Result<Config, Problems> {
    let config = read(file, lockdown);
    if lockdown == Lockdown::Forced { config.map_err(Problems::of_a_locked_kiosk) } else { config }
}

fn read(file: &Path, lockdown: Lockdown) -> Result<Config, Problems> {
    let (text, keeping) = text_of(file, &CONFIG)?;
    let config = check::checked(&text, file, lockdown).and_then(|config| match keeping.wrong_for(config.kiosk.lockdown) {
        None => Ok(config),
        Some(message) => Err(Problems::from(Problem::of_file(file, message)).of_a_locked_kiosk()),
    });
    let Some(overlay) = first_overlay(file) else { return config };
    let message = "`kiosk.d` is not supported yet: move what is in it into the config itself";
    let problem = Problems::from(Problem::of_file(&overlay, message));
    Err(match config {
        Ok(_) => problem,
        Err(problems) => problem.and(problems),
    })
}

/// What is wrong with the files that the config in a file names, and that a kiosk does not read before a session.
pub fn check_named_files(file: &Path) -> Result<(), Problems> {
    let (text, _) = text_of(file, &CONFIG)?;
    check::named_files(&text, file)
}

/// Who could have changed a file: as it was when it was opened.
pub(super) struct Keeping {
    owner: u32,
    mode: u32,
}

impl Keeping {
    /// What is wrong with it for a kiosk that is, or is not, locked.
    pub(super) fn wrong_for(&self, locked: bool) -> Option<&'static str> {
        let us = rustix::process::geteuid().as_raw();
        if !locked {
            None
        } else if self.owner != 0 && self.owner != us {
            Some("in lockdown this file must belong to root: chown it to root, and chmod go-w it")
        } else if self.mode & 0o022 != 0 {
            Some("in lockdown nobody but its owner may write to this file: chmod go-w it")
        } else {
            None
        }
    }
}

/// Why a file was not read.
pub(super) enum Unread {
    Failed(io::Error),
    NoRegularFile,
    TooLarge,
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// The bytes of a file of some sort and who could have changed it. Never waits.
pub(super) fn bytes_of(file: &Path, sort: &Sort) -> Result<(Vec<u8>, Keeping), Unread> {
    // Without O_NONBLOCK the opening itself would wait for the other end of a FIFO.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let opened = File::from(rustix::fs::open(file, flags, Mode::empty()).map_err(io::Error::from)?);
    let metadata = opened.metadata()?;
    if !metadata.is_file() {
        return Err(Unread::NoRegularFile);
    }
    let bytes_at_most = sort.most << 20;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len().min(bytes_at_most) + 1).unwrap_or_default());
    opened.take(bytes_at_most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_at_most {
        return Err(Unread::TooLarge);
    }
    Ok((bytes, Keeping { owner: metadata.uid(), mode: metadata.mode() }))
}

/// The text of a file of some sort, in UTF-8, and who could have changed it, or why it has none. Never waits.
pub(super) fn text_of(file: &Path, sort: &Sort) -> Result<(String, Keeping), Problems> {
    let (bytes, keeping) = read_bytes(file, sort)?;
    let text = String::from_utf8(bytes).map_err(|error| not_utf8(&error, file))?;
    Ok((text, keeping))
}

/// As [`text_of`], also in UTF-16 behind a byte order mark. What is no character there becomes U+FFFD, which the reader of
/// the text reports.
pub(super) fn marked_text_of(file: &Path, sort: &Sort) -> Result<(String, Keeping), Problems> {
    let (bytes, keeping) = read_bytes(file, sort)?;
    let text = match encoding::marked(&bytes) {
        Some((utf16 @ (Encoding::Utf16Le | Encoding::Utf16Be), text)) => utf16.decode_lossily(text),
        Some((Encoding::Utf8, _)) | None => String::from_utf8(bytes).map_err(|error| not_utf8(&error, file))?,
    };
    Ok((text, keeping))
}

fn read_bytes(file: &Path, sort: &Sort) -> Result<(Vec<u8>, Keeping), Problems> {
    let Sort { name, most } = sort;
    bytes_of(file, sort).map_err(|unread| {
        let message = match unread {
            Unread::Failed(error) => format!("this file can't be read: {error}"),
            Unread::NoRegularFile => format!("this is not a regular file: a {name} is"),
            Unread::TooLarge => format!("this file is larger than {most} MiB: a {name} is smaller"),
        };
        Problem::of_file(file, &message).into()
    })
}

fn not_utf8(error: &FromUtf8Error, file: &Path) -> Problems {
    let good = error.utf8_error().valid_up_to();
    let text = String::from_utf8_lossy(&error.as_bytes()[..good]);
    let mut findings = Findings::new(&text);
    findings.add(good, "this file is not in UTF-8: save it again as UTF-8");
    findings.into_problems(file)
}

/// The first file of `kiosk.d` beside this config. They are not read yet.
fn first_overlay(file: &Path) -> Option<PathBuf> {
    let files = overlays_of(file).read_dir().ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    files.filter(|file| file.extension().is_some_and(|ending| ending == "toml")).min()
}
