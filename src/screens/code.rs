//! Asks for a code. It is shown large and in groups while it is typed, with a warning about callers
//! who ask people to type one.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::details::{Details, DetailsFor};
use super::picker::error_text;
use super::review::Masking;
use super::{Screen, ScreenContext, Transition};
use tui_input::InputRequest;

use crate::keymap::{KeyContext, ScreenAction};
use crate::terminal::decoder::PASTE_BYTES;
use crate::text::{CodeText, Text};
use crate::theme::Role;
use crate::ui::Appearance;
use crate::ui::field::InputError;
use crate::ui::list::Move;
use crate::ui::text_writer::TextWriter;
use crate::ui::width::last_columns;
use crate::ways::{CodeInput, CodeProblem, CodeRules, CodeWay};
use entry::CodeEntry;

mod entry;

/// How many characters form a group.
const GROUP: usize = 3;
/// The columns between two groups. Between two characters of a group there is one.
const GAP: usize = 3;
/// The column of the code.
const INDENT: usize = 2;
/// A paste of at most this many bytes was certainly not cut by the decoder, which never keeps part
/// of a character. The code in a cut link may be cut too.
const MAX_PASTE_BYTES: usize = PASTE_BYTES - 4;

/// What was typed of a code, and whether it is visible.
#[derive(Debug, PartialEq, Eq)]
pub struct CodeScreen {
    way: &'static CodeWay,
    entry: CodeEntry,
    masking: Masking,
    focus: FocusTarget,
    error: Option<CodeError>,
}

/// The part of the screen that receives keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FocusTarget {
    Entry,
    HideButton,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CodeError {
    Typing(InputError),
    Whole(CodeProblem),
    /// More than any link has: its end may be lost.
    Cut,
}

impl CodeScreen {
    pub(crate) fn new(way: &'static CodeWay) -> Self {
        Self {
            way,
            entry: CodeEntry::new(way),
            masking: Masking::Visible,
            focus: FocusTarget::Entry,
            error: None,
        }
    }

    fn text(&self, text: &'static Text) -> &'static CodeText {
        (self.way.text)(text)
    }

    fn rules<'a>(&self, context: &ScreenContext<'a>) -> &'a CodeRules {
        context.catalog.config.code_rules(self.way)
    }

    fn submit(&mut self, context: &ScreenContext) -> Transition {
        if self.entry.is_cut() {
            self.error = Some(CodeError::Cut);
            return Transition::Stay;
        }
        match self.way.parse(self.entry.text(), self.rules(context)) {
            Ok(code) => {
                // A typed link is replaced by its code.
                self.entry.replace(code.reveal());
                Transition::Go(Box::new(Details::or_review(
                    DetailsFor::Code(code, self.masking),
                    context,
                )))
            }
            Err(problem) => {
                self.error = Some(CodeError::Whole(problem));
                Transition::Stay
            }
        }
    }

    fn edit(&mut self, request: InputRequest, context: &ScreenContext) {
        self.error = self
            .entry
            .edit(request, self.rules(context))
            .err()
            .map(CodeError::Typing);
    }

    /// Accepts pasted text as a whole or not at all.
    fn accept_paste(&mut self, text: &str, context: &ScreenContext) -> Result<(), CodeError> {
        let rules = self.rules(context);
        if text.len() > MAX_PASTE_BYTES {
            return Err(CodeError::Cut);
        }
        match self.way.input(text, rules) {
            CodeInput::Address => Err(CodeError::Whole(CodeProblem::Address)),
            CodeInput::Characters(code) if code.is_empty() => {
                Err(CodeError::Whole(CodeProblem::Empty))
            }
            CodeInput::Characters(code) => {
                self.entry.insert(&code, rules).map_err(CodeError::Whole)
            }
            CodeInput::InLink(code) => self
                .entry
                .replace_from_link(&code, rules)
                .map_err(CodeError::Whole),
        }
    }

    fn toggle_masking(&mut self) {
        self.masking = match self.masking {
            Masking::Visible => Masking::Hidden,
            Masking::Hidden => Masking::Visible,
        };
    }
}

impl Screen for CodeScreen {
    fn focus(&self, _context: &ScreenContext) -> KeyContext {
        match self.focus {
            FocusTarget::Entry => KeyContext::Code,
            FocusTarget::HideButton => KeyContext::Button,
        }
    }

