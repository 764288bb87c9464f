//! Installs what the loader has read, and logs it.

use std::sync::Arc;

use super::event_sender::Loaded;
use super::{ExitReason, Runtime, lockdown, out_of_service};
use crate::app::event::Event;
use crate::catalog::{Catalog, ListState};
use crate::config::Config;
use crate::config::lists::ListReport;
use crate::log::kiosk as events;
use crate::screens::AnyScreen;
use crate::timestamp::Timestamp;

impl Runtime {
    /// Called after the first frame: loads the lists that the config needs. The start is logged
    /// once they are loaded.
    pub(super) fn start_loading(&mut self, catalog: &Catalog) {
        match catalog.lists {
            ListState::Loading => self.loader.load_lists(catalog),
            ListState::Ready => self.announce(Some(0)),
        }
    }

    fn record_config(
        &mut self,
        catalog: &Arc<Catalog>,
        lists: Vec<ListReport>,
        was_out_of_service: bool,
    ) {
        // The lists of the first config may not be loaded yet.
        self.announce(None);
        let (config, sum) = (&catalog.config, catalog.config.sum);
        if !Arc::ptr_eq(catalog, self.model.catalog()) {
            self.recorder
                .record(config, move || events::config_loaded(sum));
        }
        self.record_lists(config, lists);
        if was_out_of_service {
            self.recorder.record(config, events::back_in_service);
        }
    }

    fn record_lists(&self, config: &Config, lists: Vec<ListReport>) {
        if !lists.is_empty() {
            self.recorder
                .record(config, move || lists.iter().for_each(events::list_read));
        }
    }

    pub(super) fn receive_config(&mut self, loaded: Loaded) -> Option<ExitReason> {
        self.loader.receive(&loaded);
        let is_out_of_service = matches!(self.model.screen(), AnyScreen::OutOfService(_));
        match loaded {
            // While they were loading, another config has come with its own lists.
            Loaded::Lists(config, ..) if !Arc::ptr_eq(&config, &self.model.catalog().config) => {
                None
            }
            Loaded::Lists(_, catalog, lists) => {
                self.announce(Some(lists.iter().map(|list| list.rows).sum()));
                self.record_lists(&catalog.config, lists);
                self.install_catalog(catalog)
            }
            Loaded::Config(_, Ok((catalog, lists))) => {
                self.record_config(&catalog, lists, is_out_of_service);
                self.install_catalog(catalog)
                    .or_else(|| self.release_keys())
            }
            Loaded::Config(_, Err(problems)) if is_out_of_service => {
                self.handle_event(out_of_service(problems))
            }
            // A config with errors is dropped, and the old one stays in use.
            Loaded::Config(_, Err(problems)) => {
                self.record(move || events::config_refused(&problems));
                self.release_keys()
            }
        }
    }

    /// Switches to this config and its lists.
    fn install_catalog(&mut self, catalog: Arc<Catalog>) -> Option<ExitReason> {
        if catalog.config.kiosk.lockdown {
            lockdown::harden();
        }
        self.terminal.lock(catalog.config.kiosk.lockdown);
        let look = self.appearance.appearance(&catalog.config.look);
        let end = self.handle_event(Event::CatalogLoaded(catalog, look));
        self.probe_delivery();
        end
    }

    /// At the first key on each start screen: checks whether the config has changed, which takes a
    /// few `stat` calls, and whether a session can still run here, because a display may come and
    /// go. If the config has changed, keys wait for the new one, so that the first key applies to
    /// what is then in use.
    pub(super) fn check_on_first_key(&mut self, now: Timestamp) {
        if self.is_config_checked || !matches!(self.model.screen(), AnyScreen::Start(_)) {
            return;
        }
        self.is_config_checked = true;
        if self.check_for_changes() {
            self.held_keys.begin(now);
        }
    }

    /// Checks for changes. Returns whether a new config is being loaded.
    pub(super) fn check_for_changes(&mut self) -> bool {
        let is_reading = self.loader.reload_if_changed(self.model.catalog());
        self.probe_delivery();
        is_reading
    }

    fn probe_delivery(&self) {
        self.jobs.probe_delivery(Arc::clone(self.model.catalog()));
    }
}
