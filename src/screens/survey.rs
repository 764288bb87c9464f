//! Survey: the desk's questions, one stop each, and `Continue` as the last. Nothing typed is ever lost to a mistake: what
//! is wrong is said beside its field, and the focus goes to the first.

use zeroize::Zeroizing;

use super::picker::said;
use super::review::Review;
use super::{Cursor, Face, Scene, Screen, Step};
use crate::app::keys::{Focus, Skip, Wish};
use crate::clean::Clean;
use crate::session::{self, Answers, Choice, SurveyForm, SurveyProblem};
use crate::text::Text;
use crate::theme::Role;
use crate::ui::Look;
use crate::ui::field::{Field, Lines, Trouble};
use crate::ui::list::Move;
use crate::ui::pen::{Line, Pen};
use crate::ui::skeleton;
use crate::ui::width::fit;

/// Under so many characters left the counter is shown.
const COUNTED_BELOW: usize = 100;
/// From this width on the labels stand beside their fields.
const BESIDE_FROM: usize = 60;
/// Where the fields begin then.
const LABEL_COLUMNS: usize = 20;
/// Rows of a field's text that are shown while it has the focus; otherwise half as many.
const ROWS_SHOWN: usize = 4;
/// How much of the chosen issue is shown beside the question, in columns.
const CHOICE_COLUMNS: usize = 28;

/// The survey as far as it is filled in.
#[derive(Debug, PartialEq, Eq)]
pub struct Survey {
    choice: Choice,
    /// What was chosen, in the words of the menu.
    chosen: Option<Clean>,
    form: SurveyForm,
    questions: Vec<Question>,
    /// The stop with the focus: a question, or past the last one `Continue`.
    stop: usize,
}

/// One field of the form that the customer sees.
#[derive(Debug, PartialEq, Eq)]
struct Question {
    field: session::Field,
    typed: Field,
    trouble: Option<QuestionTrouble>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum QuestionTrouble {
    Typing(Trouble),
    Whole(SurveyProblem),
}

/// A stop as it is drawn: its lines, and where in them the cursor stands.
struct Block {
    lines: Vec<Line>,
    cursor: (usize, usize),
}

impl Survey {
    /// The survey after a choice, each field with the desk's default in it.
    pub fn new(choice: Choice, chosen: Option<&Clean>, scene: &Scene) -> Self {
        let form = scene.desk.config.survey.form.filled_in(scene.places);
        let seen = session::Field::ALL.into_iter().filter(|field| !form.rules(*field).hidden);
        let questions = seen.map(|field| Question::new(field, &form)).collect();
        Self { choice, chosen: chosen.cloned(), form, questions, stop: 0 }
    }

    /// All that was typed into an earlier survey of this visit, after another choice.
    #[must_use]
    pub fn resuming(self, earlier: Self) -> Self {
        Self { choice: self.choice, chosen: self.chosen, ..earlier }
    }

    fn go_on(&mut self, text: &'static Text) -> Step {
        let mut answers = Answers::default();
        for question in &self.questions {
            answers.set(question.field, Zeroizing::new(question.typed.text().to_owned()));
        }
        match self.form.fill(self.choice.clone(), &answers) {
            Ok(survey) => {
                let labels = |field| label(field, &self.form, text);
                Step::Go(Box::new(Screen::Review(Review::survey(survey, self.chosen.clone(), labels))))
            }
            Err(problems) => {
                for question in &mut self.questions {
                    let problem = problems.iter().find(|(field, _)| *field == question.field);
                    question.trouble = problem.map(|(_, problem)| QuestionTrouble::Whole(*problem));
                }
                self.stop = self.questions.iter().position(|question| question.trouble.is_some()).unwrap_or(self.stop);
                Step::Stay
            }
        }
    }

    fn skip(&mut self, to: Skip) {
        self.stop = match to {
            Skip::Next => (self.stop + 1).min(self.questions.len()),
            Skip::Previous => self.stop.saturating_sub(1),
        };
    }

