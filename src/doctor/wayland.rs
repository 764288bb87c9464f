//! The parts of the Wayland session in packaging/, if it is set up.

use super::check::{Check, CheckInfo};
use super::machine::MachineView;

const SESSION: CheckInfo = CheckInfo {
    name: "wayland-session",
    why: "If a part of it is missing, the screen stays black without a message.",
};

/// Each part and the paths where it may be. Without polkitd, logind lets no session use the seat.
const PARTS: [(&str, &[&str]); 4] = [
    ("cage", &["/usr/bin/cage"]),
    ("foot", &["/usr/bin/foot"]),
    (
        "polkitd",
        &[
            "/usr/lib/polkit-1/polkitd",
            "/usr/libexec/polkitd",
            "/usr/libexec/polkit-1/polkitd",
        ],
    ),
    ("xwayland", &["/usr/bin/Xwayland"]),
];
/// The targets that may start the session.
const WANTS: [&str; 2] = [
    "/etc/systemd/system/graphical.target.wants",
    "/etc/systemd/system/multi-user.target.wants",
];

/// Checks that the session has all its parts.
pub(super) fn check(machine: &MachineView) -> Check {
    let units = WANTS.iter().flat_map(|wants| machine.list(wants));
    if !units
        .into_iter()
        .any(|unit| unit.starts_with("support-kiosk-cage@"))
    {
        return SESSION.good("not set up");
    }
    let is_missing = |places: &[&str]| !places.iter().any(|place| machine.has(place));
    let missing: Vec<&str> = PARTS
        .iter()
        .filter(|(_, places)| is_missing(places))
        .map(|(part, _)| *part)
        .collect();
    if missing.is_empty() {
        return SESSION.good("all parts are installed");
    }
    SESSION.broken(
        &format!("missing: {}", missing.join(", ")),
        &format!("install {}", missing.join(" ")),
    )
}

#[cfg(test)]
mod tests {
    use super::super::check::Severity::{Broken, Good};
    use super::super::machine::fake::Thing::Text;
    use super::super::machine::fake::machine;
    use super::*;

    #[test]
    fn a_wayland_session_is_broken_without_one_of_its_parts() {
        let unit = "/etc/systemd/system/graphical.target.wants/support-kiosk-cage@tty1.service";
        let all = [
            "/usr/bin/cage",
            "/usr/bin/foot",
            "/usr/libexec/polkitd",
            "/usr/bin/Xwayland",
        ];
        let checked = |paths: &[&str]| {
            let (_folder, machine) = machine(
                &paths
                    .iter()
                    .map(|path| (*path, Text("")))
                    .collect::<Vec<_>>(),
            );
            check(&machine)
        };
        assert_eq!(checked(&[]).grade, Good);
        assert_eq!(checked(&[&[unit], &all[..]].concat()).grade, Good);
        let without = checked(&[unit, all[0], all[1], all[3]]);
        assert!(
            without.grade == Broken && without.found.ends_with(": polkitd"),
            "{without:?}"
        );
    }
}
