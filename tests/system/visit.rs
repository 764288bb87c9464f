//! The whole program in a real pseudo-terminal: the visit as a customer has it, and what must hold
//! when things break.

use std::fs;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use support_kiosk::demo::ResponsePace;

use crate::support::parallel::in_parallel;
use crate::support::pty::{Pty, REST, Terminal};
use crate::support::served::{SOON, ask};
use crate::support::stage::{A_WHILE, CRAWLING, Stage, is_empty, kiosk};

#[test]
fn three_keys_from_the_start_to_the_client_and_back_again() {
    let stage = Stage::new(A_WHILE);
    let mut pty = stage.kiosk();
    pty.send(b"1");
    pty.wait_for("Dana Whitfield");
    pty.send(b"\r");
    pty.wait_for("Your helper will see and can use THIS computer");
    pty.send(b"\r");
    pty.wait_for("Your helper can see this computer now.");
    assert!(
        !is_empty(&stage.downloads()),
        "the client lies in its folder while it runs"
    );
    pty.wait_for("How would you like to get help?");
    assert!(
        is_empty(&stage.downloads()),
        "nothing of the client is left"
    );
    pty.send(b"q");
    assert_eq!(pty.end().0.code(), Some(0));
}

#[test]
fn the_demo_runs_the_main_job_with_nothing_set_up() {
    let mut command = kiosk();
    command.arg("demo");
    let mut pty = Pty::start(command, 80, 24);
    ask(&mut pty);
    pty.wait_for(" %");
    pty.wait_for("Your helper can see this computer now.");
    assert!(
        pty.text()
            .contains("The support program is running. When you are done, end the session here."),
        "{}",
        pty.text()
    );
    pty.wait_for("How would you like to get help?");
    pty.send(b"\x03");
    assert_eq!(pty.end().0.code(), Some(0));
}

#[test]
fn a_refused_key_is_mended_and_its_session_runs() {
    let stage = Stage::new(A_WHILE);
    let mut pty = stage.kiosk();
    pty.send(b"2");
    pty.wait_for("Type your session key");
    pty.send(b"471-0939");
    pty.send(b"\r");
    pty.wait_for("Is this right?");
    pty.send(b"\r");
    pty.wait_for("This session key was not accepted.");
    assert!(
        pty.text().contains("Call 555-0100.") && pty.text().contains("For staff: S2"),
        "{}",
        pty.text()
    );
    pty.send(b"\r");
    pty.wait_for("4 7 1   0 9 3   9");
    pty.strike("\x7f8\r");
    pty.wait_for("your session key 471 093 8");
    pty.send(b"\r");
    pty.wait_for("Your helper can see this computer now.");
    pty.wait_for("Session ended.");
    pty.send(b" ");
    pty.wait_for("How would you like to get help?");
    assert!(
        is_empty(&stage.downloads()),
        "nothing of the client is left"
    );
}

#[test]
fn a_survey_is_filled_in_and_its_session_runs() {
    let stage = Stage::new(A_WHILE);
    stage.write_config(
        &stage.site.address().to_string(),
        "[[issue]]\nid = 2\nname = \"Wi-Fi and network\"\n[survey.name]\nrequired = true",
    );
    let mut pty = stage.kiosk();
    pty.send(b"3");
    pty.wait_for("What do you need help with?");
    pty.send("wifi\u{15}wi-fi".as_bytes());
    pty.send(b"\r");
    pty.wait_for("Tell us about the problem");
    pty.strike("\t\t\t\t\r");
    pty.wait_for("! Please fill this in.");
    pty.strike("Zoë Quist\t\tIt drops.\nTwice a day.\t\t\r");
    pty.wait_for("Description: It drops.");
    pty.wait_for("Your name: Zoë Quist");
    pty.send(b"\r");
    pty.wait_for("Your helper can see this computer now.");
    pty.send(b"\x03");
    assert_eq!(pty.end().0.code(), Some(0));
}

#[test]
fn k8_what_was_typed_is_erased_after_the_grace() {
    let stage = Stage::new(ResponsePace::INSTANT);
    stage.write_config(
        &stage.site.address().to_string(),
        "[kiosk]\nidle_warning = \"5s\"\nidle_grace = \"3s\"",
    );
    let mut pty = stage.kiosk();
    pty.send(b"2");
    pty.wait_for("Type your session key");
    pty.send(b"4710938");
    pty.wait_for("4 7 1   0 9 3   8");
    pty.wait_for("Are you still there?");
    assert!(
        !pty.text().contains("4 7 1"),
        "the question covers what was typed: {}",
        pty.text()
    );
    pty.wait_for("How would you like to get help?");
    assert!(
        String::from_utf8_lossy(&pty.received).contains("\u{1b}[3J"),
        "the scrollback is erased"
    );
    pty.send(b"2");
    pty.wait_for("Type your session key");
    assert!(!pty.text().contains('4'), "{}", pty.text());
}

