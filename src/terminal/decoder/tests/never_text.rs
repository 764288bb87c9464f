//! No sequence that begins with Esc or an 8-bit control produces text, however it is split (T4,
//! T16). Bytes after its end are text again. A sequence that contains a key's number is that key
//! (T14).

use super::*;
use crate::terminal::key::unmodified;

fn pause() -> impl Strategy<Value = u64> {
    prop_oneof![3 => Just(0), 2 => 1_u64..=60, 1 => 61_u64..250]
}

/// A pause after the Esc: parts up to 60 ms apart are joined.
fn pause_after_esc() -> impl Strategy<Value = u64> {
    prop_oneof![2 => Just(0), 2 => 1_u64..=60]
}

/// An opener in all its forms: Esc and a letter, one 8-bit byte, or that byte in UTF-8.
fn opener(letters: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    (prop::sample::select(letters), 0..3).prop_map(|(letter, form)| match form {
        0 => vec![ESC, letter],
        1 => vec![letter + 0x40],
        _ => vec![0xC2, letter + 0x40],
    })
}

fn signs(from: u8, to: u8, most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(from..=to, 0..=most)
}

/// Whether a sequence contains a key's number.
fn names_a_key(sequence: &[u8]) -> bool {
    sequence.ends_with(b"u")
        || sequence.ends_with(b"_")
        || sequence.windows(3).any(|part| part == b"27;")
}

/// A whole sequence of any kind: control sequences, single shifts, strings, character sets,
/// two-character escapes.
fn sequence() -> impl Strategy<Value = Vec<u8>> {
    let csi = (
        opener(b"["),
        signs(b'0', b'?', 12),
        signs(b' ', b'/', 2),
        b'@'..=b'~',
    )
        .prop_map(|(opener, numbers, signs, last)| [opener, numbers, signs, vec![last]].concat())
        .prop_filter(
            "a key by its number, a paste, or one that more belongs to",
            |whole| {
                let last = whole[whole.len() - 1];
                let alone = matches!(whole[whole.len() - 2], b'[' | 0x9B)
                    && matches!(last, b'M' | b't' | b'T' | b'[');
                // A `$` after a single number ends a key of rxvt.
                !names_a_key(whole) && !whole.ends_with(b"200~") && !alone && !whole.contains(&b'$')
            },
        );
    let console = b'A'..=b'Z';
    let console =
        (opener(b"["), console).prop_map(|(opener, last)| [opener, vec![b'[', last]].concat());
    let shift = (opener(b"O"), signs(b'0', b'9', 2), b'@'..=b'~')
        .prop_map(|(opener, numbers, last)| [opener, numbers, vec![last]].concat());
    let other_shift = (
        prop::sample::select(vec![&b"\x8e"[..], b"\xc2\x8e"]),
        b' '..=b'~',
    )
        .prop_map(|(opener, character)| [opener, &[character]].concat());
    let end = prop::sample::select(vec![&b"\x07"[..], b"\x1b\\", b"\x9c", b"\xc2\x9c"]);
    let string = (opener(b"]P_^X"), "[ -~é雛]{0,12}", end)
        .prop_map(|(opener, text, end)| [&opener[..], text.as_bytes(), end].concat());
    let set = (signs(b' ', b'/', 2), b' '..=b'/', b'0'..=b'~')
        .prop_map(|(signs, sign, last)| [vec![ESC], signs, vec![sign, last]].concat());
    let single = prop_oneof![
        0x80_u8..=0x8D,
        0x91_u8..=0x97,
        0x99_u8..=0x9A,
        Just(0x9C_u8)
    ];
    let single = single.prop_map(|control| vec![control]);
    prop_oneof![4 => csi, 1 => console, 2 => shift, 1 => other_shift, 2 => string, 1 => set, 1 => single]
}

/// The sequence byte by byte, with these pauses in between.
fn torn(sequence: &[u8], after_esc: u64, pauses: &[u64]) -> Vec<(u64, Vec<u8>)> {
    let mut now = 0;
    let mut arrivals = Vec::new();
    for (place, byte) in sequence.iter().enumerate() {
        if place > 0 {
            // The sign of a character set is Alt and the sign, unless the rest follows within 60
            // ms.
            let tight = sequence[0] == ESC && (place == 1 || matches!(sequence[1], b' '..=b'/'));
            now += if tight {
                after_esc
            } else {
                pauses[place % pauses.len()]
            };
        }
        arrivals.push((now, vec![*byte]));
    }
    arrivals
}

fn came(arrivals: &[(u64, Vec<u8>)]) -> Vec<Input> {
    let arrivals: Vec<(u64, &[u8])> = arrivals
        .iter()
        .map(|(at, bytes)| (*at, &bytes[..]))
        .collect();
    inputs(&arrivals)
}

fn has_text(inputs: &[Input]) -> bool {
    inputs.iter().any(|input| {
        matches!(input, Input::Paste(_)) || matches!(input, Input::Key(key) if matches!(unmodified(*key), Some(KeyCode::Char(_))))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn t4_t16_no_sequence_yields_text_however_it_is_torn(
        sequence in sequence(),
        after_esc in pause_after_esc(),
        pauses in prop::collection::vec(pause(), 1..5),
    ) {
        let arrivals = torn(&sequence, after_esc, &pauses);
        let came = came(&arrivals);
        prop_assert!(!has_text(&came), "{arrivals:?} gave {}", names_of_inputs(&came));
    }

    #[test]
    fn t4_t16_no_sequence_that_is_cut_short_yields_text(sequence in sequence(), keep in 0.0..1.0) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in it")]
        let kept = (sequence.len() as f64 * keep) as usize;
        let came = inputs(&[(0, &sequence[..kept])]);
        prop_assert!(!has_text(&came), "{} gave {}", sequence[..kept].escape_ascii(), names_of_inputs(&came));
    }

    #[test]
    fn t4_t16_text_behind_a_sequence_is_text(sequence in sequence(), text in "[a-z]{1,9}") {
        let came = inputs(&[(0, &[&sequence[..], text.as_bytes()].concat())]);
        prop_assert!(came.ends_with(&typed(&text)) && !has_text(&came[..came.len() - text.len()]), "{}", names_of_inputs(&came));
    }

    #[test]
    fn t4_a_late_rest_of_a_sequence_yields_no_text(
        // At exactly 80 ms the Esc has not acted yet.
        late in 81_u64..=1000,
        pauses in prop::collection::vec(0_u64..=60, 1..5),
        rest in prop_oneof![
            ("[0-9;]{0,6}", b'@'..=b'Z').prop_map(|(numbers, last)| [b"[", numbers.as_bytes(), &[last]].concat()),
            (b'@'..=b'~').prop_map(|last| vec![b'O', last]),
            // A key by its number.
            "\\[(1?[0-9]{2}(;[1-6])?u|27;[1-6];1?[0-9]{2}~|[0-9]{2};0;1?[0-9]{2};1;0;1_)".prop_map(String::into_bytes),
        ],
    ) {
        prop_assume!(!matches!(rest[..], [b'[', b'M' | b'T' | b'[']));
        let mut arrivals = torn(&rest, 0, &pauses);
        for (at, _) in &mut arrivals {
            *at += late;
        }
        arrivals.insert(0, (0, vec![ESC]));
        let came = came(&arrivals);
        prop_assert!(!has_text(&came), "{arrivals:?} gave {}", names_of_inputs(&came));
    }
}
