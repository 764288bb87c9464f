//! `support-kiosk start`: runs a session without a screen, for scripts and desktop shortcuts.
//!
//! ```text
//! config ──> ask (the request, or 65) ──┬─ --print-link ──> the link; the site is not contacted
//!                                       └─ connect ──┬─ --save, --output ──> the file's path
//!                                                    └─ the client runs ──┬─ --no-wait ──> 0
//!                                                                         └─ it exits ───> 0
//! ```

mod interrupt;
mod output;
mod report;
mod request;

use std::io;
use std::sync::Arc;

use self::interrupt::Interrupt;
use self::report::StartReport;
use super::{eprint_line, load_config};
use crate::cli::{self, StartWay};
use crate::client::{self, SaveTo, Saved};
use crate::config::lists::{self, Choices, Copies, CopyAccess, ListOrigin, ListsRead};
use crate::config::{Config, ConfigErrors, SurveyMenu, WhenLeft};
use crate::connect::{self, ClientSlot, Goal, Observer, Outcome, SessionControl, SessionPlan};
use crate::env::Environment;
use crate::failure::{Exit, Failure, Fault};
use crate::job::{Cancel, SessionError};
use crate::session::{Stage, VisitRef};
use crate::site::wire;
use crate::sys::lease::TerminalLease;
use crate::{host, log};

/// Why `--no-wait` is refused if the config ends clients with their session, as every locked config
/// does.
const NO_WAIT_REFUSED: &str = "--no-wait: this config ends the client with its session (kiosk.lockdown, launch.foreground or \
    launch.when_left = \"end\"). Without --no-wait, start waits until the client ends.";

/// Runs the command. Returns the exit status.
pub(super) fn run(start: &cli::StartArgs, environment: Environment<'_>) -> u8 {
    let visit = host::new_visit();
    let report = match StartReport::new(visit, start.delivery.json) {
        Ok(report) => report,
        Err(status) => return status,
    };
    let configured = load_config(start.config.as_deref(), environment)
        .and_then(|config| Ok((load_choices(&start.way, &config)?, config)));
    let (choices, config) = match configured {
        Ok(configured) => configured,
        Err(problems) => {
            report.config_refused(problems);
            return report.finish(Fault::BadConfig.exit() as u8);
        }
    };
    if start.delivery.no_wait && config.launch.when_left == WhenLeft::End {
        eprint_line(NO_WAIT_REFUSED);
        return report.finish(Exit::Usage as u8);
    }
    let session = StartSession {
        start,
        config: &config,
        choices: &choices,
        environment,
        visit,
        report: &report,
    };
    let interrupt = Interrupt::watch();
    let done = session.deliver(&interrupt);
    if let (false, Some(status)) = (matches!(done, Ok(Outcome::Saved)), interrupt.exit_status()) {
        report.finish_interrupted();
        return status;
    }
    let status = match done {
        // A signal after the file was reported has no effect.
        Ok(Outcome::Saved | Outcome::Ended(..) | Outcome::LeftRunning) => 0,
        // Only a signal or a panic cancels.
        Err(SessionError::Cancelled) => Exit::Internal as u8,
        Err(SessionError::Failed(failure)) => {
            report.failed(&failure);
            failure.fault.exit() as u8
        }
    };
    report.finish(status)
}

/// Loads the list that the request needs, if any: a code needs none. Fails if the list is
/// invalid and the requested entry was not found.
fn load_choices(way: &StartWay, config: &Config) -> Result<Choices, ConfigErrors> {
    let (list, named) = match (way, config.survey.menu) {
        (StartWay::Code(_) | StartWay::Survey { issue: None, .. }, _) => {
            return Ok(Choices::default());
        }
        (StartWay::Rep { id, .. }, _)
        | (
            StartWay::Survey {
                issue: Some(id), ..
            },
            SurveyMenu::Reps,
        ) => (&config.lists.reps, id),
        (
            StartWay::Survey {
                issue: Some(named), ..
            },
            SurveyMenu::Issues | SurveyMenu::None,
        ) => (&config.lists.issues, named),
    };
    let ListsRead { choices, lists } = lists::read(
        config,
        Copies::in_state_directory(CopyAccess::Nothing).as_ref(),
    );
    let is_there = choices.reps.with_id(named).is_some()
        || choices
            .issues
            .iter()
            .any(|issue| issue.reference.matches(named));
    let lacking = lists.into_iter().find(|report| {
        report.origin == ListOrigin::Unavailable
            && list.as_ref().is_some_and(|list| list.path == report.file)
    });
    match lacking
        .and_then(|report| report.problems)
        .filter(|_| !is_there)
    {
        Some(problems) => Err(problems),
        None => Ok(choices),
    }
}

