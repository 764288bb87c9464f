//! Every pair of bytes and every key that a terminal has, in the whole program (K1).

use std::fs;
use std::time::Duration;

use proptest::prelude::RngExt as _;
use support_kiosk::demo::ResponsePace;

use crate::support::known_keys;
use crate::support::pty::Pty;
use crate::support::random::random;
use crate::support::site::closed_port;
use crate::support::stage::Stage;

/// Ends whatever was begun (a paste, a sequence, a string, a character) and goes back to the start.
fn start_over(pty: &mut Pty) {
    for key in [b"\x1b[201~", &b"\x1b[21~"[..]] {
        pty.send(key);
    }
}

/// A locked kiosk whose site cannot be reached, in a real terminal.
fn locked(folder: &Stage) -> Pty {
    let nowhere = format!("127.0.0.1:{}", closed_port());
    folder.write_config(
        &nowhere,
        "[network]\nretries = 0\n[kiosk]\nlockdown = true\n",
    );
    folder.kiosk()
}

/// Whether it answers still: from the start to the key and back, twice, so that no old screen is
/// taken for an answer.
fn answers(pty: &mut Pty, after: &str) {
    for _ in 0..2 {
        start_over(pty);
        // A key that is read together with others chooses nothing (T15), so it may take another.
        let asks = |pty: &Pty| pty.text().contains("Type your session key");
        let is_asked = (0..30).any(|_| {
            pty.send(b"2");
            pty.gone_within(Duration::from_secs(2), asks) == Some(false)
        });
        assert!(is_asked, "no answer after {after}: {}", pty.text());
        start_over(pty);
        pty.wait_for("How would you like to get help?");
    }
    let pid = pty.child.id();
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("it lives");
    let fields: Vec<&str> = stat
        .rsplit_once(") ")
        .expect("its name in brackets")
        .1
        .split(' ')
        .collect();
    // State, parent, group, session, terminal, the terminal's group.
    let (state, group, foreground) = (fields[0], fields[2], fields[5]);
    assert!(
        matches!(state, "R" | "S" | "D"),
        "it is in state {state} after {after}"
    );
    let pid = pid.to_string();
    assert_eq!(
        (group, foreground),
        (pid.as_str(), pid.as_str()),
        "its group and its terminal's after {after}"
    );
}

#[test]
fn k1_whatever_is_typed_a_locked_kiosk_goes_on_in_its_own_group() {
    let folder = Stage::new(ResponsePace::INSTANT);
    let mut pty = locked(&folder);
    let mut strokes: Vec<Vec<u8>> = known_keys::every_pair().map(Vec::from).collect();
    let mut random = random(1);
    strokes.sort_by_cached_key(|_| random.random::<u64>());
    strokes.extend(known_keys::keys());
    strokes.extend(known_keys::REPLIES.iter().map(|reply| reply.to_vec()));
    // The keys that end, stop, dump, freeze or hang up other programs.
    strokes.extend(
        b"\x03\x04\x11\x13\x1a\x1c\x0f\x16\x19\x1d\x1e\x1f"
            .iter()
            .map(|byte| vec![*byte; 40]),
    );
    // The start, the people, the key, the issues, the help.
    let screens: [&[u8]; 5] = [b"", b"1", b"2", b"3", b"\x1bOP"];
    for (number, batch) in strokes.chunks(512).enumerate() {
        start_over(&mut pty);
        pty.send(screens[number % screens.len()]);
        let typed = batch.concat();
        pty.pour(&typed);
        if number % 16 == 0 || number % 16 == 7 {
            answers(
                &mut pty,
                &format!("batch {number}: {}", typed.escape_ascii()),
            );
        }
    }
    answers(&mut pty, "all of it");
}

#[test]
fn k1_ctrl_s_freezes_nothing() {
    let folder = Stage::new(ResponsePace::INSTANT);
    let mut pty = locked(&folder);
    for stop in [
        &b"\x13"[..],
        b"\x13\x13\x13",
        b"\x1b[200~\x13",
        b"\x1b]0;\x13",
        b"\x1b[\x13",
    ] {
        pty.send(stop);
        answers(&mut pty, &stop.escape_ascii().to_string());
    }
}
