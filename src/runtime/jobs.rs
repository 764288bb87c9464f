//! Jobs: each session runs on its own thread and sends messages to the event loop.
//!
//! A cancelled job cleans up on its own. The model ignores messages of any job but the current one.

use std::convert::Infallible;
use std::ffi::OsString;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel, sync_channel};
use std::time::Instant;

use super::event_sender::{EventSender, Message, spawn};
use super::lockdown::session_environment;
use crate::app::event::{Event, JobUpdate, VisitContext};
use crate::catalog::Catalog;
use crate::clean::Clean;
use crate::client::Saved;
use crate::config::Mode;
use crate::connect::{self, ClientSlot, Goal, Observer, Outcome, SessionControl, SessionPlan};
use crate::job::{JobId, SessionError};
use crate::session::{Placeholders, SessionRequest, Stage};
use crate::sys::lease::TerminalLease;
use crate::{failpoints, heap, host};

/// The running jobs, and what a new one needs.
pub(super) struct Jobs {
    environment: Arc<[(OsString, OsString)]>,
    sender: EventSender,
    running: Vec<Job>,
    slot: ClientSlot,
}

struct Job {
    id: JobId,
    control: Arc<SessionControl>,
    /// Disconnected once the thread has exited.
    alive: Receiver<Infallible>,
}

impl Job {
    fn has_ended(&self) -> bool {
        matches!(self.alive.try_recv(), Err(TryRecvError::Disconnected))
    }

    /// Waits for its end, up to its exit timeout after `began`.
    fn wait_since(&self, began: Instant) {
        while let Some(left) = self
            .control
            .exit_timeout()
            .checked_sub(began.elapsed())
            .filter(|_| !self.has_ended())
        {
            let _ = self.alive.recv_timeout(left);
        }
    }
}

impl Jobs {
    pub(super) fn new(environment: Arc<[(OsString, OsString)]>, sender: EventSender) -> Self {
        Self {
            environment,
            sender,
            running: Vec::new(),
            slot: ClientSlot::default(),
        }
    }

    /// Starts a session.
    pub(super) fn connect(
        &mut self,
        id: JobId,
        catalog: Arc<Catalog>,
        visit_context: &VisitContext,
        request: SessionRequest,
    ) -> io::Result<()> {
        self.running.retain(|job| !job.has_ended());
        let control = Arc::new(SessionControl::new(
            &catalog.config,
            visit_context.visit,
            request.way(),
        )?);
        let session = RunningSession {
            environment: session_environment(&catalog.config, &self.environment),
            catalog,
            placeholders: visit_context.placeholders.clone(),
            slot: self.slot.clone(),
            control: Arc::clone(&control),
        };
        let mut reporter = JobReporter {
            id,
            sender: self.sender.clone(),
        };
        let (end, alive) = channel();
        spawn("session", move || {
            let _end = end;
            failpoints::reach("session");
            session.run(&request, &mut reporter);
            drop((session, request));
            heap::trim();
        })?;
        self.running.push(Job { id, control, alive });
        Ok(())
    }

    /// Cancels a job, with a client that it has just started. Does not wait for the cleanup.
    pub(super) fn cancel(&self, id: JobId) {
        self.with_id(id).for_each(|job| job.control.cancel());
    }

    /// Stops the client of a job. The job reports when it is done.
    pub(super) fn end(&self, id: JobId) {
        self.with_id(id).for_each(|job| job.control.end_client());
    }

    fn with_id(&self, id: JobId) -> impl Iterator<Item = &Job> {
        self.running.iter().filter(move |job| job.id == id)
    }

    /// Finds out on a background thread how a client can be delivered: this checks directories, and
    /// a dead network file system must not block the screen. If no thread can be started, the last
    /// result is kept.
    pub(super) fn probe_delivery(&self, catalog: Arc<Catalog>) {
        let (environment, sender) = (
            session_environment(&catalog.config, &self.environment),
            self.sender.clone(),
        );
        let look = move || {
            sender.send(Message::Event(Event::Delivery(connect::delivery(
                &catalog.config,
                &environment,
            ))));
        };
        let _ = spawn("delivery", look);
    }

