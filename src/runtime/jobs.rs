//! Jobs: each session that is asked for runs on a thread of its own and reports to the loop.
//!
//! A job that is cancelled cleans up behind itself and says nothing more that the model would heed: the model drops what
//! comes from any job but the present one.

use std::ffi::OsString;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::line::{Line, Report, thread};
use super::lockdown::environment_of;
use super::wake::Wake;
use crate::app::event::{Arrival, News};
use crate::catalog::Desk;
use crate::clean::Clean;
use crate::client::{self, Client, Foreground, Order, Purpose, SaveTo};
use crate::config::{Mode, WhenLeft};
use crate::connect;
use crate::failure::{Failure, Fault};
use crate::job::{Cancel, JobId, Stop};
use crate::session::{Ending, Places, SessionRequest, Stage};
use crate::{failpoints, host, log};

/// For so long a session waits for the client of the one before.
const TURN_AT_MOST: Duration = Duration::from_secs(10);
const TURN_PAUSE: Duration = Duration::from_millis(20);

/// The jobs under way, and what a new one needs.
pub(super) struct Jobs {
    environment: Arc<[(OsString, OsString)]>,
    line: Line,
    running: Vec<Job>,
    /// Held by the one whose client may run: every child of ours is of that client (`client::adopt_orphans`).
    turn: Arc<Mutex<()>>,
}

struct Job {
    id: JobId,
    cancel: Cancel,
    /// Rung to end a client that runs already.
    told: Arc<Wake>,
    /// Set once its client runs: from then on it is not ours to wait for, unless it ends with us.
    handed_over: Arc<AtomicBool>,
    desk: Arc<Desk>,
    log: Arc<log::Visit>,
    thread: JoinHandle<()>,
}

impl Job {
    /// Whether the program may end as far as this job goes.
    fn may_be_left(&self) -> bool {
        let kept = self.when_left() == WhenLeft::Keep && self.runs();
        kept || self.thread.is_finished()
    }

    fn when_left(&self) -> WhenLeft {
        self.desk.config.launch.when_left
    }

    /// Whether its client runs, or has run.
    fn runs(&self) -> bool {
        self.handed_over.load(Ordering::Acquire)
    }
}

impl Jobs {
    pub(super) fn new(environment: Arc<[(OsString, OsString)]>, line: Line) -> Self {
        Self { environment, line, running: Vec::new(), turn: Arc::default() }
    }

    /// Starts a session of this desk.
    pub(super) fn connect(&mut self, id: JobId, desk: Arc<Desk>, arrival: &Arrival, request: SessionRequest) -> io::Result<()> {
        self.running.retain(|job| !job.thread.is_finished());
        let (cancel, told) = (Cancel::new(), Arc::new(Wake::new()?));
        let handed_over = Arc::new(AtomicBool::new(false));
        let log = Arc::new(log::Visit::new(arrival.visit, request.way()));
        let session = Session {
            id,
            log: Arc::clone(&log),
            line: self.line.clone(),
            told: Arc::clone(&told),
            handed_over: Arc::clone(&handed_over),
            turn: Arc::clone(&self.turn),
            environment: environment_of(&desk.config, &self.environment),
            desk: Arc::clone(&desk),
            places: arrival.places.clone(),
            cancel: cancel.clone(),
        };
        let thread = thread("session", move || session.run(&request))?;
        self.running.push(Job { id, cancel, told, handed_over, desk, log, thread });
        Ok(())
    }

    /// Stops a job, a client that it has just started included; it goes on cleaning up by itself.
    pub(super) fn cancel(&self, id: JobId) {
        for job in self.running.iter().filter(|job| job.id == id) {
            job.cancel.cancel();
            job.told.ring();
        }
    }

    /// Ends the client of a job, which tells when that is done.
    pub(super) fn end(&self, id: JobId) {
        for job in self.running.iter().filter(|job| job.id == id) {
            job.told.ring();
        }
    }

