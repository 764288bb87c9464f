//! What a few tests need of the machine beside Rust: there they say in a line that they are left
//! out, and pass. Where `CI` is set, as `.ci/run` does, they have to be made.

use std::io::{self, Write};
use std::process::{Command, Stdio};

/// What was to be had, or else a line on why the test that asks is left out.
pub fn or_skip<T>(had: Result<T, String>) -> Option<T> {
    match had {
        Ok(had) => Some(had),
        Err(lacks) => {
            assert!(
                std::env::var_os("CI").is_none(),
                "this test may not be left out: {lacks}"
            );
            leave_out(&lacks);
            None
        }
    }
}

/// Says that this test is left out, for a lack that no package mends: a right that the machine does
/// not give.
pub fn leave_out(lacks: &str) {
    let thread = std::thread::current();
    // Past the capture of a test's output: whoever reads that all is well has to see it.
    let _ = writeln!(
        io::stderr(),
        "{} is left out: {lacks}",
        thread.name().unwrap_or("a test")
    );
}

/// Whether a program is there; it is not run.
pub fn program(name: &str) -> Result<(), String> {
    let found = succeeds(Command::new("sh").args(["-c", "command -v \"$1\"", "sh", name]));
    if found {
        Ok(())
    } else {
        Err(format!("there is no {name} here"))
    }
}

/// Whether a command ends well; what it says is not heard.
pub fn succeeds(command: &mut Command) -> bool {
    let quiet = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}
