//! What a key means where the focus is, and what the footer says of it: one table, so that they cannot disagree.

use crate::failure::Remedy;
use crate::terminal::key::Key;
use crate::text;
use crate::ui::Look;
use crate::ui::field::Edit;
use crate::ui::list::Move;

/// Where keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// A short menu whose items have digits.
    Menu,
    /// A list that typing filters.
    Filter,
    /// A field of one line, typed into.
    Line,
    /// A field of several lines, typed into.
    Lines,
    /// Something that Enter does, among fields.
    Button,
    /// The session key, typed into.
    Key,
    /// The review, before anything is sent.
    Review,
    /// The review where nothing is sent from here: Enter shows the link.
    ReviewOfLink,
    /// The link to go on with at another device.
    HandOff,
    /// Something is under way that can be cancelled.
    Waiting,
    /// The client runs.
    Running,
    /// The question whether to end the client.
    EndSession,
    /// The client has ended.
    Ended,
    /// A failure, and what can be done about it.
    Failed(Remedy),
    /// The help, over another screen.
    Help,
    /// The question whether somebody is still there.
    StillThere,
    /// Nothing can be shown.
    TooSmall,
}

/// What a key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Something for the screen that is shown.
    Screen(Wish),
    /// Open the help, or close it.
    Help,
    /// Another part of the help.
    ScrollHelp(Move),
    /// Forget everything, back to the start.
    StartOver,
    /// Leave the program.
    Leave,
    /// Draw everything anew.
    Repaint,
    /// "I am here": nothing else.
    Wake,
}

/// What a person wants of a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The item with this digit.
    Pick(u8),
    /// The focus elsewhere; in a text that does not fit, another part of it.
    Move(Move),
    /// The next stop, or the one before, whatever stands between.
    Skip(Skip),
    /// Go on.
    Confirm,
    /// One step back, all that was typed kept.
    Back,
    /// A change to what is typed.
    Edit(Edit),
    /// Show the session key no more, or again.
    Hide,
    /// Go on at another device.
    HandOff,
}

/// To which stop Tab leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skip {
    /// The next.
    Next,
    /// The one before.
    Previous,
}

/// Keys that belong together: what they mean, what they are called, what they do, and whether the footer says so. The
/// help says it of all of them.
struct Binding {
    keys: &'static [(Key, Action)],
    called: fn(&Look) -> &'static str,
    does: fn(&text::Keys) -> &'static str,
    in_footer: bool,
}

impl Binding {
    /// The same, named in the footer.
    const fn shown(self) -> Self {
        Self { in_footer: true, ..self }
    }

    /// The same, said to do something else.
    const fn to(self, does: fn(&text::Keys) -> &'static str) -> Self {
        Self { does, ..self }
    }
}

const fn binding(
    keys: &'static [(Key, Action)],
    called: fn(&Look) -> &'static str,
    does: fn(&text::Keys) -> &'static str,
) -> Binding {
    Binding { keys, called, does, in_footer: false }
}

const fn go(movement: Move) -> Action {
    Action::Screen(Wish::Move(movement))
}

const fn edit(edit: Edit) -> Action {
    Action::Screen(Wish::Edit(edit))
}

const fn skip(to: Skip) -> Action {
    Action::Screen(Wish::Skip(to))
}

const CONFIRM: Action = Action::Screen(Wish::Confirm);
const BACK: Action = Action::Screen(Wish::Back);

const STEPS: Binding = binding(&[(Key::Up, go(Move::Up)), (Key::Down, go(Move::Down))], |l| l.signs.up_down, |t| t.move_focus);
const TABS: Binding =
    binding(&[(Key::Tab, skip(Skip::Next)), (Key::BackTab, skip(Skip::Previous))], |l| l.text.keys.tab, |t| t.next_stop);
const PAGES: Binding =
    binding(&[(Key::PageUp, go(Move::PageUp)), (Key::PageDown, go(Move::PageDown))], |l| l.text.keys.page_up_down, |t| t.pages);
const ENDS: Binding =
    binding(&[(Key::Home, go(Move::First)), (Key::End, go(Move::Last))], |l| l.text.keys.home_end, |t| t.first_last);
const ENTER: Binding = binding(&[(Key::Enter, CONFIRM)], |l| l.text.keys.enter, |t| t.go_on);
const ESC: Binding = binding(&[(Key::Esc, BACK)], |l| l.text.keys.escape, |t| t.back);
const BACKSPACE: Binding = binding(&[(Key::Backspace, edit(Edit::EraseLetter))], |l| l.text.keys.backspace, |t| t.erase_letter);
const DELETE: Binding = binding(&[(Key::Delete, edit(Edit::EraseNext))], |l| l.text.keys.delete, |t| t.erase_next);
const ERASE_WORD: Binding = binding(&[(Key::Ctrl('w'), edit(Edit::EraseWord))], |l| l.text.keys.ctrl_w, |t| t.erase_word);
const ERASE_ALL: Binding = binding(&[(Key::Ctrl('u'), edit(Edit::EraseAll))], |l| l.text.keys.ctrl_u, |t| t.erase_all);
const CARET: Binding =
    binding(&[(Key::Left, edit(Edit::Left)), (Key::Right, edit(Edit::Right))], |l| l.signs.left_right, |t| t.move_caret);
