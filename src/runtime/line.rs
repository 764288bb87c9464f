//! What the threads of the runtime have to say, and how it reaches the loop.

use std::sync::Arc;
use std::sync::mpsc::{Sender, SyncSender};
use std::thread::JoinHandle;

use crate::app::event::Event;
use crate::catalog::Desk;
use crate::config::lists::ListReport;
use crate::config::{Config, Problems, Source};
use crate::sys::lease::TerminalLease;
use crate::sys::waker::Waker;

/// What reading came to.
#[derive(Debug)]
pub(super) enum Loaded {
    /// The lists that this config names, as far as they can be used, and how it went with each.
    Lists(Arc<Config>, Arc<Desk>, Vec<ListReport>),
    /// The config anew, with its lists; a wrong one leaves the old in force. The source comes back for the next look.
    Config(Box<Source>, Result<(Arc<Desk>, Vec<ListReport>), Problems>),
}

/// What a thread sends to the loop.
#[derive(Debug)]
pub(super) enum Message {
    /// An event for the model.
    Event(Event),
    /// A client is about to start that needs the terminal: the lease goes back this way once the screen has been left.
    Lend(SyncSender<Arc<TerminalLease>>),
    /// The client no longer needs the terminal.
    TakeBack,
    /// The config or its lists have been read.
    Loaded(Loaded),
    /// Some thread panicked: the program must not go on half alive (T8).
    Broken,
}

/// A thread's line to the loop.
#[derive(Clone)]
pub(super) struct Line {
    /// Where the loop finds what was sent.
    pub(super) messages: Sender<Message>,
    /// Wakes it.
    pub(super) wake: Arc<Waker>,
}

impl Line {
    pub(super) fn send(&self, message: Message) {
        // The loop may have ended already.
        let _ = self.messages.send(message);
        self.wake.wake();
    }
}

/// Does some work on a thread of its own. Should it panic, the loop is told, as of every thread ([`super::run`]).
pub(super) fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work)
}
