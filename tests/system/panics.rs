//! A panic in each thread of the whole program (T8): it ends with 70 and one line, the terminal is
//! as it was, nobody goes on half alive, and nothing is left behind. The program that the tests run
//! panics where it is asked to (`src/failpoints.rs`), with what was typed in the panic's own
//! message.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use support_kiosk::demo::ResponsePace;
use support_kiosk::terminal::sequences;
use tempfile::TempDir;

use crate::support::pty::{Pty, REST, modes, pair};
use crate::support::served::{Desk, SOON, STUBBORN, ask, lives};
use crate::support::staff::HASH;
use crate::support::stage::{CRAWLING, Stage, is_empty};

const CANARY: &str = "kanarie";

/// A panic that is asked for.
struct Panic {
    point: &'static str,
    folder: TempDir,
}

impl Panic {
    /// At this point of the program, once it is [`Panic::due`].
    fn at(point: &'static str) -> Self {
        Self {
            point,
            folder: TempDir::new().expect("a folder"),
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("due")
    }

    fn due(&self) {
        let file = self.folder.path().join("new");
        fs::write(&file, format!("no such character: {CANARY}")).expect("written");
        fs::rename(file, self.file()).expect("renamed");
    }

    /// The program with this panic in it, on a terminal, and the modes of that before.
    fn start(&self, mut command: Command) -> (Pty, String) {
        command.env(
            "SUPPORT_KIOSK_PANIC",
            format!("{}:{}", self.point, self.file().display()),
        );
        // The program may have changed its own terminal's already: those of any other that is new
        // are the same.
        let before = modes(&pair(80, 24).1);
        (Pty::start(command, 80, 24), before)
    }

    /// What must be so at the end of a program that panicked.
    fn ended(&self, pty: &mut Pty, before: &str) {
        let point = self.point;
        let (status, took) = pty.end();
        // What came after the last look.
        pty.read_for(Duration::ZERO);
        assert_eq!(
            status.code(),
            Some(70),
            "{point}; the screen:\n{}",
            pty.text()
        );
        assert!(took < SOON, "{point} took {took:?}");
        assert_eq!(modes(pty.slave()), before, "{point}");
        let screen = pty.screen();
        assert!(
            !screen.alternate_screen() && !screen.bracketed_paste() && !screen.hide_cursor(),
            "{point}"
        );
        let received = String::from_utf8_lossy(&pty.received);
        let (_, told) = received
            .split_once(&sequences::leave())
            .unwrap_or_else(|| panic!("{point}: the screen was not left"));
        let line = told.strip_suffix("\r\n").unwrap_or_default();
        let place = line
            .split_once(": internal error at src/")
            .map(|(_, place)| place)
            .unwrap_or_default();
        assert!(
            place.contains(".rs:") && !line.contains(['\n', '\u{1b}']),
            "{point}: {told:?}"
        );
        assert!(
            !told.contains(CANARY) && !pty.text().contains(CANARY),
            "{point}: {told:?}"
        );
    }
}

/// Types the canary, as a customer types a name to search for.
fn type_canary(pty: &mut Pty) {
    pty.wait_for("How would you like to get help?");
    pty.send(b"1");
    pty.wait_for("Who would you like to talk to?");
    pty.send(CANARY.as_bytes());
    pty.wait_for(CANARY);
}

#[test]
fn t8_a_panic_in_the_core_ends_it_whole() {
    for point in ["view", "update"] {
        let (stage, panic) = (Stage::new(ResponsePace::INSTANT), Panic::at(point));
        let (mut pty, before) = panic.start(stage.command());
        type_canary(&mut pty);
        pty.settle(REST);
        panic.due();
        pty.type_at_once(b"x");
        panic.ended(&mut pty, &before);
    }
}

#[test]
fn t8_d14_a_panic_during_a_download_leaves_no_file() {
    for point in ["view", "update", "job", "log", "record"] {
        let (stage, panic) = (Stage::new(CRAWLING), Panic::at(point));
        let log = format!(
            "to = \"file\"\nfile = \"{}\"",
            stage.folder.path().join("log").display()
        );
        let config = fs::read_to_string(stage.config()).expect("a config");
        fs::write(stage.config(), config.replace("to = \"none\"", &log)).expect("written");
        let (mut pty, before) = panic.start(stage.command());
        type_canary(&mut pty);
        pty.strike("\x15\r");
        pty.wait_for("Is this right?");
        pty.send(b"\r");
        pty.wait_for(" MB");
        panic.due();
        // There is nothing to write down before the download's end: Esc cancels it, F10 forgets the
        // customer as well.
        match point {
            "log" => pty.type_at_once(b"\x1b"),
            "record" => pty.type_at_once(b"\x1b[21~"),
            _ => {}
        }
        panic.ended(&mut pty, &before);
        assert!(is_empty(&stage.downloads()), "{point}: a file is left");
    }
}

#[test]
fn t8_d14_a_panic_ends_or_keeps_the_client_as_leaving_would() {
    for point in ["update", "watch"] {
        for (when_left, kept) in [("end", false), ("keep", true)] {
            let desk = Desk::serving(STUBBORN, &format!("when_left = \"{when_left}\""));
            let panic = Panic::at(point);
            if point == "watch" {
                panic.due();
            }
            let (mut pty, before) = panic.start(desk.command());
            ask(&mut pty);
            pty.wait_until("the client's pids", |_| desk.at("pids").exists());
            if point == "update" {
                pty.wait_for("Your helper can see this computer now.");
                panic.due();
                pty.type_at_once(b"x");
            }
            let pids = desk.pids();
            panic.ended(&mut pty, &before);
            assert_eq!(
                pids.iter().map(|pid| lives(*pid)).collect::<Vec<_>>(),
                [kept; 2],
                "{point}, {when_left}"
            );
            assert_eq!(
                is_empty(&desk.downloads()),
                !kept,
                "{point}, {when_left}: the client's folder"
            );
        }
    }
}

#[test]
fn t8_d14_a_panic_before_a_client_is_handed_over_leaves_none() {
    for when_left in ["end", "keep"] {
        let desk = Desk::serving(STUBBORN, &format!("when_left = \"{when_left}\""));
        let panic = Panic::at("started");
        panic.due();
        let (mut pty, before) = panic.start(desk.command());
        ask(&mut pty);
        panic.ended(&mut pty, &before);
        assert_eq!(desk.client(), Vec::<i32>::new(), "{when_left}: it lives");
        assert!(is_empty(&desk.downloads()), "{when_left}: a file is left");
    }
}

#[test]
fn t8_a_panic_while_the_config_is_read_ends_it_whole() {
    let (stage, panic) = (Stage::new(ResponsePace::INSTANT), Panic::at("loader"));
    let (mut pty, before) = panic.start(stage.command());
    type_canary(&mut pty);
    panic.due();
    stage.write_config(
        &stage.site.address().to_string(),
        "[kiosk]\nname = \"another\"",
    );
    pty.send(b"\x1b\x1b");
    panic.ended(&mut pty, &before);
}

#[test]
fn t8_a_panic_while_the_staffs_pin_is_tried_ends_a_locked_kiosk_whole() {
    let panic = Panic::at("staff");
    let stage = Stage::new(ResponsePace::INSTANT);
    let locked = format!("[kiosk]\nlockdown = true\nstaff_pin = \"{HASH}\"");
    stage.write_config(&stage.site.address().to_string(), &locked);
    let (mut pty, before) = panic.start(stage.command());
    pty.wait_for("How would you like to get help?");
    panic.due();
    pty.send(b"\x1b[24~");
    pty.wait_for("Staff only: type the PIN");
    pty.send(CANARY.as_bytes());
    pty.confirm("internal error at");
    panic.ended(&mut pty, &before);
}
