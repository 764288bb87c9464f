//! What was typed of a code. All of it is kept, since it may become a link, but only the characters
//! of a code are shown and counted.

use tui_input::InputRequest;

use crate::ui::field::{Field, InputError, Multiline};
use crate::ways::{CodeInput, CodeProblem, CodeRules, CodeWay};

/// The maximum number of characters of a typed link: far more than a person types, and enough for
/// the longest link that a terminal without bracketed paste types.
const MAX_CHARACTERS: usize = 2048;
/// Every link has one of these.
const LINK_CHARACTERS: [char; 10] = [':', '/', '.', '?', '=', '&', '%', '#', '@', '_'];

/// A text with a cursor. Erased when dropped.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CodeEntry {
    way: &'static CodeWay,
    typed: Field,
    is_cut: bool,
}

impl CodeEntry {
    pub(super) fn new(way: &'static CodeWay) -> Self {
        Self {
            way,
            typed: Field::new(MAX_CHARACTERS, Multiline::One),
            is_cut: false,
        }
    }

    pub(super) fn text(&self) -> &str {
        self.typed.text()
    }

    /// What was typed before the cursor and after it.
    pub(super) fn around_caret(&self) -> (&str, &str) {
        self.text().split_at(self.typed.before_caret().len())
    }

    /// Whether more was typed than there is room for. The rest must not be used as if it were
    /// complete.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Applies a change. A character that no code has is not a problem.
    pub(super) fn edit(
        &mut self,
        request: InputRequest,
        rules: &CodeRules,
    ) -> Result<(), InputError> {
        if let InputRequest::InsertChar(character) = request {
            return self.insert_char(character, rules);
        }
        if request == InputRequest::DeleteLine {
            self.is_cut = false;
            return self.typed.edit(request);
        }
        self.move_or_erase(request, rules)
    }

    /// Replaces what was typed with a code.
    pub(super) fn replace(&mut self, code: &str) {
        let mut typed = Field::new(MAX_CHARACTERS, Multiline::One);
        self.is_cut = typed.paste(code).is_err();
        self.typed = typed;
    }

    /// Replaces what was typed with the code of a link, unless it is too long.
    pub(super) fn replace_from_link(
        &mut self,
        code: &str,
        rules: &CodeRules,
    ) -> Result<(), CodeProblem> {
        let count = code.chars().count();
        if count > rules.max {
            return Err(CodeProblem::TooLong {
                count,
                max: rules.max,
            });
        }
        self.replace(code);
        Ok(())
    }

    /// Inserts a pasted code, or a part of one, unless the result would be too long.
    pub(super) fn insert(
        &mut self,
        characters: &str,
        rules: &CodeRules,
    ) -> Result<(), CodeProblem> {
        let count = self.count(rules) + characters.chars().count();
        if count > rules.max && !self.may_become_link(rules) {
            return Err(CodeProblem::TooLong {
                count,
                max: rules.max,
            });
        }
        self.is_cut |= self.typed.paste(characters).is_err();
        Ok(())
    }

    fn insert_char(&mut self, character: char, rules: &CodeRules) -> Result<(), InputError> {
        let of_code = rules.code_characters(character.encode_utf8(&mut [0; 4]));
        let count = of_code.chars().count();
        if count > 0 && self.count(rules) + count > rules.max && !self.may_become_link(rules) {
            return Err(InputError::Full(count));
        }
        match self.typed.edit(InputRequest::InsertChar(character)) {
            Ok(()) | Err(InputError::Character(_)) => Ok(()),
            Err(full @ InputError::Full(_)) => {
                self.is_cut = true;
                Err(full)
            }
        }
    }

    /// Repeats a change until it is visible, and so passes over what a code skips.
    fn move_or_erase(
        &mut self,
        request: InputRequest,
        rules: &CodeRules,
    ) -> Result<(), InputError> {
        let shows_all = !matches!(self.way.input(self.text(), rules), CodeInput::Characters(_));
        let visible_counts = self.visible_counts(rules);
        loop {
            let (before, after) = self.around_caret();
            let lengths = (before.len(), after.len());
            self.typed.edit(request)?;
            self.is_cut &= !self.text().is_empty();
            let (before, after) = self.around_caret();
            if shows_all
                || self.visible_counts(rules) != visible_counts
                || lengths == (before.len(), after.len())
            {
                return Ok(());
            }
        }
    }

    /// How many visible characters of a code are before and after the cursor.
    fn visible_counts(&self, rules: &CodeRules) -> (usize, usize) {
        let (before, after) = self.around_caret();
        (
            rules.code_characters(before).chars().count(),
            rules.code_characters(after).chars().count(),
        )
    }

    fn count(&self, rules: &CodeRules) -> usize {
        rules.code_characters(self.text()).chars().count()
    }

    fn may_become_link(&self, rules: &CodeRules) -> bool {
        self.way.links.is_some()
            && self
                .text()
                .contains(|c| LINK_CHARACTERS.contains(&c) && !rules.accepts(c))
    }
}
