//! Reading a file of the config: a regular one, of a bounded size, in UTF-8 (trust.md K9).

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;

use rustix::fs::{Mode, OFlags};

use super::problem::{Findings, Problem, Problems};
use super::{Config, check, from_text};

/// What is read, and how large it may be (trust.md K9).
pub(super) struct Sort {
    /// As problems call it.
    name: &'static str,
    /// The largest, in MiB.
    most: u64,
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
pub fn load(file: &Path) -> Result<Config, Problems> {
    let config = from_text(&text_of(file, &CONFIG)?, file);
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
    check::named_files(&text_of(file, &CONFIG)?, file)
}

/// The text of a file of some sort, or why it has none. Never waits.
pub(super) fn text_of(file: &Path, sort: &Sort) -> Result<String, Problems> {
    let Sort { name, most } = sort;
    let problem = |message: &str| Problem::of_file(file, message);
    let cannot_read = |error: io::Error| problem(&format!("this file can't be read: {error}"));
    // Without O_NONBLOCK the opening itself would wait for the other end of a FIFO.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let opened = File::from(rustix::fs::open(file, flags, Mode::empty()).map_err(|error| cannot_read(error.into()))?);
    let metadata = opened.metadata().map_err(cannot_read)?;
    if !metadata.is_file() {
        return Err(problem(&format!("this is not a regular file: a {name} is")).into());
    }
    let bytes_at_most = most << 20;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len().min(bytes_at_most) + 1).unwrap_or_default());
    opened.take(bytes_at_most + 1).read_to_end(&mut bytes).map_err(cannot_read)?;
    if bytes.len() as u64 > bytes_at_most {
        return Err(problem(&format!("this file is larger than {most} MiB: a {name} is smaller")).into());
    }
    String::from_utf8(bytes).map_err(|error| not_utf8(&error, file))
}

fn not_utf8(error: &FromUtf8Error, file: &Path) -> Problems {
    let good = error.utf8_error().valid_up_to();
    let text = String::from_utf8_lossy(&error.as_bytes()[..good]);
    let mut findings = Findings::new(&text);
    findings.add(good, "this file is not in UTF-8: save it again as UTF-8");
    findings.into_problems(file)
}

/// The first file that product.md would have laid over this config.
fn first_overlay(file: &Path) -> Option<PathBuf> {
    let files = overlays_of(file).read_dir().ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    files.filter(|file| file.extension().is_some_and(|ending| ending == "toml")).min()
}
