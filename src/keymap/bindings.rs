//! The table: the keys of each context, those in the footer first.

use super::{Action, Focus, Skip, Wish};
use tui_input::InputRequest;

use crate::failure::Remedy;
use crate::terminal::key::{KeyCode, KeyEvent, alt, ctrl, press};
use crate::text;
use crate::ui::Look;
use crate::ui::list::Move;

/// A group of keys: what each does, the group's label and description, and whether the footer names
/// it. The help names every group, but those that scroll only if there is something to scroll.
pub(super) struct Binding {
    pub(super) keys: &'static [(KeyEvent, Action)],
    pub(super) called: fn(&Look) -> &'static str,
    pub(super) does: fn(&text::Keys) -> &'static str,
    pub(super) in_footer: bool,
    pub(super) to_the_rest: bool,
}

impl Binding {
    /// Also names it in the footer.
    const fn shown(self) -> Self {
        Self { in_footer: true, ..self }
    }

    /// Changes the description.
    const fn to(self, does: fn(&text::Keys) -> &'static str) -> Self {
        Self { does, ..self }
    }

    /// Makes it scroll a text that does not fit.
    const fn over_the_rest(self) -> Self {
        Self { does: |t| t.more, to_the_rest: true, ..self }
    }
}

const fn binding(
    keys: &'static [(KeyEvent, Action)],
    called: fn(&Look) -> &'static str,
    does: fn(&text::Keys) -> &'static str,
) -> Binding {
    Binding { keys, called, does, in_footer: false, to_the_rest: false }
}

const fn go(movement: Move) -> Action {
    Action::Screen(Wish::Move(movement))
}

pub(super) const fn edit(request: InputRequest) -> Action {
    Action::Screen(Wish::Edit(request))
}

const fn skip(to: Skip) -> Action {
    Action::Screen(Wish::Skip(to))
}

pub(super) const CONFIRM: Action = Action::Screen(Wish::Confirm);
const BACK: Action = Action::Screen(Wish::Back);

const STEPS: Binding =
    binding(&[(press(KeyCode::Up), go(Move::Up)), (press(KeyCode::Down), go(Move::Down))], |l| l.signs.up_down, |t| t.move_focus);
const TABS: Binding = binding(
    &[(press(KeyCode::Tab), skip(Skip::Next)), (press(KeyCode::BackTab), skip(Skip::Previous))],
    |l| l.text.keys.tab,
    |t| t.next_stop,
);
const PAGES: Binding = binding(
    &[(press(KeyCode::PageUp), go(Move::PageUp)), (press(KeyCode::PageDown), go(Move::PageDown))],
    |l| l.text.keys.page_up_down,
    |t| t.pages,
);
const ENDS: Binding = binding(
    &[(press(KeyCode::Home), go(Move::First)), (press(KeyCode::End), go(Move::Last))],
    |l| l.text.keys.home_end,
    |t| t.first_last,
);
const ENTER: Binding = binding(&[(press(KeyCode::Enter), CONFIRM)], |l| l.text.keys.enter, |t| t.go_on);
const ESC: Binding = binding(&[(press(KeyCode::Esc), BACK)], |l| l.text.keys.escape, |t| t.back);
const BACKSPACE: Binding =
    binding(&[(press(KeyCode::Backspace), edit(InputRequest::DeletePrevChar))], |l| l.text.keys.backspace, |t| t.erase_letter);
const DELETE: Binding =
    binding(&[(press(KeyCode::Delete), edit(InputRequest::DeleteNextChar))], |l| l.text.keys.delete, |t| t.erase_next);
const ERASE_WORD: Binding = binding(&[(ctrl('w'), edit(InputRequest::DeletePrevWord))], |l| l.text.keys.ctrl_w, |t| t.erase_word);
const ERASE_ALL: Binding = binding(&[(ctrl('u'), edit(InputRequest::DeleteLine))], |l| l.text.keys.ctrl_u, |t| t.erase_all);
const CARET: Binding = binding(
    &[(press(KeyCode::Left), edit(InputRequest::GoToPrevChar)), (press(KeyCode::Right), edit(InputRequest::GoToNextChar))],
    |l| l.signs.left_right,
    |t| t.move_caret,
);
const CARET_ENDS: Binding = binding(
    &[(press(KeyCode::Home), edit(InputRequest::GoToStart)), (press(KeyCode::End), edit(InputRequest::GoToEnd))],
    |l| l.text.keys.home_end,
    |t| t.first_last,
);
const BREAK: Binding = binding(
    &[(alt(KeyCode::Enter), edit(InputRequest::InsertChar('\n'))), (ctrl('j'), edit(InputRequest::InsertChar('\n')))],
    |l| l.text.keys.alt_enter,
    |t| t.line_break,
);
const HIDE: Binding = binding(&[(press(KeyCode::F(6)), Action::Screen(Wish::Hide))], |l| l.text.keys.f6, |t| t.hide);
const HAND_OFF: Binding =
    binding(&[(press(KeyCode::Char('o')), Action::Screen(Wish::HandOff))], |l| l.text.keys.letter_o, |t| t.hand_off);
const HELP: Binding = binding(&[(press(KeyCode::F(1)), Action::Help)], |l| l.text.keys.f1, |t| t.help);
/// Where nothing is typed, `?` opens the help too.
const HELP_HERE: Binding =
    binding(&[(press(KeyCode::F(1)), Action::Help), (press(KeyCode::Char('?')), Action::Help)], |l| l.text.keys.f1, |t| t.help);
