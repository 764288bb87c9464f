//! What the network and TLS can do (D2, D7-D9).

use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use support_kiosk::failure::Fault;
use support_kiosk::job::SessionError;
use support_kiosk::session::Stage;

use crate::support::order::{Desk, SCRIPT, by_key, by_rep};
use crate::support::site::{Act, Authority, Site, Validity, answer, closed_port, ok, silent_port};

#[test]
fn d2_every_fault_on_the_way_to_the_site_has_its_own_code() {
    Desk::at("http://no-such-host.invalid").fails(
        &by_key(),
        Fault::NameNotFound,
        "a name that does not exist",
    );
    Desk::at(&format!("http://127.0.0.1:{}", closed_port())).fails(
        &by_key(),
        Fault::NoConnection,
        "refused",
    );
    let mut silent = Desk::at(&format!("https://localhost:{}", silent_port()));
    silent.config.network.connect_timeout = Duration::from_millis(300);
    silent.fails(
        &by_key(),
        Fault::ConnectTimeout,
        "a handshake without an answer",
    );
}

#[test]
fn d2_every_fault_of_a_certificate_has_its_own_code() {
    let (ours, stranger, impostor) = (
        Authority::new(),
        Authority::named("Stranger"),
        Authority::new(),
    );
    let cases = [
        (
            "expired",
            ours.server("localhost", Validity::Over),
            Fault::CertificateExpired,
        ),
        (
            "not yet valid",
            ours.server("localhost", Validity::NotYet),
            Fault::CertificateNotYetValid,
        ),
        (
            "another host's",
            ours.server("other.example", Validity::Now),
            Fault::CertificateWrongHost,
        ),
        (
            "a stranger's",
            stranger.server("localhost", Validity::Now),
            Fault::CertificateUnknownAuthority,
        ),
        (
            "an impostor's",
            impostor.server("localhost", Validity::Now),
            Fault::CertificateUnknownAuthority,
        ),
        (
            "an authority as a server",
            Authority::itself("localhost"),
            Fault::CertificateUnknownAuthority,
        ),
    ];
    for (case, tls, fault) in cases {
        let site = Site::https(tls, |_, _| vec![Act::Send(ok(SCRIPT))]);
        let mut desk = Desk::at(&site.url());
        desk.config.network.ca_file = Some(ours.file());
        desk.fails(&by_key(), fault, case);
        assert_eq!(
            site.received().len(),
            0,
            "{case}: nothing was told to a stranger"
        );
    }
}

#[test]
fn d2_a_port_that_speaks_no_tls_is_told() {
    let authority = Authority::new();
    for (case, greeting, fault) in [
        (
            "plain http",
            "HTTP/1.1 400 Bad Request\r\n\r\n",
            Fault::NotTls,
        ),
        ("ssh", "SSH-2.0-OpenSSH_9.9\r\n", Fault::NotTls),
        ("closed without a word", "", Fault::HandshakeCut),
    ] {
        let port = crate::support::site::greeting_port(greeting.as_bytes());
        let mut desk = Desk::at(&format!("https://localhost:{port}"));
        desk.config.network.ca_file = Some(authority.file());
        desk.fails(&by_key(), fault, case);
    }
}

#[test]
fn a_ca_file_without_certificates_fails_before_any_request() {
    let authority = Authority::new();
    let site = Site::https(authority.server("localhost", Validity::Now), |_, _| {
        vec![Act::Send(ok(SCRIPT))]
    });
    let mut desk = Desk::at(&site.url());
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(&file, "no certificate").expect("written");
    for (path, why) in [
        (
            file.path(),
            "there is no certificate in this file: it may be in PEM, DER or PKCS#7",
        ),
        (
            std::path::Path::new("/no/such/file"),
            "it can't be read: No such file or directory (os error 2)",
        ),
    ] {
        desk.config.network.ca_file = Some(path.to_owned());
        let failure = desk.fails(&by_key(), Fault::BadCaFile, "a bad file");
        assert_eq!(
            failure.detail.map(|detail| detail.to_string()),
            Some(format!("{}: {why}", path.display()))
        );
    }
    assert_eq!(site.received().len(), 0);
}

