//! Reading the config's file: a regular one, of a bounded size, in UTF-8 (trust.md K9).

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;

use rustix::fs::{Mode, OFlags};

use super::problem::{Findings, Problem, Problems};
use super::{Config, from_text};

/// A config is never larger, in bytes: 4 MiB (trust.md K9).
const SIZE_AT_MOST: u64 = 4 << 20;

/// The folder beside a config whose files are laid over it.
const OVERLAYS: &str = "kiosk.d";

/// The config in a file, or everything that is wrong with it. Never waits: a FIFO or a device is refused, not read.
pub fn load(file: &Path) -> Result<Config, Problems> {
    let config = from_text(&text_of(file)?, file);
    let Some(overlay) = overlay_beside(file) else { return config };
    let problem = Problem::of_file(&overlay, "`kiosk.d` is not supported yet: move what is in it into the config itself");
    Err(match config {
        Ok(_) => problem.into(),
        Err(problems) => problems.behind(problem),
    })
}

fn text_of(file: &Path) -> Result<String, Problems> {
    let problem = |message: &str| Problem::of_file(file, message);
    let cannot_read = |error: io::Error| problem(&format!("this file can't be read: {error}"));
    // Without O_NONBLOCK the opening itself would wait for the other end of a FIFO.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let opened = File::from(rustix::fs::open(file, flags, Mode::empty()).map_err(|error| cannot_read(error.into()))?);
    if !opened.metadata().map_err(cannot_read)?.is_file() {
        return Err(problem("this is not a regular file: a config is").into());
    }
    let mut bytes = Vec::new();
    opened.take(SIZE_AT_MOST + 1).read_to_end(&mut bytes).map_err(cannot_read)?;
    if bytes.len() as u64 > SIZE_AT_MOST {
        return Err(problem("this file is larger than 4 MiB: a config is smaller").into());
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
fn overlay_beside(file: &Path) -> Option<PathBuf> {
    let folder = file.parent()?.join(OVERLAYS);
    let files = folder.read_dir().ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    files.filter(|file| file.extension().is_some_and(|ending| ending == "toml")).min()
}