const CARET_ENDS: Binding =
    binding(&[(Key::Home, edit(Edit::ToStart)), (Key::End, edit(Edit::ToEnd))], |l| l.text.keys.home_end, |t| t.first_last);
const BREAK: Binding = binding(
    &[(Key::Alt('\n'), edit(Edit::Break)), (Key::Ctrl('j'), edit(Edit::Break))],
    |l| l.text.keys.alt_enter,
    |t| t.line_break,
);
const HIDE: Binding = binding(&[(Key::Function(6), Action::Screen(Wish::Hide))], |l| l.text.keys.f6, |t| t.hide);
const HAND_OFF: Binding = binding(&[(Key::Char('o'), Action::Screen(Wish::HandOff))], |l| l.text.keys.letter_o, |t| t.hand_off);
const HELP: Binding = binding(&[(Key::Function(1), Action::Help)], |l| l.text.keys.f1, |t| t.help);
/// Where nothing is typed the question mark helps too.
const HELP_HERE: Binding =
    binding(&[(Key::Function(1), Action::Help), (Key::Char('?'), Action::Help)], |l| l.text.keys.f1, |t| t.help);
const START_OVER: Binding = binding(&[(Key::Function(10), Action::StartOver)], |l| l.text.keys.f10, |t| t.start_over);
const REPAINT: Binding = binding(&[(Key::Ctrl('l'), Action::Repaint)], |l| l.text.keys.ctrl_l, |t| t.repaint);
const LEAVE: Binding =
    binding(&[(Key::Ctrl('c'), Action::Leave), (Key::Ctrl('q'), Action::Leave)], |l| l.text.keys.ctrl_c, |t| t.leave);
const LETTER_LEAVES: Binding = binding(&[(Key::Char('q'), Action::Leave)], |l| l.text.keys.letter_q, |t| t.leave);
const SCROLL_HELP: Binding = binding(
    &[
        (Key::Up, Action::ScrollHelp(Move::Up)),
        (Key::Down, Action::ScrollHelp(Move::Down)),
        (Key::PageUp, Action::ScrollHelp(Move::PageUp)),
        (Key::PageDown, Action::ScrollHelp(Move::PageDown)),
    ],
    |l| l.signs.up_down,
    |t| t.move_focus,
);
const CLOSE_HELP: Binding = binding(
    &[(Key::Esc, Action::Help), (Key::Enter, Action::Help), (Key::Function(1), Action::Help), (Key::Char('?'), Action::Help)],
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
    TABS.shown(),
    ENTER.shown(),
    ESC.shown(),
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
    TABS.shown(),
    ENTER.shown(),
    ESC.shown(),
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

static BUTTON: &[Binding] = &[TABS.shown(), ENTER.shown(), ESC.shown(), HELP_HERE.shown(), STEPS, START_OVER, LEAVE, REPAINT];

static KEY: &[Binding] = &[
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
    LEAVE,
    REPAINT,
];

static HANDED_OFF: &[Binding] =
    &[ENTER.to(|t| t.finish).shown(), ESC.shown(), START_OVER.shown(), HELP_HERE.shown(), LEAVE, REPAINT];

static WAITING: &[Binding] = &[ESC.to(|t| t.cancel).shown(), START_OVER.shown(), HELP_HERE.shown(), LEAVE, REPAINT];

static RUNNING: &[Binding] = &[ENTER.to(|t| t.end_session).shown(), LEAVE.shown(), HELP_HERE.shown(), REPAINT];

static END_SESSION: &[Binding] = &[ENTER.to(|t| t.end_session).shown(), ESC.to(|t| t.keep_session).shown(), REPAINT];

static ENDED: &[Binding] = &[REPAINT, ANY_KEY.to(|t| t.finish).shown()];

static FAILED_RETRY: &[Binding] =
    &[ENTER.to(|t| t.retry).shown(), ESC.shown(), START_OVER.shown(), HELP_HERE.shown(), LEAVE, REPAINT];

static FAILED_CHANGE: &[Binding] =
    &[ENTER.to(|t| t.change).shown(), ESC.shown(), START_OVER.shown(), HELP_HERE.shown(), LEAVE, REPAINT];

static FAILED_STAFF: &[Binding] = &[ESC.shown(), START_OVER.shown(), HELP_HERE.shown(), LEAVE, REPAINT];

static HELPING: &[Binding] = &[CLOSE_HELP.shown(), SCROLL_HELP.shown(), START_OVER, LEAVE, REPAINT];

static STILL_THERE: &[Binding] = &[REPAINT, ANY_KEY.shown()];

static TOO_SMALL: &[Binding] = &[START_OVER, LEAVE, REPAINT];

fn bindings(focus: Focus) -> &'static [Binding] {
    match focus {
        Focus::Menu => MENU,
        Focus::Filter => FILTER,
        Focus::Line => LINE,
        Focus::Lines => LINES,
        Focus::Button => BUTTON,
        Focus::Key => KEY,
        Focus::Review => REVIEW,
        Focus::ReviewOfLink => REVIEW_OF_LINK,
        Focus::HandOff => HANDED_OFF,
        Focus::Waiting => WAITING,
        Focus::Running => RUNNING,
        Focus::EndSession => END_SESSION,
        Focus::Ended => ENDED,
        Focus::Failed(Remedy::Retry) => FAILED_RETRY,
        Focus::Failed(Remedy::Change) => FAILED_CHANGE,
        Focus::Failed(Remedy::Staff) => FAILED_STAFF,
        Focus::Help => HELPING,
        Focus::StillThere => STILL_THERE,
        Focus::TooSmall => TOO_SMALL,
    }
}

