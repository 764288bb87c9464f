//! The way back, the end of a visit, and what the next one begins with.

use std::sync::Arc;

use super::Model;
use super::event::Effect;
use super::nav_stack::{BackResult, NavStack};
use super::overlay::Overlay;
use crate::catalog::{Catalog, ListState};
use crate::clean::Clean;
use crate::failure::Failure;
use crate::screens::AnyScreen;
use crate::screens::out_of_service::OutOfService;
use crate::ui::Appearance;

/// What the next visit begins with.
#[derive(Debug)]
pub(super) enum NextVisit {
    /// Another config with its lists.
    Catalog(Arc<Catalog>, Appearance),
    /// No usable config: why, and at what time of day that was found.
    OutOfService(Failure, Clean),
}

impl Model {
    /// Goes one step back. Going back to the start forgets the customer.
    pub(super) fn back(&mut self) -> Vec<Effect> {
        match self.nav.back() {
            BackResult::AtStart => Vec::new(),
            BackResult::ToStart => self.forget_customer(),
            BackResult::Done => self.job.take().map(Effect::Cancel).into_iter().collect(),
        }
    }

    /// Goes back past the review and the details to where the choice was made: the survey, the list
    /// or the key.
    pub(super) fn back_to_choice(&mut self) -> Vec<Effect> {
        let mut effects = self.back();
        while matches!(self.screen(), AnyScreen::Review(_) | AnyScreen::Details(_)) {
            effects.extend(self.back());
        }
        effects
    }

    /// Drops the customer's screens with everything typed into them and begins the next visit.
    pub(super) fn forget_customer(&mut self) -> Vec<Effect> {
        let cancel = self.job.take().map(Effect::Cancel);
        self.reset_to(NavStack::default());
        match self.next.take() {
            None => {}
            Some(NextVisit::Catalog(catalog, look)) => self.set_catalog(catalog, look),
            Some(NextVisit::OutOfService(failure, clock)) => {
                self.reset_to(NavStack::with_screen(AnyScreen::OutOfService(
                    OutOfService::new(failure, clock, self.now),
                )));
            }
        }
        cancel.into_iter().chain([Effect::Forget]).collect()
    }

    /// Replaces all screens and drops what was typed into them.
    pub(super) fn reset_to(&mut self, stack: NavStack) {
        self.nav = stack;
        self.overlay = Overlay::None;
        self.idle.touch(self.now);
    }

    /// Installs lists that the visit is waiting for immediately. Any other change waits for the
    /// next visit, unless none has begun.
    pub(super) fn receive_catalog(
        &mut self,
        catalog: Arc<Catalog>,
        look: Appearance,
    ) -> Vec<Effect> {
        if matches!(self.screen(), AnyScreen::OutOfService(_)) {
            self.next = Some(NextVisit::Catalog(catalog, look));
            return self.forget_customer();
        }
        if self.nav.is_at_start() || self.catalog.lists == ListState::Loading {
            self.next = None;
            self.set_catalog(catalog, look);
            self.with_screen(|screen, context| screen.catalog_changed(context));
        } else {
            self.next = Some(NextVisit::Catalog(catalog, look));
        }
        Vec::new()
    }

    pub(super) fn set_catalog(&mut self, catalog: Arc<Catalog>, look: Appearance) {
        self.idle.configure(&catalog.config.kiosk);
        (self.catalog, self.appearance) = (catalog, look);
    }

    /// Takes the kiosk out of service because it has no usable config, but lets a running session
    /// end first.
    pub(super) fn enter_out_of_service(&mut self, failure: Failure, clock: Clean) -> Vec<Effect> {
        if let AnyScreen::OutOfService(closed) = self.nav.current_mut() {
            // Only the reason changes. Staff may be typing their PIN over this screen.
            *closed = OutOfService::new(failure, clock, self.now);
            return Vec::new();
        }
        self.next = Some(NextVisit::OutOfService(failure, clock));
        if self.job.is_some() {
            Vec::new()
        } else {
            self.forget_customer()
        }
    }
}
