//! Jobs: each session that is asked for runs on a thread of its own and reports to the loop.
//!
//! A job that is cancelled cleans up behind itself and says nothing more that the model would heed: the model drops what
//! comes from any job but the present one.

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::loader::Loaded;
use super::wake::Wake;
use crate::app::desk::Desk;
use crate::app::event::{JobId, News};
use crate::connect::{self, Cancel, Order, Purpose, Stop};
use crate::machine;
use crate::session::SessionRequest;

/// What a job's thread tells the loop.
#[derive(Debug)]
pub(super) enum Report {
    /// News for the model.
    News(JobId, News),
    /// The config or its lists have been read.
    Loaded(Loaded),
    /// The thread panicked: the program must not go on half alive (trust.md T8).
    Broken,
}

/// The jobs under way, and what a new one needs.
pub(super) struct Jobs {
    environment: Arc<[(OsString, OsString)]>,
    reports: Sender<Report>,
    wake: Arc<Wake>,
    running: Vec<Job>,
}

struct Job {
    id: JobId,
    cancel: Cancel,
    /// Rung to end a client that runs already.
    told: Arc<Wake>,
    /// Set once its client runs: from then on it is not ours to wait for.
    handed_over: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Jobs {
    pub(super) fn new(environment: Arc<[(OsString, OsString)]>, reports: Sender<Report>, wake: Arc<Wake>) -> Self {
        Self { environment, reports, wake, running: Vec::new() }
    }

    /// Starts a session of this desk on a thread of its own.
    pub(super) fn connect(&mut self, id: JobId, desk: Arc<Desk>, request: SessionRequest) -> std::io::Result<()> {
        self.running.retain(|job| !job.thread.is_finished());
        let cancel = Cancel::new();
        let handed_over = Arc::new(AtomicBool::new(false));
        let told = Arc::new(Wake::new()?);
        let line = Line {
            id,
            told: Arc::clone(&told),
            handed_over: Arc::clone(&handed_over),
            reports: self.reports.clone(),
            wake: Arc::clone(&self.wake),
        };
        let (environment, its_cancel) = (Arc::clone(&self.environment), cancel.clone());
        let thread = std::thread::Builder::new().name("session".into()).spawn(move || {
            let order = Order {
                config: &desk.config,
                request: &request,
                purpose: Purpose::Run,
                cancel: &its_cancel,
                environment: &environment,
            };
            if catch_unwind(AssertUnwindSafe(|| line.report_on(&order))).is_err() {
                line.send(Report::Broken);
            }
        })?;
        self.running.push(Job { id, cancel, told, handed_over, thread });
        Ok(())
    }

    /// Stops a job, a client that it has just started included; it goes on cleaning up by itself.
    pub(super) fn cancel(&mut self, id: JobId) {
        for job in self.running.iter().filter(|job| job.id == id) {
            job.cancel.cancel();
            job.told.ring();
        }
    }

    /// Stops every job whose client does not run yet, and waits until they have cleaned up, but no longer than `most`.
    /// A client that runs goes on without us.
    pub(super) fn stop(&mut self, most: Duration) {
        let end = Instant::now() + most;
        for job in &self.running {
            job.cancel.cancel();
        }
        while self.running.iter().any(|job| !job.thread.is_finished() && !job.handed_over.load(Ordering::Acquire))
            && Instant::now() < end
        {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// A job's line to the loop.
struct Line {
    id: JobId,
    told: Arc<Wake>,
    handed_over: Arc<AtomicBool>,
    reports: Sender<Report>,
    wake: Arc<Wake>,
}

impl Line {
    fn send(&self, report: Report) {
        // The loop may be gone already: then nobody wants to know.
        let _ = self.reports.send(report);
        self.wake.ring();
    }

    fn news(&self, news: News) {
        self.send(Report::News(self.id, news));
    }

    fn report_on(&self, order: &Order) {
        let mut stages = |stage| self.news(News::Stage(stage));
        let client = connect::download(order, &mut stages).and_then(|download| download.launch(order, &mut stages));
        match client {
            Ok(client) => {
                self.handed_over.store(true, Ordering::Release);
                self.news(News::Running);
                if let Some(ending) = client.wait_unless(self.told.reader()) {
                    self.news(News::Ended(ending));
                }
            }
            Err(Stop::Failed(failure)) => self.news(News::Failed { failure, clock: machine::clock() }),
            Err(Stop::Cancelled) => {}
        }
    }
}
