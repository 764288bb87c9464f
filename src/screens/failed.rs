//! Failed: what happened, what to do, whom to call, and one line for staff.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::message::{MessageLayout, contact, for_staff, wrapped};
use super::{Screen, ScreenContext, Transition};
use crate::clean::Clean;
use crate::failure::{Failure, Remedy};
use crate::keymap::{KeyContext, Overflow, ScreenAction};
use crate::session::SessionRequest;
use crate::text::Text;
use crate::theme::Role;
use crate::ui::Appearance;
use crate::ui::layout;

/// The width of the glyph before the message.
const INDENT: usize = 2;

/// A session without a running client.
#[derive(Debug, PartialEq, Eq)]
pub struct Failed {
    failure: Failure,
    clock: Clean,
    request: Option<SessionRequest>,
    /// How many lines of the message are scrolled off the top.
    scroll_offset: usize,
}

impl Failed {
    /// The failure, the time of day at which it happened, and the request.
    pub(crate) fn new(failure: Failure, clock: Clean, request: Option<SessionRequest>) -> Self {
        Self {
            failure,
            clock,
            request,
            scroll_offset: 0,
        }
    }

    fn remedy(&self) -> Remedy {
        self.failure.fault.remedy()
    }

    /// What happened, what to do, what the site says, and details.
    fn message<'a>(&self, appearance: &'a Appearance) -> Vec<Span<'a>> {
        let fault = appearance.text.of_fault(self.failure.fault);
        let text = &appearance.text.failed;
        let sentences = [
            appearance.span(Role::Question, fault.happened),
            appearance.span(Role::Text, fault.todo),
        ];
        let about = self
            .failure
            .detail
            .as_ref()
            .map(|detail| appearance.span(Role::Dim, text.about(detail)));
        let site = self
            .failure
            .site_words
            .as_ref()
            .map(|site| appearance.span(Role::Dim, text.site_says(site)));
        sentences.into_iter().chain(site).chain(about).collect()
    }

    /// The whole message, laid out.
    fn message_layout<'a>(&self, context: &ScreenContext<'a>) -> MessageLayout<'a> {
        let appearance = context.appearance;
        let area = layout::body(context.size, appearance.text.failed.question, None);
        let fault = self.failure.fault;
        let (kiosk, staff) = for_staff(context, area.width.into(), fault, &self.clock);
        let contact = contact(context, Role::Text);
        let pinned: Vec<Span> = contact.into_iter().chain([staff]).collect();
        let message: Vec<Span> = self.message(appearance).into_iter().chain(kiosk).collect();
        MessageLayout::new(
            appearance,
            area.as_size(),
            |columns| {
                indented(
                    wrapped(&message, columns.saturating_sub(INDENT)),
                    appearance,
                )
            },
            &pinned,
            context.is_spacious(),
        )
        .scrolled(self.scroll_offset)
    }
}

/// Indents the lines and puts the error glyph before the first.
fn indented(mut lines: Vec<Line<'static>>, appearance: &Appearance) -> Vec<Line<'static>> {
    for (row, line) in lines.iter_mut().enumerate() {
        let glyph = if row == 0 {
            appearance.glyphs.wrong
        } else {
            ""
        };
        let indent = appearance.span(Role::Error, format!("{glyph:INDENT$}"));
        line.spans.insert(0, indent);
    }
    lines
}

impl Screen for Failed {
    fn focus(&self, _context: &ScreenContext) -> KeyContext {
        KeyContext::Failed(self.remedy())
    }

    fn overflow(&self, context: &ScreenContext) -> Overflow {
        self.message_layout(context).overflow()
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.failed.question
    }

    fn render(&self, context: &ScreenContext, area: Rect, buf: &mut Buffer) -> Option<Position> {
        self.message_layout(context).render(area, buf);
        Some(area.as_position())
    }

    fn handle(&mut self, action: ScreenAction, context: &ScreenContext) -> Transition {
        match (action, self.remedy(), &self.request) {
            (ScreenAction::Move(movement), _, _) => {
                self.scroll_offset = self.message_layout(context).text.offset_after(movement);
                Transition::Stay
            }
            (ScreenAction::Confirm, Remedy::Retry, Some(request)) => {
                Transition::Retry(request.clone())
            }
            (ScreenAction::Confirm, Remedy::Change, _) => Transition::Change,
            (ScreenAction::Back, _, _) => Transition::Back,
            (
                ScreenAction::Confirm
                | ScreenAction::Pick(_)
                | ScreenAction::Skip(_)
                | ScreenAction::Edit(_)
                | ScreenAction::Hide
                | ScreenAction::HandOff,
                _,
                _,
            ) => Transition::Stay,
        }
    }
}