/// One run of `start`.
struct StartSession<'a> {
    start: &'a cli::StartArgs,
    config: &'a Config,
    choices: &'a Choices,
    environment: Environment<'a>,
    visit: VisitRef,
    report: &'a StartReport,
}

impl StartSession<'_> {
    fn deliver(&self, interrupt: &Interrupt) -> Result<Outcome, SessionError> {
        let placeholders = host::placeholders(&self.config.kiosk.name, self.visit);
        let request = request::request(
            &self.start.way,
            self.config,
            self.choices,
            &placeholders,
            &mut io::stdin().lock(),
        )?;
        let delivery = &self.start.delivery;
        if delivery.print_link {
            let link = wire::link(&self.config.site, &placeholders, &request)?;
            self.report.link(&link)?;
            log::with_log(self.config, || {
                log::VisitLog::new(self.visit, request.way()).handed_off();
            });
            return Ok(Outcome::LeftRunning);
        }
        let goal = goal(delivery);
        match goal {
            // Without this, only the client's first process is known.
            Goal::Run | Goal::Launch => _ = client::adopt_orphans(),
            Goal::Save(_) | Goal::SaveForCustomer => {}
        }
        let control = SessionControl::new(self.config, self.visit, request.way());
        let control = Arc::new(control.map_err(|_| Failure::from(Fault::Internal))?);
        let plan = SessionPlan {
            config: self.config,
            environment: self.environment,
            request: &request,
            placeholders: &placeholders,
            goal,
            wants_sum: delivery.json || self.config.log.is_kept(),
            slot: &ClientSlot::default(),
        };
        let mut reporter = Reporter {
            report: self.report,
            interrupt,
            cancel: control.cancellation(),
            is_terminal_lent: false,
        };
        interrupt.cancel_on_signal(&control, || connect::run(&plan, &control, &mut reporter))
    }
}

/// Reports a session on standard output and standard error.
struct Reporter<'r> {
    report: &'r StartReport,
    interrupt: &'r Interrupt,
    cancel: &'r Cancel,
    /// Whether the client has the terminal. Stages would be written over its screen.
    is_terminal_lent: bool,
}

impl Observer for Reporter<'_> {
    fn stage(&mut self, stage: Stage) {
        if !self.is_terminal_lent {
            self.report.stage(&stage);
        }
    }

    fn saved(&mut self, saved: Saved) -> Result<(), SessionError> {
        self.report.saved(saved, self.cancel)
    }

    fn lend_terminal(&mut self) -> Result<Option<Arc<TerminalLease>>, SessionError> {
        self.report.flush();
        let lease = self.interrupt.lend_terminal();
        self.is_terminal_lent = lease.is_some();
        Ok(lease)
    }

    fn take_terminal_back(&mut self) {
        self.interrupt.take_terminal_back();
        self.is_terminal_lent = false;
    }

    fn finished(&mut self, outcome: &Result<Outcome, SessionError>) {
        match outcome {
            Ok(Outcome::Ended(ending, failure)) => self.report.ended(ending, failure.as_ref()),
            Ok(Outcome::Saved | Outcome::LeftRunning) | Err(_) => {}
        }
    }
}

impl Drop for Reporter<'_> {
    /// Also after a panic.
    fn drop(&mut self) {
        self.interrupt.take_terminal_back();
    }
}

fn goal(delivery: &cli::DeliveryArgs) -> Goal<'_> {
    match destination(delivery) {
        Some(to) => Goal::Save(to),
        None if delivery.no_wait => Goal::Launch,
        None => Goal::Run,
    }
}

/// Where to save the client; none to run it.
fn destination(delivery: &cli::DeliveryArgs) -> Option<SaveTo<'_>> {
    let folder = delivery.save.as_deref().map(SaveTo::Folder);
    folder.or_else(|| delivery.output.as_deref().map(SaveTo::File))
}
