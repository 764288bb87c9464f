//! The channel from background threads to the event loop.

use std::sync::Arc;
use std::sync::mpsc::{Sender, SyncSender};
use std::thread::JoinHandle;

use crate::app::event::Event;
use crate::catalog::Catalog;
use crate::config::lists::ListReport;
use crate::config::{Config, ConfigErrors, ConfigSource};
use crate::sys::lease::TerminalLease;
use crate::sys::waker::Waker;

/// What the loader has read.
#[derive(Debug)]
pub(super) enum Loaded {
    /// The lists of this config, as far as they are valid, and a report for each.
    Lists(Arc<Config>, Arc<Catalog>, Vec<ListReport>),
    /// The config with its lists, or its errors. The source is returned for the next check.
    Config(
        Box<ConfigSource>,
        Result<(Arc<Catalog>, Vec<ListReport>), ConfigErrors>,
    ),
}

#[derive(Debug)]
pub(super) enum Message {
    Event(Event),
    /// A client is about to start that needs the terminal. The lease is returned here once the
    /// screen has been left.
    Lend(SyncSender<Arc<TerminalLease>>),
    TakeBack,
    Loaded(Loaded),
    /// A thread has panicked. The program must not continue without it (T8).
    Broken,
}

/// The sending end for a background thread.
#[derive(Clone)]
pub(super) struct EventSender {
    pub(super) messages: Sender<Message>,
    /// Wakes the event loop.
    pub(super) wake: Arc<Waker>,
}

impl EventSender {
    pub(super) fn send(&self, message: Message) {
        // The event loop may have ended already.
        let _ = self.messages.send(message);
        self.wake.wake();
    }
}

/// Starts a background thread. If it panics, the event loop receives [`Message::Broken`], as for
/// every thread.
pub(super) fn spawn(
    name: &str,
    work: impl FnOnce() + Send + 'static,
) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
}
