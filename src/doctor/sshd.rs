//! The effective sshd settings for the kiosk's account, after all files and Match blocks:
//! `sshd -T`.
//!
//! There is no other way to get them, so this is the only program that `doctor` runs: by its
//! absolute path, with an empty environment and no input. The kiosk itself runs only the client
//! (T1).

use std::process::{Command, Stdio};

use super::account::UnixAccount;
use super::check::{Check, CheckInfo};
use super::machine::MachineView;
use crate::host::FORCED_COMMAND;

pub(super) const SSHD: &str = "/usr/sbin/sshd";

const ALL: CheckInfo = CheckInfo {
    name: "sshd",
    why: "Over SSH a visitor gets what sshd allows, not only the kiosk.",
};
const COMMAND: CheckInfo = CheckInfo {
    name: "ssh-command",
    why: "Without it a visitor over SSH can choose what runs.",
};
const FORWARDING: CheckInfo = CheckInfo {
    name: "ssh-forwarding",
    why: "Visitors can reach the network behind this machine, or this machine can reach their keys and screens.",
};
const ENVIRONMENT: CheckInfo = CheckInfo {
    name: "ssh-variables",
    why: "Variables of the dynamic loader act before the kiosk can drop them: LD_PRELOAD can run anything.",
};
const LINE: CheckInfo = CheckInfo {
    name: "ssh-line",
    why: "A program that once ran as this user could let itself in again, and connections could stay open without a kiosk.",
};

const FIX: &str =
    "install packaging/sshd/support-kiosk.conf as /etc/ssh/sshd_config.d/10-support-kiosk.conf";

/// Variables that a customer's terminal needs and the kiosk reads.
const HARMLESS: [&str; 4] = ["LANG", "COLORTERM", "NO_COLOR", "TERM"];
/// Some of the variables that the dynamic loader reads.
const LOADERS: [&str; 4] = [
    "LD_PRELOAD",
    "LD_LIBRARY_PATH",
    "LD_AUDIT",
    "GLIBC_TUNABLES",
];

/// Checks sshd's settings for these accounts.
pub(super) fn checks(machine: &MachineView, accounts: &[UnixAccount]) -> Vec<Check> {
    if !machine.has(SSHD) {
        return vec![ALL.good("not installed")];
    }
    let Some(account) = accounts.first() else {
        return vec![ALL.good("no account for the kiosk to log in with")];
    };
    match effective(&account.name) {
        Ok(settings) => SshdSettings(&settings).checks(account),
        Err(why) => vec![
            ALL.unknown(&why, "run this as root, because sshd shows its settings only to root; or fix what it complains about"),
        ],
    }
}

/// sshd's settings for a connection of this user, or the first line of its error message.
fn effective(user: &str) -> Result<String, String> {
    // Match blocks are selected by these three; any address of this machine will do.
    let connection = format!("user={user},host=localhost,addr=127.0.0.1");
    let mut sshd = Command::new(SSHD);
    sshd.args(["-T", "-C", &connection])
        .env_clear()
        .stdin(Stdio::null());
    let output = sshd
        .output()
        .map_err(|error| format!("{SSHD} can't be run: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(format!(
        "sshd -T: {}",
        words.lines().next().unwrap_or("no word")
    ))
}

/// The output of `sshd -T`: one setting per line, with its name in lower case.
struct SshdSettings<'t>(&'t str);

impl<'t> SshdSettings<'t> {
    fn checks(&self, account: &UnixAccount) -> Vec<Check> {
        vec![
            self.command(account),
            self.forwarding(),
            self.environment(),
            self.line(),
        ]
    }