    /// Finds out what becomes of a session that is started now, on a thread of its own: it looks at folders, and one on a
    /// network that is gone must not hold the screen. Without a thread to be had, what was found last stays.
    pub(super) fn look_around(&self, desk: Arc<Desk>) {
        let (environment, line) = (environment_of(&desk.config, &self.environment), self.line.clone());
        let look = move || line.send(Report::Delivery(connect::delivery(&desk.config, &environment)));
        let _ = thread("delivery", look);
    }

    /// Removes what visits before this run of the program left behind, on a thread of its own: the first frame does not
    /// wait for it, and a client that still runs keeps its folder.
    pub(super) fn sweep(&self, desk: Arc<Desk>) {
        let environment = environment_of(&desk.config, &self.environment);
        // Without a thread to be had it is left to the next visit, which sweeps too.
        let _ = thread("sweep", move || connect::sweep(&desk.config, &environment));
    }

    /// The program ends: every job whose client does not run yet is stopped, and a client that runs is ended where
    /// `launch.when_left` says so. Waits until they have cleaned up, but no longer than `most`, and for a client to end no
    /// longer than `most_for_a_client`. What runs on then is written down as left.
    pub(super) fn stop(&self, most: Duration, most_for_a_client: Duration) {
        let began = Instant::now();
        for job in &self.running {
            job.cancel.cancel();
            match job.when_left() {
                WhenLeft::End => job.told.ring(),
                WhenLeft::Keep => {}
            }
        }
        let is_waited_for = |job: &Job| {
            let most = if job.runs() { most_for_a_client } else { most };
            !job.may_be_left() && began.elapsed() < most
        };
        while self.running.iter().any(is_waited_for) {
            std::thread::sleep(Duration::from_millis(5));
        }
        for job in self.running.iter().filter(|job| job.runs() && !job.thread.is_finished()) {
            log::during(&*job.desk.config, || job.log.left());
        }
    }

    /// Whether no job is left, and no client either that would still have the terminal.
    pub(super) fn are_done(&self) -> bool {
        self.running.iter().all(|job| job.thread.is_finished())
    }
}

/// One session, on its own thread.
struct Session {
    id: JobId,
    log: Arc<log::Visit>,
    line: Line,
    told: Arc<Wake>,
    handed_over: Arc<AtomicBool>,
    turn: Arc<Mutex<()>>,
    desk: Arc<Desk>,
    environment: Vec<(OsString, OsString)>,
    places: Places,
    cancel: Cancel,
}

impl Session {
    fn news(&self, news: News) {
        self.line.send(Report::News(self.id, news));
    }

    fn run(&self, request: &SessionRequest) {
        failpoints::reach("session");
        log::during(&*self.desk.config, || self.deliver(request));
    }

    fn deliver(&self, request: &SessionRequest) {
        self.log.started();
        let purpose = match self.desk.config.launch.mode {
            Mode::Save => Purpose::Save,
            Mode::Auto | Mode::Run | Mode::Link => Purpose::Run,
        };
        let order = Order {
            config: &self.desk.config,
            request,
            places: &self.places,
            purpose,
            when_left: self.desk.config.launch.when_left,
            summed: self.desk.config.log.is_kept(),
            cancel: &self.cancel,
            environment: &self.environment,
        };
        let outcome = match purpose {
            Purpose::Save => self.save(&order),
            Purpose::Run => self.launch(&order).map(News::Ended),
        };
        if let Err(stop) = &outcome {
            self.log.stopped(stop);
        }
        match outcome {
            Ok(news) => self.news(news),
            Err(Stop::Failed(failure)) => self.news(News::Failed { failure, clock: host::clock() }),
            Err(Stop::Cancelled) => {}
        }
    }

    fn save(&self, order: &Order) -> Result<News, Stop> {
        let folder = client::save_folder(order.config, order.environment)?;
        let saved = client::save(order, SaveTo::FolderToStartFrom(&folder), &mut |stage| self.stage(stage))?;
        self.log.saved();
        Ok(News::Saved { path: Clean::washed(&saved.path.to_string_lossy(), usize::MAX) })
    }

