//! How the bytes of a client can come (D7, D8).

use std::time::Duration;

use proptest::prelude::RngExt as _;
use support_kiosk::failure::Fault;

use super::row::{GOOD, Row, acts, sends};
use crate::support::random::random;
use crate::support::site::{Act, answer, ok};

/// The client, with a comment behind it.
fn long() -> String {
    format!("{GOOD}{}", "#".repeat(100_000))
}

fn with_head(headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    [
        format!("HTTP/1.1 200 OK\r\n{headers}\r\n").as_bytes(),
        body.as_ref(),
    ]
    .concat()
}

fn chunked(chunks: impl AsRef<[u8]>) -> Vec<u8> {
    with_head("Transfer-Encoding: chunked\r\n", chunks)
}

/// The client as one chunk, with this behind its length.
fn chunk(extension: &str) -> String {
    format!("{:x}{extension}\r\n{GOOD}\r\n", GOOD.len())
}

pub fn rows(seed: u64) -> Vec<Row> {
    let mut rows = lengths();
    rows.extend(chunks());
    rows.extend(stalls());
    rows.extend(cuts(seed));
    rows
}

/// Two ways to say where the body ends. The chunks say it (RFC 9112, 6.3).
const LYING: &str = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n";

fn lengths() -> Vec<Row> {
    let (cut, garbled, big) = (Fault::CutShort, Fault::Garbled, Fault::TooBig);
    let length = GOOD.len();
    let promised = |length: &str| with_head(&format!("Content-Length: {length}\r\n"), GOOD);
    let said = |name: &str, value: &str, expected: Option<Fault>| {
        sends(format!("length: {name}"), promised(value), expected)
    };
    let endless = |head: Vec<u8>, block: Vec<u8>| vec![Act::Send(head), Act::Endless(block)];
    vec![
        said("right", &length.to_string(), None),
        said("right, with zeros before it", &format!("000{length}"), None),
        said("a byte too many", &(length + 1).to_string(), Some(cut)),
        said("none", "", Some(garbled)),
        said("less than nothing", "-1", Some(garbled)),
        said("with a sign", "+9", Some(garbled)),
        said("in hexadecimal", "0x20", Some(garbled)),
        said("words", "many", Some(garbled)),
        said("past counting", "18446744073709551616", Some(garbled)),
        said("all that can be counted", "18446744073709551613", Some(big)),
        said("ten gigabytes", "10737418240", Some(big)),
        said("a byte over the cap", "1048577", Some(big)),
        said("two in one that differ", "10, 20", Some(garbled)),
        sends(
            "length: two that agree",
            with_head(&format!("Content-Length: {length}\r\n").repeat(2), GOOD),
            None,
        ),
        sends(
            "length: two that differ",
            with_head("Content-Length: 10\r\nContent-Length: 20\r\n", GOOD),
            garbled,
        ),
        sends(
            "length: more than promised",
            [ok(GOOD), b"exit 1\n".to_vec()].concat(),
            None,
        ),
        acts(
            "length: a promise past the cap, and silence",
            vec![Act::Send(promised("10737418240")), Act::Hold],
            big,
        ),
        sends(
            "no length: to the end of the connection",
            with_head("", GOOD),
            None,
        ),
        acts(
            "no length: broken off",
            vec![Act::Send(with_head("", GOOD)), Act::Reset],
            cut,
        ),
        acts(
            "no length: without end",
            endless(with_head("", GOOD), vec![b'#'; 4096]),
            big,
        ),
        acts(
            "broken off in the body",
            vec![Act::Send(promised("1000")), Act::Reset],
            cut,
        ),
        // Nothing is ever unpacked: what the bytes themselves are decides.
        sends(
            "an encoding that nobody knows",
            with_head("Transfer-Encoding: canary\r\n", GOOD),
            None,
        ),
        sends(
            "compressed on the way",
            with_head("Transfer-Encoding: gzip\r\n", "\x1F\u{8B}\x08"),
            Fault::WrongKind,
        ),
    ]
}

