//! Staff: the PIN prompt of a locked kiosk, an overlay over any screen (K10). The right PIN ends
//! the program.
//!
//! A customer who opens it by accident closes it with Esc, or by waiting half a minute: the screen
//! below is back, with everything that was typed there.

use std::time::Duration;

use ratatui::Frame;

use tui_input::InputRequest;

use super::{Scene, draw_page, whole_seconds};
use crate::clean::Clean;
use crate::job::JobId;
use crate::keymap::{self, Extent, Focus, Wish};
use crate::pin::{Pin, Verdict};
use crate::theme::Role;
use crate::ui::field::{Field, Lines};
use crate::ui::pen::Pen;
use crate::ui::skeleton::Page;

/// How long the prompt waits without a key press.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What has been typed so far and the result of the last attempt.
#[derive(Debug, PartialEq, Eq)]
pub struct Staff {
    typed: Field,
    last: Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    /// There was no attempt.
    None,
    /// The attempt with this id is being checked.
    Checking(JobId),
    Judged(Verdict),
}

/// What the caller has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Nothing.
    Nothing,
    /// Close the prompt.
    Close,
    /// Check this PIN.
    Check(Pin),
}

impl Default for Staff {
    fn default() -> Self {
        Self { typed: Field::new(Pin::AT_MOST, Lines::One), last: Last::None }
    }
}

impl Staff {
    /// Handles an action. `id` is for an attempt, if one is made.
    pub fn act(&mut self, wish: Wish, id: JobId) -> Wanted {
        let is_checking = matches!(self.last, Last::Checking(_));
        match wish {
            Wish::Back => return Wanted::Close,
            Wish::Confirm if !is_checking => return self.check(id),
            Wish::Edit(edit) if !is_checking => {
                // A character that can't be typed can't be in a PIN either: the attempt will be
                // wrong.
                let _ = self.typed.edit(edit);
            }
            Wish::Confirm | Wish::Edit(_) | Wish::Pick(_) | Wish::Move(_) | Wish::Skip(_) | Wish::Hide | Wish::HandOff => {}
        }
        Wanted::Nothing
    }

    fn check(&mut self, id: JobId) -> Wanted {
        let pin = Clean::line(self.typed.text()).ok().and_then(|text| Pin::new(text).ok());
        let _ = self.typed.edit(InputRequest::DeleteLine);
        let Some(pin) = pin else {
            // No PIN has this length. Staff who set one know that, and others learn nothing from
            // it.
            self.last = Last::Judged(Verdict::Wrong { wait: Duration::ZERO });
            return Wanted::Nothing;
        };
        self.last = Last::Checking(id);
        Wanted::Check(pin)
    }

    /// Handles the verdict on an attempt and returns whether to end the program. Only the verdict
    /// on the attempt being checked counts: the prompt may have been closed meanwhile and opened by
    /// someone else.
    pub fn judged(&mut self, id: JobId, verdict: Verdict) -> bool {
        if self.last != Last::Checking(id) {
            return false;
        }
        self.last = Last::Judged(verdict);
        verdict == Verdict::Right
    }

    /// Draws the prompt over the whole frame.
    pub fn draw(&self, frame: &mut Frame, scene: &Scene) {
        let text = &scene.look.text.staff;
        let keys = keymap::hints(Focus::Pin, Extent::Whole, scene.door(), scene.look);
        let page = Page { question: text.question, aside: None, keys: &keys };
        draw_page(frame, scene, &page, |pen| {
            let dots = scene.look.signs.hidden.repeat(self.typed.text().chars().count());
            let column = pen.put(2, Role::Question, &dots);
            pen.put(0, Role::Accent, scene.look.signs.focus);
            let cursor = pen.position_at(column.max(2));
            pen.skip();
            self.draw_last(scene, pen);
            Some(cursor)
        });
    }

    fn draw_last(&self, scene: &Scene, pen: &mut Pen) {
        let text = &scene.look.text.staff;
        let verdict = match self.last {
            Last::None => return,
            Last::Checking(_) => return pen.wrapped(Role::Dim, text.checking),
            Last::Judged(verdict) => verdict,
        };
        let wrong = match verdict {
            Verdict::Right | Verdict::TooSoon { .. } => None,
            Verdict::Wrong { .. } => Some(text.wrong),
            Verdict::OutOfOrder => Some(text.out_of_order),
        };
        if let Some(wrong) = wrong {
            pen.hanging(Role::Error, scene.look.signs.wrong, Role::Text, wrong);
        }
        if let Verdict::Wrong { wait } | Verdict::TooSoon { wait } = verdict
            && !wait.is_zero()
        {
            pen.wrapped(Role::Text, &text.wait(whole_seconds(wait)));
        }
    }
}
