//! The core of the program, pure: a [`Model`], [`update`] and [`view`]. It knows no clock, file, environment or randomness.
//!
//! ```text
//!            ┌ trail: the screens on the way here, each with all that was typed ┐
//! Event ───> │ start ─> reps ─> review ─> connecting ─> running                 │ ───> Vec<Effect>
//!            └──────────────────────────────────────────────────────────────────┘
//! ```
//!
//! Going on pushes a screen, going back pops one, forgetting a customer leaves a new start screen alone. Time comes in as
//! [`Event::Time`]; [`deadline`] says when it is wanted next.

pub mod desk;
pub mod event;
mod idle;
pub mod keys;

use ratatui::Frame;
use ratatui::layout::Size;

use crate::screens::connecting::Connecting;
use crate::screens::failed::Failed;
use crate::screens::running::Running;
use crate::screens::start::Start;
use crate::screens::{self, Scene, Screen, Step};
use crate::session::{SessionRequest, Visit};
use crate::terminal::key::Input;
use crate::ui::{Look, skeleton};
use desk::Desk;
use event::{Effect, Event, JobId, Moment, News};
use idle::Idle;
use keys::{Action, Focus};

use std::sync::Arc;

/// All that the program knows of the present visit.
#[derive(Debug)]
pub struct Model {
    desk: Arc<Desk>,
    look: Look,
    size: Size,
    now: Moment,
    visit: Visit,
    /// Never empty: the first is the start screen, the last the one that is shown.
    trail: Vec<Screen>,
    idle: Idle,
    jobs: u64,
    job: Option<JobId>,
}

impl Model {
    /// The start screen, waiting for a customer.
    pub fn new(desk: Arc<Desk>, look: Look, size: Size, visit: Visit) -> Self {
        let idle = Idle::new(&desk.config.kiosk);
        Self {
            desk,
            look,
            size,
            now: Moment::default(),
            visit,
            trail: vec![Screen::Start(Start::default())],
            idle,
            jobs: 0,
            job: None,
        }
    }

    /// The screen that is shown (the still-there question and the too-small notice stand over it).
    pub fn screen(&self) -> &Screen {
        // The trail is never empty: `new` and `forget` lay the start screen, and `back` keeps it.
        &self.trail[self.trail.len() - 1]
    }

    /// The size of the terminal, as last told.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Where keys go now.
    pub fn focus(&self) -> Focus {
        if self.idle.asks() {
            Focus::StillThere
        } else if !skeleton::fits(self.size) {
            Focus::TooSmall
        } else {
            self.screen().face().focus()
        }
    }

