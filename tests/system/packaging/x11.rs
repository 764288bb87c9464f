//! The X11 session of `packaging/x11`. That it boots, and what its keys do, only a whole machine
//! shows.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use super::{packaging, text, values};
use crate::support::copy_program;
use crate::support::needs::{self, or_skip};

const SESSION: &str = "x11/support-kiosk-x11@.service";
const SERVER: &str = "x11/support-kiosk-xorg@.service";

#[test]
fn k10_a_login_prompt_comes_after_the_staffs_exit_and_after_no_other() {
    for unit in [SESSION, SERVER] {
        assert_eq!(
            values(&text(unit), "OnSuccess"),
            [""; 0],
            "{unit}: it comes at each restart, too"
        );
    }
    let text = text(SESSION);
    let [command] = values(&text, "ExecStopPost")[..] else {
        panic!("one command in {text}")
    };
    let script = command
        .strip_prefix("+/bin/sh -c '")
        .and_then(|rest| rest.strip_suffix('\''))
        .expect("a script");
    assert!(
        script.contains("--job-mode=fail start getty@%i.service"),
        "{script}"
    );
    let script = script.replace("$$", "$").replace("systemctl", "echo");
    for (code, status, comes) in [
        ("exited", "0", true),
        ("exited", "70", false),
        ("exited", "129", false),
        ("killed", "KILL", false),
        ("killed", "TERM", false),
        ("dumped", "SEGV", false),
    ] {
        let mut shell = Command::new("sh");
        let said = output(
            shell
                .arg("-c")
                .arg(&script)
                .env("EXIT_CODE", code)
                .env("EXIT_STATUS", status),
        );
        assert_eq!(
            (!said.stdout.is_empty(), said.status.success()),
            (comes, true),
            "{code}/{status}"
        );
    }
}

#[test]
fn the_x_server_alone_has_the_devices_and_neither_has_a_privilege() {
    let (session, server) = (text(SESSION), text(SERVER));
    for unit in [&session, &server] {
        for (key, value) in [
            ("User", "kiosk"),
            ("NoNewPrivileges", "yes"),
            ("CapabilityBoundingSet", ""),
            ("UMask", "0077"),
        ] {
            assert_eq!(values(unit, key), [value], "{key}");
        }
    }
    assert_eq!(
        (
            values(&session, "PrivateDevices"),
            values(&session, "SupplementaryGroups")
        ),
        (vec!["yes"], vec![])
    );
    assert_eq!(values(&server, "SupplementaryGroups"), ["input video"]);
    // The client finds the cookie where the server puts it, and others do not find it.
    let of = |unit: &str| values(unit, "Environment").join(" ");
    let place = "XAUTHORITY=/run/support-kiosk-x11/authority";
    assert!(
        of(&session).contains(place) && of(&server).contains(place),
        "{} | {}",
        of(&session),
        of(&server)
    );
    assert_eq!(values(&server, "RuntimeDirectoryMode"), ["0700"]);
    let started = text("x11/x11-server");
    assert!(
        started.contains("-nolisten tcp") && started.contains("-auth \"$XAUTHORITY\""),
        "{started}"
    );
    let dropped = values(&server, "UnsetEnvironment").join(" ");
    assert_eq!(dropped, values(&session, "UnsetEnvironment").join(" "));
}

#[test]
fn systemd_has_nothing_to_say_against_the_units() {
    let Some(()) = or_skip(needs::program("systemd-analyze")) else {
        return;
    };
    let folder = TempDir::new().expect("a folder");
    let program = script(folder.path(), "program", "exit");
    for unit in [SESSION, SERVER] {
        // Whether the programs are installed is for the machine.
        let text = text(unit);
        let starts = format!("ExecStart={}", program.display());
        let lines = text.lines().map(|line| {
            if line.starts_with("ExecStart=") {
                &starts
            } else {
                line
            }
        });
        let lines: Vec<&str> = lines.collect();
        let name = Path::new(unit).file_name().expect("a name");
        fs::write(folder.path().join(name), lines.join("\n")).expect("written");
    }
    let unit = folder.path().join("support-kiosk-x11@tty1.service");
    let said = output(
        Command::new("systemd-analyze")
            .args(["verify", "--man=no"])
            .arg(unit),
    );
    let words = String::from_utf8_lossy(&said.stderr);
    let ours: Vec<&str> = words
        .lines()
        .filter(|line| line.contains("support-kiosk"))
        .collect();
    assert!(
        said.status.success() && ours.is_empty(),
        "{}: {words}",
        said.status
    );
}

