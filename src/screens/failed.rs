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
    pub fn new(failure: Failure, clock: Clean, request: Option<SessionRequest>) -> Self {
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
    fn message(&self, scene: &ScreenContext) -> Vec<Paragraph> {
        let (words, said) = (
            scene.look.text.of_fault(self.failure.fault),
            &scene.look.text.failed,
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
    fn account(&self, scene: &ScreenContext) -> MessageLayout {
        let place = layout::body(scene.size, scene.look.text.failed.question, None);
        let (kiosk, staff) = for_staff(scene, place.width.into(), self.failure.fault, &self.clock);
        let contact = scene
            .desk
            .config
            .site
            .contact
            .as_ref()
            .map(|contact| (Role::Text, contact.to_string()));
        let below: Vec<Paragraph> = contact.into_iter().chain([staff]).collect();
        let told: Vec<Paragraph> = self.message(scene).into_iter().chain(kiosk).collect();
        MessageLayout::new(
            place,
            |columns| hung(wrapped(&told, columns.saturating_sub(INDENT)), scene),
            &below,
            scene.is_spacious(),
        )
    }
}

/// Indents the lines and puts the error glyph before the first.
fn hung(lines: Vec<Line>, scene: &ScreenContext) -> Vec<Line> {
    let sign = |number| {
        if number == 0 {
            scene.look.signs.wrong
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

    fn overflow(&self, scene: &ScreenContext) -> Overflow {
        self.account(scene).extent()
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.failed.question
    }

    fn render(&self, scene: &ScreenContext, pen: &mut TextWriter) -> Option<CursorPosition> {
        let cursor = pen.position();
        self.account(scene).draw(self.scrolled, pen);
        Some(cursor)
    }

    fn handle(&mut self, wish: ScreenAction, scene: &ScreenContext) -> Transition {
        match (wish, self.remedy(), &self.request) {
            (ScreenAction::Move(movement), _, _) => {
                self.scrolled = self.account(scene).moved(self.scrolled, movement);
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
