//! A group of keys with its help, and each group that the contexts are made of.

use super::{Action, FocusMove, ScreenAction};
use tui_input::InputRequest;

use crate::terminal::key::{KeyCode, KeyEvent, alt, ctrl, press};
use crate::text;
use crate::ui::Appearance;
use crate::ui::list::Move;

/// A group of keys: what each does, the group's label and description, and whether the footer names
/// it. The help names every group, but those that scroll only if there is something to scroll.
pub(super) struct Binding {
    pub(super) keys: &'static [(KeyEvent, Action)],
    pub(super) label: fn(&Appearance) -> &'static str,
    pub(super) description: fn(&text::Keys) -> &'static str,
    pub(super) in_footer: bool,
    pub(super) scroll_only: bool,
}

impl Binding {
    /// Also names it in the footer.
    pub(super) const fn in_footer(self) -> Self {
        Self {
            in_footer: true,
            ..self
        }
    }

    /// Changes the description.
    pub(super) const fn describe(self, does: fn(&text::Keys) -> &'static str) -> Self {
        Self {
            description: does,
            ..self
        }
    }

    /// Makes it scroll a text that does not fit.
    pub(super) const fn scroll_only(self) -> Self {
        Self {
            description: |t| t.more,
            scroll_only: true,
            ..self
        }
    }
}

const fn binding(
    keys: &'static [(KeyEvent, Action)],
    called: fn(&Appearance) -> &'static str,
    does: fn(&text::Keys) -> &'static str,
) -> Binding {
    Binding {
        keys,
        label: called,
        description: does,
        in_footer: false,
        scroll_only: false,
    }
}

pub(super) const fn move_by(movement: Move) -> Action {
    Action::Screen(ScreenAction::Move(movement))
}

pub(super) const fn edit(request: InputRequest) -> Action {
    Action::Screen(ScreenAction::Edit(request))
}

pub(super) const fn skip(to: FocusMove) -> Action {
    Action::Screen(ScreenAction::Skip(to))
}

pub(super) const CONFIRM: Action = Action::Screen(ScreenAction::Confirm);
pub(super) const BACK: Action = Action::Screen(ScreenAction::Back);

