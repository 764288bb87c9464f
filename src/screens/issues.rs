//! Issues: what the customer needs help with. Typing filters; "Something else" is always there.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::picker::{Picker, PickerLabels, PickerRow, PinnedRow};
use super::survey::SurveyScreen;
use super::{AnyScreen, Screen, ScreenContext, Transition};
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
    pub(crate) fn new(context: &ScreenContext) -> Self {
        let pinned = if context.catalog.config.survey.general_queue {
            PinnedRow::Last
        } else {
            PinnedRow::None
        };
        Self {
            picker: Picker::new(
                context.catalog.issues().entries.len(),
                pinned,
                RepListShown::All,
            ),
        }
    }

    fn open_chosen(&self, context: &ScreenContext) -> Transition {
        let survey = match self.picker.chosen() {
            None => return Transition::Stay,
            Some(PickerRow::Pinned) => SurveyScreen::new(Choice::GeneralQueue, None, context),
            Some(PickerRow::Entry(position)) => {
                match context.catalog.issues().entries.get(position) {
                    None => return Transition::Stay,
                    Some(issue) => SurveyScreen::new(
                        Choice::Issue(issue.reference.clone()),
                        Some(&issue.name),
                        context,
                    ),
                }
            }
        };
        Transition::Go(Box::new(AnyScreen::Survey(survey)))
    }

    fn list_rows(&self, context: &ScreenContext) -> usize {
        let body = layout::body(context.size, self.question(context.appearance.text), None);
        usize::from(body.height).saturating_sub(self.picker.rows_above(context.is_spacious()))
    }
}

impl Screen for Issues {
    fn focus(&self, _context: &ScreenContext) -> KeyContext {
        KeyContext::Filter
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.issues.question
    }

    fn render(&self, context: &ScreenContext, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let mut writer = TextWriter::new(buf, context.appearance, area);
        let (text, reps) = (
            &context.appearance.text.issues,
            &context.appearance.text.reps,
        );
        let labels = PickerLabels {
            label: text.filter,
            empty: [
                (reps.loading, reps.loading_more),
                (text.empty, text.empty_more),
                (text.no_match, reps.no_match_more),
            ],
        };
        let caret = self
            .picker
            .draw_filter(labels.label, "", context.is_spacious(), &mut writer);
        self.picker
            .draw_empty(context.catalog.lists, &labels, &mut writer);
        let described = (writer.columns() >= DESCRIBED_FROM).then(|| writer.columns() * 2 / 5);
        let name_columns = described.unwrap_or(writer.columns()).saturating_sub(4);
        let (issues, query) = (&context.catalog.issues().entries, self.picker.query());
        let draw = |name: &str, more: &str, query: &Query, role, writer: &mut TextWriter| {
            let name_columns = if more.is_empty() {
                writer.columns()
            } else {
                name_columns
            };
            writer.write_matched(
                2,
                name_columns,
                role,
                name,
                &query.matches_in(name, Part::Name),
            );
            if let Some(column) = described {
                writer.write_matched(
                    column,
                    writer.columns(),
                    Role::Dim,
                    more,
                    &query.matches_in(more, Part::Detail),
                );
            }
        };
        let cursor = self
            .picker
            .draw_rows(caret, &mut writer, |row, role, writer| match row {
                PickerRow::Pinned => draw(
                    text.something_else,
                    text.something_else_more,
                    &Query::default(),
                    role,
                    writer,
                ),
                PickerRow::Entry(position) => {
                    if let Some(issue) = issues.get(position) {
                        draw(
                            issue.name.as_str(),
                            issue.description.as_ref().map_or("", Clean::as_str),
                            &query,
                            role,
                            writer,
                        );
                    }
                }
            });
        Some(cursor)
    }

    fn handle(&mut self, action: ScreenAction, context: &ScreenContext) -> Transition {
        let rows = self.list_rows(context);
        self.picker
            .handle(action, rows, &context.catalog.issues().index)
            .unwrap_or_else(|| self.open_chosen(context))
    }

    fn paste(&mut self, text: &str, context: &ScreenContext) {
        self.picker.paste(text, &context.catalog.issues().index);
    }

    fn catalog_changed(&mut self, context: &ScreenContext) {
        self.picker.refilter(&context.catalog.issues().index);
    }
}