    fn launch(&self, order: &Order) -> Result<Ending, Stop> {
        let _turn = self.take_turn()?;
        // Before the site is asked: a session that can't be shown would keep a helper waiting for nobody.
        client::can_run_here(order.config, order.environment)?;
        connect::sweep_before(order)?;
        let mut stages = |stage| self.stage(stage);
        let download = client::download(order, &mut stages)?;
        if !order.config.launch.foreground {
            return self.watch(download.launch(order, &mut stages)?);
        }
        let terminal = self.borrow_terminal()?;
        let ending = download.launch_on(terminal, order, &mut stages).and_then(|client| self.watch(client));
        self.line.send(Report::Return);
        ending
    }

    /// Until the client of the visit before is gone with all that it forked, there is no new one (K6). One that no
    /// signal ends, since it waits for a disk or a network, is waited for no longer than a customer bears.
    fn take_turn(&self) -> Result<MutexGuard<'_, ()>, Stop> {
        let began = Instant::now();
        loop {
            match self.turn.try_lock() {
                Ok(turn) => return Ok(turn),
                // Whoever panicked while it had the turn has told so already.
                Err(TryLockError::Poisoned(turn)) => return Ok(turn.into_inner()),
                Err(TryLockError::WouldBlock) if self.cancel.is_cancelled() => return Err(Stop::Cancelled),
                Err(TryLockError::WouldBlock) if began.elapsed() < TURN_AT_MOST => std::thread::sleep(TURN_PAUSE),
                Err(TryLockError::WouldBlock) => {
                    return Err(Failure::about(Fault::CannotStart, "the previous client has not exited").into());
                }
            }
        }
    }

    /// The terminal, once the loop has left its screen. A loop that has ended does not answer any more.
    fn borrow_terminal(&self) -> Result<Arc<Foreground>, Stop> {
        let (lender, lent) = sync_channel(1);
        self.line.send(Report::Borrow(lender));
        lent.recv().map_err(|_| Stop::Cancelled)
    }

    fn stage(&self, stage: Stage) {
        failpoints::reach(if matches!(stage, Stage::Running { .. }) { "started" } else { "job" });
        self.log.stage(&stage);
        self.news(News::Stage(stage));
    }

    /// What was typed is kept until the client stands, so that one that fails at once can be tried again.
    fn watch(&self, client: Client) -> Result<Ending, Stop> {
        self.handed_over.store(true, Ordering::Release);
        let stands = || {
            failpoints::reach("watch");
            self.news(News::Running);
        };
        let ending = client.wait_or_end(self.told.reader(), stands)?;
        self.log.ended(&ending);
        Ok(ending)
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::Line;
    use super::*;
    use crate::config::out_of_service;
    use crate::session::Way;

    #[test]
    fn k6_a_session_that_waits_for_the_client_before_gives_way_to_a_cancel_and_begins_when_that_has_gone() {
        let (sender, _reports) = std::sync::mpsc::channel();
        let wake = Arc::new(Wake::new().expect("a pipe"));
        let session = Session {
            id: JobId(1),
            line: Line { reports: sender, wake: Arc::clone(&wake) },
            log: Arc::new(log::Visit::new(host::new_visit(), Way::Rep)),
            told: wake,
            handed_over: Arc::default(),
            turn: Arc::default(),
            desk: Arc::new(Desk::new(Arc::new(out_of_service()))),
            environment: Vec::new(),
            places: Places::default(),
            cancel: Cancel::new(),
        };
        let before = Arc::clone(&session.turn);
        let running = before.lock().expect("nobody panicked");
        session.cancel.cancel();
        assert_eq!(session.take_turn().err(), Some(Stop::Cancelled));
        drop(running);
        assert!(session.take_turn().is_ok());
    }
}
