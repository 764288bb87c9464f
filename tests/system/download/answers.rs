//! What the site can answer (D4-D7), and under which name (D10).

use std::time::Duration;

use support_kiosk::client::{Purpose, SaveTo};
use support_kiosk::config::FileKind;
use support_kiosk::failure::Fault;
use support_kiosk::job::Cancel;
use support_kiosk::session::Stage;

use crate::support::order::{Desk, SCRIPT, by_key, by_rep};
use crate::support::samples::whole;
use crate::support::site::{Act, Site, answer, ok};

fn chunked(chunks: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}").into_bytes()
}

#[test]
fn d5_d6_an_answer_that_is_no_client_is_told_apart_and_leaves_nothing() {
    let page = "<html><head><title>Remote Support by BeyondTrust</title></head><body><h1>Dana is away</h1></body></html>";
    let gzip = b"\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\x03body".as_slice();
    let cases: Vec<(&str, Vec<u8>, Fault)> = vec![
        ("HTML", ok(page), Fault::Refused),
        (
            "HTML that calls itself a program",
            answer("200 OK", "Content-Type: application/octet-stream\r\n", page),
            Fault::Refused,
        ),
        (
            "HTML behind a mark and blanks",
            ok(format!("\u{FEFF}\r\n  {page}")),
            Fault::Refused,
        ),
        (
            "JSON",
            ok(r#"{"error": true, "errorMessage": "Closed"}"#),
            Fault::Refused,
        ),
        (
            "plain words",
            answer("200 OK", "Content-Type: text/plain\r\n", "No session"),
            Fault::Refused,
        ),
        ("empty", ok(""), Fault::EmptyAnswer),
        ("blank", ok(" \r\n"), Fault::EmptyAnswer),
        ("unknown bytes", ok([1, 2, 3, 4]), Fault::WrongKind),
        ("a program for Windows", ok(b"MZ\x90\x00"), Fault::WrongKind),
        (
            "compressed though not asked",
            answer("200 OK", "Content-Encoding: gzip\r\n", gzip),
            Fault::WrongKind,
        ),
        ("201", answer("201 Created", "", SCRIPT), Fault::OddStatus),
        (
            "204",
            b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(),
            Fault::OddStatus,
        ),
        (
            "206 unasked",
            answer(
                "206 Partial Content",
                "Content-Range: bytes 0-17/18\r\n",
                SCRIPT,
            ),
            Fault::OddStatus,
        ),
        (
            "304",
            b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec(),
            Fault::OddStatus,
        ),
        (
            "302 to nowhere",
            answer("302 Found", "", ""),
            Fault::OddStatus,
        ),
        (
            "400",
            answer("400 Bad Request", "", page),
            Fault::SiteRejected,
        ),
        (
            "401",
            answer("401 Unauthorized", "", page),
            Fault::SiteRejected,
        ),
        (
            "403",
            answer("403 Forbidden", "", page),
            Fault::SiteRejected,
        ),
        (
            "404",
            answer("404 Not Found", "", page),
            Fault::WrongDialect,
        ),
        ("410", answer("410 Gone", "", page), Fault::SiteRejected),
        (
            "429",
            answer("429 Too Many Requests", "", ""),
            Fault::SiteBusy,
        ),
        (
            "500",
            answer("500 Internal Server Error", "", page),
            Fault::SiteBroken,
        ),
        (
            "503",
            answer("503 Service Unavailable", "", ""),
            Fault::SiteBusy,
        ),
        (
            "511",
            answer("511 Network Authentication Required", "", page),
            Fault::NetworkSignIn,
        ),
        (
            "garbage for a status line",
            b"SSH-2.0-OpenSSH_9.9\r\n".to_vec(),
            Fault::Garbled,
        ),
        ("nothing at all", Vec::new(), Fault::CutShort),
        (
            "half a head",
            b"HTTP/1.1 200 OK\r\nContent-".to_vec(),
            Fault::CutShort,
        ),
        (
            "a head without end",
            [
                b"HTTP/1.1 200 OK\r\n".to_vec(),
                b"X-A: b\r\n".repeat(200_000),
            ]
            .concat(),
            Fault::Garbled,
        ),
        (
            "shorter than promised",
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n#!/bin/sh\n".to_vec(),
            Fault::CutShort,
        ),
        (
            "a chunk without end",
            chunked("ff\r\n#!/bin/sh\n"),
            Fault::CutShort,
        ),
        (
            "a chunk of no length",
            chunked("5\r\n#!/bi\r\nzz\r\n"),
            Fault::Garbled,
        ),
    ];
    for (case, bytes, fault) in cases {
        let site = Site::answering(bytes);
        Desk::at(&site.url()).fails(&by_rep(), fault, case);
        assert_eq!(site.received().len(), 1, "{case}: asked once, never again");
    }
}

#[test]
fn d6_d15_a_program_is_never_shown_as_text_and_its_status_is_logged() {
    let token: Vec<u8> = "jnlp-token: e7d1c0ffee"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let windows = [b"MZ".as_slice(), &[0; 60], &token, &[0; 400]].concat();
    let script = b"#!/bin/sh\nexec ./scc --token $SESSION_TOKEN\n".to_vec();
    let packed = b"\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\x03body of a page".to_vec();
    let binary: Vec<u8> = (1..=255).cycle().take(4096).collect();
    for (head, body, fault) in [
        ("206 Partial Content", windows.clone(), Fault::OddStatus),
        ("203 Other", script.clone(), Fault::OddStatus),
        ("403 Forbidden", script, Fault::KeyRefused),
        ("500 Broken", windows, Fault::SiteBroken),
        ("404 Gone", packed.clone(), Fault::KeyRefused),
        (
            "404 Gone\r\nContent-Encoding: gzip",
            packed,
            Fault::KeyRefused,
        ),
        (
            "404 Gone\r\nContent-Type: text/html; charset=iso-8859-1",
            binary.clone(),
            Fault::KeyRefused,
        ),
        (
            "404 Gone\r\nContent-Type: text/html; charset=utf-8",
            binary,
            Fault::KeyRefused,
        ),
        (
            "404 Gone\r\nContent-Encoding: br",
            b"words all the same".to_vec(),
            Fault::KeyRefused,
        ),
    ] {
        let site = Site::answering(answer(head, "", body));
        let failure = Desk::at(&site.url()).fails(&by_key(), fault, head);
        assert_eq!(failure.site_words, None, "{head}");
        assert_eq!(
            failure.causes.map(|causes| causes.to_string()),
            Some(format!("status {}", &head[..3])),
            "{head}"
        );
    }
}

#[test]
fn a_refusal_tells_a_bad_key_from_an_absent_representative() {
    let page = "<html><head><title>BeyondTrust</title></head><body><h1>Dana is &quot;away&quot;\u{1B}[2J</h1></body></html>";
    let site = Site::answering(ok(page));
    let desk = Desk::at(&site.url());
    for (request, fault) in [(by_rep(), Fault::Refused), (by_key(), Fault::KeyRefused)] {
        let words = desk
            .fails(&request, fault, "a page")
            .site_words
            .expect("words");
        assert_eq!(words.as_str(), "BeyondTrust: Dana is \"away\"[2J");
    }
    let site = Site::answering(answer(
        "404 Not Found",
        "",
        format!(
            r#"{{"error": 1, "msg": "{}"}}"#,
            "No such key. ".repeat(5000)
        ),
    ));
    let words = Desk::at(&site.url())
        .fails(&by_key(), Fault::KeyRefused, "long JSON")
        .site_words
        .expect("words");
    assert!(
        words.as_str().starts_with("No such key. No such") && words.count() <= 200,
        "{words}"
    );
}

/// What a site shows in place of a client: its portal, with every way to start a session.
const PORTAL: &str = "<!DOCTYPE html><html><head><title>Example Support Portal | Powered by BOMGAR</title></head><body>\
    <nav><a href='/'>Home</a></nav><form action='/check'><h2>Representatives <a>?</a></h2><select name=id><option value=1>Dana\
    <option value=2>Zoe</select></form><form><h2>Session Key</h2><label for=k>Session Key</label><input id=k value='Type it'>\
    <button>Submit</button></form><form><h2>Issue Submission</h2><label>Your Issue</label><select><option>- Please choose -\
    </option><option>Other Issue</option></select><label>Your Name</label><textarea>Details</textarea><input type=submit \
    value=Send></form><footer><p>Copyright Example</p></footer></body></html>";

#[test]
fn d6_a_portals_form_controls_are_no_words_of_a_refusal() {
    let with_words = PORTAL.replace(
        "<nav>",
        "<div class=error>Your session key has expired.</div><nav>",
    );
    let title = "Example Support Portal | Powered by BOMGAR";
    for (page, said) in [
        (PORTAL, title),
        (
            &with_words,
            &format!("{title}: Your session key has expired."),
        ),
    ] {
        let failure = Desk::at(&Site::answering(ok(page)).url()).fails(
            &by_key(),
            Fault::KeyRefused,
            "a portal",
        );
        assert_eq!(
            failure.site_words.map(|words| words.to_string()).as_deref(),
            Some(said)
        );
    }
}

#[test]
fn d6_the_text_of_a_5xx_page_is_left_out() {
    for (status, fault) in [
        (500, Fault::SiteBroken),
        (502, Fault::SiteBroken),
        (503, Fault::SiteBusy),
        (511, Fault::NetworkSignIn),
        (599, Fault::SiteBroken),
    ] {
        for page in [
            "<h1>java.lang.NullPointerException</h1> at db-7.internal",
            r#"{"error": "ORA-00942"}"#,
            "stack trace",
        ] {
            let site = Site::answering(answer(&format!("{status} Oh"), "", page));
            let failure = Desk::at(&site.url()).fails(&by_key(), fault, page);
            assert_eq!(
                (failure.site_words, failure.causes.map(|c| c.to_string())),
                (None, Some(format!("status {status}")))
            );
        }
    }
}

#[test]
fn d6_the_words_of_a_page_that_never_ends_are_not_waited_for() {
    let head = b"HTTP/1.1 404 Not Found\r\n\r\n<html><h1>No such page</h1>".to_vec();
    let site = Site::http(move |_, _| vec![Act::Send(head.clone()), Act::Hold]);
    let mut desk = Desk::at(&site.url());
    // Long enough for its beginning to come.
    desk.config.network.stall_timeout = Duration::from_secs(3);
    let failure = desk.fails(&by_rep(), Fault::WrongDialect, "a page without end");
    assert_eq!(
        failure.site_words.map(|words| words.to_string()).as_deref(),
        Some("No such page")
    );

    let page = b"HTTP/1.1 500 Oh\r\n\r\n<html><h1>Broken</h1>".to_vec();
    let site =
        Site::http(move |_, _| vec![Act::Send(page.clone()), Act::Endless(vec![b'x'; 4096])]);
    Desk::at(&site.url()).fails(&by_rep(), Fault::SiteBroken, "an endless page");
}

#[test]
fn d7_the_size_is_capped_by_what_is_promised_and_by_what_is_counted() {
    let block = [b"#!/bin/sh\n".as_slice(), &[b'#'; 4086]].concat();
    let endless = |head: &'static str| {
        let block = block.clone();
        Site::http(move |_, _| {
            vec![
                Act::Send(head.as_bytes().to_vec()),
                Act::Endless(block.clone()),
            ]
        })
    };
    // Nothing but the head comes: what is promised is enough.
    let promised = b"HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n";
    let silent = Site::http(move |_, _| vec![Act::Send(promised.to_vec()), Act::Hold]);
    Desk::at(&silent.url()).fails(
        &by_rep(),
        Fault::TooBig,
        "ten gigabytes promised, none sent",
    );
    for (case, head) in [
        (
            "ten gigabytes promised",
            "HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n",
        ),
        ("without end", "HTTP/1.1 200 OK\r\n\r\n"),
    ] {
        Desk::at(&endless(head).url()).fails(&by_rep(), Fault::TooBig, case);
    }
    let site = Site::http(move |_, _| {
        let chunk = [b"1000\r\n".as_slice(), &block, b"\r\n"].concat();
        vec![Act::Send(chunked("")), Act::Endless(chunk)]
    });
    Desk::at(&site.url()).fails(&by_rep(), Fault::TooBig, "chunks without end");
}

