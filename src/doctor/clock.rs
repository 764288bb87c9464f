//! The clock: certificates are valid only between two dates.

use std::time::SystemTime;

use super::check::{Check, CheckInfo};
use super::machine::MachineView;

const CLOCK: CheckInfo = CheckInfo {
    name: "clock",
    why: "With a wrong clock the site's certificate seems expired or not valid yet, and no session starts.",
};

const FIX: &str = "timedatectl set-ntp true";

/// Files of time services: systemd-timesyncd's when it is synchronized, those of chrony and ntpd
/// while they run.
const SYNCHRONISED: &str = "/run/systemd/timesync/synchronized";
const SERVICES: [&str; 4] = [
    "/run/chrony/chronyd.pid",
    "/run/chronyd.pid",
    "/run/ntpd.pid",
    "/run/openntpd.pid",
];

/// Created when systemd-timesyncd starts, whether it reaches a server or not.
const TIMESYNCD: &str = "/run/systemd/timesync";
const REACH: &str = "set a server that this network reaches: NTP= in /etc/systemd/timesyncd.conf";

/// Checks the time `now`. It can't be earlier than `built`, the date of this program's file.
pub(super) fn check(machine: &MachineView, now: SystemTime, built: Option<SystemTime>) -> Check {
    let day = |moment: SystemTime| {
        jiff::Timestamp::try_from(moment)
            .map(|moment| moment.strftime("%F %H:%M UTC").to_string())
            .unwrap_or_default()
    };
    if let Some(built) = built.filter(|built| now < *built) {
        return CLOCK.broken(
            &format!(
                "it is {}, before this program was installed ({})",
                day(now),
                day(built)
            ),
            FIX,
        );
    }
    if machine.has(SYNCHRONISED) || SERVICES.iter().any(|service| machine.has(service)) {
        return CLOCK.good(&format!("set by the network: {}", day(now)));
    }
    if machine.has(TIMESYNCD) {
        return CLOCK.unknown(
            &format!(
                "systemd-timesyncd has not reached a server yet; it is {}",
                day(now)
            ),
            REACH,
        );
    }
    CLOCK.unknown(&format!("no time service found; it is {}", day(now)), FIX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::check::Severity::{Broken, Good, Unknown};
    use super::super::machine::fake::Thing::Text;
    use super::super::machine::fake::machine;
    use super::*;

    #[test]
    fn a_synchronised_clock_is_good_and_one_before_the_build_is_broken() {
        let built = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let later = built + Duration::from_secs(60);
        let (_folder, bare) = machine(&[]);
        for service in [SYNCHRONISED, SERVICES[0]] {
            let (_folder, kept) = machine(&[(service, Text(""))]);
            assert_eq!(check(&kept, later, Some(built)).grade, Good, "{service}");
            assert_eq!(
                check(&kept, SystemTime::UNIX_EPOCH, Some(built)).grade,
                Broken,
                "{service}"
            );
        }
        assert_eq!(check(&bare, later, Some(built)).grade, Unknown);
        let (_folder, waiting) = machine(&[("/run/systemd/timesync/x", Text(""))]);
        let not_yet = check(&waiting, later, Some(built));
        assert!(
            not_yet.grade == Unknown && not_yet.found.contains("systemd-timesyncd"),
            "{not_yet:?}"
        );
        let wrong = check(&bare, SystemTime::UNIX_EPOCH, Some(built));
        assert_eq!(
            (wrong.grade, wrong.found.contains("1970-01-01 00:00 UTC")),
            (Broken, true),
            "{wrong:?}"
        );
        assert_eq!(check(&bare, later, None).grade, Unknown);
    }
}
