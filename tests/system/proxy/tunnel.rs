//! How a proxy opens a tunnel, and how it refuses one (D3): as leniently as curl reads it.

use support_kiosk::failure::Fault;
use support_kiosk::session::Stage;

use super::{Does, ScriptedProxy, fails, safe_site, through};
use crate::support::order::{SCRIPT, by_key};
use crate::support::site::{Act, Authority, Site, Validity, answer, ok};

/// A head of so many bytes at least, in fields of a line each.
fn long(bytes: usize) -> String {
    format!(
        "HTTP/1.1 200 OK\r\n{}\r\n",
        format!("X-Policy: {}\r\n", "x".repeat(bytes / 300)).repeat(300)
    )
}

#[test]
fn d3_any_2xx_to_connect_is_a_way_through_however_it_is_written() {
    let (site, authority) = safe_site();
    let (long_ago, long_head) = (
        "HTTP/1.0 200 Connection established\r\n\r\n",
        long(60 * 1024),
    );
    let fields = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X-A: b\r\n".repeat(499));
    let cases = [
        ("200", "HTTP/1.1 200 OK\r\n\r\n"),
        ("201", "HTTP/1.1 201 Created\r\n\r\n"),
        ("202", "HTTP/1.1 202 Accepted\r\n\r\n"),
        ("204", "HTTP/1.1 204 No Content\r\n\r\n"),
        ("206", "HTTP/1.1 206 Partial Content\r\n\r\n"),
        ("299", "HTTP/1.1 299 Why Not\r\n\r\n"),
        ("HTTP/1.0", long_ago),
        ("no words", "HTTP/1.1 200\r\n\r\n"),
        ("line feeds alone", "HTTP/1.1 200 OK\nVia: x\n\n"),
        ("a length", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        (
            "chunks",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        ),
        (
            "Connection: close",
            "HTTP/1.1 200 OK\r\nConnection: close\r\nProxy-Connection: close\r\n\r\n",
        ),
        (
            "a space before the colon",
            "HTTP/1.1 200 OK\r\nVia : x\r\n\r\n",
        ),
        (
            "a value on two lines",
            "HTTP/1.1 200 OK\r\nVia: x\r\n y\r\n\r\n",
        ),
        (
            "a field that is none",
            "HTTP/1.1 200 OK\r\nno field\r\n\r\n",
        ),
        (
            "after 100 Continue",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        ),
        ("a head of 60 KB", &long_head),
        ("499 fields", &fields),
    ];
    for (case, words) in cases {
        let proxy = ScriptedProxy::that(Does::Tunnels(words.into()));
        let mut desk = through(proxy.address(), &site.url());
        desk.config.network.ca_file = Some(authority.file());
        desk.download(&by_key()).client(case);
        assert_eq!(proxy.heads().len(), 1, "{case}");
    }
}

#[test]
fn d3_a_proxy_that_opens_no_tunnel_is_told_with_its_status() {
    let cases = [
        (
            "101",
            "HTTP/1.1 101 Switching\r\n\r\n".to_owned(),
            "status 101 from the proxy",
        ),
        (
            "300",
            "HTTP/1.1 300 Choose\r\n\r\n".to_owned(),
            "status 300 from the proxy",
        ),
        (
            "302",
            "HTTP/1.1 302 Found\r\nLocation: http://portal.example/?canary\r\n\r\n".to_owned(),
            "status 302 from the proxy",
        ),
        (
            "403",
            "HTTP/1.1 403 No\r\n\r\n<html>mole</html>".to_owned(),
            "status 403 from the proxy",
        ),
        (
            "503",
            "HTTP/1.1 503 No\r\nRetry-After: 1\r\n\r\n".to_owned(),
            "status 503 from the proxy",
        ),
        (
            "100 alone",
            "HTTP/1.1 100 Continue\r\n\r\n".to_owned(),
            "the proxy closed the connection",
        ),
        (
            "half a head",
            "HTTP/1.1 200 OK\r\nVia: x\r\n".to_owned(),
            "the proxy closed the connection",
        ),
        (
            "a head of 80 KB",
            long(80 * 1024),
            "the proxy's answer is not HTTP, or its head has more than 64 KB",
        ),
        (
            "words",
            "Welcome\r\n\r\n".to_owned(),
            "the proxy's answer is not HTTP, or its head has more than 64 KB",
        ),
    ];
    for (case, words, why) in cases {
        let proxy = ScriptedProxy::says(words);
        let mut desk = through(proxy.address(), "https://localhost:7");
        desk.config.network.retries = 2;
        fails(&desk, Fault::ProxyRefused, case);
        let failure = desk.fails(&by_key(), Fault::ProxyRefused, case);
        assert_eq!(
            failure.causes.map(|causes| causes.to_string()).as_deref(),
            Some(why),
            "{case}"
        );
        assert_eq!(proxy.heads().len(), 2, "{case}: asked again");
    }
}

#[test]
fn d3_a_proxy_that_takes_no_password_is_told_with_what_it_takes() {
    let cases = [
        ("NTLM", "NTLM", ", which takes only NTLM"),
        (
            "Negotiate and NTLM",
            "Negotiate\r\nProxy-Authenticate: NTLM",
            ", which takes only Negotiate or NTLM",
        ),
        (
            "on one line",
            "Negotiate, NTLM",
            ", which takes only Negotiate or NTLM",
        ),
        (
            "Digest",
            "Digest realm=\"Basic\", qop=\"auth, x\", nonce=\"b\"",
            ", which takes only Digest",
        ),
        (
            "Basic too",
            "NTLM\r\nProxy-Authenticate: basic realm=\"x\"",
            "",
        ),
        ("Basic", "Basic realm=\"NTLM, here\"", ""),
        ("nothing", "", ""),
    ];
    for (case, offer, others) in cases {
        let proxy = ScriptedProxy::says(answer(
            "407 No",
            &format!("Proxy-Authenticate: {offer}\r\n"),
            "<html>NTLM",
        ));
        for url in ["https://localhost:7", "http://localhost:7"] {
            let failure = through(proxy.address(), url).fails(&by_key(), Fault::ProxySignIn, case);
            let told = failure.detail.expect("a detail").to_string();
            assert_eq!(
                told,
                format!("127.0.0.1:{}{others}", proxy.port),
                "{case}, {url}"
            );
        }
    }
}

#[test]
fn d3_d7_a_large_client_is_whole_through_a_tunnel_or_reported_as_cut() {
    let authority = Authority::new();
    let body = format!("{SCRIPT}{}", "#".repeat(3 << 20));
    let cut = [&ok(&body)[..1 << 20], b""].concat();
    for (case, bytes, expected) in [
        ("whole", ok(&body), None),
        ("cut", cut, Some(Fault::CutShort)),
    ] {
        let site = Site::https(authority.server("localhost", Validity::Now), move |_, _| {
            vec![Act::Send(bytes.clone()), Act::Cut]
        });
        let mut desk = through(ScriptedProxy::tunnels().address(), &site.url());
        desk.config.network.ca_file = Some(authority.file());
        let Some(fault) = expected else {
            assert_eq!(
                desk.download(&by_key()).client(case).bytes(),
                body.len() as u64
            );
            continue;
        };
        desk.fails(&by_key(), fault, case);
    }
}

#[test]
fn d3_d8_a_stall_within_a_tunnel_is_the_sites() {
    let authority = Authority::new();
    let site = Site::https(authority.server("localhost", Validity::Now), |_, _| {
        vec![Act::Hold]
    });
    let mut desk = through(ScriptedProxy::tunnels().address(), &site.url());
    desk.config.network.ca_file = Some(authority.file());
    desk.config.network.stall_timeout = std::time::Duration::from_millis(300);
    let outcome = desk.download(&by_key());
    assert!(
        matches!(outcome.stages[..], [Stage::Requesting { .. }]),
        "{:?}",
        outcome.stages
    );
    desk.fails(&by_key(), Fault::Stalled, "a stall");
}
