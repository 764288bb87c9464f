//! Keys that wait while a changed config is loaded, so that they apply to the new config.

use std::mem;
use std::time::Duration;

use crate::terminal::key::Input;
use crate::timestamp::Timestamp;

/// The longest wait. A list of a hundred thousand people loads in a tenth of it; a slower disk must
/// not block the customer.
const MAX_WAIT: Duration = Duration::from_secs(2);

/// Keys, in the order of input.
#[derive(Default)]
pub(super) struct HeldKeys {
    keys: Vec<Input>,
    until: Option<Timestamp>,
}

impl HeldKeys {
    /// Starts to hold keys back.
    pub(super) fn begin(&mut self, now: Timestamp) {
        self.until = Some(now.after(MAX_WAIT));
    }

    /// When the wait ends, if keys are held back.
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        self.until
    }

    /// Adds a key, if there is one. Returns all keys that need not wait.
    pub(super) fn add(&mut self, typed: Option<Input>, now: Timestamp) -> Vec<Input> {
        self.keys.extend(typed);
        if self.until.is_some_and(|until| now < until) {
            Vec::new()
        } else {
            self.release()
        }
    }

    /// Ends the wait and returns the keys.
    pub(super) fn release(&mut self) -> Vec<Input> {
        self.until = None;
        mem::take(&mut self.keys)
    }
}
