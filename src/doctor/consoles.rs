//! Ways around the kiosk at the keyboard: other virtual terminals, and Ctrl-Alt-Del.
//!
//! No program is run for this: `/proc` shows which processes use a terminal, and systemd's settings
//! are in its files.

use std::path::Path;

use super::check::{Check, CheckInfo};
use super::machine::{MachineText, MachineView};

const LOGINS: CheckInfo = CheckInfo {
    name: "other-consoles",
    why: "With Ctrl-Alt-F2 and the like a visitor leaves the kiosk for a login or an open shell.",
};
const THREE_KEYS: CheckInfo = CheckInfo {
    name: "ctrl-alt-del",
    why: "Three keys restart the machine, and its boot menu may give full access.",
};

pub(super) const LOGIND: &str = "install packaging/system/10-support-kiosk-logind.conf";

/// The programs that may run on a virtual terminal: the kiosk and its display servers.
const KIOSK_PROGRAMS: [&str; 3] = ["support-kiosk", "Xorg", "cage"];

pub(super) fn checks(machine: &MachineView) -> Vec<Check> {
    vec![logins(machine), three_keys(machine)]
}

fn logins(machine: &MachineView) -> Check {
    if !machine.has("/dev/tty0") {
        return LOGINS.good("this machine has no virtual terminals");
    }
    let others = others_on_consoles(machine);
    if !others.is_empty() {
        let fix = format!("systemctl disable --now getty@ttyN for each of them, and {LOGIND}");
        return LOGINS.weak(&others.join(", "), &fix);
    }
    if starts_logins_on_demand(machine) {
        return LOGINS.weak("none now, but systemd-logind starts a login on every terminal that a visitor switches to", LOGIND);
    }
    LOGINS.good("no one is logged in, and no login starts")
}

/// Session leaders on a virtual terminal that are not in [`KIOSK_PROGRAMS`], such as `agetty on tty2`.
fn others_on_consoles(machine: &MachineView) -> Vec<String> {
    let processes = machine
        .list("/proc")
        .into_iter()
        .filter_map(|name| name.parse::<u32>().ok());
    let mut others: Vec<(u32, String)> = processes
        .filter_map(|process| leader_on_console(machine, process))
        .collect();
    others.retain(|(_, name)| !KIOSK_PROGRAMS.contains(&name.as_str()));
    others.sort();
    others
        .into_iter()
        .map(|(console, name)| format!("{name} on tty{console}"))
        .collect()
}

