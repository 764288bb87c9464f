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

mod enter_debounce;
pub mod event;
mod idle;
mod lifecycle;
mod nav_stack;
mod overlay;
mod session;
mod typing;

use std::mem;
use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Size;

use crate::catalog::Catalog;
use crate::clean::Clean;
use crate::job::JobId;
use crate::keymap::{self, Action, ExitPolicy, KeyContext};
use crate::pin::PinVerdict;
use crate::screens::help::Help;
use crate::screens::staff::{self, PinOutcome, StaffPin};
use crate::screens::{self, AnyScreen, IdlePolicy, Screen, ScreenContext, Transition};
use crate::session::{Delivery, VisitRef};
use crate::terminal::key::KeyEvent;
use crate::timestamp::Timestamp;
use crate::ui::Appearance;
use crate::ui::layout::{self, TooSmallNotice};
use enter_debounce::EnterDebounce;
use event::{Effect, Event, VisitContext};
use idle::Idle;
use lifecycle::NextVisit;
use nav_stack::NavStack;
use overlay::Overlay;

/// The state of the program, including everything about the current visit.
#[derive(Debug)]
pub struct Model {
    catalog: Arc<Catalog>,
    /// Set if the config or its lists changed during this visit.
    next: Option<NextVisit>,
    appearance: Appearance,
    size: Size,
    now: Timestamp,
    visit_context: VisitContext,
    nav: NavStack,
    overlay: Overlay,
    idle: Idle,
    enter_debounce: EnterDebounce,
    jobs: u64,
    job: Option<JobId>,
}

impl Model {
    /// The start screen, waiting for a customer.
    pub fn new(
        catalog: Arc<Catalog>,
        look: Appearance,
        size: Size,
        visit_context: VisitContext,
    ) -> Self {
        Self {
            idle: Idle::new(&catalog.config.kiosk),
            catalog,
            next: None,
            appearance: look,
            size,
            now: Timestamp::default(),
            visit_context,
            nav: NavStack::default(),
            overlay: Overlay::default(),
            enter_debounce: EnterDebounce::default(),
            jobs: 0,
            job: None,
        }
    }

    /// The visible screen. The help, the idle question and the too-small notice may cover it.
    pub fn screen(&self) -> &AnyScreen {
        self.nav.current()
    }

    /// The size of the terminal as of the last [`Event::Resized`].
    pub fn size(&self) -> Size {
        self.size
    }

    /// The config and the lists of the current visit.
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// The reference of the current visit.
    pub(crate) fn visit(&self) -> VisitRef {
        self.visit_context.visit
    }

    /// The reference of the current visit if a customer has begun it and it has not ended.
    pub(crate) fn visit_under_way(&self) -> Option<VisitRef> {
        let is_over = matches!(
            self.screen(),
            AnyScreen::Ended(_) | AnyScreen::OutOfService(_)
        );
        (!self.nav.is_at_start() && !is_over).then_some(self.visit_context.visit)
    }

    /// What was known about the current visit before anything was typed.
    pub(crate) fn visit_context(&self) -> &VisitContext {
        &self.visit_context
    }

    /// How a session started here is delivered, as of the last [`Event::Delivery`].
    pub(crate) fn delivery(&self) -> Delivery {
        self.visit_context.delivery
    }

    /// The context that decides what keys do.
    pub fn focus(&self) -> KeyContext {
        if self.idle.is_warning() {
            KeyContext::StillThere
        } else if !layout::fits(self.size) {
            KeyContext::TooSmall
        } else {
            self.overlay
                .focus()
                .unwrap_or_else(|| self.screen().as_screen().focus(&self.context()))
        }
    }

    /// Whether a key does something else here if it arrives in a burst.
    pub fn depends_on_pace(&self, key: KeyEvent) -> bool {
        keymap::depends_on_pace(key, self.focus(), self.exit_policy())
    }

    /// Who can leave the program.
    pub(crate) fn exit_policy(&self) -> ExitPolicy {
        ExitPolicy::from_config(&self.catalog.config.kiosk)
    }

