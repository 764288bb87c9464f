//! The runtime around the model: an event loop with a single `poll`, without async.
//!
//! ```text
//! terminal: input, room for output, hang-up ─┐
//! wake pipe: signals, messages of threads   ─┼─ poll ─> events ─> update ─> effects ─> jobs, bell,
//! timer: deadlines of model and decoder     ─┘                      │                  exit
//!                                                                   └─> draw, once per batch
//! ```
//!
//! An idle kiosk has one thread, blocked in `poll`; there are no periodic timers (docs/design.md).
//! A slow terminal does not block the loop: nothing is drawn while output is pending, and then only
//! the latest state (T12).

mod clock;
mod configs;
mod dress;
mod effects;
mod end;
mod front;
mod jobs;
mod line;
mod loader;
pub mod lockdown;
mod recorder;
mod signals;
mod stack;
mod waiting;

pub use dress::Dress;
pub use end::End;

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, channel};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};

use crate::app::event::{Arrival, Effect, Event};
use crate::app::{Model, deadline, update};
use crate::catalog::Desk;
use crate::client;
use crate::config::{Config, Problems, Source};
use crate::connect;
use crate::env::Environment;
use crate::failpoints;
use crate::failure::Fault;
use crate::host;
use crate::keymap::Door;
use crate::log;
use crate::screens::Screen;
use crate::session::{Delivery, Typed};
use crate::sys::lease::TerminalLease;
use crate::sys::waker::Waker;
use crate::terminal::key::Input;
use crate::terminal::tty::Tty;
use crate::timestamp::Moment;
use clock::Clock;
use front::Front;
use jobs::Jobs;
use line::{Line, Message};
use loader::Loader;
use recorder::Recorder;
use signals::{Signal, Signals};
use waiting::WaitingKeys;

/// The state of the event loop.
struct Shell {
    model: Model,
    front: Front,
    dress: Dress,
    /// The link for a customer who leaves with it.
    link: Option<Typed>,
    signals: Signals,
    wake: Arc<Waker>,
    jobs: Jobs,
    loader: Loader,
    line: Line,
    /// Whether the config was checked since the first key on this start screen.
    looked: bool,
    waiting: WaitingKeys,
    messages: Receiver<Message>,
    clock: Clock,
    recorder: Recorder,
    /// Whether the start has been logged.
    is_announced: bool,
}

/// How the kiosk starts.
#[derive(Debug)]
pub struct Opening {
    pub config: Config,
    /// Why the operator's config is not used: a locked kiosk without a valid one is out of service.
    pub trouble: Option<Problems>,
    /// The source to check for changes between customers. None if the config is built in.
    pub source: Option<Source>,
}

/// Runs the kiosk until it exits. The terminal is restored in any case, unless it has hung up.
pub fn run(opening: Opening, tty: Tty, dress: Dress, environment: Environment<'_>) -> io::Result<End> {
    let Opening { config, trouble, source } = opening;
    client::adopt_orphans()?;
    let (wake, clock) = (Arc::new(Waker::new()?), Clock::start()?);
    let signals = Signals::listen(&wake)?;
    let (sender, messages) = channel();
    let (size, arrival) = (tty.size(), arrival(&config, connect::wanted(&config)));
    let look = dress.look(&config.look);
    let front = Front::open(tty, dress.kind)?;
    front.lock(config.kiosk.lockdown);
    let line = Line { messages: sender, wake: Arc::clone(&wake) };
    end::on_panic(front.way_out(), line.clone());
    let mut shell = Shell {
        model: Model::new(Arc::new(Desk::new(Arc::new(config))), look, size, arrival),
        front,
        dress,
        link: None,
        signals,
        jobs: Jobs::new(environment.into(), line.clone()),
        loader: Loader::new(source, line.clone()),
        line,
        looked: false,
        waiting: WaitingKeys::default(),
        wake,
        messages,
        clock,
        recorder: Recorder::default(),
        is_announced: false,
    };
    if let Some(problems) = trouble {
        shell.announce_start(None, None);
        let told = problems.clone();
        shell.record(move || log::kiosk::out_of_service(Fault::BadConfig.code(), &told));
        // There has been no customer yet, so the effects can be ignored.
        update(&mut shell.model, out_of_service(problems));
    }
    let end = catch_unwind(AssertUnwindSafe(|| shell.turn_until_the_end())).unwrap_or(End::Broken);
    shell.front.leave(&end);
    shell.record_end(&end);
    let config = Arc::clone(&shell.model.desk().config);
    let Shell { front, jobs, messages, link, recorder, .. } = shell;
    // A job that waits for an answer now gets an error.
    drop(messages);
    jobs.stop();
    if !matches!(end, End::HungUp) && jobs.are_done() {
        front.leave_behind_client();
    }
    let reason = recorder::reason(&end);
    recorder.record(&config, move || log::kiosk::stopped(reason));
    recorder.finish();
    if let Some(link) = link {
        // For a customer who continues elsewhere. Standard output may be closed.
        let _ = writeln!(io::stdout(), "{}", link.reveal());
    }
    Ok(end)
}

/// The data of a visit that begins now.
fn arrival(config: &Config, delivery: Delivery) -> Arrival {
    let visit = host::new_visit();
    Arrival { visit, places: host::places(&config.kiosk.name, visit), delivery }
}

/// Puts a locked kiosk with a config that cannot be used out of service.
fn out_of_service(problems: Problems) -> Event {
    Event::OutOfService { failure: problems.into(), clock: host::clock() }
}

