//! Loads the config and its lists on a background thread: the lists after the first frame, and
//! anything that has changed between customers. The event loop never waits for a disk.

use std::sync::Arc;

use super::event_sender::{EventSender, Loaded, Message, spawn};
use crate::catalog::{Catalog, ListState};
use crate::config::lists::{self, Copies, CopyAccess, ListReport, ListsRead};
use crate::config::{Config, ConfigSource};
use crate::{failpoints, heap};

/// Loads the config and its lists. If no thread can be started, nothing changes until the next
/// check.
pub(super) struct Loader {
    /// None if the config is built in.
    source: Option<ConfigSource>,
    /// Whether a thread is loading the lists of the current config. If it blocks (a dead disk),
    /// another config can still be loaded.
    reads_lists: bool,
    /// Whether a thread is loading the config.
    reads_config: bool,
    sender: EventSender,
}

impl Loader {
    pub(super) fn new(source: Option<ConfigSource>, sender: EventSender) -> Self {
        Self {
            source,
            reads_lists: false,
            reads_config: false,
            sender,
        }
    }

    /// Loads the lists of this config, unless that is done.
    pub(super) fn load_lists(&mut self, catalog: &Catalog) {
        if catalog.lists == ListState::Ready || self.reads_lists {
            return;
        }
        let config = Arc::clone(&catalog.config);
        self.reads_lists = self.spawn(move || {
            let ListsRead { choices, lists } = read_lists(&config);
            let catalog = Arc::new(Catalog::with_lists(Arc::clone(&config), choices));
            Loaded::Lists(config, catalog, lists)
        });
    }

    /// Loads the config again if `stat` shows a change; otherwise its lists, if they are not
    /// loaded. Returns whether the config is being loaded.
    pub(super) fn reload_if_changed(&mut self, catalog: &Arc<Catalog>) -> bool {
        if self.source.as_ref().is_some_and(ConfigSource::has_changed) {
            self.load(Some(Arc::clone(catalog)));
        } else {
            self.load_lists(catalog);
        }
        self.reads_config
    }

    /// Loads the config again even if `stat` shows no change: a disk that failed may work again.
    pub(super) fn reload(&mut self) {
        self.load(None);
    }

    fn load(&mut self, in_force: Option<Arc<Catalog>>) {
        let Some(mut source) = self.source.clone().filter(|_| !self.reads_config) else {
            return;
        };
        self.reads_config = self.spawn(move || {
            let loaded = source
                .config()
                .map(|config| load_catalog(Arc::new(config), in_force.as_ref()));
            Loaded::Config(Box::new(source), loaded)
        });
    }

    /// Must be called with each result. The source has recorded the state of the files that it
    /// read.
    pub(super) fn receive(&mut self, loaded: &Loaded) {
        match loaded {
            Loaded::Lists(..) => self.reads_lists = false,
            Loaded::Config(source, _) => {
                self.reads_config = false;
                self.source = Some(ConfigSource::clone(source));
            }
        }
    }

    /// Returns whether a thread could be started.
    fn spawn(&self, read: impl FnOnce() -> Loaded + Send + 'static) -> bool {
        let sender = self.sender.clone();
        let load = move || {
            failpoints::reach("loader");
            sender.send(Message::Loaded(read()));
            // Loading a list takes several times its size in memory.
            heap::trim();
        };
        spawn("config", load).is_ok()
    }
}

/// The config with its lists. The current one is kept if a list of the new one is invalid and no
/// copy of it exists.
fn load_catalog(
    config: Arc<Config>,
    in_force: Option<&Arc<Catalog>>,
) -> (Arc<Catalog>, Vec<ListReport>) {
    let reading = read_lists(&config);
    let catalog = match in_force {
        Some(catalog) if reading.lacks_a_list() && catalog.lists == ListState::Ready => {
            Arc::clone(catalog)
        }
        Some(_) | None => Arc::new(Catalog::with_lists(config, reading.choices)),
    };
    (catalog, reading.lists)
}

fn read_lists(config: &Config) -> ListsRead {
    lists::read(
        config,
        Copies::in_state_directory(CopyAccess::Lists).as_ref(),
    )
}
