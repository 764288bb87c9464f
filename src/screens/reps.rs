//! Reps: whom to talk to. Every letter and digit is typed into the filter; arrows and page keys
//! move in the list.
//!
//! The same list serves as the survey's menu where the site has *Display Reps in Issues Menu* on.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::details::{Details, DetailsFor};
use super::picker::{Picker, PickerLabels, PickerRow, PinnedRow};
use super::review::Review;
use super::survey::SurveyScreen;
use super::{AnyScreen, Screen, ScreenContext, Transition};
use crate::catalog::languages::own_name;
use crate::catalog::search::{Part, Query};
use crate::clean::Clean;
use crate::config::RepListShown;
use crate::keymap::{KeyContext, ScreenAction};
use crate::session::{Choice, Rep};
use crate::text::Text;
use crate::theme::Role;
use crate::ui::layout;
use crate::ui::text_writer::TextWriter;

/// From this width on, which a terminal of 60 columns has, the count is beside the question.
const SUBTITLE_FROM: usize = 58;

/// The list of representatives with its filter.
#[derive(Debug, PartialEq, Eq)]
pub struct Reps {
    purpose: RepsPurpose,
    picker: Picker,
}

/// What follows the choice of a representative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RepsPurpose {
    /// A session with the representative.
    Session,
    /// A survey for the representative.
    Survey,
}

/// How a count is worded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RepCounts {
    Long,
    Short,
}

impl Reps {
    /// The whole list, with an empty filter.
    pub(crate) fn new(purpose: RepsPurpose, context: &ScreenContext) -> Self {
        let pinned = if context.catalog.config.survey.general_queue {
            PinnedRow::First
        } else {
            PinnedRow::None
        };
        Self {
            purpose,
            picker: Picker::new(
                context.catalog.reps().sorted.len(),
                pinned,
                context.catalog.config.rep_list,
            ),
        }
    }

    fn open_chosen(&mut self, context: &ScreenContext) -> Transition {
        let rep = |position| context.catalog.reps().sorted.get(position);
        let screen = match (self.purpose, self.picker.chosen()) {
            (_, None) => return Transition::Stay,
            (RepsPurpose::Session, Some(PickerRow::Pinned)) => AnyScreen::Review(Review::anyone()),
            (RepsPurpose::Survey, Some(PickerRow::Pinned)) => {
                AnyScreen::Survey(SurveyScreen::new(Choice::GeneralQueue, None, context))
            }
            (purpose, Some(PickerRow::Entry(position))) => match (purpose, rep(position)) {
                (_, None) => return Transition::Stay,
                (_, Some(rep)) if !rep.available => {
                    self.picker.refuse_choice();
                    return Transition::Stay;
                }
                (RepsPurpose::Session, Some(rep)) => {
                    Details::or_review(DetailsFor::Rep(Box::new(rep)), context)
                }
                (RepsPurpose::Survey, Some(rep)) => AnyScreen::Survey(SurveyScreen::new(
                    Choice::Rep(rep.id),
                    Some(&rep.name),
                    context,
                )),
            },
        };
        Transition::Go(Box::new(screen))
    }

    /// How many there are and how many of them match; empty while the list is loading.
    fn count(&self, context: &ScreenContext, length: RepCounts) -> String {
        let text = &context.appearance.text.reps;
        let (all, shown) = (
            context.catalog.reps().sorted.len(),
            self.picker.match_count(),
        );
        let all = u64::try_from(all).unwrap_or(u64::MAX);
        if context.catalog.rep_count().is_none() {
            return String::new();
        }
        if self.picker.is_blank() {
            return text.all(all);
        }
        match length {
            RepCounts::Long => text.shown(all, shown),
            RepCounts::Short => text.shown_short(shown, all),
        }
    }

    fn list_rows(&self, context: &ScreenContext) -> usize {
        let subtitle = self.subtitle(context);
        let body = layout::body(
            context.size,
            self.question(context.appearance.text),
            subtitle.as_deref(),
        );
        usize::from(body.height).saturating_sub(
            self.picker.rows_above(context.is_spacious()) + usize::from(context.is_spacious()),
        )
    }
}

impl Screen for Reps {
    fn focus(&self, _context: &ScreenContext) -> KeyContext {
        KeyContext::Filter
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.reps.question
    }

    fn subtitle(&self, context: &ScreenContext) -> Option<String> {
        let has_room = layout::body_columns(context.size) >= SUBTITLE_FROM;
        has_room.then(|| self.count(context, RepCounts::Long))
    }

