//! The config and its lists, read on a thread of their own: after the first frame the lists that it names, and between
//! customers whatever has changed (product.md, The config). The loop is never held up by a disk.

use std::sync::Arc;

use super::line::{Line, Loaded, Report, thread};
use crate::app::desk::{Desk, Lists};
use crate::config::{Problems, Source, lists};
use crate::{log, torture};

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
            let desk = lists::read(&config).map(|choices| Arc::new(Desk::with_lists(Arc::clone(&config), choices)));
            Loaded::Lists(config, desk)
        });
    }

    /// Reads the config again if `stat` says that it is another than that of the desk, or else the lists if the desk still
    /// waits for them. A config that is wrong is told to the log of the desk.
    pub(super) fn look(&mut self, desk: &Desk) {
        if !self.source.as_ref().is_some_and(Source::changed) {
            self.lists_of(desk);
            return;
        }
        let config = Arc::clone(&desk.config);
        self.load(move |problems| log::during(&config.log, || log::config_refused(problems)));
    }

    /// Reads the config again, whatever `stat` says: a disk that failed may be back. There is none in force, and that was told
    /// when it came to it: no word at each try.
    pub(super) fn read(&mut self) {
        self.load(|_| ());
    }

    fn load(&mut self, refused: impl FnOnce(&Problems) + Send + 'static) {
        let Some(mut source) = self.source.clone().filter(|_| !self.reads_config) else { return };
        self.reads_config = self.on_a_thread(move || {
            let loaded = source.load().map(|(config, choices)| Arc::new(Desk::with_lists(Arc::new(config), choices)));
            if let Err(problems) = &loaded {
                refused(problems);
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
