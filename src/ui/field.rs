//! A text field: `tui_input` with a limit, line breaks, and only text that can be shown and sent.
//!
//! A field accepts nothing that [`may_follow`] refuses (T6, T11). Space for the longest text is
//! reserved at the start, so that growing leaves no copy behind. What `tui_input` keeps of a cut is
//! dropped with the cut, and the text is zeroed with the field (K8).

use std::mem;

use tui_input::{Input, InputRequest};
use zeroize::Zeroize;

use super::width::{columns as width_of, first_columns, line_ranges};
use crate::clean::{RefusedCharacter, is_attached, is_unsendable_space, may_follow};

/// Why typed or pasted text was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InputError {
    /// A character that can't be shown or sent.
    Character(RefusedCharacter),
    /// The text has reached its limit: this many characters were left out.
    Full(usize),
}

/// Whether a field may have several lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Multiline {
    /// A pasted line break becomes a space.
    One,
    /// Line breaks stay.
    Many,
}

pub(crate) struct Field {
    input: Input,
    limit: usize,
    lines: Multiline,
}

impl Field {
    /// An empty field for at most `limit` characters.
    pub(crate) fn new(limit: usize, lines: Multiline) -> Self {
        Self {
            input: Input::new(String::with_capacity(limit * 4)),
            limit,
            lines,
        }
    }

    pub(crate) fn text(&self) -> &str {
        self.input.value()
    }

    pub(crate) fn before_caret(&self) -> &str {
        let (text, cursor) = (self.text(), self.input.cursor());
        text.char_indices()
            .nth(cursor)
            .map_or(text, |(at, _)| &text[..at])
    }

    /// How many more characters can be typed, counted as the site counts them.
    pub(crate) fn room(&self) -> usize {
        self.limit.saturating_sub(self.text().chars().count())
    }

    /// Applies a change. A typed line break is ignored in a field with one line. An error is what
    /// was not accepted.
    pub(crate) fn edit(&mut self, request: InputRequest) -> Result<(), InputError> {
        if let InputRequest::InsertChar(character) = request {
            let counts = character != '\n' || self.lines == Multiline::Many;
            return if counts {
                self.insert(character)
            } else {
                Ok(())
            };
        }
        if request == InputRequest::DeleteLine {
            self.clear();
        } else {
            self.input.handle(request);
            self.drop_cut_text();
            self.drop_marks_too_many();
        }
        Ok(())
    }

    /// Takes the text out with its buf, and drops what the input keeps of a cut.
    fn take_text(&mut self) -> String {
        String::from(mem::take(&mut self.input))
    }

    fn clear(&mut self) {
        let mut text = self.take_text();
        text.zeroize();
        self.input = Input::new(text);
    }

    fn drop_cut_text(&mut self) {
        let cursor = self.input.cursor();
        self.input = Input::new(self.take_text()).with_cursor(cursor);
    }

    /// Inserts pasted text at the cursor. Returns the first problem after inserting everything that
    /// has none.
    pub(crate) fn paste(&mut self, text: &str) -> Result<(), InputError> {
        let mut result = Ok(());
        let mut left_out = 0;
        for character in text.chars() {
            match self.insert(character) {
                Ok(()) => {}
                Err(InputError::Full(count)) => left_out += count,
                Err(refused @ InputError::Character(_)) => result = result.and(Err(refused)),
            }
        }
        if left_out > 0 {
            result.and(Err(InputError::Full(left_out)))
        } else {
            result
        }
    }

    fn insert(&mut self, character: char) -> Result<(), InputError> {
        let is_break = character == '\n' && self.lines == Multiline::Many;
        let is_space =
            is_unsendable_space(character) || character == '\n' && self.lines == Multiline::One;
        let character = if is_space { ' ' } else { character };
        if !is_break && !may_follow(self.before_caret(), character) {
            return Err(InputError::Character(RefusedCharacter { character }));
        }
        if self.room() == 0 {
            return Err(InputError::Full(1));
        }
        self.input.handle(InputRequest::InsertChar(character));
        self.drop_marks_too_many();
        Ok(())
    }

    /// Marks that began a line now belong to the character before the cursor, which may have some
    /// already. Removes those beyond the maximum; otherwise the whole text would be refused later.
    fn drop_marks_too_many(&mut self) {
        let mut end = self.before_caret().len();
        if !self.text()[end..].starts_with(is_attached) {
            return;
        }
        let cursor = self.input.cursor();
        let mut text = self.take_text();
        while let Some(mark) = text[end..].chars().next().filter(|next| is_attached(*next)) {
            if may_follow(&text[..end], mark) {
                end += mark.len_utf8();
            } else {
                text.remove(end);
            }
        }
        self.input = Input::new(text).with_cursor(cursor);
    }

    /// The lines of the text at a width, and the line and column of the cursor.
    pub(crate) fn layout(&self, columns: usize) -> (Vec<&str>, (usize, usize)) {
        let text = self.text();
        let cursor = self.before_caret().len();
        let ranges = line_ranges(text, columns);
        let line = ranges
            .iter()
            .rposition(|range| range.start <= cursor)
            .unwrap_or(0);
        let before = ranges
            .get(line)
            .map_or("", |range| &text[range.start..cursor.min(range.end)]);
        // After a blank that hangs over the edge, the cursor stays at the edge.
        let cursor = (line, width_of(before).min(columns));
        (
            ranges.into_iter().map(|range| &text[range]).collect(),
            cursor,
        )
    }

    /// Moves the cursor one line up or down in the wrapped text. Returns false if there is no such
    /// line.
    pub(crate) fn step_line(&mut self, down: bool, columns: usize) -> bool {
        let (_, (line, column)) = self.layout(columns);
        let target = if down { line + 1 } else { line.wrapping_sub(1) };
        let Some(range) = line_ranges(self.text(), columns).into_iter().nth(target) else {
            return false;
        };
        let end = range.start + first_columns(&self.text()[range], column).len();
        let cursor = self.text()[..end].chars().count();
        self.input.handle(InputRequest::SetCursor(cursor));
        true
    }
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        let same_rules = self.limit == other.limit && self.lines == other.lines;
        same_rules && self.input.cursor() == other.input.cursor() && self.text() == other.text()
    }
}

impl Eq for Field {}

impl Drop for Field {
    fn drop(&mut self) {
        self.take_text().zeroize();
    }
}

impl std::fmt::Debug for Field {
    /// Prints nothing that was typed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Field")
    }
}

#[cfg(test)]
mod tests;
