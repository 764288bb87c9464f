//! One session from request to exit, for the screen and for `start`. They differ in what their [`Observer`] does.
//!
//! ```text
//!             ┌ save ─> the file ─────────────────────────────────────────┐
//! download ───┤                                                           ├─> Outcome
//!             └ launch ─> the client runs ─┬─ ends, or is ended ──────────┤
//!                                          └─ is left when the program exits ┘
//! ```
//!
//! The log of a session is written here and nowhere else.

use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::control::SessionControl;
use super::slot::ClientSlot;
use super::sweep_before;
use crate::client::{Client, Order, Purpose, SaveTo, Saved, can_run_here, download, save, save_folder};
use crate::config::Config;
use crate::env::Environment;
use crate::failure::Failure;
use crate::heap;
use crate::job::Stop;
use crate::log;
use crate::session::{Ending, Places, SessionRequest, Stage};
use crate::sys::lease::TerminalLease;

/// What a session is to do.
#[derive(Clone, Copy)]
pub struct SessionPlan<'a> {
    /// The desk and this kiosk.
    pub config: &'a Config,
    /// Where folders, a display and the client's variables are found.
    pub environment: Environment<'a>,
    /// Whom or what the customer asks for.
    pub request: &'a SessionRequest,
    /// The values of the fixed parameters in this visit.
    pub places: &'a Places,
    /// What becomes of the client.
    pub goal: Goal<'a>,
    /// Whether the client's SHA-256 is wanted.
    pub summed: bool,
    /// Where the client before may still run.
    pub slot: &'a ClientSlot,
}

/// What becomes of the client.
#[derive(Clone, Copy)]
pub enum Goal<'a> {
    /// It runs, and its end is waited for.
    Run,
    /// It runs, and nobody waits for it.
    Launch,
    /// It is saved there.
    Save(SaveTo<'a>),
    /// It is saved where the customer at this kiosk finds it, ready to be started.
    SaveForCustomer,
}

/// What a session came to that did not fail.
#[derive(Debug)]
pub enum Outcome {
    /// The client was saved; [`Observer::saved`] has had it.
    Saved,
    /// The client ran and has ended, perhaps so early that it is a failure.
    Ended(Ending, Option<Failure>),
    /// The client runs on without us.
    Left,
}

/// What follows a session, on the session's thread.
pub trait Observer {
    /// The session has reached a stage.
    fn stage(&mut self, stage: Stage);

    /// The client was saved. A failure to report it is the session's.
    fn saved(&mut self, saved: Saved) -> Result<(), Stop>;

    /// Lends the terminal to a client that needs it. None: the client has to do without.
    fn lend_terminal(&mut self) -> Result<Option<Arc<TerminalLease>>, Stop>;

    /// The client no longer needs the terminal.
    fn take_terminal_back(&mut self);

    /// The client has run long enough not to be an early failure.
    fn stable(&mut self) {}

    /// The session is over. On the session's thread, while its log may still be on its way to the disk.
    fn finished(&mut self, _outcome: &Result<Outcome, Stop>) {}
}

/// Runs one session. It blocks; other threads stop it through `control`. No file and no process is left after a failure.
pub fn run(plan: &SessionPlan<'_>, control: &SessionControl, observer: &mut dyn Observer) -> Result<Outcome, Stop> {
    log::during(control.log_to.clone(), || {
        let log = &control.log;
        log.started();
        let outcome = Runner { plan, control, observer }.run();
        match &outcome {
            Ok(Outcome::Saved) => log.saved(),
            Ok(Outcome::Ended(ending, None)) => log.ended(ending),
            Ok(Outcome::Ended(_, Some(failure))) => log.stopped(&failure.clone().into()),
            Ok(Outcome::Left) => log.left(),
            Err(stop) => log.stopped(stop),
        }
        observer.finished(&outcome);
        outcome
    })
}

struct Runner<'r> {
    plan: &'r SessionPlan<'r>,
    control: &'r SessionControl,
    observer: &'r mut dyn Observer,
}

impl<'r> Runner<'r> {
    fn run(&mut self) -> Result<Outcome, Stop> {
        let outcome = match self.plan.goal {
            Goal::Run => self.launch(Self::watch),
            Goal::Launch => self.launch(|_, client| Self::leave(client)),
            Goal::Save(to) => self.save(to),
            Goal::SaveForCustomer => save_folder(self.plan.config, self.plan.environment)
                .map_err(Stop::from)
                .and_then(|folder| self.save(SaveTo::FolderToStartFrom(&folder))),
        };
        match outcome {
            // A failure after the cancel may be its consequence.
            Err(Stop::Failed(_)) if self.control.is_cancelled() => Err(Stop::Cancelled),
            outcome => outcome,
        }
    }

    fn save(&mut self, to: SaveTo<'_>) -> Result<Outcome, Stop> {
        let order = self.order(Purpose::Save);
        sweep_before(&order)?;
        let saved = save(&order, to, &mut |stage| self.stage(stage))?;
        self.observer.saved(saved)?;
        Ok(Outcome::Saved)
    }

    fn launch(&mut self, then: fn(&mut Self, Client) -> Outcome) -> Result<Outcome, Stop> {
        let order = self.order(Purpose::Run);
        let _slot = self.plan.slot.take(order.cancel)?;
        // Before the request, which may connect a helper who would wait for a session that can't be shown.
        can_run_here(order.config, order.environment)?;
        sweep_before(&order)?;
        let download = download(&order, &mut |stage| self.stage(stage))?;
        let lease = if order.config.launch.foreground { self.observer.lend_terminal()? } else { None };
        let is_lent = lease.is_some();
        let client = download.launch(&order, lease, &mut |stage| self.stage(stage));
        let outcome = client.map(|client| {
            self.control.has_client.store(true, Ordering::Release);
            then(self, client)
        });
        if is_lent {
            self.observer.take_terminal_back();
        }
        outcome
    }

    fn watch(&mut self, client: Client) -> Outcome {
        let on_stable = || {
            self.observer.stable();
            // The wait may be long, and nothing of the download is needed any more.
            heap::trim();
        };
        let end = client.wait(self.control.stop.as_fd(), on_stable, || self.control.on_stop());
        end.map_or(Outcome::Left, |(ending, failure)| Outcome::Ended(ending, failure))
    }

    fn leave(client: Client) -> Outcome {
        client.leave();
        Outcome::Left
    }

    fn order(&self, purpose: Purpose) -> Order<'r> {
        let SessionPlan { config, environment, request, places, summed, .. } = *self.plan;
        Order { config, environment, request, places, summed, purpose, cancel: &self.control.cancel }
    }

    fn stage(&mut self, stage: Stage) {
        self.control.log.stage(&stage);
        self.observer.stage(stage);
    }
}
