//! What a key means where the focus is, and what the footer says of it: one table, so that they cannot disagree.

use crate::failure::Remedy;
use crate::terminal::key::Key;
use crate::text;
use crate::ui::Look;
use crate::ui::list::Move;

/// Where keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// A short menu whose items have digits.
    Menu,
    /// A list that typing filters.
    Filter,
    /// The review, before anything is sent.
    Review,
    /// Something is under way that can be cancelled.
    Waiting,
    /// The client runs.
    Running,
    /// A failure, and what can be done about it.
    Failed(Remedy),
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
    /// The focus elsewhere.
    Move(Move),
    /// Go on.
    Confirm,
    /// One step back, all that was typed kept.
    Back,
    /// A change to what is typed.
    Edit(Edit),
}

/// A change to typed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A character more.
    Type(char),
    /// The last character away.
    EraseLetter,
    /// The last word away.
    EraseWord,
    /// All of it away.
    EraseAll,
}

/// Keys that belong together, and their place in the footer, if they have one.
struct Binding {
    keys: &'static [(Key, Action)],
    hint: Option<Hint>,
}

/// What the footer says of a binding.
struct Hint {
    key: fn(&Look) -> &'static str,
    does: fn(&text::Keys) -> &'static str,
}

const fn shown(keys: &'static [(Key, Action)], key: fn(&Look) -> &'static str, does: fn(&text::Keys) -> &'static str) -> Binding {
    Binding { keys, hint: Some(Hint { key, does }) }
}

const fn silent(keys: &'static [(Key, Action)]) -> Binding {
    Binding { keys, hint: None }
}

const fn go(movement: Move) -> Action {
    Action::Screen(Wish::Move(movement))
}

const fn edit(edit: Edit) -> Action {
    Action::Screen(Wish::Edit(edit))
}

const STEPS: &[(Key, Action)] = &[(Key::Up, go(Move::Up)), (Key::Down, go(Move::Down))];
const TABS: &[(Key, Action)] = &[(Key::BackTab, go(Move::Up)), (Key::Tab, go(Move::Down))];
const PAGES: &[(Key, Action)] = &[(Key::PageUp, go(Move::PageUp)), (Key::PageDown, go(Move::PageDown))];
const ENDS: &[(Key, Action)] = &[(Key::Home, go(Move::First)), (Key::End, go(Move::Last))];
const ENTER: &[(Key, Action)] = &[(Key::Enter, Action::Screen(Wish::Confirm))];
const ESC: &[(Key, Action)] = &[(Key::Esc, Action::Screen(Wish::Back))];
const ERASE: &[(Key, Action)] =
    &[(Key::Backspace, edit(Edit::EraseLetter)), (Key::Ctrl('w'), edit(Edit::EraseWord)), (Key::Ctrl('u'), edit(Edit::EraseAll))];
const REPAINT: &[(Key, Action)] = &[(Key::Ctrl('l'), Action::Repaint)];
const LEAVE: &[(Key, Action)] = &[(Key::Ctrl('c'), Action::Leave), (Key::Ctrl('q'), Action::Leave)];
const LETTER_LEAVES: &[(Key, Action)] = &[(Key::Char('q'), Action::Leave)];
const START_OVER: &[(Key, Action)] = &[(Key::Function(10), Action::StartOver)];

fn enter(look: &Look) -> &'static str {
    look.text.keys.enter
}

fn escape(look: &Look) -> &'static str {
    look.text.keys.escape
}

fn up_down(look: &Look) -> &'static str {
    look.signs.up_down
}

fn ctrl_c(look: &Look) -> &'static str {
    look.text.keys.ctrl_c
}

fn f10(look: &Look) -> &'static str {
    look.text.keys.f10
}

static MENU: &[Binding] = &[
    shown(STEPS, up_down, |t| t.move_focus),
    shown(ENTER, enter, |t| t.choose),
    silent(TABS),
    silent(ENDS),
    silent(LETTER_LEAVES),
    shown(LEAVE, ctrl_c, |t| t.leave),
    silent(REPAINT),
];

