//! System helpers that several layers need.

pub(crate) mod error_chain;
pub(crate) mod lease;
pub(crate) mod ownership;
pub(crate) mod secure_dir;
pub(crate) mod signal_pipe;
pub(crate) mod waker;
