//! What will happen to a client here: run it, save it, or show a link. Decided before the customer
//! fills in anything.

use crate::client::check_can_run;
use crate::config::{Config, Mode};
use crate::env::Environment;
use crate::session::Delivery;

/// What the config asks for, without checking whether it is possible. Needs no I/O.
pub fn configured_delivery(config: &Config) -> Delivery {
    match config.launch.mode {
        Mode::Auto | Mode::Run => Delivery::Run,
        Mode::Save => Delivery::Save,
        Mode::Link => Delivery::Link(None),
    }
}

/// What will happen to a session that begins now.
///
/// Checks directories and the display and sends no request, so that it can be called for every
/// visit: a display may come and go. With `launch.mode = "run"` the result is [`Delivery::Run`]
/// even if a client cannot run: the customer then sees the failure when the session begins, before
/// the site is contacted.
pub fn delivery(config: &Config, environment: Environment<'_>) -> Delivery {
    if config.launch.mode == Mode::Auto
        && let Err(failure) = check_can_run(config, environment)
    {
        return Delivery::Link(Some(failure.fault));
    }
    configured_delivery(config)
}
