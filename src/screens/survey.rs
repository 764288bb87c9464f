//! Survey: the desk's questions after a choice from the menu.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::form::{self, Form, FormOutcome};
use super::review::Review;
use super::{AnyScreen, Screen, ScreenContext, Transition};
use crate::clean::Clean;
use crate::keymap::{KeyContext, ScreenAction};
use crate::session::{self, Choice};
use crate::text::Text;
use crate::ways::Way;

/// The survey with everything filled in so far.
#[derive(Debug, PartialEq, Eq)]
pub struct SurveyScreen {
    choice: Choice,
    /// The choice, in the words of the menu.
    chosen: Option<Clean>,
    form: Form,
}

impl SurveyScreen {
    pub(crate) fn new(choice: Choice, chosen: Option<&Clean>, context: &ScreenContext) -> Self {
        let form = Form::new(
            context
                .catalog
                .config
                .form(Way::Survey, context.placeholders),
        );
        Self {
            choice,
            chosen: chosen.cloned(),
            form,
        }
    }

    /// The survey with what was typed into an earlier one of this visit.
    #[must_use]
    pub(crate) fn resuming(self, earlier: Self) -> Self {
        Self {
            form: earlier.form,
            ..self
        }
    }
}

impl Screen for SurveyScreen {
    fn focus(&self, _context: &ScreenContext) -> KeyContext {
        self.form.focus()
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.survey.question
    }

    fn subtitle(&self, context: &ScreenContext) -> Option<String> {
        let chosen = self
            .chosen
            .as_ref()
            .map_or(context.appearance.text.survey.nothing_else, Clean::as_str);
        Some(form::short_choice(chosen, context.appearance))
    }

    fn render(&self, context: &ScreenContext, area: Rect, buf: &mut Buffer) -> Option<Position> {
        Some(self.form.render(context, area, buf))
    }

    fn handle(&mut self, action: ScreenAction, context: &ScreenContext) -> Transition {
        match self.form.handle(action, context) {
            FormOutcome::Stay => Transition::Stay,
            FormOutcome::Back => Transition::Back,
            FormOutcome::Filled(details) => {
                let survey = session::Survey {
                    choice: self.choice.clone(),
                    details,
                };
                let label = |field| self.form.label(field, context.appearance.text);
                Transition::Go(Box::new(AnyScreen::Review(Review::survey(
                    survey,
                    self.chosen.clone(),
                    label,
                ))))
            }
        }
    }

    fn paste(&mut self, text: &str, _context: &ScreenContext) {
        self.form.paste(text);
    }
}
