//! What is typed, pasted and pretended at the terminal itself.

use std::io::{Read, Write};
use std::process::Stdio;
use std::time::Duration;

use super::How::{Tries, Types};
use super::Seen::Kiosk;
use super::{Attempt, assert_answers, assert_locked, attempt};
use crate::sshd::START;
use crate::sshd::server::Server;
use crate::support::pty::{Pty, set_size};

/// With what every frame ends.
pub const END_OF_A_FRAME: &[u8] = b"\x1b[?2026l";
/// What would run if any screen handed it on.
/// A shell makes "loot" of it. The key screen, which skips signs, does not.
const SHELL_TEXT: &[u8] = b"$(touch /tmp/taken); echo l$(printf oo)t `id`\r";
/// The same as a paste.
const PASTED: &[u8] = b"\x1b[200~\recho l$(printf oo)t\r!echo l$(printf oo)t\r:!sh\r\x1b[201~";

pub const ATTEMPTS: &[Attempt] = &[
    attempt(
        "Ctrl-C, again and again",
        Types(&[b"\x03\x03\x03\x03\x03\x03\x03\x03"]),
        Kiosk,
    ),
    attempt("Ctrl-Z", Types(&[b"\x1a", b"\x1a\x1a\x1a"]), Kiosk),
    attempt("Ctrl-\\", Types(&[b"\x1c", b"\x1c\x1c\x1c"]), Kiosk),
    attempt("Ctrl-D", Types(&[b"\x04", b"\x04\x04\x04"]), Kiosk),
    attempt("XOFF", Types(&[b"\x13", b"\x13\x13"]), Kiosk),
    attempt(
        "every control character",
        Tries(every_control_character),
        Kiosk,
    ),
    attempt("every function key", Tries(every_function_key), Kiosk),
    attempt("a break", Types(&[b"\r~B", b"\r~B\r~B"]), Kiosk),
    attempt("a new exchange of keys", Types(&[b"\r~R", b"\r~R"]), Kiosk),
    attempt(
        "the staff's key without a PIN",
        Types(&[b"\x1b[24~", b"0000\r", b"\x1b[24~\x1b[24~", b"\x1b"]),
        Kiosk,
    ),
    attempt(
        "text for a shell at the start",
        Types(&[SHELL_TEXT, PASTED]),
        Kiosk,
    ),
    attempt(
        "text for a shell into the filter",
        Types(&[b"1", SHELL_TEXT, PASTED]),
        Kiosk,
    ),
    attempt(
        "text for a shell before it is sent",
        Types(&[b"1", b"\r", SHELL_TEXT, PASTED]),
        Kiosk,
    ),
    attempt(
        "text for a shell for a key",
        Types(&[b"2", SHELL_TEXT, PASTED]),
        Kiosk,
    ),
    attempt(
        "text for a shell into the survey",
        Types(&[b"3", b"\r", SHELL_TEXT, PASTED]),
        Kiosk,
    ),
    attempt(
        "text for a shell into the help",
        Types(&[b"9", SHELL_TEXT, PASTED]),
        Kiosk,
    ),
    attempt(
        "keys of pagers and editors",
        Types(&[b"9", b"!sh\r", b":!sh\r", b"v", b"|sh\r", b"\x1b!sh\r"]),
        Kiosk,
    ),
    attempt(
        "a paste that never ends",
        Types(&[b"\x1b[200~echo l$(printf oo)t\r", b"more\r", b"and more\r"]),
        Kiosk,
    ),
    attempt(
        "sequences that never end",
        Types(&[b"\x1b]0;loo", b"\x1bPq", b"\x1b[1;1;1;1;1;1;1", b"\x1b_x"]),
        Kiosk,
    ),
    attempt(
        "answers that no terminal was asked for",
        Types(&[b"\x1b[?1;2c\x1b[24;80R\x1b]11;rgb:0/0/0\x07\x1bP>|x\x1b\\"]),
        Kiosk,
    ),
    attempt(
        "bytes that are no text",
        Types(&[b"\xff\xfe\xc0\x80\xf8\x88\x80\x80\x80\x00\x00\x9b\x9d"]),
        Kiosk,
    ),
    attempt(
        "a terminal of 0x0",
        Tries(|server| of_size(server, 0, 0)),
        Kiosk,
    ),
    attempt(
        "a terminal of 1x1",
        Tries(|server| of_size(server, 1, 1)),
        Kiosk,
    ),
    attempt("a terminal of 10,000x10,000", Tries(of_great_size), Kiosk),
    attempt("a thousand sizes", Tries(a_thousand_sizes), Kiosk),
    attempt(
        "text for a shell ahead of the screen",
        Tries(|server| ahead_from_a_pipe(server, b"sh\necho l$(printf oo)t\nexit\n")),
        Kiosk,
    ),
    attempt(
        "Ctrl-C ahead of the screen",
        Tries(|server| ahead_from_a_pipe(server, b"\x03\x03echo l$(printf oo)t\n")),
        Kiosk,
    ),
    attempt(
        "Ctrl-Z ahead of the screen",
        Tries(|server| ahead_from_a_pipe(server, b"\x1a\x1aecho l$(printf oo)t\n")),
        Kiosk,
    ),
    attempt(
        "Ctrl-\\ ahead of the screen",
        Tries(|server| ahead_from_a_pipe(server, b"\x1c\x1cecho l$(printf oo)t\n")),
        Kiosk,
    ),
    attempt(
        "Ctrl-D ahead of the screen",
        Tries(|server| ahead_from_a_pipe(server, b"\x04\x04echo l$(printf oo)t\n")),
        Kiosk,
    ),
];

