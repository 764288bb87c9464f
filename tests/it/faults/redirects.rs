//! Where a site may send us, and where not (trust.md D1).

use support_kiosk::failure::Fault;

use super::row::{GOOD, Row, acts, scripted, sends};
use crate::support::site::{Act, Authority, Validity, answer, ok};

fn to(location: &str) -> Vec<u8> {
    redirect(302, location)
}

fn redirect(status: u16, location: &str) -> Vec<u8> {
    answer(&format!("{status} Elsewhere"), &format!("Location: {location}\r\n"), "moved")
}

fn at_first(number: usize, location: &str) -> Vec<u8> {
    if number == 0 { to(location) } else { ok(GOOD) }
}

/// The first request is answered with this, each later one with a client: so a redirect that should be refused and is followed
/// shows.
fn first(name: &str, bytes: Vec<u8>, expected: impl Into<Option<Fault>>) -> Row {
    scripted(name, move |number, _| vec![Act::Send(if number == 0 { bytes.clone() } else { ok(GOOD) })], expected)
}

pub fn rows(authority: &Authority) -> Vec<Row> {
    let refused = Fault::RedirectRefused;
    let long = format!("https://evil.example/{}", "x".repeat(100_000));
    let ca_file = format!("\"{}\"", authority.file().display());
    let tls = || authority.server("localhost", Validity::Now);
    let down = scripted(
        "redirect from https to http on the same host and port",
        |number, request| vec![Act::Send(at_first(number, &format!("http://{}/x", request.header("host").unwrap_or_default())))],
        refused,
    );
    let login = scripted(
        "redirect with a login in it",
        |number, request| {
            vec![Act::Send(at_first(number, &format!("http://me:canary@{}/x", request.header("host").unwrap_or_default())))]
        },
        refused,
    );
    let post = |status| first(&format!("{status} of a POST"), redirect(status, "/x"), refused).with("site.method", "\"post\"");
    let mut rows = vec![
        first("redirect on the site, by path", to("/x?token=canary"), None),
        first("redirect on the site, 301", redirect(301, "x"), None),
        first("redirect on the site, 303 of a POST", redirect(303, "/x"), None).with("site.method", "\"post\""),
        first("redirect on the site, 307 of a GET", redirect(307, "/x"), None),
        first("redirect on the site, 308 of a GET", redirect(308, "/x"), None),
        post(307),
        post(308),
        first("redirect to another host", to("https://evil.example/x?token=canary"), refused),
        first("redirect to another host without a scheme", to("//evil.example/x"), refused),
        first("redirect to another port", to("http://localhost:1/x?token=canary"), refused),
        first("redirect to another name of this machine", to("http://127.0.0.1/x"), refused),
        sends("redirect from http to https", to("https://localhost/x"), refused),
        down.over(tls()).with("network.ca_file", ca_file),
        login,
        first("redirect to data:", to("data:text/plain,canary"), refused),
        first("redirect to file:", to("file:///etc/passwd"), refused),
        first("redirect to javascript:", to("javascript:1"), refused),
        first("redirect to ftp:", to("ftp://localhost/x"), refused),
        first("redirect to no address", to("http://["), refused),
        first("redirect to bytes", b"HTTP/1.1 302 F\r\nLocation: https://\xFF\xFE/\r\n\r\n".to_vec(), refused),
        first("redirect on the site, by bytes", b"HTTP/1.1 302 F\r\nLocation: /\xF8\r\n\r\n".to_vec(), refused),
        first("redirect to a very long address", to(&long), refused),
        first("redirects to two places", answer("302 F", "Location: //evil.example/\r\nLocation: /x\r\n", ""), refused),
        sends("redirect to itself, for ever", to(""), refused),
        scripted("redirects without end", |number, _| vec![Act::Send(to(&format!("/{number}")))], refused),
        sends("redirect to nowhere", answer("302 Found", "", ""), Fault::OddStatus),
        acts("a stall behind the head of a redirect", vec![Act::Send(to("//evil.example/")), Act::Hold], refused),
    ];
    rows.extend([300, 304, 305, 306].map(|status| sends(format!("status {status}"), redirect(status, "/x"), Fault::OddStatus)));
    let then = |name: &str, status: &'static str, fault| {
        let script = move |number, _: &_| vec![Act::Send(if number == 0 { to("/x") } else { answer(status, "", "No") })];
        scripted(name, script, fault)
    };
    rows.push(then("redirect to a page that is not there", "404 Not Found", Fault::WrongDialect));
    rows.push(then("redirect to a site that is broken", "502 Bad Gateway", Fault::SiteBroken));
    rows
}
