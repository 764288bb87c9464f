//! The config and its lists, read on a thread of their own: after the first frame the lists that it names, and between
//! customers whatever has changed (product.md, The config). The loop is never held up by a disk.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::jobs::Report;
use super::wake::Wake;
use crate::app::desk::{Desk, Lists};
use crate::config::{Problems, Source, lists};

/// What reading came to.
#[derive(Debug)]
pub(super) enum Loaded {
    /// The lists that the present config names; without them there is nothing to go on with.
    Lists(Result<Arc<Desk>, Problems>),
    /// The config anew, with its lists; a wrong one leaves the old in force. The source comes back for the next look.
    Config(Box<Source>, Result<Arc<Desk>, Problems>),
}

/// Looks after the config.
pub(super) struct Loader {
    /// None while a thread has it, and where the config is built in.
    source: Option<Box<Source>>,
    reports: Sender<Report>,
    wake: Arc<Wake>,
}

impl Loader {
    pub(super) fn new(source: Option<Source>, reports: Sender<Report>, wake: Arc<Wake>) -> Self {
        Self { source: source.map(Box::new), reports, wake }
    }

    /// Reads the lists that a desk still waits for.
    pub(super) fn lists_of(&self, desk: &Desk) -> std::io::Result<()> {
        if desk.lists == Lists::Ready {
            return Ok(());
        }
        let config = Arc::clone(&desk.config);
        self.on_a_thread(move || {
            let choices = lists::read(&config);
            Loaded::Lists(choices.map(|choices| Arc::new(Desk::with_lists(config, choices))))
        })
    }

    /// Reads the config again if `stat` says that it is another.
    pub(super) fn look(&mut self) -> std::io::Result<()> {
        let Some(mut source) = self.source.take_if(|source| source.changed()) else { return Ok(()) };
        self.on_a_thread(move || {
            let loaded = source.load().map(|(config, choices)| Arc::new(Desk::with_lists(Arc::new(config), choices)));
            Loaded::Config(source, loaded)
        })
    }

    /// Takes the source back.
    pub(super) fn keep(&mut self, source: Box<Source>) {
        self.source = Some(source);
    }

    fn on_a_thread(&self, read: impl FnOnce() -> Loaded + Send + 'static) -> std::io::Result<()> {
        let (reports, wake) = (self.reports.clone(), Arc::clone(&self.wake));
        std::thread::Builder::new().name("config".into()).spawn(move || {
            // The loop may be gone already: then nobody wants to know.
            let _ = reports.send(Report::Loaded(read()));
            wake.ring();
        })?;
        Ok(())
    }
}
