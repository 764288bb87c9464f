//! A form: the desk's questions, one tab stop each, with `Continue` as the last. A mistake never
//! loses what was typed: it is reported beside its field, and the first such field gets the focus.
//! The survey has a form, and so may the other ways.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use zeroize::Zeroizing;

use super::ScreenContext;
use crate::clean::Clean;
use crate::keymap::{FocusMove, KeyContext, ScreenAction};
use crate::session::{self, Answers, CustomerDetails, SurveyProblem, VisitForm};
use crate::text::Text;
use crate::theme::Role;
use crate::ui::Appearance;
use crate::ui::layout;
use crate::ui::list::Move;
use crate::ui::text_writer::TextWriter;
use crate::ui::width::truncate;
use question::{Question, QuestionBlock, QuestionError, field_columns, focus_bar};

mod question;

/// How many columns of the choice are shown beside the question.
const CHOICE_COLUMNS: usize = 28;

/// A form with everything filled in so far.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Form {
    rules: VisitForm,
    questions: Vec<Question>,
    /// The tab stop with the focus: a question, or `Continue` after the last one.
    focused: usize,
}

/// What the screen with the form has to do.
pub(super) enum FormOutcome {
    Stay,
    /// Go back to the previous screen.
    Back,
    /// Continue with these details.
    Filled(CustomerDetails),
}

/// The choice, shortened to fit beside a form's question.
pub(super) fn short_choice(chosen: &str, appearance: &Appearance) -> String {
    truncate(chosen, CHOICE_COLUMNS, appearance.glyphs.ellipsis)
}