    /// Identifies what is visible, ignoring changes within a screen. When it changes, the Enter
    /// debounce starts again.
    fn screen_identity(&self) -> impl PartialEq + use<> {
        let asks = self.focus() == KeyContext::EndSession;
        (
            self.nav.identity(),
            mem::discriminant(&self.overlay),
            self.idle.is_warning(),
            asks,
            layout::fits(self.size),
        )
    }

    fn context(&self) -> ScreenContext<'_> {
        context(
            &self.catalog,
            &self.appearance,
            &self.visit_context,
            self.now,
            self.size,
        )
    }

    fn idle_policy(&self) -> IdlePolicy {
        self.overlay.idle_policy(self.screen())
    }

    /// When the PIN prompt closes by itself, if it is open.
    fn staff_deadline(&self) -> Option<Timestamp> {
        matches!(self.overlay, Overlay::Staff(_))
            .then(|| self.idle.last_touched().after(staff::PROMPT_TIMEOUT))
    }

    /// Calls `act` with the visible screen and its context.
    fn with_screen<T>(&mut self, act: impl FnOnce(&mut dyn Screen, &ScreenContext) -> T) -> T {
        let context = context(
            &self.catalog,
            &self.appearance,
            &self.visit_context,
            self.now,
            self.size,
        );
        act(self.nav.current_mut().as_screen_mut(), &context)
    }

    fn dispatch(&mut self, action: Action) -> Vec<Effect> {
        if let (Overlay::Staff(staff), Action::Screen(screen_action)) = (&mut self.overlay, action)
        {
            let id = JobId(self.jobs + 1);
            return match staff.handle(screen_action, id) {
                PinOutcome::Nothing => Vec::new(),
                PinOutcome::Close => self.close_overlay(),
                PinOutcome::Check(pin) => {
                    self.jobs += 1;
                    vec![Effect::CheckPin(id, pin)]
                }
            };
        }
        match action {
            Action::Screen(screen_action) => {
                let transition =
                    self.with_screen(|screen, context| screen.handle(screen_action, context));
                self.apply_transition(transition)
            }
            Action::Help => {
                self.overlay = if matches!(self.overlay, Overlay::Help(_)) {
                    Overlay::None
                } else {
                    Overlay::Help(Help::default())
                };
                Vec::new()
            }
            Action::Staff => {
                self.overlay = Overlay::Staff(StaffPin::default());
                Vec::new()
            }
            Action::ScrollHelp(movement) => {
                let context = context(
                    &self.catalog,
                    &self.appearance,
                    &self.visit_context,
                    self.now,
                    self.size,
                );
                if let Overlay::Help(help) = &mut self.overlay {
                    help.scroll(movement, self.nav.current().as_screen(), &context);
                }
                Vec::new()
            }
            Action::StartOver if self.can_start_over() => self.forget_customer(),
            Action::Leave => vec![Effect::Leave(self.screen().as_screen().pending_link())],
            Action::Repaint => vec![Effect::Repaint],
            Action::StartOver | Action::Wake => Vec::new(),
        }
    }

    /// Whether the key for starting over works on the screen itself. An overlay, such as the help,
    /// must not offer a way out of a screen that has none, such as a running session.
    fn can_start_over(&self) -> bool {
        let focus = self.screen().as_screen().focus(&self.context());
        keymap::action(keymap::START_OVER, focus, self.exit_policy()) == Some(Action::StartOver)
    }

    fn apply_transition(&mut self, transition: Transition) -> Vec<Effect> {
        match transition {
            Transition::Stay => Vec::new(),
            Transition::Go(screen) => {
                self.nav.push(*screen);
                Vec::new()
            }
            Transition::Back => self.back(),
            Transition::Connect(request) => self.connect(request),
            Transition::HandOff(request) => self.hand_off(&request),
            Transition::Retry(request) => {
                let effects = self.back();
                effects.into_iter().chain(self.connect(request)).collect()
            }
            Transition::Change => self.back_to_choice(),
            Transition::EndSession => self.job.map(Effect::End).into_iter().collect(),
            Transition::Help => self.dispatch(Action::Help),
            Transition::Reload => vec![Effect::Reload],
            Transition::StartOver => self.forget_customer(),
        }
    }

    fn close_overlay(&mut self) -> Vec<Effect> {
        self.overlay = Overlay::None;
        Vec::new()
    }

    fn receive_pin_verdict(&mut self, id: JobId, verdict: PinVerdict) -> Vec<Effect> {
        // If the prompt was closed meanwhile, a late verdict must not end the program.
        let opens = match &mut self.overlay {
            Overlay::Staff(staff) => staff.handle_verdict(id, verdict),
            Overlay::Help(_) | Overlay::None => false,
        };
        if opens {
            vec![Effect::Leave(None)]
        } else {
            Vec::new()
        }
    }

    fn tick(&mut self, now: Timestamp) -> Vec<Effect> {
        self.now = now;
        if self.staff_deadline().is_some_and(|moment| moment <= now) {
            self.close_overlay();
        }
        match self.idle.advance(now, self.idle_policy()) {
            idle::IdleOutcome::Active => {
                let transition = self.with_screen(|screen, context| screen.on_tick(context.now));
                self.apply_transition(transition)
            }
            idle::IdleOutcome::Warned => vec![Effect::Bell],
            idle::IdleOutcome::TimedOut => self.forget_customer(),
        }
    }
}

