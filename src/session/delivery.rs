//! How a session is delivered.

use crate::failure::Fault;

/// What a kiosk does with a session. Determined before the customer fills in anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The client runs on this machine.
    Run,
    /// The client is saved on this machine, for the customer to start.
    Save,
    /// The customer gets a link for another device, because the config says so or because of this
    /// fault.
    Link(Option<Fault>),
}
