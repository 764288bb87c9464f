//! Ended: the session is over and nothing of it is left. The next visit begins after ten seconds or
//! with a key.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{IdlePolicy, Screen, ScreenContext, Transition};
use crate::keymap::{KeyContext, ScreenAction};
use crate::text::Text;
use crate::theme::Role;
use crate::timestamp::Timestamp;
use crate::ui::text_writer::TextWriter;

/// How long the screen is shown.
const SHOWN_FOR: Duration = Duration::from_secs(10);

/// A session that has ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Ended {
    until: Timestamp,
}

impl Ended {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            until: now.after(SHOWN_FOR),
        }
    }
}

impl Screen for Ended {
    fn focus(&self, _context: &ScreenContext) -> KeyContext {
        KeyContext::Ended
    }

    fn idle_policy(&self) -> IdlePolicy {
        IdlePolicy::Never
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.ended.question
    }

    fn render(&self, context: &ScreenContext, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let mut writer = TextWriter::new(buf, context.appearance, area);
        writer.wrapped(Role::Text, context.appearance.text.ended.body);
        Some(area.as_position())
    }

    fn handle(&mut self, _action: ScreenAction, _context: &ScreenContext) -> Transition {
        Transition::Back
    }

    fn deadline(&self, _now: Timestamp) -> Option<Timestamp> {
        Some(self.until)
    }

    fn on_tick(&mut self, now: Timestamp) -> Transition {
        if now >= self.until {
            Transition::Back
        } else {
            Transition::Stay
        }
    }
}
