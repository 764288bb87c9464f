//! Running: the client is running, and this screen shows bystanders nothing about the visit (K11).

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{IdlePolicy, Screen, ScreenContext, Transition};
use crate::keymap::{KeyContext, ScreenAction};
use crate::text::Text;
use crate::theme::Role;
use crate::timestamp::Timestamp;
use crate::ui::text_writer::TextWriter;

/// How often the remaining time is updated.
const MINUTE: Duration = Duration::from_secs(60);

/// The screen while the client runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    exit_question: ExitQuestion,
    /// When the client is stopped, even if the session is in use (`session.max_time`).
    ends: Option<Timestamp>,
}

/// The question whether to end the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ExitQuestion {
    Hidden,
    Shown,
}

impl Running {
    /// A session that runs until someone ends it, or at most until `ends`.
    pub(crate) fn until(ends: Option<Timestamp>) -> Self {
        Self {
            exit_question: ExitQuestion::Hidden,
            ends,
        }
    }

    /// Whole minutes, rounded up.
    fn minutes_left(&self, now: Timestamp) -> Option<u64> {
        let left = self.ends?.since(now).as_millis();
        left.div_ceil(MINUTE.as_millis()).try_into().ok()
    }
}

impl Screen for Running {
    fn focus(&self, _context: &ScreenContext) -> KeyContext {
        match self.exit_question {
            ExitQuestion::Hidden => KeyContext::Running,
            ExitQuestion::Shown => KeyContext::EndSession,
        }
    }

    fn idle_policy(&self) -> IdlePolicy {
        IdlePolicy::Never
    }

    fn question(&self, text: &'static Text) -> &'static str {
        match self.exit_question {
            ExitQuestion::Hidden => text.running.question,
            ExitQuestion::Shown => text.running.end_question,
        }
    }

    fn render(&self, context: &ScreenContext, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let mut writer = TextWriter::new(buf, context.appearance, area);
        let text = &context.appearance.text.running;
        match self.exit_question {
            ExitQuestion::Hidden if context.catalog.config.launch.needs_display => {
                writer.wrapped(Role::Text, text.body);
            }
            ExitQuestion::Hidden => writer.wrapped(Role::Text, text.body_without_window),
            ExitQuestion::Shown => writer.wrapped(Role::Text, text.end_body),
        }
        if let Some(minutes) = self.minutes_left(context.now) {
            writer.wrapped(Role::Text, &text.time_left(minutes));
        }
        Some(area.as_position())
    }

    fn handle(&mut self, action: ScreenAction, _context: &ScreenContext) -> Transition {
        match (action, self.exit_question) {
            (ScreenAction::Confirm, ExitQuestion::Hidden) => {
                self.exit_question = ExitQuestion::Shown;
            }
            (ScreenAction::Confirm, ExitQuestion::Shown) => {
                self.exit_question = ExitQuestion::Hidden;
                return Transition::EndSession;
            }
            (ScreenAction::Back, _) => self.exit_question = ExitQuestion::Hidden,
            (
                ScreenAction::Pick(_)
                | ScreenAction::Move(_)
                | ScreenAction::Skip(_)
                | ScreenAction::Edit(_)
                | ScreenAction::Hide
                | ScreenAction::HandOff,
                _,
            ) => {}
        }
        Transition::Stay
    }

    fn deadline(&self, now: Timestamp) -> Option<Timestamp> {
        let end = self.ends?;
        let later_minutes = self.minutes_left(now)?.saturating_sub(1);
        let next_minute = end
            .since(now)
            .saturating_sub(MINUTE * u32::try_from(later_minutes).unwrap_or(u32::MAX));
        Some(now.after(next_minute))
    }

    fn on_tick(&mut self, now: Timestamp) -> Transition {
        if self.ends.is_some_and(|end| now >= end) {
            // Requested only once. The job reports when the client has exited.
            self.ends = None;
            return Transition::EndSession;
        }
        Transition::Stay
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp(Duration::from_secs(seconds))
    }

    #[test]
    fn k6_a_session_ends_at_its_limit_and_the_minutes_left_are_shown() {
        let mut running = Running::until(Some(at(150)));
        for (now, left, next) in [
            (0, 3, 30),
            (29, 3, 30),
            (30, 2, 90),
            (90, 1, 150),
            (149, 1, 150),
        ] {
            assert_eq!(
                (running.minutes_left(at(now)), running.deadline(at(now))),
                (Some(left), Some(at(next))),
                "at {now}"
            );
            assert_eq!(running.on_tick(at(now)), Transition::Stay, "at {now}");
        }
        assert_eq!(running.on_tick(at(150)), Transition::EndSession);
        assert_eq!(
            (running.on_tick(at(151)), running.deadline(at(151))),
            (Transition::Stay, None)
        );
    }

    #[test]
    fn a_session_without_a_limit_has_no_deadline() {
        let mut running = Running::until(None);
        assert_eq!(
            (
                running.on_tick(at(1_000_000)),
                running.deadline(at(5)),
                running.minutes_left(at(5))
            ),
            (Transition::Stay, None, None)
        );
    }
}
