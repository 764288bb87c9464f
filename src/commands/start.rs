//! `support-kiosk start`: a session without a screen, for scripts and desk shortcuts.
//!
//! ```text
//! config ──> ask (the request, or 65) ──┬─ --print-link ──> the link, and nothing is asked of the site
//!                                       └─ connect ──┬─ --save, --output ──> the file's path
//!                                                    └─ the client runs ──┬─ --no-wait ──> 0
//!                                                                         └─ its end ────> 0
//! ```

mod ask;
mod interrupt;
mod loan;
mod report;
mod voice;

use std::io;
use std::sync::Arc;

use self::interrupt::Interrupt;
use self::loan::Loan;
use self::report::Report;
use super::{configured, told};
use crate::cli::{self, StartWay};
use crate::client::{self, Order, Purpose, SaveTo};
use crate::config::lists::{self, Choices, Copies, Keep, ListOrigin, Reading};
use crate::config::{Config, Problems, SurveyMenu, WhenLeft};
use crate::connect;
use crate::env::Environment;
use crate::failure::{Exit, Fault};
use crate::job::{Cancel, Stop};
use crate::session::{Places, SessionRequest, Stage, Visit};
use crate::site::wire;
use crate::{host, log};

/// Why a client is not left to run by itself where the config ends it with its session, as each locked one does.
const NO_WAIT_REFUSED: &str = "--no-wait: this config ends the client with its session (kiosk.lockdown, launch.foreground or \
    launch.when_left = \"end\"). Without --no-wait, start waits until the client ends.";

/// Runs it to its end, and gives the exit status.
pub(super) fn run(start: &cli::Start, environment: Environment<'_>) -> u8 {
    let visit = host::new_visit();
    let report = match Report::new(visit, start.delivery.json) {
        Ok(report) => report,
        Err(status) => return status,
    };
    let configured =
        configured(start.config.as_deref(), environment).and_then(|config| Ok((choices(&start.way, &config)?, config)));
    let (choices, config) = match configured {
        Ok(configured) => configured,
        Err(problems) => {
            report.config_refused(problems);
            return report.finish(Fault::BadConfig.exit() as u8);
        }
    };
    if start.delivery.no_wait && config.launch.when_left == WhenLeft::End {
        told(NO_WAIT_REFUSED);
        return report.finish(Exit::Usage as u8);
    }
    let session = Session { start, config: &config, choices: &choices, environment, visit, report: &report };
    let interrupt = Interrupt::watch();
    let status = match log::during(&config, || session.deliver(&interrupt)) {
        Ok(()) => 0,
        Err(Stop::Cancelled) => {
            report.break_off();
            return interrupt.exit_status();
        }
        Err(Stop::Failed(failure)) => {
            report.failed(&failure);
            failure.fault.exit() as u8
        }
    };
    report.finish(status)
}

/// What can be asked for. The lists of another job are read where something of them is: a session key is good without them.
/// Where what is asked for may be in a list that can't be used, that is told.
fn choices(way: &StartWay, config: &Config) -> Result<Choices, Problems> {
    let (list, named) = match (way, config.survey.menu) {
        (StartWay::Key { .. } | StartWay::Survey { issue: None, .. }, _) => return Ok(Choices::default()),
        (StartWay::Rep { id, .. }, _) | (StartWay::Survey { issue: Some(id), .. }, SurveyMenu::Reps) => (&config.lists.reps, id),
        (StartWay::Survey { issue: Some(named), .. }, SurveyMenu::Issues | SurveyMenu::None) => (&config.lists.issues, named),
    };
    let Reading { choices, lists } = lists::read(config, Copies::in_state_directory(Keep::Nothing).as_ref());
    let is_there = choices.reps.with_id(named).is_some() || choices.issues.iter().any(|issue| issue.reference.is(named));
    let lacking = lists
        .into_iter()
        .find(|report| report.origin == ListOrigin::Nowhere && list.as_ref().is_some_and(|list| list.path == report.file));
    match lacking.and_then(|report| report.problems).filter(|_| !is_there) {
        Some(problems) => Err(problems),
        None => Ok(choices),
    }
}

