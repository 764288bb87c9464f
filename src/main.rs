//! The program's entry point. All other code is in the library.

use std::alloc::System;
use std::env;
use std::process::ExitCode;

use support_kiosk::{cli, commands, heap};
use zeroizing_alloc::ZeroAlloc;

/// Zeroes memory before it is freed. Typed text passes through library code that this crate does
/// not control: lines are wrapped and drawn, forms are encoded, a request is written and sent.
/// Types that zero themselves (`session::Typed`, `ui::field::Field`, the buffers of the decoder and
/// the backend) keep the number of copies small, but only the allocator can zero the rest (K8).
///
/// It can't reach copies of CPU registers (16 bytes each) that are saved on stacks. The shell
/// overwrites its own stack when a customer's data is erased. The C library reuses the stack of a
/// finished thread. In an optimised build one such piece was seen occasionally, in either place;
/// never more.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    heap::configure();
    let environment: Vec<_> = env::vars_os().collect();
    match cli::parse(env::args_os(), &environment) {
        Ok(command) => commands::run(&command, &environment),
        Err(answer) => commands::report_cli_error(&answer),
    }
}
