//! Reads the files of the config. Each must be a regular file of limited size, in UTF-8 (K9).

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;

use encoding_rs::{Encoding, UTF_8};
use rustix::fs::{Mode, OFlags};

use super::diagnostics::{ConfigError, ConfigErrors, Diagnostics};
use super::{Config, Lockdown, validate};
use crate::sys::ownership::{Exposure, FileOwnership, own_account};

/// A type of file and its maximum size (K9).
pub(super) struct FileLimits {
    /// The word for it in problems.
    pub(super) name: &'static str,
    /// In MiB.
    pub(super) max_mib: u64,
}

const CONFIG: FileLimits = FileLimits {
    name: "config",
    max_mib: 4,
};

pub(super) const LIST: FileLimits = FileLimits {
    name: "list",
    max_mib: 64,
};

/// The directory next to a config whose files override it.
const OVERLAYS: &str = "kiosk.d";

/// The directory of the files that override this config.
pub(super) fn overlay_folder(file: &Path) -> PathBuf {
    file.with_file_name(OVERLAYS)
}

/// The config in a file, or all its problems. Never blocks: a FIFO or a device is rejected.
///
/// In lockdown the file must belong to root or to the account that runs the kiosk (K9).
pub fn load(file: &Path, lockdown: Lockdown) -> Result<Config, ConfigErrors> {
    let config = read(file, lockdown);
    if lockdown == Lockdown::Forced {
        config.map_err(ConfigErrors::mark_locked)
    } else {
        config
    }
}

fn read(file: &Path, lockdown: Lockdown) -> Result<Config, ConfigErrors> {
    let (text, ownership) = read_text(file, &CONFIG)?;
    let config = validate::checked(&text, file, lockdown).and_then(|config| {
        match refusal(ownership, config.kiosk.lockdown) {
            None => Ok(config),
            Some(message) => {
                Err(ConfigErrors::from(ConfigError::in_file(file, message)).mark_locked())
            }
        }
    });
    let Some(overlay) = first_overlay(file) else {
        return config;
    };
    let message = "`kiosk.d` is not supported yet: move its settings into the config itself";
    let problem = ConfigErrors::from(ConfigError::in_file(&overlay, message));
    Err(match config {
        Ok(_) => problem,
        Err(problems) => problem.merge(problems),
    })
}

/// The problems of the files that the config names and that a kiosk does not read before a session.
pub fn check_named_files(file: &Path) -> Result<(), ConfigErrors> {
    let (text, _) = read_text(file, &CONFIG)?;
    validate::named_files(&text, file)
}

/// Why a kiosk must not use a file. `None` if it may, as it always may when not `locked`.
pub(super) fn refusal(ownership: FileOwnership, locked: bool) -> Option<&'static str> {
    match ownership.exposure(own_account()).filter(|_| locked)? {
        Exposure::ForeignOwner => {
            Some("in lockdown this file must belong to root: chown it to root, and chmod go-w it")
        }
        Exposure::SharedWrite => {
            Some("in lockdown only its owner may write to this file: chmod go-w it")
        }
    }
}

pub(super) enum ReadError {
    Failed(io::Error),
    NoRegularFile,
    TooLarge,
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// Reads the bytes of a file, with its owner and mode. Never blocks.
pub(super) fn read_file(
    file: &Path,
    limits: &FileLimits,
) -> Result<(Vec<u8>, FileOwnership), ReadError> {
    // Without O_NONBLOCK, opening a FIFO would block until it has a writer.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let opened = File::from(rustix::fs::open(file, flags, Mode::empty()).map_err(io::Error::from)?);
    let metadata = opened.metadata()?;
    if !metadata.is_file() {
        return Err(ReadError::NoRegularFile);
    }
    let bytes_at_most = limits.max_mib << 20;
    let mut bytes = Vec::with_capacity(
        usize::try_from(metadata.len().min(bytes_at_most) + 1).unwrap_or_default(),
    );
    opened.take(bytes_at_most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_at_most {
        return Err(ReadError::TooLarge);
    }
    Ok((bytes, FileOwnership::from(&metadata)))
}

/// Like [`read_file`], for text in UTF-8.
pub(super) fn read_text(
    file: &Path,
    limits: &FileLimits,
) -> Result<(String, FileOwnership), ConfigErrors> {
    let (bytes, ownership) = read_bytes(file, limits)?;
    let text = String::from_utf8(bytes).map_err(|error| not_utf8(&error, file))?;
    Ok((text, ownership))
}

/// Like [`read_text`], but also accepts UTF-16 with a byte order mark. An invalid character, such as
/// an odd byte at the end, becomes U+FFFD, which the reader of the text reports.
pub(super) fn read_text_with_bom(
    file: &Path,
    limits: &FileLimits,
) -> Result<(String, FileOwnership), ConfigErrors> {
    let (bytes, ownership) = read_bytes(file, limits)?;
    let text = match Encoding::for_bom(&bytes).filter(|(encoding, _)| *encoding != UTF_8) {
        Some((utf_16, length)) => utf_16
            .decode_without_bom_handling(&bytes[length..])
            .0
            .into_owned(),
        None => String::from_utf8(bytes).map_err(|error| not_utf8(&error, file))?,
    };
    Ok((text, ownership))
}

fn read_bytes(file: &Path, limits: &FileLimits) -> Result<(Vec<u8>, FileOwnership), ConfigErrors> {
    let FileLimits {
        name,
        max_mib: most,
    } = limits;
    read_file(file, limits).map_err(|unread| {
        let message = match unread {
            ReadError::Failed(error) => format!("this file can't be read: {error}"),
            ReadError::NoRegularFile => format!("this is not a regular file: a {name} is"),
            ReadError::TooLarge => {
                format!("this file is larger than {most} MiB: a {name} is smaller")
            }
        };
        ConfigError::in_file(file, &message).into()
    })
}

fn not_utf8(error: &FromUtf8Error, file: &Path) -> ConfigErrors {
    let good = error.utf8_error().valid_up_to();
    let text = String::from_utf8_lossy(&error.as_bytes()[..good]);
    let mut findings = Diagnostics::new(&text);
    findings.add(good, "this file is not UTF-8: save it as UTF-8");
    findings.into_problems(file)
}

/// The first file of `kiosk.d` next to this config. Such files are not supported yet.
fn first_overlay(file: &Path) -> Option<PathBuf> {
    let files = overlay_folder(file)
        .read_dir()
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()));
    files
        .filter(|file| file.extension().is_some_and(|ending| ending == "toml"))
        .min()
}
