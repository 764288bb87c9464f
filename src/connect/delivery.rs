//! What becomes of a session that is started here: known before the customer fills in anything (product.md, Can it run
//! here?).

use super::{Environment, can_run_here};
use crate::config::{Config, Mode};
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

/// What becomes of a session that is started now.
///
/// It costs a few looks at the disk and no request, so that it can be asked for every visit: a display comes and goes. With
/// `launch.mode = "run"` it is [`Delivery::Run`] even where that can't be: whoever insists on running is told the fault
/// when the session is asked for, before the site is.
pub fn delivery(config: &Config, environment: Environment<'_>) -> Delivery {
    match config.launch.mode {
        Mode::Run => Delivery::Run,
        Mode::Save => Delivery::Save,
        Mode::Link => Delivery::Link(None),
        Mode::Auto => match can_run_here(config, environment) {
            Ok(()) => Delivery::Run,
            Err(failure) => Delivery::Link(Some(failure.fault)),
        },
    }
}
