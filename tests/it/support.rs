//! What the tests stand on.

pub mod kiosk;
pub mod needs;
pub mod order;
pub mod pty;
pub mod samples;
pub mod served;
pub mod site;
pub mod stage;
pub mod strace;
