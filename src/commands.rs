//! The commands, one file each. Each returns the program's exit status.

mod broken;
pub mod check;
mod demo;
mod doctor;
mod explain;
mod kiosk;
mod staff_pin;
mod start;

use std::io::{self, ErrorKind, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::process::ExitCode;

use rustix::fs::Mode;

use crate::cli::{self, Answer, Command};
use crate::config::{Config, Problems, Source};
use crate::env::{Environment, lookup};
use crate::failpoints;
use crate::failure::Exit;

/// Runs the command and returns the program's exit status.
pub fn obey(command: &Command, environment: Environment<'_>) -> ExitCode {
    close_nothing_to_us();
    failpoints::arm(environment);
    ExitCode::from(broken::unless_broken(|| status_of(command, environment)))
}

/// A umask that masks owner bits would make our own files unreadable to us.
fn close_nothing_to_us() {
    let before = rustix::process::umask(Mode::RWXG | Mode::RWXO);
    rustix::process::umask(before.difference(Mode::RWXU));
}

/// Prints why no command is run and returns the program's exit status.
pub fn answer(answer: &Answer) -> ExitCode {
    match answer {
        Answer::Said(error) => {
            // If standard error is closed, there is no other place to report that.
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
        Command::Explain { code } => written(explain::run(code, columns(io::stdout()), &mut io::stdout().lock())),
        Command::Doctor(wanted) => written(doctor::run(wanted, environment, &mut io::stdout().lock())),
        Command::StaffPin => staff_pin::run(),
    }
}

/// The status of a command that writes its result to standard output.
fn written(status: anyhow::Result<u8>) -> u8 {
    status.unwrap_or_else(|error| {
        // A reader such as `head` has closed the pipe: that is not an error to report.
        if error.downcast_ref::<io::Error>().is_none_or(|error| error.kind() != ErrorKind::BrokenPipe) {
            told(&format!("{error:#}"));
        }
        Exit::CannotWrite as u8
    })
}

/// The width of the terminal that an output goes to. `None`: it is not a terminal, or has no size.
fn columns(output: impl AsFd) -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(output).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

/// The config `named`, or else the first that exists.
fn configured(named: Option<&Path>, environment: Environment<'_>) -> Result<Config, Problems> {
    Source::find(named, false, lookup(environment))?.config()
}

/// Prints every problem of a config, one per line.
fn config_refused(problems: &Problems) -> u8 {
    told(&problems.to_string());
    Exit::Config as u8
}

/// Writes a line to standard error. If that is closed, there is no other place to report it.
fn told(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
