//! The terminal as it really is.

pub mod key;
