//! Issues: what the customer needs help with. Typing filters; "Something else" is always there.

use super::picker::{Picker, PickerLabels, PickerRow, PinnedRow};
use super::survey::SurveyScreen;
use super::{AnyScreen, CursorPosition, Screen, ScreenContext, Transition};
use crate::catalog::search::{Part, Query};
use crate::clean::Clean;
use crate::config::RepListShown;
use crate::keymap::{KeyContext, ScreenAction};
use crate::session::Choice;
use crate::text::Text;
use crate::theme::Role;
use crate::ui::layout;
use crate::ui::text_writer::TextWriter;

/// From this width on, an issue's description is beside its name.
const DESCRIBED_FROM: usize = 60;

/// The issues menu with its filter.
#[derive(Debug, PartialEq, Eq)]
pub struct Issues {
    picker: Picker,
}

impl Issues {
    /// The whole menu, with an empty filter.
    pub fn new(scene: &ScreenContext) -> Self {
        let extra = if scene.desk.config.survey.general_queue {
            PinnedRow::Last
        } else {
            PinnedRow::None
        };
        Self {
            picker: Picker::new(scene.desk.issues().entries.len(), extra, RepListShown::All),
        }
    }

    fn go_on(&self, scene: &ScreenContext) -> Transition {
        let survey = match self.picker.chosen() {
            None => return Transition::Stay,
            Some(PickerRow::Extra) => SurveyScreen::new(Choice::GeneralQueue, None, scene),
            Some(PickerRow::Entry(place)) => match scene.desk.issues().entries.get(place) {
                None => return Transition::Stay,
                Some(issue) => SurveyScreen::new(
                    Choice::Issue(issue.reference.clone()),
                    Some(&issue.name),
                    scene,
                ),
            },
        };
        Transition::Go(Box::new(AnyScreen::Survey(survey)))
    }

    fn list_rows(&self, scene: &ScreenContext) -> usize {
        let body = layout::body(scene.size, self.question(scene.look.text), None);
        usize::from(body.height).saturating_sub(self.picker.rows_above(scene.is_spacious()))
    }
}

impl Screen for Issues {
    fn focus(&self, _scene: &ScreenContext) -> KeyContext {
        KeyContext::Filter
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.issues.question
    }

    fn render(&self, scene: &ScreenContext, pen: &mut TextWriter) -> Option<CursorPosition> {
        let (text, reps) = (&scene.look.text.issues, &scene.look.text.reps);
        let words = PickerLabels {
            label: text.filter,
            nothing: [
                (reps.loading, reps.loading_more),
                (text.empty, text.empty_more),
                (text.no_match, reps.no_match_more),
            ],
        };
        let caret = self
            .picker
            .draw_filter(words.label, "", scene.is_spacious(), pen);
        self.picker.draw_nothing(scene.desk.lists, &words, pen);
        let described = (pen.columns() >= DESCRIBED_FROM).then(|| pen.columns() * 2 / 5);
        let name_columns = described.unwrap_or(pen.columns()).saturating_sub(4);
        let (issues, query) = (&scene.desk.issues().entries, self.picker.query());
        let draw = |name: &str, more: &str, query: &Query, role, pen: &mut TextWriter| {
            let name_columns = if more.is_empty() {
                pen.columns()
            } else {
                name_columns
            };
            pen.write_matched(
                2,
                name_columns,
                role,
                name,
                &query.matches_in(name, Part::Name),
            );
            if let Some(column) = described {
                pen.write_matched(
                    column,
                    pen.columns(),
                    Role::Dim,
                    more,
                    &query.matches_in(more, Part::Detail),
                );
            }
        };
        let cursor = self
            .picker
            .draw_rows(caret, pen, |row, role, pen| match row {
                PickerRow::Extra => draw(
                    text.something_else,
                    text.something_else_more,
                    &Query::default(),
                    role,
                    pen,
                ),
                PickerRow::Entry(place) => {
                    if let Some(issue) = issues.get(place) {
                        draw(
                            issue.name.as_str(),
                            issue.description.as_ref().map_or("", Clean::as_str),
                            &query,
                            role,
                            pen,
                        );
                    }
                }
            });
        Some(cursor)
    }

    fn handle(&mut self, wish: ScreenAction, scene: &ScreenContext) -> Transition {
        let rows = self.list_rows(scene);
        self.picker
            .act(wish, rows, &scene.desk.issues().index)
            .unwrap_or_else(|| self.go_on(scene))
    }

    fn paste(&mut self, text: &str, scene: &ScreenContext) {
        self.picker.paste(text, &scene.desk.issues().index);
    }

    fn catalog_changed(&mut self, scene: &ScreenContext) {
        self.picker.refilter(&scene.desk.issues().index);
    }
}