pub(super) const STEPS: Binding = binding(
    &[
        (press(KeyCode::Up), move_by(Move::Up)),
        (press(KeyCode::Down), move_by(Move::Down)),
    ],
    |l| l.glyphs.up_down,
    |t| t.move_focus,
);
pub(super) const TABS: Binding = binding(
    &[
        (press(KeyCode::Tab), skip(FocusMove::Next)),
        (press(KeyCode::BackTab), skip(FocusMove::Previous)),
    ],
    |l| l.text.keys.tab,
    |t| t.next_stop,
);
pub(super) const PAGES: Binding = binding(
    &[
        (press(KeyCode::PageUp), move_by(Move::PageUp)),
        (press(KeyCode::PageDown), move_by(Move::PageDown)),
    ],
    |l| l.text.keys.page_up_down,
    |t| t.pages,
);
pub(super) const ENDS: Binding = binding(
    &[
        (press(KeyCode::Home), move_by(Move::First)),
        (press(KeyCode::End), move_by(Move::Last)),
    ],
    |l| l.text.keys.home_end,
    |t| t.first_last,
);
pub(super) const ENTER: Binding = binding(
    &[(press(KeyCode::Enter), CONFIRM)],
    |l| l.text.keys.enter,
    |t| t.go_on,
);
pub(super) const ESC: Binding = binding(
    &[(press(KeyCode::Esc), BACK)],
    |l| l.text.keys.escape,
    |t| t.back,
);
pub(super) const BACKSPACE: Binding = binding(
    &[(
        press(KeyCode::Backspace),
        edit(InputRequest::DeletePrevChar),
    )],
    |l| l.text.keys.backspace,
    |t| t.erase_letter,
);
pub(super) const DELETE: Binding = binding(
    &[(press(KeyCode::Delete), edit(InputRequest::DeleteNextChar))],
    |l| l.text.keys.delete,
    |t| t.erase_next,
);
pub(super) const ERASE_WORD: Binding = binding(
    &[(ctrl('w'), edit(InputRequest::DeletePrevWord))],
    |l| l.text.keys.ctrl_w,
    |t| t.erase_word,
);
pub(super) const ERASE_ALL: Binding = binding(
    &[(ctrl('u'), edit(InputRequest::DeleteLine))],
    |l| l.text.keys.ctrl_u,
    |t| t.erase_all,
);
pub(super) const CARET: Binding = binding(
    &[
        (press(KeyCode::Left), edit(InputRequest::GoToPrevChar)),
        (press(KeyCode::Right), edit(InputRequest::GoToNextChar)),
    ],
    |l| l.glyphs.left_right,
    |t| t.move_caret,
);
pub(super) const CARET_ENDS: Binding = binding(
    &[
        (press(KeyCode::Home), edit(InputRequest::GoToStart)),
        (press(KeyCode::End), edit(InputRequest::GoToEnd)),
    ],
    |l| l.text.keys.home_end,
    |t| t.first_last,
);
pub(super) const BREAK: Binding = binding(
    &[
        (alt(KeyCode::Enter), edit(InputRequest::InsertChar('\n'))),
        (ctrl('j'), edit(InputRequest::InsertChar('\n'))),
    ],
    |l| l.text.keys.alt_enter,
    |t| t.line_break,
);
pub(super) const HIDE: Binding = binding(
    &[(press(KeyCode::F(6)), Action::Screen(ScreenAction::Hide))],
    |l| l.text.keys.f6,
    |t| t.hide,
);
pub(super) const HAND_OFF: Binding = binding(
    &[(
        press(KeyCode::Char('o')),
        Action::Screen(ScreenAction::HandOff),
    )],
    |l| l.text.keys.letter_o,
    |t| t.hand_off,
);
pub(super) const HELP: Binding = binding(
    &[(press(KeyCode::F(1)), Action::Help)],
    |l| l.text.keys.f1,
    |t| t.help,
);
/// Where nothing is typed, `?` opens the help too.
pub(super) const HELP_HERE: Binding = binding(
    &[
        (press(KeyCode::F(1)), Action::Help),
        (press(KeyCode::Char('?')), Action::Help),
    ],
    |l| l.text.keys.f1,
    |t| t.help,
);
pub(super) const START_OVER: Binding = binding(
    &[(super::START_OVER, Action::StartOver)],
    |l| l.text.keys.f10,
    |t| t.start_over,
);
pub(super) const REPAINT: Binding = binding(
    &[(ctrl('l'), Action::Repaint)],
    |l| l.text.keys.ctrl_l,
    |t| t.repaint,
);
pub(super) const LEAVE: Binding = binding(
    &[(ctrl('c'), Action::Leave), (ctrl('q'), Action::Leave)],
    |l| l.text.keys.ctrl_c,
    |t| t.leave,
);
pub(super) const LETTER_LEAVES: Binding = binding(
    &[(press(KeyCode::Char('q')), Action::Leave)],
    |l| l.text.keys.letter_q,
    |t| t.leave,
);
pub(super) const SCROLL_HELP: Binding = binding(
    &[
        (press(KeyCode::Up), Action::ScrollHelp(Move::Up)),
        (press(KeyCode::Down), Action::ScrollHelp(Move::Down)),
        (press(KeyCode::PageUp), Action::ScrollHelp(Move::PageUp)),
        (press(KeyCode::PageDown), Action::ScrollHelp(Move::PageDown)),
        (press(KeyCode::Home), Action::ScrollHelp(Move::First)),
        (press(KeyCode::End), Action::ScrollHelp(Move::Last)),
    ],
    |l| l.glyphs.up_down,
    |t| t.move_focus,
);
pub(super) const CLOSE_HELP: Binding = binding(
    &[
        (press(KeyCode::Esc), Action::Help),
        (press(KeyCode::Enter), Action::Help),
        (press(KeyCode::F(1)), Action::Help),
        (press(KeyCode::Char('?')), Action::Help),
    ],
    |l| l.text.keys.escape,
    |t| t.back,
);
pub(super) const ANY_KEY: Binding = binding(&[], |l| l.text.keys.any_key, |t| t.stay);