    fn question(&self, text: &'static Text) -> &'static str {
        self.text(text).question
    }

    fn render(&self, context: &ScreenContext, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let mut writer = TextWriter::new(buf, context.appearance, area);
        let text = self.text(context.appearance.text);
        let caret = self.draw_entry(context, &mut writer);
        if let Some(error) = self.error {
            writer.wrapped(Role::Error, &self.error_message(error, context.appearance));
        }
        if context.is_spacious() {
            writer.skip();
        }
        // If there is little room, what to do about a link is more important than a hint on typing.
        if context.is_spacious() || !self.error.is_some_and(CodeError::concerns_link) {
            writer.wrapped(
                Role::Dim,
                if self.rules(context).accepts('-') {
                    text.spaces
                } else {
                    text.separators
                },
            );
        }
        let on_button = self.focus == FocusTarget::HideButton;
        let button = writer.position();
        let label = if self.masking == Masking::Visible {
            text.hide
        } else {
            text.show
        };
        let role = if on_button { Role::Focus } else { Role::Text };
        writer.item(on_button, &context.appearance.span(role, label).into());
        if context.is_spacious() {
            writer.skip();
        }
        writer.wrapped(Role::Question, text.warning);
        Some(if on_button { button } else { caret })
    }

    fn handle(&mut self, action: ScreenAction, context: &ScreenContext) -> Transition {
        match (action, self.focus) {
            (ScreenAction::Confirm, FocusTarget::Entry) => return self.submit(context),
            (ScreenAction::Confirm, FocusTarget::HideButton) | (ScreenAction::Hide, _) => {
                self.toggle_masking();
            }
            (ScreenAction::Back, _) => return Transition::Back,
            (ScreenAction::Edit(edit), _) => self.edit(edit, context),
            (ScreenAction::Skip(_) | ScreenAction::Move(Move::Down), FocusTarget::Entry) => {
                self.focus = FocusTarget::HideButton;
            }
            (ScreenAction::Skip(_) | ScreenAction::Move(Move::Up), FocusTarget::HideButton) => {
                self.focus = FocusTarget::Entry;
            }
            (ScreenAction::Move(_) | ScreenAction::Pick(_) | ScreenAction::HandOff, _) => {}
        }
        Transition::Stay
    }

    fn paste(&mut self, text: &str, context: &ScreenContext) {
        self.error = self.accept_paste(text, context).err();
        self.focus = FocusTarget::Entry;
    }
}

impl CodeScreen {
    /// Draws the code or the link that was typed. Returns the position of the cursor.
    fn draw_entry(&self, context: &ScreenContext, writer: &mut TextWriter) -> Position {
        if context.is_spacious() {
            writer.skip();
        }
        let bar = if self.focus == FocusTarget::Entry {
            context.appearance.glyphs.focus
        } else {
            " "
        };
        match self.way.input(self.entry.text(), self.rules(context)) {
            CodeInput::Characters(code) => self.draw_code(&code, bar, context, writer),
            CodeInput::InLink(_) | CodeInput::Address => self.draw_link(bar, context, writer),
        }
    }

    /// Draws the code in large groups, in as many lines as needed.
    fn draw_code(
        &self,
        code: &str,
        bar: &str,
        context: &ScreenContext,
        writer: &mut TextWriter,
    ) -> Position {
        let group_columns = GROUP * 2 - 1 + GAP;
        let per_line = (writer.columns().saturating_sub(INDENT) / group_columns).max(1) * GROUP;
        let characters: Vec<char> = code.chars().collect();
        let before_caret = self
            .rules(context)
            .code_characters(self.entry.around_caret().0);
        let caret_at = before_caret.chars().count().min(characters.len());
        let mut caret = writer.position_at(INDENT);
        for line in 0..=characters.len() / per_line {
            writer.write(0, Role::Accent, bar);
            let column = |index: usize| INDENT + index / GROUP * group_columns + index % GROUP * 2;
            for (index, character) in characters
                .iter()
                .skip(line * per_line)
                .take(per_line)
                .enumerate()
            {
                let masked = match self.masking {
                    Masking::Visible => character.to_string(),
                    Masking::Hidden => context.appearance.glyphs.hidden.to_owned(),
                };
                writer.write(column(index), Role::Question, &masked);
            }
            if caret_at / per_line == line {
                caret = writer.position_at(column(caret_at % per_line));
            }
            writer.skip();
        }
        caret
    }

    /// Draws a link in one line, scrolled to the cursor.
    fn draw_link(&self, bar: &str, context: &ScreenContext, writer: &mut TextWriter) -> Position {
        let masked = |text: &str| match self.masking {
            Masking::Visible => text.to_owned(),
            Masking::Hidden => context
                .appearance
                .glyphs
                .hidden
                .repeat(text.chars().count()),
        };
        let (before, after) = self.entry.around_caret();
        let (before, after) = (masked(before), masked(after));
        writer.write(0, Role::Accent, bar);
        let room = writer.columns().saturating_sub(INDENT + 1);
        let end = writer.write(INDENT, Role::Question, last_columns(&before, room));
        let caret = writer.position_at(end);
        writer.write(end, Role::Question, &after);
        writer.skip();
        caret
    }

    /// The message about the code. Contains nothing of the code itself.
    fn error_message(&self, error: CodeError, appearance: &Appearance) -> String {
        let text = self.text(appearance.text);
        let message = match error {
            CodeError::Typing(error) => return error_text(error, appearance),
            CodeError::Whole(CodeProblem::Empty) => text.missing.to_owned(),
            CodeError::Whole(CodeProblem::TooShort { count, min }) => text.too_short(min, count),
            CodeError::Whole(CodeProblem::TooLong { max, .. }) => text.too_long(max),
            CodeError::Whole(CodeProblem::Address) => text.not_in_link.to_owned(),
            CodeError::Cut => text.too_much.to_owned(),
        };
        format!("{} {message}", appearance.glyphs.wrong)
    }
}

impl CodeError {
    /// Whether the problem is with a link and not with the characters of a code.
    fn concerns_link(self) -> bool {
        match self {
            Self::Cut | Self::Whole(CodeProblem::Address) => true,
            Self::Typing(_)
            | Self::Whole(
                CodeProblem::Empty | CodeProblem::TooShort { .. } | CodeProblem::TooLong { .. },
            ) => false,
        }
    }
}
