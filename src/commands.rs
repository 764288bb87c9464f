//! The commands, one file each. Each returns the program's exit status.

pub mod check;
mod demo;
mod doctor;
mod explain;
mod kiosk;
mod panic_guard;
mod staff_pin;
mod start;

use std::io::{self, ErrorKind, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::process::ExitCode;

use rustix::fs::Mode;

use crate::cli::{self, CliError, Command};
use crate::config::{Config, ConfigErrors, ConfigSource};
use crate::env::{Environment, lookup};
use crate::failpoints;
use crate::failure::Exit;

/// Runs the command and returns the program's exit status.
pub fn run(command: &Command, environment: Environment<'_>) -> ExitCode {
    ensure_owner_access();
    failpoints::arm(environment);
    ExitCode::from(panic_guard::catch_panic(|| dispatch(command, environment)))
}

/// A umask that masks owner bits would make our own files unreadable to us.
fn ensure_owner_access() {
    let before = rustix::process::umask(Mode::RWXG | Mode::RWXO);
    rustix::process::umask(before.difference(Mode::RWXU));
}

/// Prints why no command is run and returns the program's exit status.
pub fn report_cli_error(answer: &CliError) -> ExitCode {
    match answer {
        CliError::Parse(error) => {
            // If standard error is closed, there is no other place to report that.
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Usage as u8))
        }
        CliError::ShellRefused => {
            eprint_line(cli::REFUSED);
            ExitCode::from(Exit::Usage as u8)
        }
    }
}

fn dispatch(command: &Command, environment: Environment<'_>) -> u8 {
    match command {
        Command::Run(run) => kiosk::run_from_config(run, environment),
        Command::Demo(demo) => demo::run(demo, environment),
        Command::Start(start) => start::run(start, environment),
        Command::Check(wanted) => exit_status(check::run(
            wanted,
            lookup(environment),
            &mut io::stdout().lock(),
        )),
        Command::Explain { code } => exit_status(explain::run(
            code,
            terminal_width(io::stdout()),
            &mut io::stdout().lock(),
        )),
        Command::Doctor(wanted) => {
            exit_status(doctor::run(wanted, environment, &mut io::stdout().lock()))
        }
        Command::StaffPin => staff_pin::run(),
    }
}

/// The status of a command that writes its result to standard output.
fn exit_status(status: anyhow::Result<u8>) -> u8 {
    status.unwrap_or_else(|error| {
        // A reader such as `head` has closed the pipe: that is not an error to report.
        if error
            .downcast_ref::<io::Error>()
            .is_none_or(|error| error.kind() != ErrorKind::BrokenPipe)
        {
            eprint_line(&format!("{error:#}"));
        }
        Exit::CannotWrite as u8
    })
}

/// The width of the terminal that an output goes to. `None`: it is not a terminal, or has no size.
fn terminal_width(output: impl AsFd) -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(output).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

/// The config `named`, or else the first that exists.
fn load_config(named: Option<&Path>, environment: Environment<'_>) -> Result<Config, ConfigErrors> {
    ConfigSource::find(named, false, lookup(environment))?.config()
}

/// Prints every problem of a config, one per line.
fn report_config_errors(problems: &ConfigErrors) -> u8 {
    eprint_line(&problems.to_string());
    Exit::Config as u8
}

/// Writes a line to standard error. If that is closed, there is no other place to report it.
fn eprint_line(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