    /// Up and down go from line to line within a field, and past its ends to the next one.
    fn go(&mut self, movement: Move, scene: &Scene) {
        let columns = field_columns(self.body_columns(scene));
        let (down, past) = match movement {
            Move::Up => (false, Skip::Previous),
            Move::Down => (true, Skip::Next),
            Move::PageUp | Move::PageDown | Move::First | Move::Last => return,
        };
        let within = self.questions.get_mut(self.stop);
        if !within.is_some_and(|question| question.typed.step_line(down, columns)) {
            self.skip(past);
        }
    }

    fn body_columns(&self, scene: &Scene) -> usize {
        let body = skeleton::body(scene.size, self.question(scene.look.text), self.aside(scene).as_deref());
        usize::from(body.width)
    }
}

impl Face for Survey {
    fn focus(&self, _scene: &Scene) -> Focus {
        match self.questions.get(self.stop).map(|question| question.field) {
            None => Focus::Button,
            Some(session::Field::Description) => Focus::Lines,
            Some(_) => Focus::Line,
        }
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.survey.question
    }

    fn aside(&self, scene: &Scene) -> Option<String> {
        let chosen = self.chosen.as_ref().map_or(scene.look.text.survey.nothing_else, Clean::as_str);
        Some(fit(chosen, CHOICE_COLUMNS, scene.look.signs.cut))
    }

    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor> {
        let mut lines: Vec<Line> = Vec::new();
        let mut cursor = (0, 0);
        let mut focused_rows = 0..0;
        for stop in 0..=self.questions.len() {
            let block = self.block(stop, scene, pen.columns());
            if stop == self.stop {
                cursor = (lines.len() + block.cursor.0, block.cursor.1);
                focused_rows = lines.len()..lines.len() + block.lines.len();
            }
            lines.extend(block.lines);
        }
        // Scrolled no further than it takes to show the whole of the stop with the focus.
        let first = focused_rows.end.saturating_sub(pen.rows_left()).min(focused_rows.start);
        let (_, top) = pen.position();
        for line in &lines[first..] {
            pen.pieces(line);
        }
        let (column, _) = pen.position_at(cursor.1);
        Some((column, top + u16::try_from(cursor.0 - first).unwrap_or(u16::MAX)))
    }

    fn act(&mut self, wish: Wish, scene: &Scene) -> Step {
        let at_the_end = self.stop == self.questions.len();
        match wish {
            Wish::Confirm if at_the_end => return self.go_on(scene.look.text),
            Wish::Confirm => self.skip(Skip::Next),
            Wish::Skip(to) => self.skip(to),
            Wish::Move(movement) => self.go(movement, scene),
            Wish::Edit(edit) => {
                if let Some(question) = self.questions.get_mut(self.stop) {
                    question.trouble = question.typed.edit(edit).err().map(QuestionTrouble::Typing);
                }
            }
            Wish::Back => return Step::Back,
            Wish::Pick(_) | Wish::Hide | Wish::HandOff => {}
        }
        Step::Stay
    }

    fn paste(&mut self, text: &str, _scene: &Scene) {
        if let Some(question) = self.questions.get_mut(self.stop) {
            question.trouble = question.typed.paste(text).err().map(QuestionTrouble::Typing);
        }
    }
}

impl Question {
    fn new(field: session::Field, form: &SurveyForm) -> Self {
        let lines = if field == session::Field::Description { Lines::Many } else { Lines::One };
        let mut typed = Field::new(field.limit(), lines);
        // A default longer than its field is cut by the field's own limit, and said so like anything that is pasted.
        let trouble = typed.paste(form.rules(field).default.as_str()).err().map(QuestionTrouble::Typing);
        Self { field, typed, trouble }
    }

