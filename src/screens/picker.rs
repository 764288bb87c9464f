//! Picker: a long list with a filter, for every screen that has one.
//!
//! It knows positions in a list and their number, but no content: the screen draws its rows. An
//! extra row for "anyone who is free" can be above or below the list.

use ratatui::layout::Position;

use super::Transition;
use crate::arena::number;
use crate::catalog::ListState;
use crate::catalog::search::{Index, Query};
use crate::clean::RefusedKind;
use crate::config::RepListShown;
use crate::keymap::{FocusMove, ScreenAction};
use crate::theme::Role;
use crate::ui::Appearance;
use crate::ui::field::{Field, InputError, Multiline};
use crate::ui::list::{Move, focus_after, page};
use crate::ui::text_writer::TextWriter;
use crate::ui::width::{columns, last_columns};

/// The maximum length of the filter in characters.
const MAX_FILTER: usize = 100;

/// The filter, the entries that match it, and the row with the focus.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Picker {
    filter: Field,
    /// The entries that match, as positions in the list.
    matches: Vec<u32>,
    focus: usize,
    /// Where the cursor is: where the last key had its effect.
    cursor_in: CursorIn,
    refused: Option<RefusedInput>,
    pinned: PinnedRow,
    visibility: RepListShown,
}

/// What was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RefusedInput {
    /// Typed or pasted text.
    Text(InputError),
    /// The row with the focus.
    Choice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CursorIn {
    Filter,
    List,
}

/// Where the row for "anyone who is free" is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PinnedRow {
    /// Nowhere: there is no general queue.
    None,
    /// Above the list, unless something is typed: that means looking for a person.
    First,
    /// Below the list, always.
    Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PickerRow {
    /// "Anyone who is free".
    Pinned,
    /// An entry, as a position in the list.
    Entry(usize),
}

/// The texts of a picker's screen.
pub(super) struct PickerLabels {
    /// The label of the filter.
    pub(super) label: &'static str,
    /// The list is loading, is empty, or has no match: what is so, and what to do.
    pub(super) empty: [(&'static str, &'static str); 3],
}

