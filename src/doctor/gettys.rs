//! Logins that systemd starts: on the kiosk's own terminal, and on serial lines.
//!
//! A getty that waits for its terminal has no session there yet, so the sessions in `/proc` do not
//! show it. The control groups of the units do.

use super::check::{Check, CheckInfo};
use super::machine::MachineView;

const GETTY: CheckInfo = CheckInfo {
    name: "getty",
    why: "A login on the kiosk's own terminal gets the keys that visitors type, or replaces the kiosk at the next start.",
};
const SERIAL: CheckInfo = CheckInfo {
    name: "serial-consoles",
    why: "Anyone who plugs a cable into a serial port gets a login, past the kiosk.",
};

/// The control groups of system units, in cgroup version 2 and in version 1.
const GROUPS: [&str; 2] = [
    "/sys/fs/cgroup/system.slice",
    "/sys/fs/cgroup/systemd/system.slice",
];
/// Where units that start with the system are linked, by an operator and by systemd's generators.
const UNITS: [&str; 2] = ["/etc/systemd/system", "/run/systemd/generator"];

pub(super) fn checks(machine: &MachineView) -> Vec<Check> {
    vec![beside_the_kiosk(machine), on_serial_lines(machine)]
}

fn beside_the_kiosk(machine: &MachineView) -> Check {
    let both = |units: &[String]| {
        let kiosks = units
            .iter()
            .filter(|unit| unit.starts_with("support-kiosk"))
            .filter_map(|unit| instance(unit));
        kiosks
            .map(|terminal| format!("getty@{terminal}"))
            .find(|getty| units.contains(&format!("{getty}.service")))
    };
    if let Some(getty) = both(&running(machine)) {
        let fix = format!(
            "systemctl stop {getty}, and install the units of packaging/ again: an older one starts getty"
        );
        return GETTY.broken(&format!("{getty} runs beside the kiosk"), &fix);
    }
    match both(&enabled(machine)) {
        Some(getty) => GETTY.weak(
            &format!("{getty} is enabled beside the kiosk"),
            &format!("systemctl disable {getty}"),
        ),
        None => GETTY.good("none on the kiosk's terminal"),
    }
}

fn on_serial_lines(machine: &MachineView) -> Check {
    let mut units = running(machine);
    units.extend(
        enabled(machine)
            .into_iter()
            .filter(|unit| !is_masked(machine, unit)),
    );
    units.retain(|unit| unit.starts_with("serial-getty@"));
    units.sort();
    units.dedup();
    if units.is_empty() {
        return SERIAL.good("no login on a serial line");
    }
    SERIAL.weak(
        &units.join(", "),
        &format!("systemctl mask --now {}", units.join(" ")),
    )
}

/// The units that have processes, from the slices of template units.
fn running(machine: &MachineView) -> Vec<String> {
    units_in(machine, GROUPS, ".slice")
}

/// The units that are wanted by a target.
fn enabled(machine: &MachineView) -> Vec<String> {
    units_in(machine, UNITS, ".wants")
}

/// The entries of all directories in these places whose names have this ending.
fn units_in(machine: &MachineView, places: [&str; 2], ending: &str) -> Vec<String> {
    let all = places.iter().flat_map(|place| {
        machine
            .list(place)
            .into_iter()
            .map(move |name| (place, name))
    });
    let folders = all.filter(|(_, name)| name.strip_suffix(ending).is_some());
    folders
        .flat_map(|(place, name)| machine.list(&format!("{place}/{name}")))
        .collect()
}

fn is_masked(machine: &MachineView, unit: &str) -> bool {
    machine
        .link(&format!("/etc/systemd/system/{unit}"))
        .is_some_and(|to| to.as_os_str() == "/dev/null")
}

/// For `getty@tty1.service`: `tty1`.
fn instance(unit: &str) -> Option<&str> {
    unit.strip_suffix(".service")?
        .split_once('@')
        .map(|(_, instance)| instance)
}

#[cfg(test)]
mod tests {
    use super::super::check::Severity::{self, Broken, Good, Weak};
    use super::super::machine::fake::Thing::{self, Link, Text};
    use super::super::machine::fake::machine;
    use super::*;

    fn grades(paths: &[&str]) -> (Severity, Severity) {
        let things: Vec<(&str, Thing)> = paths.iter().map(|path| (*path, Text(""))).collect();
        let (_folder, machine) = machine(&things);
        let checks = checks(&machine);
        (checks[0].grade, checks[1].grade)
    }

    #[test]
    fn a_getty_on_the_kiosks_own_terminal_is_broken_and_weak_if_it_would_come() {
        let kiosk = "/sys/fs/cgroup/system.slice/system-support\\x2dkiosk.slice/support-kiosk@tty1.service/cgroup.procs";
        let getty =
            "/sys/fs/cgroup/system.slice/system-getty.slice/getty@tty1.service/cgroup.procs";
        let another =
            "/sys/fs/cgroup/system.slice/system-getty.slice/getty@tty2.service/cgroup.procs";
        let old = "/sys/fs/cgroup/systemd/system.slice/system-getty.slice/getty@tty1.service/cgroup.procs";
        let enabled = "/etc/systemd/system/multi-user.target.wants/support-kiosk@tty1.service";
        let wayland = "/etc/systemd/system/graphical.target.wants/support-kiosk-cage@tty1.service";
        let getty_too = "/etc/systemd/system/getty.target.wants/getty@tty1.service";
        for (paths, grade) in [
            (vec![], Good),
            (vec![getty], Good),
            (vec![kiosk, another], Good),
            (vec![kiosk, getty], Broken),
            (vec![kiosk, old], Broken),
            (vec![enabled], Good),
            (vec![getty_too], Good),
            (vec![enabled, getty_too], Weak),
            (vec![wayland, getty_too], Weak),
        ] {
            assert_eq!(grades(&paths).0, grade, "{paths:?}");
        }
    }

    #[test]
    fn a_login_on_a_serial_line_is_weak_until_it_is_masked() {
        let running = "/sys/fs/cgroup/system.slice/system-serial\\x2dgetty.slice/serial-getty@ttyS0.service/cgroup.procs";
        let generated = "/run/systemd/generator/getty.target.wants/serial-getty@ttyS0.service";
        for (paths, grade) in [
            (vec![], Good),
            (vec![running], Weak),
            (vec![generated], Weak),
        ] {
            assert_eq!(grades(&paths).1, grade, "{paths:?}");
        }
        let masked = (
            "/etc/systemd/system/serial-getty@ttyS0.service",
            Link("/dev/null"),
        );
        let (_folder, machine) = machine(&[(generated, Text("")), masked]);
        assert_eq!(on_serial_lines(&machine).grade, Good);
    }
}
