//! Attempts at the staff PIN. An attempt is recorded in a file before the PIN is checked (K10).
//!
//! ```text
//! lock ─> must wait? ── yes ─> TooSoon
//!              └─ no ─> record a wrong attempt ─> compute the hash ─┬─> Right: reset the record
//!                                                                   └─> Wrong
//! ```
//!
//! So switching the machine off, dropping the connection or killing the program during the hash
//! still uses up an attempt. The lock is held all the time, so that two connections can't share an
//! attempt. If the process dies, the kernel releases it.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use rustix::fs::{FlockOperation, Mode, OFlags};

use super::{NoMemory, Pin, PinHash, PinVerdict};
use crate::sys::ownership::FileOwnership;
use crate::sys::secure_dir::SecureDir;

const FILE: &str = "staff-pin-tries";

/// This many wrong attempts are allowed before the first wait.
const FREE_TRIES: u32 = 3;
/// Doubled with every further wrong attempt.
const FIRST_WAIT: Duration = Duration::from_secs(30);
const LONGEST_WAIT: Duration = Duration::from_secs(3600);
/// After this time without another, wrong attempts no longer count.
const FORGIVEN_AFTER: Duration = Duration::from_secs(24 * 3600);

/// A moment by two clocks. The clock since boot can't be set, so waits are measured by it while the
/// machine runs; after a reboot, by the time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AttemptTime {
    /// Milliseconds since 1970.
    wall: u64,
    /// Identifies the boot. 0 if the kernel does not report it; then the time of day is used.
    boot: u32,
    /// Milliseconds since boot, including suspend.
    up: u64,
}

impl AttemptTime {
    pub(crate) fn read() -> Self {
        let wall = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let up = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        let up = Duration::new(
            up.tv_sec.unsigned_abs(),
            u32::try_from(up.tv_nsec).unwrap_or_default(),
        );
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let boot = boot
            .get(..8)
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .unwrap_or_default();
        Self {
            wall: milliseconds(wall),
            boot,
            up: milliseconds(up),
        }
    }

    /// The time since an earlier moment. If the time of day was set back, it is zero.
    fn since(self, earlier: Self) -> Duration {
        let is_same_boot = self.boot != 0 && self.boot == earlier.boot;
        let (now, then) = if is_same_boot {
            (self.up, earlier.up)
        } else {
            (self.wall, earlier.wall)
        };
        Duration::from_millis(now.saturating_sub(then))
    }
}

/// Checks a PIN. `folder` stores the wrong attempts. Takes as long as the hash and the disk, and
/// waits for a concurrent attempt, so it needs its own thread.
pub(crate) fn ask(hash: &PinHash, pin: &Pin, folder: &Path, now: AttemptTime) -> PinVerdict {
    let verdict =
        AttemptStore::open(folder).and_then(|mut ledger| ledger.judge(now, || hash.fits(pin)));
    verdict.unwrap_or(PinVerdict::OutOfOrder)
}

/// The wrong attempts since the last right one: the content of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Attempts {
    count: u32,
    /// When the last of them was.
    last: AttemptTime,
}

impl Attempts {
    const NONE: Self = Self {
        count: 0,
        last: AttemptTime {
            wall: 0,
            boot: 0,
            up: 0,
        },
    };
    /// Used for an unreadable record, so that damaging the file gives no advantage.
    const CORRUPT: Self = Self {
        count: u32::MAX,
        last: AttemptTime {
            wall: u64::MAX,
            boot: 0,
            up: 0,
        },
    };

    /// The length of a record in bytes. Any bytes after it are ignored.
    const LENGTH: u64 = 62;

    /// Parses the file's text, which is empty when it is new.
    fn read(text: &[u8]) -> Self {
        if text.is_empty() {
            Self::NONE
        } else {
            Self::parse(text).unwrap_or(Self::CORRUPT)
        }
    }

    /// Earlier versions wrote only the count and the time of day.
    fn parse(text: &[u8]) -> Option<Self> {
        let mut fields = std::str::from_utf8(text)
            .ok()?
            .strip_suffix('\n')?
            .split(' ');
        let (count, wall) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        let boot = fields
            .next()
            .map_or(Ok(0), |digits| u32::from_str_radix(digits, 16))
            .ok()?;
        let up = fields.next().map_or(Ok(0), str::parse).ok()?;
        Some(Self {
            count,
            last: AttemptTime { wall, boot, up },
        })
    }

    /// Always of the same length. So a record is replaced by one write without truncating the file,
    /// which never looks like a new, empty one in between.
    fn text(self) -> String {
        let AttemptTime { wall, boot, up } = self.last;
        format!("{:010} {wall:020} {boot:08x} {up:020}\n", self.count)
    }

    /// The attempts that count now. Old ones do not, so that one mistake each month causes no wait.
    /// The last can't be later than now; if the clock was set back, its time is reduced to now, so
    /// that the wait is never shortened and at most the full one.
    fn seen_at(self, now: AttemptTime) -> Self {
        if now.since(self.last) >= FORGIVEN_AFTER {
            return Self::NONE;
        }
        Self {
            last: AttemptTime {
                wall: self.last.wall.min(now.wall),
                ..self.last
            },
            ..self
        }
    }

    fn and_another(self, now: AttemptTime) -> Self {
        Self {
            count: self.count.saturating_add(1),
            last: now,
        }
    }

