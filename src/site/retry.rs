//! How often a request is retried, and the backoff between retries (D9).

use std::time::{Duration, Instant};

use crate::config::NetworkConfig;

/// The first wait. It doubles with each retry.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait without a `Retry-After`.
const LONGEST_WAIT: Duration = Duration::from_secs(16);

/// The retries that are left.
pub(super) struct RetryBudget {
    left: u32,
    wait: Duration,
    started: Instant,
    limit: Duration,
}

impl RetryBudget {
    /// For a session that begins now.
    pub(super) fn new(network: &NetworkConfig) -> Self {
        Self {
            left: network.retries,
            wait: FIRST_WAIT,
            started: Instant::now(),
            limit: network.total_timeout,
        }
    }

    /// The wait before the next retry, at least this long. None if no retry is left, or if the wait
    /// would exceed the session's timeout: the customer then reads the actual problem now, instead
    /// of a timeout later.
    pub(super) fn next(&mut self, at_least: Duration) -> Option<Duration> {
        self.left = self.left.checked_sub(1)?;
        let wait = jittered(self.wait).max(at_least);
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
        (self.started.elapsed() + wait < self.limit).then_some(wait)
    }
}

/// Adds up to 50 %, so that forty kiosks do not retry at the same moment.
fn jittered(wait: Duration) -> Duration {
    let mut byte = [0];
    let drawn = rustix::rand::getrandom(&mut byte, rustix::rand::GetRandomFlags::empty()).is_ok();
    wait + wait / 2 * u32::from(if drawn { byte[0] } else { 0 }) / 255
}
