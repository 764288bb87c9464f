//! Out of service: a locked kiosk without a usable config offers nothing, says so, and tries again by itself
//! (K9).

use std::time::Duration;

use super::account::{Account, Saying, for_staff, wrapped};
use super::{Cursor, Face, Patience, Scene, Step};
use crate::clean::Clean;
use crate::failure::Failure;
use crate::keymap::{Extent, Focus, Wish};
use crate::text::Text;
use crate::theme::Role;
use crate::timestamp::Moment;
use crate::ui::pen::Pen;
use crate::ui::skeleton;

/// How often the config is tried again.
const TRIED_EVERY: Duration = Duration::from_secs(30);

/// Why there is no service, and when the config is tried again.
#[derive(Debug, PartialEq, Eq)]
pub struct OutOfService {
    failure: Failure,
    clock: Clean,
    next_try: Moment,
    /// How many lines of what is told are above the screen.
    scrolled: usize,
}

impl OutOfService {
    /// There is no usable config now; `clock` is the time of day, for staff.
    pub fn new(failure: Failure, clock: Clean, now: Moment) -> Self {
        Self { failure, clock, next_try: now.after(TRIED_EVERY), scrolled: 0 }
    }

    /// What is wrong with the config is for staff alone, who have `check`.
    fn account(&self, scene: &Scene) -> Account {
        let said = &scene.look.text.out_of_service;
        let place = skeleton::body(scene.size, said.question, None);
        let (kiosk, staff) = for_staff(scene, place.width.into(), self.failure.fault, &self.clock);
        let contact = scene.desk.config.site.contact.as_ref().map(|contact| (Role::Text, contact.to_string()));
        let told: Vec<Saying> = [(Role::Text, said.body.to_owned())].into_iter().chain(contact).chain(kiosk).collect();
        Account::new(place, |columns| wrapped(&told, columns), &[staff], true)
    }
}

impl Face for OutOfService {
    fn focus(&self, _scene: &Scene) -> Focus {
        Focus::OutOfService
    }

    fn extent(&self, scene: &Scene) -> Extent {
        self.account(scene).extent()
    }

    fn patience(&self) -> Patience {
        Patience::Endless
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.out_of_service.question
    }

    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor> {
        let cursor = pen.position();
        self.account(scene).draw(self.scrolled, pen);
        Some(cursor)
    }

    fn act(&mut self, wish: Wish, scene: &Scene) -> Step {
        if let Wish::Move(movement) = wish {
            self.scrolled = self.account(scene).moved(self.scrolled, movement);
        }
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
