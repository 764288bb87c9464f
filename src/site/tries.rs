//! How often a site is asked, and after which waits (D9).

use std::time::{Duration, Instant};

use crate::config::Network;

/// The first wait before another try; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait that the site did not ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(16);

/// The tries that are left.
pub(super) struct Tries {
    left: u32,
    wait: Duration,
    begun: Instant,
    limit: Duration,
}

impl Tries {
    /// The tries of a session that begins now.
    pub(super) fn of(network: &Network) -> Self {
        Self { left: network.retries, wait: FIRST_WAIT, begun: Instant::now(), limit: network.total_timeout }
    }

    /// The wait before the next try, at least this long. None, if there is to be none: also where the wait would end after
    /// the session's time, so that the customer reads at once what is wrong, and not later that it took too long.
    pub(super) fn next(&mut self, at_least: Duration) -> Option<Duration> {
        self.left = self.left.checked_sub(1)?;
        let wait = jittered(self.wait).max(at_least);
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
        (self.begun.elapsed() + wait < self.limit).then_some(wait)
    }
}

/// The wait, made up to half as long again, so that forty kiosks do not come back at once.
fn jittered(wait: Duration) -> Duration {
    let mut byte = [0];
    let drawn = rustix::rand::getrandom(&mut byte, rustix::rand::GetRandomFlags::empty()).is_ok();
    wait + wait / 2 * u32::from(if drawn { byte[0] } else { 0 }) / 255
}