#[test]
fn lists_come_from_files_and_another_list_is_there_for_the_next_customer() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let list = stage.folder.path().join("reps.csv");
    fs::write(&list, "id,name\n7,Grace Hopper\n").expect("written");
    stage.write_config(
        &stage.site.address().to_string(),
        "[lists]\nreps = \"reps.csv\"",
    );
    let mut pty = stage.kiosk();
    pty.wait_for("Choose from 3 people");
    fs::write(&list, "id,name\n7,Grace Hopper\n8,Radia Perlman\n").expect("written");
    // In force for the first key.
    pty.send(b"1");
    pty.wait_for("Radia Perlman");
    pty.send(b"\x1b");
    pty.wait_for("Choose from 4 people");
    fs::write(&list, "id,name\nseven,Wrong\n").expect("written");
    pty.send(b"1");
    pty.wait_for("Radia Perlman");
    pty.send(b"\x1b");
    pty.wait_for("How would you like to get help?");
    pty.send(b"1");
    pty.wait_for("Radia Perlman");
}

#[test]
fn k9_a_list_that_is_wrong_from_the_start_leaves_all_that_needs_none() {
    let stage = Stage::new(ResponsePace::INSTANT);
    fs::write(
        stage.folder.path().join("reps.csv"),
        "id,name\nseven,Wrong\n",
    )
    .expect("written");
    stage.write_config(
        &stage.site.address().to_string(),
        "[lists]\nreps = \"reps.csv\"",
    );
    let mut pty = stage.kiosk();
    pty.wait_for("Choose from 2 people");
    pty.send(b"2");
    pty.wait_for("Type your session key");
    let check = stage.command_of("check").output().expect("run");
    let told = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(
        check.status.code() == Some(78) && told.contains("reps.csv:2:1: `rep.id` must be"),
        "{told}"
    );
}

#[test]
fn k9_the_last_good_list_is_there_for_a_kiosk_that_starts_with_a_bad_one() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let list = stage.folder.path().join("reps.csv");
    fs::write(&list, "id,name\n7,Grace Hopper\n8,Radia Perlman\n").expect("written");
    stage.write_config(
        &stage.site.address().to_string(),
        "[lists]\nreps = \"reps.csv\"",
    );
    let mut pty = stage.kiosk();
    pty.wait_for("Choose from 4 people");
    drop(pty);
    fs::remove_file(&list).expect("removed");
    let mut pty = stage.kiosk();
    pty.wait_for("Choose from 4 people");
    pty.send(b"1");
    pty.wait_for("Radia Perlman");
}

#[test]
fn esc_cancels_a_download_and_no_file_is_left() {
    let stage = Stage::new(CRAWLING);
    let mut pty = stage.downloading(Terminal::Controlling);
    assert!(!is_empty(&stage.downloads()));
    pty.send(b"\x1b");
    pty.wait_for("Is this right?");
    let downloads = stage.downloads();
    pty.wait_until("the file gone", |_| is_empty(&downloads));
}

#[test]
fn t3_a_dropped_line_ends_the_program_whether_or_not_a_signal_tells_it() {
    for terminal in [Terminal::Controlling, Terminal::Foreign] {
        let stage = Stage::new(CRAWLING);
        let mut pty = stage.downloading(terminal);
        pty.hang_up();
        let (status, took) = pty.end();
        assert_eq!(status.code(), Some(129));
        assert!(took < SOON, "it took {took:?}");
        assert!(is_empty(&stage.downloads()), "a file is left");
    }
}

#[test]
fn t8_a_request_to_end_gives_the_terminal_back_as_it_was() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::QUIT, 131)] {
        let stage = Stage::new(CRAWLING);
        let mut pty = stage.downloading(Terminal::Controlling);
        assert!(pty.screen().alternate_screen());
        pty.signal(signal);
        let (status, _) = pty.end();
        assert_eq!(status.code(), Some(code));
        let screen = pty.screen();
        assert!(!screen.alternate_screen() && !screen.bracketed_paste() && !screen.hide_cursor());
        let modes = rustix::termios::tcgetattr(pty.slave()).expect("its modes");
        assert!(
            modes
                .local_modes
                .contains(rustix::termios::LocalModes::ICANON | rustix::termios::LocalModes::ECHO)
        );
        assert!(is_empty(&stage.downloads()), "a file is left");
    }
}

#[test]
fn signals_that_mean_nothing_change_nothing() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let mut pty = stage.kiosk();
    for signal in [
        Signal::TSTP,
        Signal::TTIN,
        Signal::TTOU,
        Signal::USR1,
        Signal::USR2,
        Signal::PIPE,
    ] {
        pty.signal(signal);
    }
    pty.send(b"1");
    pty.wait_for("Who would you like to talk to?");
}

