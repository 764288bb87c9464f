//! What becomes of a session.

use crate::failure::Fault;

/// What becomes of a session that is started at this kiosk: found out before the customer fills in anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The client runs here.
    Run,
    /// The client is saved here, for the customer to start.
    Save,
    /// The customer gets a link for another device: by the config, or since nothing can run here.
    Link(Option<Fault>),
}
