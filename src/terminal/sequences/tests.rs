use super::*;

/// Modes that a program may have left on, each with the sequence that undoes it.
const LEFT_ON: [(&str, &str); 30] = [
    ("shift-out", "\x0f"),
    ("line drawing as the first set", "\x1b(B"),
    ("line drawing as the second set", "\x1b)B"),
    ("application keypad", "\x1b>"),
    ("application cursor keys", "\x1b[?1l"),
    ("a reversed screen", "\x1b[?5l"),
    ("origin", "\x1b[?6l"),
    ("margins at the sides", "\x1b[?69l"),
    ("margins", "\x1b[r"),
    ("mouse: X10", "\x1b[?9l"),
    ("mouse: clicks", "\x1b[?1000l"),
    ("mouse: drags", "\x1b[?1002l"),
    ("mouse: all of it", "\x1b[?1003l"),
    ("focus", "\x1b[?1004l"),
    ("mouse in UTF-8", "\x1b[?1005l"),
    ("mouse in SGR", "\x1b[?1006l"),
    ("mouse of rxvt", "\x1b[?1015l"),
    ("mouse in pixels", "\x1b[?1016l"),
    ("mintty's Esc", "\x1b[?7727l"),
    ("win32-input-mode", "\x1b[?9001l"),
    ("a locked keyboard", "\x1b[2l"),
    ("controls that are shown", "\x1b[3l"),
    ("inserting", "\x1b[4l"),
    ("CR LF for Enter", "\x1b[20l"),
    ("right-to-left text not reordered", "\x1b[8h"),
    ("local echo", "\x1b[12h"),
    ("attributes", "\x1b[m"),
    ("kitty keyboard", "\x1b[=0u"),
    ("modifyOtherKeys", "\x1b[>4m"),
    ("8-bit controls", "\x1b F"),
];
/// How many of them, from the first on, every terminal supports or skips. The rest are keyboard
/// protocols.
const EVERYWHERE: usize = 27;

#[test]
fn t14_on_the_way_in_each_mode_is_reset_on_both_screens() {
    for (unknown, count) in [
        (UnknownSequences::Skipped, LEFT_ON.len()),
        (UnknownSequences::Printed, EVERYWHERE),
    ] {
        let (enter, reset) = (enter(unknown), reset(unknown));
        let (main, alternate) = enter
            .split_once("\x1b[?1049h")
            .expect("the alternate screen is entered");
        for (place, (mode, undone)) in LEFT_ON.iter().enumerate() {
            for bytes in [main, alternate, &reset] {
                let once_is_enough = bytes == main && *undone == "\x1b F";
                let expected = place < count && !once_is_enough;
                assert_eq!(
                    bytes.contains(undone),
                    expected,
                    "{mode}: {}",
                    bytes.escape_default()
                );
            }
        }
        // Some terminals take the second of these for an attribute.
        assert!(main.rfind("\x1b[m") > main.rfind("\x1b[>4m"));
        assert!(enter.len() < 360, "{} bytes", enter.len());
    }
}

#[test]
fn t14_on_the_way_out_our_own_modes_are_undone() {
    for (ours, undone) in [
        ("\x1b[?1049h", "\x1b[?1049l"),
        ("\x1b[?2004h", "\x1b[?2004l"),
        ("\x1b[?7l", "\x1b[?7h"),
        ("\x1b[?25l", "\x1b[?25h"),
    ] {
        for enter in [UnknownSequences::Skipped, UnknownSequences::Printed].map(enter) {
            assert!(
                enter.contains(ours) && leave().contains(undone),
                "{}",
                ours.escape_default()
            );
        }
    }
}

/// What an old Linux console prints of these bytes (`do_con_trol` in drivers/tty/vt/vt.c).
/// After `CSI` it knows `?`, digits and `;`, at most sixteen numbers; after an Esc, one byte.
fn printed_by_an_old_console(bytes: &[u8]) -> String {
    let (mut printed, mut rest) = (String::new(), bytes.iter().copied().peekable());
    while let Some(byte) = rest.next() {
        match (byte, (byte == 0x1B).then(|| rest.next()).flatten()) {
            (_, Some(b'[')) => {
                let _ = rest.next_if_eq(&b'?');
                let numbers = std::iter::from_fn(|| {
                    rest.next_if(|byte| byte.is_ascii_digit() || *byte == b';')
                });
                assert!(numbers.filter(|byte| *byte == b';').count() < 16);
                rest.next();
            }
            (_, Some(b'(' | b')' | b'#' | b'%')) => _ = rest.next(),
            (b' '.., None) => printed.push(char::from(byte)),
            _ => {}
        }
    }
    printed
}

#[test]
fn t14_an_old_linux_console_prints_nothing_of_it() {
    for text in [
        enter(UnknownSequences::Printed),
        reset(UnknownSequences::Printed),
        leave(),
        forget_client(),
    ] {
        assert_eq!(
            printed_by_an_old_console(text.as_bytes()),
            "",
            "{}",
            text.escape_default()
        );
    }
    assert_eq!(
        printed_by_an_old_console(b"\x1b[=0u\x1b[>4m\x1b Fx"),
        "0u4mFx",
        "this check must find printed bytes"
    );
}