#[test]
fn t2_a_paste_without_an_end_wedges_nothing() {
    let stage = Stage::new(ResponsePace::INSTANT);
    stage.write_config(
        &stage.site.address().to_string(),
        "[kiosk]\nidle_warning = \"5s\"\nidle_grace = \"3s\"",
    );
    let mut pty = stage.kiosk();
    pty.send(b"1");
    pty.wait_for("Who would you like to talk to?");
    pty.send(b"\x1b[200~");
    for _ in 0..64 {
        pty.type_at_once(&[b'x'; 128]);
    }
    pty.wait_for("xxxx");
    pty.wait_for("Are you still there?");
    pty.wait_for("How would you like to get help?");
    pty.send(b"\x1b[200~never ended\x03");
    assert_eq!(pty.end().0.code(), Some(0));
}

#[test]
fn t4_an_arrow_in_two_parts_is_an_arrow_and_a_lone_esc_goes_back() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let mut pty = stage.kiosk();
    let end = Instant::now() + Duration::from_secs(60);
    while !two_arrows_in_parts(&mut pty) {
        assert!(Instant::now() < end, "this test is never in time");
        // The Esc was a key: it has led back to the start.
        pty.wait_for("How would you like to get help?");
    }
    pty.send(b"\x1b");
    pty.wait_for("How would you like to get help?");
}

/// Goes down the list by two arrows, each torn apart. False: the second part of one was typed too
/// late to be that, because this test was held up.
fn two_arrows_in_parts(pty: &mut Pty) -> bool {
    /// An Esc that stands alone for so long is a key.
    const LONE_ESC: Duration = Duration::from_millis(80);
    pty.send(b"1");
    pty.wait_for("▌ Anyone who is free");
    for name in ["▌ Dana Whitfield", "▌ Daniel Okafor"] {
        pty.read_for(Duration::from_millis(40));
        let begun = Instant::now();
        pty.type_at_once(b"\x1b");
        pty.read_for(Duration::from_millis(40));
        pty.type_at_once(b"[B");
        if begun.elapsed() >= LONE_ESC {
            // It may have been in time all the same.
            pty.settle(REST);
            if pty.text().contains(name) {
                continue;
            }
            return false;
        }
        pty.wait_for(name);
    }
    true
}

#[test]
fn at_rest_there_is_one_thread_asleep_and_nothing_is_sent() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let screens: [&[&[u8]]; 3] = [&[], &[b"1"], &[b"1", b"\r"]];
    in_parallel(&screens, screens.len(), |keys| -> Option<()> {
        let mut pty = stage.kiosk();
        for key in *keys {
            pty.send(key);
            pty.settle(REST);
        }
        pty.settle(REST);
        let before = pty.context_switches();
        assert_eq!(
            pty.read_for(Duration::from_secs(10)),
            0,
            "bytes were sent at rest"
        );
        assert_eq!(pty.context_switches() - before, 0, "it woke up at rest");
        assert_eq!(pty.threads(), 1);
        None
    });
}

#[test]
fn the_first_frame_needs_no_network() {
    let stage = Stage::new(ResponsePace::INSTANT);
    stage.write_config("127.0.0.1:1", "[network]\nca_file = \"not-there.pem\"");
    let mut pty = stage.kiosk();
    let descriptors =
        fs::read_dir(format!("/proc/{}/fd", pty.child.id())).expect("its descriptors");
    let open: Vec<_> = descriptors
        .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .collect();
    assert!(
        !open
            .iter()
            .any(|target| target.to_string_lossy().starts_with("socket:")),
        "{open:?}"
    );
    pty.wait_until("one thread: what older visits left is swept", |pty| {
        pty.threads() == 1
    });
}

#[test]
fn t7_the_last_size_of_many_is_drawn() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let mut pty = stage.kiosk();
    for step in 0..500 {
        pty.resize(20 + step % 100, 5 + step % 40);
    }
    pty.resize(30, 8);
    pty.wait_for("This window is too small.");
    pty.resize(60, 20);
    pty.wait_for("How would you like to get help?");
    pty.wait_until("the frame of that size", |pty| {
        pty.text().lines().nth(1).map(str::trim) == Some("Test Desk")
    });
}

#[test]
fn t1_a_terminal_without_a_size_is_taken_for_80x24() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let mut pty = Pty::start(stage.command(), 0, 0);
    pty.wait_for("How would you like to get help?");
    assert!(pty.text().contains("Ctrl-C leave"), "{}", pty.text());
}

#[test]
fn t13_without_a_terminal_one_line_says_what_to_do() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let output = stage
        .command()
        .stdin(std::process::Stdio::null())
        .output()
        .expect("it ran");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("ssh -t") && said.contains("start") && said.lines().count() == 1,
        "{said}"
    );
    assert!(output.stdout.is_empty());
}
