//! The pure core of the program: a [`Model`], [`update`] and [`view`]. It reads no clock, file,
//! environment or random source.
//!
//! ```text
//!            ┌ navigation stack: each screen keeps what was typed into it ──────┐
//! Event ───> │ start ─> issues ─> survey ─> review ─> connecting                │ ───> Vec<Effect>
//!            └──────────────────────────────────────────────────────────────────┘
//! ```
//!
//! Going forward pushes a screen, going back pops one. Going back to the start forgets the
//! customer: only a new start screen is left. Time arrives as [`Event::Time`]; [`deadline`] returns
//! when the model needs it next.

pub mod event;
mod guard;
mod idle;
mod over;
mod session;
mod trail;
mod typing;

use std::mem;
use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Size;

use crate::catalog::{Desk, Lists};
use crate::clean::Clean;
use crate::failure::Failure;
use crate::job::JobId;
use crate::keymap::{self, Action, Door, Focus};
use crate::pin::Verdict;
use crate::screens::help::Help;
use crate::screens::out_of_service::OutOfService;
use crate::screens::staff::{self, Staff, Wanted};
use crate::screens::{self, Face, Patience, Scene, Screen, Step};
use crate::session::{Delivery, Visit};
use crate::terminal::key::KeyEvent;
use crate::timestamp::Moment;
use crate::ui::{Look, skeleton};
use event::{Arrival, Effect, Event};
use guard::Guard;
use idle::Idle;
use over::Over;
use trail::{Back, Trail};

/// What the next visit begins with.
#[derive(Debug)]
enum Next {
    /// Another config with its lists.
    Desk(Arc<Desk>, Look),
    /// No usable config: why, and at what time of day that was found.
    OutOfService(Failure, Clean),
}

/// The state of the program, including everything about the current visit.
#[derive(Debug)]
pub struct Model {
    desk: Arc<Desk>,
    /// Set if the config or its lists changed during this visit.
    next: Option<Next>,
    look: Look,
    size: Size,
    now: Moment,
    arrival: Arrival,
    trail: Trail,
    over: Over,
    idle: Idle,
    guard: Guard,
    jobs: u64,
    job: Option<JobId>,
}

impl Model {
    /// The start screen, waiting for a customer.
    pub fn new(desk: Arc<Desk>, look: Look, size: Size, arrival: Arrival) -> Self {
        Self {
            idle: Idle::new(&desk.config.kiosk),
            desk,
            next: None,
            look,
            size,
            now: Moment::default(),
            arrival,
            trail: Trail::default(),
            over: Over::default(),
            guard: Guard::default(),
            jobs: 0,
            job: None,
        }
    }

    /// The visible screen. The help, the idle question and the too-small notice may cover it.
    pub fn screen(&self) -> &Screen {
        self.trail.shown()
    }

    /// The size of the terminal as of the last [`Event::Resized`].
    pub fn size(&self) -> Size {
        self.size
    }

    /// The config and the lists of the current visit.
    pub fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    /// The reference of the current visit.
    pub fn visit(&self) -> Visit {
        self.arrival.visit
    }

    /// The reference of the current visit if a customer has begun it and it has not ended.
    pub fn visit_under_way(&self) -> Option<Visit> {
        let is_over = matches!(self.screen(), Screen::Ended(_) | Screen::OutOfService(_));
        (!self.trail.is_at_start() && !is_over).then_some(self.arrival.visit)
    }

    /// What was known about the current visit before anything was typed.
    pub fn arrival(&self) -> &Arrival {
        &self.arrival
    }

    /// How a session started here is delivered, as of the last [`Event::Delivery`].
    pub fn delivery(&self) -> Delivery {
        self.arrival.delivery
    }

    /// The context that decides what keys do.
    pub fn focus(&self) -> Focus {
        if self.idle.asks() {
            Focus::StillThere
        } else if !skeleton::fits(self.size) {
            Focus::TooSmall
        } else {
            self.over.focus().unwrap_or_else(|| self.screen().face().focus(&self.scene()))
        }
    }

    /// Whether a key does something else here if it arrives in a burst.
    pub fn pace_matters(&self, key: KeyEvent) -> bool {
        keymap::pace_matters(key, self.focus(), self.door())
    }

    /// Who can leave the program.
    pub fn door(&self) -> Door {
        Door::of(&self.desk.config.kiosk)
    }

    /// Identifies what is visible, ignoring changes within a screen. When it changes, the Enter
    /// debounce starts again.
    fn picture(&self) -> impl PartialEq + use<> {
        let asks = self.focus() == Focus::EndSession;
        (self.trail.place(), mem::discriminant(&self.over), self.idle.asks(), asks, skeleton::fits(self.size))
    }

