//! Cancelling at each stage (D8, D14): soon, and with nothing left.

use std::path::PathBuf;
use std::time::Duration;

use support_kiosk::client::download;
use support_kiosk::job::SessionError;
use support_kiosk::session::Stage;

use crate::support::order::{Desk, SCRIPT, by_key};
use crate::support::site::{Act, Site, answer, closed_port, ok, silent_port};

/// The row promises 200 ms, and the benchmark of cancels measures it. On a machine that has much to
/// do it may take longer; what is over by now was not ended by any limit of the network's, the
/// shortest of which is twice that.
const SOON: Duration = Duration::from_secs(10);

fn is_cancelled_soon(desk: &Desk, is_time: fn(&Stage) -> bool, case: &str) {
    let (outcome, after) = desk.cancel_at(&by_key(), is_time);
    let stop = outcome.result.err();
    assert_eq!(
        stop,
        Some(SessionError::Cancelled),
        "{case}: {:?}",
        outcome.stages
    );
    assert!(after < SOON, "{case}: {after:?}");
    assert_eq!(desk.left(), Vec::<PathBuf>::new(), "{case}");
}

#[test]
fn d14_a_session_is_cancelled_at_once_wherever_it_hangs() {
    let requesting = |stage: &Stage| matches!(stage, Stage::Requesting { .. });
    is_cancelled_soon(
        &Desk::at(&format!("https://localhost:{}", silent_port())),
        requesting,
        "within the handshake",
    );

    let silent = Site::http(|_, _| vec![Act::Hold]);
    is_cancelled_soon(&Desk::at(&silent.url()), requesting, "before the head");

    let page = Site::http(|_, _| {
        vec![
            Act::Send(b"HTTP/1.1 404 No\r\n\r\n<html>".to_vec()),
            Act::Hold,
        ]
    });
    is_cancelled_soon(&Desk::at(&page.url()), requesting, "within a page");

    let mut refused = Desk::at(&format!("http://127.0.0.1:{}", closed_port()));
    refused.config.network.retries = 9;
    is_cancelled_soon(
        &refused,
        |stage| matches!(stage, Stage::Waiting { .. }),
        "while waiting for another try",
    );

    let busy = Site::answering(answer("503 Busy", "Retry-After: 30\r\n", ""));
    let mut desk = Desk::at(&busy.url());
    desk.config.network.retries = 1;
    is_cancelled_soon(
        &desk,
        |stage| matches!(stage, Stage::Waiting { .. }),
        "while the site is busy",
    );

    let half = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n#!{}",
        "#".repeat(2000)
    );
    let half = Site::http(move |_, _| vec![Act::Send(half.clone().into_bytes()), Act::Hold]);
    is_cancelled_soon(
        &Desk::at(&half.url()),
        |stage| matches!(stage, Stage::Downloading { .. }),
        "within the body",
    );

    let head = b"HTTP/1.1 200 OK\r\n\r\n#!/bin/sh\n".to_vec();
    let endless =
        Site::http(move |_, _| vec![Act::Send(head.clone()), Act::Endless(vec![b'#'; 65_536])]);
    let mut desk = Desk::at(&endless.url());
    desk.config.download.max_size = u64::MAX;
    is_cancelled_soon(
        &desk,
        |stage| matches!(stage, Stage::Downloading { bytes: 1.., .. }),
        "in full flow",
    );
}

#[test]
fn d14_a_cancel_ends_the_connection() {
    let (tell, told) = std::sync::mpsc::channel();
    let tell = std::sync::Mutex::new(tell);
    let site = Site::http(move |_, _| {
        let _ = tell.lock().expect("a channel").send(());
        vec![Act::Hold, Act::Send(b"x".to_vec())]
    });
    let desk = Desk::at(&site.url());
    is_cancelled_soon(
        &desk,
        |stage| matches!(stage, Stage::Requesting { .. }),
        "before the head",
    );
    // Whether the request got out before the cancel is a race; a site that has it is let go all the
    // same.
    let _ = told.recv_timeout(Duration::from_secs(1));
    site.all_gone();
}

#[test]
fn d14_no_request_goes_out_after_a_cancel() {
    let site = Site::answering(ok(SCRIPT));
    let desk = Desk::at(&site.url());
    desk.cancel.cancel();
    let outcome = desk.download(&by_key());
    assert_eq!(outcome.result.err(), Some(SessionError::Cancelled));
    assert_eq!((outcome.stages, site.received().len()), (Vec::new(), 0));
}

#[test]
fn d14_no_client_is_started_after_a_cancel() {
    let site = Site::http(|_, _| vec![Act::Send(ok("#!/bin/sh\n: > \"$MARK\"\n"))]);
    for at in [Stage::Checking { sum: None }, Stage::Starting] {
        let mut desk = Desk::at(&site.url());
        let mark = tempfile::tempdir().expect("a folder");
        desk.config.launch.environment = vec!["MARK".to_owned()];
        desk.environment = vec![("MARK".into(), mark.path().join("ran").into())];
        let request = by_key();
        let order = desk.order(&request);
        let mut stages = |stage: Stage| {
            if stage == at {
                desk.cancel.cancel();
            }
        };
        let stop = download(&order, &mut stages)
            .and_then(|client| client.launch(&order, None, &mut stages))
            .err();
        assert_eq!(stop, Some(SessionError::Cancelled), "{at:?}");
        assert!(!mark.path().join("ran").exists(), "{at:?}: it ran");
        assert_eq!(desk.left(), Vec::<PathBuf>::new(), "{at:?}");
    }
}

#[test]
fn d14_a_panic_of_the_watcher_leaves_no_file() {
    let site = Site::answering(ok(SCRIPT));
    let desk = Desk::at(&site.url());
    let request = by_key();
    let order = desk.order(&request);
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        download(&order, &mut |stage| {
            assert_ne!(stage, Stage::Checking { sum: None }, "on purpose");
        })
        .is_ok()
    }));
    assert!(caught.is_err(), "the panic comes through");
    assert_eq!(desk.left(), Vec::<PathBuf>::new());
}
