//! Issues: what the customer needs help with. Typing filters; "Something else" is always there.

use super::picker::{Extra, Picker, Row, Words};
use super::survey::Survey;
use super::{Cursor, Face, Scene, Screen, Step};
use crate::catalog::search::{Part, Query};
use crate::clean::Clean;
use crate::config::RepListShown;
use crate::keymap::{Focus, Wish};
use crate::session::Choice;
use crate::text::Text;
use crate::theme::Role;
use crate::ui::pen::Pen;
use crate::ui::skeleton;

/// From this width on, an issue's description is beside its name.
const DESCRIBED_FROM: usize = 60;

/// The issues menu with its filter.
#[derive(Debug, PartialEq, Eq)]
pub struct Issues {
    picker: Picker,
}

impl Issues {
    /// The whole menu, with an empty filter.
    pub fn new(scene: &Scene) -> Self {
        let extra = if scene.desk.config.survey.general_queue { Extra::Last } else { Extra::None };
        Self { picker: Picker::new(scene.desk.issues().entries.len(), extra, RepListShown::All) }
    }

    fn go_on(&self, scene: &Scene) -> Step {
        let survey = match self.picker.chosen() {
            None => return Step::Stay,
            Some(Row::Extra) => Survey::new(Choice::GeneralQueue, None, scene),
            Some(Row::Entry(place)) => match scene.desk.issues().entries.get(place) {
                None => return Step::Stay,
                Some(issue) => Survey::new(Choice::Issue(issue.reference.clone()), Some(&issue.name), scene),
            },
        };
        Step::Go(Box::new(Screen::Survey(survey)))
    }

    fn list_rows(&self, scene: &Scene) -> usize {
        let body = skeleton::body(scene.size, self.question(scene.look.text), None);
        usize::from(body.height).saturating_sub(self.picker.rows_above(scene.airy()))
    }
}

impl Face for Issues {
    fn focus(&self, _scene: &Scene) -> Focus {
        Focus::Filter
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.issues.question
    }

    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor> {
        let (text, reps) = (&scene.look.text.issues, &scene.look.text.reps);
        let words = Words {
            label: text.filter,
            nothing: [(reps.loading, reps.loading_more), (text.empty, text.empty_more), (text.no_match, reps.no_match_more)],
        };
        let caret = self.picker.draw_filter(words.label, "", scene.airy(), pen);
        self.picker.draw_nothing(scene.desk.lists, &words, pen);
        let described = (pen.columns() >= DESCRIBED_FROM).then(|| pen.columns() * 2 / 5);
        let name_columns = described.unwrap_or(pen.columns()).saturating_sub(4);
        let (issues, query) = (&scene.desk.issues().entries, self.picker.query());
        let draw = |name: &str, more: &str, query: &Query, role, pen: &mut Pen| {
            let name_columns = if more.is_empty() { pen.columns() } else { name_columns };
            pen.put_matched(2, name_columns, role, name, &query.matches_in(name, Part::Name));
            if let Some(column) = described {
                pen.put_matched(column, pen.columns(), Role::Dim, more, &query.matches_in(more, Part::Detail));
            }
        };
        let cursor = self.picker.draw_rows(caret, pen, |row, role, pen| match row {
            Row::Extra => draw(text.something_else, text.something_else_more, &Query::default(), role, pen),
            Row::Entry(place) => {
                if let Some(issue) = issues.get(place) {
                    draw(issue.name.as_str(), issue.description.as_ref().map_or("", Clean::as_str), &query, role, pen);
                }
            }
        });
        Some(cursor)
    }

    fn act(&mut self, wish: Wish, scene: &Scene) -> Step {
        let rows = self.list_rows(scene);
        self.picker.act(wish, rows, &scene.desk.issues().index).unwrap_or_else(|| self.go_on(scene))
    }

    fn paste(&mut self, text: &str, scene: &Scene) {
        self.picker.paste(text, &scene.desk.issues().index);
    }

    fn desk_changed(&mut self, scene: &Scene) {
        self.picker.look_again(&scene.desk.issues().index);
    }
}
