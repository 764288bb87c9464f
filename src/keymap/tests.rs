use super::*;
use crate::terminal::key::alt;

const ALL: [KeyContext; 21] = [
    KeyContext::Menu,
    KeyContext::Filter,
    KeyContext::Line,
    KeyContext::Lines,
    KeyContext::Button,
    KeyContext::Code,
    KeyContext::Review,
    KeyContext::ReviewOfLink,
    KeyContext::HandOff,
    KeyContext::Waiting,
    KeyContext::Running,
    KeyContext::EndSession,
    KeyContext::Ended,
    KeyContext::OutOfService,
    KeyContext::Pin,
    KeyContext::Help,
    KeyContext::Failed(Remedy::Retry),
    KeyContext::Failed(Remedy::Change),
    KeyContext::Failed(Remedy::Staff),
    KeyContext::StillThere,
    KeyContext::TooSmall,
];

#[test]
fn the_footer_names_at_most_four_keys() {
    for focus in ALL {
        // The keys that the footer drops when a text does not fit must not be the scroll keys.
        let named = bindings(focus)
            .iter()
            .filter(|binding| binding.in_footer && !binding.scroll_only)
            .count();
        assert!(named <= 4, "{focus:?} names {named}");
        let crowded: Vec<_> = bindings(focus)
            .iter()
            .filter(|binding| binding.in_footer)
            .skip(MAX_NAMED)
            .collect();
        assert!(
            crowded.iter().all(|binding| !binding.scroll_only),
            "{focus:?} names no key to scroll"
        );
    }
}

#[test]
fn no_key_has_two_meanings_in_one_place() {
    for focus in ALL {
        let keys: Vec<KeyEvent> = bindings(focus)
            .iter()
            .flat_map(|binding| binding.keys)
            .map(|(key, _)| *key)
            .collect();
        for (position, key) in keys.iter().enumerate() {
            assert!(
                !keys[..position].contains(key),
                "{key:?} is bound twice in {focus:?}"
            );
        }
    }
}

#[test]
fn every_letter_and_digit_can_be_typed_wherever_text_is() {
    for focus in ALL.into_iter().filter(|focus| takes_text(*focus)) {
        for character in ['j', 'k', 'q', 'o', '1', '9', '?', 'é', '李', ' '] {
            assert_eq!(
                action(press(KeyCode::Char(character)), focus, ExitPolicy::Locked),
                Some(edit(InputRequest::InsertChar(character))),
                "{focus:?}"
            );
        }
    }
}

#[test]
fn k1_no_key_leaves_a_locked_kiosk() {
    let letters = (' '..='~').flat_map(|character| {
        [
            press(KeyCode::Char(character)),
            ctrl(character),
            alt(KeyCode::Char(character)),
        ]
    });
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
    let keys: Vec<KeyEvent> = letters
        .chain(named)
        .chain((1..=35).map(|number| press(KeyCode::F(number))))
        .collect();
    for focus in ALL {
        assert!(
            keys.iter()
                .all(|key| action(*key, focus, ExitPolicy::Locked) != Some(Action::Leave)),
            "{focus:?}"
        );
        assert!(bindings_in(focus, ExitPolicy::Locked).all(|binding| {
            binding
                .keys
                .iter()
                .all(|(_, action)| *action != Action::Leave)
        }));
    }
    assert_eq!(
        action(
            press(KeyCode::Char('q')),
            KeyContext::Menu,
            ExitPolicy::Anyone
        ),
        Some(Action::Leave)
    );
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
        assert_eq!(
            action(key, KeyContext::StillThere, ExitPolicy::Locked),
            Some(Action::Wake)
        );
    }
}