#[test]
fn d7_a_complete_body_without_close_notify_is_good_and_a_cut_one_is_not() {
    let authority = Authority::new();
    for (case, bytes, good) in [
        ("complete", ok(SCRIPT), true),
        (
            "cut",
            format!("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{SCRIPT}").into_bytes(),
            false,
        ),
        (
            "of unknown length",
            format!("HTTP/1.1 200 OK\r\n\r\n{SCRIPT}").into_bytes(),
            false,
        ),
    ] {
        let site = Site::https(authority.server("localhost", Validity::Now), move |_, _| {
            vec![Act::Send(bytes.clone()), Act::Cut]
        });
        let mut desk = Desk::at(&site.url());
        desk.config.network.ca_file = Some(authority.file());
        if good {
            desk.download(&by_key()).client(case);
        } else {
            desk.fails(&by_key(), Fault::CutShort, case);
        }
    }
}

#[test]
fn d8_silence_at_any_point_is_a_stall() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";
    for (case, bytes) in [
        ("before the head", String::new()),
        ("within the head", "HTTP/1.1 200 OK\r\nConte".to_owned()),
        ("before the body", head.to_owned()),
        ("within the body", format!("{head}{SCRIPT}")),
    ] {
        let site = Site::http(move |_, _| vec![Act::Send(bytes.clone().into_bytes()), Act::Hold]);
        let mut desk = Desk::at(&site.url());
        desk.config.network.stall_timeout = Duration::from_millis(300);
        desk.config.network.retries = 2;
        desk.fails(&by_key(), Fault::Stalled, case);
        site.has_received(1);
        assert_eq!(
            site.received().len(),
            1,
            "{case}: what was sent is never sent again"
        );
    }
}

#[test]
fn d8_a_dripped_head_and_a_session_that_takes_too_long_end() {
    let dripped = [b"HTTP/1.1 200 OK\r\nX-Drip: ".as_slice(), &[b'x'; 10_000]].concat();
    let site = Site::http(move |_, _| vec![Act::Drip(dripped.clone(), Duration::from_millis(20))]);
    let mut desk = Desk::at(&site.url());
    desk.config.network.stall_timeout = Duration::from_millis(400);
    desk.fails(&by_key(), Fault::Stalled, "a dripped head");

    let body = [
        ok("")[..17].to_vec(),
        b"Content-Length: 10000\r\n\r\n#!".to_vec(),
    ]
    .concat();
    let site = Site::http(move |_, _| {
        vec![
            Act::Send(body.clone()),
            Act::Drip(vec![b'#'; 10_000], Duration::from_millis(20)),
        ]
    });
    let mut desk = Desk::at(&site.url());
    desk.config.network.total_timeout = Duration::from_millis(700);
    desk.fails(&by_key(), Fault::TotalTimeout, "a byte now and then");
}

fn waits(stages: &[Stage]) -> Vec<Duration> {
    let wait = |stage: &Stage| {
        if let Stage::Waiting { wait } = stage {
            Some(*wait)
        } else {
            None
        }
    };
    stages.iter().filter_map(wait).collect()
}

#[test]
fn d9_a_busy_site_that_names_a_short_wait_is_asked_again() {
    for status in ["503 Service Unavailable", "429 Too Many Requests"] {
        let busy = answer(status, "Retry-After: 1\r\n", "");
        let site = Site::http(move |number, _| {
            vec![Act::Send(if number == 0 {
                busy.clone()
            } else {
                ok(SCRIPT)
            })]
        });
        let mut desk = Desk::at(&site.url());
        desk.config.network.retries = 1;
        let outcome = desk.download(&by_rep());
        let waited = waits(&outcome.stages);
        assert!(
            waited.len() == 1 && waited[0] >= Duration::from_secs(1),
            "{status}: {:?}",
            outcome.stages
        );
        outcome.client(status);
        let received = site.received();
        assert_eq!(
            (received.len(), &received[0].target),
            (2, &received[1].target),
            "{status}"
        );
    }
}

