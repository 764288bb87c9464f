//! What a key means where the focus is, and what the footer says of it: one table, so that they cannot disagree.

mod bindings;
mod burst;

pub use burst::{action_in_burst, pace_matters};

use tui_input::InputRequest;

use crate::config::Kiosk;
use crate::failure::Remedy;
use crate::terminal::key::{KeyCode, KeyEvent, ctrl, press, unmodified};
use crate::ui::Look;
use crate::ui::list::Move;
use bindings::{Binding, CONFIRM, bindings, edit};

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
    /// A code, typed into.
    Code,
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
    /// Nothing is offered.
    OutOfService,
    /// A failure, and what can be done about it.
    Failed(Remedy),
    /// The help, over another screen.
    Help,
    /// The staff's PIN, typed into, over another screen.
    Pin,
    /// The question whether somebody is still there.
    StillThere,
    /// Nothing can be shown.
    TooSmall,
}

/// How much of a screen's text is in sight. What leads to the rest is named only where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it: there is nothing to scroll.
    Whole,
    /// A part: keys lead to the rest.
    Part,
}

/// How a person gets out of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// By a key that anybody may strike.
    Open,
    /// Not at all: the kiosk is locked.
    Locked,
    /// By the staff's PIN alone, which `F12` asks for (K10).
    Staffed,
}

impl Door {
    /// The door of this kiosk.
    pub fn of(kiosk: &Kiosk) -> Self {
        match (kiosk.lockdown, &kiosk.staff_pin) {
            (false, _) => Self::Open,
            (true, None) => Self::Locked,
            (true, Some(_)) => Self::Staffed,
        }
    }

    /// Whether this may be done here.
    fn lets(self, action: Action) -> bool {
        match action {
            Action::Leave => self == Self::Open,
            Action::Staff => self == Self::Staffed,
            Action::Screen(_) | Action::Help | Action::ScrollHelp(_) | Action::StartOver | Action::Repaint | Action::Wake => true,
        }
    }
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
    /// Ask for the staff's PIN.
    Staff,
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
    Edit(InputRequest),
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

/// The key that forgets everything, on every screen that can be left by it.
pub(crate) const START_OVER: KeyEvent = press(KeyCode::F(10));

/// So many keys the footer names.
const NAMED_AT_MOST: usize = 4;

/// Whether characters are typed here.
pub fn takes_text(focus: Focus) -> bool {
    match focus {
        Focus::Filter | Focus::Line | Focus::Lines | Focus::Code | Focus::Pin => true,
        Focus::Menu
        | Focus::Button
        | Focus::Review
        | Focus::ReviewOfLink
        | Focus::HandOff
        | Focus::Waiting
        | Focus::Running
        | Focus::EndSession
        | Focus::Ended
        | Focus::OutOfService
        | Focus::Failed(_)
        | Focus::Help
        | Focus::StillThere
        | Focus::TooSmall => false,
    }
}

/// The keys of a place, as far as this door lets them.
fn at(focus: Focus, door: Door) -> impl Iterator<Item = &'static Binding> {
    bindings(focus).iter().filter(move |binding| binding.keys.iter().all(|(_, action)| door.lets(*action)))
}

/// What a key means; none: nothing.
pub fn action(key: KeyEvent, focus: Focus, door: Door) -> Option<Action> {
    let key = meant(key, focus);
    let bound = at(focus, door).flat_map(|binding| binding.keys).find(|(bound, _)| *bound == key);
    if let Some((_, action)) = bound {
        return Some(*action);
    }
    match (focus, unmodified(key)) {
        (Focus::Menu, Some(KeyCode::Char(digit @ '1'..='9'))) => {
            digit.to_digit(10).and_then(|d| u8::try_from(d).ok()).map(|digit| Action::Screen(Wish::Pick(digit)))
        }
        (Focus::StillThere, _) => Some(Action::Wake),
        // Not among the bindings, so that no footer and no help tells customers of it.
        (_, Some(KeyCode::F(12))) if door.lets(Action::Staff) => Some(Action::Staff),
        (Focus::Ended, _) => Some(CONFIRM),
        (_, Some(KeyCode::Char(character))) if takes_text(focus) => Some(edit(InputRequest::InsertChar(character))),
        _ => None,
    }
}

/// A line feed is Enter wherever no line break can be typed: some SSH clients on phones send it (T16).
pub fn meant(key: KeyEvent, focus: Focus) -> KeyEvent {
    if key == ctrl('j') && focus != Focus::Lines { press(KeyCode::Enter) } else { key }
}

