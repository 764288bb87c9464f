//! Debounces Enter in lockdown: after a screen change, Enter is ignored until it has not been
//! pressed for half a second. Holding it down or pressing it twice can't skip through two screens
//! (A6).

use std::time::Duration;

use crate::timestamp::Timestamp;

/// How long Enter must not be pressed before it counts.
const RELEASE_TIME: Duration = Duration::from_millis(500);

/// The state of Enter on the visible screen.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct EnterDebounce {
    quiet_since: Timestamp,
    is_armed: bool,
}

impl EnterDebounce {
    /// Starts again, because another screen is visible.
    pub(super) fn for_new_screen(now: Timestamp) -> Self {
        Self {
            quiet_since: now,
            is_armed: false,
        }
    }

    /// Records that Enter was pressed and returns whether it counts.
    pub(super) fn accepts(&mut self, now: Timestamp) -> bool {
        self.is_armed |= now.since(self.quiet_since) >= RELEASE_TIME;
        self.quiet_since = now;
        self.is_armed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: u64) -> Timestamp {
        Timestamp(Duration::from_millis(milliseconds))
    }

    #[test]
    fn a6_a_held_enter_never_counts_on_the_next_screen() {
        let mut debounce = EnterDebounce::for_new_screen(at(1_000));
        for held in 0..100 {
            assert!(!debounce.accepts(at(1_000 + held * 30)), "{held}");
        }
        assert!(!debounce.accepts(at(4_469)), "499 ms after the last");
        assert!(debounce.accepts(at(4_969)));
    }

    #[test]
    fn a6_on_a_screen_where_one_counted_the_next_does_at_once() {
        let mut debounce = EnterDebounce::for_new_screen(at(0));
        assert!(debounce.accepts(at(500)) && debounce.accepts(at(510)));
    }
}
