//! Everything that is tried from outside, one binary.

#![expect(clippy::expect_used, reason = "a test that cannot go on says where")]

mod download;
mod support;
mod wire;