/// What the footer says here, most useful first: what each key is called and what it does.
pub fn hints(focus: Focus, extent: Extent, door: Door, look: &Look) -> Vec<(&'static str, &'static str)> {
    let shown = named(focus, extent, door).filter(|binding| binding.in_footer).take(NAMED_AT_MOST);
    shown.map(|binding| ((binding.called)(look), (binding.does)(&look.text.keys))).collect()
}

/// What the help says of the keys here: all of them.
pub fn explained(focus: Focus, extent: Extent, door: Door, look: &Look) -> Vec<(&'static str, &'static str)> {
    named(focus, extent, door).map(|binding| ((binding.called)(look), (binding.does)(&look.text.keys))).collect()
}

fn named(focus: Focus, extent: Extent, door: Door) -> impl Iterator<Item = &'static Binding> {
    at(focus, door).filter(move |binding| extent == Extent::Part || !binding.to_the_rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::key::alt;

    const ALL: [Focus; 21] = [
        Focus::Menu,
        Focus::Filter,
        Focus::Line,
        Focus::Lines,
        Focus::Button,
        Focus::Code,
        Focus::Review,
        Focus::ReviewOfLink,
        Focus::HandOff,
        Focus::Waiting,
        Focus::Running,
        Focus::EndSession,
        Focus::Ended,
        Focus::OutOfService,
        Focus::Pin,
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
            // What is crowded out where a text does not fit is none that leads to the rest of it.
            let named = bindings(focus).iter().filter(|binding| binding.in_footer && !binding.to_the_rest).count();
            assert!(named <= 4, "{focus:?} names {named}");
            let crowded: Vec<_> = bindings(focus).iter().filter(|binding| binding.in_footer).skip(NAMED_AT_MOST).collect();
            assert!(crowded.iter().all(|binding| !binding.to_the_rest), "{focus:?} says nothing of the rest");
        }
    }

    #[test]
    fn no_key_has_two_meanings_in_one_place() {
        for focus in ALL {
            let keys: Vec<KeyEvent> = bindings(focus).iter().flat_map(|binding| binding.keys).map(|(key, _)| *key).collect();
            for (position, key) in keys.iter().enumerate() {
                assert!(!keys[..position].contains(key), "{key:?} stands twice in {focus:?}");
            }
        }
    }

    #[test]
    fn every_letter_and_digit_can_be_typed_wherever_text_is() {
        for focus in ALL.into_iter().filter(|focus| takes_text(*focus)) {
            for character in ['j', 'k', 'q', 'o', '1', '9', '?', 'é', '李', ' '] {
                assert_eq!(
                    action(press(KeyCode::Char(character)), focus, Door::Locked),
                    Some(edit(InputRequest::InsertChar(character))),
                    "{focus:?}"
                );
            }
        }
    }

    #[test]
    fn k1_no_key_leaves_a_locked_kiosk() {
        let letters =
            (' '..='~').flat_map(|character| [press(KeyCode::Char(character)), ctrl(character), alt(KeyCode::Char(character))]);
        let named = [
            press(KeyCode::Enter),
            press(KeyCode::Esc),
            press(KeyCode::Tab),
            press(KeyCode::BackTab),
            press(KeyCode::Backspace),
            press(KeyCode::Delete),
            press(KeyCode::Home),
            press(KeyCode::End),
        ];
        let keys: Vec<KeyEvent> = letters.chain(named).chain((1..=35).map(|number| press(KeyCode::F(number)))).collect();
        for focus in ALL {
            assert!(keys.iter().all(|key| action(*key, focus, Door::Locked) != Some(Action::Leave)), "{focus:?}");
            assert!(at(focus, Door::Locked).all(|binding| binding.keys.iter().all(|(_, action)| *action != Action::Leave)));
        }
        assert_eq!(action(press(KeyCode::Char('q')), Focus::Menu, Door::Open), Some(Action::Leave));
    }

    #[test]
    fn any_key_answers_the_still_there_question() {
        for key in [
            press(KeyCode::Char('x')),
            press(KeyCode::Enter),
            press(KeyCode::Esc),
            press(KeyCode::F(5)),
            ctrl('c'),
            press(KeyCode::Up),
        ] {
            assert_eq!(action(key, Focus::StillThere, Door::Locked), Some(Action::Wake));
        }
    }
}
