//! What the threads of the runtime have to say, and how it reaches the loop.

use std::sync::Arc;
use std::sync::mpsc::{Sender, SyncSender};
use std::thread::JoinHandle;

use super::wake::Wake;
use crate::app::event::News;
use crate::catalog::Desk;
use crate::client::Foreground;
use crate::config::lists::ListReport;
use crate::config::{Config, Problems, Source};
use crate::job::JobId;
use crate::pin::Verdict;
use crate::session::Delivery;

/// What reading came to.
#[derive(Debug)]
pub(super) enum Loaded {
    /// The lists that this config names, as far as they can be used, and how it went with each.
    Lists(Arc<Config>, Arc<Desk>, Vec<ListReport>),
    /// The config anew, with its lists; a wrong one leaves the old in force. The source comes back for the next look.
    Config(Box<Source>, Result<(Arc<Desk>, Vec<ListReport>), Problems>),
}

/// What a thread tells the loop.
#[derive(Debug)]
pub(super) enum Report {
    /// News of a job for the model.
    News(JobId, News),
    /// A client is about to start that wants the terminal: it comes by this way, once the screen has been left.
    Borrow(SyncSender<Arc<Foreground>>),
    /// The terminal is not needed any more.
    Return,
    /// What becomes of a session that is started here.
    Delivery(Delivery),
    /// What became of a try at the staff's PIN.
    Pin(JobId, Verdict),
    /// The config or its lists have been read.
    Loaded(Loaded),
    /// Some thread panicked: the program must not go on half alive (T8).
    Broken,
}

/// A thread's line to the loop.
#[derive(Clone)]
pub(super) struct Line {
    /// Where the loop finds what was sent.
    pub(super) reports: Sender<Report>,
    /// Wakes it.
    pub(super) wake: Arc<Wake>,
}

impl Line {
    pub(super) fn send(&self, report: Report) {
        // The loop may be gone already: then nobody wants to know.
        let _ = self.reports.send(report);
        self.wake.ring();
    }
}

/// Does some work on a thread of its own. Should it panic, the loop is told, as of every thread ([`super::run`]).
pub(super) fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work)
}
