//! A field that is typed into: text with a caret, changed by whole characters as a reader counts them.
//!
//! The usual line editors move by code points, which would leave half an emoji or a lone mark behind, and they keep copies
//! of what was cut. Here nothing that [`may_follow`] refuses gets in, the room for the longest text is reserved at once so
//! that growing leaves no copy behind, and all of it is erased when the field is dropped (trust.md T6, T11, K8).

use zeroize::{Zeroize, Zeroizing};

use super::width::{before_last_word, cluster_after, cluster_before, columns as width_of, first_columns, line_ranges};
use crate::clean::{Refused, may_follow};

/// A change to typed text, or to where in it the next one happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A character more.
    Type(char),
    /// A line break, where the field has lines.
    Break,
    /// The character before the caret away.
    EraseLetter,
    /// The character behind the caret away.
    EraseNext,
    /// The word before the caret away.
    EraseWord,
    /// All of it away.
    EraseAll,
    /// The caret one character on to the left.
    Left,
    /// The caret one character on to the right.
    Right,
    /// The caret to the start of the text.
    ToStart,
    /// The caret to its end.
    ToEnd,
}

/// What was not taken of what was typed or pasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A character that can't be shown or sent.
    Character(Refused),
    /// The text is as long as it may be: so many characters were left out.
    Full(usize),
}

/// Whether a field may have several lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// A pasted line break becomes a space.
    One,
    /// Line breaks stay.
    Many,
}

/// A text and the caret in it.
#[derive(PartialEq, Eq)]
pub struct Field {
    text: Zeroizing<String>,
    caret: usize,
    limit: usize,
    lines: Lines,
}

impl Field {
    /// An empty field for at most `limit` characters.
    pub fn new(limit: usize, lines: Lines) -> Self {
        Self { text: Zeroizing::new(String::with_capacity(limit * 4)), caret: 0, limit, lines }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text before the caret.
    pub fn before_caret(&self) -> &str {
        &self.text[..self.caret]
    }

    /// How many characters may still be typed, counted as the site counts them.
    pub fn room(&self) -> usize {
        self.limit.saturating_sub(self.text.chars().count())
    }

    /// Makes a change; what was not taken is answered, and the rest is done.
    pub fn edit(&mut self, edit: Edit) -> Result<(), Trouble> {
        match edit {
            Edit::Type(character) => return self.insert(character),
            Edit::Break if self.lines == Lines::Many => return self.insert('\n'),
            Edit::Break => {}
            Edit::EraseLetter => self.erase(cluster_before(&self.text, self.caret), self.caret),
            Edit::EraseNext => self.erase(self.caret, cluster_after(&self.text, self.caret)),
            Edit::EraseWord => self.erase(before_last_word(&self.text[..self.caret]), self.caret),
            Edit::EraseAll => {
                self.text.zeroize();
                self.caret = 0;
            }
            Edit::Left => self.caret = cluster_before(&self.text, self.caret),
            Edit::Right => self.caret = cluster_after(&self.text, self.caret),
            Edit::ToStart => self.caret = 0,
            Edit::ToEnd => self.caret = self.text.len(),
        }
        Ok(())
    }

    /// Takes pasted text in at the caret; the first trouble with it is answered, and all that gave none is in.
    pub fn paste(&mut self, text: &str) -> Result<(), Trouble> {
        let mut trouble = Ok(());
        let mut left_out = 0;
        for character in text.chars() {
            match self.insert(character) {
                Ok(()) => {}
                Err(Trouble::Full(count)) => left_out += count,
                Err(refused @ Trouble::Character(_)) => trouble = trouble.and(Err(refused)),
            }
        }
        if left_out > 0 { trouble.and(Err(Trouble::Full(left_out))) } else { trouble }
    }

    fn insert(&mut self, character: char) -> Result<(), Trouble> {
        let character = if self.becomes_a_space(character) { ' ' } else { character };
        let is_break = character == '\n' && self.lines == Lines::Many;
        if !is_break && !may_follow(&self.text[..self.caret], character) {
            return Err(Trouble::Character(Refused { character }));
        }
        if self.room() == 0 {
            return Err(Trouble::Full(1));
        }
        self.text.insert(self.caret, character);
        self.caret += character.len_utf8();
        Ok(())
    }

    /// White space that can't be sent: without a space in its place it would glue two words together (trust.md T16).
    fn becomes_a_space(&self, character: char) -> bool {
        match character {
            '\t' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => true,
            '\n' => self.lines == Lines::One,
            _ => false,
        }
    }

    fn erase(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        self.caret = from;
    }

    /// The lines of the text at a width, and the caret's line and column among them.
    pub fn laid_out(&self, columns: usize) -> (Vec<&str>, (usize, usize)) {
        let ranges = line_ranges(&self.text, columns);
        let line = ranges.iter().rposition(|range| range.start <= self.caret).unwrap_or(0);
        let before_caret = ranges.get(line).map_or("", |range| &self.text[range.start..self.caret.min(range.end)]);
        // Behind a blank that hangs over the edge the caret waits at the edge.
        let caret = (line, width_of(before_caret).min(columns));
        (ranges.into_iter().map(|range| &self.text[range]).collect(), caret)
    }

    /// Moves the caret a line up or down in the text as laid out; false where there is none.
    pub fn step_line(&mut self, down: bool, columns: usize) -> bool {
        let (_, (line, column)) = self.laid_out(columns);
        let target = if down { line + 1 } else { line.wrapping_sub(1) };
        let Some(range) = line_ranges(&self.text, columns).into_iter().nth(target) else { return false };
        self.caret = range.start + first_columns(&self.text[range], column).len();
        true
    }
}

impl std::fmt::Debug for Field {
    /// Says nothing of what was typed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Field")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str, limit: usize, lines: Lines) -> Field {
        let mut field = Field::new(limit, lines);
        assert_eq!(field.paste(text), Ok(()));
        field
    }

