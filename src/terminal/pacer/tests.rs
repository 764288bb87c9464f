use proptest::prelude::*;
use zeroize::Zeroizing;

use super::*;
use crate::terminal::key::{KeyCode, named, press};

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// The inputs that result from these arrivals, each with the time at which it was released. Every
/// deadline is kept, and the timing of every key matters.
fn paced(arrivals: &[(u64, &[u8])]) -> Vec<(u64, Input)> {
    let mut pacer = Pacer::new();
    let mut out = Vec::new();
    let mut drain = |pacer: &mut Pacer, now: Duration| {
        while let Some(input) = pacer.next(|_| true) {
            out.push((u64::try_from(now.as_millis()).expect("a short time"), input));
        }
    };
    let end = arrivals.last().map_or(0, |(at, _)| at + 2000);
    for (at, bytes) in arrivals.iter().copied().chain([(end, &b""[..])]) {
        while let Some(deadline) = pacer
            .deadline()
            .filter(|deadline| *deadline < milliseconds(at))
        {
            pacer.expire(deadline);
            drain(&mut pacer, deadline);
        }
        pacer.feed(milliseconds(at), bytes);
        drain(&mut pacer, milliseconds(at));
        pacer.ready(milliseconds(at));
    }
    out
}

/// Short form: a key, `(key)` in a burst that continues, `(key.)` at its end.
fn told(inputs: &[(u64, Input)]) -> String {
    let words = inputs.iter().map(|(at, input)| match input {
        Input::Key(key) => format!("{at}:{}", named(*key)),
        Input::Burst { key, last: false } => format!("{at}:({})", named(*key)),
        Input::Burst { key, last: true } => format!("{at}:({}.)", named(*key)),
        Input::Paste(text) => format!("{at}:{:?}", text.as_str()),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn t15_a_key_is_struck_if_nothing_came_within_30_ms_before_or_after() {
    for (arrivals, expected) in [
        (&[(5, &b"\r"[..])][..], "35:Enter"),
        (&[(5, b"\r"), (36, b"\r")], "35:Enter 66:Enter"),
        (&[(5, b"\r"), (34, b"\r")], "34:(Enter) 64:(Enter.)"),
        (&[(5, b"1\r")], "5:(Char('1')) 35:(Enter.)"),
        (&[(5, b"1"), (34, b"\r")], "34:(Char('1')) 64:(Enter.)"),
        (&[(5, b"1"), (36, b"\r")], "35:Char('1') 66:Enter"),
        (&[(5, b"\ra")], "5:(Enter) 35:(Char('a').)"),
        (
            &[(5, b"a"), (20, b"\r"), (40, b"b")],
            "20:(Char('a')) 40:(Enter) 70:(Char('b').)",
        ),
        // One key of several bytes counts once, however its parts arrive.
        (&[(5, b"\r\n")], "35:Enter"),
        (&[(5, b"\r"), (20, b"\n")], "50:Enter"),
        (&[(5, b"\r\0")], "35:Enter"),
        (&[(5, b"\x1bOM")], "35:Enter"),
        (&[(5, b"\x1b"), (25, b"["), (45, b"13u")], "75:Enter"),
        (
            &[(5, b"\xe8"), (25, b"\xaa"), (45, b"\x9e")],
            "75:Char('語')",
        ),
        (&[(5, b"\x1b[A")], "35:Up"),
        (&[(5, b"\x1b[A\x1b[B")], "5:(Up) 35:(Down.)"),
        (&[(5, b"\x1b\r")], "35:Alt('\\n')"),
        (&[(5, b"\r\n\r\n")], "5:(Enter) 35:(Enter.)"),
        // Bytes that are not a key count as input too.
        (&[(5, b"\0\r")], "35:(Enter.)"),
        (&[(5, b"\r\x1b")], "5:(Enter) 85:(Esc.)"),
        (&[(5, b"\x1b[I\r")], "35:(Enter.)"),
        (&[(5, b"\x1b[\rA")], "5:(Enter) 35:Up"),
        (&[(5, b"\x1b[200~one\x1b[201~\r")], "5:\"one\" 35:(Enter.)"),
        // What ends only by timeout was not part of a burst.
        (&[(5, b"\x1b")], "85:Esc"),
        (
            &[(5, b"\x1b"), (100, b"O"), (200, b"\r")],
            "85:Esc 160:Char('O') 230:Enter",
        ),
    ] {
        assert_eq!(told(&paced(arrivals)), expected, "{arrivals:?}");
    }
}

#[test]
fn t15_only_a_key_for_which_it_matters_is_held_back() {
    let mut pacer = Pacer::new();
    pacer.feed(milliseconds(5), b"a");
    assert_eq!(
        pacer.next(|_| false),
        Some(Input::Key(press(KeyCode::Char('a'))))
    );
    pacer.feed(milliseconds(10), b"b\r");
    pacer.ready(milliseconds(10));
    assert_eq!(
        pacer.next(|_| false),
        Some(Input::Burst {
            key: press(KeyCode::Char('b')),
            last: false
        })
    );
    assert_eq!(pacer.next(|key| key == press(KeyCode::Enter)), None);
    assert_eq!(pacer.deadline(), Some(milliseconds(40)));
    pacer.expire(milliseconds(39));
    assert_eq!(pacer.next(|_| true), None);
    pacer.expire(milliseconds(40));
    assert_eq!(
        pacer.next(|_| true),
        Some(Input::Burst {
            key: press(KeyCode::Enter),
            last: true
        })
    );
    assert_eq!((pacer.next(|_| true), pacer.deadline()), (None, None));
    pacer.feed(milliseconds(50), b"\x1b[200~one\x1b[201~");
    assert_eq!(
        pacer.next(|_| true),
        Some(Input::Paste(Zeroizing::new("one".to_owned())))
    );
}

#[test]
fn t15_what_came_while_the_program_was_busy_may_have_come_at_once() {
    let enter = |handled: u64, at: u64| {
        let mut pacer = Pacer::new();
        pacer.feed(milliseconds(5), b"a");
        assert_eq!(pacer.next(|_| true), None);
        pacer.ready(milliseconds(handled));
        pacer.feed(milliseconds(at), b"\r");
        pacer.ready(milliseconds(at));
        pacer.expire(milliseconds(at + 30));
        pacer.next(|_| true);
        pacer.next(|_| true)
    };
    // The first took half a second. The second may have arrived long before that ended.
    assert_eq!(
        enter(500, 500),
        Some(Input::Burst {
            key: press(KeyCode::Enter),
            last: true
        })
    );
    assert_eq!(
        enter(500, 530),
        Some(Input::Burst {
            key: press(KeyCode::Enter),
            last: true
        })
    );
    assert_eq!(enter(500, 531), Some(Input::Key(press(KeyCode::Enter))));
    assert_eq!(enter(5, 36), Some(Input::Key(press(KeyCode::Enter))));
}

#[test]
fn t15_an_enter_is_alone_only_when_it_was_looked_for_more() {
    let mut pacer = Pacer::new();
    pacer.feed(milliseconds(5), b"\r");
    pacer.ready(milliseconds(5));
    assert_eq!(pacer.next(|_| true), None);
    pacer.feed(milliseconds(500), b"b");
    assert_eq!(
        pacer.next(|_| true),
        Some(Input::Burst {
            key: press(KeyCode::Enter),
            last: false
        })
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn t15_every_key_of_a_burst_is_of_a_burst_and_none_is_lost(
        text in "[a-z0-9 é語\r\t]{2,60}",
        cuts in prop::collection::vec((1_usize..9, 0_u64..30), 1..9),
    ) {
        let bytes = text.as_bytes();
        let (mut arrivals, mut now, mut rest) = (Vec::new(), 5, bytes);
        for (cut, wait) in cuts.iter().copied().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            arrivals.push((now, piece));
            (now, rest) = (now + wait, after);
        }
        let came = paced(&arrivals);
        let count = came.len();
        prop_assert_eq!(count, text.chars().count());
        for (place, (_, input)) in came.iter().enumerate() {
            prop_assert!(matches!(input, Input::Burst { last, .. } if *last == (place + 1 == count)), "{}", told(&came));
        }
    }
}
