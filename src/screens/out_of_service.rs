//! Out of service: a locked kiosk without a usable config offers nothing, says so, and tries again by itself
//! (trust.md K9, product.md "The config").

use std::time::Duration;

use super::failed::staff_line;
use super::{Cursor, Face, Patience, Scene, Step};
use crate::app::event::Moment;
use crate::app::keys::{Focus, Wish};
use crate::clean::Clean;
use crate::failure::Failure;
use crate::text::Text;
use crate::theme::Role;
use crate::ui::pen::Pen;

/// How often the config is tried again.
const TRIED_EVERY: Duration = Duration::from_secs(30);

/// Why there is no service, and when the config is tried again.
#[derive(Debug, PartialEq, Eq)]
pub struct OutOfService {
    failure: Failure,
    clock: Clean,
    next_try: Moment,
}

impl OutOfService {
    /// There is no usable config now; `clock` is the time of day, for staff.
    pub fn new(failure: Failure, clock: Clean, now: Moment) -> Self {
        Self { failure, clock, next_try: now.after(TRIED_EVERY) }
    }
}

impl Face for OutOfService {
    fn focus(&self, _scene: &Scene) -> Focus {
        Focus::OutOfService
    }

    fn patience(&self) -> Patience {
        Patience::Endless
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.out_of_service.question
    }

    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor> {
        let cursor = pen.position();
        pen.wrapped(Role::Text, scene.look.text.out_of_service.body);
        if let Some(contact) = &scene.desk.config.site.contact {
            pen.wrapped(Role::Text, contact.as_str());
        }
        pen.skip();
        // What is wrong with the config is for staff alone, who have `check`.
        pen.wrapped(Role::Dim, &staff_line(scene, self.failure.fault, &self.clock));
        Some(cursor)
    }

    fn act(&mut self, _wish: Wish, _scene: &Scene) -> Step {
        Step::Stay
    }

    fn deadline(&self, _now: Moment) -> Option<Moment> {
        Some(self.next_try)
    }

    fn due(&mut self, now: Moment) -> Step {
        if now < self.next_try {
            return Step::Stay;
        }
        self.next_try = now.after(TRIED_EVERY);
        Step::Reload
    }
}
