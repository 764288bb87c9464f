//! A text field: `tui_input` with a limit, line breaks, and only text that can be shown and sent.
//!
//! A field accepts nothing that [`may_follow`] refuses (T6, T11). Space for the longest text is
//! reserved at the start, so that growing leaves no copy behind. What `tui_input` keeps of a cut is
//! dropped with the cut, and the text is zeroed with the field (K8).

use std::mem;

use tui_input::{Input, InputRequest};
use zeroize::Zeroize;

use super::width::{columns as width_of, first_columns, line_ranges};
use crate::clean::{Refused, becomes_a_space, is_attached, may_follow};

/// Why typed or pasted text was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputError {
    /// A character that can't be shown or sent.
    Character(Refused),
    /// The text has reached its limit: this many characters were left out.
    Full(usize),
}

/// Whether a field may have several lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Multiline {
    /// A pasted line break becomes a space.
    One,
    /// Line breaks stay.
    Many,
}

pub struct Field {
    input: Input,
    limit: usize,
    lines: Multiline,
}

impl Field {
    /// An empty field for at most `limit` characters.
    pub fn new(limit: usize, lines: Multiline) -> Self {
        Self {
            input: Input::new(String::with_capacity(limit * 4)),
            limit,
            lines,
        }
    }

    pub fn text(&self) -> &str {
        self.input.value()
    }

    pub fn before_caret(&self) -> &str {
        let (text, cursor) = (self.text(), self.input.cursor());
        text.char_indices()
            .nth(cursor)
            .map_or(text, |(at, _)| &text[..at])
    }

    /// How many more characters can be typed, counted as the site counts them.
    pub fn room(&self) -> usize {
        self.limit.saturating_sub(self.text().chars().count())
    }

