//! The whole program at terminals in modes that another program has left on (T14, T16): keys in
//! their forms are keys, and the modes are reset as it starts and whenever it paints all of it
//! again.

use support_kiosk::demo::ResponsePace;
use support_kiosk::terminal::sequences::{self, UnknownSequences};

use crate::support::pty::Pty;
use crate::support::stage::Stage;

/// The keys of a terminal: 1, arrow down, Enter, Esc, an Enter that comes up, Ctrl-C.
struct Forms {
    of: &'static str,
    one: &'static [u8],
    down: &'static [u8],
    enter: &'static [u8],
    esc: &'static [u8],
    up_again: &'static [u8],
    ctrl_c: &'static [u8],
}

const FORMS: [Forms; 5] = [
    Forms {
        of: "kitty",
        one: b"\x1b[49u",
        down: b"\x1b[1;1:1B",
        enter: b"\x1b[13u",
        esc: b"\x1b[27u",
        up_again: b"\x1b[13;1:3u",
        ctrl_c: b"\x1b[99;5u",
    },
    Forms {
        of: "xterm, modifyOtherKeys",
        one: b"1",
        down: b"\x1b[1;1B",
        enter: b"\x1b[27;2;13~",
        esc: b"\x1b[27;5;91~",
        up_again: b"",
        ctrl_c: b"\x1b[27;5;99~",
    },
    Forms {
        of: "win32-input-mode",
        one: b"\x1b[49;2;49;1;0;1_",
        down: b"\x1b[40;80;0;1;256;1_",
        enter: b"\x1b[13;28;13;1;0;1_",
        esc: b"\x1b[27;1;27;1;0;1_",
        up_again: b"\x1b[13;28;13;0;0;1_",
        ctrl_c: b"\x1b[67;46;3;1;8;1_",
    },
    Forms {
        of: "8-bit controls",
        one: b"1",
        down: b"\x9bB",
        enter: b"\x8fM",
        esc: b"\x1b",
        up_again: b"\x9b?1;2c",
        ctrl_c: b"\x03",
    },
    Forms {
        of: "8-bit controls in UTF-8, and LF for Enter",
        one: b"1",
        down: b"\xc2\x9bB",
        enter: b"\n",
        esc: b"\x1b",
        up_again: b"\xc2\x90>|term\xc2\x9c",
        ctrl_c: b"\x03",
    },
];

#[test]
fn t14_t16_f7_f17_f19_keys_in_every_form_are_keys_and_no_text() {
    for forms in &FORMS {
        let stage = Stage::new(ResponsePace::INSTANT);
        let mut pty = stage.kiosk();
        pty.send(forms.one);
        pty.wait_for("▌ Anyone who is free");
        for focused in ["▌ Dana Whitfield", "▌ Daniel Okafor"] {
            pty.send(forms.down);
            pty.wait_for(focused);
        }
        pty.send(forms.up_again);
        pty.send(forms.enter);
        pty.wait_for("Daniel Okafor");
        pty.wait_for("Is this right?");
        pty.send(forms.up_again);
        pty.send(forms.esc);
        pty.wait_for("2 people");
        // That row stands there as long as nothing is typed.
        assert!(
            pty.text().contains("Anyone who is free"),
            "{}: text was typed:\n{}",
            forms.of,
            pty.text()
        );
        pty.send(forms.ctrl_c);
        assert_eq!(pty.end().0.code(), Some(0), "{}", forms.of);
    }
}

fn times(pty: &Pty, sequence: &[u8]) -> usize {
    memchr::memmem::find_iter(&pty.received, sequence).count()
}

#[test]
fn t14_f7_modes_are_reset_at_the_start_and_by_ctrl_l() {
    for (term, unknown) in [
        ("xterm-256color", UnknownSequences::Skipped),
        ("screen", UnknownSequences::Skipped),
        ("linux", UnknownSequences::Printed),
        ("vt220", UnknownSequences::Printed),
    ] {
        let (enter, reset) = (sequences::enter(unknown), sequences::reset(unknown));
        let (enter, reset) = (enter.as_bytes(), reset.as_bytes());
        let stage = Stage::new(ResponsePace::INSTANT);
        let mut command = stage.command();
        command.env("TERM", term);
        let mut pty = Pty::start(command, 80, 24);
        pty.wait_for("How would you like to get help?");
        assert!(
            pty.received.starts_with(enter),
            "{term}: {}",
            pty.received.escape_ascii()
        );
        let (once, before) = (times(&pty, reset), times(&pty, b"\x1b[2J"));
        pty.send(b"\x0c");
        pty.wait_until("another frame", |pty| times(pty, b"\x1b[2J") > before);
        assert_eq!(
            (times(&pty, reset), times(&pty, enter)),
            (once + 1, 1),
            "{term}"
        );
        pty.send(b"\x03");
        assert_eq!(pty.end().0.code(), Some(0));
    }
}
