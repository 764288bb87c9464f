//! What a key means where the focus is, and what the footer says of it: one table, so that they cannot disagree.

mod bindings;

use crate::failure::Remedy;
use crate::terminal::key::Key;
use crate::ui::Look;
use crate::ui::field::Edit;
use crate::ui::list::Move;
use bindings::{CONFIRM, bindings, edit};

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