    /// All values of a setting, which may occur on several lines.
    fn all(&self, name: &str) -> impl Iterator<Item = &'t str> {
        self.0
            .lines()
            .filter_map(|line| line.split_once(' '))
            .filter(move |(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    fn has_value(&self, name: &str, value: &str) -> bool {
        self.all(name).eq([value])
    }

    fn command(&self, account: &UnixAccount) -> Check {
        let command = self.all("forcecommand").next().unwrap_or("none");
        let name = &account.name;
        match command {
            FORCED_COMMAND => COMMAND.good(&format!("{name} gets {FORCED_COMMAND}")),
            "none"
                if self
                    .all("subsystem")
                    .any(|subsystem| subsystem.ends_with("internal-sftp")) =>
            {
                COMMAND.broken(
                    &format!("none: {name} gets sftp from sshd itself, whatever its login shell"),
                    FIX,
                )
            }
            "none" if account.has_kiosk_shell() => COMMAND.weak(
                &format!("none: only its login shell binds {name} to the kiosk"),
                FIX,
            ),
            "none" => COMMAND.broken(&format!("none: {name} gets a shell"), FIX),
            other => COMMAND.broken(
                &format!("{name} gets {other}, and not {FORCED_COMMAND}"),
                FIX,
            ),
        }
    }

    fn forwarding(&self) -> Check {
        let all_off = self.has_value("disableforwarding", "yes");
        let open = |name: &str| !self.has_value(name, "no");
        // Before OpenSSH 10.0 DisableForwarding did not cover the agent and X11 (CVE-2025-32728),
        // and it has never covered tunnels.
        let ways = [
            ("TCP", !all_off && open("allowtcpforwarding")),
            (
                "Unix sockets",
                !all_off && open("allowstreamlocalforwarding"),
            ),
            ("tunnels", open("permittunnel")),
            ("the agent", open("allowagentforwarding")),
            ("X11", open("x11forwarding")),
        ];
        let open: Vec<&str> = ways
            .iter()
            .filter(|(_, is_open)| *is_open)
            .map(|(way, _)| *way)
            .collect();
        if open.is_empty() {
            FORWARDING.good("none")
        } else {
            FORWARDING.broken(&format!("open for {}", open.join(", ")), FIX)
        }
    }

    fn environment(&self) -> Check {
        if !self.has_value("permituserenvironment", "no") {
            return ENVIRONMENT.broken(
                "PermitUserEnvironment is on: a file in the user's home sets them",
                FIX,
            );
        }
        let accepted: Vec<&str> = self
            .all("acceptenv")
            .flat_map(str::split_whitespace)
            .collect();
        let such = |so: fn(&str) -> bool| {
            accepted
                .iter()
                .filter(|pattern| so(pattern))
                .copied()
                .collect::<Vec<_>>()
                .join(", ")
        };
        let loaders = such(|pattern| {
            LOADERS
                .iter()
                .any(|name| matches_pattern(pattern.as_bytes(), name.as_bytes()))
        });
        if !loaders.is_empty() {
            return ENVIRONMENT.broken(&format!("AcceptEnv lets through {loaders}"), FIX);
        }
        let others = such(|pattern| !HARMLESS.contains(&pattern) && !pattern.starts_with("LC_"));
        if others.is_empty() {
            ENVIRONMENT.good("only language and colour")
        } else {
            ENVIRONMENT.weak(&format!("AcceptEnv lets through {others}"), FIX)
        }
    }

    fn line(&self) -> Check {
        let number = |name: &str| {
            self.all(name)
                .next()
                .and_then(|value| value.parse::<u64>().ok())
        };
        let keys_of_root = self
            .all("authorizedkeysfile")
            .flat_map(str::split_whitespace)
            .all(|file| file.starts_with('/') && !file.contains('%'));
        let wrong = [
            ("PermitUserRC", !self.has_value("permituserrc", "no")),
            ("MaxSessions", number("maxsessions") != Some(1)),
            (
                "UnusedConnectionTimeout",
                number("unusedconnectiontimeout").is_none_or(|seconds| seconds == 0),
            ),
            (
                "ClientAliveInterval",
                number("clientaliveinterval").is_none_or(|seconds| seconds == 0),
            ),
            (
                "ClientAliveCountMax",
                number("clientalivecountmax").is_none_or(|tries| tries == 0),
            ),
            ("AuthorizedKeysFile", !keys_of_root),
        ];
        let wrong: Vec<&str> = wrong
            .iter()
            .filter(|(_, is_wrong)| *is_wrong)
            .map(|(name, _)| *name)
            .collect();
        if wrong.is_empty() {
            LINE.good("as shipped")
        } else {
            LINE.weak(&format!("not as shipped: {}", wrong.join(", ")), FIX)
        }
    }
}

/// Whether a name matches a pattern of `AcceptEnv`, with `*` and `?` (`sshd_config(5)`).
fn matches_pattern(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern.split_first(), name.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            (0..=name.len()).any(|skipped| matches_pattern(rest, &name[skipped..]))
        }
        (Some((b'?', rest)), Some((_, name))) => matches_pattern(rest, name),
        (Some((wanted, rest)), Some((is, name))) => wanted == is && matches_pattern(rest, name),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests;
