//! Out of service: a locked kiosk without a usable config says that it is closed and retries by
//! itself (K9).

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

/// How often reading the config is retried.
const TRIED_EVERY: Duration = Duration::from_secs(30);

/// Why the kiosk is out of service, and when it retries.
#[derive(Debug, PartialEq, Eq)]
pub struct OutOfService {
    failure: Failure,
    clock: Clean,
    next_try: Moment,
    /// How many lines of the message are scrolled off the top.
    scrolled: usize,
}

impl OutOfService {
    /// The kiosk goes out of service now. `clock` is the time of day, for staff.
    pub fn new(failure: Failure, clock: Clean, now: Moment) -> Self {
        Self { failure, clock, next_try: now.after(TRIED_EVERY), scrolled: 0 }
    }

    /// Only the code is shown, and no detail of the config's problem: staff use `check`.
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
