//! Running: the client is running, and this screen shows bystanders nothing about the visit (K11).

use std::time::Duration;

use super::{Cursor, Face, Patience, Scene, Step};
use crate::keymap::{Focus, Wish};
use crate::text::Text;
use crate::theme::Role;
use crate::timestamp::Moment;
use crate::ui::pen::Pen;

/// How often the remaining time is updated.
const MINUTE: Duration = Duration::from_secs(60);

/// The screen while the client runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    asks: Asks,
    /// When the client is stopped, even if the session is in use (`session.max_time`).
    ends: Option<Moment>,
}

/// The question on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    Nothing,
    /// Whether to end the session.
    ToEnd,
}

impl Running {
    /// A session that runs until someone ends it, or at most until `ends`.
    pub fn until(ends: Option<Moment>) -> Self {
        Self { asks: Asks::Nothing, ends }
    }

    /// Whole minutes, rounded up.
    fn minutes_left(&self, now: Moment) -> Option<u64> {
        let left = self.ends?.since(now).as_millis();
        left.div_ceil(MINUTE.as_millis()).try_into().ok()
    }
}

impl Face for Running {
    fn focus(&self, _scene: &Scene) -> Focus {
        match self.asks {
            Asks::Nothing => Focus::Running,
            Asks::ToEnd => Focus::EndSession,
        }
    }

    fn patience(&self) -> Patience {
        Patience::Endless
    }

    fn question(&self, text: &'static Text) -> &'static str {
        match self.asks {
            Asks::Nothing => text.running.question,
            Asks::ToEnd => text.running.end_question,
        }
    }

    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor> {
        let text = &scene.look.text.running;
        let cursor = pen.position();
        match self.asks {
            Asks::Nothing if scene.desk.config.launch.needs_display => pen.wrapped(Role::Text, text.body),
            Asks::Nothing => pen.wrapped(Role::Text, text.body_without_window),
            Asks::ToEnd => pen.wrapped(Role::Text, text.end_body),
        }
        if let Some(minutes) = self.minutes_left(scene.now) {
            pen.wrapped(Role::Text, &text.time_left(minutes));
        }
        Some(cursor)
    }

    fn act(&mut self, wish: Wish, _scene: &Scene) -> Step {
        match (wish, self.asks) {
            (Wish::Confirm, Asks::Nothing) => self.asks = Asks::ToEnd,
            (Wish::Confirm, Asks::ToEnd) => {
                self.asks = Asks::Nothing;
                return Step::EndSession;
            }
            (Wish::Back, _) => self.asks = Asks::Nothing,
            (Wish::Pick(_) | Wish::Move(_) | Wish::Skip(_) | Wish::Edit(_) | Wish::Hide | Wish::HandOff, _) => {}
        }
        Step::Stay
    }

    fn deadline(&self, now: Moment) -> Option<Moment> {
        let end = self.ends?;
        let later_minutes = self.minutes_left(now)?.saturating_sub(1);
        let next_minute = end.since(now).saturating_sub(MINUTE * u32::try_from(later_minutes).unwrap_or(u32::MAX));
        Some(now.after(next_minute))
    }

    fn due(&mut self, now: Moment) -> Step {
        if self.ends.is_some_and(|end| now >= end) {
            // Requested only once. The job reports when the client has exited.
            self.ends = None;
            return Step::EndSession;
        }
        Step::Stay
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment(Duration::from_secs(seconds))
    }

    #[test]
    fn k6_a_session_ends_at_its_limit_and_the_minutes_left_are_shown() {
        let mut running = Running::until(Some(at(150)));
        for (now, left, next) in [(0, 3, 30), (29, 3, 30), (30, 2, 90), (90, 1, 150), (149, 1, 150)] {
            assert_eq!((running.minutes_left(at(now)), running.deadline(at(now))), (Some(left), Some(at(next))), "at {now}");
            assert_eq!(running.due(at(now)), Step::Stay, "at {now}");
        }
        assert_eq!(running.due(at(150)), Step::EndSession);
        assert_eq!((running.due(at(151)), running.deadline(at(151))), (Step::Stay, None));
    }

    #[test]
    fn one_without_an_end_wants_no_time() {
        let mut running = Running::until(None);
        assert_eq!((running.due(at(1_000_000)), running.deadline(at(5)), running.minutes_left(at(5))), (Step::Stay, None, None));
    }
}
