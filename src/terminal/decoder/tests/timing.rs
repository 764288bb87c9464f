//! Bytes belong together by the time between them.

use super::*;

#[test]
fn t4_parts_of_a_sequence_join_within_60_ms_and_are_never_text() {
    for (arrivals, expected) in [
        (&[(0, &b"\x1b"[..]), (60, b"[A")][..], "Up"),
        (&[(0, b"\x1b"), (60, b"["), (120, b"A")], "Up"),
        (
            &[
                (0, b"\x1b["),
                (60, b"1"),
                (120, b";"),
                (180, b"5"),
                (240, b"A"),
            ],
            "Up",
        ),
        (&[(0, b"\x1b"), (50, b"OP")], "Function(1)"),
        (
            &[
                (0, b"\x1b[200"),
                (60, b"~one"),
                (120, b" two\x1b[20"),
                (180, b"1~"),
            ],
            "\"one two\"",
        ),
        // The Esc has acted; the late rest is still not text.
        (&[(0, b"\x1b"), (90, b"[A")], "Esc Up"),
        (&[(0, b"\x1b"), (70, b"[A")], "Esc Up"),
        (&[(0, b"\x1b"), (900, b"["), (960, b"A")], "Esc Up"),
        (&[(0, b"\x1b"), (900, b"OP")], "Esc Function(1)"),
        (&[(0, b"\x1b"), (1001, b"[A")], "Esc Char('[') Char('A')"),
        (&[(0, b"\x1b"), (200, b"x[")], "Esc Char('x') Char('[')"),
        // A late opener belongs to a sequence only if its next byte follows immediately.
        (
            &[(0, b"\x1b"), (70, b"O"), (170, b"s")],
            "Esc Char('O') Char('s')",
        ),
        (
            &[(0, b"\x1b"), (900, b"["), (961, b"A")],
            "Esc Char('[') Char('A')",
        ),
        (&[(0, b"\x1b"), (900, b"O"), (960, b"s")], "Esc"),
        (
            &[(0, b"\x1b"), (900, b"O"), (961, b"s")],
            "Esc Char('O') Char('s')",
        ),
        (&[(0, b"\x1b"), (90, b"O")], "Esc Char('O')"),
        (
            &[
                (0, b"\x1b"),
                (90, b"["),
                (150, b"1"),
                (210, b";5"),
                (270, b"A"),
            ],
            "Esc Up",
        ),
        (&[(0, b"\x1b"), (90, b"[97u")], "Esc"),
        (&[(0, b"\x1b"), (90, b"[200~one\x1b[201~")], "Esc \"one\""),
        // A control or a character belongs to an Esc up to 60 ms before it.
        (&[(0, b"\x1b"), (60, b"\t")], "BackTab"),
        (&[(0, b"\x1b"), (61, b"\t")], "Esc Tab"),
        (&[(0, b"\x1b"), (60, b"\r")], "Alt('\\n')"),
        (&[(0, b"\x1b"), (61, b"\r")], "Esc Enter"),
        (&[(0, b"\x1b"), (60, b"x")], "Alt('x')"),
        (&[(0, b"\x1b"), (61, b"x")], "Esc Char('x')"),
        (&[(0, b"\x1b("), (60, b"B")], ""),
        (&[(0, b"\x1b("), (61, b"B")], "Alt('(') Char('B')"),
        (&[(0, b"\r"), (60, b"\n")], "Enter"),
        (&[(0, b"\r"), (61, b"\n")], "Enter Ctrl('j')"),
        // Silence ends a sequence.
        (&[(0, b"\x1b["), (300, b"A")], "Char('A')"),
        (&[(0, b"\x1b]0;title"), (300, b"A")], "Char('A')"),
        (&[(0, b"\x1b[M!"), (300, b"A")], "Char('A')"),
        (&[(0, b"\x1b[["), (300, b"A")], "Char('A')"),
        (&[(0, b"\x1b]0;title\x1b"), (60, b"\\")], ""),
    ] {
        assert_eq!(names_of_inputs(&inputs(arrivals)), expected, "{arrivals:?}");
    }
}

