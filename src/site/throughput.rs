//! Detects a connection that is too slow to be worth waiting for (D8).

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The time over which the speed is measured.
const WINDOW: Duration = Duration::from_secs(30);
/// The minimum within the window, in bytes: 1 KiB per second.
const MIN_BYTES: u64 = 30 * 1024;
/// The resolution of the window.
const STEP: Duration = Duration::from_secs(1);

/// The bytes of the last [`WINDOW`], by second.
#[derive(Default)]
pub(super) struct Throughput {
    steps: VecDeque<(Instant, u64)>,
}

impl Throughput {
    /// Counts bytes that arrived `now`. Returns whether the connection is too slow.
    pub(super) fn is_too_slow(&mut self, now: Instant, bytes: usize) -> bool {
        let bytes = bytes as u64;
        match self.steps.back_mut() {
            Some((began, count)) if now.duration_since(*began) < STEP => *count += bytes,
            _ => self.steps.push_back((now, bytes)),
        }
        let Some((first, _)) = self.steps.front() else {
            return false;
        };
        if now.duration_since(*first) < WINDOW {
            return false;
        }
        self.steps
            .retain(|(began, _)| now.duration_since(*began) < WINDOW);
        self.steps.iter().map(|(_, count)| count).sum::<u64>() < MIN_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goes_through(bytes_a_second: usize, seconds: u64) -> bool {
        let (start, mut pace) = (Instant::now(), Throughput::default());
        (0..seconds * 2).all(|half| {
            !pace.is_too_slow(
                start + Duration::from_millis(half * 500),
                bytes_a_second / 2,
            )
        })
    }

    #[test]
    fn d8_less_than_a_kibibyte_a_second_fails_after_thirty_seconds() {
        assert!(goes_through(1, 29), "too slow before 30 s");
        assert!(!goes_through(1, 32) && !goes_through(900, 32));
        assert!(goes_through(1100, 600));
    }

    #[test]
    fn d8_a_fast_start_does_not_make_up_for_a_slow_end() {
        let (start, mut pace) = (Instant::now(), Throughput::default());
        assert!(!pace.is_too_slow(start, 50_000_000));
        let slow = (1..=70).any(|second| pace.is_too_slow(start + Duration::from_secs(second), 10));
        assert!(slow);
    }

    #[test]
    fn d8_what_came_before_the_last_half_minute_counts_no_more() {
        let (start, mut pace) = (Instant::now(), Throughput::default());
        for (second, bytes, is_too_slow) in [(0, 100_000, false), (28, 1, false), (32, 1, true)] {
            assert_eq!(
                pace.is_too_slow(start + Duration::from_secs(second), bytes),
                is_too_slow,
                "after {second} s"
            );
        }
    }
}