fn context<'a>(
    catalog: &'a Catalog,
    look: &'a Appearance,
    visit_context: &'a VisitContext,
    now: Timestamp,
    size: Size,
) -> ScreenContext<'a> {
    ScreenContext {
        catalog,
        appearance: look,
        visit: &visit_context.visit,
        placeholders: &visit_context.placeholders,
        delivery: visit_context.delivery,
        now,
        size,
    }
}

/// Handles one event and returns the work to do outside the model.
pub fn update(model: &mut Model, event: Event) -> Vec<Effect> {
    let before = model.screen_identity();
    let effects = apply_event(model, event);
    if model.screen_identity() != before {
        model.enter_debounce = EnterDebounce::for_new_screen(model.now);
    }
    effects
}

fn apply_event(model: &mut Model, event: Event) -> Vec<Effect> {
    match event {
        Event::Time(now) => return model.tick(now),
        Event::Resized(size) => model.size = size,
        Event::VisitContext(visit_context) => model.visit_context = visit_context,
        Event::Delivery(delivery) => model.visit_context.delivery = delivery,
        Event::CatalogLoaded(catalog, look) => return model.receive_catalog(catalog, look),
        Event::OutOfService { failure, clock } => {
            return model.enter_out_of_service(failure, clock);
        }
        Event::Input(input) => return typing::handle_input(model, &input),
        Event::Pin(id, verdict) => return model.receive_pin_verdict(id, verdict),
        Event::Job(job, update_of_job) => return model.update_job(job, update_of_job),
    }
    Vec::new()
}

/// When the model next needs [`Event::Time`]; `None` if it can wait for another event indefinitely.
pub fn deadline(model: &Model) -> Option<Timestamp> {
    let idle = model.idle.deadline(model.now, model.idle_policy());
    [
        idle,
        model.screen().as_screen().deadline(model.now),
        model.staff_deadline(),
    ]
    .into_iter()
    .flatten()
    .min()
}

/// Draws the model into a frame of any size.
pub fn view(model: &Model, frame: &mut Frame) {
    let contact = model
        .catalog
        .config
        .site
        .contact
        .as_ref()
        .map(Clean::as_str);
    let context = model.context();
    if !layout::fits(frame.area().as_size()) {
        let notice = TooSmallNotice {
            appearance: &model.appearance,
            contact,
        };
        frame.render_widget(notice, frame.area());
    } else if let Some(left) = model.idle.remaining(model.now) {
        screens::still_there::draw(frame, &context, left);
    } else {
        let screen = model.screen().as_screen();
        match &model.overlay {
            Overlay::Help(help) => help.draw(frame, screen, &context),
            Overlay::Staff(staff) => staff.draw(frame, &context),
            Overlay::None => screens::draw_screen(frame, screen, &context),
        }
    }
}
