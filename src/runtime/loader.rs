//! The config and its lists, read on a thread of their own: after the first frame the lists that it names, and between
//! customers whatever has changed. The loop is never held up by a disk.

use std::sync::Arc;

use super::line::{Line, Loaded, Message, thread};
use crate::catalog::{Desk, Lists};
use crate::config::lists::{self, Copies, Keep, ListReport, Reading};
use crate::config::{Config, Source};
use crate::{failpoints, heap};

/// Looks after the config. Without a thread to be had, everything stays as it is until the next look.
pub(super) struct Loader {
    /// None where the config is built in.
    source: Option<Source>,
    /// Whether a thread reads the lists of the present desk. One that never ends (a dead disk) holds up no other config.
    reads_lists: bool,
    /// Whether a thread reads the config.
    reads_config: bool,
    line: Line,
}

impl Loader {
    pub(super) fn new(source: Option<Source>, line: Line) -> Self {
        Self { source, reads_lists: false, reads_config: false, line }
    }

    /// Reads the lists that a desk still waits for.
    pub(super) fn lists_of(&mut self, desk: &Desk) {
        if desk.lists == Lists::Ready || self.reads_lists {
            return;
        }
        let config = Arc::clone(&desk.config);
        self.reads_lists = self.on_a_thread(move || {
            let Reading { choices, lists } = read_lists(&config);
            let desk = Arc::new(Desk::with_lists(Arc::clone(&config), choices));
            Loaded::Lists(config, desk, lists)
        });
    }

    /// Reads the config again if `stat` says that it is another than that of the desk, or else the lists if the desk still
    /// waits for them. Whether a thread is at the config now.
    pub(super) fn look(&mut self, desk: &Arc<Desk>) -> bool {
        if self.source.as_ref().is_some_and(Source::changed) {
            self.load(Some(Arc::clone(desk)));
        } else {
            self.lists_of(desk);
        }
        self.reads_config
    }

    /// Reads the config again, whatever `stat` says: a disk that failed may be back.
    pub(super) fn read(&mut self) {
        self.load(None);
    }

    fn load(&mut self, in_force: Option<Arc<Desk>>) {
        let Some(mut source) = self.source.clone().filter(|_| !self.reads_config) else { return };
        self.reads_config = self.on_a_thread(move || {
            let loaded = source.config().map(|config| load_desk(Arc::new(config), in_force.as_ref()));
            Loaded::Config(Box::new(source), loaded)
        });
    }

    /// Takes in that a thread has read. The source remembers what it has seen.
    pub(super) fn has_read(&mut self, loaded: &Loaded) {
        match loaded {
            Loaded::Lists(..) => self.reads_lists = false,
            Loaded::Config(source, _) => {
                self.reads_config = false;
                self.source = Some(Source::clone(source));
            }
        }
    }

    /// Whether there was a thread for it.
    fn on_a_thread(&self, read: impl FnOnce() -> Loaded + Send + 'static) -> bool {
        let line = self.line.clone();
        let load = move || {
            failpoints::reach("loader");
            line.send(Message::Loaded(read()));
            // A list takes several times its size while it is read.
            heap::trim();
        };
        thread("config", load).is_ok()
    }
}

/// The desk of a config; that which is in force stays where a list can't be used and there is nothing else to use of it.
fn load_desk(config: Arc<Config>, in_force: Option<&Arc<Desk>>) -> (Arc<Desk>, Vec<ListReport>) {
    let reading = read_lists(&config);
    let desk = match in_force {
        Some(desk) if reading.lacks_a_list() && desk.lists == Lists::Ready => Arc::clone(desk),
        Some(_) | None => Arc::new(Desk::with_lists(config, reading.choices)),
    };
    (desk, reading.lists)
}

fn read_lists(config: &Config) -> Reading {
    lists::read(config, Copies::in_state_directory(Keep::Lists).as_ref())
}
