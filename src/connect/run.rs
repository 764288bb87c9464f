//! Runs one session from the request to the exit of the client, for the screen and for `start`.
//! They differ only in their [`Observer`].
//!
//! ```text
//!             ┌ save ───> the file ─────────────────────────────────────┐
//! download ───┤                                                         ├─> Outcome
//!             └ launch ─> the client ─┬─ exits or is stopped ───────────┤
//!                                     └─ is left when the program exits ┘
//! ```
//!
//! The log of a session is written only here.

use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::control::SessionControl;
use super::slot::ClientSlot;
use super::sweep_before;
use crate::client::{
    Purpose, RunningClient, SaveTo, Saved, SessionOptions, check_can_run, download, save,
    save_folder,
};
use crate::config::Config;
use crate::env::Environment;
use crate::failure::Failure;
use crate::heap;
use crate::job::SessionError;
use crate::log;
use crate::session::{ClientExit, Placeholders, SessionRequest, Stage};
use crate::stack;
use crate::sys::lease::TerminalLease;

/// What a session is to do, and with what.
#[derive(Clone, Copy)]
pub struct SessionPlan<'a> {
    pub config: &'a Config,
    /// The environment of this process: directories, the display, and variables for the client.
    pub environment: Environment<'a>,
    /// The customer's request.
    pub request: &'a SessionRequest,
    /// The values of the placeholders in the fixed parameters.
    pub placeholders: &'a Placeholders,
    pub goal: Goal<'a>,
    /// Whether to compute the client's SHA-256.
    pub wants_sum: bool,
    /// The slot in which the previous client may still be running.
    pub slot: &'a ClientSlot,
}

/// What to do with the client.
#[derive(Clone, Copy)]
pub enum Goal<'a> {
    /// Run it and wait until it exits.
    Run,
    /// Run it without waiting.
    Launch,
    /// Save it there.
    Save(SaveTo<'a>),
    /// Save it where the customer at this kiosk finds and starts it.
    SaveForCustomer,
}

/// The result of a session that did not fail.
#[derive(Debug)]
pub enum Outcome {
    /// The client was saved, and [`Observer::saved`] was called.
    Saved,
    /// The client has exited, perhaps so early that this is a failure.
    Ended(ClientExit, Option<Failure>),
    /// The client is still running.
    LeftRunning,
}

/// Receives the events of a session, on the session's thread.
pub trait Observer {
    fn stage(&mut self, stage: Stage);

    /// The client was saved. If this fails, the session fails.
    fn saved(&mut self, saved: Saved) -> Result<(), SessionError>;

    /// Lends the terminal to a client that needs it. With none the client runs without it.
    fn lend_terminal(&mut self) -> Result<Option<Arc<TerminalLease>>, SessionError>;

    fn take_terminal_back(&mut self);

    /// The client has run so long that its exit is no longer an early failure.
    fn stable(&mut self) {}

    /// The session is over. Its log may not be on the disk yet.
    fn finished(&mut self, _outcome: &Result<Outcome, SessionError>) {}
}

/// Runs one session. Blocks; other threads stop it through `control`. After a failure no file and
/// no process is left.
pub fn run(
    plan: &SessionPlan<'_>,
    control: &SessionControl,
    observer: &mut dyn Observer,
) -> Result<Outcome, SessionError> {
    log::with_log(control.log_destination.clone(), || {
        let log = &control.log;
        log.started();
        let outcome = Runner {
            plan,
            control,
            observer,
        }
        .run();
        match &outcome {
            Ok(Outcome::Saved) => log.saved(),
            Ok(Outcome::Ended(ending, None)) => log.ended(ending),
            Ok(Outcome::Ended(_, Some(failure))) => log.stopped(&failure.clone().into()),
            Ok(Outcome::LeftRunning) => log.left_running(),
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
    fn run(&mut self) -> Result<Outcome, SessionError> {
        let outcome = match self.plan.goal {
            Goal::Run => self.launch(Self::watch),
            Goal::Launch => self.launch(|_, client| Self::leave(client)),
            Goal::Save(to) => self.save(to),
            Goal::SaveForCustomer => save_folder(self.plan.config, self.plan.environment)
                .map_err(SessionError::from)
                .and_then(|folder| self.save(SaveTo::FolderToStartFrom(&folder))),
        };
        match outcome {
            // A failure after a cancel may be its consequence.
            Err(SessionError::Failed(_)) if self.control.is_cancelled() => {
                Err(SessionError::Cancelled)
            }
            outcome => outcome,
        }
    }

    fn save(&mut self, to: SaveTo<'_>) -> Result<Outcome, SessionError> {
        let options = self.options(Purpose::Save);
        sweep_before(&options)?;
        let saved = save(&options, to, &mut |stage| self.stage(stage))?;
        self.observer.saved(saved)?;
        Ok(Outcome::Saved)
    }

    fn launch(
        &mut self,
        then: fn(&mut Self, RunningClient) -> Outcome,
    ) -> Result<Outcome, SessionError> {
        let options = self.options(Purpose::Run);
        let _slot = self.plan.slot.acquire(options.cancel)?;
        // Must come before the request, which may connect a helper, who would then wait for a
        // session that this machine cannot show.
        check_can_run(options.config, options.environment)?;
        sweep_before(&options)?;
        let download = download(&options, &mut |stage| self.stage(stage))?;
        let lease = if options.config.launch.foreground {
            self.observer.lend_terminal()?
        } else {
            None
        };
        let is_lent = lease.is_some();
        let client = download.launch(&options, lease, &mut |stage| self.stage(stage));
        let outcome = client.map(|client| {
            self.control.has_client.store(true, Ordering::Release);
            then(self, client)
        });
        if is_lent {
            self.observer.take_terminal_back();
        }
        outcome
    }

    fn watch(&mut self, client: RunningClient) -> Outcome {
        let on_stable = || {
            self.observer.stable();
            // The wait may be long, and the memory of the download is no longer needed.
            heap::trim();
            stack::wipe();
        };
        let end = client.wait(self.control.stop.as_fd(), on_stable, || {
            self.control.on_stop()
        });
        end.map_or(Outcome::LeftRunning, |(ending, failure)| {
            Outcome::Ended(ending, failure)
        })
    }

    fn leave(client: RunningClient) -> Outcome {
        client.leave_running();
        Outcome::LeftRunning
    }

    fn options(&self, purpose: Purpose) -> SessionOptions<'r> {
        let SessionPlan {
            config,
            environment,
            request,
            placeholders,
            wants_sum: summed,
            ..
        } = *self.plan;
        SessionOptions {
            config,
            environment,
            request,
            placeholders,
            wants_sum: summed,
            purpose,
            cancel: &self.control.cancel,
        }
    }

    fn stage(&mut self, stage: Stage) {
        self.control.log.stage(&stage);
        self.observer.stage(stage);
    }
}