/// Whether characters are typed here.
pub fn takes_text(focus: Focus) -> bool {
    match focus {
        Focus::Filter | Focus::Line | Focus::Lines | Focus::Key => true,
        Focus::Menu
        | Focus::Button
        | Focus::Review
        | Focus::ReviewOfLink
        | Focus::HandOff
        | Focus::Waiting
        | Focus::Running
        | Focus::EndSession
        | Focus::Ended
        | Focus::Failed(_)
        | Focus::Help
        | Focus::StillThere
        | Focus::TooSmall => false,
    }
}

/// What a key means; none: nothing.
pub fn action(key: Key, focus: Focus) -> Option<Action> {
    let bound = bindings(focus).iter().flat_map(|binding| binding.keys).find(|(bound, _)| *bound == key);
    match (bound, focus, key) {
        (Some((_, action)), _, _) => Some(*action),
        (None, Focus::Menu, Key::Char(digit @ '1'..='9')) => {
            digit.to_digit(10).and_then(|d| u8::try_from(d).ok()).map(|digit| Action::Screen(Wish::Pick(digit)))
        }
        (None, Focus::StillThere, _) => Some(Action::Wake),
        (None, Focus::Ended, _) => Some(CONFIRM),
        (None, _, Key::Char(character)) if takes_text(focus) => Some(edit(Edit::Type(character))),
        (None, _, _) => None,
    }
}

/// What the footer says here, most useful first: what each key is called and what it does.
pub fn hints(focus: Focus, look: &Look) -> Vec<(&'static str, &'static str)> {
    let shown = bindings(focus).iter().filter(|binding| binding.in_footer);
    shown.map(|binding| ((binding.called)(look), (binding.does)(&look.text.keys))).collect()
}

/// What the help says of the keys here: all of them.
pub fn explained(focus: Focus, look: &Look) -> Vec<(&'static str, &'static str)> {
    bindings(focus).iter().map(|binding| ((binding.called)(look), (binding.does)(&look.text.keys))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Focus; 19] = [
        Focus::Menu,
        Focus::Filter,
        Focus::Line,
        Focus::Lines,
        Focus::Button,
        Focus::Key,
        Focus::Review,
        Focus::ReviewOfLink,
        Focus::HandOff,
        Focus::Waiting,
        Focus::Running,
        Focus::EndSession,
        Focus::Ended,
        Focus::Help,
        Focus::Failed(Remedy::Retry),
        Focus::Failed(Remedy::Change),
        Focus::Failed(Remedy::Staff),
        Focus::StillThere,
        Focus::TooSmall,
    ];

    #[test]
    fn the_footer_names_at_most_four_keys() {
        for focus in ALL {
            let named = bindings(focus).iter().filter(|binding| binding.in_footer).count();
            assert!(named <= 4, "{focus:?} names {named}");
        }
    }

    #[test]
    fn no_key_has_two_meanings_in_one_place() {
        for focus in ALL {
            let keys: Vec<Key> = bindings(focus).iter().flat_map(|binding| binding.keys).map(|(key, _)| *key).collect();
            for (position, key) in keys.iter().enumerate() {
                assert!(!keys[..position].contains(key), "{key:?} stands twice in {focus:?}");
            }
        }
    }

    #[test]
    fn every_letter_and_digit_can_be_typed_wherever_text_is() {
        for focus in ALL.into_iter().filter(|focus| takes_text(*focus)) {
            for character in ['j', 'k', 'q', 'o', '1', '9', '?', 'é', '李', ' '] {
                assert_eq!(action(Key::Char(character), focus), Some(edit(Edit::Type(character))), "{focus:?}");
            }
        }
    }

    #[test]
    fn any_key_answers_the_still_there_question() {
        for key in [Key::Char('x'), Key::Enter, Key::Esc, Key::Function(5), Key::Ctrl('c'), Key::Up] {
            assert_eq!(action(key, Focus::StillThere), Some(Action::Wake));
        }
    }
}