impl Picker {
    /// A list of `count` entries. With [`RepListShown::Search`] none is shown before something is
    /// typed.
    pub(super) fn new(count: usize, pinned: PinnedRow, visibility: RepListShown) -> Self {
        let filter = Field::new(MAX_FILTER, Multiline::One);
        let matches = match visibility {
            RepListShown::All => (0..number(count)).collect(),
            RepListShown::Search => Vec::new(),
        };
        Self {
            filter,
            matches,
            focus: 0,
            cursor_in: CursorIn::Filter,
            refused: None,
            pinned,
            visibility,
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.filter.text().trim().is_empty()
    }

    /// How many entries match.
    pub(super) fn match_count(&self) -> usize {
        self.matches.len()
    }

    /// How many rows there are.
    pub(super) fn row_count(&self) -> usize {
        self.matches.len() + usize::from(self.has_pinned())
    }

    fn has_pinned(&self) -> bool {
        match self.pinned {
            PinnedRow::None => false,
            PinnedRow::First => self.is_blank(),
            PinnedRow::Last => true,
        }
    }

    /// The row with the focus.
    pub(super) fn chosen(&self) -> Option<PickerRow> {
        self.row(self.focus)
    }

    fn row(&self, position: usize) -> Option<PickerRow> {
        let before = usize::from(self.pinned == PinnedRow::First && self.has_pinned());
        let entry = position
            .checked_sub(before)
            .and_then(|position| self.matches.get(position));
        match entry {
            Some(entry) => Some(PickerRow::Entry(*entry as usize)),
            None => (position < self.row_count()).then_some(PickerRow::Pinned),
        }
    }

    /// Handles an action. `None`: the screen continues with the row that has the focus.
    pub(super) fn handle(
        &mut self,
        action: ScreenAction,
        rows: usize,
        index: &Index,
    ) -> Option<Transition> {
        match action {
            ScreenAction::Move(movement) => self.move_focus(movement, rows),
            ScreenAction::Skip(FocusMove::Next) => self.move_focus(Move::Down, rows),
            ScreenAction::Skip(FocusMove::Previous) => self.move_focus(Move::Up, rows),
            ScreenAction::Edit(edit) => {
                self.refused = self.filter.edit(edit).err().map(RefusedInput::Text);
                self.refilter(index);
            }
            ScreenAction::Confirm => return None,
            ScreenAction::Back => return Some(Transition::Back),
            ScreenAction::Pick(_) | ScreenAction::Hide | ScreenAction::HandOff => {}
        }
        Some(Transition::Stay)
    }

    fn move_focus(&mut self, movement: Move, rows: usize) {
        self.refused = None;
        self.focus = focus_after(self.focus, movement, self.row_count(), rows);
        self.cursor_in = CursorIn::List;
    }

    pub(super) fn paste(&mut self, text: &str, index: &Index) {
        self.refused = self.filter.paste(text).err().map(RefusedInput::Text);
        self.refilter(index);
    }

    /// Reports that the row with the focus can't be chosen.
    pub(super) fn refuse_choice(&mut self) {
        self.refused = Some(RefusedInput::Choice);
    }

    /// The parsed filter.
    pub(super) fn query(&self) -> Query {
        Query::new(self.filter.text())
    }

    /// Filters the list again, because the filter or the list has changed.
    pub(super) fn refilter(&mut self, index: &Index) {
        let waits_for_filter = self.visibility == RepListShown::Search && self.is_blank();
        self.matches = if waits_for_filter {
            Vec::new()
        } else {
            index.search(self.filter.text())
        };
        self.focus = 0;
        self.cursor_in = CursorIn::Filter;
    }

    /// The rows above the list: the filter, and an error or, if there is room, a blank row for one.
    pub(super) fn rows_above(&self, spacious: bool) -> usize {
        1 + usize::from(spacious || self.refused.is_some())
    }

    /// Draws the filter, a count to its right, and an error. Returns the position of the cursor in
    /// the filter.
    pub(super) fn draw_filter(
        &self,
        label: &str,
        count: &str,
        spacious: bool,
        writer: &mut TextWriter,
    ) -> Position {
        let end = writer.write(0, Role::Dim, label);
        writer.write_right(end, Role::Dim, count);
        let room = writer
            .columns()
            .saturating_sub(columns(label) + 2 + columns(count) + usize::from(!count.is_empty()));
        let end = writer.write(
            end + 1,
            Role::Question,
            last_columns(self.filter.text(), room),
        );
        let caret = writer.position_at(end);
        writer.skip();
        let refused = self.refused.map(|refused| match refused {
            RefusedInput::Text(error) => error_text(error, writer.appearance),
            RefusedInput::Choice => format!(
                "{} {}",
                writer.appearance.glyphs.wrong, writer.appearance.text.reps.not_available_more
            ),
        });
        writer.write(0, Role::Error, &refused.unwrap_or_default());
        if self.rows_above(spacious) > 1 {
            writer.skip();
        }
        caret
    }

    /// Draws the page with the focus, calling `draw` for each row after its bar. Returns the
    /// position of the cursor.
    pub(super) fn draw_rows(
        &self,
        caret: Position,
        writer: &mut TextWriter,
        draw: impl Fn(PickerRow, Role, &mut TextWriter),
    ) -> Position {
        let mut item = caret;
        for position in page(self.focus, self.row_count(), writer.rows_left()) {
            let focused = position == self.focus;
            if focused {
                item = writer.position();
                writer.write(0, Role::Accent, writer.appearance.glyphs.focus);
            }
            if let Some(row) = self.row(position) {
                draw(row, if focused { Role::Focus } else { Role::Text }, writer);
            }
            writer.skip();
        }
        if self.cursor_in == CursorIn::List {
            item
        } else {
            caret
        }
    }

    /// Explains why no entry is shown, if there is none.
    pub(super) fn draw_empty(
        &self,
        lists: ListState,
        labels: &PickerLabels,
        writer: &mut TextWriter,
    ) {
        let [loading, empty, no_match] = labels.empty;
        let (what, todo) = match lists {
            _ if !self.matches.is_empty() => return,
            ListState::Loading => loading,
            ListState::Ready if self.is_blank() => empty,
            ListState::Ready => no_match,
        };
        writer.wrapped(Role::Text, what);
        writer.wrapped(Role::Dim, todo);
    }
}

/// The message for text that was refused.
pub(super) fn error_text(error: InputError, appearance: &Appearance) -> String {
    let message = match error {
        InputError::Character(refused) => appearance
            .text
            .refused_character
            .left_out(refused.code_point(), kind_name(refused.kind(), appearance)),
        InputError::Full(count) => appearance
            .text
            .survey
            .left_out(u64::try_from(count).unwrap_or(u64::MAX)),
    };
    format!("{} {message}", appearance.glyphs.wrong)
}

fn kind_name(kind: RefusedKind, appearance: &Appearance) -> &'static str {
    let text = &appearance.text.refused_character;
    match kind {
        RefusedKind::LineBreak => text.line_break,
        RefusedKind::Tab => text.tab,
        RefusedKind::Escape => text.escape,
        RefusedKind::SoftHyphen => text.soft_hyphen,
        RefusedKind::ZeroWidthSpace => text.zero_width_space,
        RefusedKind::Joiner => text.joiner,
        RefusedKind::ByteOrderMark => text.byte_order_mark,
        RefusedKind::Direction => text.direction,
        RefusedKind::Control => text.control,
        RefusedKind::Mark => text.mark,
        RefusedKind::Invisible => text.invisible,
    }
}
