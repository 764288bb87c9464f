//! Details: the questions that the config adds to a representative or a code.

use super::form::{self, Form, FormOutcome};
use super::review::{Review, Shown};
use super::{Cursor, Face, Scene, Screen, Step};
use crate::keymap::{Focus, Wish};
use crate::session::{CustomerDetails, Rep};
use crate::text::Text;
use crate::ui::pen::Pen;
use crate::ways::{SecretCode, Way};

/// The details with everything filled in so far.
#[derive(Debug, PartialEq, Eq)]
pub struct Details {
    of: DetailsOf,
    form: Form,
}

/// What the details go with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DetailsOf {
    /// A session with this representative.
    Rep(Box<Rep>),
    /// A session with this code.
    Code(SecretCode, Shown),
}

impl Details {
    /// The screen after the choice: this one, or the review if there is nothing to ask.
    pub fn or_review(of: DetailsOf, scene: &Scene) -> Screen {
        let way = match &of {
            DetailsOf::Rep(_) => Way::Rep,
            DetailsOf::Code(code, _) => Way::Code(code.way()),
        };
        let asked = Self { form: Form::new(scene.desk.config.form(way, scene.places)), of };
        match asked.form.details() {
            Ok(details) if asked.form.is_empty() => Screen::Review(asked.review(details, scene.look.text)),
            Ok(_) | Err(_) => Screen::Details(asked),
        }
    }

    /// The details with what was typed into earlier ones of this visit.
    #[must_use]
    pub fn resuming(self, earlier: Self) -> Self {
        Self { form: earlier.form, ..self }
    }

    fn review(&self, details: CustomerDetails, text: &'static Text) -> Review {
        let label = |field| self.form.label(field, text);
        match &self.of {
            DetailsOf::Rep(rep) => Review::rep(rep, details, label),
            DetailsOf::Code(code, shown) => Review::code(code.clone(), *shown, details, label),
        }
    }
}

impl Face for Details {
    fn focus(&self, _scene: &Scene) -> Focus {
        self.form.focus()
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.details.question
    }

    fn aside(&self, scene: &Scene) -> Option<String> {
        let chosen = match &self.of {
            DetailsOf::Rep(rep) => rep.name.as_str(),
            DetailsOf::Code(code, _) => (code.way().text)(scene.look.text).with_details,
        };
        Some(form::aside(chosen, scene.look))
    }

    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor> {
        Some(self.form.draw(scene, pen))
    }

    fn act(&mut self, wish: Wish, scene: &Scene) -> Step {
        match self.form.act(wish, scene) {
            FormOutcome::Stay => Step::Stay,
            FormOutcome::Back => Step::Back,
            FormOutcome::Filled(details) => Step::Go(Box::new(Screen::Review(self.review(details, scene.look.text)))),
        }
    }

    fn paste(&mut self, text: &str, _scene: &Scene) {
        self.form.paste(text);
    }
}