fn every_control_character(server: &Server) {
    let mut pty = server.visitor();
    for byte in (0..0x20).chain([0x7f]) {
        pty.send(&[byte]);
        // By then a lone Esc has acted.
        pty.read_for(Duration::from_millis(100));
        assert_answers(&mut pty);
    }
}

fn every_function_key(server: &Server) {
    let mut pty = server.visitor();
    for key in [11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24] {
        pty.send(format!("\x1b[{key}~").as_bytes());
        assert_answers(&mut pty);
    }
}

fn of_size(server: &Server, columns: u16, rows: u16) {
    let mut pty = Pty::start(
        server.client(&["ssh", "desk"].map(str::to_owned)),
        columns,
        rows,
    );
    pty.wait_until("a full screen", |pty| super::heard(pty, "\x1b[?1049h"));
    assert_locked(&mut pty);
    pty.resize(80, 24);
    pty.wait_for(START);
}

/// The emulator keeps its size: of a hundred million cells it would make a memory's worth.
fn of_great_size(server: &Server) {
    let mut pty = server.visitor();
    set_size(pty.slave(), 10_000, 10_000);
    assert_locked(&mut pty);
    pty.resize(80, 24);
    pty.wait_for(START);
}

fn a_thousand_sizes(server: &Server) {
    let mut pty = server.visitor();
    for size in 0..1_000 {
        pty.resize(size % 200, size % 70);
    }
    // ssh loses a change between its request for a terminal and its handler for SIGWINCH.
    let is_started = (0..30).any(|_| {
        pty.resize(81, 24);
        pty.resize(80, 24);
        pty.gone_within(Duration::from_secs(2), |pty| pty.text().contains(START)) == Some(false)
    });
    assert!(is_started, "no start screen:\n{}", pty.text());
    assert_locked(&mut pty);
}

pub fn long_term(server: &Server) {
    let mut command = server.client(&["ssh", "desk"].map(str::to_owned));
    command.env("TERM", "x".repeat(4_096));
    super::watch(Pty::start(command, 80, 24), Kiosk);
}

/// `ssh -tt` with a pipe for a terminal: this is in the line before there is a kiosk, and then the
/// line's end. The terminal still acts on control characters then, so that a kiosk may not even
/// start.
fn ahead_from_a_pipe(server: &Server, typed: &[u8]) {
    let mut command = server.client(&["ssh", "-tt", "desk"].map(str::to_owned));
    let mut ssh = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    ssh.stdin
        .take()
        .expect("piped")
        .write_all(typed)
        .expect("typed");
    let (mut drawn, mut seen) = (ssh.stdout.take().expect("piped"), Vec::new());
    let mut byte = [0];
    while !seen.ends_with(END_OF_A_FRAME) && drawn.read(&mut byte).expect("drawn") > 0 {
        seen.push(byte[0]);
    }
    if seen.ends_with(END_OF_A_FRAME) {
        let _ = ssh.kill();
    }
    assert!(
        !ssh.wait().expect("its status").success(),
        "it ended well: {}",
        seen.escape_ascii()
    );
    assert!(
        !seen.windows(4).any(|window| window == b"loot"),
        "something ran: {}",
        seen.escape_ascii()
    );
}
