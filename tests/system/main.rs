//! The tests of the program as a process, in real terminals, and against real sites and servers.

#![expect(
    unreachable_pub,
    reason = "in a test binary nothing is reachable from outside"
)]
#![expect(clippy::expect_used, reason = "a test that cannot go on says where")]
#![expect(clippy::too_many_lines, reason = "tables of cases")]

#[cfg(not(debug_assertions))]
compile_error!(
    "these tests need failpoints, which a release build never has: run them without --release"
);

mod bursts;
mod ca_file;
mod certificates;
mod client;
mod codes;
mod demo;
mod doctor;
mod download;
mod execve;
mod explain;
mod faults;
mod forms;
mod hangup;
mod keyboard;
mod kiosk_log;
mod launching;
mod left_behind;
mod limits;
mod line;
mod lists;
mod lockdown;
mod log;
mod network_words;
mod output;
mod packaging;
mod panics;
mod privacy;
mod proxy;
mod refusals;
mod sizes;
mod sshd;
mod staff_pin;
mod start;
mod stopped;
mod support;
mod terminal_pty;
mod visit;
mod wire;
