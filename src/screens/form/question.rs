//! A question of a form: a field with its label, what is typed into it, and its error.

use ratatui::text::{Line, Span};

use super::super::picker::error_text;
use crate::session::{SurveyField, SurveyProblem, VisitForm};
use crate::theme::Role;
use crate::ui::Appearance;
use crate::ui::field::{Field, InputError, Multiline};
use crate::ui::width::{columns as width_of, truncate, wrap_span};

/// The counter appears when fewer characters than this are left.
const COUNTED_BELOW: usize = 100;
/// From this width on, labels are beside their fields.
const BESIDE_FROM: usize = 60;
/// The column of the fields in that case.
const LABEL_COLUMNS: usize = 20;
/// How many rows of a field are visible while it has the focus; otherwise half as many.
const ROWS_SHOWN: usize = 4;

/// A visible field: what is typed into it and what is wrong with it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) field: SurveyField,
    pub(super) typed: Field,
    pub(super) error: Option<QuestionError>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QuestionError {
    Typing(InputError),
    Whole(SurveyProblem),
}

/// A tab stop as it is drawn, with the position of the cursor in its lines.
pub(super) struct QuestionBlock {
    pub(super) lines: Vec<Line<'static>>,
    pub(super) cursor: (usize, usize),
}

impl Question {
    pub(super) fn new(field: SurveyField, form: &VisitForm) -> Self {
        let lines = if field == SurveyField::Description {
            Multiline::Many
        } else {
            Multiline::One
        };
        let mut typed = Field::new(field.limit(), lines);
        // A default that is too long is cut at the field's limit and reported like a paste.
        let error = typed
            .paste(form.rules(field).default.as_str())
            .err()
            .map(QuestionError::Typing);
        Self {
            field,
            typed,
            error,
        }
    }

    /// The note below the field: what is wrong, or how much room is left.
    fn note(&self, focused: bool, appearance: &Appearance) -> Option<Span<'static>> {
        let text = &appearance.text.survey;
        let error_note = |message: String| {
            let message = format!("{} {message}", appearance.glyphs.wrong);
            appearance.span(Role::Error, message)
        };
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        match self.error {
            Some(QuestionError::Typing(error)) => {
                Some(appearance.span(Role::Error, error_text(error, appearance)))
            }
            Some(QuestionError::Whole(SurveyProblem::Character(refused))) => {
                Some(error_note(refused.to_string()))
            }
            Some(QuestionError::Whole(problem)) => {
                let message = match problem {
                    SurveyProblem::TooLong { count: long } => {
                        text.too_long(count(long - self.field.limit()))
                    }
                    SurveyProblem::NoRoom { excess } => text.too_long(count(excess)),
                    SurveyProblem::Missing | SurveyProblem::Character(_) => text.missing.to_owned(),
                };
                Some(error_note(message))
            }
            None if focused && self.typed.room() < COUNTED_BELOW => {
                Some(appearance.span(Role::Dim, text.left(count(self.typed.room()))))
            }
            None => None,
        }
    }

    /// The lines of the question. `requirement` says whether an answer is needed.
    pub(super) fn block(
        &self,
        label: &str,
        requirement: &'static str,
        focused: bool,
        appearance: &Appearance,
        columns: usize,
    ) -> QuestionBlock {
        let beside = columns >= BESIDE_FROM;
        let indent = if beside { LABEL_COLUMNS } else { 2 };
        let bar = focus_bar(focused, appearance);
        let label_role = if focused { Role::Focus } else { Role::Text };
        let bar_span = || appearance.span(Role::Accent, format!("{bar} "));
        let label_spans = |label: &str| {
            let label = truncate(label, indent - 3, appearance.glyphs.ellipsis);
            let pad = " ".repeat(indent - 2 - width_of(&label));
            [
                bar_span(),
                appearance.span(label_role, label),
                appearance.span(Role::Text, pad),
            ]
        };
        let (visible, cursor) = self.visible_lines(focused, field_columns(columns));
        let mut lines: Vec<Line> = Vec::new();
        let mut first_row = 0;
        if !beside {
            lines.push(Line::from_iter([
                bar_span(),
                appearance.span(label_role, label.to_owned()),
                appearance.span(Role::Dim, format!("  {requirement}")),
            ]));
            first_row = 1;
        }
        for (row, text) in visible.into_iter().enumerate() {
            let mut line = if beside {
                Line::from_iter(label_spans(if row == 0 { label } else { "" }))
            } else {
                Line::from(bar_span())
            };
            if beside && self.typed.text().is_empty() {
                line.push_span(appearance.span(Role::Dim, requirement));
            }
            line.push_span(appearance.span(Role::Text, text));
            lines.push(line);
        }
        let note = self.note(focused, appearance);
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
            cursor: (first_row + cursor.0, indent + cursor.1),
        }
    }

    /// The visible rows of a field, those around the cursor while it has the focus, and the cursor's
    /// position in them.
    fn visible_lines(&self, focused: bool, columns: usize) -> (Vec<String>, (usize, usize)) {
        let (lines, (row, column)) = self.typed.layout(columns);
        let rows = if focused { ROWS_SHOWN } else { ROWS_SHOWN / 2 };
        let first = if focused {
            (row + 1).saturating_sub(rows)
        } else {
            0
        };
        let visible = lines
            .iter()
            .skip(first)
            .take(rows)
            .map(|line| (*line).to_owned())
            .collect();
        (visible, (row.saturating_sub(first), column))
    }
}

/// The width of fields in a body of this width.
pub(super) fn field_columns(body: usize) -> usize {
    if body >= BESIDE_FROM {
        body - LABEL_COLUMNS - 1
    } else {
        body.saturating_sub(3)
    }
}

/// The bar of the tab stop with the focus, and a space for the others.
pub(super) fn focus_bar(focused: bool, appearance: &Appearance) -> &'static str {
    if focused {
        appearance.glyphs.focus
    } else {
        " "
    }
}
