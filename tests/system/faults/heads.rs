//! What the head of an answer can be (D7, D8).

use std::time::Duration;

use support_kiosk::failure::Fault;

use super::row::{GOOD, Row, acts, scripted, sends};
use crate::support::site::{Act, ok};

/// A good answer with this among its headers.
fn header(name: &str, bytes: impl AsRef<[u8]>, expected: impl Into<Option<Fault>>) -> Row {
    let (before, after) = (
        b"HTTP/1.1 200 OK\r\n".as_slice(),
        format!("\r\nContent-Length: {}\r\n\r\n{GOOD}", GOOD.len()),
    );
    sends(
        format!("head: {name}"),
        [before, bytes.as_ref(), after.as_bytes()].concat(),
        expected,
    )
}

/// Bytes before a good answer.
fn before(name: &str, bytes: &str, expected: impl Into<Option<Fault>>) -> Row {
    sends(
        format!("before the head: {name}"),
        [bytes.as_bytes(), &ok(GOOD)].concat(),
        expected,
    )
}

/// A good answer with more behind it, which only its length tells from it.
fn with_length(colon: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Length{colon}{}\r\n\r\n{GOOD}exit 7\n",
        GOOD.len()
    )
}

fn chunked(colon: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding{colon}chunked\r\n\r\n{:x}\r\n{GOOD}\r\n0\r\n\r\n",
        GOOD.len()
    )
}

pub fn rows() -> Vec<Row> {
    let garbled = Fault::Garbled;
    let endless = |name: &str, beginning: &str, block: &str| {
        acts(
            name,
            vec![
                Act::Send(beginning.into()),
                Act::Endless(block.repeat(500).into_bytes()),
            ],
            garbled,
        )
    };
    let dripped = format!("HTTP/1.1 200 OK\r\nX-Drip: {}", "x".repeat(10_000)).into_bytes();
    let lf = String::from_utf8(ok(GOOD))
        .expect("text")
        .replacen("\r\n", "\n", 3);
    vec![
        header(
            "of a megabyte",
            format!("X-A: {}", "x".repeat(1 << 20)),
            garbled,
        ),
        header(
            "ten thousand headers",
            "X-A: b\r\n".repeat(10_000) + "X-B: c",
            garbled,
        ),
        header("NUL in a value", b"X-A: a\0b", garbled),
        header("NUL in a name", b"X\0A: b", garbled),
        header(
            "five hundred fields",
            "X-A: b\r\n".repeat(498) + "X-B: c",
            None,
        ),
        header(
            "five hundred and one fields",
            "X-A: b\r\n".repeat(499) + "X-B: c",
            garbled,
        ),
        header("a value on two lines", "X-A: a\r\n b", None),
        header(
            "a value on three lines, with a tab",
            "X-A:\r\n\ta\r\n \tb",
            None,
        ),
        header("a line that goes on before any field", " X-A: b", None),
        header(
            "a value on two lines that end in a line feed alone",
            "X-A: a\n b",
            None,
        ),
        header("no colon", "X-A b", None),
        header("a second status line", "HTTP/1.1 302 Found", None),
        header("a space before the colon", "X-Frame-Options : DENY", None),
        header("a tab before the colon", "X-A\t: b", None),
        header("spaces in a name", "X Powered By: x", None),
        header("letters beyond ASCII in a name", "X-\u{F8}: b", None),
        header("brackets in a name", "X(A): b", None),
        header("no name", ": b", None),
        header("a control character", b"X-A: \x1B[2J", None),
        header("DEL in a cookie", b"Set-Cookie: a=\x7F", None),
        header("DEL in a name", b"X\x7FA: b", None),
        header("a carriage return alone", "X-A: a\rb", garbled),
        header("letters beyond ASCII", "X-A: \u{F8}", None),
        header("an empty value", "X-A:", None),
        header("a cookie", "Set-Cookie: a=b", None),
        header("a compression that is none", "Content-Encoding: br", None),
        header("a media type that lies", "Content-Type: text/html", None),
        sends("head: lines that end in a line feed alone", lf, None),
        sends(
            "head: a length behind a space before the colon",
            with_length(" : "),
            None,
        ),
        sends(
            "head: a length on the next line",
            with_length(":\r\n "),
            None,
        ),
        sends(
            "head: chunks behind a space before the colon",
            chunked(" : "),
            None,
        ),
        sends("head: chunks on the next line", chunked(":\r\n\t"), None),
        scripted(
            "head: a redirect on the next line",
            |number, _| {
                let moved = "HTTP/1.1 302 Found\r\nLocation :\r\n /x\r\nContent-Length: 0\r\n\r\n";
                vec![Act::Send(if number == 0 { moved.into() } else { ok(GOOD) })]
            },
            None,
        ),
        before("100 Continue", "HTTP/1.1 100 Continue\r\n\r\n", None),
        before(
            "103 Early Hints",
            "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n",
            None,
        ),
        before("an empty line", "\r\n", None),
        before("words", "Welcome\r\n\r\n", garbled),
        sends(
            "nothing but 100 Continue",
            "HTTP/1.1 100 Continue\r\n\r\n",
            Fault::CutShort,
        ),
        acts(
            "100 Continue without end",
            vec![Act::Endless(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec())],
            Fault::Stalled,
        )
        .impatient(),
        endless(
            "a header without end",
            "HTTP/1.1 200 OK\r\nX-A: ",
            "xxxxxxxx",
        ),
        endless("headers without end", "HTTP/1.1 200 OK\r\n", "X-A: b\r\n"),
        endless("a status line without end", "HTTP/1.1 200 ", "xxxxxxxx"),
        acts(
            "a dripped head",
            vec![Act::Drip(dripped, Duration::from_millis(20))],
            Fault::Stalled,
        )
        .impatient(),
        sends("no answer at all", "", Fault::CutShort),
        acts(
            "broken off before the head",
            vec![Act::Reset],
            Fault::CutShort,
        ),
        sends("cut in the status line", "HTTP/1.1 20", Fault::CutShort),
        sends(
            "cut behind the status line",
            "HTTP/1.1 200 OK\r\n",
            Fault::CutShort,
        ),
        sends(
            "cut in a header",
            "HTTP/1.1 200 OK\r\nContent-Le",
            Fault::CutShort,
        ),
        sends(
            "cut before the end of the head",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n",
            Fault::CutShort,
        ),
        acts(
            "broken off in the head",
            vec![Act::Send(b"HTTP/1.1 200 OK\r\nCont".to_vec()), Act::Reset],
            Fault::CutShort,
        ),
    ]
}
