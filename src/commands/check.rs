//! `support-kiosk check [FILE]`: reports all problems of a config.

use std::ffi::OsString;
use std::io::Write;

use crate::clean::Clean;
use crate::cli::CheckArgs;
use crate::config;
use crate::config::ConfigSource;
use crate::config::lists::{Copies, CopyAccess};
use crate::failure::Exit;

/// Writes all problems of a config and its lists to `out`, one per line, or that there are none.
/// Without a file it checks the config that the kiosk would use, by `environment`. Returns the exit
/// status: 0, or 78 if there are problems.
pub fn run(
    wanted: &CheckArgs,
    environment: impl Fn(&str) -> Option<OsString>,
    out: &mut dyn Write,
) -> anyhow::Result<u8> {
    let mut warned = None;
    let checked = ConfigSource::find(wanted.file.as_deref(), wanted.lockdown, environment)
        .and_then(|mut source| {
            let (_, reading) =
                source.load(Copies::in_state_directory(CopyAccess::Nothing).as_ref())?;
            if let Some(warnings) = reading.warnings() {
                warned = Some(warnings);
            }
            reading.problems().map_or(Ok(()), Err)?;
            config::check_named_files(source.file()).map(|()| source)
        });
    if let Some(warnings) = warned {
        writeln!(out, "{warnings}")?;
    }
    match checked {
        Ok(source) => {
            writeln!(
                out,
                "{}: good",
                Clean::sanitized(&source.file().display().to_string(), usize::MAX)
            )?;
            Ok(0)
        }
        Err(problems) => {
            writeln!(out, "{problems}")?;
            Ok(Exit::Config as u8)
        }
    }
}