/// The number of the virtual terminal and the process name, if this process leads the session
/// there. `None` if the process is gone.
fn leader_on_console(machine: &MachineView, process: u32) -> Option<(u32, String)> {
    let MachineText::Text(stat) = machine.read(&format!("/proc/{process}/stat")) else {
        return None;
    };
    // The name may contain brackets and blanks, so search for the last bracket (proc(5)).
    let (front, after) = stat.rsplit_once(')')?;
    let (_, name) = front.split_once('(')?;
    let mut fields = after.split_whitespace().skip(3);
    let (session, terminal): (u32, u32) =
        (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    // Major number 4, minor number 1 to 63.
    let console = terminal
        .checked_sub(4 << 8)
        .filter(|minor| (1..64).contains(minor))?;
    (session == process).then(|| (console, name.to_owned()))
}

/// Whether systemd-logind runs and starts a login on a terminal when a person switches to it.
fn starts_logins_on_demand(machine: &MachineView) -> bool {
    runs_systemd(machine)
        && machine.has("/run/systemd/seats")
        && setting(machine, "logind.conf", "NAutoVTs").is_none_or(|number| number != "0")
}

fn three_keys(machine: &MachineView) -> Check {
    if !runs_systemd(machine) {
        return THREE_KEYS.unknown("systemd does not run here", "make init ignore Ctrl-Alt-Del");
    }
    let units = ["/etc/systemd/system", "/run/systemd/system"]
        .map(|folder| format!("{folder}/ctrl-alt-del.target"));
    let is_masked = units
        .iter()
        .filter_map(|unit| machine.link(unit))
        .any(|to| to.as_os_str() == "/dev/null");
    let is_quiet = setting(machine, "system.conf", "CtrlAltDelBurstAction")
        .is_some_and(|action| action == "none");
    match (is_masked, is_quiet) {
        (true, true) => THREE_KEYS.good("does nothing"),
        (true, false) => THREE_KEYS.weak(
            "masked, but seven presses in a row still restart the machine",
            "install packaging/system/10-support-kiosk-systemd.conf",
        ),
        (false, _) => THREE_KEYS.weak(
            "restarts the machine",
            "systemctl mask ctrl-alt-del.target, and install packaging/system/10-support-kiosk-systemd.conf",
        ),
    }
}

/// The same test as `sd_booted(3)`.
pub(super) fn runs_systemd(machine: &MachineView) -> bool {
    machine.has("/run/systemd/system")
}

/// The value of a key in a systemd config: the last one in the file and its drop-ins
/// (systemd.conf(5)).
pub(super) fn setting(machine: &MachineView, config: &str, key: &str) -> Option<String> {
    let folders = ["usr/lib", "run", "etc"].map(|place| format!("/{place}/systemd/{config}.d"));
    let mut drop_ins: Vec<(String, &String)> = Vec::new();
    for folder in &folders {
        let names = machine
            .list(folder)
            .into_iter()
            .filter(|name| Path::new(name).extension().is_some_and(|end| end == "conf"));
        for name in names {
            // A file in a later directory hides one of the same name in an earlier directory.
            drop_ins.retain(|(known, _)| *known != name);
            drop_ins.push((name, folder));
        }
    }
    drop_ins.sort();
    let files = drop_ins
        .iter()
        .map(|(name, folder)| format!("{folder}/{name}"));
    let texts = [format!("/etc/systemd/{config}")]
        .into_iter()
        .chain(files)
        .filter_map(|file| match machine.read(&file) {
            MachineText::Text(text) => Some(text),
            MachineText::Missing | MachineText::Unreadable(_) => None,
        });
    texts.filter_map(|text| last_value(&text, key)).next_back()
}

fn last_value(text: &str, key: &str) -> Option<String> {
    let settings = text.lines().filter_map(|line| line.split_once('='));
    settings
        .filter(|(name, _)| name.trim() == key)
        .map(|(_, value)| value.trim().to_owned())
        .next_back()
}

#[cfg(test)]
mod tests {
    use super::super::check::Severity::{Good, Unknown, Weak};
    use super::super::machine::fake::Thing::{self, Link, Text, Unreadable};
    use super::super::machine::fake::machine;
    use super::*;

    const CONSOLE: (&str, Thing) = ("/dev/tty0", Text(""));
    const SEATS: (&str, Thing) = ("/run/systemd/seats/seat0", Text(""));
    const SYSTEMD: (&str, Thing) = ("/run/systemd/system/x", Text(""));

    #[test]
    fn session_leaders_on_virtual_terminals_are_named() {
        let (_folder, machine) = machine(&[
            CONSOLE,
            ("/proc/7/stat", Text("7 (agetty) S 1 7 7 1026 7 0")),
            ("/proc/8/stat", Text("8 (a) b (c) S 1 8 8 1027 8 0")),
            ("/proc/9/stat", Text("9 (bash) S 7 9 7 1026 9 0")),
            ("/proc/10/stat", Text("10 (sshd) S 1 10 10 0 -1 0")),
            ("/proc/11/stat", Text("11 (bash) S 10 11 11 34816 11 0")),
            (
                "/proc/12/stat",
                Text("12 (support-kiosk) S 1 12 12 1025 12 0"),
            ),
            ("/proc/13/stat", Text("13 (cut")),
            ("/proc/14/stat", Unreadable),
            ("/proc/self/stat", Text("7 (agetty) S 1 7 7 1028 7 0")),
        ]);
        let check = logins(&machine);
        assert_eq!(
            (check.grade, check.found.as_str()),
            (Weak, "agetty on tty2, a) b (c on tty3")
        );
    }

    #[test]
    fn a_login_that_comes_when_somebody_switches_counts_as_well() {
        let (_folder, without) = machine(&[]);
        assert_eq!(logins(&without).grade, Good);
        let (_folder, bare) = machine(&[CONSOLE]);
        assert_eq!(logins(&bare).grade, Good);
        let (_folder, without_systemd) = machine(&[CONSOLE, SEATS]);
        assert_eq!(logins(&without_systemd).grade, Good);
        let (_folder, on_demand) = machine(&[CONSOLE, SEATS, SYSTEMD]);
        assert_eq!(logins(&on_demand).grade, Weak);
        let none = (
            "/etc/systemd/logind.conf.d/10-kiosk.conf",
            Text("[Login]\nNAutoVTs=0\n"),
        );
        let six = (
            "/etc/systemd/logind.conf",
            Text("[Login]\n#NAutoVTs=0\nNAutoVTs=6\n"),
        );
        let (_folder, off) = machine(&[CONSOLE, SEATS, SYSTEMD, six, none]);
        assert_eq!(logins(&off).grade, Good);
    }

    #[test]
    fn of_systemds_drop_ins_the_last_name_wins_and_etc_hides_the_rest() {
        let (_folder, machine) = machine(&[
            ("/etc/systemd/system.conf", Text("A=1\nB = 1\n# C=1")),
            ("/usr/lib/systemd/system.conf.d/20.conf", Text("A=2\nB=2")),
            ("/etc/systemd/system.conf.d/20.conf", Text("A=3")),
            ("/run/systemd/system.conf.d/10.conf", Text("A=4\nB=4\nB=5")),
            ("/etc/systemd/system.conf.d/30.txt", Text("A=6")),
            ("/etc/systemd/system.conf.d/40.conf", Unreadable),
        ]);
        let of = |key| setting(&machine, "system.conf", key);
        assert_eq!(
            (of("A"), of("B"), of("C")),
            (Some("3".to_owned()), Some("5".to_owned()), None)
        );
    }

    #[test]
    fn three_keys_are_good_only_where_neither_once_nor_often_does_anything() {
        let masked = || ("/etc/systemd/system/ctrl-alt-del.target", Link("/dev/null"));
        let quiet = || {
            (
                "/etc/systemd/system.conf.d/a.conf",
                Text("CtrlAltDelBurstAction=none"),
            )
        };
        let elsewhere = || {
            (
                "/etc/systemd/system/ctrl-alt-del.target",
                Link("/usr/lib/systemd/system/reboot.target"),
            )
        };
        for (things, grade) in [
            (vec![SYSTEMD, masked(), quiet()], Good),
            (vec![SYSTEMD, masked()], Weak),
            (vec![SYSTEMD, quiet()], Weak),
            (vec![SYSTEMD, elsewhere(), quiet()], Weak),
            (vec![], Unknown),
        ] {
            let (_folder, machine) = machine(&things);
            let check = three_keys(&machine);
            assert_eq!(check.grade, grade, "{check:?}");
        }
    }
}
