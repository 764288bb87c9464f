//! Failed: what happened, what to do, whom to call, and one line for staff.

use super::message::{MessageLayout, Paragraph, for_staff, wrapped};
use super::{CursorPosition, Screen, ScreenContext, Transition};
use crate::clean::Clean;
use crate::failure::{Failure, Remedy};
use crate::keymap::{KeyContext, Overflow, ScreenAction};
use crate::session::SessionRequest;
use crate::text::Text;
use crate::theme::Role;
use crate::ui::layout;
use crate::ui::text_writer::{Line, TextWriter};

/// The width of the glyph before the message.
const INDENT: usize = 2;

/// A session without a running client.
#[derive(Debug, PartialEq, Eq)]
pub struct Failed {
    failure: Failure,
    clock: Clean,
    request: Option<SessionRequest>,
    /// How many lines of the message are scrolled off the top.
    scrolled: usize,
}

impl Failed {
    /// The failure, the time of day at which it happened, and the request.
    pub(crate) fn new(failure: Failure, clock: Clean, request: Option<SessionRequest>) -> Self {
        Self {
            failure,
            clock,
            request,
            scrolled: 0,
        }
    }

    fn remedy(&self) -> Remedy {
        self.failure.fault.remedy()
    }

    /// What happened, what to do, what the site says, and details.
    fn message(&self, context: &ScreenContext) -> Vec<Paragraph> {
        let (words, said) = (
            context.appearance.text.of_fault(self.failure.fault),
            &context.appearance.text.failed,
        );
        let sentences = [
            (Role::Question, words.happened.to_owned()),
            (Role::Text, words.todo.to_owned()),
        ];
        let about = self
            .failure
            .detail
            .as_ref()
            .map(|detail| (Role::Dim, said.about(detail)));
        let site = self
            .failure
            .site_words
            .as_ref()
            .map(|site| (Role::Dim, said.site_says(site)));
        sentences.into_iter().chain(site).chain(about).collect()
    }

    /// The whole message, laid out.
    fn account(&self, context: &ScreenContext) -> MessageLayout {
        let place = layout::body(context.size, context.appearance.text.failed.question, None);
        let (kiosk, staff) =
            for_staff(context, place.width.into(), self.failure.fault, &self.clock);
        let contact = context
            .catalog
            .config
            .site
            .contact
            .as_ref()
            .map(|contact| (Role::Text, contact.to_string()));
        let below: Vec<Paragraph> = contact.into_iter().chain([staff]).collect();
        let told: Vec<Paragraph> = self.message(context).into_iter().chain(kiosk).collect();
        MessageLayout::new(
            place,
            |columns| hung(wrapped(&told, columns.saturating_sub(INDENT)), context),
            &below,
            context.is_spacious(),
        )
    }
}

/// Indents the lines and puts the error glyph before the first.
fn hung(lines: Vec<Line>, context: &ScreenContext) -> Vec<Line> {
    let sign = |number| {
        if number == 0 {
            context.appearance.signs.wrong
        } else {
            ""
        }
    };
    let lead = |number| (Role::Error, format!("{:INDENT$}", sign(number)));
    lines
        .into_iter()
        .enumerate()
        .map(|(number, line)| [vec![lead(number)], line].concat())
        .collect()
}

impl Screen for Failed {
    fn focus(&self, _scene: &ScreenContext) -> KeyContext {
        KeyContext::Failed(self.remedy())
    }

    fn overflow(&self, context: &ScreenContext) -> Overflow {
        self.account(context).extent()
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.failed.question
    }

    fn render(&self, context: &ScreenContext, writer: &mut TextWriter) -> Option<CursorPosition> {
        let cursor = writer.position();
        self.account(context).draw(self.scrolled, writer);
        Some(cursor)
    }

    fn handle(&mut self, action: ScreenAction, context: &ScreenContext) -> Transition {
        match (action, self.remedy(), &self.request) {
            (ScreenAction::Move(movement), _, _) => {
                self.scrolled = self.account(context).moved(self.scrolled, movement);
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
