//! `staff-pin`: typed at a real terminal, or given by a script.

use std::io::Write;
use std::os::fd::AsFd;
use std::process::{Output, Stdio};

use rustix::process::Signal;
use rustix::termios::LocalModes;
use support_kiosk::clean::Clean;
use support_kiosk::config;
use support_kiosk::pin::Pin;

use crate::support::pty::Pty;
use crate::support::stage::kiosk;

const PIN: &str = "Zoë-4711";

/// A terminal wide enough for a hash, at the first question.
fn asked() -> Pty {
    let mut command = kiosk();
    command.arg("staff-pin");
    let mut pty = Pty::start(command, 200, 24);
    pty.wait_for("Type the PIN for staff, 6 to 64 characters.");
    pty
}

fn shows_what_is_typed(pty: &Pty) -> bool {
    rustix::termios::tcgetattr(pty.slave().as_fd())
        .expect("modes")
        .local_modes
        .contains(LocalModes::ECHO)
}

fn type_line(pty: &mut Pty, line: &str) {
    pty.send(line.as_bytes());
    pty.send(b"\n");
}

/// Waits for the end, at which the terminal must be as it was, and nothing of what was typed on it.
fn ends_with(mut pty: Pty, status: i32) -> Pty {
    let (ended, _) = pty.end();
    assert_eq!(ended.code(), Some(status), "{}", pty.text());
    assert!(
        shows_what_is_typed(&pty),
        "left silent; the screen:\n{}",
        pty.text()
    );
    assert!(!pty.text().contains("4711"), "{}", pty.text());
    pty
}

/// Whether a line of the config lets staff in by this PIN.
fn fits(line: &str, pin: &str) -> bool {
    let text = format!("site.url = \"https://a\"\n[kiosk]\n{line}\n");
    let config = config::from_text(&text, "k".as_ref())
        .unwrap_or_else(|problems| panic!("{problems}\nin\n{text}"));
    let pin = Pin::new(Clean::line(pin).expect("clean")).expect("a PIN");
    config
        .kiosk
        .staff_pin
        .expect("a hash")
        .verify(&pin)
        .expect("memory")
}

fn given(input: &[u8]) -> Output {
    let mut command = kiosk();
    command
        .arg("staff-pin")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    child
        .stdin
        .take()
        .expect("piped")
        .write_all(input)
        .expect("given");
    child.wait_with_output().expect("ended")
}

#[test]
fn k10_a_pin_typed_twice_is_not_shown_and_its_hash_fits() {
    let mut pty = asked();
    assert!(!shows_what_is_typed(&pty), "the screen:\n{}", pty.text());
    // The terminal's own editing is at hand.
    type_line(&mut pty, &format!("nonsense\u{15}{PIN}x\u{7F}"));
    pty.wait_for("Type it once more.");
    type_line(&mut pty, PIN);
    let pty = ends_with(pty, 0);
    let screen = pty.text();
    let line = screen
        .lines()
        .find(|line| line.starts_with("staff_pin = \"$argon2id$"))
        .expect("a line for the config");
    assert!(fits(line, PIN) && !fits(line, "Zoë-4712"), "{line}");
}

#[test]
fn k10_a_pin_that_is_too_short_or_not_the_same_twice_makes_no_hash() {
    let mut pty = asked();
    type_line(&mut pty, "47110");
    let pty = ends_with(pty, 65);
    assert!(
        pty.text()
            .contains("the PIN has 5 characters and needs at least 6"),
        "{}",
        pty.text()
    );

    for again in ["Zoë-4712", "4", ""] {
        let mut pty = asked();
        type_line(&mut pty, PIN);
        pty.wait_for("Type it once more.");
        type_line(&mut pty, again);
        let pty = ends_with(pty, 65);
        assert!(
            pty.text().contains("the second PIN differs from the first"),
            "{}",
            pty.text()
        );
        assert!(!pty.text().contains("argon2id"), "{}", pty.text());
    }
}

#[test]
fn k10_echo_is_restored_however_the_pin_prompt_ends() {
    for (key, status) in [
        (b'\x03', 130),
        (b'\x1C', 131),
        (b'\x1A', 148),
        (b'\x04', 65),
    ] {
        let mut pty = asked();
        pty.send(&[key]);
        ends_with(pty, status);
    }
    for (signal, status) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)] {
        let mut pty = asked();
        type_line(&mut pty, PIN);
        pty.wait_for("Type it once more.");
        pty.send(b"4711");
        pty.signal(signal);
        ends_with(pty, status);
    }
}

#[test]
fn k10_a_script_gives_the_pin_as_the_first_line_of_standard_input() {
    for input in [
        "\u{FEFF}Zoë-4711\r\n",
        "Zoë-4711\n",
        "Zoë-4711\r\n",
        "Zoë-4711",
        "Zoë-4711\nanother line\n",
    ] {
        let Output {
            status,
            stdout,
            stderr,
        } = given(input.as_bytes());
        let (stdout, stderr) = (
            String::from_utf8_lossy(&stdout),
            String::from_utf8_lossy(&stderr),
        );
        assert_eq!(
            (status.code(), stderr.as_ref(), stdout.lines().count()),
            (Some(0), "", 1),
            "{input:?}: {stdout}"
        );
        assert!(fits(&stdout, PIN), "{input:?}: {stdout}");
    }
    let (first, second) = (given(b"471109\n").stdout, given(b"471109\n").stdout);
    assert_ne!(first, second, "each hash has a salt of its own");
}

#[test]
fn k10_what_can_be_no_pin_is_refused_with_65_and_not_repeated() {
    let cases: [(&[u8], &str); 6] = [
        (b"", "the PIN has 0 characters and needs at least 6"),
        (b"47110\n", "the PIN has 5 characters and needs at least 6"),
        (
            &[b'7'; 65],
            "the PIN has 65 characters and may have at most 64",
        ),
        (&[b'7'; 9000], "characters and may have at most 64"),
        (b"4711\xFF09\n", "the PIN is not UTF-8"),
        (
            b"4711\x1B09\n",
            "the PIN: the character U+001B (escape) can't be used",
        ),
    ];
    for (input, why) in cases {
        let Output {
            status,
            stdout,
            stderr,
        } = given(input);
        let told = String::from_utf8_lossy(&stderr);
        assert_eq!((status.code(), stdout.len()), (Some(65), 0), "{told}");
        assert!(
            told.contains(why) && !told.contains("4711") && !told.contains("777"),
            "{told}"
        );
    }
}
