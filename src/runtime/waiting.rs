//! Keys that wait while a changed config is loaded, so that they apply to the new config.

use std::mem;
use std::time::Duration;

use crate::terminal::key::Input;
use crate::timestamp::Moment;

/// The longest wait. A list of a hundred thousand people loads in a tenth of it; a slower disk must
/// not block the customer.
const WAIT: Duration = Duration::from_secs(2);

/// Keys, in the order of input.
#[derive(Default)]
pub(super) struct WaitingKeys {
    keys: Vec<Input>,
    until: Option<Moment>,
}

impl WaitingKeys {
    /// Starts to hold keys back.
    pub(super) fn begin(&mut self, now: Moment) {
        self.until = Some(now.after(WAIT));
    }

    /// When the wait ends, if keys are held back.
    pub(super) fn deadline(&self) -> Option<Moment> {
        self.until
    }

    /// Adds a key, if there is one. Returns all keys that need not wait.
    pub(super) fn add(&mut self, typed: Option<Input>, now: Moment) -> Vec<Input> {
        self.keys.extend(typed);
        if self.until.is_some_and(|until| now < until) { Vec::new() } else { self.release() }
    }

    /// Ends the wait and returns the keys.
    pub(super) fn release(&mut self) -> Vec<Input> {
        self.until = None;
        mem::take(&mut self.keys)
    }
}
