use super::*;

fn typed(text: &str, limit: usize, lines: Multiline) -> Field {
    let mut field = Field::new(limit, lines);
    assert_eq!(field.paste(text), Ok(()));
    field
}

#[test]
fn ctrl_w_takes_a_word_and_the_blanks_behind_it() {
    for (text, left) in [
        ("dana whit  ", "dana "),
        ("Wi-Fi", "Wi-"),
        ("dana", ""),
        ("", ""),
    ] {
        let mut field = typed(text, 100, Multiline::One);
        field.edit(InputRequest::DeletePrevWord).expect("erased");
        assert_eq!(field.text(), left);
    }
}

#[test]
fn k8_nothing_that_was_cut_can_be_had_again() {
    let mut field = typed("secret words", 100, Multiline::One);
    field.edit(InputRequest::DeletePrevWord).expect("cut");
    field.edit(InputRequest::Yank).expect("nothing");
    assert_eq!(field.text(), "secret ");
    let address = field.text().as_ptr();
    field.edit(InputRequest::DeleteLine).expect("cleared");
    assert_eq!((field.text(), field.text().as_ptr()), ("", address));
}

#[test]
fn t11_erasing_and_moving_take_whole_characters() {
    let mut field = typed("Zoë 👩‍👩‍👧‍👦", 100, Multiline::One);
    field.edit(InputRequest::DeletePrevChar).expect("erased");
    assert_eq!(field.text(), "Zoë ");
    for edit in [
        InputRequest::GoToPrevChar,
        InputRequest::GoToPrevChar,
        InputRequest::InsertChar('x'),
    ] {
        field.edit(edit).expect("moved");
    }
    assert_eq!(field.text(), "Zoxë ");
    field.edit(InputRequest::DeleteNextChar).expect("erased");
    field.edit(InputRequest::GoToEnd).expect("moved");
    field.edit(InputRequest::DeletePrevWord).expect("erased");
    assert_eq!(field.text(), "");
}

#[test]
fn text_over_the_limit_is_refused_and_counted() {
    let mut field = typed("abcd", 5, Multiline::One);
    assert_eq!(field.room(), 1);
    assert_eq!(field.paste("efg"), Err(InputError::Full(2)));
    assert_eq!(
        field.edit(InputRequest::InsertChar('x')),
        Err(InputError::Full(1))
    );
    assert_eq!(field.text(), "abcde");
}

#[test]
fn t6_what_can_not_be_seen_is_refused_and_the_rest_of_a_paste_is_taken() {
    let mut field = Field::new(100, Multiline::One);
    assert_eq!(
        field.paste("a\u{202E}b\nc"),
        Err(InputError::Character(RefusedCharacter {
            character: '\u{202E}'
        }))
    );
    assert_eq!(field.text(), "ab c");
}

#[test]
fn t16_pasted_white_space_that_can_not_be_sent_becomes_a_space() {
    let pasted = "Name\tError\u{0B}one\u{0C}two\u{85}three\u{2028}four\u{2029}five\nsix";
    assert_eq!(
        typed(pasted, 100, Multiline::One).text(),
        "Name Error one two three four five six"
    );
    assert_eq!(
        typed(pasted, 100, Multiline::Many).text(),
        "Name Error one two three four five\nsix"
    );
    let mut field = Field::new(100, Multiline::Many);
    field
        .edit(InputRequest::InsertChar('\u{2028}'))
        .expect("a space");
    assert_eq!(field.text(), " ");
}

#[test]
fn t11_lines_that_are_joined_give_no_character_more_than_eight_marks() {
    let marks = |count| "\u{301}".repeat(count);
    for (before, after, erase, expected) in [
        (8, 1, InputRequest::DeletePrevChar, 8),
        (8, 1, InputRequest::DeleteNextChar, 8),
        (5, 4, InputRequest::DeletePrevChar, 8),
        (5, 3, InputRequest::DeletePrevChar, 8),
        (0, 2, InputRequest::DeletePrevChar, 2),
    ] {
        let mut field = typed(
            &format!("e{}\n{}x", marks(before), marks(after)),
            100,
            Multiline::Many,
        );
        while field.before_caret().contains('\n') {
            field.edit(InputRequest::GoToPrevChar).expect("moved");
        }
        if erase != InputRequest::DeleteNextChar {
            // From the end of the previous line to after the line break.
            field.edit(InputRequest::GoToNextChar).expect("moved");
        }
        field.edit(erase).expect("erased");
        let expected = format!("e{}x", marks(expected));
        assert_eq!(field.text(), expected, "{before} and {after} by {erase:?}");
        assert!(crate::clean::Clean::lines(field.text()).is_ok());
    }
    // A character that is typed before marks gets them.
    let mut field = typed(&format!("\n{}", marks(8)), 100, Multiline::Many);
    for edit in [
        InputRequest::GoToStart,
        InputRequest::GoToNextChar,
        InputRequest::InsertChar('e'),
        InputRequest::InsertChar('\u{302}'),
    ] {
        field.edit(edit).expect("done");
    }
    assert_eq!(field.text(), format!("\ne\u{302}{}", marks(7)));
}

#[test]
fn line_breaks_stay_where_there_are_lines() {
    let mut field = typed("one\ntwo", 100, Multiline::Many);
    assert_eq!(field.layout(20), (vec!["one", "two"], (1, 3)));
    assert!(field.step_line(false, 20) && !field.step_line(false, 20));
    field.edit(InputRequest::InsertChar('\n')).expect("broken");
    assert_eq!(field.text(), "one\n\ntwo");
    assert!(field.step_line(true, 20) && !field.step_line(true, 20));
    let mut single = typed("one", 100, Multiline::One);
    single
        .edit(InputRequest::InsertChar('\n'))
        .expect("nothing");
    assert_eq!(single.text(), "one");
}

#[test]
fn the_caret_is_where_the_next_character_goes_at_any_width() {
    let mut field = typed("The Wi-Fi in room 12 drops 我的电脑", 100, Multiline::Many);
    field.edit(InputRequest::GoToStart).expect("moved");
    for width in 2..40 {
        let (lines, (line, column)) = field.layout(width);
        assert!(
            line < lines.len() && column <= width,
            "{line},{column} at {width}"
        );
        field.edit(InputRequest::GoToNextChar).expect("moved");
    }
}

#[test]
fn k8_the_room_is_reserved_so_that_growing_leaves_no_copy() {
    let mut field = Field::new(1024, Multiline::Many);
    let address = field.text().as_ptr();
    field.paste(&"李".repeat(1024)).expect("it fits");
    assert_eq!(field.text().as_ptr(), address);
}
