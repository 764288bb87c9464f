//! `support-kiosk doctor`: runs the checks and writes what they found.

use std::io::{self, IsTerminal, Write};

use super::eprint_line;
use crate::cli::DoctorArgs;
use crate::doctor::check::Check;
use crate::doctor::{self, report, terminal};
use crate::env::Environment;

/// The width of the text if no terminal reports one, and the maximum width.
const USUAL_COLUMNS: usize = 80;
const MAX_COLUMNS: usize = 100;

/// Writes the results to `out`. Returns the exit status: 1 if anything is weak or broken and not
/// accepted, else 0. Unknown results do not count.
pub(super) fn run(
    wanted: &DoctorArgs,
    environment: Environment<'_>,
    out: &mut dyn Write,
) -> anyhow::Result<u8> {
    let checks = doctor::checks(wanted.config.as_deref(), wanted.lockdown, environment);
    // Only a warning: which checks exist depends on the machine and on whether its config is valid.
    for unknown in wanted
        .accept
        .iter()
        .filter(|name| checks.iter().all(|check| check.name != **name))
    {
        let names: Vec<&str> = checks.iter().map(|check| check.name).collect();
        eprint_line(&format!(
            "--accept {unknown}: unknown check. The checks are: {}.",
            names.join(", ")
        ));
    }
    let mut checks: Vec<Check> = checks
        .into_iter()
        .map(|check| check.accept(&wanted.accept))
        .collect();
    checks.sort_by_key(|check| check.grade);
    if wanted.json {
        report::write_json(&checks, out)?;
    } else {
        report::write_text(&checks, columns(), out)?;
    }
    out.flush()?;
    Ok(doctor::status(&checks))
}

fn columns() -> usize {
    let of_terminal = io::stdout()
        .is_terminal()
        .then(terminal::size)
        .flatten()
        .map(|size| usize::from(size.width));
    of_terminal
        .filter(|columns| *columns > 0)
        .map_or(USUAL_COLUMNS, |columns| columns.min(MAX_COLUMNS))
}