    /// How long the last attempt delays the next.
    fn wait(self) -> Duration {
        match self.count.checked_sub(FREE_TRIES) {
            None => Duration::ZERO,
            Some(doublings) => FIRST_WAIT
                .saturating_mul(2_u32.saturating_pow(doublings))
                .min(LONGEST_WAIT),
        }
    }

    /// The rest of that time.
    fn wait_at(self, now: AttemptTime) -> Duration {
        self.wait().saturating_sub(now.since(self.last))
    }
}

/// The file, locked until it is dropped.
struct AttemptStore(File);

impl AttemptStore {
    fn open(folder: &Path) -> io::Result<Self> {
        let folder = SecureDir::make(folder).map_err(io::Error::other)?.folder;
        let flags = OFlags::CREATE | OFlags::NOFOLLOW | OFlags::RDWR | OFlags::CLOEXEC;
        let file: File = rustix::fs::openat(&folder, FILE, flags, Mode::RUSR | Mode::WUSR)?.into();
        let found = file.metadata()?;
        if !found.is_file() || !FileOwnership::from(&found).is_ours() {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        rustix::io::retry_on_intr(|| rustix::fs::flock(&file, FlockOperation::LockExclusive))?;
        Ok(Self(file))
    }

    /// Records the attempt and checks it with `fits`, unless there is a wait. Fails if the file
    /// can't be read or written, or memory runs out.
    fn judge(
        &mut self,
        now: AttemptTime,
        fits: impl FnOnce() -> Result<bool, NoMemory>,
    ) -> io::Result<PinVerdict> {
        let recorded = self.tries()?;
        let before = recorded.seen_at(now);
        let wait = before.wait_at(now);
        if !wait.is_zero() {
            if before != recorded {
                self.record(before)?;
            }
            return Ok(PinVerdict::TooSoon { wait });
        }
        let tries = before.and_another(now);
        self.record(tries)?;
        if fits().map_err(io::Error::other)? {
            self.record(Attempts::NONE)?;
            return Ok(PinVerdict::Right);
        }
        Ok(PinVerdict::Wrong { wait: tries.wait() })
    }

    fn tries(&mut self) -> io::Result<Attempts> {
        let mut text = Vec::new();
        self.0.rewind()?;
        (&self.0).take(Attempts::LENGTH).read_to_end(&mut text)?;
        Ok(Attempts::read(&text))
    }

    fn record(&mut self, tries: Attempts) -> io::Result<()> {
        self.0.rewind()?;
        self.0.write_all(tries.text().as_bytes())?;
        self.0.sync_all()
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
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
                boot: 0x4711,
                up: 5_000,
            };
            Self {
                folder: tempfile::tempdir().expect("a folder"),
                clock,
            }
        }

        /// Like a new connection, which knows only the file.
        fn ask(&self, pin: &str) -> PinVerdict {
            let pin = Pin::new(Clean::line(pin).expect("clean")).expect("a PIN");
            ask(
                &PinHash::read(HASH).expect("a hash"),
                &pin,
                self.folder.path(),
                self.clock,
            )
        }

        fn wait(&mut self, seconds: u64) {
            self.clock.wall += seconds * 1000;
            self.clock.up += seconds * 1000;
        }

        fn file(&self) -> PathBuf {
            self.folder.path().join(FILE)
        }

        fn written(&self) -> String {
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
        assert_eq!(kiosk.ask(RIGHT), PinVerdict::Right);
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
        let killed = ledger.judge(kiosk.clock, || {
            assert_eq!(
                Attempts::read(kiosk.written().as_bytes()).count,
                1,
                "{:?}",
                kiosk.written()
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
        let verdict = ledger.judge(kiosk.clock, || {
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
            assert_eq!(kiosk.ask(RIGHT), PinVerdict::Right, "{wall}");
        }
    }

    #[test]
    fn k10_after_a_reboot_the_time_of_day_measures_the_wait() {
        for (later, verdict) in [
            (10, too_soon(20)),
            (30, PinVerdict::Right),
            (-1000, too_soon(30)),
        ] {
            let mut kiosk = TestKiosk::new();
            for _ in 0..3 {
                kiosk.ask(WRONG);
            }
            let wall = kiosk.clock.wall.saturating_add_signed(later * 1000);
            kiosk.clock = AttemptTime {
                wall,
                boot: 0x4712,
                up: 1_000_000,
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
            kiosk.written(),
            "0000000001 00000001800000000000 00004711 00000000000000005000\n"
        );
        let mode = fs::metadata(kiosk.file())
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o7777, 0o600, "{mode:o}");
        kiosk.ask(RIGHT);
        assert_eq!(
            kiosk.written(),
            "0000000000 00000000000000000000 00000000 00000000000000000000\n"
        );
        assert_eq!(u64::try_from(kiosk.written().len()), Ok(Attempts::LENGTH));
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
            assert_eq!(kiosk.ask(RIGHT), PinVerdict::Right, "{spoiled:?}");
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
            assert_eq!(kiosk.ask(RIGHT), PinVerdict::OutOfOrder, "{what}");
        }
    }

    #[test]
    fn k10_a_try_that_cannot_be_recorded_is_not_looked_at() {
        let kiosk = TestKiosk::new();
        fs::write(kiosk.file(), "").expect("written");
        let mut ledger = AttemptStore(File::open(kiosk.file()).expect("read-only"));
        let verdict = ledger.judge(kiosk.clock, || panic!("checked without a record"));
        assert!(verdict.is_err(), "{verdict:?}");
    }
}
