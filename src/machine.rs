//! What this machine knows of itself: its name, the date, the terminal; and the dice.
//!
//! The rooms below and the screens are pure: whatever is read of the machine is read here, once a visit, and handed in.

use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::SystemTime;
use std::{fs, io};

use rustix::rand::{GetRandomFlags, getrandom};

use crate::clean::Clean;
use crate::failpoints;
use crate::session::{Places, Visit};

/// Where systemd's `StateDirectory=` puts it.
const STATE: &str = "/var/lib/support-kiosk";

/// A reference for a new visit.
pub fn new_visit() -> Visit {
    let mut bytes = [0; 6];
    // So few bytes come whole or not at all. A kernel too old for the call leaves the clock, which serves: a reference has
    // to differ from yesterday's, not to be a secret.
    if getrandom(&mut bytes, GetRandomFlags::empty()).is_err() {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        bytes = std::array::from_fn(|byte| (since.as_micros() >> (5 * byte)).to_le_bytes()[0]);
    }
    Visit::from_random(bytes)
}

/// Random bytes for the hash of a PIN.
pub fn salt() -> io::Result<[u8; 16]> {
    let mut salt = [0; 16];
    // So few bytes come whole or not at all.
    getrandom(&mut salt, GetRandomFlags::empty())?;
    Ok(salt)
}

/// What stands in the places of a survey's defaults in this visit.
pub fn places(kiosk: &Clean, visit: Visit) -> Places {
    Places {
        host: host(),
        date: Clean::washed(&jiff::ZonedDateTime::now().date().to_string(), Places::NAME_AT_MOST),
        terminal: terminal(),
        kiosk: kiosk.clone(),
        visit: Clean::washed(&visit.to_string(), Places::NAME_AT_MOST),
    }
}

/// The time of day by this machine's own zone: `14:32`.
pub fn clock() -> Clean {
    Clean::washed(&jiff::ZonedDateTime::now().strftime("%H:%M").to_string(), Places::NAME_AT_MOST)
}

/// The date and the time of day by this machine's own zone: `2026-11-24 14:32`.
pub fn date_and_clock() -> String {
    date_and_clock_of(SystemTime::now())
}

/// The same of another moment; empty of one that no calendar has.
pub fn date_and_clock_of(time: SystemTime) -> String {
    let time = jiff::ZonedDateTime::try_from(time);
    time.map(|time| time.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}

/// The directory of what outlives a run of the program: the service's own, where it has one, else one of this user's that
/// outlives a reboot.
pub fn state_directory() -> PathBuf {
    if let Some(directory) = failpoints::state() {
        return directory;
    }
    let user = rustix::process::geteuid().as_raw();
    let is_ours = fs::symlink_metadata(STATE).is_ok_and(|state| state.is_dir() && state.uid() == user);
    if is_ours { STATE.into() } else { format!("/var/tmp/support-kiosk-{user}").into() }
}

/// This moment for a log, as RFC 3339 has it, in UTC: `2026-11-24T13:32:07.123Z`.
pub fn timestamp() -> String {
    format!("{:.3}", jiff::Timestamp::now())
}

/// The machine's name.
fn host() -> Clean {
    Clean::washed(&rustix::system::uname().nodename().to_string_lossy(), Places::NAME_AT_MOST)
}

/// The name of the terminal on standard input, `tty3` or `pts/3`; empty where that is none.
fn terminal() -> Clean {
    let path = rustix::termios::ttyname(rustix::stdio::stdin(), Vec::new()).unwrap_or_default();
    let path = path.to_string_lossy();
    Clean::washed(path.strip_prefix("/dev/").unwrap_or(&path), Places::NAME_AT_MOST)
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
        let visit = Visit::from_random([1; 6]);
        let places = places(&Clean::line("b12-3").expect("clean"), visit);
        assert_eq!((places.kiosk.as_str(), places.visit.as_str()), ("b12-3", "111111"));
        assert!(!places.host.is_blank());
        assert!(places.date.as_str().parse::<jiff::civil::Date>().is_ok(), "{:?}", places.date);
    }
}