    /// What is to be said below the field: what is wrong, or how much room is left.
    fn note(&self, focused: bool, look: &Look) -> Option<(Role, String)> {
        let text = &look.text.survey;
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        match self.trouble {
            Some(QuestionTrouble::Typing(trouble)) => Some((Role::Error, said(trouble, look))),
            Some(QuestionTrouble::Whole(SurveyProblem::Character(refused))) => {
                Some((Role::Error, said(Trouble::Character(refused), look)))
            }
            Some(QuestionTrouble::Whole(problem)) => {
                let words = match problem {
                    SurveyProblem::TooLong { count: long } => text.too_long(count(long - self.field.limit())),
                    SurveyProblem::Missing | SurveyProblem::Character(_) => text.missing.to_owned(),
                    SurveyProblem::Hidden => text.not_asked.to_owned(),
                };
                Some((Role::Error, format!("{} {words}", look.signs.wrong)))
            }
            None if focused && self.typed.room() < COUNTED_BELOW => Some((Role::Dim, text.left(count(self.typed.room())))),
            None => None,
        }
    }
}

/// The label of a field: the desk's own, or the language's.
fn label(field: session::Field, form: &SurveyForm, text: &Text) -> String {
    let usual = match field {
        session::Field::Name => text.survey.name,
        session::Field::Company => text.survey.company,
        session::Field::CompanyCode => text.survey.company_code,
        session::Field::Description => text.survey.description,
        session::Field::ExternalKey => text.survey.external_key,
    };
    form.rules(field).label.as_ref().map_or_else(|| usual.to_owned(), Clean::to_string)
}

/// How wide a field is in a body of this width.
fn field_columns(body: usize) -> usize {
    if body >= BESIDE_FROM { body - LABEL_COLUMNS - 1 } else { body.saturating_sub(3) }
}

impl Survey {
    fn block(&self, stop: usize, scene: &Scene, columns: usize) -> Block {
        let focused = stop == self.stop;
        let bar = if focused { scene.look.signs.focus } else { " " };
        if let Some(question) = self.questions.get(stop) {
            return self.question_block(question, focused, bar, scene, columns);
        }
        let role = if focused { Role::Focus } else { Role::Text };
        let words = (role, scene.look.text.survey.go_on.to_owned());
        let blank = scene.airy().then(Line::new);
        let above = usize::from(blank.is_some());
        let item = vec![(Role::Accent, format!("{bar} ")), words];
        Block { lines: blank.into_iter().chain([item]).collect(), cursor: (above, 0) }
    }

    fn question_block(&self, question: &Question, focused: bool, bar: &str, scene: &Scene, columns: usize) -> Block {
        let text = &scene.look.text.survey;
        let beside = columns >= BESIDE_FROM;
        let indent = if beside { LABEL_COLUMNS } else { 2 };
        let need = if self.form.rules(question.field).required { text.needed } else { text.optional };
        let name = label(question.field, &self.form, scene.look.text);
        let name_role = if focused { Role::Focus } else { Role::Text };
        let lead = |label: &str| {
            let label = fit(label, indent - 3, scene.look.signs.cut);
            let pad = " ".repeat(indent - 2 - crate::ui::width::columns(&label));
            vec![(Role::Accent, format!("{bar} ")), (name_role, label), (Role::Text, pad)]
        };
        let (shown, caret) = shown_lines(question, focused, field_columns(columns));
        let mut lines: Vec<Line> = Vec::new();
        let mut first_row = 0;
        if !beside {
            let label = vec![(Role::Accent, format!("{bar} ")), (name_role, name.clone()), (Role::Dim, format!("  {need}"))];
            lines.push(label);
            first_row = 1;
        }
        for (row, line) in shown.iter().enumerate() {
            let mut pieces =
                if beside { lead(if row == 0 { &name } else { "" }) } else { vec![(Role::Accent, format!("{bar} "))] };
            if beside && question.typed.text().is_empty() {
                pieces.push((Role::Dim, need.to_owned()));
            }
            pieces.push((Role::Text, line.clone()));
            lines.push(pieces);
        }
        if let Some((role, note)) = question.note(focused, scene.look) {
            lines.push(vec![(Role::Accent, bar.to_owned()), (Role::Text, " ".repeat(indent - 1)), (role, note)]);
        }
        Block { lines, cursor: (first_row + caret.0, indent + caret.1) }
    }
}

/// The rows of a field that are shown, those around the caret while it has the focus, and where the caret is in them.
fn shown_lines(question: &Question, focused: bool, columns: usize) -> (Vec<String>, (usize, usize)) {
    let (lines, (row, column)) = question.typed.laid_out(columns);
    let rows = if focused { ROWS_SHOWN } else { ROWS_SHOWN / 2 };
    let first = if focused { (row + 1).saturating_sub(rows) } else { 0 };
    let shown = lines.iter().skip(first).take(rows).map(|line| (*line).to_owned()).collect();
    (shown, (row.saturating_sub(first), column))
}