    fn scene(&self) -> Scene<'_> {
        scene(&self.desk, &self.look, &self.arrival, self.now, self.size)
    }

    fn patience(&self) -> Patience {
        self.over.patience(self.screen())
    }

    /// When the PIN prompt closes by itself, if it is open.
    fn staff_is_gone(&self) -> Option<Moment> {
        matches!(self.over, Over::Staff(_)).then(|| self.idle.last_touched().after(staff::PATIENCE))
    }

    /// Calls `act` with the visible screen and its context.
    fn on_screen<T>(&mut self, act: impl FnOnce(&mut dyn Face, &Scene) -> T) -> T {
        let scene = scene(&self.desk, &self.look, &self.arrival, self.now, self.size);
        act(self.trail.shown_mut().face_mut(), &scene)
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        if let (Over::Staff(staff), Action::Screen(wish)) = (&mut self.over, action) {
            let id = JobId(self.jobs + 1);
            return match staff.act(wish, id) {
                Wanted::Nothing => Vec::new(),
                Wanted::Close => self.uncover(),
                Wanted::Check(pin) => {
                    self.jobs += 1;
                    vec![Effect::CheckPin(id, pin)]
                }
            };
        }
        match action {
            Action::Screen(wish) => {
                let step = self.on_screen(|screen, scene| screen.act(wish, scene));
                self.step(step)
            }
            Action::Help => {
                self.over = if matches!(self.over, Over::Help(_)) { Over::Nothing } else { Over::Help(Help::default()) };
                Vec::new()
            }
            Action::Staff => {
                self.over = Over::Staff(Staff::default());
                Vec::new()
            }
            Action::ScrollHelp(movement) => {
                let scene = scene(&self.desk, &self.look, &self.arrival, self.now, self.size);
                if let Over::Help(help) = &mut self.over {
                    help.scroll(movement, self.trail.shown().face(), &scene);
                }
                Vec::new()
            }
            Action::StartOver if self.can_start_over() => self.forget(),
            Action::Leave => vec![Effect::Leave(self.screen().face().pending_link())],
            Action::Repaint => vec![Effect::Repaint],
            Action::StartOver | Action::Wake => Vec::new(),
        }
    }

    /// Whether the key for starting over works on the screen itself. An overlay, such as the help,
    /// must not offer a way out of a screen that has none, such as a running session.
    fn can_start_over(&self) -> bool {
        let focus = self.screen().face().focus(&self.scene());
        keymap::action(keymap::START_OVER, focus, self.door()) == Some(Action::StartOver)
    }

    fn step(&mut self, step: Step) -> Vec<Effect> {
        match step {
            Step::Stay => Vec::new(),
            Step::Go(screen) => {
                self.trail.go(*screen);
                Vec::new()
            }
            Step::Back => self.back(),
            Step::Connect(request) => self.connect(request),
            Step::HandOff(request) => self.hand_off(&request),
            Step::Retry(request) => {
                let effects = self.back();
                effects.into_iter().chain(self.connect(request)).collect()
            }
            Step::Change => self.change(),
            Step::EndSession => self.job.map(Effect::End).into_iter().collect(),
            Step::Help => self.act(Action::Help),
            Step::Reload => vec![Effect::Reload],
            Step::StartOver => self.forget(),
        }
    }

    /// Goes one step back. Going back to the start forgets the customer.
    fn back(&mut self) -> Vec<Effect> {
        match self.trail.back() {
            Back::Nowhere => Vec::new(),
            Back::ToStart => self.forget(),
            Back::Done => self.job.take().map(Effect::Cancel).into_iter().collect(),
        }
    }

    /// Goes back past the review and the details to where the choice was made: the survey, the list
    /// or the key.
    fn change(&mut self) -> Vec<Effect> {
        let mut effects = self.back();
        while matches!(self.screen(), Screen::Review(_) | Screen::Details(_)) {
            effects.extend(self.back());
        }
        effects
    }

    /// Drops the customer's screens with everything typed into them and begins the next visit.
    fn forget(&mut self) -> Vec<Effect> {
        let cancel = self.job.take().map(Effect::Cancel);
        self.leave_only(Trail::default());
        match self.next.take() {
            None => {}
            Some(Next::Desk(desk, look)) => self.sit_at(desk, look),
            Some(Next::OutOfService(failure, clock)) => {
                self.leave_only(Trail::to(Screen::OutOfService(OutOfService::new(failure, clock, self.now))));
            }
        }
        cancel.into_iter().chain([Effect::Forget]).collect()
    }

    /// Replaces all screens and drops what was typed into them.
    fn leave_only(&mut self, trail: Trail) {
        self.trail = trail;
        self.over = Over::Nothing;
        self.idle.touch(self.now);
    }

    fn uncover(&mut self) -> Vec<Effect> {
        self.over = Over::Nothing;
        Vec::new()
    }

    fn judged(&mut self, id: JobId, verdict: Verdict) -> Vec<Effect> {
        // If the prompt was closed meanwhile, a late verdict must not end the program.
        let opens = match &mut self.over {
            Over::Staff(staff) => staff.judged(id, verdict),
            Over::Help(_) | Over::Nothing => false,
        };
        if opens { vec![Effect::Leave(None)] } else { Vec::new() }
    }

    /// Installs lists that the visit is waiting for immediately. Any other change waits for the
    /// next visit, unless none has begun.
    fn take_desk(&mut self, desk: Arc<Desk>, look: Look) -> Vec<Effect> {
        if matches!(self.screen(), Screen::OutOfService(_)) {
            self.next = Some(Next::Desk(desk, look));
            return self.forget();
        }
        if self.trail.is_at_start() || self.desk.lists == Lists::Loading {
            self.next = None;
            self.sit_at(desk, look);
            self.on_screen(|screen, scene| screen.desk_changed(scene));
        } else {
            self.next = Some(Next::Desk(desk, look));
        }
        Vec::new()
    }

    fn sit_at(&mut self, desk: Arc<Desk>, look: Look) {
        self.idle.keep_to(&desk.config.kiosk);
        (self.desk, self.look) = (desk, look);
    }

    /// Takes the kiosk out of service because it has no usable config, but lets a running session
    /// end first.
    fn close_down(&mut self, failure: Failure, clock: Clean) -> Vec<Effect> {
        if let Screen::OutOfService(closed) = self.trail.shown_mut() {
            // Only the reason changes. Staff may be typing their PIN over this screen.
            *closed = OutOfService::new(failure, clock, self.now);
            return Vec::new();
        }
        self.next = Some(Next::OutOfService(failure, clock));
        if self.job.is_some() { Vec::new() } else { self.forget() }
    }

    fn tick(&mut self, now: Moment) -> Vec<Effect> {
        self.now = now;
        if self.staff_is_gone().is_some_and(|moment| moment <= now) {
            self.uncover();
        }
        match self.idle.pass(now, self.patience()) {
            idle::Verdict::Active => {
                let step = self.on_screen(|screen, scene| screen.due(scene.now));
                self.step(step)
            }
            idle::Verdict::Asked => vec![Effect::Bell],
            idle::Verdict::Gone => self.forget(),
        }
    }
}

