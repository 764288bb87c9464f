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

mod appearance;
mod clock;
mod configs;
mod effects;
mod event_sender;
mod exit_reason;
mod held_keys;
mod jobs;
mod loader;
pub(crate) mod lockdown;
mod recorder;
mod signals;
mod terminal_session;

pub(crate) use appearance::AppearanceOptions;
pub(crate) use exit_reason::ExitReason;

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, channel};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};

use crate::app::event::{Effect, Event, VisitContext};
use crate::app::{Model, deadline, update};
use crate::catalog::Catalog;
use crate::client;
use crate::config::{Config, ConfigErrors, ConfigSource};
use crate::connect;
use crate::env::Environment;
use crate::failpoints;
use crate::failure::Fault;
use crate::host;
use crate::keymap::ExitPolicy;
use crate::log;
use crate::screens::AnyScreen;
use crate::session::{Delivery, Typed};
use crate::sys::lease::TerminalLease;
use crate::sys::waker::Waker;
use crate::terminal::key::Input;
use crate::terminal::tty::Tty;
use crate::timestamp::Timestamp;
use clock::Clock;
use event_sender::{EventSender, Message};
use held_keys::HeldKeys;
use jobs::Jobs;
use loader::Loader;
use recorder::Recorder;
use signals::{Signal, Signals};
use terminal_session::TerminalSession;

/// The state of the event loop.
struct Runtime {
    model: Model,
    terminal: TerminalSession,
    appearance: AppearanceOptions,
    /// The link for a customer who leaves with it.
    link: Option<Typed>,
    signals: Signals,
    waker: Arc<Waker>,
    jobs: Jobs,
    loader: Loader,
    sender: EventSender,
    /// Whether the config was checked since the first key on this start screen.
    is_config_checked: bool,
    held_keys: HeldKeys,
    messages: Receiver<Message>,
    clock: Clock,
    recorder: Recorder,
    /// Whether the start has been logged.
    is_announced: bool,
}

/// How the kiosk starts.
#[derive(Debug)]
pub(crate) struct Startup {
    pub(crate) config: Config,
    /// Why the operator's config is not used: a locked kiosk without a valid one is out of service.
    pub(crate) config_errors: Option<ConfigErrors>,
    /// The source to check for changes between customers. None if the config is built in.
    pub(crate) source: Option<ConfigSource>,
}

/// Runs the kiosk until it exits. The terminal is restored in any case, unless it has hung up.
pub(crate) fn run(
    opening: Startup,
    tty: Tty,
    appearance: AppearanceOptions,
    environment: Environment<'_>,
) -> io::Result<ExitReason> {
    let Startup {
        config,
        config_errors: trouble,
        source,
    } = opening;
    client::adopt_orphans()?;
    let (wake, clock) = (Arc::new(Waker::new()?), Clock::start()?);
    let signals = Signals::listen(&wake)?;
    let (sender, messages) = channel();
    let (size, visit_context) = (
        tty.size(),
        visit_context(&config, connect::configured_delivery(&config)),
    );
    let look = appearance.appearance(&config.look);
    let terminal = TerminalSession::open(tty, appearance.kind)?;
    terminal.lock(config.kiosk.lockdown);
    let line = EventSender {
        messages: sender,
        wake: Arc::clone(&wake),
    };
    exit_reason::install_panic_hook(terminal.restore_handle(), line.clone());
    let mut shell = Runtime {
        model: Model::new(
            Arc::new(Catalog::new(Arc::new(config))),
            look,
            size,
            visit_context,
        ),
        terminal,
        appearance,
        link: None,
        signals,
        jobs: Jobs::new(environment.into(), line.clone()),
        loader: Loader::new(source, line.clone()),
        sender: line,
        is_config_checked: false,
        held_keys: HeldKeys::default(),
        waker: wake,
        messages,
        clock,
        recorder: Recorder::default(),
        is_announced: false,
    };
    if let Some(problems) = trouble {
        shell.announce_start(None, None);
        let errors = problems.clone();
        shell.record(move || log::kiosk::out_of_service(Fault::BadConfig.code(), &errors));
        // There has been no customer yet, so the effects can be ignored.
        update(&mut shell.model, out_of_service(problems));
    }
    let end = catch_unwind(AssertUnwindSafe(|| shell.run_loop())).unwrap_or(ExitReason::Broken);
    shell.terminal.leave(&end);
    shell.record_end(&end);
    let config = Arc::clone(&shell.model.catalog().config);
    let Runtime {
        terminal,
        jobs,
        messages,
        link,
        recorder,
        ..
    } = shell;
    // A job that waits for an answer now gets an error.
    drop(messages);
    jobs.stop();
    if !matches!(end, ExitReason::HungUp) && jobs.all_done() {
        terminal.leave_behind_client();
    }
    let reason = recorder::stop_reason(&end);
    recorder.record(&config, move || log::kiosk::stopped(reason));
    recorder.finish();
    if let Some(link) = link {
        // For a customer who continues elsewhere. Standard output may be closed.
        let _ = writeln!(io::stdout(), "{}", link.reveal());
    }
    Ok(end)
}

