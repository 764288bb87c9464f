//! The config and its lists, read on a thread of their own: after the first frame the lists that it names, and between
//! customers whatever has changed (product.md, The config). The loop is never held up by a disk.

use std::sync::Arc;

use super::line::{Line, Loaded, Report, thread};
use crate::app::desk::{Desk, Lists};
use crate::config::lists::{self, Keep, Reading};
use crate::config::{Config, Source};
use crate::{connect, log, torture};

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

    /// Writes down that a desk's config is in force, and reads the lists that the desk still waits for.
    pub(super) fn begin(&mut self, desk: &Arc<Desk>) {
        let config = Arc::clone(&desk.config);
        match desk.lists {
            Lists::Loading => self.lists_of(desk, log::config_loaded),
            Lists::Ready if config.log.is_kept() && self.source.is_some() => {
                // Without a thread it is not written down, as with a log that can't be written.
                let _ = thread("log", move || log::during(&*config, log::config_loaded));
            }
            Lists::Ready => {}
        }
    }

    /// Reads the lists that a desk still waits for; `tell` is told to the log before them.
    fn lists_of(&mut self, desk: &Desk, tell: fn()) {
        if desk.lists == Lists::Ready || self.reads_lists {
            return;
        }
        let config = Arc::clone(&desk.config);
        self.reads_lists = self.on_a_thread(move || {
            let reading = read_lists(&config, tell);
            let desk = Arc::new(Desk::with_lists(Arc::clone(&config), reading.choices));
            Loaded::Lists(config, desk)
        });
    }

    /// Reads the config again if `stat` says that it is another than that of the desk, or else the lists if the desk still
    /// waits for them. A config that is wrong is told to the log of the desk. Whether a thread is at the config now.
    pub(super) fn look(&mut self, desk: &Arc<Desk>) -> bool {
        if self.source.as_ref().is_some_and(Source::changed) {
            self.load(Some(Arc::clone(desk)));
        } else {
            self.lists_of(desk, || ());
        }
        self.reads_config
    }

    /// Reads the config again, whatever `stat` says: a disk that failed may be back. There is none in force, and that was told
    /// when it came to it: no word at each try.
    pub(super) fn read(&mut self) {
        self.load(None);
    }

    fn load(&mut self, in_force: Option<Arc<Desk>>) {
        let Some(mut source) = self.source.clone().filter(|_| !self.reads_config) else { return };
        self.reads_config = self.on_a_thread(move || {
            let loaded = source.config().map(|config| load_desk(Arc::new(config), in_force.as_ref()));
            if let (Err(problems), Some(desk)) = (&loaded, &in_force) {
                log::during(&*desk.config, || log::config_refused(problems));
            }
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
            torture::point("loader");
            line.send(Report::Loaded(read()));
        };
        thread("config", load).is_ok()
    }
}

/// The desk of a config; that which is in force stays where a list can't be used and there is nothing else to use of it.
fn load_desk(config: Arc<Config>, in_force: Option<&Arc<Desk>>) -> Arc<Desk> {
    let reading = read_lists(&config, log::config_loaded);
    match in_force {
        Some(desk) if reading.lacks_a_list() && desk.lists == Lists::Ready => Arc::clone(desk),
        Some(_) | None => Arc::new(Desk::with_lists(config, reading.choices)),
    }
}

fn read_lists(config: &Config, tell: fn()) -> Reading {
    let reading = lists::read(config, connect::list_copies(Keep::Lists).as_ref());
    log::during(config, || {
        tell();
        reading.lists.iter().for_each(log::list_read);
    });
    reading
}