#[test]
fn d7_bytes_past_the_promised_length_are_never_read() {
    let body = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{SCRIPT}more that was not promised",
        SCRIPT.len()
    );
    let site = Site::answering(body);
    let desk = Desk::at(&site.url());
    let client = desk.download(&by_rep()).client("more than promised");
    assert_eq!(client.bytes(), SCRIPT.len() as u64);
}

#[test]
fn a_client_comes_whole_with_its_progress_its_sum_and_its_name() {
    let body = format!("#!/bin/sh\n{}", "#".repeat(300_000));
    let sent = answer(
        "200 OK",
        "Content-Disposition: attachment; filename=bomgar-scc-w0eec30.bin\r\n",
        &body,
    );
    let site = Site::answering(sent);
    let mut desk = Desk::at(&site.url());
    desk.summed = true;
    let outcome = desk.download(&by_key());
    let host = format!("localhost:{}", site.port);
    let total = Some(body.len() as u64);
    let stages = &outcome.stages;
    assert_eq!(
        stages[..2],
        [
            Stage::Requesting {
                method: "GET",
                host
            },
            Stage::Downloading { bytes: 0, total }
        ]
    );
    let [.., downloaded, Stage::Checking { sum: Some(sum) }] = &stages[..] else {
        panic!("{stages:?}")
    };
    assert_eq!(
        *downloaded,
        Stage::Downloading {
            bytes: body.len() as u64,
            total
        }
    );
    // As sha256sum has it.
    assert_eq!(
        sum.to_string(),
        "123873f3a386bdc1660c3bf3aedeaf6b5804ffcb5c1d6690ac2496c51c1b12b2"
    );
    let sum = Some(*sum);
    let client = outcome.client("a good client");
    assert_eq!(
        (client.bytes(), client.kind()),
        (body.len() as u64, FileKind::Script)
    );
    assert_eq!(client.file_name(), "bomgar-scc-w0eec30.bin");
    let to = tempfile::tempdir().expect("a folder");
    let saved = client
        .save_to(SaveTo::Folder(to.path()), &Cancel::new())
        .expect("saved");
    assert_eq!(
        (saved.sum, std::fs::read_to_string(&saved.path).ok()),
        (sum, Some(body))
    );
    assert!(desk.left().is_empty(), "{:?}", desk.left());
}

