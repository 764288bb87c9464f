//! Out of service: a locked kiosk without a usable config says that it is closed and retries by
//! itself (K9).

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Span;
use ratatui::widgets::Widget;

use super::message::{MessageLayout, contact, for_staff, wrapped};
use super::{IdlePolicy, Screen, ScreenContext, Transition};
use crate::clean::Clean;
use crate::failure::Failure;
use crate::keymap::{KeyContext, Overflow, ScreenAction};
use crate::text::Text;
use crate::theme::Role;
use crate::timestamp::Timestamp;
use crate::ui::layout;

/// How often reading the config is retried.
const RETRY_INTERVAL: Duration = Duration::from_secs(30);

/// Why the kiosk is out of service, and when it retries.
#[derive(Debug, PartialEq, Eq)]
pub struct OutOfService {
    failure: Failure,
    clock: Clean,
    next_try: Timestamp,
    /// How many lines of the message are scrolled off the top.
    scroll_offset: usize,
}

impl OutOfService {
    /// The kiosk goes out of service now. `clock` is the time of day, for staff.
    pub(crate) fn new(failure: Failure, clock: Clean, now: Timestamp) -> Self {
        Self {
            failure,
            clock,
            next_try: now.after(RETRY_INTERVAL),
            scroll_offset: 0,
        }
    }

    /// Only the code is shown, and no detail of the config's problem: staff use `check`.
    fn message_layout<'a>(&self, context: &ScreenContext<'a>) -> MessageLayout<'a> {
        let appearance = context.appearance;
        let text = &appearance.text.out_of_service;
        let area = layout::body(context.size, text.question, None);
        let fault = self.failure.fault;
        let (kiosk, staff) = for_staff(context, area.width.into(), fault, &self.clock);
        let message: Vec<Span> = [appearance.span(Role::Text, text.body)]
            .into_iter()
            .chain(contact(context, Role::Text))
            .chain(kiosk)
            .collect();
        let lines = |columns| wrapped(&message, columns);
        MessageLayout::new(appearance, area.as_size(), lines, &[staff], true)
            .scrolled(self.scroll_offset)
    }
}

impl Screen for OutOfService {
    fn focus(&self, _context: &ScreenContext) -> KeyContext {
        KeyContext::OutOfService
    }

    fn overflow(&self, context: &ScreenContext) -> Overflow {
        self.message_layout(context).overflow()
    }

    fn idle_policy(&self) -> IdlePolicy {
        IdlePolicy::Never
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.out_of_service.question
    }

    fn render(&self, context: &ScreenContext, area: Rect, buf: &mut Buffer) -> Option<Position> {
        self.message_layout(context).render(area, buf);
        Some(area.as_position())
    }

    fn handle(&mut self, action: ScreenAction, context: &ScreenContext) -> Transition {
        if let ScreenAction::Move(movement) = action {
            self.scroll_offset = self.message_layout(context).text.offset_after(movement);
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
        self.next_try = now.after(RETRY_INTERVAL);
        Transition::Reload
    }
}
