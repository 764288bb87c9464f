//! Everything that is tried from outside, one binary.

mod terminal_pty;