impl Shell {
    fn turn_until_the_end(&mut self) -> End {
        if let Some(end) = self.show() {
            return end;
        }
        // Everything that the first frame does not need.
        let desk = Arc::clone(self.model.desk());
        if !matches!(self.model.screen(), Screen::OutOfService(_)) {
            self.begin_at(&desk);
        }
        self.jobs.sweep(Arc::clone(&desk));
        self.jobs.look_around(desk);
        loop {
            if let Some(end) = self.show().or_else(|| self.sleep()).or_else(|| self.take_in()) {
                return end;
            }
        }
    }

    fn show(&mut self) -> Option<End> {
        self.front.show(&self.model)
    }

    /// Blocks until there is something to do.
    fn sleep(&mut self) -> Option<End> {
        self.front.ready(self.clock.elapsed());
        if self.clock.set_alarm(self.next_moment()).is_err() {
            return Some(End::Broken);
        }
        let mut watched = [
            PollFd::new(&self.front, self.front.wanted()),
            PollFd::new(&*self.wake, PollFlags::IN),
            PollFd::new(&self.clock, PollFlags::IN),
        ];
        match poll(&mut watched, None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(_) => return Some(End::Broken),
        }
        let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
        let (terminal, wake) = (watched[0].revents(), watched[1].revents());
        if wake.contains(PollFlags::IN) {
            // Must come before the events are read, so that later ones wake the loop again.
            self.wake.drain();
        }
        // Input from before the hang-up is dropped.
        terminal.intersects(gone).then_some(End::HungUp)
    }

    /// The next deadline.
    fn next_moment(&self) -> Option<Duration> {
        let moments = [deadline(&self.model), self.waiting.deadline()].map(|moment| moment.map(|moment| moment.0));
        moments.into_iter().chain([self.front.deadline()]).flatten().min()
    }

    /// Handles everything that has arrived, in a fixed order: signals, the time, keys, messages.
    fn take_in(&mut self) -> Option<End> {
        let signals: Vec<Signal> = self.signals.take().collect();
        for signal in signals {
            match signal {
                Signal::HangUp => return Some(End::HungUp),
                Signal::End(number) => return Some(End::Signalled(number)),
                Signal::Interrupted(number) if self.model.door() == Door::Open => return Some(End::Signalled(number)),
                Signal::Interrupted(_) => {}
                Signal::Continued => {
                    if let Err(end) = self.front.enter_after_stop() {
                        return Some(end);
                    }
                    self.event(Event::Resized(self.front.size()));
                }
                Signal::Resized => {
                    let size = self.front.size();
                    if size != self.model.size() {
                        self.front.repaint();
                    }
                    self.event(Event::Resized(size));
                }
            }
        }
        let now = Moment(self.clock.elapsed());
        if deadline(&self.model).is_some_and(|moment| moment <= now) {
            self.front.touch();
        }
        if let Some(end) = self.quiet_event(Event::Time(now)).or_else(|| self.take_keys(now)) {
            return Some(end);
        }
        while let Ok(message) = self.messages.try_recv() {
            let end = match message {
                Message::Event(Event::Pin(id, verdict)) => self.take_verdict(id, verdict),
                Message::Event(event) => self.event(event),
                Message::Lend(borrower) => self.lend(&borrower),
                Message::TakeBack => self.take_back(),
                Message::Loaded(loaded) => self.take_config(loaded),
                Message::Broken => Some(End::Broken),
            };
            if end.is_some() {
                return end;
            }
        }
        None
    }

    fn take_keys(&mut self, now: Moment) -> Option<End> {
        if let Some(end) = self.front.listen(now.0) {
            return Some(end);
        }
        while let Some(input) = self.front.next_input(|key| self.model.pace_matters(key)) {
            self.look_at_first_key(now);
            let inputs = self.waiting.add(Some(input), now);
            if let Some(end) = self.type_keys(inputs) {
                return Some(end);
            }
        }
        let inputs = self.waiting.add(None, now);
        self.type_keys(inputs)
    }

    /// Handles the keys that were held back for a new config.
    fn release_keys(&mut self) -> Option<End> {
        let inputs = self.waiting.release();
        self.type_keys(inputs)
    }

    fn type_keys(&mut self, inputs: Vec<Input>) -> Option<End> {
        inputs.into_iter().find_map(|input| self.event(Event::Input(input)))
    }

    /// Leaves the screen, and then lets the client start.
    fn lend(&mut self, borrower: &SyncSender<Arc<TerminalLease>>) -> Option<End> {
        let Ok(terminal) = self.front.lend() else { return Some(End::Broken) };
        // The channel has room for one. A job that panicked reports that itself.
        let _ = borrower.send(terminal);
        None
    }

    fn take_back(&mut self) -> Option<End> {
        if self.front.take_back().is_err() {
            return Some(End::HungUp);
        }
        // Only the client's process group was informed of changes in size.
        self.event(Event::Resized(self.front.size()))
    }

    fn event(&mut self, event: Event) -> Option<End> {
        self.front.touch();
        self.quiet_event(event)
    }

    /// Handles an event without a redraw, unless an effect asks for one.
    fn quiet_event(&mut self, event: Event) -> Option<End> {
        failpoints::reach("update");
        let (visit, by) = (self.model.visit_under_way(), recorder::forgotten_by(&event));
        let effects = update(&mut self.model, event);
        if let Some(visit) = visit.filter(|_| effects.contains(&Effect::Forget)) {
            self.record(move || log::kiosk::forgotten(visit, by));
        }
        effects.into_iter().find_map(|effect| self.carry_out(effect))
    }
}
