//! Survey: the desk's questions after a choice from the menu.

use super::form::{self, Form, FormOutcome};
use super::review::Review;
use super::{Cursor, Face, Scene, Screen, Step};
use crate::clean::Clean;
use crate::keymap::{Focus, Wish};
use crate::session::{self, Choice};
use crate::text::Text;
use crate::ui::pen::Pen;
use crate::ways::Way;

/// The survey with everything filled in so far.
#[derive(Debug, PartialEq, Eq)]
pub struct Survey {
    choice: Choice,
    /// The choice, in the words of the menu.
    chosen: Option<Clean>,
    form: Form,
}

impl Survey {
    pub fn new(choice: Choice, chosen: Option<&Clean>, scene: &Scene) -> Self {
        let form = Form::new(scene.desk.config.form(Way::Survey, scene.places));
        Self { choice, chosen: chosen.cloned(), form }
    }

    /// The survey with what was typed into an earlier one of this visit.
    #[must_use]
    pub fn resuming(self, earlier: Self) -> Self {
        Self { form: earlier.form, ..self }
    }
}

impl Face for Survey {
    fn focus(&self, _scene: &Scene) -> Focus {
        self.form.focus()
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.survey.question
    }

    fn aside(&self, scene: &Scene) -> Option<String> {
        let chosen = self.chosen.as_ref().map_or(scene.look.text.survey.nothing_else, Clean::as_str);
        Some(form::aside(chosen, scene.look))
    }

    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor> {
        Some(self.form.draw(scene, pen))
    }

    fn act(&mut self, wish: Wish, scene: &Scene) -> Step {
        match self.form.act(wish, scene) {
            FormOutcome::Stay => Step::Stay,
            FormOutcome::Back => Step::Back,
            FormOutcome::Filled(details) => {
                let survey = session::Survey { choice: self.choice.clone(), details };
                let label = |field| self.form.label(field, scene.look.text);
                Step::Go(Box::new(Screen::Review(Review::survey(survey, self.chosen.clone(), label))))
            }
        }
    }

    fn paste(&mut self, text: &str, _scene: &Scene) {
        self.form.paste(text);
    }
}