    fn render(&self, context: &ScreenContext, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let mut writer = TextWriter::new(buf, context.appearance, area);
        let text = &context.appearance.text.reps;
        let has_subtitle = writer.columns() >= SUBTITLE_FROM;
        let count = if has_subtitle {
            String::new()
        } else {
            self.count(context, RepCounts::Short)
        };
        let empty = match context.catalog.config.rep_list {
            RepListShown::All => (text.empty, text.empty_more),
            RepListShown::Search => (text.search_first, ""),
        };
        let labels = PickerLabels {
            label: text.filter,
            empty: [
                (text.loading, text.loading_more),
                empty,
                (text.no_match, text.no_match_more),
            ],
        };
        let caret =
            self.picker
                .draw_filter(labels.label, &count, context.is_spacious(), &mut writer);
        self.picker
            .draw_empty(context.catalog.lists, &labels, &mut writer);
        if self.picker.row_count() == 0 {
            return Some(caret);
        }
        let columns = RepColumns::for_width(writer.columns());
        if context.is_spacious() && self.picker.match_count() > 0 {
            columns.draw(
                &mut writer,
                Role::Dim,
                [text.name, text.title, text.team, text.languages],
                &Query::default(),
            );
            writer.skip();
        }
        let (reps, query) = (&context.catalog.reps().sorted, self.picker.query());
        let cursor = self
            .picker
            .draw_rows(caret, &mut writer, |row, role, writer| match row {
                PickerRow::Pinned => {
                    columns.draw_pinned(writer, role, text.anyone, text.anyone_more);
                }
                PickerRow::Entry(position) => {
                    if let Some(rep) = reps.get(position) {
                        draw_rep(&rep, &columns, role, &query, writer);
                    }
                }
            });
        Some(cursor)
    }

    fn handle(&mut self, action: ScreenAction, context: &ScreenContext) -> Transition {
        let rows = self.list_rows(context);
        self.picker
            .handle(action, rows, &context.catalog.reps().index)
            .unwrap_or_else(|| self.open_chosen(context))
    }

    fn paste(&mut self, text: &str, context: &ScreenContext) {
        self.picker.paste(text, &context.catalog.reps().index);
    }

    fn catalog_changed(&mut self, context: &ScreenContext) {
        self.picker.refilter(&context.catalog.reps().index);
    }
}

/// A representative who is not available is dim unless it has the focus, and a label replaces the
/// title.
fn draw_rep(rep: &Rep, columns: &RepColumns, name: Role, query: &Query, writer: &mut TextWriter) {
    let languages: Vec<&str> = rep
        .languages
        .iter()
        .map(|tag| own_name(tag.as_str()))
        .collect();
    let or_empty = |text: &Option<Clean>| {
        text.as_ref()
            .map(|t| t.as_str().to_owned())
            .unwrap_or_default()
    };
    let cells = [
        rep.name.as_str(),
        &or_empty(&rep.title),
        &or_empty(&rep.team),
        &languages.join(", "),
    ];
    if rep.available {
        return columns.draw(writer, name, cells, query);
    }
    let [name_cell, _, team, languages] = cells;
    columns.draw(
        writer,
        if name == Role::Text { Role::Dim } else { name },
        [name_cell, "", team, languages],
        query,
    );
    let (start, width) = columns.0[1];
    writer.write_within(
        start,
        width,
        Role::Dim,
        writer.appearance.text.reps.not_available,
    );
}

/// The start and the width of each column. On narrow screens the last columns are left out, with
/// width 0.
struct RepColumns([(usize, usize); 4]);

impl RepColumns {
    fn for_width(width: usize) -> Self {
        const BAR: usize = 2;
        const GAP: usize = 2;
        let room = width.saturating_sub(BAR);
        let shares: [usize; 4] = match room {
            0..=47 => [58, 42, 0, 0],
            48..=64 => [40, 36, 24, 0],
            _ => [31, 28, 14, 27],
        };
        let mut start = BAR;
        Self(shares.map(|share| {
            let column = (start, (room * share / 100).saturating_sub(GAP));
            start += room * share / 100;
            if share == 0 { (start, 0) } else { column }
        }))
    }

    /// Draws the first column in the given role and the others dim, with matches highlighted.
    fn draw(&self, writer: &mut TextWriter, first: Role, cells: [&str; 4], query: &Query) {
        for (position, ((start, width), cell)) in self.0.iter().zip(cells).enumerate() {
            let (role, part) = if position == 0 {
                (first, Part::Name)
            } else {
                (Role::Dim, Part::Detail)
            };
            writer.write_matched(*start, *width, role, cell, &query.matches_in(cell, part));
        }
    }

    /// Draws a row that is not a representative. Its explanation spans the other columns, if they
    /// are wide enough.
    fn draw_pinned(&self, writer: &mut TextWriter, role: Role, name: &str, more: &str) {
        let [(first, _), (second, _), (_, third), _] = self.0;
        writer.write(first, role, name);
        if third > 0 {
            writer.write(second, Role::Dim, more);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_go_from_the_right_and_never_overlap() {
        for width in 36..=100 {
            let columns = RepColumns::for_width(width).0;
            let mut free_from = 0;
            for (start, wide) in columns.into_iter().filter(|(_, wide)| *wide > 0) {
                assert!(
                    start >= free_from && start + wide <= width,
                    "{columns:?} at {width}"
                );
                free_from = start + wide + 1;
            }
        }
        assert_eq!(RepColumns::for_width(38).0[2].1, 0);
        assert!(RepColumns::for_width(74).0[3].1 >= 12);
    }
}