fn scene<'a>(desk: &'a Desk, look: &'a Look, arrival: &'a Arrival, now: Moment, size: Size) -> Scene<'a> {
    Scene { desk, look, visit: &arrival.visit, places: &arrival.places, delivery: arrival.delivery, now, size }
}

/// Handles one event and returns the work to do outside the model.
pub fn update(model: &mut Model, event: Event) -> Vec<Effect> {
    let before = model.picture();
    let effects = take_in(model, event);
    if model.picture() != before {
        model.guard = Guard::another_screen(model.now);
    }
    effects
}

fn take_in(model: &mut Model, event: Event) -> Vec<Effect> {
    match event {
        Event::Time(now) => return model.tick(now),
        Event::Resized(size) => model.size = size,
        Event::Arrival(arrival) => model.arrival = arrival,
        Event::Delivery(delivery) => model.arrival.delivery = delivery,
        Event::Desk(desk, look) => return model.take_desk(desk, look),
        Event::OutOfService { failure, clock } => return model.close_down(failure, clock),
        Event::Input(input) => return typing::typed(model, &input),
        Event::Pin(id, verdict) => return model.judged(id, verdict),
        Event::Job(job, news) => return model.news(job, news),
    }
    Vec::new()
}

/// When the model next needs [`Event::Time`]; `None` if it can wait for another event indefinitely.
pub fn deadline(model: &Model) -> Option<Moment> {
    let idle = model.idle.deadline(model.now, model.patience());
    [idle, model.screen().face().deadline(model.now), model.staff_is_gone()].into_iter().flatten().min()
}

/// Draws the model into a frame of any size.
pub fn view(model: &Model, frame: &mut Frame) {
    let contact = model.desk.config.site.contact.as_ref().map(Clean::as_str);
    let scene = model.scene();
    if !skeleton::fits(frame.area().as_size()) {
        skeleton::draw_too_small(frame.buffer_mut(), &model.look, contact);
    } else if let Some(left) = model.idle.left(model.now) {
        screens::still_there::draw(frame, &scene, left);
    } else {
        let face = model.screen().face();
        match &model.over {
            Over::Help(help) => help.draw(frame, face, &scene),
            Over::Staff(staff) => staff.draw(frame, &scene),
            Over::Nothing => screens::draw(frame, face, &scene),
        }
    }
}
