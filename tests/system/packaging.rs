//! What stands in `packaging/`: the files that an operator installs beside the program.

mod x11;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use support_kiosk::host::FORCED_COMMAND;

use crate::support::needs::{self, or_skip};

const SSHD: &str = "/usr/sbin/sshd";
const DROP_IN: &str = "sshd/support-kiosk.conf";
const UNITS: [&str; 3] = [
    "systemd/support-kiosk@.service",
    "x11/support-kiosk-x11@.service",
    "wayland/support-kiosk-cage@.service",
];

fn packaging() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging")
}

fn text(file: &str) -> String {
    fs::read_to_string(packaging().join(file))
        .unwrap_or_else(|error| panic!("packaging/{file}: {error}"))
}

/// The values of a setting of an INI file, in order.
fn values<'t>(text: &'t str, key: &str) -> Vec<&'t str> {
    let settings = text.lines().filter_map(|line| line.split_once('='));
    settings
        .filter(|(name, _)| *name == key)
        .map(|(_, value)| value)
        .collect()
}

/// Every file below the folder, as `packaging/` knows it.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[test]
fn k4_every_line_of_the_drop_in_says_why_it_is_there() {
    let text = text(DROP_IN);
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let settings: Vec<usize> = (0..lines.len())
        .filter(|at| !lines[*at].is_empty() && !lines[*at].starts_with('#'))
        .collect();
    assert!(settings.len() > 20, "{text}");
    for at in settings {
        assert!(
            lines[at - 1].starts_with("# ") && lines[at - 1].len() > 20,
            "no reason above: {}",
            lines[at]
        );
    }
}

#[test]
fn k3_the_drop_in_forces_what_the_login_shell_lets_pass() {
    let text = text(DROP_IN);
    let forced: Vec<&str> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("ForceCommand "))
        .collect();
    assert_eq!(forced, [FORCED_COMMAND]);
}

