//! Issues: what the help is needed for. Typing filters; "Something else" is there whatever is typed.

use super::picker::{Extra, Picker, Row, Wanted, Words};
use super::survey::Survey;
use super::{Cursor, Face, Scene, Screen, Step};
use crate::app::keys::{Focus, Wish};
use crate::config::RepListShown;
use crate::session::Choice;
use crate::text::Text;
use crate::theme::Role;
use crate::ui::pen::Pen;
use crate::ui::skeleton;

/// From this width on an issue's description stands beside its name.
const DESCRIBED_FROM: usize = 60;

/// The issues menu and what was typed to find something in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Issues {
    picker: Picker,
}

impl Issues {
    /// The whole menu, nothing typed.
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
        let caret = self.picker.draw_filter(words.label, scene.airy(), pen);
        self.picker.draw_nothing(scene.desk.lists, &words, pen);
        let described = (pen.columns() >= DESCRIBED_FROM).then(|| pen.columns() * 2 / 5);
        let name_columns = described.unwrap_or(pen.columns()).saturating_sub(4);
        let issues = &scene.desk.issues().entries;
        let cursor = self.picker.draw_rows(caret, pen, |row, role, pen| {
            let (name, more) = match row {
                Row::Extra => (text.something_else, text.something_else_more),
                Row::Entry(place) => issues
                    .get(place)
                    .map_or(("", ""), |issue| (issue.name.as_str(), issue.description.as_ref().map_or("", |more| more.as_str()))),
            };
            pen.put_within(2, if more.is_empty() { pen.columns() } else { name_columns }, role, name);
            if let Some(column) = described {
                pen.put(column, Role::Dim, more);
            }
        });
        Some(cursor)
    }

    fn act(&mut self, wish: Wish, scene: &Scene) -> Step {
        let rows = self.list_rows(scene);
        match self.picker.act(wish, rows, &scene.desk.issues().index) {
            Wanted::Nothing => Step::Stay,
            Wanted::Choice => self.go_on(scene),
            Wanted::Back => Step::Back,
        }
    }

    fn paste(&mut self, text: &str, scene: &Scene) {
        self.picker.paste(text, &scene.desk.issues().index);
    }

    fn desk_changed(&mut self, scene: &Scene) {
        self.picker.look_again(&scene.desk.issues().index);
    }
}
