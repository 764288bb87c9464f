//! How long a cancel takes at each stage of a session while the site stalls (D8: within 200 ms).
//!
//! ```text
//! cargo bench --bench cancel
//! ```
//!
//! Each time stands beside that of a word from one thread to another and back, measured in the same
//! run: a busy machine makes both longer.

#![expect(clippy::print_stdout, reason = "what a benchmark is for")]
#![expect(
    clippy::expect_used,
    reason = "a benchmark that can't be set up has failed"
)]

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use support_kiosk::client::{Purpose, SessionOptions, download};
use support_kiosk::config::{Config, from_text};
use support_kiosk::job::{Cancel, SessionError};
use support_kiosk::session::{CustomerDetails, Id, Placeholders, SessionRequest};

const TIMES: usize = 50;

/// Where the site falls silent, and what it has sent until then.
const STAGES: [(&str, Option<&str>); 4] = [
    ("before the connection is taken", None),
    ("before its head", Some("")),
    ("in its head", Some("HTTP/1.1 200 OK\r\nContent-Ty")),
    (
        "in its body",
        Some("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n#!/bin/sh\n"),
    ),
];

fn main() {
    let word = median(&mut (0..TIMES).map(|_| there_and_back()).collect::<Vec<_>>());
    println!("a word to a thread and back: {} µs", word.as_micros());
    for (stage, sent) in STAGES {
        let mut times: Vec<Duration> = (0..TIMES).map(|_| cancelled(sent)).collect();
        let (middle, most) = (median(&mut times), times[TIMES - 1]);
        let ratio = middle.as_secs_f64() / word.as_secs_f64();
        let (middle, most) = (middle.as_secs_f64() * 1e3, most.as_secs_f64() * 1e3);
        println!("cancelled {stage}: median {middle:.2} ms, most {most:.2} ms; {ratio:.0} words");
    }
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn there_and_back() -> Duration {
    let (there, heard): (Sender<()>, Receiver<()>) = channel();
    let (answer, back) = channel();
    let other = thread::spawn(move || {
        for () in heard {
            answer.send(()).expect("somebody listens");
        }
    });
    let began = Instant::now();
    there.send(()).expect("somebody listens");
    back.recv().expect("an answer");
    let took = began.elapsed();
    drop(there);
    other.join().expect("an end");
    took
}

/// From the wish to stop until the session has, its folder removed.
fn cancelled(sent: Option<&'static str>) -> Duration {
    let folder = tempfile::tempdir().expect("a folder");
    fs::DirBuilder::new()
        .mode(0o700)
        .create(folder.path().join("clients"))
        .expect("a folder for clients");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let config = config(
        &format!("http://{}", listener.local_addr().expect("bound")),
        folder.path(),
    );
    let (silent, is_silent) = channel();
    let site = thread::spawn(move || {
        let taken = sent.map(|sent| fall_silent(&listener, sent));
        silent.send(()).expect("somebody waits");
        if let Some(mut stream) = taken {
            let _gone = stream.read(&mut [0]);
            let _closed = stream.shutdown(Shutdown::Both);
        }
        listener
    });
    let cancel = Cancel::new();
    let (wish, moment) = (cancel.clone(), channel());
    let canceller = thread::spawn(move || {
        is_silent.recv().expect("a site");
        // Until what was sent has been taken in.
        thread::sleep(Duration::from_millis(20));
        moment.0.send(Instant::now()).expect("somebody waits");
        wish.cancel();
    });
    let request = SessionRequest::Rep {
        id: Id::new(12).expect("an id"),
        name: config.reps[0].name.clone(),
        details: CustomerDetails::default(),
    };
    let order = SessionOptions {
        config: &config,
        request: &request,
        placeholders: &Placeholders::default(),
        purpose: Purpose::Run,
        wants_sum: false,
        cancel: &cancel,
        environment: &[],
    };
    let outcome = download(&order, &mut |_| ()).map(drop);
    let ended = Instant::now();
    assert_eq!(outcome.err(), Some(SessionError::Cancelled));
    assert_eq!(
        fs::read_dir(folder.path().join("clients"))
            .expect("a folder")
            .count(),
        0,
        "a folder is left"
    );
    canceller.join().expect("an end");
    site.join().expect("an end");
    ended - moment.1.recv().expect("a moment")
}

/// Takes the request, sends that much of an answer, and no more.
fn fall_silent(listener: &TcpListener, sent: &str) -> TcpStream {
    let (mut stream, _) = listener.accept().expect("a visitor");
    let mut request = [0; 4096];
    let taken = stream.read(&mut request).expect("a request");
    assert!(taken > 0, "no request");
    stream.write_all(sent.as_bytes()).expect("sent");
    stream
}

fn config(url: &str, folder: &Path) -> Config {
    let text = format!(
        "site.url = \"{url}\"\ndownload.folder = \"clients\"\nlog.to = \"none\"\n[[rep]]\nid = 12\nname = \"Dana Whitfield\"\n"
    );
    from_text(&text, &folder.join("kiosk.toml")).expect("a good config")
}
