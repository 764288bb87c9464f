//! The table: the keys of each context, those in the footer first.

use super::{Action, FocusMove, KeyContext, ScreenAction};
use tui_input::InputRequest;

use crate::failure::Remedy;
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
    const fn in_footer(self) -> Self {
        Self {
            in_footer: true,
            ..self
        }
    }

    /// Changes the description.
    const fn describe(self, does: fn(&text::Keys) -> &'static str) -> Self {
        Self {
            description: does,
            ..self
        }
    }

    /// Makes it scroll a text that does not fit.
    const fn scroll_only(self) -> Self {
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

const fn move_by(movement: Move) -> Action {
    Action::Screen(ScreenAction::Move(movement))
}

pub(super) const fn edit(request: InputRequest) -> Action {
    Action::Screen(ScreenAction::Edit(request))
}

const fn skip(to: FocusMove) -> Action {
    Action::Screen(ScreenAction::Skip(to))
}

pub(super) const CONFIRM: Action = Action::Screen(ScreenAction::Confirm);
const BACK: Action = Action::Screen(ScreenAction::Back);

const STEPS: Binding = binding(
    &[
        (press(KeyCode::Up), move_by(Move::Up)),
        (press(KeyCode::Down), move_by(Move::Down)),
    ],
    |l| l.signs.up_down,
    |t| t.move_focus,
);
const TABS: Binding = binding(
    &[
        (press(KeyCode::Tab), skip(FocusMove::Next)),
        (press(KeyCode::BackTab), skip(FocusMove::Previous)),
    ],
    |l| l.text.keys.tab,
    |t| t.next_stop,
);
const PAGES: Binding = binding(
    &[
        (press(KeyCode::PageUp), move_by(Move::PageUp)),
        (press(KeyCode::PageDown), move_by(Move::PageDown)),
    ],
    |l| l.text.keys.page_up_down,
    |t| t.pages,
);
const ENDS: Binding = binding(
    &[
        (press(KeyCode::Home), move_by(Move::First)),
        (press(KeyCode::End), move_by(Move::Last)),
    ],
    |l| l.text.keys.home_end,
    |t| t.first_last,
);
const ENTER: Binding = binding(
    &[(press(KeyCode::Enter), CONFIRM)],
    |l| l.text.keys.enter,
    |t| t.go_on,
);
const ESC: Binding = binding(
    &[(press(KeyCode::Esc), BACK)],
    |l| l.text.keys.escape,
    |t| t.back,
);
const BACKSPACE: Binding = binding(
    &[(
        press(KeyCode::Backspace),
        edit(InputRequest::DeletePrevChar),
    )],
    |l| l.text.keys.backspace,
    |t| t.erase_letter,
);
const DELETE: Binding = binding(
    &[(press(KeyCode::Delete), edit(InputRequest::DeleteNextChar))],
    |l| l.text.keys.delete,
    |t| t.erase_next,
);
const ERASE_WORD: Binding = binding(
    &[(ctrl('w'), edit(InputRequest::DeletePrevWord))],
    |l| l.text.keys.ctrl_w,
    |t| t.erase_word,
);
const ERASE_ALL: Binding = binding(
    &[(ctrl('u'), edit(InputRequest::DeleteLine))],
    |l| l.text.keys.ctrl_u,
    |t| t.erase_all,
);
const CARET: Binding = binding(
    &[
        (press(KeyCode::Left), edit(InputRequest::GoToPrevChar)),
        (press(KeyCode::Right), edit(InputRequest::GoToNextChar)),
    ],
    |l| l.signs.left_right,
    |t| t.move_caret,
);
const CARET_ENDS: Binding = binding(
    &[
        (press(KeyCode::Home), edit(InputRequest::GoToStart)),
        (press(KeyCode::End), edit(InputRequest::GoToEnd)),
    ],
    |l| l.text.keys.home_end,
    |t| t.first_last,
);
const BREAK: Binding = binding(
    &[
        (alt(KeyCode::Enter), edit(InputRequest::InsertChar('\n'))),
        (ctrl('j'), edit(InputRequest::InsertChar('\n'))),
    ],
    |l| l.text.keys.alt_enter,
    |t| t.line_break,
);
const HIDE: Binding = binding(
    &[(press(KeyCode::F(6)), Action::Screen(ScreenAction::Hide))],
    |l| l.text.keys.f6,
    |t| t.hide,
);
const HAND_OFF: Binding = binding(
    &[(
        press(KeyCode::Char('o')),
        Action::Screen(ScreenAction::HandOff),
    )],
    |l| l.text.keys.letter_o,
    |t| t.hand_off,
);
const HELP: Binding = binding(
    &[(press(KeyCode::F(1)), Action::Help)],
    |l| l.text.keys.f1,
    |t| t.help,
);
/// Where nothing is typed, `?` opens the help too.
const HELP_HERE: Binding = binding(
    &[
        (press(KeyCode::F(1)), Action::Help),
        (press(KeyCode::Char('?')), Action::Help),
    ],
    |l| l.text.keys.f1,
    |t| t.help,
);
const START_OVER: Binding = binding(
    &[(super::START_OVER, Action::StartOver)],
    |l| l.text.keys.f10,
    |t| t.start_over,
);
const REPAINT: Binding = binding(
    &[(ctrl('l'), Action::Repaint)],
    |l| l.text.keys.ctrl_l,
    |t| t.repaint,
);
const LEAVE: Binding = binding(
    &[(ctrl('c'), Action::Leave), (ctrl('q'), Action::Leave)],
    |l| l.text.keys.ctrl_c,
    |t| t.leave,
);
const LETTER_LEAVES: Binding = binding(
    &[(press(KeyCode::Char('q')), Action::Leave)],
    |l| l.text.keys.letter_q,
    |t| t.leave,
);
const SCROLL_HELP: Binding = binding(
    &[
        (press(KeyCode::Up), Action::ScrollHelp(Move::Up)),
        (press(KeyCode::Down), Action::ScrollHelp(Move::Down)),
        (press(KeyCode::PageUp), Action::ScrollHelp(Move::PageUp)),
        (press(KeyCode::PageDown), Action::ScrollHelp(Move::PageDown)),
        (press(KeyCode::Home), Action::ScrollHelp(Move::First)),
        (press(KeyCode::End), Action::ScrollHelp(Move::Last)),
    ],
    |l| l.signs.up_down,
    |t| t.move_focus,
);
const CLOSE_HELP: Binding = binding(
    &[
        (press(KeyCode::Esc), Action::Help),
        (press(KeyCode::Enter), Action::Help),
        (press(KeyCode::F(1)), Action::Help),
        (press(KeyCode::Char('?')), Action::Help),
    ],
    |l| l.text.keys.escape,
    |t| t.back,
);
const ANY_KEY: Binding = binding(&[], |l| l.text.keys.any_key, |t| t.stay);

static MENU: &[Binding] = &[
    STEPS.in_footer(),
    ENTER.describe(|t| t.choose).in_footer(),
    HELP_HERE.in_footer(),
    LEAVE.in_footer(),
    TABS,
    ENDS,
    LETTER_LEAVES,
    START_OVER,
    REPAINT,
];

static FILTER: &[Binding] = &[
    STEPS.in_footer(),
    ENTER.describe(|t| t.choose).in_footer(),
    ESC.in_footer(),
    PAGES.in_footer(),
    TABS,
    ENDS,
    BACKSPACE,
    ERASE_WORD,
    ERASE_ALL,
    HELP,
    START_OVER,
    LEAVE,
    REPAINT,
];

static LINE: &[Binding] = &[
    ENTER.in_footer(),
    ESC.in_footer(),
    TABS.in_footer(),
    HELP.in_footer(),
    STEPS,
    CARET,
    CARET_ENDS,
    BACKSPACE,
    DELETE,
    ERASE_WORD,
    ERASE_ALL,
    START_OVER,
    LEAVE,
    REPAINT,
];

static LINES: &[Binding] = &[
    ENTER.in_footer(),
    ESC.in_footer(),
    TABS.in_footer(),
    BREAK.in_footer(),
    STEPS,
    CARET,
    CARET_ENDS,
    BACKSPACE,
    DELETE,
    ERASE_WORD,
    ERASE_ALL,
    HELP,
    START_OVER,
    LEAVE,
    REPAINT,
];

static BUTTON: &[Binding] = &[
    ENTER.in_footer(),
    ESC.in_footer(),
    TABS.in_footer(),
    HELP_HERE.in_footer(),
    STEPS,
    START_OVER,
    LEAVE,
    REPAINT,
];

static CODE: &[Binding] = &[
    ENTER.in_footer(),
    ESC.in_footer(),
    HIDE.in_footer(),
    HELP.in_footer(),
    TABS,
    STEPS,
    CARET,
    CARET_ENDS,
    BACKSPACE,
    DELETE,
    ERASE_WORD,
    ERASE_ALL,
    START_OVER,
    LEAVE,
    REPAINT,
];

static REVIEW: &[Binding] = &[
    ENTER.describe(|t| t.start).in_footer(),
    HAND_OFF.in_footer(),
    ESC.in_footer(),
    START_OVER.in_footer(),
    STEPS.describe(|t| t.read_on),
    PAGES.describe(|t| t.read_on),
    ENDS,
    HELP_HERE,
    LEAVE,
    REPAINT,
];

static REVIEW_OF_LINK: &[Binding] = &[
    ENTER.describe(|t| t.show_link).in_footer(),
    ESC.in_footer(),
    START_OVER.in_footer(),
    HELP_HERE.in_footer(),
    STEPS.describe(|t| t.read_on),
    PAGES.describe(|t| t.read_on),
    ENDS,
    LEAVE,
    REPAINT,
];

/// A text that may be longer than the screen.
const SCROLLABLE: [Binding; 8] = [
    STEPS.scroll_only().in_footer(),
    ESC.in_footer(),
    START_OVER.in_footer(),
    HELP_HERE.in_footer(),
    PAGES.scroll_only(),
    ENDS.scroll_only(),
    LEAVE,
    REPAINT,
];

/// The same with a binding for Enter.
const fn scrollable_with(enter: Binding) -> [Binding; 9] {
    let [steps, esc, start_over, help, pages, ends, leave, repaint] = SCROLLABLE;
    [
        enter.in_footer(),
        steps,
        esc,
        start_over,
        help,
        pages,
        ends,
        leave,
        repaint,
    ]
}

static HANDED_OFF: &[Binding] = &scrollable_with(ENTER.describe(|t| t.finish));

static WAITING: &[Binding] = &[
    ESC.describe(|t| t.cancel).in_footer(),
    START_OVER.in_footer(),
    HELP_HERE.in_footer(),
    LEAVE,
    REPAINT,
];

static RUNNING: &[Binding] = &[
    ENTER.describe(|t| t.end_session).in_footer(),
    LEAVE.in_footer(),
    HELP_HERE.in_footer(),
    REPAINT,
];

static END_SESSION: &[Binding] = &[
    ENTER.describe(|t| t.end_session).in_footer(),
    ESC.describe(|t| t.keep_session).in_footer(),
    REPAINT,
];

static ENDED: &[Binding] = &[REPAINT, ANY_KEY.describe(|t| t.finish).in_footer()];

static OUT_OF_SERVICE: &[Binding] = &[
    STEPS.scroll_only().in_footer(),
    PAGES.scroll_only(),
    ENDS.scroll_only(),
    REPAINT,
];

static FAILED_RETRY: &[Binding] = &scrollable_with(ENTER.describe(|t| t.retry));

static FAILED_CHANGE: &[Binding] = &scrollable_with(ENTER.describe(|t| t.change));

static FAILED_STAFF: &[Binding] = &SCROLLABLE;

static HELPING: &[Binding] = &[
    CLOSE_HELP.in_footer(),
    SCROLL_HELP.in_footer(),
    START_OVER,
    LEAVE,
    REPAINT,
];

static PIN: &[Binding] = &[
    ENTER.in_footer(),
    ESC.in_footer(),
    BACKSPACE,
    ERASE_ALL,
    REPAINT,
];

static STILL_THERE: &[Binding] = &[REPAINT, ANY_KEY.in_footer()];

static TOO_SMALL: &[Binding] = &[START_OVER, LEAVE, REPAINT];

/// The bindings of a context.
pub(super) fn bindings(focus: KeyContext) -> &'static [Binding] {
    match focus {
        KeyContext::Menu => MENU,
        KeyContext::Filter => FILTER,
        KeyContext::Line => LINE,
        KeyContext::Lines => LINES,
        KeyContext::Button => BUTTON,
        KeyContext::Code => CODE,
        KeyContext::Review => REVIEW,
        KeyContext::ReviewOfLink => REVIEW_OF_LINK,
        KeyContext::HandOff => HANDED_OFF,
        KeyContext::Waiting => WAITING,
        KeyContext::Running => RUNNING,
        KeyContext::EndSession => END_SESSION,
        KeyContext::Ended => ENDED,
        KeyContext::OutOfService => OUT_OF_SERVICE,
        KeyContext::Failed(Remedy::Retry) => FAILED_RETRY,
        KeyContext::Failed(Remedy::Change) => FAILED_CHANGE,
        KeyContext::Failed(Remedy::Staff) => FAILED_STAFF,
        KeyContext::Help => HELPING,
        KeyContext::Pin => PIN,
        KeyContext::StillThere => STILL_THERE,
        KeyContext::TooSmall => TOO_SMALL,
    }
}