impl Form {
    /// The questions of a form, filled with the defaults in the config.
    pub(super) fn new(rules: VisitForm) -> Self {
        let questions = rules
            .visible_fields()
            .map(|field| Question::new(field, &rules))
            .collect();
        Self {
            rules,
            questions,
            focused: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.questions.is_empty()
    }

    /// What is sent for the form as it is filled in now, or what is wrong with it.
    pub(super) fn details(
        &self,
    ) -> Result<CustomerDetails, Vec<(session::SurveyField, SurveyProblem)>> {
        let mut answers = Answers::default();
        for question in &self.questions {
            answers.set(
                question.field,
                Zeroizing::new(question.typed.text().to_owned()),
            );
        }
        self.rules.fill(&answers)
    }

    /// The label of a field: that in the config, else that of the language.
    pub(super) fn label(&self, field: session::SurveyField, text: &Text) -> String {
        let default_label = match field {
            session::SurveyField::Name => text.survey.name,
            session::SurveyField::Company => text.survey.company,
            session::SurveyField::CompanyCode => text.survey.company_code,
            session::SurveyField::Description => text.survey.description,
            session::SurveyField::ExternalKey => text.survey.external_key,
        };
        self.rules
            .rules(field)
            .label
            .as_ref()
            .map_or_else(|| default_label.to_owned(), Clean::to_string)
    }

    /// The context of keys at the current tab stop.
    pub(super) fn focus(&self) -> KeyContext {
        match self
            .questions
            .get(self.focused)
            .map(|question| question.field)
        {
            None => KeyContext::Button,
            Some(session::SurveyField::Description) => KeyContext::Lines,
            Some(_) => KeyContext::Line,
        }
    }

    /// Draws the form. Returns the position of the cursor.
    pub(super) fn render(&self, context: &ScreenContext, area: Rect, buf: &mut Buffer) -> Position {
        let mut writer = TextWriter::new(buf, context.appearance, area);
        let mut lines: Vec<Line> = Vec::new();
        let mut cursor = (0, 0);
        let mut focused_rows = 0..0;
        for tab_stop in 0..=self.questions.len() {
            let block = self.block(tab_stop, context, writer.columns());
            if tab_stop == self.focused {
                cursor = (lines.len() + block.cursor.0, block.cursor.1);
                focused_rows = lines.len()..lines.len() + block.lines.len();
            }
            lines.extend(block.lines);
        }
        // Scrolled just enough to show the whole tab stop with the focus.
        let first = focused_rows
            .end
            .saturating_sub(writer.rows_left())
            .min(focused_rows.start);
        let (row, column) = (cursor.0 - first, cursor.1);
        let Position { x, y } = writer.position_at(column);
        for line in &lines[first..] {
            writer.line(line);
        }
        Position::new(x, y + u16::try_from(row).unwrap_or(u16::MAX))
    }

    /// Handles an action.
    pub(super) fn handle(&mut self, action: ScreenAction, context: &ScreenContext) -> FormOutcome {
        let on_button = self.focused == self.questions.len();
        match action {
            ScreenAction::Confirm if on_button => return self.submit(),
            ScreenAction::Confirm => self.skip(FocusMove::Next),
            ScreenAction::Skip(to) => self.skip(to),
            ScreenAction::Move(movement) => self.move_focus(movement, context),
            ScreenAction::Edit(edit) => {
                if let Some(question) = self.questions.get_mut(self.focused) {
                    question.error = question.typed.edit(edit).err().map(QuestionError::Typing);
                }
            }
            ScreenAction::Back => return FormOutcome::Back,
            ScreenAction::Pick(_) | ScreenAction::Hide | ScreenAction::HandOff => {}
        }
        FormOutcome::Stay
    }

    /// Pastes into the field with the focus.
    pub(super) fn paste(&mut self, text: &str) {
        if let Some(question) = self.questions.get_mut(self.focused) {
            question.error = question.typed.paste(text).err().map(QuestionError::Typing);
        }
    }

    fn submit(&mut self) -> FormOutcome {
        match self.details() {
            Ok(details) => FormOutcome::Filled(details),
            Err(problems) => {
                for question in &mut self.questions {
                    let problem = problems.iter().find(|(field, _)| *field == question.field);
                    question.error = problem.map(|(_, problem)| QuestionError::Whole(*problem));
                }
                self.focused = self
                    .questions
                    .iter()
                    .position(|question| question.error.is_some())
                    .unwrap_or(self.focused);
                FormOutcome::Stay
            }
        }
    }

    fn skip(&mut self, to: FocusMove) {
        self.focused = match to {
            FocusMove::Next => (self.focused + 1).min(self.questions.len()),
            FocusMove::Previous => self.focused.saturating_sub(1),
        };
    }

    /// Up and down move between the lines of a field, and past its ends to the next field.
    fn move_focus(&mut self, movement: Move, context: &ScreenContext) {
        let columns = field_columns(layout::body_columns(context.size));
        let (down, past) = match movement {
            Move::Up => (false, FocusMove::Previous),
            Move::Down => (true, FocusMove::Next),
            Move::PageUp | Move::PageDown | Move::First | Move::Last => return,
        };
        let within = self.questions.get_mut(self.focused);
        if !within.is_some_and(|question| question.typed.step_line(down, columns)) {
            self.skip(past);
        }
    }

    fn block(&self, tab_stop: usize, context: &ScreenContext, columns: usize) -> QuestionBlock {
        let focused = tab_stop == self.focused;
        let appearance = context.appearance;
        let text = &appearance.text.survey;
        if let Some(question) = self.questions.get(tab_stop) {
            let label = self.label(question.field, appearance.text);
            let requirement = if self.rules.rules(question.field).required {
                text.needed
            } else {
                text.optional
            };
            return question.block(&label, requirement, focused, appearance, columns);
        }
        let role = if focused { Role::Focus } else { Role::Text };
        let bar = focus_bar(focused, appearance);
        let button = Line::from_iter([
            appearance.span(Role::Accent, format!("{bar} ")),
            appearance.span(role, text.go_on),
        ]);
        let blank = context.is_spacious().then(Line::default);
        let cursor = (usize::from(blank.is_some()), 0);
        let lines = blank.into_iter().chain([button]).collect();
        QuestionBlock { lines, cursor }
    }
}
