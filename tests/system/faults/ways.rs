//! The way to the site, and TLS (D2, D7).

use std::sync::Arc;

use rustls::ServerConfig;
use support_kiosk::failure::Fault;

use super::row::{GOOD, Row, acts, at};
use crate::support::site::{Act, Authority, Validity, closed_port, greeting_port, ok, silent_port};

pub fn rows(ours: &Authority) -> Vec<Row> {
    let ca_file = format!("\"{}\"", ours.file().display());
    let mut rows = ways();
    rows.extend(certificates(ours));
    rows.extend(handshakes());
    rows.extend(proxies());
    rows.extend(bodies(&ours.server("localhost", Validity::Now)));
    rows.push(
        acts(
            "TLS: a demand for a certificate of ours",
            good(),
            Fault::TlsFailed,
        )
        .over(ours.asking_for_a_certificate("localhost")),
    );
    rows.into_iter()
        .map(|row| row.with("network.ca_file", ca_file.clone()))
        .chain(authorities(ours))
        .collect()
}

fn good() -> Vec<Act> {
    vec![Act::Send(ok(GOOD))]
}

fn ways() -> Vec<Row> {
    let url = |scheme: &str, port: u16| format!("{scheme}://localhost:{port}");
    vec![
        at(
            "a name that nobody knows",
            "https://no-such-host.invalid",
            Fault::NameNotFound,
        ),
        at(
            "a port that refuses",
            url("http", closed_port()),
            Fault::NoConnection,
        ),
        at(
            "a port that refuses, by TLS",
            url("https", closed_port()),
            Fault::NoConnection,
        ),
        at(
            "a port that refuses, twice",
            url("http", closed_port()),
            Fault::NoConnection,
        )
        .with("network.retries", "1"),
        // By number, or a name service of a machine under load may be what takes too long.
        at(
            "a handshake without an answer",
            format!("https://127.0.0.1:{}", silent_port()),
            Fault::ConnectTimeout,
        )
        .with("network.connect_timeout", "\"400ms\""),
        at(
            "a port without a word",
            url("http", silent_port()),
            Fault::Stalled,
        )
        .impatient(),
        at(
            "a port that closes",
            url("http", greeting_port(b"")),
            Fault::CutShort,
        ),
    ]
}

fn certificates(ours: &Authority) -> Vec<Row> {
    let (stranger, impostor) = (Authority::named("Stranger"), Authority::new());
    let row = |name: &str, tls: Arc<ServerConfig>, fault| {
        acts(format!("certificate: {name}"), good(), fault).over(tls)
    };
    let unknown = Fault::CertificateUnknownAuthority;
    vec![
        row("good", ours.server("localhost", Validity::Now), None),
        row(
            "expired",
            ours.server("localhost", Validity::Over),
            Some(Fault::CertificateExpired),
        ),
        row(
            "not yet valid",
            ours.server("localhost", Validity::NotYet),
            Some(Fault::CertificateNotYetValid),
        ),
        row(
            "another host's",
            ours.server("other.example", Validity::Now),
            Some(Fault::CertificateWrongHost),
        ),
        row(
            "of any host below",
            ours.server("*.localhost", Validity::Now),
            Some(Fault::CertificateWrongHost),
        ),
        row(
            "a stranger's",
            stranger.server("localhost", Validity::Now),
            Some(unknown),
        ),
        row(
            "an impostor's",
            impostor.server("localhost", Validity::Now),
            Some(unknown),
        ),
        row(
            "one that signed itself",
            Authority::itself("localhost"),
            Some(unknown),
        ),
    ]
}

fn handshakes() -> Vec<Row> {
    let greeted = |name: &str, greeting: &'static [u8], fault| {
        at(
            format!("TLS: {name}"),
            format!("https://localhost:{}", greeting_port(greeting)),
            fault,
        )
    };
    vec![
        greeted(
            "plain http",
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            Fault::NotTls,
        ),
        greeted("ssh", b"SSH-2.0-OpenSSH_9.9\r\n", Fault::NotTls),
        greeted("zeros", &[0; 100], Fault::NotTls),
        greeted("closed without a word", b"", Fault::HandshakeCut),
        greeted(
            "an alert",
            b"\x15\x03\x03\x00\x02\x02\x28",
            Fault::TlsFailed,
        ),
        greeted(
            "an alert over the version",
            b"\x15\x03\x01\x00\x02\x02\x46",
            Fault::TlsFailed,
        ),
        greeted("cut in a record's head", b"\x16\x03", Fault::HandshakeCut),
        greeted(
            "cut in the handshake",
            b"\x16\x03\x03\x00\x7A\x02\x00\x00\x76\x03\x03",
            Fault::HandshakeCut,
        ),
        greeted(
            "a handshake of garbage",
            b"\x16\x03\x03\x00\x04\x02\x00\x00\x00",
            Fault::TlsFailed,
        ),
    ]
}

