//! Out of service: a locked kiosk without a usable config says that it is closed and retries by
//! itself (K9).

use std::time::Duration;

use super::message::{MessageLayout, Paragraph, for_staff, wrapped};
use super::{CursorPosition, IdlePolicy, Screen, ScreenContext, Transition};
use crate::clean::Clean;
use crate::failure::Failure;
use crate::keymap::{KeyContext, Overflow, ScreenAction};
use crate::text::Text;
use crate::theme::Role;
use crate::timestamp::Timestamp;
use crate::ui::layout;
use crate::ui::text_writer::TextWriter;

/// How often reading the config is retried.
const TRIED_EVERY: Duration = Duration::from_secs(30);

/// Why the kiosk is out of service, and when it retries.
#[derive(Debug, PartialEq, Eq)]
pub struct OutOfService {
    failure: Failure,
    clock: Clean,
    next_try: Timestamp,
    /// How many lines of the message are scrolled off the top.
    scrolled: usize,
}

impl OutOfService {
    /// The kiosk goes out of service now. `clock` is the time of day, for staff.
    pub(crate) fn new(failure: Failure, clock: Clean, now: Timestamp) -> Self {
        Self {
            failure,
            clock,
            next_try: now.after(TRIED_EVERY),
            scrolled: 0,
        }
    }

    /// Only the code is shown, and no detail of the config's problem: staff use `check`.
    fn account(&self, context: &ScreenContext) -> MessageLayout {
        let said = &context.appearance.text.out_of_service;
        let place = layout::body(context.size, said.question, None);
        let (kiosk, staff) =
            for_staff(context, place.width.into(), self.failure.fault, &self.clock);
        let contact = context
            .catalog
            .config
            .site
            .contact
            .as_ref()
            .map(|contact| (Role::Text, contact.to_string()));
        let told: Vec<Paragraph> = [(Role::Text, said.body.to_owned())]
            .into_iter()
            .chain(contact)
            .chain(kiosk)
            .collect();
        MessageLayout::new(place, |columns| wrapped(&told, columns), &[staff], true)
    }
}

impl Screen for OutOfService {
    fn focus(&self, _scene: &ScreenContext) -> KeyContext {
        KeyContext::OutOfService
    }

    fn overflow(&self, context: &ScreenContext) -> Overflow {
        self.account(context).extent()
    }

    fn idle_policy(&self) -> IdlePolicy {
        IdlePolicy::Never
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.out_of_service.question
    }

    fn render(&self, context: &ScreenContext, writer: &mut TextWriter) -> Option<CursorPosition> {
        let cursor = writer.position();
        self.account(context).draw(self.scrolled, writer);
        Some(cursor)
    }

    fn handle(&mut self, action: ScreenAction, context: &ScreenContext) -> Transition {
        if let ScreenAction::Move(movement) = action {
            self.scrolled = self.account(context).moved(self.scrolled, movement);
        }
        Transition::Stay
    }

    fn deadline(&self, _now: Timestamp) -> Option<Timestamp> {
        Some(self.next_try)
    }

    fn on_tick(&mut self, now: Timestamp) -> Transition {
        if now < self.next_try {
            return Transition::Stay;
        }
        self.next_try = now.after(TRIED_EVERY);
        Transition::Reload
    }
}