#[test]
fn t4_a_lone_esc_acts_at_80_ms_and_not_before() {
    let mut decoder = Decoder::new();
    let mut out = Vec::new();
    decoder.feed(milliseconds(1000), b"\x1b", &mut out);
    assert_eq!(decoder.deadline(), Some(milliseconds(1080)));
    decoder.expire(milliseconds(1079), &mut out);
    assert_eq!(out, []);
    decoder.expire(milliseconds(1080), &mut out);
    assert_eq!(out, [Input::Key(press(KeyCode::Esc))]);
    assert_eq!(decoder.deadline(), None);
}

#[test]
fn t4_what_arrived_while_the_program_was_held_up_is_not_taken_for_silence() {
    for (arrivals, expected) in [
        (&[(0, &b"\x1b"[..]), (150, b"[A")][..], "Up"),
        (&[(0, b"\x1b[1;"), (900, b"5A")], "Up"),
        (
            &[(0, b"\x1b[200~one"), (900, b"\rtwo\x1b[201~")],
            "\"one\\ntwo\"",
        ),
        (&[(0, b"\x1b"), (150, b"x")], "Esc Char('x')"),
        (&[(0, b"\x1b"), (150, b"\x1b[A")], "Esc Up"),
    ] {
        let mut decoder = Decoder::new();
        let mut out = Vec::new();
        for (at, bytes) in arrivals {
            // No one called `expire` in between.
            decoder.feed(milliseconds(*at), bytes, &mut out);
        }
        assert_eq!(names_of_inputs(&out), expected, "{arrivals:?}");
    }
}

#[test]
fn t4_f4_letters_typed_soon_after_esc_all_arrive() {
    for text in [
        "Oscar", "Olga", "O'Neil", "Olaf Moe", "O12S4", "[abc", "OOO", "[[",
    ] {
        for pace in [61, 100, 150, 200] {
            for pause in [81, 300, 900] {
                let letters: Vec<[u8; 1]> = text.bytes().map(|byte| [byte]).collect();
                let mut arrivals = vec![(0, &b"\x1b"[..])];
                arrivals.extend(
                    letters
                        .iter()
                        .zip(0..)
                        .map(|(letter, count)| (pause + count * pace, &letter[..])),
                );
                let expected = [vec![Input::Key(press(KeyCode::Esc))], typed(text)].concat();
                assert_eq!(
                    names_of_inputs(&inputs(&arrivals)),
                    names_of_inputs(&expected),
                    "{text} at {pace} ms, {pause} ms after Esc"
                );
            }
        }
    }
}

#[test]
fn t4_f1_a_control_after_esc_is_neither_esc_nor_the_key() {
    for control in
        (0x01..=0x1F).filter(|control| ![b'\t', b'\n', b'\r', CTRL_C, ESC].contains(control))
    {
        assert_eq!(of(&[ESC, control]), "", "Esc and {control:02x}");
        assert_eq!(
            of(&[ESC, control, b'x']),
            "Char('x')",
            "Esc, {control:02x} and an x"
        );
    }
}

#[test]
fn t16_who_types_behind_a_string_that_never_ends_is_heard_within_seconds() {
    for opener in [&b"\x98"[..], b"\x90", b"\x9d", b"\x9e", b"\x9f", b"\x1bX"] {
        let mut arrivals = vec![(0, opener)];
        arrivals.extend((1..120).map(|count| (count * 100, &b"y"[..])));
        let came = inputs(&arrivals);
        assert!(
            came.len() > 15,
            "{} after {}",
            came.len(),
            opener.escape_ascii()
        );
        // A long string on a slow line still produces no input.
        let slow: Vec<(u64, &[u8])> = (1..400)
            .map(|count| (count * 50, &b"0123456789012345"[..]))
            .collect();
        assert_eq!(inputs(&[&[(0, opener)], &slow[..]].concat()), []);
    }
}
