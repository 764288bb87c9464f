//! A form: the desk's questions, one tab stop each, with `Continue` as the last. A mistake never
//! loses what was typed: it is reported beside its field, and the first such field gets the focus.
//! The survey has a form, and so may the other ways.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use zeroize::Zeroizing;

use super::ScreenContext;
use super::picker::error_text;
use crate::clean::Clean;
use crate::keymap::{FocusMove, KeyContext, ScreenAction};
use crate::session::{self, Answers, CustomerDetails, SurveyProblem, VisitForm};
use crate::text::Text;
use crate::theme::Role;
use crate::ui::Appearance;
use crate::ui::field::{Field, InputError, Multiline};
use crate::ui::layout;
use crate::ui::list::Move;
use crate::ui::text_writer::TextWriter;
use crate::ui::width::{columns as width_of, truncate, wrap_span};

/// The counter appears when fewer characters than this are left.
const COUNTED_BELOW: usize = 100;
/// From this width on, labels are beside their fields.
const BESIDE_FROM: usize = 60;
/// The column of the fields in that case.
const LABEL_COLUMNS: usize = 20;
/// How many rows of a field are visible while it has the focus; otherwise half as many.
const ROWS_SHOWN: usize = 4;
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

/// A visible field: what is typed into it and what is wrong with it.
#[derive(Debug, PartialEq, Eq)]
struct Question {
    field: session::SurveyField,
    typed: Field,
    trouble: Option<QuestionError>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum QuestionError {
    Typing(InputError),
    Whole(SurveyProblem),
}

/// A tab stop as it is drawn, with the position of the cursor in its lines.
struct QuestionBlock {
    lines: Vec<Line<'static>>,
    cursor: (usize, usize),
}

/// The choice, shortened to fit beside a form's question.
pub(super) fn short_choice(chosen: &str, appearance: &Appearance) -> String {
    truncate(chosen, CHOICE_COLUMNS, appearance.glyphs.cut)
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
        let usual = match field {
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
            .map_or_else(|| usual.to_owned(), Clean::to_string)
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
    pub(super) fn draw(&self, context: &ScreenContext, area: Rect, buf: &mut Buffer) -> Position {
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
    pub(super) fn act(&mut self, action: ScreenAction, context: &ScreenContext) -> FormOutcome {
        let at_the_end = self.focused == self.questions.len();
        match action {
            ScreenAction::Confirm if at_the_end => return self.go_on(),
            ScreenAction::Confirm => self.skip(FocusMove::Next),
            ScreenAction::Skip(to) => self.skip(to),
            ScreenAction::Move(movement) => self.move_focus(movement, context),
            ScreenAction::Edit(edit) => {
                if let Some(question) = self.questions.get_mut(self.focused) {
                    question.trouble = question.typed.edit(edit).err().map(QuestionError::Typing);
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
            question.trouble = question.typed.paste(text).err().map(QuestionError::Typing);
        }
    }

    fn go_on(&mut self) -> FormOutcome {
        match self.details() {
            Ok(details) => FormOutcome::Filled(details),
            Err(problems) => {
                for question in &mut self.questions {
                    let problem = problems.iter().find(|(field, _)| *field == question.field);
                    question.trouble = problem.map(|(_, problem)| QuestionError::Whole(*problem));
                }
                self.focused = self
                    .questions
                    .iter()
                    .position(|question| question.trouble.is_some())
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
}

impl Question {
    fn new(field: session::SurveyField, form: &VisitForm) -> Self {
        let lines = if field == session::SurveyField::Description {
            Multiline::Many
        } else {
            Multiline::One
        };
        let mut typed = Field::new(field.limit(), lines);
        // A default that is too long is cut at the field's limit and reported like a paste.
        let trouble = typed
            .paste(form.rules(field).default.as_str())
            .err()
            .map(QuestionError::Typing);
        Self {
            field,
            typed,
            trouble,
        }
    }

    /// The note below the field: what is wrong, or how much room is left.
    fn note(&self, focused: bool, appearance: &Appearance) -> Option<Span<'static>> {
        let text = &appearance.text.survey;
        let error = |message: String| {
            let message = format!("{} {message}", appearance.glyphs.wrong);
            appearance.span(Role::Error, message)
        };
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        match self.trouble {
            Some(QuestionError::Typing(trouble)) => {
                Some(appearance.span(Role::Error, error_text(trouble, appearance)))
            }
            Some(QuestionError::Whole(SurveyProblem::Character(refused))) => {
                Some(error(refused.to_string()))
            }
            Some(QuestionError::Whole(problem)) => {
                let message = match problem {
                    SurveyProblem::TooLong { count: long } => {
                        text.too_long(count(long - self.field.limit()))
                    }
                    SurveyProblem::NoRoom { excess } => text.too_long(count(excess)),
                    SurveyProblem::Missing | SurveyProblem::Character(_) => text.missing.to_owned(),
                };
                Some(error(message))
            }
            None if focused && self.typed.room() < COUNTED_BELOW => {
                Some(appearance.span(Role::Dim, text.left(count(self.typed.room()))))
            }
            None => None,
        }
    }
}

/// The width of fields in a body of this width.
fn field_columns(body: usize) -> usize {
    if body >= BESIDE_FROM {
        body - LABEL_COLUMNS - 1
    } else {
        body.saturating_sub(3)
    }
}

impl Form {
    fn block(&self, tab_stop: usize, context: &ScreenContext, columns: usize) -> QuestionBlock {
        let focused = tab_stop == self.focused;
        let bar = if focused {
            context.appearance.glyphs.focus
        } else {
            " "
        };
        if let Some(question) = self.questions.get(tab_stop) {
            return self.question_block(question, focused, bar, context, columns);
        }
        let role = if focused { Role::Focus } else { Role::Text };
        let blank = context.is_spacious().then(Line::default);
        let above = usize::from(blank.is_some());
        let item = Line::from_iter([
            context.appearance.span(Role::Accent, format!("{bar} ")),
            context
                .appearance
                .span(role, context.appearance.text.survey.go_on),
        ]);
        QuestionBlock {
            lines: blank.into_iter().chain([item]).collect(),
            cursor: (above, 0),
        }
    }

    fn question_block(
        &self,
        question: &Question,
        focused: bool,
        bar: &str,
        context: &ScreenContext,
        columns: usize,
    ) -> QuestionBlock {
        let appearance = context.appearance;
        let text = &appearance.text.survey;
        let beside = columns >= BESIDE_FROM;
        let indent = if beside { LABEL_COLUMNS } else { 2 };
        let need = if self.rules.rules(question.field).required {
            text.needed
        } else {
            text.optional
        };
        let label = self.label(question.field, appearance.text);
        let label_role = if focused { Role::Focus } else { Role::Text };
        let bar_span = || appearance.span(Role::Accent, format!("{bar} "));
        let label_spans = |label: &str| {
            let label = truncate(label, indent - 3, appearance.glyphs.cut);
            let pad = " ".repeat(indent - 2 - width_of(&label));
            [
                bar_span(),
                appearance.span(label_role, label),
                appearance.span(Role::Text, pad),
            ]
        };
        let (shown, caret) = shown_lines(question, focused, field_columns(columns));
        let mut lines: Vec<Line> = Vec::new();
        let mut first_row = 0;
        if !beside {
            lines.push(Line::from_iter([
                bar_span(),
                appearance.span(label_role, label.clone()),
                appearance.span(Role::Dim, format!("  {need}")),
            ]));
            first_row = 1;
        }
        for (row, text) in shown.into_iter().enumerate() {
            let mut line = if beside {
                Line::from_iter(label_spans(if row == 0 { &label } else { "" }))
            } else {
                Line::from(bar_span())
            };
            if beside && question.typed.text().is_empty() {
                line.push_span(appearance.span(Role::Dim, need));
            }
            line.push_span(appearance.span(Role::Text, text));
            lines.push(line);
        }
        let note = question.note(focused, appearance);
        for mut line in note
            .iter()
            .flat_map(|note| wrap_span(note, columns - indent))
        {
            let indent = " ".repeat(indent - 1);
            let bar = appearance.span(Role::Accent, bar.to_owned());
            line.spans
                .splice(0..0, [bar, appearance.span(Role::Text, indent)]);
            lines.push(line);
        }
        QuestionBlock {
            lines,
            cursor: (first_row + caret.0, indent + caret.1),
        }
    }
}

/// The visible rows of a field, those around the cursor while it has the focus, and the cursor's
/// position in them.
fn shown_lines(
    question: &Question,
    focused: bool,
    columns: usize,
) -> (Vec<String>, (usize, usize)) {
    let (lines, (row, column)) = question.typed.laid_out(columns);
    let rows = if focused { ROWS_SHOWN } else { ROWS_SHOWN / 2 };
    let first = if focused {
        (row + 1).saturating_sub(rows)
    } else {
        0
    };
    let shown = lines
        .iter()
        .skip(first)
        .take(rows)
        .map(|line| (*line).to_owned())
        .collect();
    (shown, (row.saturating_sub(first), column))
}
