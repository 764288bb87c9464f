//! `support-kiosk [run]`: the kiosk.

use std::sync::Arc;

use super::told;
use crate::config::Config;
use crate::connect::Environment;
use crate::failure::Exit;
use crate::theme::Theme;

/// Runs it to its end, and gives the exit status. A theme that is given stands before the config's.
pub(super) fn run(_config: Arc<Config>, _theme: Option<&'static Theme>, _environment: Environment<'_>) -> u8 {
    told("The screen is not built yet: see support-kiosk start --help.");
    Exit::Usage as u8
}
