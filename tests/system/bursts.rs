//! What arrives faster than anybody types is no decision (T15), in the whole program.

use crate::support::hostile::MAIL;
use crate::support::stage::{A_WHILE, Stage};

#[test]
fn t15_f3_in_the_whole_program_a_paste_without_brackets_starts_nothing() {
    let stage = Stage::new(A_WHILE);
    stage.write_config(
        &stage.site.address().to_string(),
        "[[issue]]\nid = 2\nname = \"Wi-Fi and network\"",
    );
    let mut pty = stage.kiosk();
    for _ in 0..2 {
        pty.send(b"1\r\r\r");
        pty.send(b"\x1b[B");
        pty.wait_for("▌ 2  I was given a session key");
        pty.send(b"\x1b[A");
        pty.wait_for("▌ 1  ");
    }
    pty.send(b"3");
    pty.wait_for("What do you need help with?");
    pty.send(MAIL);
    pty.wait_for("Hello,  my printer prints nothing.  Ann");
    pty.send(b"\x15");
    pty.wait_for("Wi-Fi and network");
    pty.send(b"\r");
    pty.wait_for("Tell us about the problem");
    pty.send(MAIL);
    pty.wait_for("Hello,  my printer prints nothing.  Ann");
    // Its last Enter has led to the next field.
    pty.strike("\t\t\t");
    pty.send(b"\r\r\r\r\r\r");
    pty.send(b"\r");
    pty.wait_for("Is this right?");
    pty.send(MAIL);
    pty.send(b"\x1b");
    // The review was left by Esc, so it was still there.
    pty.wait_for("Tell us about the problem");
    pty.strike("\r");
    pty.wait_for("Is this right?");
    pty.send(b"\r");
    pty.wait_for("Your helper can see this computer now.");
}