const START_OVER: Binding = binding(&[(super::START_OVER, Action::StartOver)], |l| l.text.keys.f10, |t| t.start_over);
const REPAINT: Binding = binding(&[(ctrl('l'), Action::Repaint)], |l| l.text.keys.ctrl_l, |t| t.repaint);
const LEAVE: Binding = binding(&[(ctrl('c'), Action::Leave), (ctrl('q'), Action::Leave)], |l| l.text.keys.ctrl_c, |t| t.leave);
const LETTER_LEAVES: Binding = binding(&[(press(KeyCode::Char('q')), Action::Leave)], |l| l.text.keys.letter_q, |t| t.leave);
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
    STEPS.shown(),
    ENTER.to(|t| t.choose).shown(),
    HELP_HERE.shown(),
    LEAVE.shown(),
    TABS,
    ENDS,
    LETTER_LEAVES,
    START_OVER,
    REPAINT,
];

static FILTER: &[Binding] = &[
    STEPS.shown(),
    ENTER.to(|t| t.choose).shown(),
    ESC.shown(),
    PAGES.shown(),
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
    ENTER.shown(),
    ESC.shown(),
    TABS.shown(),
    HELP.shown(),
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
    ENTER.shown(),
    ESC.shown(),
    TABS.shown(),
    BREAK.shown(),
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

static BUTTON: &[Binding] = &[ENTER.shown(), ESC.shown(), TABS.shown(), HELP_HERE.shown(), STEPS, START_OVER, LEAVE, REPAINT];

static CODE: &[Binding] = &[
    ENTER.shown(),
    ESC.shown(),
    HIDE.shown(),
    HELP.shown(),
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
    ENTER.to(|t| t.start).shown(),
    HAND_OFF.shown(),
    ESC.shown(),
    START_OVER.shown(),
    STEPS.to(|t| t.read_on),
    PAGES.to(|t| t.read_on),
    ENDS,
    HELP_HERE,
    LEAVE,
    REPAINT,
];

static REVIEW_OF_LINK: &[Binding] = &[
    ENTER.to(|t| t.show_link).shown(),
    ESC.shown(),
    START_OVER.shown(),
    HELP_HERE.shown(),
    STEPS.to(|t| t.read_on),
    PAGES.to(|t| t.read_on),
    ENDS,
    LEAVE,
    REPAINT,
];

/// A text that may be longer than the screen.
const TOLD: [Binding; 8] = [
    STEPS.over_the_rest().shown(),
    ESC.shown(),
    START_OVER.shown(),
    HELP_HERE.shown(),
    PAGES.over_the_rest(),
    ENDS.over_the_rest(),
    LEAVE,
    REPAINT,
];

/// The same with a binding for Enter.
const fn told(enter: Binding) -> [Binding; 9] {
    let [steps, esc, start_over, help, pages, ends, leave, repaint] = TOLD;
    [enter.shown(), steps, esc, start_over, help, pages, ends, leave, repaint]
}

static HANDED_OFF: &[Binding] = &told(ENTER.to(|t| t.finish));

static WAITING: &[Binding] = &[ESC.to(|t| t.cancel).shown(), START_OVER.shown(), HELP_HERE.shown(), LEAVE, REPAINT];

static RUNNING: &[Binding] = &[ENTER.to(|t| t.end_session).shown(), LEAVE.shown(), HELP_HERE.shown(), REPAINT];

static END_SESSION: &[Binding] = &[ENTER.to(|t| t.end_session).shown(), ESC.to(|t| t.keep_session).shown(), REPAINT];

static ENDED: &[Binding] = &[REPAINT, ANY_KEY.to(|t| t.finish).shown()];

static OUT_OF_SERVICE: &[Binding] = &[STEPS.over_the_rest().shown(), PAGES.over_the_rest(), ENDS.over_the_rest(), REPAINT];

static FAILED_RETRY: &[Binding] = &told(ENTER.to(|t| t.retry));

static FAILED_CHANGE: &[Binding] = &told(ENTER.to(|t| t.change));

static FAILED_STAFF: &[Binding] = &TOLD;

static HELPING: &[Binding] = &[CLOSE_HELP.shown(), SCROLL_HELP.shown(), START_OVER, LEAVE, REPAINT];

static PIN: &[Binding] = &[ENTER.shown(), ESC.shown(), BACKSPACE, ERASE_ALL, REPAINT];

static STILL_THERE: &[Binding] = &[REPAINT, ANY_KEY.shown()];

static TOO_SMALL: &[Binding] = &[START_OVER, LEAVE, REPAINT];

/// The bindings of a context.
pub(super) fn bindings(focus: Focus) -> &'static [Binding] {
    match focus {
        Focus::Menu => MENU,
        Focus::Filter => FILTER,
        Focus::Line => LINE,
        Focus::Lines => LINES,
        Focus::Button => BUTTON,
        Focus::Code => CODE,
        Focus::Review => REVIEW,
        Focus::ReviewOfLink => REVIEW_OF_LINK,
        Focus::HandOff => HANDED_OFF,
        Focus::Waiting => WAITING,
        Focus::Running => RUNNING,
        Focus::EndSession => END_SESSION,
        Focus::Ended => ENDED,
        Focus::OutOfService => OUT_OF_SERVICE,
        Focus::Failed(Remedy::Retry) => FAILED_RETRY,
        Focus::Failed(Remedy::Change) => FAILED_CHANGE,
        Focus::Failed(Remedy::Staff) => FAILED_STAFF,
        Focus::Help => HELPING,
        Focus::Pin => PIN,
        Focus::StillThere => STILL_THERE,
        Focus::TooSmall => TOO_SMALL,
    }
}
