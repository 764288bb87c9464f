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
const FREE_ATTEMPTS: u32 = 3;
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
    boot_id: u32,
    /// Milliseconds since boot, including suspend.
    uptime: u64,
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
            boot_id: boot,
            uptime: milliseconds(up),
        }
    }

    /// The time since an earlier moment. If the time of day was set back, it is zero.
    fn since(self, earlier: Self) -> Duration {
        let is_same_boot = self.boot_id != 0 && self.boot_id == earlier.boot_id;
        let (now, then) = if is_same_boot {
            (self.uptime, earlier.uptime)
        } else {
            (self.wall, earlier.wall)
        };
        Duration::from_millis(now.saturating_sub(then))
    }
}

/// Checks a PIN. `folder` stores the wrong attempts. Takes as long as the hash and the disk, and
/// waits for a concurrent attempt, so it needs its own thread.
pub(crate) fn verify(hash: &PinHash, pin: &Pin, folder: &Path, now: AttemptTime) -> PinVerdict {
    let verdict =
        AttemptStore::open(folder).and_then(|mut store| store.check_pin(now, || hash.verify(pin)));
    verdict.unwrap_or(PinVerdict::Unavailable)
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
            boot_id: 0,
            uptime: 0,
        },
    };
    /// Used for an unreadable record, so that damaging the file gives no advantage.
    const CORRUPT: Self = Self {
        count: u32::MAX,
        last: AttemptTime {
            wall: u64::MAX,
            boot_id: 0,
            uptime: 0,
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
            last: AttemptTime {
                wall,
                boot_id: boot,
                uptime: up,
            },
        })
    }

    /// Always of the same length. So a record is replaced by one write without truncating the file,
    /// which never looks like a new, empty one in between.
    fn to_text(self) -> String {
        let AttemptTime {
            wall,
            boot_id: boot,
            uptime: up,
        } = self.last;
        format!("{:010} {wall:020} {boot:08x} {up:020}\n", self.count)
    }

    /// The attempts that count now. Old ones do not, so that one mistake each month causes no wait.
    /// The last can't be later than now; if the clock was set back, its time is reduced to now, so
    /// that the wait is never shortened and at most the full one.
    fn current_at(self, now: AttemptTime) -> Self {
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

    fn add_failure(self, now: AttemptTime) -> Self {
        Self {
            count: self.count.saturating_add(1),
            last: now,
        }
    }

    /// How long the last attempt delays the next.
    fn wait(self) -> Duration {
        match self.count.checked_sub(FREE_ATTEMPTS) {
            None => Duration::ZERO,
            Some(doublings) => FIRST_WAIT
                .saturating_mul(2_u32.saturating_pow(doublings))
                .min(LONGEST_WAIT),
        }
    }

    /// The rest of that time.
    fn remaining_wait(self, now: AttemptTime) -> Duration {
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
        if !found.is_file() || !FileOwnership::from(&found).is_own() {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        rustix::io::retry_on_intr(|| rustix::fs::flock(&file, FlockOperation::LockExclusive))?;
        Ok(Self(file))
    }

    /// Records the attempt and checks it with `fits`, unless there is a wait. Fails if the file
    /// can't be read or written, or memory runs out.
    fn check_pin(
        &mut self,
        now: AttemptTime,
        fits: impl FnOnce() -> Result<bool, NoMemory>,
    ) -> io::Result<PinVerdict> {
        let recorded = self.read_attempts()?;
        let before = recorded.current_at(now);
        let wait = before.remaining_wait(now);
        if !wait.is_zero() {
            if before != recorded {
                self.record(before)?;
            }
            return Ok(PinVerdict::TooSoon { wait });
        }
        let attempts = before.add_failure(now);
        self.record(attempts)?;
        if fits().map_err(io::Error::other)? {
            self.record(Attempts::NONE)?;
            return Ok(PinVerdict::Correct);
        }
        Ok(PinVerdict::Wrong {
            wait: attempts.wait(),
        })
    }

    fn read_attempts(&mut self) -> io::Result<Attempts> {
        let mut text = Vec::new();
        self.0.rewind()?;
        (&self.0).take(Attempts::LENGTH).read_to_end(&mut text)?;
        Ok(Attempts::read(&text))
    }

    fn record(&mut self, attempts: Attempts) -> io::Result<()> {
        self.0.rewind()?;
        self.0.write_all(attempts.to_text().as_bytes())?;
        self.0.sync_all()
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
