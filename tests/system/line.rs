//! A line that is slow, that stands still, or that takes a few bytes at a time: nothing of the
//! program waits for it, and when it moves again it gets the last frame, not all (T12).

use std::os::fd::AsFd as _;
use std::time::{Duration, Instant};

use rustix::termios::{Action, tcflow};
use support_kiosk::demo::ResponsePace;
use support_kiosk::terminal::tty::{Tty, WriteOutcome};

use crate::support::pty::{Pty, REST};
use crate::support::remains::Canaries;
use crate::support::stage::{LASTING, Stage, is_empty};

/// What is typed into the filter, to be looked for in the program's memory: no screen tells of a
/// line that stands still.
const WORD: &str = "zibelinequietmarshlanternheron";
/// Twice the bytes that the largest frame of 80x24 has.
const TWO_FRAMES: usize = 12_000;
/// So long anything may take before the test gives up: far more than it needs, on the slowest
/// machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Fills what the system holds for the line, so that from now on the program writes only as much as
/// is read.
fn fill(pty: &Pty) -> usize {
    let line = Tty::sharing(pty.slave().as_fd()).expect("a terminal");
    let mut taken = 0;
    // A terminal makes nothing of these.
    while let WriteOutcome::Written(count) = line.write(&[0; 128]) {
        taken += count;
    }
    taken
}

/// Waits until the program has the word, and then until it knows nothing of it any more. Nothing is
/// read from the line.
fn until_forgotten(pty: &Pty) {
    let (canaries, end) = (Canaries::new(&[WORD]), Instant::now() + PATIENCE);
    for (known, failed) in [
        (true, "never typed, or forgotten before it was looked for"),
        (false, "never forgotten"),
    ] {
        while canaries.in_memory_of(pty.child.id()).is_empty() == known {
            assert!(Instant::now() < end, "{failed}");
            std::thread::yield_now();
        }
    }
}

/// A kiosk that forgets after a few seconds: as long as a look into its memory may take where there
/// is much to do.
fn on_the_list(stage: &Stage) -> Pty {
    let idle = "[kiosk]\nidle_warning = \"5s\"\nidle_grace = \"1s\"";
    stage.write_config(&stage.site.address().to_string(), idle);
    let mut pty = stage.kiosk();
    pty.send(b"1");
    pty.wait_for("Who would you like to talk to?");
    pty
}

#[test]
fn t12_k8_a_customer_is_forgotten_on_a_stalled_line() {
    for full in [false, true] {
        let stage = Stage::new(ResponsePace::INSTANT);
        let mut pty = on_the_list(&stage);
        if full {
            fill(&pty);
        } else {
            tcflow(pty.slave(), Action::OOff).expect("stopped");
        }
        pty.send(WORD.as_bytes());
        until_forgotten(&pty);
        tcflow(pty.slave(), Action::OOn).expect("going on");
        pty.wait_for("How would you like to get help?");
    }
}

#[test]
fn t2_k8_a_customer_is_forgotten_while_a_paste_never_ends() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let mut pty = on_the_list(&stage);
    // Without its mark a paste ends after a silence; then its text has come, and the clock runs
    // from there.
    pty.send(format!("\x1b[200~{WORD}").as_bytes());
    until_forgotten(&pty);
    pty.wait_for("How would you like to get help?");
    // One that goes on and on is no person: what it has does not grow, and other keys get through.
    pty.send(b"1");
    pty.wait_for("Who would you like to talk to?");
    pty.send(b"\x1b[200~");
    for _ in 0..200 {
        pty.pour(WORD.repeat(17).as_bytes());
    }
    pty.send(b"\x1b[201~\x1b");
    pty.wait_for("How would you like to get help?");
}

#[test]
fn t12_what_happened_meanwhile_is_one_frame_and_not_all() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let mut pty = stage.kiosk();
    pty.send(b"1");
    pty.wait_for("Who would you like to talk to?");
    tcflow(pty.slave(), Action::OOff).expect("stopped");
    // Some of it may have been on the way.
    pty.settle(REST);
    pty.received.clear();
    for _ in 0..500 {
        pty.pour(b"dana\x1b[B\x15dan\x1b[B\x1b[B\x15\x1b[B\x1b[F\x1b[H");
        pty.pour("Zo\u{eb}\u{202E}\x17\x17".as_bytes());
    }
    pty.settle(REST);
    pty.send(b"\x1b[21~");
    pty.send(b"2");
    tcflow(pty.slave(), Action::OOn).expect("going on");
    pty.wait_for("Type your session key");
    // The first of them was drawn and waited; the last came in its place.
    assert!(
        pty.received.len() < 5 * TWO_FRAMES,
        "{} bytes",
        pty.received.len()
    );
}

#[test]
fn t12_a_download_goes_on_and_a_session_begins_behind_a_line_that_is_full() {
    let stage = Stage::new(ResponsePace {
        download: Duration::from_millis(300),
        ..LASTING
    });
    let mut pty = stage.kiosk();
    for (key, question) in [
        (b"1", "Who would you like to talk to?"),
        (b"\r", "Is this right?"),
    ] {
        pty.send(key);
        pty.wait_for(question);
    }
    fill(&pty);
    pty.received.clear();
    pty.send(b"\r");
    let children = format!("/proc/{0}/task/{0}/children", pty.child.id());
    let start = Instant::now();
    let runs = || {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", pty.child.id()))
            .into_iter()
            .flatten()
            .flatten();
        tasks
            .map(|task| std::fs::read_to_string(task.path().join("children")).unwrap_or_default())
            .any(|pids| !pids.is_empty())
    };
    while !runs() {
        assert!(start.elapsed() < PATIENCE, "no client runs; {children}");
        std::thread::yield_now();
    }
    assert!(!is_empty(&stage.downloads()));
    pty.wait_for("Your helper can see this computer now.");
    let drawn = pty.received.iter().filter(|byte| **byte != 0).count();
    assert!(drawn < TWO_FRAMES, "{drawn} bytes");
    pty.send(b"\x03");
    assert_eq!(pty.end().0.code(), Some(0));
}

#[test]
fn t12_a_line_that_takes_a_few_bytes_at_a_time_gets_whole_frames() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let mut pty = stage.kiosk();
    // Bytes that nobody reads stand before every frame, so that each is written in as many parts as
    // there is room.
    for _ in 0..3 {
        fill(&pty);
        pty.send(b"2");
        pty.trickle(64, "Type your session key");
        fill(&pty);
        pty.send(b"\x1b");
        pty.trickle(64, "How would you like to get help?");
    }
}
