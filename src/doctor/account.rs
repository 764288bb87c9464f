//! The accounts whose login shell is the kiosk.

use super::check::{Check, CheckInfo};
use super::machine::{MachineText, MachineView};

const SHELL: CheckInfo = CheckInfo {
    name: "login-shell",
    why: "An account whose shell is in /etc/shells can change it (chsh). With any other shell the account is not limited to the kiosk.",
};

/// The account name in packaging/.
const USUAL: &str = "kiosk";

/// An account for the kiosk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UnixAccount {
    pub(super) name: String,
    /// The path of the login shell.
    shell: String,
}

impl UnixAccount {
    /// The accounts of this machine whose shell is the kiosk; if there are none, the account
    /// `kiosk`.
    pub(super) fn list(machine: &MachineView) -> Vec<Self> {
        let MachineText::Text(passwd) = machine.read("/etc/passwd") else {
            return Vec::new();
        };
        let all: Vec<Self> = passwd.lines().filter_map(Self::from_passwd_line).collect();
        let bound: Vec<Self> = all
            .iter()
            .filter(|account| account.has_kiosk_shell())
            .cloned()
            .collect();
        if bound.is_empty() {
            all.into_iter()
                .filter(|account| account.name == USUAL)
                .collect()
        } else {
            bound
        }
    }

    /// `name:password:uid:gid:about:home:shell` (passwd(5)).
    fn from_passwd_line(line: &str) -> Option<Self> {
        let mut fields = line.split(':');
        let (name, shell) = (fields.next()?, fields.nth(5)?);
        Some(Self {
            name: name.to_owned(),
            shell: shell.to_owned(),
        })
    }

    /// Whether the kiosk is the login shell, so that the account can run nothing else.
    pub(super) fn has_kiosk_shell(&self) -> bool {
        self.shell.rsplit('/').next() == Some("support-kiosk")
    }
}

/// Checks how these accounts are restricted to the kiosk.
pub(super) fn check(machine: &MachineView, accounts: &[UnixAccount]) -> Check {
    let Some(account) = accounts.first() else {
        return SHELL.good("no account has the kiosk as its shell");
    };
    let UnixAccount { name, shell } = account;
    if !account.has_kiosk_shell() {
        return SHELL.weak(
            &format!("{name} has {shell}"),
            &format!("usermod --shell /usr/bin/support-kiosk {name}"),
        );
    }
    let shells = match machine.read("/etc/shells") {
        MachineText::Text(shells) => shells,
        MachineText::Missing => String::new(),
        MachineText::Unreadable(why) => {
            return SHELL.unknown(&why, "check whether it lists the kiosk");
        }
    };
    let listed = accounts
        .iter()
        .find(|account| shells.lines().any(|line| line.trim() == account.shell));
    match listed {
        Some(UnixAccount { name, shell }) => SHELL.weak(
            &format!("{name} has {shell}, which is in /etc/shells"),
            "remove that line from /etc/shells",
        ),
        None => SHELL.good(&format!("{name} has {shell}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::Severity::{Good, Unknown, Weak};
    use super::super::machine::fake::Thing::{Text, Unreadable};
    use super::super::machine::fake::machine;
    use super::*;

    const BOUND: &str = "root:x:0:0:root:/root:/bin/bash\nkiosk:x:9:9::/:/bin/sh\nb12:x:9:9:B12:/:/usr/bin/support-kiosk\n";
    const USUAL: &str = "root:x:0:0:root:/root:/bin/bash\nbroken\nkiosk:x:9:9::/:/bin/sh\n";

    #[test]
    fn the_kiosks_accounts_go_by_their_shell_and_then_by_their_name() {
        for (passwd, names) in [
            (BOUND, vec!["b12"]),
            (USUAL, vec!["kiosk"]),
            ("root:x:0:0::/root:/bin/bash", vec![]),
        ] {
            let (_folder, machine) = machine(&[("/etc/passwd", Text(passwd))]);
            let found: Vec<String> = UnixAccount::list(&machine)
                .into_iter()
                .map(|account| account.name)
                .collect();
            assert_eq!(found, names, "{passwd}");
        }
        let (_folder, unreadable) = machine(&[("/etc/passwd", Unreadable)]);
        assert_eq!(UnixAccount::list(&unreadable), []);
    }

    #[test]
    fn a_shell_that_the_account_may_change_is_weak() {
        let shells = Text("/bin/sh\n /usr/bin/support-kiosk\n");
        for (things, grade) in [
            (vec![], Good),
            (vec![("/etc/passwd", Text(BOUND))], Good),
            (
                vec![
                    ("/etc/passwd", Text(BOUND)),
                    ("/etc/shells", Text("/bin/sh\n")),
                ],
                Good,
            ),
            (
                vec![("/etc/passwd", Text(BOUND)), ("/etc/shells", shells)],
                Weak,
            ),
            (
                vec![("/etc/passwd", Text(BOUND)), ("/etc/shells", Unreadable)],
                Unknown,
            ),
            (vec![("/etc/passwd", Text(USUAL))], Weak),
        ] {
            let (_folder, machine) = machine(&things);
            let check = check(&machine, &UnixAccount::list(&machine));
            assert_eq!(check.grade, grade, "{check:?}");
        }
    }
}