    fn scene(&self) -> Scene<'_> {
        Scene { desk: &self.desk, look: &self.look, visit: &self.visit, now: self.now, size: self.size }
    }

    /// Whether there is a customer to be forgotten, and nothing under way that must not be disturbed.
    fn may_idle(&self) -> bool {
        !matches!(self.screen(), Screen::Start(_) | Screen::Connecting(_) | Screen::Running(_))
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Repaint => vec![Effect::Repaint],
            Action::Leave => vec![Effect::Leave],
            Action::StartOver => self.forget(),
            Action::Wake => Vec::new(),
            Action::Screen(wish) => {
                let step = self.on_screen(|screen, scene| screen.act(wish, scene));
                self.step(step)
            }
        }
    }

    fn on_screen<T>(&mut self, act: impl FnOnce(&mut dyn screens::Face, &Scene) -> T) -> T {
        let scene = Scene { desk: &self.desk, look: &self.look, visit: &self.visit, now: self.now, size: self.size };
        let last = self.trail.len() - 1;
        act(self.trail[last].face_mut(), &scene)
    }

    fn step(&mut self, step: Step) -> Vec<Effect> {
        match step {
            Step::Stay => Vec::new(),
            Step::Go(screen) => {
                self.trail.push(*screen);
                Vec::new()
            }
            Step::Back => self.back(),
            Step::Connect(request) => self.connect(request),
            Step::Retry(request) => {
                self.trail.pop();
                self.connect(request)
            }
            Step::Change => self.change(),
        }
    }

    fn back(&mut self) -> Vec<Effect> {
        if self.trail.len() > 1 {
            self.trail.pop();
        }
        self.job.take().map(Effect::Cancel).into_iter().collect()
    }

    /// Back past the review, to where the choice was made.
    fn change(&mut self) -> Vec<Effect> {
        let effects = self.back();
        if matches!(self.screen(), Screen::Review(_)) {
            self.trail.pop();
        }
        effects
    }

    fn connect(&mut self, request: SessionRequest) -> Vec<Effect> {
        self.jobs += 1;
        let job = JobId(self.jobs);
        self.job = Some(job);
        self.trail.push(Screen::Connecting(Connecting::new(request.clone())));
        vec![Effect::Connect { job, request }]
    }

    /// Nothing of the customer stays: the screens and what was typed into them are dropped.
    fn forget(&mut self) -> Vec<Effect> {
        let cancel = self.job.take().map(Effect::Cancel);
        self.trail = vec![Screen::Start(Start::default())];
        self.idle.touch(self.now);
        cancel.into_iter().chain([Effect::Forget]).collect()
    }

    fn news(&mut self, job: JobId, news: News) -> Vec<Effect> {
        if self.job != Some(job) {
            return Vec::new();
        }
        let now = self.now;
        match (news, self.trail.last_mut()) {
            (News::Running, Some(screen)) => *screen = Screen::Running(Running),
            (News::Stage(stage), Some(Screen::Connecting(connecting))) => connecting.reached(&stage, now),
            (News::Stage(_), _) | (_, None) => {}
            (News::Failed { failure, clock }, Some(screen)) => {
                self.job = None;
                let request = match screen {
                    Screen::Connecting(connecting) => Some(connecting.request()),
                    Screen::Start(_) | Screen::Reps(_) | Screen::Review(_) | Screen::Running(_) | Screen::Failed(_) => None,
                };
                *screen = Screen::Failed(Failed::new(failure, clock, request));
                self.idle.touch(now);
            }
            (News::Ended(_), Some(_)) => {
                self.job = None;
                return self.forget();
            }
        }
        Vec::new()
    }
}

/// Takes one event in. What has to be done outside comes back as effects.
pub fn update(model: &mut Model, event: Event) -> Vec<Effect> {
    match event {
        Event::Time(now) => {
            model.now = now;
            if model.may_idle() { tick(model) } else { Vec::new() }
        }
        Event::Resized(size) => {
            model.size = size;
            Vec::new()
        }
        Event::Visit(visit) => {
            model.visit = visit;
            Vec::new()
        }
        Event::Input(input) => typed(model, &input),
        Event::Job(job, news) => model.news(job, news),
    }
}

fn tick(model: &mut Model) -> Vec<Effect> {
    match model.idle.pass(model.now) {
        idle::Verdict::Active => Vec::new(),
        idle::Verdict::Asked => vec![Effect::Bell],
        idle::Verdict::Gone => model.forget(),
    }
}

fn typed(model: &mut Model, input: &Input) -> Vec<Effect> {
    let focus = model.focus();
    model.idle.touch(model.now);
    match input {
        Input::Key(key) => keys::action(*key, focus).map(|action| model.act(action)).unwrap_or_default(),
        Input::Paste(text) if focus == Focus::Filter => {
            let step = model.on_screen(|screen, scene| screen.paste(text, scene));
            model.step(step)
        }
        Input::Paste(_) => Vec::new(),
    }
}

/// When the model wants the time next; none: it can wait for an event for ever.
pub fn deadline(model: &Model) -> Option<Moment> {
    let idle = if model.may_idle() { model.idle.deadline(model.now) } else { None };
    [idle, model.screen().face().deadline(model.now)].into_iter().flatten().min()
}

/// Draws the model, whatever the size of the frame.
pub fn view(model: &Model, frame: &mut Frame) {
    let contact = model.desk.config.site.contact.as_ref().map(crate::clean::Clean::as_str);
    if !skeleton::fits(frame.area().as_size()) {
        skeleton::draw_too_small(frame.buffer_mut(), &model.look, contact);
    } else if let Some(left) = model.idle.left(model.now) {
        screens::still_there::draw(frame, &model.scene(), left);
    } else {
        screens::draw(frame, model.screen().face(), &model.scene());
    }
}
