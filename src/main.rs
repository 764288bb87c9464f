//! The program: the command line, the library, the exit status. Everything else is in the library.

use std::env;
use std::process::ExitCode;

use support_kiosk::{cli, commands};

fn main() -> ExitCode {
    match cli::parse(env::args_os()) {
        Ok(command) => commands::obey(&command, &env::vars_os().collect::<Vec<_>>()),
        Err(answer) => answer.exit(),
    }
}
