use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use rustix::io::Errno;
use tempfile::TempDir;

use super::*;
use crate::clean::Clean;

/// "471109", with the cheapest parameters of argon2.
const HASH: &str =
    "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$DwO4OxvRmRDkkY4aPZBuLcKSE0d/TNTSJEBf10BRj/w";
const RIGHT: &str = "471109";
const WRONG: &str = "471108";

/// A kiosk with its own directory and clocks that the test sets.
struct TestKiosk {
    folder: TempDir,
    clock: AttemptTime,
}

impl TestKiosk {
    fn new() -> Self {
        let clock = AttemptTime {
            wall: 1_800_000_000_000,
            boot_id: 0x4711,
            uptime: 5_000,
        };
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            clock,
        }
    }

    /// Like a new connection, which knows only the file.
    fn ask(&self, pin: &str) -> PinVerdict {
        let pin = Pin::new(Clean::line(pin).expect("clean")).expect("a PIN");
        verify(
            &PinHash::parse(HASH).expect("a hash"),
            &pin,
            self.folder.path(),
            self.clock,
        )
    }

    fn wait(&mut self, seconds: u64) {
        self.clock.wall += seconds * 1000;
        self.clock.uptime += seconds * 1000;
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join(FILE)
    }

    fn record_text(&self) -> String {
        fs::read_to_string(self.file()).expect("a file")
    }
}

fn wrong(seconds: u64) -> PinVerdict {
    PinVerdict::Wrong {
        wait: Duration::from_secs(seconds),
    }
}

fn too_soon(seconds: u64) -> PinVerdict {
    PinVerdict::TooSoon {
        wait: Duration::from_secs(seconds),
    }
}

#[test]
fn k10_after_three_tries_each_wrong_one_doubles_the_wait() {
    let mut kiosk = TestKiosk::new();
    assert_eq!(
        [(); 3].map(|()| kiosk.ask(WRONG)),
        [wrong(0), wrong(0), wrong(30)]
    );
    let mut last = 30;
    for wait in [60, 120, 240, 480, 960, 1920, 3600, 3600] {
        kiosk.wait(last - 1);
        assert_eq!(
            (kiosk.ask(WRONG), kiosk.ask(RIGHT)),
            (too_soon(1), too_soon(1)),
            "in the last of {last} seconds"
        );
        kiosk.wait(1);
        assert_eq!(kiosk.ask(WRONG), wrong(wait), "after {last} seconds");
        last = wait;
    }
    kiosk.wait(3600);
    assert_eq!(kiosk.ask(RIGHT), PinVerdict::Correct);
    assert_eq!(
        [(); 3].map(|()| kiosk.ask(WRONG)),
        [wrong(0), wrong(0), wrong(30)],
        "the right PIN must reset the count"
    );
}

#[test]
fn k10_a_try_is_on_the_disk_before_it_is_looked_at() {
    let kiosk = TestKiosk::new();
    let mut ledger = AttemptStore::open(kiosk.folder.path()).expect("a file");
    let killed = ledger.check_pin(kiosk.clock, || {
        assert_eq!(
            Attempts::read(kiosk.record_text().as_bytes()).count,
            1,
            "{:?}",
            kiosk.record_text()
        );
        Err(NoMemory)
    });
    assert!(killed.is_err(), "{killed:?}");
    drop(ledger);
    assert_eq!(
        [(); 2].map(|()| kiosk.ask(WRONG)),
        [wrong(0), wrong(30)],
        "the attempt must be used up"
    );
}

#[test]
fn k10_two_connections_can_not_share_a_try() {
    let kiosk = TestKiosk::new();
    let other = || {
        let file = File::open(kiosk.file()).expect("there");
        rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive)
    };
    let mut ledger = AttemptStore::open(kiosk.folder.path()).expect("a file");
    let verdict = ledger.check_pin(kiosk.clock, || {
        assert_eq!(
            other(),
            Err(Errno::WOULDBLOCK),
            "while the hash is computed"
        );
        Ok(false)
    });
    assert_eq!(
        (verdict.ok(), other()),
        (Some(wrong(0)), Err(Errno::WOULDBLOCK))
    );
    drop(ledger);
    assert_eq!(other(), Ok(()));
}

