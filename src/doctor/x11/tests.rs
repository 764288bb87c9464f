use std::fs;
use std::os::unix::net::UnixListener;
use std::thread;

use super::super::machine::fake::machine;
use super::fake::{ACCEPTED, DATA, REFUSED, by_tcp, entry, serve};
use super::*;

fn here() -> Vec<u8> {
    rustix::system::uname().nodename().to_bytes().to_owned()
}

/// Connects to a local server that gives this answer, with this cookie file. Also returns what
/// the server received.
fn asked(file: Option<&[u8]>, answer: &'static [u8]) -> (Result<(), X11Error>, Vec<u8>) {
    let (folder, machine) = machine(&[]);
    fs::create_dir_all(folder.path().join("tmp/.X11-unix")).expect("made");
    let listener = UnixListener::bind(folder.path().join("tmp/.X11-unix/X7")).expect("a socket");
    let server = thread::spawn(move || serve(listener.accept().expect("a connection").0, answer));
    if let Some(file) = file {
        fs::write(folder.path().join("authority"), file).expect("written");
    }
    let result = try_connect(&machine, "unix:7.0", file.map(|_| "/authority"));
    (result, server.join().expect("served"))
}

#[test]
fn a_display_is_a_host_and_a_number() {
    for (display, expected) in [
        (":0", Some(("", 0))),
        (":7.1", Some(("", 7))),
        ("unix:7.1", Some(("", 7))),
        ("localhost:10.0", Some(("localhost", 10))),
        ("2001:db8::1:0", Some(("2001:db8::1", 0))),
        ("", None),
        ("7", None),
        (":", None),
        (":x", None),
        (":-1", None),
        (":99999", None),
    ] {
        assert_eq!(address(display), expected, "{display}");
    }
}

#[test]
fn a_server_gets_the_cookie_for_its_display_and_nothing_else() {
    let others = [
        entry(AuthorityEntry::LOCAL, &here(), b"8", COOKIE),
        entry(AuthorityEntry::LOCAL, b"elsewhere", b"7", COOKIE),
        entry(AuthorityEntry::LOCAL, &here(), b"7", b"XDM-AUTHORIZATION-1"),
        entry(AuthorityEntry::INTERNET, &[127, 0, 0, 1], b"7", COOKIE),
    ]
    .concat();
    for ours in [
        entry(AuthorityEntry::LOCAL, &here(), b"7", COOKIE),
        entry(AuthorityEntry::WILD, b"", b"7", COOKIE),
        entry(AuthorityEntry::LOCAL, &here(), b"", COOKIE),
    ] {
        let (result, heard) = asked(Some(&[others.as_slice(), &ours].concat()), ACCEPTED);
        assert_eq!(result, Ok(()));
        let expected = [
            b"l\0\x0b\0\0\0\x12\0\x10\0\0\0".as_slice(),
            COOKIE,
            b"\0\0",
            DATA,
        ]
        .concat();
        assert_eq!(heard, expected);
    }
    let (result, heard) = asked(Some(&others), b"\0\x05\x0b\0\0\0\x02\0why?\n\0\0\0");
    let why = "/authority has no cookie for this display".to_owned();
    assert_eq!((result, heard.len()), (Err(X11Error::NoCookie { why }), 12));
}

#[test]
fn a_server_that_refuses_is_reported_in_its_own_words() {
    let file = entry(AuthorityEntry::WILD, b"", b"7", COOKIE);
    let words = || Err(X11Error::Refused("bad".to_owned()));
    assert_eq!(asked(Some(&file), REFUSED).0, words());
    assert_eq!(asked(Some(&file), b"\x02\0\0\0\0\0\x01\0bad\0").0, words());
    let no_server = asked(Some(&file), b"HTTP/1.1 400").0;
    assert!(
        matches!(no_server, Err(X11Error::NoAnswer(_))),
        "{no_server:?}"
    );
    // An open server requires no cookie.
    assert_eq!(asked(None, ACCEPTED).0, Ok(()));
    let without = asked(None, b"\0\0\x0b\0\0\0\0\0").0;
    assert!(
        matches!(&without, Err(X11Error::NoCookie { why }) if why.contains("XAUTHORITY")),
        "{without:?}"
    );
}

#[test]
fn a_server_that_closes_the_connection_refuses_too() {
    let file = entry(AuthorityEntry::WILD, b"", b"7", COOKIE);
    for cut in [b"".as_slice(), b"\0\x03"] {
        assert_eq!(
            asked(Some(&file), cut).0,
            Err(X11Error::Refused(CLOSED.to_owned()))
        );
        let without = asked(None, cut).0;
        assert!(
            matches!(without, Err(X11Error::NoCookie { .. })),
            "{without:?}"
        );
    }
}

#[test]
fn a_file_that_is_cut_or_missing_is_no_cookie() {
    let whole = entry(AuthorityEntry::WILD, b"", b"7", COOKIE);
    let refused = b"\0\0\x0b\0\0\0\0\0";
    for length in [0, 1, 5, whole.len() - 1] {
        let result = asked(Some(&whole[..length]), refused).0;
        assert!(
            matches!(result, Err(X11Error::NoCookie { .. })),
            "{length}: {result:?}"
        );
    }
    let (_folder, machine) = machine(&[]);
    let missing = cookie(&machine, Some("/nonesuch"), None, 7);
    assert!(
        missing.as_ref().is_err_and(|why| why.contains("/nonesuch")),
        "{missing:?}"
    );
}

#[test]
fn a_display_forwarded_by_ssh_is_reached_by_tcp() {
    let (number, server) = by_tcp(ACCEPTED);
    let (folder, machine) = machine(&[]);
    let file = entry(
        AuthorityEntry::LOCAL,
        &here(),
        number.to_string().as_bytes(),
        COOKIE,
    );
    fs::write(folder.path().join("authority"), file).expect("written");
    assert_eq!(
        try_connect(
            &machine,
            &format!("localhost:{number}.0"),
            Some("/authority")
        ),
        Ok(())
    );
    assert!(server.join().expect("served").ends_with(DATA));
    let gone = try_connect(
        &machine,
        &format!("localhost:{number}.0"),
        Some("/authority"),
    );
    assert!(matches!(gone, Err(X11Error::NoServer(_))), "{gone:?}");
    assert!(matches!(
        try_connect(&machine, ":7", None),
        Err(X11Error::NoServer(_))
    ));
    assert_eq!(
        try_connect(&machine, "seven", None),
        Err(X11Error::NoDisplay)
    );
}