/// What stands between, and does not let us through (D3). The site is never reached.
fn proxies() -> Vec<Row> {
    let by = |name: &str, port: u16, fault| {
        let row = at(format!("proxy: {name}"), "https://localhost:7", fault);
        row.with(
            "network.proxy",
            format!("\"http://mole:canary@127.0.0.1:{port}\""),
        )
    };
    let says = |name: &str, answer: &'static [u8], fault| by(name, greeting_port(answer), fault);
    let variable = |name: &str, value| {
        let row = at(
            format!("proxy of the environment: {name}"),
            "https://localhost:7",
            Fault::BadProxy,
        );
        row.with("network.proxy", "\"environment\"")
            .variable("https_proxy", value)
    };
    let unknown = at(
        "proxy: a name that nobody knows",
        "https://localhost:7",
        Fault::ProxyUnreachable,
    );
    vec![
        by(
            "a port that refuses",
            closed_port(),
            Fault::ProxyUnreachable,
        ),
        unknown.with("network.proxy", "\"http://no-such-proxy.invalid:3128\""),
        by("no answer", silent_port(), Fault::ProxyTimeout)
            .with("network.connect_timeout", "\"400ms\""),
        says(
            "407",
            b"HTTP/1.1 407 Sign in\r\nProxy-Authenticate: Basic\r\n\r\n",
            Fault::ProxySignIn,
        ),
        says(
            "403",
            b"HTTP/1.1 403 Forbidden\r\n\r\n",
            Fault::ProxyRefused,
        ),
        says(
            "502",
            b"HTTP/1.1 502 Bad Gateway\r\n\r\n",
            Fault::ProxyRefused,
        ),
        says("a page", b"<html>Sign in here</html>", Fault::ProxyRefused),
        says("no word", b"", Fault::ProxyRefused),
        variable("of another kind", "socks5://canary:1080"),
        variable("with a path", "http://canary/x"),
    ]
}

fn bodies(tls: &Arc<ServerConfig>) -> Vec<Row> {
    let row = |name: &str, bytes: Vec<u8>, last: Option<Act>, fault: Option<Fault>| {
        acts(
            format!("TLS: {name}"),
            [Act::Send(bytes)].into_iter().chain(last).collect(),
            fault,
        )
        .over(Arc::clone(tls))
    };
    let (head, cut) = (
        format!("HTTP/1.1 200 OK\r\n\r\n{GOOD}").into_bytes(),
        Some(Fault::CutShort),
    );
    let promised = format!("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{GOOD}").into_bytes();
    let tls_failed = Some(Fault::TlsFailed);
    let chunk = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{GOOD}\r\n",
        GOOD.len()
    );
    vec![
        row("a body that ends as it should", head.clone(), None, None),
        row(
            "a whole body without a farewell",
            ok(GOOD),
            Some(Act::Cut),
            None,
        ),
        row(
            "whole chunks without a farewell",
            (chunk.clone() + "0\r\n\r\n").into_bytes(),
            Some(Act::Cut),
            None,
        ),
        row(
            "a body of no length without a farewell",
            head,
            Some(Act::Cut),
            cut,
        ),
        row(
            "chunks without the last and without a farewell",
            chunk.into_bytes(),
            Some(Act::Cut),
            cut,
        ),
        row("a body cut, with a farewell", promised.clone(), None, cut),
        row(
            "a body cut, without a farewell",
            promised.clone(),
            Some(Act::Cut),
            cut,
        ),
        row("a body broken off", promised.clone(), Some(Act::Reset), cut),
        row(
            "words past TLS in the body",
            promised.clone(),
            Some(Act::Spoil(b"HTTP/1.1 200 OK\r\n".to_vec())),
            tls_failed,
        ),
        row(
            "words past TLS before the head",
            Vec::new(),
            Some(Act::Spoil(b"HTTP/1.1 200 OK\r\n".to_vec())),
            tls_failed,
        ),
        row("closed before the head", Vec::new(), None, cut),
        row("cut before the head", Vec::new(), Some(Act::Cut), cut),
        row(
            "cut in the head",
            b"HTTP/1.1 200 OK\r\nConte".to_vec(),
            Some(Act::Cut),
            cut,
        ),
        row(
            "a stall in the body",
            promised,
            Some(Act::Hold),
            Some(Fault::Stalled),
        )
        .impatient(),
        row(
            "a stall before the head",
            Vec::new(),
            Some(Act::Hold),
            Some(Fault::Stalled),
        )
        .impatient(),
    ]
}

fn authorities(ours: &Authority) -> Vec<Row> {
    let row = |name: &str, file: String| {
        let tls = ours.server("localhost", Validity::Now);
        acts(format!("authorities: {name}"), good(), Fault::BadCaFile)
            .over(tls)
            .with("network.ca_file", format!("{file:?}"))
    };
    vec![
        row("a file that is not there", "/no/such/file.pem".to_owned()),
        row("a folder", "/etc".to_owned()),
        row("nothing", "/dev/null".to_owned()),
        row("a file of something else", "/etc/passwd".to_owned()),
        acts(
            "authorities: the system's alone",
            good(),
            Fault::CertificateUnknownAuthority,
        )
        .over(ours.server("localhost", Validity::Now)),
    ]
}