/// sshd's settings for a connection of `user`, with the drop-in and, behind it, a config that
/// allows everything.
fn effective(user: &str) -> Option<String> {
    or_skip(needs::program(SSHD).and_then(|()| needs::program("ssh-keygen")))?;
    if rustix::process::geteuid().is_root() {
        // sshd does not even read its config as root without the folder that it would hide in.
        fs::create_dir_all("/run/sshd").expect("made");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("key");
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(&key)
        .output();
    succeeded("ssh-keygen", made.expect("ssh-keygen"));
    let config = folder.path().join("sshd_config");
    let lax = "AcceptEnv *\nPermitUserEnvironment yes\nX11Forwarding yes\nPermitTunnel yes\nGatewayPorts yes\nExposeAuthInfo yes\n\
        ChannelTimeout session:*=10m\nMaxSessions 10\nBanner /etc/issue\nSubsystem sftp internal-sftp\n\
        Match all\nForceCommand /bin/sh\nDisableForwarding no\nAllowTcpForwarding yes\nPermitUserRC yes\n";
    let drop_in = packaging().join(DROP_IN);
    let whole = format!(
        "Include \"{}\"\nHostKey \"{}\"\n{lax}",
        drop_in.display(),
        key.display()
    );
    fs::write(&config, whole).expect("written");
    let connection = format!("user={user},host=localhost,addr=127.0.0.1");
    Some(succeeded(
        "sshd -T",
        Command::new(SSHD)
            .args(["-T", "-C", &connection, "-f"])
            .arg(&config)
            .output()
            .expect("sshd"),
    ))
}

fn succeeded(what: &str, output: Output) -> String {
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{what}: {}: {words}",
        output.status
    );
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn k4_sshd_takes_the_drop_in_and_nothing_behind_it_loosens_it() {
    let Some(settings) = effective("kiosk") else {
        return;
    };
    let of = |name: &str| -> Vec<&str> {
        settings
            .lines()
            .filter_map(|line| line.split_once(' '))
            .filter(|(known, _)| *known == name)
            .map(|(_, value)| value)
            .collect()
    };
    for (name, value) in [
        ("forcecommand", FORCED_COMMAND),
        ("permittty", "yes"),
        ("permituserrc", "no"),
        ("maxsessions", "1"),
        ("disableforwarding", "yes"),
        ("allowagentforwarding", "no"),
        ("x11forwarding", "no"),
        ("allowtcpforwarding", "no"),
        ("allowstreamlocalforwarding", "no"),
        ("permitopen", "none"),
        ("permitlisten", "none"),
        ("gatewayports", "no"),
        ("permittunnel", "no"),
        ("permituserenvironment", "no"),
        ("exposeauthinfo", "no"),
        ("authenticationmethods", "publickey"),
        ("authorizedkeysfile", "/etc/support-kiosk/authorized_keys"),
        ("banner", "none"),
        ("clientaliveinterval", "15"),
        ("clientalivecountmax", "2"),
        ("unusedconnectiontimeout", "15"),
        ("channeltimeout", "session:*=0"),
    ] {
        assert_eq!(of(name), [value], "{name} in:\n{settings}");
    }
    assert_eq!(
        of("acceptenv"),
        [
            "LANG",
            "LC_ALL",
            "LC_CTYPE",
            "LC_MESSAGES",
            "COLORTERM",
            "NO_COLOR"
        ],
        "{settings}"
    );
}

#[test]
fn the_drop_in_is_for_its_user_alone() {
    let Some(settings) = effective("somebody") else {
        return;
    };
    assert!(
        settings.contains("\nforcecommand /bin/sh\n")
            && settings.contains("\ndisableforwarding no\n"),
        "{settings}"
    );
}

#[test]
fn k10_the_units_start_the_kiosk_again_but_for_the_staffs_exit() {
    for unit in UNITS {
        let text = text(unit);
        assert_eq!(values(&text, "Restart"), ["always"], "{unit}");
        assert_eq!(values(&text, "RestartPreventExitStatus"), ["0"], "{unit}");
        assert_eq!(values(&text, "StartLimitIntervalSec"), ["0"], "{unit}");
        let start = values(&text, "ExecStart");
        assert!(
            start.len() == 1 && starts_the_locked_kiosk(start[0]),
            "{unit}: {start:?}"
        );
    }
}

/// By itself, or by a script of packaging/ that has the command in it or gets it as its arguments.
fn starts_the_locked_kiosk(command: &str) -> bool {
    let Some(script) = command.strip_prefix("/usr/lib/support-kiosk/") else {
        return command == FORCED_COMMAND;
    };
    let (name, arguments) = script.split_once(' ').unwrap_or((script, ""));
    let paths = files_below(&packaging());
    let path = paths
        .iter()
        .find(|path| path.ends_with(name))
        .unwrap_or_else(|| panic!("packaging/ has no {name}"));
    let script = fs::read_to_string(path).expect("a script");
    arguments == FORCED_COMMAND || script.lines().any(|line| line.trim() == FORCED_COMMAND)
}

#[test]
fn k10_getty_comes_after_the_staffs_exit_and_never_at_a_restart() {
    for unit in UNITS {
        let text = text(unit);
        assert!(
            values(&text, "OnSuccess").is_empty(),
            "{unit}: systemd starts these units before each restart, too"
        );
        let after = values(&text, "ExecStopPost");
        assert!(
            after.len() == 1
                && after[0].contains("!= exited/0 ||")
                && after[0].contains("start getty@%i"),
            "{unit}: {after:?}"
        );
    }
}

#[test]
fn k5_the_units_drop_what_the_loader_reads_and_make_the_kiosks_folders() {
    for unit in UNITS {
        let text = text(unit);
        let dropped = values(&text, "UnsetEnvironment").join(" ");
        for variable in [
            "LD_PRELOAD",
            "LD_LIBRARY_PATH",
            "LD_AUDIT",
            "GLIBC_TUNABLES",
        ] {
            assert!(
                dropped.split(' ').any(|known| known == variable),
                "{unit}: {variable}"
            );
        }
        for folder in ["RuntimeDirectory", "StateDirectory"] {
            assert_eq!(values(&text, folder), ["support-kiosk"], "{unit}: {folder}");
            assert_eq!(
                values(&text, &format!("{folder}Mode")),
                ["0700"],
                "{unit}: {folder}"
            );
        }
    }
}

#[test]
fn the_terminal_around_the_kiosk_has_no_key_that_starts_a_program() {
    let text = text("wayland/foot.ini");
    for action in ["spawn-terminal", "show-urls-launch", "show-urls-persistent"] {
        assert_eq!(values(&text, action), ["none"], "{action}");
    }
    // These have no key unless the file gives them one.
    for action in [
        "pipe-visible",
        "pipe-scrollback",
        "pipe-selected",
        "pipe-command-output",
    ] {
        assert!(values(&text, action).is_empty(), "{action}");
    }
    assert_eq!(values(&text, "shell"), [FORCED_COMMAND]);
}

#[test]
fn every_file_of_packaging_is_explained_and_every_named_one_exists() {
    let readme = text("README.md");
    for path in files_below(&packaging()) {
        let file = path
            .strip_prefix(packaging())
            .expect("below it")
            .display()
            .to_string();
        assert!(
            file == "README.md" || readme.contains(&format!("`{file}`")),
            "packaging/README.md says nothing of {file}"
        );
    }
    let sources = files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/doctor"));
    let said: String = sources
        .iter()
        .map(|source| fs::read_to_string(source).expect("a source"))
        .collect();
    let named: Vec<&str> = said.split("packaging/").skip(1).collect();
    assert!(named.len() > 3, "doctor sends nobody to packaging/");
    for rest in named {
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && !"/-._@".contains(c))
            .unwrap_or(rest.len());
        let file = rest[..end].trim_end_matches('.');
        assert!(
            packaging().join(file).exists(),
            "doctor names packaging/{file}"
        );
    }
}

#[test]
fn the_guides_commands_are_marked_so_that_tests_vm_runs_them() {
    let (text, mut block, mut commands) = (text("README.md"), None, 0);
    for line in text.lines() {
        if let Some(kind) = line.strip_prefix("```") {
            block = if block.is_none() { Some(kind) } else { None };
        } else if let (Some(kind), Some("apt-get" | "install" | "runuser" | "systemctl")) =
            (block, line.split(' ').next())
        {
            assert_eq!(kind, "sh", "{line}");
            commands += 1;
        }
    }
    assert!(commands > 20, "{commands}");
}