    /// Applies a change. A typed line break is ignored in a field with one line. An error is what
    /// was not accepted.
    pub fn edit(&mut self, request: InputRequest) -> Result<(), InputError> {
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

    /// Takes the text out with its buffer, and drops what the input keeps of a cut.
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
    pub fn paste(&mut self, text: &str) -> Result<(), InputError> {
        let mut trouble = Ok(());
        let mut left_out = 0;
        for character in text.chars() {
            match self.insert(character) {
                Ok(()) => {}
                Err(InputError::Full(count)) => left_out += count,
                Err(refused @ InputError::Character(_)) => trouble = trouble.and(Err(refused)),
            }
        }
        if left_out > 0 {
            trouble.and(Err(InputError::Full(left_out)))
        } else {
            trouble
        }
    }

    fn insert(&mut self, character: char) -> Result<(), InputError> {
        let is_break = character == '\n' && self.lines == Multiline::Many;
        let is_space =
            becomes_a_space(character) || character == '\n' && self.lines == Multiline::One;
        let character = if is_space { ' ' } else { character };
        if !is_break && !may_follow(self.before_caret(), character) {
            return Err(InputError::Character(Refused { character }));
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
        let mut place = self.before_caret().len();
        if !self.text()[place..].starts_with(is_attached) {
            return;
        }
        let cursor = self.input.cursor();
        let mut text = self.take_text();
        while let Some(mark) = text[place..]
            .chars()
            .next()
            .filter(|next| is_attached(*next))
        {
            if may_follow(&text[..place], mark) {
                place += mark.len_utf8();
            } else {
                text.remove(place);
            }
        }
        self.input = Input::new(text).with_cursor(cursor);
    }

    /// The lines of the text at a width, and the line and column of the cursor.
    pub fn laid_out(&self, columns: usize) -> (Vec<&str>, (usize, usize)) {
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
    pub fn step_line(&mut self, down: bool, columns: usize) -> bool {
        let (_, (line, column)) = self.laid_out(columns);
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
mod tests {
    use super::*;

    fn typed(text: &str, limit: usize, lines: Multiline) -> Field {
        let mut field = Field::new(limit, lines);
        assert_eq!(field.paste(text), Ok(()));
        field
    }

    #[test]
    fn ctrl_w_takes_a_word_and_the_blanks_behind_it() {
        for (text, left) in [
            ("dana whit  ", "dana "),
            ("Wi-Fi", "Wi-"),
            ("dana", ""),
            ("", ""),
        ] {
            let mut field = typed(text, 100, Multiline::One);
            field.edit(InputRequest::DeletePrevWord).expect("erased");
            assert_eq!(field.text(), left);
        }
    }

    #[test]
    fn k8_nothing_that_was_cut_can_be_had_again() {
        let mut field = typed("secret words", 100, Multiline::One);
        field.edit(InputRequest::DeletePrevWord).expect("cut");
        field.edit(InputRequest::Yank).expect("nothing");
        assert_eq!(field.text(), "secret ");
        let place = field.text().as_ptr();
        field.edit(InputRequest::DeleteLine).expect("cleared");
        assert_eq!((field.text(), field.text().as_ptr()), ("", place));
    }

    #[test]
    fn t11_erasing_and_moving_take_whole_characters() {
        let mut field = typed("Zoë 👩‍👩‍👧‍👦", 100, Multiline::One);
        field.edit(InputRequest::DeletePrevChar).expect("erased");
        assert_eq!(field.text(), "Zoë ");
        for edit in [
            InputRequest::GoToPrevChar,
            InputRequest::GoToPrevChar,
            InputRequest::InsertChar('x'),
        ] {
            field.edit(edit).expect("moved");
        }
        assert_eq!(field.text(), "Zoxë ");
        field.edit(InputRequest::DeleteNextChar).expect("erased");
        field.edit(InputRequest::GoToEnd).expect("moved");
        field.edit(InputRequest::DeletePrevWord).expect("erased");
        assert_eq!(field.text(), "");
    }

    #[test]
    fn too_long_is_refused_where_it_is_typed_and_said() {
        let mut field = typed("abcd", 5, Multiline::One);
        assert_eq!(field.room(), 1);
        assert_eq!(field.paste("efg"), Err(InputError::Full(2)));
        assert_eq!(
            field.edit(InputRequest::InsertChar('x')),
            Err(InputError::Full(1))
        );
        assert_eq!(field.text(), "abcde");
    }

    #[test]
    fn t6_what_can_not_be_seen_is_refused_and_the_rest_of_a_paste_is_taken() {
        let mut field = Field::new(100, Multiline::One);
        assert_eq!(
            field.paste("a\u{202E}b\nc"),
            Err(InputError::Character(Refused {
                character: '\u{202E}'
            }))
        );
        assert_eq!(field.text(), "ab c");
    }

    #[test]
    fn t16_pasted_white_space_that_can_not_be_sent_becomes_a_space() {
        let pasted = "Name\tError\u{0B}one\u{0C}two\u{85}three\u{2028}four\u{2029}five\nsix";
        assert_eq!(
            typed(pasted, 100, Multiline::One).text(),
            "Name Error one two three four five six"
        );
        assert_eq!(
            typed(pasted, 100, Multiline::Many).text(),
            "Name Error one two three four five\nsix"
        );
        let mut field = Field::new(100, Multiline::Many);
        field
            .edit(InputRequest::InsertChar('\u{2028}'))
            .expect("a space");
        assert_eq!(field.text(), " ");
    }

    #[test]
    fn t11_lines_that_are_joined_give_no_character_more_than_eight_marks() {
        let marks = |count| "\u{301}".repeat(count);
        for (before, after, erase, expected) in [
            (8, 1, InputRequest::DeletePrevChar, 8),
            (8, 1, InputRequest::DeleteNextChar, 8),
            (5, 4, InputRequest::DeletePrevChar, 8),
            (5, 3, InputRequest::DeletePrevChar, 8),
            (0, 2, InputRequest::DeletePrevChar, 2),
        ] {
            let mut field = typed(
                &format!("e{}\n{}x", marks(before), marks(after)),
                100,
                Multiline::Many,
            );
            while field.before_caret().contains('\n') {
                field.edit(InputRequest::GoToPrevChar).expect("moved");
            }
            if erase != InputRequest::DeleteNextChar {
                // From the end of the previous line to after the line break.
                field.edit(InputRequest::GoToNextChar).expect("moved");
            }
            field.edit(erase).expect("erased");
            let expected = format!("e{}x", marks(expected));
            assert_eq!(field.text(), expected, "{before} and {after} by {erase:?}");
            assert!(crate::clean::Clean::lines(field.text()).is_ok());
        }
        // A character that is typed before marks gets them.
        let mut field = typed(&format!("\n{}", marks(8)), 100, Multiline::Many);
        for edit in [
            InputRequest::GoToStart,
            InputRequest::GoToNextChar,
            InputRequest::InsertChar('e'),
            InputRequest::InsertChar('\u{302}'),
        ] {
            field.edit(edit).expect("done");
        }
        assert_eq!(field.text(), format!("\ne\u{302}{}", marks(7)));
    }

    #[test]
    fn line_breaks_stay_where_there_are_lines() {
        let mut field = typed("one\ntwo", 100, Multiline::Many);
        assert_eq!(field.laid_out(20), (vec!["one", "two"], (1, 3)));
        assert!(field.step_line(false, 20) && !field.step_line(false, 20));
        field.edit(InputRequest::InsertChar('\n')).expect("broken");
        assert_eq!(field.text(), "one\n\ntwo");
        assert!(field.step_line(true, 20) && !field.step_line(true, 20));
        let mut single = typed("one", 100, Multiline::One);
        single
            .edit(InputRequest::InsertChar('\n'))
            .expect("nothing");
        assert_eq!(single.text(), "one");
    }

    #[test]
    fn the_caret_is_where_the_next_character_goes_at_any_width() {
        let mut field = typed("The Wi-Fi in room 12 drops 我的电脑", 100, Multiline::Many);
        field.edit(InputRequest::GoToStart).expect("moved");
        for width in 2..40 {
            let (lines, (line, column)) = field.laid_out(width);
            assert!(
                line < lines.len() && column <= width,
                "{line},{column} at {width}"
            );
            field.edit(InputRequest::GoToNextChar).expect("moved");
        }
    }

    #[test]
    fn k8_the_room_is_reserved_so_that_growing_leaves_no_copy() {
        let mut field = Field::new(1024, Multiline::Many);
        let place = field.text().as_ptr();
        field.paste(&"李".repeat(1024)).expect("it fits");
        assert_eq!(field.text().as_ptr(), place);
    }
}
