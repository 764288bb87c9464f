//! What the first line of an answer can say (D4, D6, D9).

use support_kiosk::failure::Fault;

use super::row::{GOOD, Row, scripted, sends};
use crate::support::site::{Act, answer, ok};

pub fn rows() -> Vec<Row> {
    let page = "<html><head><title>Sorry</title></head><body><h1>No</h1></body></html>";
    let with = |status: u16, fault| {
        sends(
            format!("status {status}"),
            answer(&format!("{status} Oh"), "", page),
            fault,
        )
    };
    let line = |name: &str, line: &str, expected: Option<Fault>| {
        sends(
            format!("status line: {name}"),
            format!("{line}\r\nContent-Length: {}\r\n\r\n{GOOD}", GOOD.len()),
            expected,
        )
    };
    let busy = |name: &str, status: &str, header: &str| {
        sends(name, answer(status, header, page), Fault::SiteBusy)
    };
    let odd =
        [201, 202, 203, 205, 226, 299, 399, 600, 999].map(|status| with(status, Fault::OddStatus));
    let rejected = [
        400, 401, 402, 403, 405, 406, 410, 413, 414, 418, 421, 426, 431, 451, 499,
    ];
    let broken = [500, 501, 502, 504, 505, 507, 520, 599];
    let mut rows = Vec::from(odd);
    rows.extend(rejected.map(|status| with(status, Fault::SiteRejected)));
    rows.extend(broken.map(|status| with(status, Fault::SiteBroken)));
    rows.extend([408, 425, 429, 503].map(|status| with(status, Fault::SiteBusy)));
    let by_key = |status: u16, fault| {
        sends(
            format!("status {status}, by session key"),
            answer(&format!("{status} Oh"), "", page),
            fault,
        )
    };
    rows.extend(
        [400, 401, 403, 404, 410, 422].map(|status| by_key(status, Fault::KeyRefused).by_key()),
    );
    rows.extend([402, 405, 414, 431].map(|status| by_key(status, Fault::SiteRejected).by_key()));
    let garbled = Some(Fault::Garbled);
    rows.extend([
        with(404, Fault::WrongDialect),
        sends(
            "status 404, in start-session",
            answer("404 Oh", "", page),
            Fault::SiteRejected,
        )
        .with("site.dialect", "\"start-session\""),
        with(511, Fault::NetworkSignIn),
        sends(
            "status 204",
            "HTTP/1.1 204 No Content\r\n\r\n",
            Fault::OddStatus,
        ),
        sends(
            "status 206 unasked",
            answer("206 P", "Content-Range: bytes 0-9/10\r\n", GOOD),
            Fault::OddStatus,
        ),
        sends(
            "status 101",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
            Fault::OddStatus,
        ),
        busy(
            "a wait too long",
            "503 Service Unavailable",
            "Retry-After: 61\r\n",
        )
        .with("network.retries", "2"),
        busy(
            "a wait that is a date",
            "429 Oh",
            "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n",
        )
        .with("network.retries", "2"),
        busy("a wait that is none", "503 Oh", "Retry-After: -1\r\n").with("network.retries", "2"),
        busy(
            "a wait past counting",
            "503 Oh",
            "Retry-After: 99999999999999999999\r\n",
        )
        .with("network.retries", "2"),
        busy("busy for as long as we ask", "503 Oh", "Retry-After: 0\r\n")
            .with("network.retries", "1"),
        scripted(
            "busy for a moment",
            |number, _| {
                vec![Act::Send(if number == 0 {
                    answer("503 Oh", "Retry-After: 0\r\n", "")
                } else {
                    ok(GOOD)
                })]
            },
            None,
        )
        .with("network.retries", "1"),
        line("HTTP/1.0", "HTTP/1.0 200 OK", None),
        line("no words", "HTTP/1.1 200", None),
        line("bytes for words", "HTTP/1.1 200 \u{F8}\u{202E}", None),
        line("HTTP/2.0", "HTTP/2.0 200 OK", garbled),
        line("two digits", "HTTP/1.1 20 OK", garbled),
        line("four digits", "HTTP/1.1 2000 OK", garbled),
        line("a status below all", "HTTP/1.1 099 OK", garbled),
        line("letters", "HTTP/1.1 abc OK", garbled),
        line("radio", "ICY 200 OK", garbled),
        line(
            "without end",
            &format!("HTTP/1.1 200 {}", "x".repeat(1 << 20)),
            garbled,
        ),
        sends("ssh", "SSH-2.0-OpenSSH_9.9\r\n", Fault::Garbled),
        sends("smtp", "220 mail.example ESMTP\r\n", Fault::Garbled),
        sends("HTTP/0.9: a page without a head", page, Fault::Garbled),
        sends(
            "HTTP/2: its first words",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            Fault::Garbled,
        ),
        sends(
            "HTTP/2: a frame of settings",
            [0_u8, 0, 0, 4, 0, 0, 0, 0, 0].to_vec(),
            Fault::Garbled,
        ),
        sends(
            "an alert of TLS on plain http",
            b"\x15\x03\x03\x00\x02\x02\x28".to_vec(),
            Fault::Garbled,
        ),
        sends("zeros", vec![0; 4096], Fault::Garbled),
    ]);
    rows
}
