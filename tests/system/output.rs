//! Hostile text in the whole program (T6).

use support_kiosk::demo::ResponsePace;

use crate::support::hostile::HOSTILE;
use crate::support::site::{Site, answer};
use crate::support::stage::Stage;

#[test]
fn t6_refused_characters_are_named_and_never_written() {
    let stage = Stage::new(ResponsePace::INSTANT);
    stage.write_config(
        &stage.site.address().to_string(),
        "[[issue]]\nid = 2\nname = \"Wi-Fi\"",
    );
    let mut pty = stage.kiosk();
    pty.send(b"3");
    pty.wait_for("What do you need help with?");
    pty.send(b"\r");
    pty.wait_for("Tell us about the problem");
    for (text, character) in HOSTILE {
        pty.send(b"\x15");
        pty.wait_until("no notice", |pty| !pty.text().contains("U+"));
        pty.send(format!("\x1b[200~{text}\x1b[201~").as_bytes());
        pty.wait_for(&format!("U+{:04X}", u32::from(character)));
    }
    pty.send("\x15\u{202E}".as_bytes());
    pty.wait_for("U+202E");
    assert!(
        !String::from_utf8_lossy(&pty.received).contains(['\u{202E}', '\u{200B}', '\u{9b}']),
        "written all the same"
    );
}

#[test]
fn t6_a_page_full_of_escapes_is_shown_as_words() {
    let page = HOSTILE
        .map(|(text, _)| format!("<p>{text} word</p>"))
        .concat();
    let html = format!(
        "<html><title>{}</title><body>This key is wrong. {page}</body></html>",
        HOSTILE[1].0
    );
    let site = Site::answering(answer("200 OK", "Content-Type: text/html\r\n", html));
    let stage = Stage::new(ResponsePace::INSTANT);
    stage.write_config(&format!("localhost:{}", site.port), "");
    let mut pty = stage.kiosk();
    pty.send(b"2");
    pty.wait_for("Type your session key");
    pty.send(b"4710938");
    pty.send(b"\r");
    pty.wait_for("Is this right?");
    pty.send(b"\r");
    pty.wait_for("This key is wrong.");
    pty.wait_for("For staff:");
    assert!(
        !String::from_utf8_lossy(&pty.received).contains(['\u{202E}', '\u{200B}', '\u{9b}']),
        "written all the same"
    );
}
