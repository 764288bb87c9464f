//! `support-kiosk check [FILE]`: every problem of a config.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::clean::Clean;
use crate::config;
use crate::config::{Lockdown, Source};
use crate::failure::Exit;

/// Writes every problem of a config and its lists to `out`, one a line, or that it is good. `file` is the config that is asked about; none:
/// the one that the kiosk would take, by `environment`. Gives the exit status: 0, or 78 with problems.
pub fn run(file: Option<&Path>, environment: impl Fn(&str) -> Option<OsString>, out: &mut dyn Write) -> anyhow::Result<u8> {
    let good = |file: PathBuf| {
        Source::new(file.clone(), Lockdown::AsConfigured).load()?;
        config::check_named_files(&file).map(|()| file)
    };
    let checked = config::locate(file, environment).and_then(good);
    match checked {
        Ok(file) => {
            writeln!(out, "{}: good", Clean::washed(&file.display().to_string(), usize::MAX))?;
            Ok(0)
        }
        Err(problems) => {
            writeln!(out, "{problems}")?;
            Ok(Exit::Config as u8)
        }
    }
}
