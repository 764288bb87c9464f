//! Ended: the session is over and nothing of it is left. The next visit begins after ten seconds or
//! with a key.

use std::time::Duration;

use super::{Cursor, Face, Patience, Scene, Step};
use crate::keymap::{Focus, Wish};
use crate::text::Text;
use crate::theme::Role;
use crate::timestamp::Moment;
use crate::ui::pen::Pen;

/// How long the screen is shown.
const SHOWN_FOR: Duration = Duration::from_secs(10);

/// A session that has ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Ended {
    until: Moment,
}

impl Ended {
    pub fn new(now: Moment) -> Self {
        Self { until: now.after(SHOWN_FOR) }
    }
}

impl Face for Ended {
    fn focus(&self, _scene: &Scene) -> Focus {
        Focus::Ended
    }

    fn patience(&self) -> Patience {
        Patience::Endless
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.ended.question
    }

    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor> {
        let cursor = pen.position();
        pen.wrapped(Role::Text, scene.look.text.ended.body);
        Some(cursor)
    }

    fn act(&mut self, _wish: Wish, _scene: &Scene) -> Step {
        Step::Back
    }

    fn deadline(&self, _now: Moment) -> Option<Moment> {
        Some(self.until)
    }

    fn due(&mut self, now: Moment) -> Step {
        if now >= self.until { Step::Back } else { Step::Stay }
    }
}