/// The data of a visit that begins now.
fn visit_context(config: &Config, delivery: Delivery) -> VisitContext {
    let visit = host::new_visit();
    VisitContext {
        visit,
        placeholders: host::placeholders(&config.kiosk.name, visit),
        delivery,
    }
}

/// Puts a locked kiosk with a config that cannot be used out of service.
fn out_of_service(problems: ConfigErrors) -> Event {
    Event::OutOfService {
        failure: problems.into(),
        clock: host::time_of_day(),
    }
}

impl Runtime {
    fn run_loop(&mut self) -> ExitReason {
        if let Some(end) = self.draw() {
            return end;
        }
        // Everything that the first frame does not need.
        let catalog = Arc::clone(self.model.catalog());
        if !matches!(self.model.screen(), AnyScreen::OutOfService(_)) {
            self.start_loading(&catalog);
        }
        self.jobs.sweep(Arc::clone(&catalog));
        self.jobs.probe_delivery(catalog);
        loop {
            if let Some(end) = self
                .draw()
                .or_else(|| self.wait())
                .or_else(|| self.collect_events())
            {
                return end;
            }
        }
    }

    fn draw(&mut self) -> Option<ExitReason> {
        self.terminal.show(&self.model)
    }

    /// Blocks until there is something to do.
    fn wait(&mut self) -> Option<ExitReason> {
        self.terminal.ready(self.clock.elapsed());
        if self.clock.set_alarm(self.next_timeout()).is_err() {
            return Some(ExitReason::Broken);
        }
        let mut watched = [
            PollFd::new(&self.terminal, self.terminal.poll_flags()),
            PollFd::new(&*self.waker, PollFlags::IN),
            PollFd::new(&self.clock, PollFlags::IN),
        ];
        match poll(&mut watched, None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(_) => return Some(ExitReason::Broken),
        }
        let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
        let (terminal, wake) = (watched[0].revents(), watched[1].revents());
        if wake.contains(PollFlags::IN) {
            // Must come before the events are read, so that later ones wake the loop again.
            self.waker.drain();
        }
        // Input from before the hang-up is dropped.
        terminal.intersects(gone).then_some(ExitReason::HungUp)
    }

    /// The next deadline.
    fn next_timeout(&self) -> Option<Duration> {
        let moments = [deadline(&self.model), self.held_keys.deadline()]
            .map(|moment| moment.map(|moment| moment.0));
        moments
            .into_iter()
            .chain([self.terminal.deadline()])
            .flatten()
            .min()
    }

