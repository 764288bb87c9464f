//! `support-kiosk start`: a session without a screen, for scripts and desk shortcuts.
//!
//! ```text
//! config ──> ask (the request, or 65) ──┬─ --print-link ──> the link, and nothing is asked of the site
//!                                       └─ connect ──┬─ --save ──> the file's path
//!                                                    └─ the client runs ──┬─ --no-wait ──> 0
//!                                                                         └─ its end ────> 0
//! ```

mod ask;
mod interrupt;
mod loan;
mod report;

use std::io;
use std::path::Path;

use self::interrupt::Interrupt;
use self::loan::Loan;
use self::report::Report;
use super::configured;
use crate::cli::{self, Questions, StartWay};
use crate::config::lists::{self, Choices};
use crate::config::{Config, Problems, WhenLeft};
use crate::connect::{self, Cancel, Environment, Order, Purpose, Stage, Stop, Taken, wire};
use crate::failure::Fault;
use crate::session::{SessionRequest, Visit};
use crate::{log, machine};

/// Runs it to its end, and gives the exit status.
pub(super) fn run(start: &cli::Start, environment: Environment<'_>) -> u8 {
    let visit = machine::new_visit();
    let report = Report::new(visit, start.delivery.json);
    let configured =
        configured(start.config.as_deref(), environment).and_then(|config| Ok((choices(&start.way, &config)?, config)));
    let (choices, config) = match configured {
        Ok(configured) => configured,
        Err(problems) => {
            report.config_refused(problems);
            return Fault::BadConfig.exit() as u8;
        }
    };
    let session = Session { start, config: &config, choices: &choices, environment, visit, report: &report };
    let interrupt = Interrupt::watch();
    match log::during(&config.log, || session.deliver(&interrupt)) {
        Ok(()) => 0,
        Err(Stop::Cancelled) => {
            report.clear();
            interrupt.exit_status()
        }
        Err(Stop::Failed(failure)) => {
            report.failed(&failure);
            failure.fault.exit() as u8
        }
    }
}

/// What can be asked for. The lists of another job are read where something of them is: a session key is good without them.
fn choices(way: &StartWay, config: &Config) -> Result<Choices, Problems> {
    match way {
        StartWay::Rep { .. } | StartWay::Survey(Questions { issue: Some(_), .. }) => lists::read(config),
        StartWay::Key { .. } | StartWay::Survey(Questions { issue: None, .. }) => Ok(Choices::default()),
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
        let places = machine::places(&self.config.kiosk.name, self.visit);
        let request = ask::request(&self.start.way, self.config, self.choices, &places, &mut io::stdin().lock())?;
        let delivery = &self.start.delivery;
        if delivery.print_link {
            let link = wire::link(&self.config.site, &request)?;
            return Ok(self.report.link(&link)?);
        }
        let (cancel, log) = (Cancel::new(), log::Visit::new(self.visit, &request));
        log.started();
        let done = match &delivery.save {
            Some(folder) => self.save(folder, &self.order(&request, &cancel, Purpose::Save), interrupt, &log),
            None => self.launch(&self.order(&request, &cancel, Purpose::Run), interrupt, &log),
        };
        if let Err(stop) = &done {
            log.stopped(stop);
        }
        done
    }

    fn order<'o>(&'o self, request: &'o SessionRequest, cancel: &'o Cancel, purpose: Purpose) -> Order<'o> {
        Order { config: self.config, environment: self.environment, request, cancel, purpose, when_left: WhenLeft::Keep }
    }

    fn save(&self, folder: &Path, order: &Order<'_>, interrupt: &Interrupt, log: &log::Visit) -> Result<(), Stop> {
        connect::sweep(self.config, self.environment);
        let mut stages = |stage| self.stage(log, &stage);
        let saved = interrupt.meaning(order.cancel, || connect::save(order, folder, Taken::Refused, &mut stages))?;
        log.saved();
        Ok(self.report.saved(&saved)?)
    }

    fn launch(&self, order: &Order<'_>, interrupt: &Interrupt, log: &log::Visit) -> Result<(), Stop> {
        // A session that is started and can't be shown would keep a helper waiting for nobody.
        connect::can_run_here(self.config, self.environment)?;
        connect::sweep(self.config, self.environment);
        // Where that can't be, the client is its first process alone.
        let _ = connect::adopt_orphans();
        // A client that we do not wait for would have to share it with whoever started us.
        let lends = self.config.launch.foreground && !self.start.delivery.no_wait;
        let loan = if lends { Loan::of_the_terminal() } else { None };
        let client = interrupt.meaning(order.cancel, || {
            let stages = &mut |stage| self.stage(log, &stage);
            let download = connect::download(order, stages)?;
            match &loan {
                Some(loan) => download.launch_on(loan.terminal(), order, stages),
                None => download.launch(order, stages),
            }
        })?;
        if self.start.delivery.no_wait {
            client.leave();
        } else {
            let ending = client.wait();
            drop(loan);
            log.ended(&ending);
            self.report.ended(&ending);
        }
        Ok(())
    }

    fn stage(&self, log: &log::Visit, stage: &Stage) {
        log.stage(stage);
        self.report.stage(stage);
    }
}
