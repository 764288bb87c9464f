use proptest::prelude::*;

use super::sequence::MAX_SEQUENCE;
use super::*;
use crate::terminal::key::named;

mod never_text;
mod timing;

/// Bytes with their arrival times in milliseconds.
type Arrivals<'a> = &'a [(u64, &'a [u8])];

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// The input that results from these arrivals. Each deadline is kept, up to two seconds after the
/// last.
fn inputs(arrivals: Arrivals<'_>) -> Vec<Input> {
    let mut decoder = Decoder::new();
    let mut out = Vec::new();
    let end = arrivals.last().map_or(0, |(at, _)| at + 2000);
    for (at, bytes) in arrivals.iter().copied().chain([(end, &b""[..])]) {
        while let Some(deadline) = decoder
            .deadline()
            .filter(|deadline| *deadline < milliseconds(at))
        {
            decoder.expire(deadline, &mut out);
        }
        decoder.feed(milliseconds(at), bytes, &mut out);
    }
    out
}

/// Short names of keys; a paste as quoted text.
fn names_of_inputs(inputs: &[Input]) -> String {
    let words = inputs.iter().map(|input| match input {
        Input::Key(key) => named(*key),
        Input::Burst { .. } => "a burst".to_owned(),
        Input::Paste(text) => format!("{:?}", text.as_str()),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn of(bytes: &[u8]) -> String {
    names_of_inputs(&inputs(&[(0, bytes)]))
}

fn typed(text: &str) -> Vec<Input> {
    text.chars()
        .map(|character| Input::Key(press(KeyCode::Char(character))))
        .collect()
}

#[test]
fn every_key_is_known_by_every_form_of_it() {
    for (forms, key) in [
        (
            &[
                "\x1b[A",
                "\x1bOA",
                "\x1b[1;5A",
                "\x1b[a",
                "\x1bOa",
                "\x1b[1;2A",
            ][..],
            "Up",
        ),
        (&["\x1b[B", "\x1bOB", "\x1b[1;3B", "\x1b[b"], "Down"),
        (&["\x1b[C", "\x1bOC", "\x1b[1;129C", "\x1b[c"], "Right"),
        (&["\x1b[D", "\x1bOD", "\x1b[5D", "\x1bOd"], "Left"),
        (
            &[
                "\x1b[H",
                "\x1b[1~",
                "\x1b[7~",
                "\x1bOH",
                "\x1b[1;5H",
                "\x1b[7^",
            ],
            "Home",
        ),
        (
            &[
                "\x1b[F", "\x1b[4~", "\x1b[8~", "\x1bOF", "\x1b[8$", "\x1bOw",
            ],
            "End",
        ),
        (&["\x1b[2~", "\x1b[2;5~"], "Insert"),
        (
            &["\x1b[3~", "\x1b[3;2~", "\x1b[3$", "\x1b[3^", "\x1b[3@"],
            "Delete",
        ),
        (&["\x1b[5~", "\x1b[5;5~"], "PageUp"),
        (&["\x1b[6~"], "PageDown"),
        (&["\x1b[Z", "\x1b[1;2Z", "\x1b\t", "\x1b[9;2u"], "BackTab"),
        (
            &[
                "\x1bOP",
                "\x1b[P",
                "\x1b[11~",
                "\x1b[[A",
                "\x1b[1;2P",
                "\x1bO1;2P",
                "\x1bO5P",
            ],
            "Function(1)",
        ),
        (&["\x1bOQ", "\x1b[12~", "\x1b[[B"], "Function(2)"),
        (&["\x1bOR", "\x1b[13~", "\x1b[[C"], "Function(3)"),
        (
            &["\x1bOS", "\x1b[14~", "\x1b[[D", "\x1b[1;5S"],
            "Function(4)",
        ),
        (&["\x1b[15~", "\x1b[[E", "\x1b[15;3~"], "Function(5)"),
        (&["\x1b[17~"], "Function(6)"),
        (&["\x1b[18~"], "Function(7)"),
        (&["\x1b[19~"], "Function(8)"),
        (&["\x1b[20~"], "Function(9)"),
        (&["\x1b[21~"], "Function(10)"),
        (&["\x1b[23~"], "Function(11)"),
        (&["\x1b[24~"], "Function(12)"),
        (&["\r", "\x1bOM", "\r\n", "\r\0", "\x1b[13u"], "Enter"),
        (&["\r\r", "\r\n\r\n"], "Enter Enter"),
        (&["\n\r"], "Ctrl('j') Enter"),
        (&["\t", "\x1bOI"], "Tab"),
        (&["\x7f", "\x08", "\x1b\x7f"], "Backspace"),
        (&["\n"], "Ctrl('j')"),
        (&["\x01"], "Ctrl('a')"),
        (&["\x1a"], "Ctrl('z')"),
        (&["\x13"], "Ctrl('s')"),
        (&["7"], "Char('7')"),
        (&["+"], "Char('+')"),
        (&["\x1ba"], "Alt('a')"),
        (&["\x1b\r", "\x1b\n", "\x1b\r\n"], "Alt('\\n')"),
        (&["\x1b("], "Alt('(')"),
        (&["\x1b\u{e9}"], "Alt('é')"),
        (&["語"], "Char('語')"),
        (&["\x1b"], "Esc"),
        (&["\x1b\x1b"], "Esc Esc"),
        (&["\x1b\x1b[A"], "Up"),
        (&["\x1b\x1b\x1b[A"], "Esc Up"),
        (&["\x1b\x1b\t"], "Esc BackTab"),
        (
            &[
                "\0", "\x1c", "\x1f", "\u{85}", "\x1bOX", "\x1bOk", "\x1bOp", "\x1b(B", "\x1b F",
                "\x1b$(B", "",
            ],
            "",
        ),
    ] {
        for form in forms {
            assert_eq!(of(form.as_bytes()), key, "{form:?}");
        }
    }
}

#[test]
fn k7_no_reply_and_no_report_of_a_terminal_is_a_key_or_text() {
    for reply in [
        &b"\x1b[12;40R"[..],
        b"\x1b[1;2R",
        b"\x1b[?1;2R",
        b"\x1b[0n",
        b"\x1b[?62;22c",
        b"\x1b[>41;380;0c",
        b"\x1b[8;24;80t",
        b"\x1b[?2026;2$y",
        b"\x1b[4;1$y",
        b"\x1b[?1u",
        b"\x1b[>1u",
        b"\x1b[57414;1:3u",
        b"\x1b[1;1:3A",
        b"\x1b[27;5~",
        b"\x1b[201~",
        b"\x1b[I",
        b"\x1b[O",
        b"\x1b[M !!",
        b"\x1b[M\x20\xf0\xf1",
        b"\x1b[t!!",
        b"\x1b[T!!!!!!",
        b"\x1b[<0;12;7M",
        b"\x1b[<0;12;7m",
        b"\x1b[32;12;7M",
        b"\x1b]11;rgb:0000/0000/0000\x1b\\",
        b"\x1b]52;c;cm0gLXJm\x07",
        b"\x1bP>|XTerm(390)\x1b\\",
        b"\x1bP1+r544e=787465726d\x1b\\",
        b"\x1b_Gi=1;OK\x1b\\",
        b"\x1b^private\x1b\\",
        b"\x1bXstart of string\x1b\\",
        b"\x1b\\",
    ] {
        assert_eq!(of(reply), "", "{}", reply.escape_ascii());
        let mut followed = reply.to_vec();
        followed.push(b'x');
        assert_eq!(
            of(&followed),
            "Char('x')",
            "{} and an x",
            reply.escape_ascii()
        );
    }
}

#[test]
fn t16_an_8_bit_control_opens_what_its_two_byte_form_opens() {
    for (bytes, expected) in [
        (&b"\x9bB"[..], "Down"),
        (b"\xc2\x9bB", "Down"),
        (b"\x9b1;5A", "Up"),
        (b"\x9b[A", "Function(1)"),
        (b"\x8fP", "Function(1)"),
        (b"\xc2\x8fP", "Function(1)"),
        (b"\x8fw", "End"),
        (b"\x8fp\x8fj", ""),
        (b"\x8e1", ""),
        (b"\x1bNx", ""),
        (b"\xc2\x8e\x7e", ""),
        (b"\x9b200~one\x9b201~x", "\"one\" Char('x')"),
        (b"\xc2\x9b200~two\xc2\x9b201~x", "\"two\" Char('x')"),
        (
            b"\x9b200~\xe9\x9b\x9b201~\x1b[201~x",
            "\"雛201~\" Char('x')",
        ),
        (b"\x9b200~\xc2\xa9\x9b201~x", "\"©\" Char('x')"),
        (b"\x9b?1;2c", ""),
        (b"\x9b12;40R", ""),
        (b"\x9bM !!", ""),
        (b"\x90>|term\x9cx", "Char('x')"),
        (b"\x9d11;rgb:0000/0000/0000\x9cx", "Char('x')"),
        (b"\xc2\x9d0;title\xc2\x9cx", "Char('x')"),
        (b"\x9d0;\xe6\x9c\x9c\xe6\x9c\x9d\x07x", "Char('x')"),
        (b"\x9fpc\x1b\\\x9em\x9c\x98s\x9cx", "Char('x')"),
        (b"\x98never ends", ""),
        (b"\x84\x85\x9a\x9c\xc2\x84x", "Char('x')"),
        (b"\x1b\x9bB", "Down"),
        (b"\x1b[1\x9bB", "Down"),
        (b"\x9b\x1b[A", "Up"),
        ("雛Û".as_bytes(), "Char('雛') Char('Û')"),
    ] {
        assert_eq!(of(bytes), expected, "{}", bytes.escape_ascii());
    }
}

#[test]
fn t5_bad_bytes_are_dropped_and_good_ones_never() {
    for (bytes, expected) in [
        (&b"a\xFFb"[..], "Char('a') Char('b')"),
        (b"\xC3A", "Char('A')"),
        (b"\xC3\xC3\xA9", "Char('é')"),
        (b"\xE2\x82A", "Char('A')"),
        (b"\xF0\x9F\x98\r", "Enter"),
        (b"\x80\x99\xBFz", "Char('z')"),
        (b"\xC0\xAF/", "Char('/')"),
        (b"\xED\xA0\x80-", "Char('-')"),
        (b"\x1b\xFFq", "Esc Char('q')"),
        (b"\x1b\xC3q", "Esc Char('q')"),
        (b"\x1b[\xFFA", "Up"),
        (b"\x1b[\xC3\xA9A", "Char('é') Up"),
        (b"\x1b[1\r5A", "Enter Up"),
        (b"\x1b[M\r!!!x", "Enter Char('x')"),
        (b"\x1b[t!\r!x", "Enter Char('x')"),
        (b"\x1b[T!!!!!\r!x", "Enter Char('x')"),
    ] {
        assert_eq!(of(bytes), expected, "{}", bytes.escape_ascii());
    }
    assert_eq!(
        names_of_inputs(&inputs(&[(0, b"\xE8"), (500, b"\xAA"), (900, b"\x9E")])),
        "Char('語')"
    );
}

#[test]
fn t2_a_paste_ends_by_its_mark_or_by_silence_and_keeps_4_kib() {
    for (bytes, expected) in [
        (
            &b"\x1b[200~two\r\nlines\rmore\nend\x1b[201~x"[..],
            r#""two\nlines\nmore\nend" Char('x')"#,
        ),
        (b"\x1b[200~\x1b[201~", ""),
        (b"\x1b[200~never ends", "\"never ends\""),
        (b"\x1b[200~torn mark\x1b[20", "\"torn mark\""),
        (b"\x1b[200~a\x1b[20b\x1b[201~", r#""a\u{1b}[20b""#),
        (b"\x1b[200~a\x1b\x1b[201~", r#""a\u{1b}""#),
        (b"\x1b[200~a\0\xFFb\xC3\x1b[201~", "\"ab\""),
    ] {
        assert_eq!(of(bytes), expected, "{}", bytes.escape_ascii());
    }
    let endless = [b"\x1b[200~", "é".repeat(5000).as_bytes(), b"x\x1b[201~y"].concat();
    let out = inputs(&[(0, &endless)]);
    let kept = zeroize::Zeroizing::new("é".repeat(2048));
    assert!(
        out == [Input::Paste(kept), Input::Key(press(KeyCode::Char('y')))],
        "{:.100}",
        names_of_inputs(&out)
    );
}

#[test]
fn t2_ctrl_c_comes_out_of_every_state() {
    for (bytes, expected) in [
        (&b"\x03"[..], "Ctrl('c')"),
        (b"\x1b\x03", "Esc Ctrl('c')"),
        (b"\x1b\x1b\x03", "Esc Esc Ctrl('c')"),
        (b"\x1b[\x03A", "Ctrl('c') Up"),
        (b"\x1bO\x03P", "Ctrl('c') Function(1)"),
        (b"\x1b[[\x03A", "Ctrl('c') Function(1)"),
        (b"\x1b[M \x03!!", "Ctrl('c')"),
        (b"\x1b]0;\x03title\x07", "Ctrl('c')"),
        (b"\x1b]0;title\x1b\x03\\", "Ctrl('c')"),
        (
            b"\x1b[200~some\x03thing\x1b[2\x0301~",
            "Ctrl('c') Ctrl('c') \"something\"",
        ),
        (b"\xC3\x03\xA9", "Ctrl('c')"),
    ] {
        assert_eq!(of(bytes), expected, "{}", bytes.escape_ascii());
    }
}

#[test]
fn past_64_bytes_a_sequence_is_discarded_to_its_end() {
    let long = |count: usize, last: &str| format!("\x1b[{}{last}x", "0".repeat(count));
    assert_eq!(of(long(63, "1;5A").as_bytes()), "Char('x')");
    assert_eq!(of(long(62, "6~").as_bytes()), "PageDown Char('x')");
    assert_eq!(of(long(100_000, "6~").as_bytes()), "Char('x')");
    assert_eq!(
        of(format!("\x1b]{}\x07x", "y".repeat(100_000)).as_bytes()),
        "Char('x')"
    );
}

/// Random bytes, mostly those that sequences are made of.
fn line_noise() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        3 => any::<u8>(),
        3 => prop::sample::select(&b"\x1b[O]P_^X\\\x07MA~$;0123456789Rm\x03\r\n\0\x9b\xc3\xa9"[..]),
    ];
    let marks = prop::sample::select(vec![
        &b"\x1b[200~"[..],
        b"\x1b[201~",
        b"\x1b[M",
        b"\x1b]0;",
        b"\x1b[[",
    ]);
    let piece =
        prop_oneof![8 => byte.prop_map(|byte| vec![byte]), 1 => marks.prop_map(<[u8]>::to_vec)];
    prop::collection::vec(piece, 0..120).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn t2_whatever_arrives_every_ctrl_c_comes_out_and_little_is_kept(
        arrivals in prop::collection::vec((0_u64..400, line_noise()), 1..6),
    ) {
        let mut decoder = Decoder::new();
        let mut out = Vec::new();
        let mut now = Duration::ZERO;
        let mut struck = 0;
        for (wait, bytes) in &arrivals {
            now += milliseconds(*wait);
            struck += bytes.split(|byte| *byte == CTRL_C).count() - 1;
            decoder.feed(now, bytes, &mut out);
            if let State::Sequence(sequence) = &decoder.state {
                prop_assert!(sequence.middle.len() <= MAX_SEQUENCE);
            }
        }
        decoder.expire(now + milliseconds(250), &mut out);
        prop_assert_eq!(decoder.deadline(), None);
        let came = out.iter().filter(|input| **input == Input::Key(ctrl('c'))).count();
        prop_assert_eq!(came, struck);
        for input in &out {
            match input {
                Input::Paste(text) => prop_assert!(text.len() <= 4096 && !text.contains('\r')),
                Input::Key(KeyEvent { code: KeyCode::Char(c), .. }) => prop_assert!(!c.is_control()),
                Input::Key(_) | Input::Burst { .. } => {}
            }
        }
    }

    #[test]
    fn t5_after_any_garbage_and_a_second_of_silence_text_comes_out(garbage in line_noise(), text in "[ -~]{1,40}") {
        let out = inputs(&[(0, &garbage), (1100, text.as_bytes())]);
        let expected = typed(&text);
        prop_assert!(out.ends_with(&expected), "{} gave {}", garbage.escape_ascii(), names_of_inputs(&out));
    }

    #[test]
    fn how_the_bytes_are_cut_does_not_matter(bytes in line_noise(), cuts in prop::collection::vec(1_usize..9, 1..9)) {
        let whole = inputs(&[(5, &bytes)]);
        let mut pieces = Vec::new();
        let mut rest = &bytes[..];
        for cut in cuts.iter().copied().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            pieces.push((5, piece));
            rest = after;
        }
        prop_assert_eq!(names_of_inputs(&inputs(&pieces)), names_of_inputs(&whole));
    }
}
