//! The config and its lists, read on a thread of their own: after the first frame the lists that it names, and between
//! customers whatever has changed (product.md, The config). The loop is never held up by a disk.

use std::sync::Arc;

use super::line::{Line, Loaded, Report, thread};
use crate::app::desk::{Desk, Lists};
use crate::config::{Problems, Source, lists};
use crate::{log, torture};

/// Looks after the config.
pub(super) struct Loader {
    /// None while a thread has it, and where the config is built in.
    source: Option<Box<Source>>,
    line: Line,
}

impl Loader {
    pub(super) fn new(source: Option<Source>, line: Line) -> Self {
        Self { source: source.map(Box::new), line }
    }

    /// Reads the lists that a desk still waits for.
    pub(super) fn lists_of(&self, desk: &Desk) -> std::io::Result<()> {
        if desk.lists == Lists::Ready {
            return Ok(());
        }
        let config = Arc::clone(&desk.config);
        self.on_a_thread(move || {
            let desk = lists::read(&config).map(|choices| Arc::new(Desk::with_lists(Arc::clone(&config), choices)));
            Loaded::Lists(config, desk)
        })
    }

    /// Reads the config again if `stat` says that it is another than that of the desk. One that is wrong is told to the log
    /// of the desk.
    pub(super) fn look(&mut self, desk: &Desk) -> std::io::Result<()> {
        if !self.source.as_ref().is_some_and(|source| source.changed()) {
            return Ok(());
        }
        let config = Arc::clone(&desk.config);
        self.load(move |problems| log::during(&config.log, || log::config_refused(problems)))
    }

    /// Reads the config again, whatever `stat` says: a disk that failed may be back. There is none in force, and that was told
    /// when it came to it: no word at each try.
    pub(super) fn read(&mut self) -> std::io::Result<()> {
        self.load(|_| ())
    }

    fn load(&mut self, refused: impl FnOnce(&Problems) + Send + 'static) -> std::io::Result<()> {
        let Some(mut source) = self.source.take() else { return Ok(()) };
        self.on_a_thread(move || {
            let loaded = source.load().map(|(config, choices)| Arc::new(Desk::with_lists(Arc::new(config), choices)));
            if let Err(problems) = &loaded {
                refused(problems);
            }
            Loaded::Config(source, loaded)
        })
    }

    /// Takes the source back.
    pub(super) fn keep(&mut self, source: Box<Source>) {
        self.source = Some(source);
    }

    fn on_a_thread(&self, read: impl FnOnce() -> Loaded + Send + 'static) -> std::io::Result<()> {
        let line = self.line.clone();
        let load = move || {
            torture::point("loader");
            line.send(Report::Loaded(read()));
        };
        thread("config", load).map(drop)
    }
}