    /// Removes stale session directories on a background thread, so that the first frame does not
    /// wait for it. A client that still runs keeps its directory.
    pub(super) fn sweep(&self, catalog: Arc<Catalog>) {
        let environment = session_environment(&catalog.config, &self.environment);
        // If no thread can be started, the next session does it.
        let _ = spawn("sweep", move || {
            connect::sweep(&catalog.config, &environment);
            // Return the memory that was needed only for the start.
            heap::trim();
        });
    }

    /// Stops all jobs because the program exits. Waits for their cleanup, but not longer than their
    /// exit timeouts.
    pub(super) fn stop(&self) {
        let began = Instant::now();
        self.running.iter().for_each(|job| job.control.exit());
        self.running.iter().for_each(|job| job.wait_since(began));
        self.running
            .iter()
            .filter(|job| !job.has_ended())
            .for_each(|job| job.control.log_left_running());
    }

    /// Whether no job is running. If one is, its client may still have the terminal.
    pub(super) fn all_done(&self) -> bool {
        self.running.iter().all(Job::has_ended)
    }
}

/// One session, on its own thread.
struct RunningSession {
    catalog: Arc<Catalog>,
    environment: Vec<(OsString, OsString)>,
    placeholders: Placeholders,
    slot: ClientSlot,
    control: Arc<SessionControl>,
}

impl RunningSession {
    fn run(&self, request: &SessionRequest, reporter: &mut JobReporter) {
        let config = &self.catalog.config;
        let plan = SessionPlan {
            config,
            environment: &self.environment,
            request,
            placeholders: &self.placeholders,
            goal: match config.launch.mode {
                Mode::Save => Goal::SaveForCustomer,
                Mode::Auto | Mode::Run | Mode::Link => Goal::Run,
            },
            wants_sum: config.log.is_kept(),
            slot: &self.slot,
        };
        // The reporter has received the outcome.
        let _ = connect::run(&plan, &self.control, reporter);
    }
}

struct JobReporter {
    id: JobId,
    sender: EventSender,
}

impl JobReporter {
    fn update(&self, news: JobUpdate) {
        self.sender.send(Message::Event(Event::Job(self.id, news)));
    }
}

impl Observer for JobReporter {
    fn stage(&mut self, stage: Stage) {
        failpoints::reach(if matches!(stage, Stage::Running { .. }) {
            "started"
        } else {
            "job"
        });
        self.update(JobUpdate::Stage(stage));
    }

    fn saved(&mut self, saved: Saved) -> Result<(), SessionError> {
        self.update(JobUpdate::Saved {
            path: Clean::sanitized(&saved.path.to_string_lossy(), usize::MAX),
        });
        Ok(())
    }

    /// The event loop leaves the screen first. If it has ended, there is no answer.
    fn lend_terminal(&mut self) -> Result<Option<Arc<TerminalLease>>, SessionError> {
        let (lender, lent) = sync_channel(1);
        self.sender.send(Message::Lend(lender));
        lent.recv().map(Some).map_err(|_| SessionError::Cancelled)
    }

    fn take_terminal_back(&mut self) {
        self.sender.send(Message::TakeBack);
    }

    /// The customer's input is kept until then, so that a client that fails at once can be retried.
    fn stable(&mut self) {
        failpoints::reach("watch");
        self.update(JobUpdate::Stable);
    }

    fn finished(&mut self, outcome: &Result<Outcome, SessionError>) {
        let failure = match outcome {
            Ok(Outcome::Ended(ending, None)) => return self.update(JobUpdate::Ended(*ending)),
            Ok(Outcome::Ended(_, Some(failure))) | Err(SessionError::Failed(failure)) => failure,
            Ok(Outcome::Saved | Outcome::LeftRunning) | Err(SessionError::Cancelled) => return,
        };
        self.update(JobUpdate::Failed {
            failure: failure.clone(),
            clock: host::time_of_day(),
        });
    }
}
