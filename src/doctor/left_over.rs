//! Over SSH: whether a client's processes are ended after the kiosk was killed. Under the shipped
//! units their control group does that. An SSH login has a control group only as a logind session,
//! which ends with the connection if `KillUserProcesses` is set.

use super::account::UnixAccount;
use super::check::{Check, CheckInfo};
use super::consoles::{LOGIND, runs_systemd, setting};
use super::machine::{MachineText, MachineView};
use super::sshd::SSHD;

const PROCESSES: CheckInfo = CheckInfo {
    name: "ssh-processes",
    why: "A killed kiosk (out of memory, by its client, by an administrator) leaves its client's processes running.",
};

/// The consequence in each case that is not good.
const UNTIL: &str = "left-over processes end only when the next kiosk starts";

/// The PAM files that may list modules for an SSH login, on Debian, Fedora, SUSE and Arch.
const STACKS: [&str; 6] = [
    "sshd",
    "common-session",
    "password-auth",
    "postlogin",
    "system-remote-login",
    "system-login",
];

/// `None` if no kiosk is reachable over SSH.
pub(super) fn check(machine: &MachineView, accounts: &[UnixAccount]) -> Option<Check> {
    let account = accounts.first().filter(|_| machine.has(SSHD))?;
    Some(if !runs_systemd(machine) {
        PROCESSES.weak(
            &format!("systemd-logind does not run: {UNTIL}"),
            "run sshd under systemd, with systemd-logind",
        )
    } else if !opens_sessions(machine) {
        let found = format!("no file of /etc/pam.d that sshd uses names pam_systemd.so: {UNTIL}");
        PROCESSES.weak(
            &found,
            "install libpam-systemd, or name pam_systemd.so in /etc/pam.d/sshd",
        )
    } else if !kills_processes_of_user(machine, &account.name) {
        let found = format!(
            "logind's KillUserProcesses is not on for {}: {UNTIL}",
            account.name
        );
        PROCESSES.weak(&found, LOGIND)
    } else {
        PROCESSES.good(&format!("logind ends what {} leaves behind", account.name))
    })
}

fn opens_sessions(machine: &MachineView) -> bool {
    let names_it = |text: &str| {
        text.lines()
            .any(|line| !line.trim_start().starts_with('#') && line.contains("pam_systemd.so"))
    };
    STACKS.iter().any(|stack| matches!(machine.read(&format!("/etc/pam.d/{stack}")), MachineText::Text(text) if names_it(&text)))
}

/// Follows logind.conf(5): root is excluded by default.
fn kills_processes_of_user(machine: &MachineView, user: &str) -> bool {
    let setting = |key| setting(machine, "logind.conf", key);
    let names = |users: &str| users.split_whitespace().any(|name| name == user);
    let is_on = setting("KillUserProcesses")
        .is_some_and(|value| matches!(value.as_str(), "yes" | "true" | "on" | "1"));
    let only = setting("KillOnlyUsers").unwrap_or_default();
    let not = setting("KillExcludeUsers").unwrap_or_else(|| "root".to_owned());
    is_on && (only.is_empty() || names(&only)) && !names(&not)
}

#[cfg(test)]
mod tests {
    use super::super::check::Severity::{Good, Weak};
    use super::super::machine::fake::Thing::{self, Text};
    use super::super::machine::fake::machine;
    use super::*;

    const SYSTEMD: (&str, Thing) = ("/run/systemd/system/x", Text(""));
    const PAM: (&str, Thing) = (
        "/etc/pam.d/common-session",
        Text("session optional pam_systemd.so\n"),
    );
    const PASSWD: (&str, Thing) = ("/etc/passwd", Text("kiosk:x:9:9::/:/usr/bin/support-kiosk"));

    fn logind(text: &'static str) -> (&'static str, Thing) {
        (
            "/etc/systemd/logind.conf.d/10-support-kiosk.conf",
            Text(text),
        )
    }

    #[test]
    fn k6_over_ssh_logind_has_to_end_what_a_killed_kiosk_leaves() {
        let shipped = include_str!("../../packaging/system/10-support-kiosk-logind.conf");
        let not_on = "KillUserProcesses is not on for kiosk: left-over processes end only when the next kiosk starts";
        for (things, grade, found) in [
            (vec![], Weak, "systemd-logind does not run"),
            (
                vec![PAM, logind(shipped)],
                Weak,
                "systemd-logind does not run",
            ),
            (vec![SYSTEMD, logind(shipped)], Weak, "names pam_systemd.so"),
            (
                vec![
                    SYSTEMD,
                    logind(shipped),
                    ("/etc/pam.d/sshd", Text("# session optional pam_systemd.so")),
                ],
                Weak,
                "names pam_systemd.so",
            ),
            (vec![SYSTEMD, PAM], Weak, not_on),
            (
                vec![SYSTEMD, PAM, logind("[Login]\n#KillUserProcesses=yes\n")],
                Weak,
                not_on,
            ),
            (
                vec![SYSTEMD, PAM, logind("[Login]\nKillUserProcesses=no\n")],
                Weak,
                not_on,
            ),
            (
                vec![
                    SYSTEMD,
                    PAM,
                    logind("[Login]\nKillUserProcesses=yes\nKillOnlyUsers=b12 b13\n"),
                ],
                Weak,
                not_on,
            ),
            (
                vec![
                    SYSTEMD,
                    PAM,
                    logind("[Login]\nKillUserProcesses=yes\nKillExcludeUsers=root kiosk\n"),
                ],
                Weak,
                not_on,
            ),
            (
                vec![SYSTEMD, PAM, logind("[Login]\nKillUserProcesses=yes\n")],
                Good,
                "logind ends what kiosk leaves behind",
            ),
            (
                vec![SYSTEMD, PAM, logind(shipped)],
                Good,
                "logind ends what kiosk leaves behind",
            ),
        ] {
            let (_folder, machine) = machine(
                &[things, vec![PASSWD, (SSHD, Text(""))]]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>(),
            );
            let check = check(&machine, &UnixAccount::list(&machine)).expect("a check");
            assert!(
                check.grade == grade && check.found.contains(found),
                "{check:?}"
            );
        }
    }

    #[test]
    fn without_sshd_or_an_account_there_is_nothing_to_say() {
        for things in [[PASSWD, SYSTEMD], [(SSHD, Text("")), SYSTEMD]] {
            let (_folder, machine) = machine(&things);
            assert!(check(&machine, &UnixAccount::list(&machine)).is_none());
        }
    }
}