#[test]
fn k10_a_clock_that_is_set_neither_shortens_a_wait_nor_lengthens_it() {
    for wall in [0, 1_000, 1_700_000_000_000, 1_900_000_000_000] {
        let mut kiosk = TestKiosk::new();
        for _ in 0..3 {
            kiosk.ask(WRONG);
        }
        kiosk.clock.wall = wall;
        assert_eq!(kiosk.ask(RIGHT), too_soon(30), "{wall}");
        kiosk.wait(29);
        assert_eq!(kiosk.ask(RIGHT), too_soon(1), "{wall}");
        kiosk.wait(1);
        assert_eq!(kiosk.ask(RIGHT), PinVerdict::Correct, "{wall}");
    }
}

#[test]
fn k10_after_a_reboot_the_time_of_day_measures_the_wait() {
    for (later, verdict) in [
        (10, too_soon(20)),
        (30, PinVerdict::Correct),
        (-1000, too_soon(30)),
    ] {
        let mut kiosk = TestKiosk::new();
        for _ in 0..3 {
            kiosk.ask(WRONG);
        }
        let wall = kiosk.clock.wall.saturating_add_signed(later * 1000);
        kiosk.clock = AttemptTime {
            wall,
            boot_id: 0x4712,
            uptime: 1_000_000,
        };
        assert_eq!(kiosk.ask(RIGHT), verdict, "{later} seconds later");
    }
}

#[test]
fn k10_wrong_tries_are_forgiven_after_a_day_without_another() {
    let mut kiosk = TestKiosk::new();
    for _ in 0..3 {
        kiosk.ask(WRONG);
    }
    kiosk.wait(24 * 3600 - 1);
    assert_eq!(kiosk.ask(WRONG), wrong(60), "the fourth");
    kiosk.wait(24 * 3600);
    assert_eq!(kiosk.ask(WRONG), wrong(0), "the first again");
}

#[test]
fn k10_the_file_holds_only_count_and_time_and_only_for_its_owner() {
    let kiosk = TestKiosk::new();
    kiosk.ask(WRONG);
    assert_eq!(
        kiosk.record_text(),
        "0000000001 00000001800000000000 00004711 00000000000000005000\n"
    );
    let mode = fs::metadata(kiosk.file())
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o7777, 0o600, "{mode:o}");
    kiosk.ask(RIGHT);
    assert_eq!(
        kiosk.record_text(),
        "0000000000 00000000000000000000 00000000 00000000000000000000\n"
    );
    assert_eq!(
        u64::try_from(kiosk.record_text().len()),
        Ok(Attempts::LENGTH)
    );
}

#[test]
fn k10_a_corrupt_file_causes_the_longest_wait_and_then_works_again() {
    for spoiled in [
        "0",
        "\0\0\0",
        "-1 5\n",
        "0000000000 00000000000000000000",
        &"x".repeat(5000),
    ] {
        let mut kiosk = TestKiosk::new();
        fs::write(kiosk.file(), spoiled).expect("written");
        assert_eq!(kiosk.ask(RIGHT), too_soon(3600), "{spoiled:?}");
        kiosk.wait(3599);
        assert_eq!(kiosk.ask(RIGHT), too_soon(1), "{spoiled:?}");
        kiosk.wait(1);
        assert_eq!(kiosk.ask(RIGHT), PinVerdict::Correct, "{spoiled:?}");
    }
}

#[test]
fn k10_without_a_safe_place_for_the_tries_no_pin_is_right() {
    let (shared, linked, folder) = (TestKiosk::new(), TestKiosk::new(), TestKiosk::new());
    fs::set_permissions(shared.folder.path(), fs::Permissions::from_mode(0o777)).expect("set");
    fs::write(linked.folder.path().join("elsewhere"), "").expect("written");
    symlink("elsewhere", linked.file()).expect("linked");
    fs::create_dir(folder.file()).expect("made");
    let spoiled = [
        (shared, "a folder that others write to"),
        (linked, "a link in the file's place"),
        (folder, "a folder in the file's place"),
    ];
    for (kiosk, what) in spoiled {
        assert_eq!(kiosk.ask(RIGHT), PinVerdict::Unavailable, "{what}");
    }
}

#[test]
fn k10_a_try_that_cannot_be_recorded_is_not_looked_at() {
    let kiosk = TestKiosk::new();
    fs::write(kiosk.file(), "").expect("written");
    let mut ledger = AttemptStore(File::open(kiosk.file()).expect("read-only"));
    let verdict = ledger.check_pin(kiosk.clock, || panic!("checked without a record"));
    assert!(verdict.is_err(), "{verdict:?}");
}
