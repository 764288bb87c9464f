//! Staff: the PIN prompt of a locked kiosk, an overlay over any screen (K10). The right PIN ends
//! the program.
//!
//! A customer who opens it by accident closes it with Esc, or by waiting half a minute: the screen
//! below is back, with everything that was typed there.

use std::time::Duration;

use ratatui::Frame;
use tui_input::InputRequest;

use super::{ScreenContext, ceil_seconds, draw_overlay};
use crate::clean::Clean;
use crate::job::JobId;
use crate::keymap::{KeyContext, ScreenAction};
use crate::pin::{Pin, PinVerdict};
use crate::theme::Role;
use crate::ui::Appearance;
use crate::ui::field::{Field, Multiline};
use crate::ui::text_writer::TextWriter;

/// How long the prompt waits without a key press.
pub(crate) const PROMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// What has been typed so far and the result of the last attempt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct StaffPin {
    typed: Field,
    last: LastTry,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LastTry {
    /// There was no attempt.
    None,
    /// The attempt with this id is being checked.
    Checking(JobId),
    Checked(PinVerdict),
}

/// What the caller has to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PinOutcome {
    /// Nothing.
    Nothing,
    /// Close the prompt.
    Close,
    /// Check this PIN.
    Check(Pin),
}

impl Default for StaffPin {
    fn default() -> Self {
        Self {
            typed: Field::new(Pin::MAX_CHARS, Multiline::One),
            last: LastTry::None,
        }
    }
}

impl StaffPin {
    /// Handles an action. `id` is for an attempt, if one is made.
    pub(crate) fn handle(&mut self, action: ScreenAction, id: JobId) -> PinOutcome {
        let is_checking = matches!(self.last, LastTry::Checking(_));
        match action {
            ScreenAction::Back => return PinOutcome::Close,
            ScreenAction::Confirm if !is_checking => return self.check(id),
            ScreenAction::Edit(edit) if !is_checking => {
                // A character that can't be typed can't be in a PIN either: the attempt will be
                // wrong.
                let _ = self.typed.edit(edit);
            }
            ScreenAction::Confirm
            | ScreenAction::Edit(_)
            | ScreenAction::Pick(_)
            | ScreenAction::Move(_)
            | ScreenAction::Skip(_)
            | ScreenAction::Hide
            | ScreenAction::HandOff => {}
        }
        PinOutcome::Nothing
    }

    fn check(&mut self, id: JobId) -> PinOutcome {
        let pin = Clean::line(self.typed.text())
            .ok()
            .and_then(|text| Pin::new(text).ok());
        let _ = self.typed.edit(InputRequest::DeleteLine);
        let Some(pin) = pin else {
            // No PIN has this length. Staff who set one know that, and others learn nothing from
            // it.
            self.last = LastTry::Checked(PinVerdict::Wrong {
                wait: Duration::ZERO,
            });
            return PinOutcome::Nothing;
        };
        self.last = LastTry::Checking(id);
        PinOutcome::Check(pin)
    }

    /// Handles the verdict on an attempt and returns whether to end the program. Only the verdict
    /// on the attempt being checked counts: the prompt may have been closed meanwhile and opened by
    /// someone else.
    pub(crate) fn handle_verdict(&mut self, id: JobId, verdict: PinVerdict) -> bool {
        if self.last != LastTry::Checking(id) {
            return false;
        }
        self.last = LastTry::Checked(verdict);
        verdict == PinVerdict::Correct
    }

    /// Draws the prompt over the whole frame.
    pub(crate) fn draw(&self, frame: &mut Frame, context: &ScreenContext) {
        let text = &context.appearance.text.staff;
        draw_overlay(
            frame,
            context,
            text.question,
            KeyContext::Pin,
            |area, buf| {
                let mut writer = TextWriter::new(buf, context.appearance, area);
                let glyphs = context.appearance.glyphs;
                let dots = glyphs.hidden.repeat(self.typed.text().chars().count());
                let column = writer.write(2, Role::Question, &dots);
                writer.write(0, Role::Accent, glyphs.focus);
                let cursor = writer.position_at(column.max(2));
                writer.skip();
                self.draw_last(context.appearance, &mut writer);
                Some(cursor)
            },
        );
    }

    fn draw_last(&self, appearance: &Appearance, writer: &mut TextWriter) {
        let text = &appearance.text.staff;
        let verdict = match self.last {
            LastTry::None => return,
            LastTry::Checking(_) => return writer.wrapped(Role::Dim, text.checking),
            LastTry::Checked(verdict) => verdict,
        };
        let wrong = match verdict {
            PinVerdict::Correct | PinVerdict::TooSoon { .. } => None,
            PinVerdict::Wrong { .. } => Some(text.wrong),
            PinVerdict::Unavailable => Some(text.out_of_order),
        };
        if let Some(wrong) = wrong {
            let glyph = appearance.span(Role::Error, appearance.glyphs.wrong);
            writer.write_hanging(&glyph, Role::Text, wrong);
        }
        if let PinVerdict::Wrong { wait } | PinVerdict::TooSoon { wait } = verdict
            && !wait.is_zero()
        {
            writer.wrapped(Role::Text, &text.wait(ceil_seconds(wait)));
        }
    }
}