#[test]
fn d16_the_name_in_a_head_that_only_curl_would_take_is_kept() {
    for (case, field) in [
        (
            "a space before the colon",
            "Content-Disposition : attachment; filename=\"bomgar-scc-w0eec30.bin\"",
        ),
        (
            "on two lines",
            "Content-Disposition: attachment;\r\n filename=\"bomgar-scc-w0eec30.bin\"",
        ),
        (
            "on two lines, by a tab",
            "Content-Disposition:\r\n\tattachment; filename=bomgar-scc-w0eec30.bin",
        ),
        (
            "behind a bad field",
            "X Powered By: x\r\nContent-Disposition: attachment; filename=bomgar-scc-w0eec30.bin",
        ),
        (
            "behind a bad cookie",
            "Set-Cookie: a=\x7F\r\nContent-Disposition: attachment; filename=bomgar-scc-w0eec30.bin",
        ),
    ] {
        let site = Site::answering(answer("200 OK", &format!("{field}\r\n"), SCRIPT));
        let client = Desk::at(&site.url()).download(&by_rep()).client(case);
        assert_eq!(client.file_name(), "bomgar-scc-w0eec30.bin", "{case}");
    }
}

#[test]
fn d10_an_unsafe_served_name_never_leaves_the_session_directory() {
    let [elf, desktop, pe, msi, zip] = [
        FileKind::Elf,
        FileKind::Desktop,
        FileKind::Pe,
        FileKind::Msi,
        FileKind::Zip,
    ]
    .map(whole);
    let cases: [(&str, &[u8], &str); 13] = [
        ("filename=../../x", SCRIPT.as_bytes(), "_._.._x"),
        ("filename=\"..\\\\x\"", SCRIPT.as_bytes(), "_._x"),
        ("filename=/tmp/x", SCRIPT.as_bytes(), "_tmp_x"),
        ("filename=C:x", &pe, "C:x"),
        ("filename=-rf", &elf, "_rf"),
        ("filename=.owner", SCRIPT.as_bytes(), "_owner"),
        ("filename*=UTF-8''..%2Fx", &zip, "_._x"),
        ("filename=good-name.1", SCRIPT.as_bytes(), "good-name.1"),
        (
            "filename=bomgar-scc-abc (1).exe",
            &pe,
            "bomgar-scc-abc (1).exe",
        ),
        ("filename=..", &elf, "client"),
        ("filename=.", SCRIPT.as_bytes(), "client.sh"),
        ("filename=\"\"", &desktop, "client.desktop"),
        ("x", &msi, "client.msi"),
    ];
    for (disposition, body, name) in cases {
        let site = Site::answering(answer(
            "200 OK",
            &format!("Content-Disposition: attachment; {disposition}\r\n"),
            body,
        ));
        let mut desk = Desk::at(&site.url());
        desk.purpose = Purpose::Save;
        let client = desk.download(&by_rep()).client(disposition);
        assert_eq!(client.file_name(), name, "{disposition}");
        let files: Vec<_> = walk(desk.folder.path());
        assert!(
            files.iter().any(|path| path.ends_with(name)),
            "{disposition}: {files:?}"
        );
        assert_eq!(
            files.len(),
            2,
            "{disposition}: the client and the folder's record alone: {files:?}"
        );
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                walk(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}
