//! Forgets a customer who has walked away: first a question, then a clean start (K8, A5).
//!
//! ```text
//! last key ── idle_warning ──> "Are you still there?" ── idle_grace ──> forgotten
//! ```

use std::time::Duration;

use crate::config::KioskConfig;
use crate::screens::IdlePolicy;
use crate::timestamp::Timestamp;

/// How often the countdown is redrawn: seldom enough for a screen reader, often enough for a
/// person.
const COUNTDOWN_STEP: Duration = Duration::from_secs(5);

/// How long a screen with a link stays at least: copying the link takes time.
const FIVE_MINUTES: Duration = Duration::from_secs(300);

/// Measures how long a customer has been idle.
#[derive(Debug)]
pub(super) struct Idle {
    warning: Option<Duration>,
    grace: Duration,
    last_input: Timestamp,
    warned_at: Option<Timestamp>,
}

/// What the passage of time has caused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IdleOutcome {
    /// Nothing is due.
    Active,
    /// The question has just appeared.
    Warned,
    /// The customer has not answered the question.
    TimedOut,
}

impl Idle {
    pub(super) fn new(kiosk: &KioskConfig) -> Self {
        Self {
            warning: kiosk.idle_warning,
            grace: kiosk.idle_grace,
            last_input: Timestamp::default(),
            warned_at: None,
        }
    }

    /// Uses the times of another config from now on.
    pub(super) fn configure(&mut self, kiosk: &KioskConfig) {
        (self.warning, self.grace) = (kiosk.idle_warning, kiosk.idle_grace);
    }

    /// Records a key press and closes the question.
    pub(super) fn touch(&mut self, now: Timestamp) {
        self.last_input = now;
        self.warned_at = None;
    }

    /// When a key was last pressed.
    pub(super) fn last_touched(&self) -> Timestamp {
        self.last_input
    }

    /// After how long without a key press this screen asks; `None` if it never does.
    fn warning(&self, policy: IdlePolicy) -> Option<Duration> {
        match policy {
            IdlePolicy::Never => None,
            IdlePolicy::Configured => self.warning,
            IdlePolicy::Extended => self.warning.map(|usual| usual.max(FIVE_MINUTES)),
        }
    }

    /// Whether the question is open.
    pub(super) fn is_warning(&self) -> bool {
        self.warned_at.is_some()
    }

    /// How much time is left to answer the question, if it is open.
    pub(super) fn remaining(&self, now: Timestamp) -> Option<Duration> {
        self.warned_at
            .map(|asked| asked.after(self.grace).since(now))
    }

    pub(super) fn advance(&mut self, now: Timestamp, policy: IdlePolicy) -> IdleOutcome {
        match (self.warned_at, self.warning(policy)) {
            (Some(asked), _) if now >= asked.after(self.grace) => IdleOutcome::TimedOut,
            // The machine was suspended. What was typed must not be visible when it wakes up.
            (None, Some(warning)) if now >= self.last_input.after(warning).after(self.grace) => {
                IdleOutcome::TimedOut
            }
            (None, Some(warning)) if now >= self.last_input.after(warning) => {
                self.warned_at = Some(now);
                IdleOutcome::Warned
            }
            (Some(_) | None, _) => IdleOutcome::Active,
        }
    }

    /// When the next verdict or step of the countdown is due.
    pub(super) fn deadline(&self, now: Timestamp, policy: IdlePolicy) -> Option<Timestamp> {
        match (self.warned_at, self.warning(policy)) {
            (Some(asked), _) => {
                let end = asked.after(self.grace);
                Some(end.min(now.after(until_next_step(end.since(now)))))
            }
            (None, Some(warning)) => Some(self.last_input.after(warning)),
            (None, None) => None,
        }
    }
}

/// How long until the countdown shows its next number.
fn until_next_step(left: Duration) -> Duration {
    let steps = (left.as_nanos().saturating_sub(1)) / COUNTDOWN_STEP.as_nanos();
    left.saturating_sub(COUNTDOWN_STEP * u32::try_from(steps).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp(Duration::from_secs(seconds))
    }

    fn idle() -> Idle {
        Idle {
            warning: Some(Duration::from_secs(90)),
            grace: Duration::from_secs(30),
            last_input: at(0),
            warned_at: None,
        }
    }

    #[test]
    fn k8_silence_is_asked_about_and_then_forgotten() {
        let mut idle = idle();
        assert_eq!(
            (
                idle.advance(at(89), IdlePolicy::Configured),
                idle.deadline(at(89), IdlePolicy::Configured)
            ),
            (IdleOutcome::Active, Some(at(90)))
        );
        assert_eq!(
            (
                idle.advance(at(90), IdlePolicy::Configured),
                idle.remaining(at(90))
            ),
            (IdleOutcome::Warned, Some(Duration::from_secs(30)))
        );
        assert_eq!(
            (
                idle.advance(at(119), IdlePolicy::Configured),
                idle.deadline(at(119), IdlePolicy::Configured)
            ),
            (IdleOutcome::Active, Some(at(120)))
        );
        assert_eq!(
            idle.advance(at(120), IdlePolicy::Configured),
            IdleOutcome::TimedOut
        );
    }

    #[test]
    fn k8_a_customer_who_could_have_answered_while_the_machine_slept_is_gone() {
        for (slept, verdict) in [
            (89, IdleOutcome::Active),
            (90, IdleOutcome::Warned),
            (119, IdleOutcome::Warned),
            (120, IdleOutcome::TimedOut),
        ] {
            assert_eq!(
                idle().advance(at(slept), IdlePolicy::Configured),
                verdict,
                "after {slept} s"
            );
        }
        assert_eq!(
            idle().advance(at(329), IdlePolicy::Extended),
            IdleOutcome::Warned
        );
        assert_eq!(
            idle().advance(at(330), IdlePolicy::Extended),
            IdleOutcome::TimedOut
        );
    }

    #[test]
    fn a5_any_key_goes_on_without_end() {
        let mut idle = idle();
        for round in 1..100 {
            assert_eq!(
                idle.advance(at(round * 100), IdlePolicy::Configured),
                IdleOutcome::Warned
            );
            idle.touch(at(round * 100 + 5));
            assert!(!idle.is_warning());
        }
    }

    #[test]
    fn the_countdown_is_drawn_every_five_seconds() {
        let mut idle = idle();
        idle.advance(at(90), IdlePolicy::Configured);
        assert_eq!(idle.deadline(at(90), IdlePolicy::Configured), Some(at(95)));
        assert_eq!(idle.deadline(at(93), IdlePolicy::Configured), Some(at(95)));
        assert_eq!(idle.deadline(at(95), IdlePolicy::Configured), Some(at(100)));
    }

    #[test]
    fn a_link_is_left_for_five_minutes_and_some_screens_for_ever() {
        let mut idle = idle();
        assert_eq!(idle.deadline(at(0), IdlePolicy::Extended), Some(at(300)));
        assert_eq!(
            (
                idle.advance(at(1_000_000), IdlePolicy::Never),
                idle.deadline(at(0), IdlePolicy::Never)
            ),
            (IdleOutcome::Active, None)
        );
    }

    #[test]
    fn switched_off_it_never_wants_the_time() {
        let mut idle = Idle {
            warning: None,
            ..idle()
        };
        assert_eq!(
            (
                idle.advance(at(1_000_000), IdlePolicy::Configured),
                idle.deadline(at(1_000_000), IdlePolicy::Configured)
            ),
            (IdleOutcome::Active, None)
        );
    }
}