fn chunks() -> Vec<Row> {
    let (cut, garbled, big) = (Fault::CutShort, Fault::Garbled, Fault::TooBig);
    let come = |name: &str, chunks: String, expected: Option<Fault>| {
        sends(format!("chunks: {name}"), chunked(chunks), expected)
    };
    let block = format!("1000\r\n{}\r\n", "#".repeat(4096)).into_bytes();
    let endless = |name: &str, head: String, block: Vec<u8>, fault| {
        acts(
            format!("chunks: {name}"),
            vec![Act::Send(chunked(head)), Act::Endless(block)],
            Some(fault),
        )
    };
    let bytewise: Vec<String> = GOOD.chars().map(|c| format!("1\r\n{c}\r\n")).collect();
    vec![
        come("good", chunk("") + "0\r\n\r\n", None),
        come("of a byte each", bytewise.concat() + "0\r\n\r\n", None),
        come("with an extension", chunk(";a=b") + "0\r\n\r\n", None),
        come("with trailers", chunk("") + "0\r\nX-Sum: 1\r\n\r\n", None),
        sends(
            "chunks: and a length that lies",
            with_head(LYING, chunk("") + "0\r\n\r\n"),
            None,
        ),
        come("without the last", chunk(""), Some(cut)),
        come("cut in the last", chunk("") + "0\r", Some(cut)),
        come("cut in one", "ff\r\n#!/bin/sh\n".to_owned(), Some(cut)),
        come("cut in a length", "f".to_owned(), Some(cut)),
        come("no length", format!("\r\n{GOOD}\r\n"), Some(garbled)),
        come("a length of letters", "zz\r\n".to_owned(), Some(garbled)),
        come("a length below nothing", "-1\r\n".to_owned(), Some(garbled)),
        come(
            "a length past counting",
            "fffffffffffffffff\r\n".to_owned(),
            Some(garbled),
        ),
        come(
            "longer than its length",
            format!("5\r\n{GOOD}\r\n0\r\n\r\n"),
            Some(garbled),
        ),
        come(
            "a huge one",
            format!("ffffffffffffff\r\n{}", long()),
            Some(cut),
        ),
        endless("without end", chunk(""), block, big),
        // Bytes that are none of the body are no progress.
        endless(
            "a length without end",
            String::new(),
            b"0".repeat(4096),
            Fault::Stalled,
        )
        .impatient(),
        endless(
            "an extension without end",
            "5;".to_owned(),
            b"x".repeat(4096),
            garbled,
        ),
        endless(
            "trailers without end",
            chunk("") + "0\r\n",
            b"X-A: b\r\n".repeat(500),
            garbled,
        ),
    ]
}

fn stalls() -> Vec<Row> {
    let stalled = |name: &str, bytes: &[u8]| {
        acts(
            format!("a stall {name}"),
            vec![Act::Send(bytes.to_vec()), Act::Hold],
            Fault::Stalled,
        )
        .impatient()
    };
    let good = ok(long());
    let page = answer("404 Not Found", "", "<h1>No such page</h1>");
    let drip = |body: &str, pause| {
        vec![
            Act::Send(with_head("Content-Length: 99999\r\n", GOOD)),
            Act::Drip(body.into(), pause),
        ]
    };
    let slow = Duration::from_millis(950);
    vec![
        stalled("before the answer", b""),
        stalled("in the status line", &good[..12]),
        stalled("in the head", &good[..25]),
        stalled("before the body", &good[..40]),
        stalled("in the first bytes", &good[..60]),
        stalled("in the body", &good[..10_000]),
        stalled("before the last byte", &good[..good.len() - 1]),
        stalled("in a chunk's length", &chunked("f")),
        stalled("in a chunk", &chunked("ff\r\n#!/bin/sh\n")),
        stalled("before the last chunk", &chunked(chunk(""))),
        stalled("in the trailers", &chunked(chunk("") + "0\r\nX-A: ")),
        // Its beginning has to come in time.
        acts(
            "a stall in a page",
            vec![Act::Send(page[..page.len() - 3].to_vec()), Act::Hold],
            Fault::WrongDialect,
        )
        .with("network.stall_timeout", "\"5s\""),
        acts(
            "a byte now and then",
            drip(&"#".repeat(9999), Duration::from_millis(20)),
            Fault::TotalTimeout,
        )
        .with("network.total_timeout", "\"700ms\""),
        acts(
            "a byte a second",
            drip(&"#".repeat(99), slow),
            Fault::TooSlow,
        ),
    ]
}

/// A good answer that ends too early, at places drawn by lot.
fn cuts(seed: u64) -> Vec<Row> {
    let (plain, by_chunks) = (
        ok(long()),
        chunked(format!("{:x}\r\n{}\r\n0\r\n\r\n", long().len(), long())),
    );
    let mut random = random(seed);
    let mut rows = Vec::new();
    for (name, answer) in [("answer", &plain), ("answer in chunks", &by_chunks)] {
        for _ in 0..6 {
            let at = random.random_range(0..answer.len());
            rows.push(sends(
                format!("an {name} that ends behind byte {at}"),
                answer[..at].to_vec(),
                Fault::CutShort,
            ));
        }
    }
    rows
}