#[test]
fn no_key_and_no_button_of_the_x11_session_starts_a_program() {
    let windows = text("x11/openbox.xml");
    let actions = |text: &str| -> Vec<String> {
        let names = text
            .split("<action name=\"")
            .skip(1)
            .filter_map(|rest| rest.split_once('"'));
        names.map(|(name, _)| name.to_owned()).collect()
    };
    for action in actions(&windows) {
        assert!(
            ["NextWindow", "Focus", "Raise", "If", "Close", "Move"].contains(&action.as_str()),
            "{action}"
        );
    }
    let keys: Vec<&str> = windows
        .split("keybind key=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(keys, ["A-Tab", "A-F4"]);
    let closing = windows.split_once("keybind key=\"A-F4\"").expect("a key").1;
    let before = closing.split_once("name=\"Close\"").expect("an action").0;
    assert!(
        before.contains("<class>SupportKiosk</class>") && before.contains("<else>"),
        "it closes the kiosk: {before}"
    );
    let terminal = text("x11/xterm.resources");
    assert!(
        terminal
            .lines()
            .any(|line| line == "support-kiosk.vt100.translations: <KeyPress>: insert()"),
        "{terminal}"
    );
    let server = text("x11/10-support-kiosk-xorg.conf");
    for option in ["DontVTSwitch", "DontZap"] {
        assert!(
            server.contains(&format!("Option \"{option}\" \"true\"")),
            "{option}"
        );
    }
}

/// Stand-ins for openbox and xterm, as far as the session needs them.
const WINDOWS: &str = "if [ \"$1\" = --exit ]; then kill \"$(cat \"$0.pid\")\"; exit; fi\n\
    echo $$ >\"$0.pid\"; for word; do :; done; eval \"$word\"; exec sleep 600";
const TERMINAL: &str = "while [ \"$1\" != -e ]; do shift; done; shift; exec \"$@\"";

/// Runs the session with these scripts in the place of openbox, xterm and the kiosk.
fn session(openbox: &str, xterm: &str, kiosk: &str) -> Output {
    let display = Display::new();
    let folder = TempDir::new().expect("a folder");
    script(folder.path(), "openbox", openbox);
    script(folder.path(), "xterm", xterm);
    let kiosk = script(folder.path(), "kiosk", kiosk);
    fs::copy(
        packaging().join("x11/x11-session"),
        folder.path().join("session.text"),
    )
    .expect("copied");
    let session = installed(
        &folder.path().join("session.text"),
        folder.path().join("x11-session"),
    );
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    output(
        Command::new(session)
            .arg(&kiosk)
            .env_clear()
            .env("PATH", path)
            .env("DISPLAY", &display.name),
    )
}

#[test]
fn the_x11_session_ends_with_the_kiosks_own_status() {
    for (openbox, xterm, kiosk, status) in [
        (WINDOWS, TERMINAL, "exit 0", 0),
        (WINDOWS, TERMINAL, "exit 78", 78),
        (WINDOWS, TERMINAL, "kill -KILL $$", 137),
        (WINDOWS, TERMINAL, "kill -TERM $$", 143),
        (
            WINDOWS,
            TERMINAL,
            "[ \"$COLORTERM\" = truecolor ] && [ ! -e /proc/$$/fd/3 ]",
            0,
        ),
        // xterm itself ends with 0, whatever happened.
        (WINDOWS, "exit 0", "exit 0", 70),
        // The server has gone, and left its socket.
        ("exit 1", TERMINAL, "exit 0", 69),
    ] {
        let said = session(openbox, xterm, kiosk);
        let words = String::from_utf8_lossy(&said.stderr);
        assert_eq!(
            said.status.code(),
            Some(status),
            "{openbox} / {xterm} / {kiosk}: {words}"
        );
    }
}

/// A display of this machine that nobody serves: its socket.
struct Display {
    name: String,
    socket: PathBuf,
    _listener: UnixListener,
}

impl Display {
    fn new() -> Self {
        let sockets = Path::new("/tmp/.X11-unix");
        fs::create_dir_all(sockets).expect("made");
        let number = std::process::id();
        let socket = sockets.join(format!("X{number}"));
        let listener = UnixListener::bind(&socket).expect("a socket");
        Self {
            name: format!(":{number}"),
            socket,
            _listener: listener,
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.socket);
    }
}

/// Writes a shell script with this body.
fn script(folder: &Path, name: &str, body: &str) -> PathBuf {
    let text = folder.join(format!("{name}.text"));
    fs::write(&text, format!("#!/bin/sh\n{body}\n")).expect("written");
    installed(&text, folder.join(name))
}

/// Makes a program of a script.
fn installed(text: &Path, program: PathBuf) -> PathBuf {
    fs::set_permissions(text, fs::Permissions::from_mode(0o755)).expect("set");
    copy_program(text, &program);
    program
}

fn output(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().expect("run")
}
