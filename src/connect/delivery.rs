//! What becomes of a session that is started here: known before the customer fills in anything.

use crate::client::can_run_here;
use crate::config::{Config, Mode};
use crate::env::Environment;
use crate::session::Delivery;

/// What the config wants to become of a session, whether or not it can: known at once, from memory.
pub fn wanted(config: &Config) -> Delivery {
    match config.launch.mode {
        Mode::Auto | Mode::Run => Delivery::Run,
        Mode::Save => Delivery::Save,
        Mode::Link => Delivery::Link(None),
    }
}

/// What becomes of a session that is started now.
///
/// It looks at folders and a display, and makes no request, so that it can be asked for every visit: a display comes and
/// goes. With `launch.mode = "run"` it is [`Delivery::Run`] even where that can't be: whoever insists on running is told the
/// fault when the session is asked for, before the site is.
pub fn delivery(config: &Config, environment: Environment<'_>) -> Delivery {
    if config.launch.mode == Mode::Auto
        && let Err(failure) = can_run_here(config, environment)
    {
        return Delivery::Link(Some(failure.fault));
    }
    wanted(config)
}
