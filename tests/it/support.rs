//! What the tests stand on.

pub mod kiosk;
pub mod pty;
