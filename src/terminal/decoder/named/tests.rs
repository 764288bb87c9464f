use super::*;
use crate::terminal::key::ctrl;

fn of(sequence: &str) -> Option<KeyEvent> {
    let (last, middle) = sequence.as_bytes().split_last().expect("a last byte");
    key_codes::csi(middle, *last)
}

#[expect(clippy::too_many_lines, reason = "a table of cases")]
#[test]
fn t14_every_form_of_a_named_key_is_that_key() {
    for (forms, key) in [
        (
            &[
                "13u",
                "13;1u",
                "13;2u",
                "13;1:1u",
                "13;1:2u",
                "57414u",
                "27;5;13~",
                "13;28;13;1;0;1_",
            ][..],
            press(KeyCode::Enter),
        ),
        (
            &["13;3u", "27;3;13~", "13;28;13;1;2;1_"],
            alt(KeyCode::Enter),
        ),
        (
            &["27u", "27;1u", "91;5u", "27;5;91~", "27;1;27;1;0;1_"],
            press(KeyCode::Esc),
        ),
        (
            &["9u", "105;5u", "27;5;105~", "9;15;9;1;0;1_"],
            press(KeyCode::Tab),
        ),
        (
            &["9;2u", "9;2:1u", "27;2;9~", "9;15;9;1;16;1_"],
            press(KeyCode::BackTab),
        ),
        (
            &["127u", "127;5u", "8u", "104;5u", "8;14;8;1;0;1_"],
            press(KeyCode::Backspace),
        ),
        (
            &[
                "99;5u",
                "99:67;6u",
                "1089::99;5u",
                "27;5;99~",
                "67;46;3;1;8;1_",
                "67;46;3;1;4;1_",
            ],
            ctrl('c'),
        ),
        (&["106;5u", "27;5;106~", "74;36;10;1;8;1_"], ctrl('j')),
        (
            &[
                "97u",
                "97;1u",
                "97;1:2u",
                "97;129u",
                "97;;97u",
                "27;1;97~",
                "65;30;97;1;0;1_",
                ";;97;1_",
            ],
            press(KeyCode::Char('a')),
        ),
        (
            &[
                "97:65;2u",
                "97;2u",
                "97;65u",
                "97;2;65u",
                "27;2;65~",
                "65;30;65;1;16;1_",
            ],
            press(KeyCode::Char('A')),
        ),
        (
            &["50:64;2u", "50;2;64u", "27;2;64~", "50;3;64;1;16;1_"],
            press(KeyCode::Char('@')),
        ),
        (
            &["101;;8364u", "8364u", "69;18;8364;1;9;1_"],
            press(KeyCode::Char('€')),
        ),
        (
            &["97;3u", "97;33u", "27;3;97~", "65;30;97;1;2;1_"],
            alt(KeyCode::Char('a')),
        ),
        (
            &["57400u", "57400;129u", "97;30;49;1_"],
            press(KeyCode::Char('1')),
        ),
        (
            &["1;1:1B", "1;5:2B", "57420u", "40;80;0;1;256;1_"],
            press(KeyCode::Down),
        ),
        (
            &["1;1:1H", "57423u", "36;71;0;1;256;1_"],
            press(KeyCode::Home),
        ),
        (
            &["3;1:1~", "57426u", "46;83;0;1;256;1_"],
            press(KeyCode::Delete),
        ),
        (
            &["1;1:1P", "11;1:1~", "112;59;0;1;0;1_"],
            press(KeyCode::F(1)),
        ),
        (&["24;1:1~", "123;88;0;1;0;1_"], press(KeyCode::F(12))),
    ] {
        for form in forms {
            assert_eq!(of(form), Some(key), "CSI {form}");
        }
    }
}

#[test]
fn t14_a_key_that_comes_up_and_one_that_no_screen_knows_are_none() {
    for form in [
        "13;1:3u",
        "97;1:3u",
        "1;1:3B",
        "3;1:3~",
        "27;1;27;0;0;1_",
        "65;30;97;0;0;1_",
        "16;42;0;1;16;1_",
        "_",
        "u",
        "97;9u",
        "97;17u",
        "97;7u",
        "57441u",
        "57358u",
        "1114112u",
        "55296u",
        "155u",
        "99999999999u",
        "+97u",
        "?1u",
        ">1u",
        "<1u",
        "27;5~",
        "27;2;155~",
        "0;0;155;1;0;1_",
        "0;0;55357;1;0;1_",
        "1;2;3;4;5;6;7_",
    ] {
        assert_eq!(of(form), None, "CSI {form}");
    }
}