/// What one `start` is about.
struct Session<'a> {
    start: &'a cli::Start,
    config: &'a Config,
    choices: &'a Choices,
    environment: Environment<'a>,
    visit: Visit,
    report: &'a Report,
}

impl Session<'_> {
    fn deliver(&self, interrupt: &Interrupt) -> Result<(), Stop> {
        let places = host::places(&self.config.kiosk.name, self.visit);
        let request = ask::request(&self.start.way, self.config, self.choices, &places, &mut io::stdin().lock())?;
        let delivery = &self.start.delivery;
        let (cancel, log) = (Cancel::new(), Arc::new(log::Visit::new(self.visit, request.way())));
        if delivery.print_link {
            let link = wire::link(&self.config.site, &places, &request)?;
            self.report.link(&link)?;
            log.handed_off();
            return Ok(());
        }
        let done = match destination(delivery) {
            Some(to) => self.save(to, &self.order(&request, &places, &cancel, Purpose::Save), interrupt, &log),
            None => self.launch(&self.order(&request, &places, &cancel, Purpose::Run), interrupt, &log),
        };
        if let Err(stop) = &done {
            log.stopped(stop);
        }
        done
    }

    fn order<'o>(&'o self, request: &'o SessionRequest, places: &'o Places, cancel: &'o Cancel, purpose: Purpose) -> Order<'o> {
        Order {
            config: self.config,
            environment: self.environment,
            request,
            places,
            cancel,
            purpose,
            when_left: WhenLeft::Keep,
            summed: self.start.delivery.json || self.config.log.is_kept(),
        }
    }

    fn save(&self, to: SaveTo<'_>, order: &Order<'_>, interrupt: &Interrupt, log: &log::Visit) -> Result<(), Stop> {
        let mut stages = |stage| self.stage(log, &stage);
        let mut is_told = false;
        let done = interrupt.meaning(order.cancel, || {
            // Not before: a signal ends the program without another word to the log until it means a cancel.
            log.started();
            connect::sweep_before(order)?;
            let saved = client::save(order, to, &mut stages)?;
            self.report.saved(saved, order.cancel)?;
            is_told = true;
            Ok(())
        });
        if is_told {
            // A signal that comes later than that comes too late: the file stays.
            log.saved();
            return Ok(());
        }
        done
    }

    fn launch(&self, order: &Order<'_>, interrupt: &Interrupt, log: &Arc<log::Visit>) -> Result<(), Stop> {
        // Where that can't be, the client is its first process alone.
        let _ = client::adopt_orphans();
        // A client that we do not wait for would have to share it with whoever started us.
        let lends = self.config.launch.foreground && !self.start.delivery.no_wait;
        let loan = if lends { Loan::of_the_terminal() } else { None };
        let terminal = loan.as_ref().map(Loan::terminal);
        let lent = interrupt.lend(loan);
        let client = interrupt.meaning(order.cancel, || {
            log.started();
            // A session that is started and can't be shown would keep a helper waiting for nobody.
            client::can_run_here(self.config, self.environment)?;
            connect::sweep_before(order)?;
            let stages = &mut |stage| self.stage(log, &stage);
            let download = client::download(order, stages)?;
            let client = match terminal {
                Some(terminal) => download.launch_on(terminal, order, stages),
                None => download.launch(order, stages),
            }?;
            let (to, log) = (log::Destination::from(self.config), Arc::clone(log));
            interrupt.before_the_end(move || log::during(to.clone(), || log.left()));
            Ok(client)
        })?;
        if self.start.delivery.no_wait {
            client.leave();
            log.left();
        } else {
            let (ending, failure) = client.wait();
            drop(lent);
            match &failure {
                Some(failure) => log.stopped(&failure.clone().into()),
                None => log.ended(&ending),
            }
            self.report.ended(&ending, failure.as_ref());
        }
        Ok(())
    }

    fn stage(&self, log: &log::Visit, stage: &Stage) {
        log.stage(stage);
        self.report.stage(stage);
    }
}

/// Where the client is saved, if it is not run here.
fn destination(delivery: &cli::Delivery) -> Option<SaveTo<'_>> {
    let folder = delivery.save.as_deref().map(SaveTo::Folder);
    folder.or_else(|| delivery.output.as_deref().map(SaveTo::File))
}
