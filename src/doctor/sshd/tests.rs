use super::super::check::Severity::{self, Broken, Good, Weak};
use super::super::machine::fake::Thing::Text;
use super::super::machine::fake::machine;
use super::*;

/// The shipped drop-in's settings, as sshd prints them.
const SHIPPED: &str = "maxsessions 1\nclientaliveinterval 15\nclientalivecountmax 2\nunusedconnectiontimeout 15\n\
    x11forwarding no\npermituserrc no\nallowtcpforwarding no\nallowagentforwarding no\ndisableforwarding yes\n\
    allowstreamlocalforwarding no\npermittunnel no\nforcecommand /usr/bin/support-kiosk --lockdown\n\
    authorizedkeysfile /etc/support-kiosk/authorized_keys\nacceptenv LANG\nacceptenv LC_ALL\npermituserenvironment no\n";

fn account(shell: &str) -> Vec<UnixAccount> {
    let (_folder, machine) = machine(&[(
        "/etc/passwd",
        Text(format!("kiosk:x:9:9::/:{shell}").leak()),
    )]);
    UnixAccount::list(&machine)
}

fn grades(settings: &str, shell: &str) -> Vec<(&'static str, Severity)> {
    SshdSettings(settings)
        .checks(&account(shell)[0])
        .iter()
        .map(|check| (check.name, check.grade))
        .collect()
}

#[test]
fn the_shipped_settings_are_good() {
    assert_eq!(
        grades(SHIPPED, "/usr/bin/support-kiosk"),
        [
            ("ssh-command", Good),
            ("ssh-forwarding", Good),
            ("ssh-variables", Good),
            ("ssh-line", Good)
        ]
    );
}

#[expect(clippy::too_many_lines, reason = "a table of cases")]
#[test]
fn k4_each_setting_that_is_not_as_shipped_is_found() {
    for (shipped, other, name, grade) in [
        (
            "forcecommand /usr/bin/support-kiosk --lockdown",
            "forcecommand none",
            "ssh-command",
            Broken,
        ),
        (
            "forcecommand /usr/bin/support-kiosk --lockdown",
            "forcecommand /bin/sh",
            "ssh-command",
            Broken,
        ),
        (
            "x11forwarding no",
            "x11forwarding yes",
            "ssh-forwarding",
            Broken,
        ),
        (
            "allowagentforwarding no",
            "allowagentforwarding yes",
            "ssh-forwarding",
            Broken,
        ),
        (
            "permittunnel no",
            "permittunnel point-to-point",
            "ssh-forwarding",
            Broken,
        ),
        (
            "disableforwarding yes\nallowstreamlocalforwarding no",
            "allowstreamlocalforwarding yes",
            "ssh-forwarding",
            Broken,
        ),
        (
            "permituserenvironment no",
            "permituserenvironment yes",
            "ssh-variables",
            Broken,
        ),
        (
            "permituserenvironment no",
            "permituserenvironment LANG",
            "ssh-variables",
            Broken,
        ),
        ("acceptenv LANG", "acceptenv *", "ssh-variables", Broken),
        (
            "acceptenv LANG",
            "acceptenv L?_PRE*",
            "ssh-variables",
            Broken,
        ),
        ("acceptenv LANG", "acceptenv GIT_*", "ssh-variables", Weak),
        (
            "acceptenv LANG",
            "acceptenv COLORTERM NO_COLOR LC_*",
            "ssh-variables",
            Good,
        ),
        ("permituserrc no", "permituserrc yes", "ssh-line", Weak),
        ("maxsessions 1", "maxsessions 10", "ssh-line", Weak),
        (
            "unusedconnectiontimeout 15",
            "unusedconnectiontimeout none",
            "ssh-line",
            Weak,
        ),
        (
            "clientaliveinterval 15",
            "clientaliveinterval 0",
            "ssh-line",
            Weak,
        ),
        (
            "clientalivecountmax 2",
            "clientalivecountmax 0",
            "ssh-line",
            Weak,
        ),
        (
            "authorizedkeysfile /etc/support-kiosk/authorized_keys",
            "authorizedkeysfile .ssh/authorized_keys",
            "ssh-line",
            Weak,
        ),
        (
            "authorizedkeysfile /etc/support-kiosk/authorized_keys",
            "authorizedkeysfile /home/%u/keys",
            "ssh-line",
            Weak,
        ),
    ] {
        let settings = SHIPPED.replace(shipped, other);
        assert_ne!(
            (settings.as_str(), grade == Good),
            (SHIPPED, false),
            "{shipped} must be in it"
        );
        let found = grades(&settings, "/bin/sh");
        assert!(found.contains(&(name, grade)), "{other}: {found:?}");
        assert_eq!(
            found
                .iter()
                .filter(|(other, grade)| *other != name && *grade != Good)
                .count(),
            0,
            "{other}: {found:?}"
        );
    }
}

#[test]
fn without_a_forced_command_the_login_shell_still_binds() {
    let settings = SHIPPED.replace(
        "forcecommand /usr/bin/support-kiosk --lockdown",
        "forcecommand none",
    );
    assert_eq!(
        grades(&settings, "/usr/bin/support-kiosk")[0],
        ("ssh-command", Weak)
    );
    // sshd serves this itself, without the login shell.
    let settings = format!("{settings}subsystem sftp internal-sftp\n");
    assert_eq!(
        grades(&settings, "/usr/bin/support-kiosk")[0],
        ("ssh-command", Broken)
    );
}

#[test]
fn no_sshd_or_no_account_means_no_logins() {
    let (_folder, without) = machine(&[]);
    assert_eq!(checks(&without, &account("/bin/sh"))[0].grade, Good);
    let (_folder, with) = machine(&[(SSHD, Text(""))]);
    let without_account = checks(&with, &[]);
    assert!(
        without_account.len() == 1 && without_account[0].grade == Good,
        "{without_account:?}"
    );
}