#[test]
fn d9_a_wait_that_the_session_has_no_time_for_is_told_at_once() {
    let busy = answer("503 Service Unavailable", "Retry-After: 8\r\n", "");
    let site = Site::http(move |_, _| vec![Act::Send(busy.clone())]);
    let mut desk = Desk::at(&site.url());
    desk.config.network.retries = 2;
    desk.config.network.total_timeout = Duration::from_secs(7);
    let begun = Instant::now();
    desk.fails(&by_rep(), Fault::SiteBusy, "eight seconds of seven");
    assert!(
        begun.elapsed() < Duration::from_secs(7),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(site.received().len(), 1);

    let mut desk = Desk::at(&format!("http://127.0.0.1:{}", closed_port()));
    desk.config.network.retries = 10;
    desk.config.network.total_timeout = Duration::from_millis(2500);
    let outcome = desk.download(&by_rep());
    let Err(SessionError::Failed(failure)) = outcome.result else {
        panic!("{:?}", outcome.stages)
    };
    assert_eq!(
        failure.fault,
        Fault::NoConnection,
        "not that it took too long"
    );
    assert_eq!(waits(&outcome.stages).len(), 1, "{:?}", outcome.stages);
}

#[test]
fn d9_nothing_else_is_asked_again() {
    let cases = [
        (
            "no wait named",
            answer("503 Service Unavailable", "", ""),
            Fault::SiteBusy,
        ),
        (
            "too long a wait",
            answer("503 Service Unavailable", "Retry-After: 61\r\n", ""),
            Fault::SiteBusy,
        ),
        (
            "a date",
            answer(
                "503 Service Unavailable",
                "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n",
                "",
            ),
            Fault::SiteBusy,
        ),
        (
            "another status",
            answer("500 Oh", "Retry-After: 1\r\n", ""),
            Fault::SiteBroken,
        ),
        (
            "cut",
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n#!".to_vec(),
            Fault::CutShort,
        ),
        ("no answer", Vec::new(), Fault::CutShort),
    ];
    for (case, bytes, fault) in cases {
        let site = Site::answering(bytes);
        let mut desk = Desk::at(&site.url());
        desk.config.network.retries = 2;
        desk.fails(&by_rep(), fault, case);
        assert_eq!(site.received().len(), 1, "{case}");
    }
}

#[test]
fn d9_failed_connections_are_retried_with_backoff() {
    let mut desk = Desk::at(&format!("http://127.0.0.1:{}", closed_port()));
    desk.config.network.retries = 2;
    let outcome = desk.download(&by_rep());
    let asked = outcome
        .stages
        .iter()
        .filter(|stage| matches!(stage, Stage::Requesting { .. }))
        .count();
    let waited = waits(&outcome.stages);
    assert_eq!((asked, waited.len()), (3, 2), "{:?}", outcome.stages);
    for (wait, least) in waited.iter().zip([1, 2]) {
        let least = Duration::from_secs(least);
        assert!(*wait >= least && *wait <= least * 3 / 2, "{waited:?}");
    }
}

/// A port before the site that closes the first connection without a word, as what is just being
/// started does.
fn port_before(site: &Site) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let (port, behind) = (listener.local_addr().expect("an address").port(), site.port);
    std::thread::spawn(move || {
        for visitor in listener.incoming().flatten().skip(1) {
            let site = TcpStream::connect(("127.0.0.1", behind)).expect("the site");
            for (mut from, mut to) in
                [(&visitor, &site), (&site, &visitor)].map(|(from, to)| (dup(from), dup(to)))
            {
                std::thread::spawn(move || {
                    // Either may have had enough.
                    let _ = std::io::copy(&mut from, &mut to)
                        .and_then(|_| to.shutdown(Shutdown::Write));
                });
            }
        }
    });
    port
}

fn dup(stream: &TcpStream) -> TcpStream {
    stream.try_clone().expect("a descriptor")
}

#[test]
fn d9_a_connection_that_breaks_off_before_it_is_a_safe_one_is_tried_again() {
    let authority = Authority::new();
    let site = Site::https(authority.server("localhost", Validity::Now), |_, _| {
        vec![Act::Send(ok(SCRIPT))]
    });
    let mut desk = Desk::at(&format!("https://localhost:{}", port_before(&site)));
    desk.config.network.ca_file = Some(authority.file());
    desk.config.network.retries = 1;
    let outcome = desk.download(&by_key());
    assert_eq!(waits(&outcome.stages).len(), 1, "{:?}", outcome.stages);
    outcome.client("the second time");
    assert_eq!(site.received().len(), 1);
}

#[test]
fn d9_a_busy_site_is_given_up_after_the_retries() {
    let site = Site::answering(answer(
        "503 Service Unavailable",
        "Retry-After: 0\r\n",
        "<html>Full</html>",
    ));
    let mut desk = Desk::at(&site.url());
    desk.config.network.retries = 1;
    let failure = desk.fails(&by_rep(), Fault::SiteBusy, "busy");
    assert_eq!(failure.site_words, None, "the page of a status 5xx");
    assert_eq!(site.received().len(), 2);
}
