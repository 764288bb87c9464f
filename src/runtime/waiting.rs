//! Keys that wait for a config that has changed, so that the first of them is for what is in force then.

use std::mem;
use std::time::Duration;

use crate::terminal::key::Input;
use crate::timestamp::Moment;

/// So long they wait: a hundred thousand people are read in a tenth of it. A disk that takes longer holds nobody up.
const WAIT: Duration = Duration::from_secs(2);

/// The keys, in their order.
#[derive(Default)]
pub(super) struct WaitingKeys {
    keys: Vec<Input>,
    until: Option<Moment>,
}

impl WaitingKeys {
    /// Whatever is typed from now on waits.
    pub(super) fn begin(&mut self, now: Moment) {
        self.until = Some(now.after(WAIT));
    }

    /// When they wait no longer, if they do.
    pub(super) fn deadline(&self) -> Option<Moment> {
        self.until
    }

    /// Adds what was typed, if anything was, and gives back all that need not wait.
    pub(super) fn add(&mut self, typed: Option<Input>, now: Moment) -> Vec<Input> {
        self.keys.extend(typed);
        if self.until.is_some_and(|until| now < until) { Vec::new() } else { self.release() }
    }

    /// Gives them back: they wait no longer.
    pub(super) fn release(&mut self) -> Vec<Input> {
        self.until = None;
        mem::take(&mut self.keys)
    }
}