static FILTER: &[Binding] = &[
    shown(STEPS, up_down, |t| t.move_focus),
    shown(ENTER, enter, |t| t.choose),
    shown(ESC, escape, |t| t.back),
    shown(PAGES, |look| look.text.keys.page_up_down, |t| t.pages),
    silent(TABS),
    silent(ENDS),
    silent(ERASE),
    silent(START_OVER),
    silent(LEAVE),
    silent(REPAINT),
];

static REVIEW: &[Binding] = &[
    shown(ENTER, enter, |t| t.start),
    shown(ESC, escape, |t| t.back),
    shown(START_OVER, f10, |t| t.start_over),
    silent(LEAVE),
    silent(REPAINT),
];

static WAITING: &[Binding] =
    &[shown(ESC, escape, |t| t.cancel), shown(START_OVER, f10, |t| t.start_over), silent(LEAVE), silent(REPAINT)];

static RUNNING: &[Binding] = &[shown(LEAVE, ctrl_c, |t| t.leave), silent(REPAINT)];

static FAILED_RETRY: &[Binding] = &[
    shown(ENTER, enter, |t| t.retry),
    shown(ESC, escape, |t| t.back),
    shown(START_OVER, f10, |t| t.start_over),
    silent(LEAVE),
    silent(REPAINT),
];

static FAILED_CHANGE: &[Binding] = &[
    shown(ENTER, enter, |t| t.change),
    shown(ESC, escape, |t| t.back),
    shown(START_OVER, f10, |t| t.start_over),
    silent(LEAVE),
    silent(REPAINT),
];

static FAILED_STAFF: &[Binding] =
    &[shown(ESC, escape, |t| t.back), shown(START_OVER, f10, |t| t.start_over), silent(LEAVE), silent(REPAINT)];

/// Any key at all means one thing here; the footer names it.
static STILL_THERE: &[Binding] = &[silent(REPAINT), shown(&[], |look| look.text.keys.any_key, |t| t.stay)];

static TOO_SMALL: &[Binding] = &[silent(START_OVER), silent(LEAVE), silent(REPAINT)];

fn bindings(focus: Focus) -> &'static [Binding] {
    match focus {
        Focus::Menu => MENU,
        Focus::Filter => FILTER,
        Focus::Review => REVIEW,
        Focus::Waiting => WAITING,
        Focus::Running => RUNNING,
        Focus::Failed(Remedy::Retry) => FAILED_RETRY,
        Focus::Failed(Remedy::Change) => FAILED_CHANGE,
        Focus::Failed(Remedy::Staff) => FAILED_STAFF,
        Focus::StillThere => STILL_THERE,
        Focus::TooSmall => TOO_SMALL,
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
        (None, Focus::Filter, Key::Char(character)) => Some(edit(Edit::Type(character))),
        (None, Focus::StillThere, _) => Some(Action::Wake),
        (None, _, _) => None,
    }
}

/// What the footer says here, most useful first: what each key is called and what it does.
pub fn hints(focus: Focus, look: &Look) -> Vec<(&'static str, &'static str)> {
    let hints = bindings(focus).iter().filter_map(|binding| binding.hint.as_ref());
    hints.map(|hint| ((hint.key)(look), (hint.does)(&look.text.keys))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Focus; 10] = [
        Focus::Menu,
        Focus::Filter,
        Focus::Review,
        Focus::Waiting,
        Focus::Running,
        Focus::Failed(Remedy::Retry),
        Focus::Failed(Remedy::Change),
        Focus::Failed(Remedy::Staff),
        Focus::StillThere,
        Focus::TooSmall,
    ];

    #[test]
    fn the_footer_names_at_most_four_keys() {
        for focus in ALL {
            let named = bindings(focus).iter().filter(|binding| binding.hint.is_some()).count();
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
    fn every_letter_and_digit_can_be_typed_into_a_filter() {
        for character in ['j', 'k', 'q', '1', '9', '?', 'é', '李', ' '] {
            assert_eq!(action(Key::Char(character), Focus::Filter), Some(edit(Edit::Type(character))));
        }
    }

    #[test]
    fn any_key_answers_the_still_there_question() {
        for key in [Key::Char('x'), Key::Enter, Key::Esc, Key::Function(5), Key::Ctrl('c'), Key::Up] {
            assert_eq!(action(key, Focus::StillThere), Some(Action::Wake));
        }
    }
}