    /// Handles everything that has arrived, in a fixed order: signals, the time, keys, messages.
    fn collect_events(&mut self) -> Option<ExitReason> {
        let signals: Vec<Signal> = self.signals.take().collect();
        for signal in signals {
            match signal {
                Signal::HangUp => return Some(ExitReason::HungUp),
                Signal::End(number) => return Some(ExitReason::Signalled(number)),
                Signal::Interrupted(number) if self.model.exit_policy() == ExitPolicy::Anyone => {
                    return Some(ExitReason::Signalled(number));
                }
                Signal::Interrupted(_) => {}
                Signal::Continued => {
                    if let Err(end) = self.terminal.enter_after_stop() {
                        return Some(end);
                    }
                    self.handle_event(Event::Resized(self.terminal.size()));
                }
                Signal::Resized => {
                    let size = self.terminal.size();
                    if size != self.model.size() {
                        self.terminal.repaint();
                    }
                    self.handle_event(Event::Resized(size));
                }
            }
        }
        let now = Timestamp(self.clock.elapsed());
        if deadline(&self.model).is_some_and(|moment| moment <= now) {
            self.terminal.touch();
        }
        if let Some(end) = self
            .handle_event_quietly(Event::Time(now))
            .or_else(|| self.read_keys(now))
        {
            return Some(end);
        }
        while let Ok(message) = self.messages.try_recv() {
            let end = match message {
                Message::Event(Event::Pin(id, verdict)) => self.receive_verdict(id, verdict),
                Message::Event(event) => self.handle_event(event),
                Message::Lend(borrower) => self.suspend(&borrower),
                Message::TakeBack => self.resume(),
                Message::Loaded(loaded) => self.receive_config(loaded),
                Message::Broken => Some(ExitReason::Broken),
            };
            if end.is_some() {
                return end;
            }
        }
        None
    }

    fn read_keys(&mut self, now: Timestamp) -> Option<ExitReason> {
        if let Some(end) = self.terminal.listen(now.0) {
            return Some(end);
        }
        while let Some(input) = self
            .terminal
            .next_input(|key| self.model.depends_on_pace(key))
        {
            self.check_on_first_key(now);
            let inputs = self.held_keys.add(Some(input), now);
            if let Some(end) = self.handle_keys(inputs) {
                return Some(end);
            }
        }
        let inputs = self.held_keys.add(None, now);
        self.handle_keys(inputs)
    }

    /// Handles the keys that were held back for a new config.
    fn release_keys(&mut self) -> Option<ExitReason> {
        let inputs = self.held_keys.release();
        self.handle_keys(inputs)
    }

    fn handle_keys(&mut self, inputs: Vec<Input>) -> Option<ExitReason> {
        inputs
            .into_iter()
            .find_map(|input| self.handle_event(Event::Input(input)))
    }

    /// Leaves the screen, and then lets the client start.
    fn suspend(&mut self, borrower: &SyncSender<Arc<TerminalLease>>) -> Option<ExitReason> {
        let Ok(terminal) = self.terminal.suspend() else {
            return Some(ExitReason::Broken);
        };
        // The channel has room for one. A job that panicked reports that itself.
        let _ = borrower.send(terminal);
        None
    }

    fn resume(&mut self) -> Option<ExitReason> {
        if self.terminal.resume().is_err() {
            return Some(ExitReason::HungUp);
        }
        // Only the client's process group was informed of changes in size.
        self.handle_event(Event::Resized(self.terminal.size()))
    }

    fn handle_event(&mut self, event: Event) -> Option<ExitReason> {
        self.terminal.touch();
        self.handle_event_quietly(event)
    }

    /// Handles an event without a redraw, unless an effect asks for one.
    fn handle_event_quietly(&mut self, event: Event) -> Option<ExitReason> {
        failpoints::reach("update");
        let (visit, by) = (self.model.visit_under_way(), recorder::forgotten_by(&event));
        let effects = update(&mut self.model, event);
        if let Some(visit) = visit.filter(|_| effects.contains(&Effect::Forget)) {
            self.record(move || log::kiosk::forgotten(visit, by));
        }
        effects.into_iter().find_map(|effect| self.perform(effect))
    }
}
