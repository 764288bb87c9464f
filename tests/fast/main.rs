//! The tests that take no process, no terminal and no network.

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
mod codes;
mod config;
mod details;
mod events;
mod guarantees;
mod keyboard;
mod layers;
mod lists;
mod lockdown;
mod looks;
mod names;
mod output;
mod properties;
mod reading;
mod readme;
mod search;
mod sizes;
mod stories;
mod support;
mod walk;
mod ways;
mod words;
