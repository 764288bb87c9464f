//! Everything that is tried from outside, one binary.

#![expect(unreachable_pub, reason = "in a test binary nothing is reachable from outside")]
#![expect(clippy::expect_used, reason = "a test that cannot go on says where")]

#[cfg(not(debug_assertions))]
compile_error!("these tests need failpoints, which a release build never has: run them without --release");

mod bursts;
mod ca_file;
mod certificates;
mod client;
mod codes;
mod config;
mod demo;
mod details;
mod doctor;
mod download;
mod execve;
mod explain;
mod faults;
mod forms;
mod guarantees;
mod hangup;
mod keyboard;
mod kiosk_log;
mod launching;
mod layers;
mod left_behind;
mod limits;
mod line;
mod lists;
mod lockdown;
mod log;
mod looks;
mod network_words;
mod output;
mod packaging;
mod panics;
mod privacy;
mod properties;
mod proxy;
mod reading;
mod readme;
mod refusals;
mod search;
mod sizes;
mod sshd;
mod staff_pin;
mod start;
mod stopped;
mod stories;
mod support;
mod terminal_pty;
mod visit;
mod walk;
mod ways;
mod wire;
mod words;
