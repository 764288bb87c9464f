//! A kiosk that is stopped, in the background, or on a terminal whose modes another program has
//! set.

use std::fs;
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use support_kiosk::demo::ResponsePace;

use crate::support::pty::Pty;
use crate::support::served::lives;
use crate::support::stage::Stage;

const START: &str = "How would you like to get help?";

fn is_cooked(pty: &Pty) -> bool {
    let modes = tcgetattr(pty.slave()).expect("a terminal has modes");
    modes
        .local_modes
        .intersects(LocalModes::ICANON | LocalModes::ECHO)
}

/// As `stty sane` does it.
fn make_cooked(pty: &Pty) {
    let mut modes = tcgetattr(pty.slave()).expect("a terminal has modes");
    modes.local_modes |= LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG;
    tcsetattr(pty.slave(), OptionalActions::Now, &modes).expect("set");
}

fn is_stopped(pty: &Pty) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pty.child.id())).expect("its state");
    stat.rsplit_once(") ")
        .is_some_and(|(_, behind)| behind.starts_with('T'))
}

#[test]
fn t3_one_that_was_started_in_the_background_says_so_and_ends() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let config = stage.config();
    let config = config.to_str().expect("UTF-8");
    for words in [
        &["--config", config][..],
        &["--config", config, "--lockdown"],
        &["demo"],
    ] {
        let script = "set -m; \"$@\" & wait $!; echo \"It ended with $?.\"; read never";
        let mut pty = Pty::start(by_a_shell(script, words), 80, 24);
        pty.wait_for("It ended with 2.");
        let told: String = pty.text().split_whitespace().collect();
        assert!(
            told.contains("Startitwithout&."),
            "{words:?}: {}",
            pty.text()
        );
        assert!(is_cooked(&pty), "{words:?}: the shell's modes were changed");
        pty.hang_up();
        pty.end();
    }
}

/// The program with these words, as `$@` of a shell's script.
fn by_a_shell(script: &str, words: &[&str]) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", script, "sh", env!("CARGO_BIN_EXE_support-kiosk")])
        .args(words)
        .env("TERM", "xterm-256color");
    shell
}

/// The only child of a shell that runs a kiosk.
fn child_of(shell: u32) -> Pid {
    let children =
        fs::read_to_string(format!("/proc/{shell}/task/{shell}/children")).expect("its children");
    children
        .trim()
        .parse()
        .ok()
        .and_then(Pid::from_raw)
        .unwrap_or_else(|| panic!("one child: {children:?}"))
}

#[test]
fn t3_a_background_kiosk_hears_signals_and_ends_when_it_reads() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let config = stage.config();
    for lockdown in [None, Some("--lockdown")] {
        let words: Vec<&str> = ["--config", config.to_str().expect("UTF-8")]
            .into_iter()
            .chain(lockdown)
            .collect();
        for is_asked_to_end in [false, true] {
            // The shell has the terminal again once its job has stopped.
            let script = "set -m; \"$@\"; bg; echo It went on.; sleep 1000";
            let mut pty = Pty::start(by_a_shell(script, &words), 80, 24);
            pty.wait_for(START);
            let kiosk = child_of(pty.child.id());
            kill_process(kiosk, Signal::STOP).expect("stopped");
            pty.wait_for("It went on.");
            if is_asked_to_end {
                // It may have ended already.
                let _ = kill_process(kiosk, Signal::TERM);
            } else {
                // It is for the shell: to read it would be an error again and again.
                pty.type_at_once(b"typed ahead\r");
            }
            pty.wait_until("its end", |_| !lives(kiosk.as_raw_nonzero().get()));
            // Only the kiosk is tested. Its shell sleeps on.
            pty.signal(Signal::KILL);
            pty.end();
        }
    }
}

#[test]
fn a_resumed_kiosk_sets_its_modes_and_repaints() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let mut pty = stage.kiosk();
    pty.signal(Signal::STOP);
    pty.wait_until("it stopped", is_stopped);
    make_cooked(&pty);
    pty.pour(b"\x1b[2J$ fg\r\n");
    pty.signal(Signal::CONT);
    pty.wait_until("its modes", |pty| !is_cooked(pty));
    pty.wait_for(START);
    pty.send(b"1");
    pty.wait_for("Who would you like to talk to?");
}

#[test]
fn modes_set_by_another_program_are_reset_with_the_customer() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let mut pty = stage.kiosk();
    pty.send(b"1");
    pty.wait_for("Who would you like to talk to?");
    make_cooked(&pty);
    // In these modes keys come by lines, or where Ctrl-D ends one.
    pty.send(b"\x1b\x04");
    pty.wait_for(START);
    pty.wait_until("its modes", |pty| !is_cooked(pty));
}

#[test]
fn modes_that_another_program_has_set_are_mended_by_the_next_line_typed() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let mut pty = stage.kiosk();
    make_cooked(&pty);
    pty.send(b"echoed\x04");
    pty.wait_until("its modes", |pty| !is_cooked(pty));
    pty.wait_until("all painted again", |pty| !pty.text().contains("echoed"));
}

#[test]
fn t3_a_hang_up_signal_gives_a_terminal_back_that_still_answers() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let mut pty = stage.kiosk();
    pty.signal(Signal::HUP);
    assert_eq!(pty.end().0.code(), Some(129));
    assert!(
        is_cooked(&pty) && !pty.screen().alternate_screen(),
        "it was left as the kiosk had it"
    );
}
