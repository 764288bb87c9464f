//! The commands, one file each. Each answers with the exit status of the program (product.md, The command line).

mod broken;
pub mod check;
mod demo;
mod doctor;
mod explain;
mod kiosk;
mod staff_pin;
mod start;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::cli::{self, Answer, Command};
use crate::config::{self, Config, Lockdown, Problems, Source};
use crate::connect::Environment;
use crate::failure::Exit;

/// Does what the command line says. The exit status is the program's.
pub fn obey(command: &Command, environment: Environment<'_>) -> ExitCode {
    ExitCode::from(broken::unless_broken(|| status_of(command, environment)))
}

/// Says why nothing is done. The exit status is the program's.
pub fn answer(answer: &Answer) -> ExitCode {
    match answer {
        Answer::Said(error) => {
            // With nobody there to read it there is nobody to tell.
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Usage as u8))
        }
        Answer::NoShell => {
            told(cli::REFUSED);
            ExitCode::from(Exit::Usage as u8)
        }
    }
}

fn status_of(command: &Command, environment: Environment<'_>) -> u8 {
    match command {
        Command::Run(run) => kiosk::of_config(run, environment),
        Command::Demo(demo) => demo::run(demo, environment),
        Command::Start(start) => start::run(start, environment),
        Command::Check(wanted) => written(check::run(wanted, lookup(environment), &mut io::stdout().lock())),
        Command::Explain { code } => written(explain::run(code, &mut io::stdout().lock())),
        Command::Doctor(wanted) => written(doctor::run(wanted, environment, &mut io::stdout().lock())),
        Command::StaffPin => staff_pin::run(),
    }
}

/// The status of a command whose words are its result.
fn written(status: anyhow::Result<u8>) -> u8 {
    status.unwrap_or_else(|error| {
        told(&format!("{error:#}"));
        Exit::CannotWrite as u8
    })
}

fn lookup(environment: Environment<'_>) -> impl Fn(&str) -> Option<OsString> {
    |name| environment.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

/// The config that is named, or else the first that there is.
fn configured(named: Option<&Path>, environment: Environment<'_>) -> Result<Config, Problems> {
    source(named, false, lookup(environment))?.config()
}

/// Where the config is, and how it is read: where `lockdown` is forced, as `--lockdown` does it, the environment has no say.
fn source(named: Option<&Path>, lockdown: bool, environment: impl Fn(&str) -> Option<OsString>) -> Result<Source, Problems> {
    if lockdown {
        return Ok(Source::new(config::locate_in_lockdown(named), Lockdown::Forced));
    }
    Ok(Source::new(config::locate(named, environment)?, Lockdown::AsConfigured))
}

/// Every problem of a config, one a line.
fn config_refused(problems: &Problems) -> u8 {
    told(&problems.to_string());
    Exit::Config as u8
}

/// A line on standard error. With nobody there to read it there is nobody to tell.
fn told(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