    #[test]
    fn t11_erasing_and_moving_take_whole_characters() {
        let mut field = typed("Zoë 👩‍👩‍👧‍👦", 100, Lines::One);
        field.edit(Edit::EraseLetter).expect("erased");
        assert_eq!(field.text(), "Zoë ");
        for edit in [Edit::Left, Edit::Left, Edit::Type('x')] {
            field.edit(edit).expect("moved");
        }
        assert_eq!(field.text(), "Zoxë ");
        field.edit(Edit::EraseNext).expect("erased");
        field.edit(Edit::ToEnd).expect("moved");
        field.edit(Edit::EraseWord).expect("erased");
        assert_eq!(field.text(), "");
    }

    #[test]
    fn too_long_is_refused_where_it_is_typed_and_said() {
        let mut field = typed("abcd", 5, Lines::One);
        assert_eq!(field.room(), 1);
        assert_eq!(field.paste("efg"), Err(Trouble::Full(2)));
        assert_eq!(field.edit(Edit::Type('x')), Err(Trouble::Full(1)));
        assert_eq!(field.text(), "abcde");
    }

    #[test]
    fn t6_what_can_not_be_seen_is_refused_and_the_rest_of_a_paste_is_taken() {
        let mut field = Field::new(100, Lines::One);
        assert_eq!(field.paste("a\u{202E}b\nc"), Err(Trouble::Character(Refused { character: '\u{202E}' })));
        assert_eq!(field.text(), "ab c");
    }

    #[test]
    fn t16_pasted_white_space_that_can_not_be_sent_becomes_a_space() {
        let pasted = "Name\tError\u{0B}one\u{0C}two\u{85}three\u{2028}four\u{2029}five\nsix";
        assert_eq!(typed(pasted, 100, Lines::One).text(), "Name Error one two three four five six");
        assert_eq!(typed(pasted, 100, Lines::Many).text(), "Name Error one two three four five\nsix");
        let mut field = Field::new(100, Lines::Many);
        field.edit(Edit::Type('\u{2028}')).expect("a space");
        assert_eq!(field.text(), " ");
    }

    #[test]
    fn line_breaks_stay_where_there_are_lines() {
        let mut field = typed("one\ntwo", 100, Lines::Many);
        assert_eq!(field.laid_out(20), (vec!["one", "two"], (1, 3)));
        assert!(field.step_line(false, 20) && !field.step_line(false, 20));
        field.edit(Edit::Break).expect("broken");
        assert_eq!(field.text(), "one\n\ntwo");
        assert!(field.step_line(true, 20) && !field.step_line(true, 20));
        let mut single = typed("one", 100, Lines::One);
        single.edit(Edit::Break).expect("nothing");
        assert_eq!(single.text(), "one");
    }

    #[test]
    fn the_caret_is_where_the_next_character_goes_at_any_width() {
        let mut field = typed("The Wi-Fi in room 12 drops 我的电脑", 100, Lines::Many);
        field.edit(Edit::ToStart).expect("moved");
        for width in 2..40 {
            let (lines, (line, column)) = field.laid_out(width);
            assert!(line < lines.len() && column <= width, "{line},{column} at {width}");
            field.edit(Edit::Right).expect("moved");
        }
    }

    #[test]
    fn k8_the_room_is_reserved_so_that_growing_leaves_no_copy() {
        let mut field = Field::new(1024, Lines::Many);
        let place = field.text().as_ptr();
        field.paste(&"李".repeat(1024)).expect("it fits");
        assert_eq!(field.text().as_ptr(), place);
    }
}
