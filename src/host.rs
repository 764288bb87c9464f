//! What the program reads about this machine: host name, date, terminal, state directory; and
//! random numbers.
//!
//! Screens and the modules below are pure. These values are read once per visit and passed to them.

use std::path::PathBuf;
use std::time::SystemTime;
use std::{fs, io};

use rustix::rand::{GetRandomFlags, getrandom};

use crate::clean::Clean;
use crate::failpoints;
use crate::session::{Placeholders, VisitRef};
use crate::sys::ownership::{FileOwnership, own_account};

/// The directory that systemd creates for `StateDirectory=`.
const STATE_DIRECTORY: &str = "/var/lib/support-kiosk";

/// The command that the shipped sshd drop-in forces (`packaging/sshd`). It is the only one that a
/// login shell accepts after `-c`.
pub const FORCED_COMMAND: &str = "/usr/bin/support-kiosk --lockdown";

/// A new visit with a random reference.
pub fn new_visit() -> VisitRef {
    let mut bytes = [0; 6];
    // So few bytes are returned completely or not at all. If the kernel is too old for the call,
    // the clock is used: the reference must be different each time, but not secret.
    if getrandom(&mut bytes, GetRandomFlags::empty()).is_err() {
        let since = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        bytes = std::array::from_fn(|byte| (since.as_micros() >> (5 * byte)).to_le_bytes()[0]);
    }
    VisitRef::from_random(bytes)
}

/// Random bytes for the hash of a PIN.
pub(crate) fn salt() -> io::Result<[u8; 16]> {
    let mut salt = [0; 16];
    // So few bytes are returned completely or not at all.
    getrandom(&mut salt, GetRandomFlags::empty())?;
    Ok(salt)
}

/// The values for the places in survey defaults, for this visit.
pub(crate) fn placeholders(kiosk: &Clean, visit: VisitRef) -> Placeholders {
    Placeholders {
        host: name(Placeholders::MAX_NAME),
        date: Clean::sanitized(
            &jiff::ZonedDateTime::now().date().to_string(),
            Placeholders::MAX_NAME,
        ),
        terminal: terminal(),
        kiosk: kiosk.clone(),
        visit: Clean::sanitized(&visit.to_string(), Placeholders::MAX_NAME),
    }
}

/// The local time of day: `14:32`.
pub(crate) fn time_of_day() -> Clean {
    Clean::sanitized(
        &jiff::ZonedDateTime::now().strftime("%H:%M").to_string(),
        Placeholders::MAX_NAME,
    )
}

/// The local date and time: `2026-11-24 14:32`.
pub(crate) fn local_date_time() -> String {
    format_date_time(SystemTime::now())
}

/// The local date and time of another moment; empty if it is outside the calendar's range.
pub(crate) fn format_date_time(time: SystemTime) -> String {
    let time = jiff::ZonedDateTime::try_from(time);
    time.map(|time| time.strftime("%Y-%m-%d %H:%M").to_string())
        .unwrap_or_default()
}

/// The directory for state that must survive a restart: systemd's for a service, else one of this
/// user that survives a reboot.
pub(crate) fn state_directory() -> PathBuf {
    if let Some(directory) = failpoints::state() {
        return directory;
    }
    let is_ours = fs::symlink_metadata(STATE_DIRECTORY)
        .is_ok_and(|state| state.is_dir() && FileOwnership::from(&state).is_own());
    if is_ours {
        STATE_DIRECTORY.into()
    } else {
        format!("/var/tmp/support-kiosk-{}", own_account()).into()
    }
}

/// The current time for the log, in RFC 3339 format in UTC: `2026-11-24T13:32:07.123Z`.
pub(crate) fn timestamp() -> String {
    format!("{:.3}", jiff::Timestamp::now())
}

/// The machine's name, cut to this many characters.
pub(crate) fn name(most: usize) -> Clean {
    Clean::sanitized(&rustix::system::uname().nodename().to_string_lossy(), most)
}

/// The terminal on standard input, such as `tty3` or `pts/3`; empty if it is not a terminal.
fn terminal() -> Clean {
    let path = rustix::termios::ttyname(rustix::stdio::stdin(), Vec::new()).unwrap_or_default();
    let path = path.to_string_lossy();
    Clean::sanitized(
        path.strip_prefix("/dev/").unwrap_or(&path),
        Placeholders::MAX_NAME,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_visits_have_two_references() {
        let [one, other] = [(); 2].map(|()| new_visit());
        assert_ne!(one, other);
    }

    #[test]
    fn the_places_of_a_visit_are_known() {
        let visit = VisitRef::from_random([1; 6]);
        let placeholders = placeholders(&Clean::line("b12-3").expect("clean"), visit);
        assert_eq!(
            (placeholders.kiosk.as_str(), placeholders.visit.as_str()),
            ("b12-3", "111111")
        );
        assert!(!placeholders.host.is_blank());
        assert!(
            placeholders
                .date
                .as_str()
                .parse::<jiff::civil::Date>()
                .is_ok(),
            "{:?}",
            placeholders.date
        );
    }
}
