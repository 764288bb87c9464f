use super::*;

#[test]
fn t11_living_scripts_pass_as_they_are() {
    for text in [
        "Zoë Quist",
        "李明",
        "أحمد",
        "สมชาย",
        "👩‍👩‍👧‍👦",
        "🏳️‍🌈",
        "🇳🇴",
        "می‌خواهم",
        "葛\u{E0100}城",
        "q\u{0307}\u{0323}",
    ] {
        assert_eq!(
            Clean::line(text).map(|c| c.0),
            Ok(text.to_owned()),
            "{text}"
        );
    }
}

#[test]
fn t6_control_and_invisible_characters_are_refused_by_name() {
    let cases = [
        ("a\u{1B}[31m", "U+001B (escape)"),
        ("a\u{9B}31m", "U+009B (a control character)"),
        ("a\u{202E}b", "U+202E (it changes the direction of writing)"),
        ("a\u{200B}b", "U+200B (a zero-width space)"),
        ("\u{200D}b", "U+200D (a joiner with nothing to join)"),
        ("a\u{E0041}", "U+E0041 (an invisible character)"),
        ("a\nb", "U+000A (a line break)"),
        ("a\u{7F}", "U+007F (a control character)"),
        ("a\u{FFFF}", "U+FFFF (an invisible character)"),
    ];
    for (text, named) in cases {
        let refused = Clean::line(text).expect_err(named);
        assert!(
            refused.to_string().contains(named),
            "{refused} for {text:?}"
        );
    }
}

#[test]
fn t11_a_tower_of_marks_is_refused() {
    let tower = format!("a{}", "\u{0301}".repeat(MAX_MARKS));
    assert!(Clean::line(&tower).is_ok());
    assert_eq!(
        Clean::line(&format!("{tower}\u{0301}")),
        Err(RefusedCharacter {
            character: '\u{0301}'
        })
    );
    assert!(!may_follow(&tower, '\u{0301}'));
    for between in ['\u{200D}', '\u{200C}', '\u{FE0F}'] {
        assert!(
            Clean::line(&format!("{tower}{between}\u{0301}")).is_err(),
            "U+{:04X} begins no new letter",
            u32::from(between)
        );
        assert!(!may_follow(&format!("{tower}{between}"), '\u{0301}'));
    }
    let towers = format!("{}\u{200B}", &tower[1..]).repeat(20);
    assert_eq!(
        Clean::sanitized(&format!("a{towers}"), 400).as_str(),
        tower,
        "a dropped character must not start a new letter"
    );
}

#[test]
fn line_breaks_of_any_kind_become_single_ones() {
    assert_eq!(
        Clean::lines("a\r\nb\rc\nd").map(|c| c.0),
        Ok("a\nb\nc\nd".to_owned())
    );
}

#[test]
fn washed_words_have_no_blank_at_an_end_and_no_two_together() {
    for (raw, washed) in [
        ("\0 a", "a"),
        ("a \0 b", "a b"),
        ("a \u{200B}\u{202E} b", "a b"),
        ("\u{200B} \u{AD} a \0", "a"),
        (" \t\r\n a\u{A0} \u{2028}b ", "a b"),
        ("\0", ""),
        ("a \u{301}", "a \u{301}"),
    ] {
        assert_eq!(Clean::sanitized(raw, 100).as_str(), washed, "{raw:?}");
    }
}

#[test]
fn a_strangers_words_are_folded_and_cut() {
    assert_eq!(
        Clean::sanitized("  The\r\n\tsession \u{1B}[2J is\u{202E} over  ", 80).as_str(),
        "The session [2J is over"
    );
    assert_eq!(Clean::sanitized("one two three", 8).as_str(), "one two…");
    assert_eq!(Clean::sanitized(&"x".repeat(90_000), 200).count(), 200);
}
