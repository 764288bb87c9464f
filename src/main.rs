//! The program's entry point. All other code is in the library.

use std::env;
use std::process::ExitCode;

use support_kiosk::erasing::Erasing;
use support_kiosk::{cli, commands, heap};

#[global_allocator]
static MEMORY: Erasing = Erasing;

fn main() -> ExitCode {
    heap::limit();
    let environment: Vec<_> = env::vars_os().collect();
    match cli::parse(env::args_os(), &environment) {
        Ok(command) => commands::obey(&command, &environment),
        Err(answer) => commands::answer(&answer),
    }
}
