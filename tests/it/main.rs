//! Everything that is tried from outside, one binary.

#![expect(unreachable_pub, reason = "in a test binary nothing is reachable from outside")]

mod looks;
mod stories;
mod support;
