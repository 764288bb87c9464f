//! Everything that is tried from outside, one binary.

#![expect(clippy::expect_used, reason = "a test that cannot go on says where")]

mod config;
mod demo;
mod readme;
mod start;
