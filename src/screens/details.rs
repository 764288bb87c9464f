//! Details: the questions that the config adds to a representative or a code.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::form::{self, Form, FormOutcome};
use super::review::{Masking, Review};
use super::{AnyScreen, Screen, ScreenContext, Transition};
use crate::keymap::{KeyContext, ScreenAction};
use crate::session::{CustomerDetails, Rep};
use crate::text::Text;
use crate::ways::{SecretCode, Way};

/// The details with everything filled in so far.
#[derive(Debug, PartialEq, Eq)]
pub struct Details {
    subject: DetailsFor,
    form: Form,
}

/// What the details go with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DetailsFor {
    /// A session with this representative.
    Rep(Box<Rep>),
    /// A session with this code.
    Code(SecretCode, Masking),
}

impl Details {
    /// The screen after the choice: this one, or the review if there is nothing to ask.
    pub(crate) fn or_review(subject: DetailsFor, context: &ScreenContext) -> AnyScreen {
        let way = match &subject {
            DetailsFor::Rep(_) => Way::Rep,
            DetailsFor::Code(code, _) => Way::Code(code.way()),
        };
        let screen = Self {
            form: Form::new(context.catalog.config.form(way, context.placeholders)),
            subject,
        };
        match screen.form.details() {
            Ok(details) if screen.form.is_empty() => {
                AnyScreen::Review(screen.review(details, context.appearance.text))
            }
            Ok(_) | Err(_) => AnyScreen::Details(screen),
        }
    }

    /// The details with what was typed into earlier ones of this visit.
    #[must_use]
    pub(crate) fn resuming(self, earlier: Self) -> Self {
        Self {
            form: earlier.form,
            ..self
        }
    }

    fn review(&self, details: CustomerDetails, text: &'static Text) -> Review {
        let label = |field| self.form.label(field, text);
        match &self.subject {
            DetailsFor::Rep(rep) => Review::rep(rep, details, label),
            DetailsFor::Code(code, masking) => Review::code(code.clone(), *masking, details, label),
        }
    }
}

impl Screen for Details {
    fn focus(&self, _context: &ScreenContext) -> KeyContext {
        self.form.focus()
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.details.question
    }

    fn subtitle(&self, context: &ScreenContext) -> Option<String> {
        let chosen = match &self.subject {
            DetailsFor::Rep(rep) => rep.name.as_str(),
            DetailsFor::Code(code, _) => (code.way().text)(context.appearance.text).with_details,
        };
        Some(form::short_choice(chosen, context.appearance))
    }

    fn render(&self, context: &ScreenContext, area: Rect, buf: &mut Buffer) -> Option<Position> {
        Some(self.form.render(context, area, buf))
    }

    fn handle(&mut self, action: ScreenAction, context: &ScreenContext) -> Transition {
        match self.form.handle(action, context) {
            FormOutcome::Stay => Transition::Stay,
            FormOutcome::Back => Transition::Back,
            FormOutcome::Filled(details) => Transition::Go(Box::new(AnyScreen::Review(
                self.review(details, context.appearance.text),
            ))),
        }
    }

    fn paste(&mut self, text: &str, _context: &ScreenContext) {
        self.form.paste(text);
    }
}
