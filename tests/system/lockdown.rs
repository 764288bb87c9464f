//! The whole program, locked, in a real pseudo-terminal.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use rustix::process::{Resource, Rlimit, Signal, setrlimit};
use support_kiosk::cli::REFUSED;
use support_kiosk::demo::ResponsePace;
use support_kiosk::host::FORCED_COMMAND;

use crate::support::copy_program;
use crate::support::old_kernel::on_an_old_kernel;
use crate::support::pty::{Pty, Terminal};
use crate::support::records::{events, records};
use crate::support::staff::HASH;
use crate::support::stage::{CRAWLING, LASTING, Stage, is_empty, kiosk};

const START: &str = "How would you like to get help?";

/// What K2 names and the kernel would end or stop a program for.
const SIGNALS: [Signal; 21] = [
    Signal::INT,
    Signal::QUIT,
    Signal::TSTP,
    Signal::TTIN,
    Signal::TTOU,
    Signal::USR1,
    Signal::USR2,
    Signal::PIPE,
    Signal::ALARM,
    Signal::VTALARM,
    Signal::PROF,
    Signal::XCPU,
    Signal::XFSZ,
    Signal::IO,
    Signal::POWER,
    Signal::STKFLT,
    Signal::TRAP,
    Signal::SYS,
    Signal::CHILD,
    Signal::URG,
    Signal::WINCH,
];

/// On an old kernel; those of tests/system/client.rs run on this one.
fn locked(stage: &Stage) -> Command {
    let mut command = stage.command();
    command.arg("--lockdown");
    on_an_old_kernel(&mut command);
    command
}

fn started(stage: &Stage) -> Pty {
    let mut pty = Pty::start(locked(stage), 80, 24);
    pty.wait_for(START);
    pty
}

/// Has the screen drawn anew: whoever does that lives, and was not stopped.
fn assert_it_answers(pty: &mut Pty) {
    let drawn = pty.received.len();
    pty.send(b"\x0c");
    pty.wait_until("another frame", |pty| pty.received.len() > drawn);
    assert!(
        !status_line(pty, "State:").starts_with(['T', 'Z']),
        "{}",
        pty.text()
    );
}

fn status_line(pty: &Pty, name: &str) -> String {
    let status = fs::read_to_string(format!("/proc/{}/status", pty.child.id())).expect("it lives");
    let line = status
        .lines()
        .find(|line| line.starts_with(name))
        .expect("told");
    line.split_whitespace().nth(1).expect("a value").to_owned()
}

/// All of them, and the same screen is shown.
fn bears_the_signals(pty: &mut Pty, screen: &str) {
    for signal in SIGNALS {
        pty.signal(signal);
    }
    for signal in 34..=64 {
        pty.signal_by_number(signal);
    }
    assert_it_answers(pty);
    pty.wait_for(screen);
}

#[test]
fn k2_no_keyboard_signal_ends_the_kiosk_before_a_session() {
    let stage = Stage::new(ResponsePace::INSTANT);
    stage.write_config(
        &stage.site.address().to_string(),
        &format!("[kiosk]\nstaff_pin = \"{HASH}\"\n[[issue]]\nid = 2\nname = \"Wi-Fi\"\n[survey.name]\nrequired = true"),
    );
    let mut pty = started(&stage);
    bears_the_signals(&mut pty, START);
    for (keys, until, back) in [
        ("1", "Who would you like to talk to?", "\x1b"),
        ("2", "Type your session key", "\x1b"),
        ("3", "What do you need help with?", ""),
        ("\r", "Tell us about the problem", "\x1b[21~"),
        ("\x1bOP", "On the keyboard:", "\x1b"),
        ("\x1b[24~", "Staff only: type the PIN", "\x1b"),
    ] {
        if keys == "\r" {
            pty.confirm(until);
        } else {
            pty.send(keys.as_bytes());
            pty.wait_for(until);
        }
        bears_the_signals(&mut pty, until);
        if !back.is_empty() {
            pty.send(back.as_bytes());
            pty.wait_for(START);
        }
    }
    pty.signal(Signal::TERM);
    assert_eq!(pty.end().0.code(), Some(143));
}

#[test]
fn k2_no_signal_of_a_person_ends_or_stops_it_while_a_session_begins() {
    let stage = Stage::new(CRAWLING);
    let mut pty = started(&stage);
    pty.send(b"1");
    pty.wait_for("Who would you like to talk to?");
    pty.confirm("Is this right?");
    bears_the_signals(&mut pty, "Is this right?");
    pty.confirm(" MB");
    bears_the_signals(&mut pty, " MB");
    pty.signal(Signal::TERM);
    assert_eq!(pty.end().0.code(), Some(143));
    assert!(is_empty(&stage.downloads()));
}

#[test]
fn k2_no_keyboard_signal_ends_a_session_or_what_follows() {
    let stage = Stage::new(LASTING);
    let mut pty = started(&stage);
    pty.send(b"1");
    pty.wait_for("Who would you like to talk to?");
    pty.confirm("Is this right?");
    pty.confirm("Your helper can see this computer now.");
    bears_the_signals(&mut pty, "Your helper can see this computer now.");
    pty.confirm("End the session?");
    bears_the_signals(&mut pty, "End the session?");
    pty.confirm("Session ended.");
    for signal in SIGNALS {
        pty.signal(signal);
    }
    pty.wait_for(START);
    assert!(is_empty(&stage.downloads()));
    pty.signal(Signal::TERM);
    assert_eq!(pty.end().0.code(), Some(143));
}

#[test]
fn k2_it_leaves_no_core_dump_and_cannot_be_traced() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let mut pty = Pty::start(locked_as_nobody(&stage), 80, 24);
    pty.wait_for(START);
    let limits = fs::read_to_string(format!("/proc/{}/limits", pty.child.id())).expect("it lives");
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .expect("a limit");
    assert_eq!(
        core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(),
        ["0", "0"],
        "{core}"
    );
    assert_ne!(status_line(&pty, "Uid:"), "0");
    // What /proc tells of a process that can't be dumped, and so not be traced, belongs to root.
    let memory = fs::metadata(format!("/proc/{}/mem", pty.child.id())).expect("it lives");
    assert_eq!(memory.uid(), 0, "it can be traced by its own user");
}

/// A user who owns nothing.
const NOBODY: u32 = 65_534;

/// The kiosk of somebody who is not root, whoever runs the tests.
fn locked_as_nobody(stage: &Stage) -> Command {
    if !rustix::process::geteuid().is_root() {
        let mut command = stage.command();
        command.arg("--lockdown");
        return command;
    }
    let program = stage.folder.path().join("support-kiosk");
    // To where anybody may run it.
    copy_program(env!("CARGO_BIN_EXE_support-kiosk"), &program);
    fs::set_permissions(stage.folder.path(), fs::Permissions::from_mode(0o755)).expect("opened");
    std::os::unix::fs::chown(stage.downloads(), Some(NOBODY), Some(NOBODY)).expect("given away");
    let mut command = Command::new(program);
    command
        .env("TERM", "xterm")
        .arg("--lockdown")
        .arg("--config")
        .arg(stage.config())
        .uid(NOBODY)
        .gid(NOBODY);
    command
}

/// Not as root: what `/proc/self` has of a process that can't be dumped is root's alone.
#[test]
fn k6_a_session_runs_to_its_end_on_this_kernel_and_on_an_old_one() {
    let as_it_is: fn(&mut Command) = |_| {};
    for (kernel, change) in [("this", as_it_is), ("an old one", on_an_old_kernel)] {
        let stage = Stage::new(LASTING);
        let mut command = locked_as_nobody(&stage);
        change(&mut command);
        let mut pty = Pty::start(command, 80, 24);
        pty.wait_for(START);
        pty.send(b"1");
        pty.wait_for("Who would you like to talk to?");
        pty.confirm("Is this right?");
        pty.confirm("Your helper can see this computer now.");
        assert_ne!(status_line(&pty, "Uid:"), "0", "{kernel}");
        pty.confirm("End the session?");
        pty.confirm("Session ended.");
        assert!(is_empty(&stage.downloads()), "{kernel}");
        pty.signal(Signal::TERM);
        assert_eq!(pty.end().0.code(), Some(143), "{kernel}");
    }
}

/// The limit counts all processes of a user, and so all visitors of a jump host.
#[test]
fn t8_where_no_thread_is_left_keys_are_keys_and_the_kiosk_lives() {
    let stage = Stage::new(ResponsePace::INSTANT);
    stage.write_config(
        &stage.site.address().to_string(),
        "[kiosk]\nstaff_pin = \"$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$DwO4OxvRmRDkkY4aPZBuLcKSE0d/TNTSJEBf10BRj/w\"",
    );
    let mut command = locked_as_nobody(&stage);
    #[expect(
        unsafe_code,
        reason = "a limit of the program alone is set between fork and exec: one system call"
    )]
    // SAFETY: the closure makes one system call and allocates nothing.
    unsafe {
        command.pre_exec(|| {
            Ok(setrlimit(
                Resource::Nproc,
                Rlimit {
                    current: Some(0),
                    maximum: Some(0),
                },
            )?)
        });
    }
    let mut pty = Pty::start(command, 80, 24);
    pty.wait_for(START);
    pty.send(b"1");
    pty.wait_for("Who would you like to talk to?");
    pty.confirm("Is this right?");
    pty.confirm("R9");
    pty.send(b"\x1b[21~");
    pty.wait_for(START);
    pty.send(b"\x1b[24~");
    pty.wait_for("PIN");
    pty.send(b"471109");
    pty.confirm("can't be checked");
    pty.signal(Signal::TERM);
    assert_eq!(pty.end().0.code(), Some(143));
}

#[test]
fn k3_a_shell_or_a_command_is_refused_with_one_fixed_line() {
    let refused = |name: &str, arguments: &[&str], original: Option<&str>| -> Output {
        let mut command = kiosk();
        command.arg0(name).args(arguments).stdin(Stdio::null());
        if let Some(original) = original {
            command.env("SSH_ORIGINAL_COMMAND", original);
        }
        command.output().expect("run")
    };
    let canary = "canary; touch /tmp/canary";
    for (name, arguments, original) in [
        ("-support-kiosk", &["-c", canary][..], None),
        ("-support-kiosk", &["--config", canary], None),
        ("support-kiosk", &["-c", canary], None),
        (
            "support-kiosk",
            &["-c", "/usr/lib/openssh/sftp-server"],
            None,
        ),
        ("support-kiosk", &["-c", FORCED_COMMAND], Some(canary)),
        ("-support-kiosk", &[], Some(canary)),
        ("support-kiosk", &["--lockdown"], Some(canary)),
        ("support-kiosk", &["run"], Some("")),
        ("support-kiosk", &["demo"], Some(canary)),
    ] {
        let output = refused(name, arguments, original);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            (output.status.code(), said.as_str()),
            (Some(2), format!("{REFUSED}\n").as_str()),
            "{name} {arguments:?}"
        );
        assert!(output.stdout.is_empty(), "{name} {arguments:?}");
    }
}

#[test]
fn k3_as_a_login_shell_it_is_locked_and_reads_only_the_system_config() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let mut command = kiosk();
    // A config of the visitor's own: were it read, the start screen would show its desk.
    command
        .arg0("-support-kiosk")
        .env("SUPPORT_KIOSK_CONFIG", stage.config())
        .env("HOME", stage.folder.path());
    let mut pty = Pty::start(command, 80, 24);
    pty.wait_for("Out of service");
    assert!(pty.text().contains("For staff: C1"), "{}", pty.text());
    pty.send(b"\x03\x11q\x1b");
    pty.signal(Signal::INT);
    assert_it_answers(&mut pty);
    pty.signal(Signal::TERM);
    assert_eq!(pty.end().0.code(), Some(143));
}

/// Three hundred variables that steer shells, loaders, terminals, libraries and this program
/// elsewhere.
fn hostile_variables(folder: &Path) -> Vec<(OsString, OsString)> {
    let trap = folder.join("trap").into_os_string();
    let named = [
        "PATH",
        "HOME",
        "SHELL",
        "ENV",
        "BASH_ENV",
        "IFS",
        "PS4",
        "PROMPT_COMMAND",
        "TERMINFO",
        "TERMINFO_DIRS",
        "TERMCAP",
        "TMPDIR",
        "TMP",
        "TEMP",
        "XDG_CONFIG_HOME",
        "XDG_CONFIG_DIRS",
        "XDG_DATA_HOME",
        "XDG_RUNTIME_DIR",
        "XDG_STATE_HOME",
        "XDG_CACHE_HOME",
        "RUNTIME_DIRECTORY",
        "STATE_DIRECTORY",
        "SUPPORT_KIOSK_CONFIG",
        "RUST_LOG",
        "RUST_BACKTRACE",
        "RUST_LIB_BACKTRACE",
        "RUST_MIN_STACK",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "SSLKEYLOGFILE",
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
        "NO_PROXY",
        "no_proxy",
        "REQUEST_METHOD",
        "RES_OPTIONS",
        "LOCALDOMAIN",
        "HOSTALIASES",
        "NOTIFY_SOCKET",
        "JOURNAL_STREAM",
        "LISTEN_FDS",
        "LISTEN_PID",
        "EDITOR",
        "VISUAL",
        "PAGER",
        "BROWSER",
        "LESSOPEN",
        "COLUMNS",
        "LINES",
        "TZ",
        "TZDIR",
        "MALLOC_ARENA_MAX",
        "PYTHONPATH",
        "PERL5LIB",
        "GCONV_PATH",
        "NLSPATH",
        "LOCPATH",
        "SSH_AUTH_SOCK",
        "SSH_TTY",
        "SSH_CLIENT",
        "SSH_USER_AUTH",
        "MAIL",
        "USER",
        "LOGNAME",
        "PWD",
        "OLDPWD",
        "CDPATH",
        "CLICOLOR_FORCE",
        "FORCE_COLOR",
        "DBUS_SESSION_BUS_ADDRESS",
        "DISPLAY_HACK",
    ];
    let made_up = (named.len()..300).map(|number| format!("HOSTILE_{number}"));
    named
        .map(str::to_owned)
        .into_iter()
        .chain(made_up)
        .map(|name| (name.into(), trap.clone()))
        .collect()
}

#[test]
fn k5_no_hostile_variable_steers_it_or_reaches_the_client() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let told = stage.folder.path().join("told");
    let script = stage.folder.path().join("teller");
    fs::write(
        &script,
        format!(
            "#!/bin/sh\n/usr/bin/env > {0}.part\nmv {0}.part {0}\nexec sleep 1000\n",
            told.display()
        ),
    )
    .expect("written");
    let config = fs::read_to_string(stage.config()).expect("written");
    // A shell reads it: a file that was just written may still be busy when it is to be run itself.
    let launch = format!(
        "[launch]\ncommand = [\"/bin/sh\", \"{}\", \"{{client}}\"]\n",
        script.display()
    );
    fs::write(stage.config(), config.replace("[launch]\n", &launch)).expect("written");

    let mut command = locked(&stage);
    // The last can be handed on, and neither asked for nor removed.
    command
        .envs(hostile_variables(stage.folder.path()))
        .env("=HOSTILE", "x");
    let mut pty = Pty::start(command, 80, 24);
    pty.wait_for(START);
    pty.send(b"1");
    pty.wait_for("Who would you like to talk to?");
    pty.confirm("Is this right?");
    pty.confirm("Your helper can see this computer now.");
    pty.wait_until("the client's word", |_| told.exists());
    let seen = fs::read_to_string(&told).expect("told");
    // What a shell sets of itself.
    let of_the_shell = ["PWD=", "OLDPWD=", "SHLVL=", "_="];
    // What every client gets, whatever our own environment has under these names.
    let base = [
        "HOME=", "TMPDIR=", "USER=", "LOGNAME=", "SHELL=", "PATH=", "LANG=",
    ];
    let trap = stage
        .folder
        .path()
        .join("trap")
        .to_string_lossy()
        .into_owned();
    let is_own = |line: &&str| {
        of_the_shell.iter().any(|own| line.starts_with(own))
            || base.iter().any(|name| line.starts_with(name)) && !line.contains(&trap)
    };
    let others: Vec<_> = seen.lines().filter(|line| !is_own(line)).collect();
    let visit = format!("={}/visit-", stage.downloads().display());
    let in_the_visit = |line: &&str| {
        (line.starts_with("HOME=") || line.starts_with("TMPDIR=")) && line.contains(&visit)
    };
    assert_eq!(
        seen.lines().filter(in_the_visit).count(),
        2,
        "HOME and TMPDIR of the visit: {seen}"
    );
    assert!(
        others
            .iter()
            .all(|line| line.starts_with("XDG_RUNTIME_DIR=")),
        "{others:?}\n{seen}"
    );
    assert!(!stage.folder.path().join("trap").exists());
    pty.hang_up();
    assert_eq!(pty.end().0.code(), Some(129));
}

#[test]
fn k9_a_config_others_can_write_puts_it_out_of_service() {
    let stage = Stage::new(ResponsePace::INSTANT);
    fs::set_permissions(stage.config(), fs::Permissions::from_mode(0o666)).expect("opened to all");
    let mut pty = Pty::start(locked(&stage), 80, 24);
    pty.wait_for("Out of service");
    assert!(!pty.text().contains("Test Desk"), "{}", pty.text());
    pty.signal(Signal::TERM);
    assert_eq!(pty.end().0.code(), Some(143));

    let mut open = Pty::start(stage.command(), 80, 24);
    open.wait_for(START);
}

#[test]
fn k9_a_locked_config_with_a_problem_is_out_of_service_and_no_way_out() {
    let stage = Stage::new(ResponsePace::INSTANT);
    stage.write_config(
        &stage.site.address().to_string(),
        "[kiosk]\nlockdown = true\nnonesuch = 1",
    );
    let mut pty = Pty::start_on(Terminal::Controlling, stage.command(), 80, 24);
    pty.wait_for("Out of service");
    pty.send(b"\x03q");
    assert_it_answers(&mut pty);
}

#[test]
fn k9_a_repaired_config_brings_a_kiosk_back_and_is_logged() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let log = stage.folder.path().join("visits.log");
    let good = fs::read_to_string(stage.config())
        .expect("written")
        .replace("to = \"none\"", &format!("to = \"file\"\nfile = {log:?}"));
    fs::write(stage.config(), format!("nonesuch = 1\n{good}")).expect("written");
    let mut pty = Pty::start(locked(&stage), 80, 24);
    pty.wait_for("Out of service");
    fs::write(stage.config(), good).expect("written");
    pty.wait_for(START);
    let read = || fs::read_to_string(&log).unwrap_or_default();
    pty.wait_until("two records", |_| read().lines().count() == 2);
    assert_eq!(events(&records(&log)), "config_loaded back_in_service");
}

#[test]
fn k9_every_kind_of_file_that_is_no_config_is_out_of_service() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let at = |name: &str| stage.folder.path().join(name);
    rustix::fs::mknodat(
        rustix::fs::CWD,
        at("fifo"),
        rustix::fs::FileType::Fifo,
        0o600.into(),
        0,
    )
    .expect("a FIFO");
    fs::write(at("large"), vec![b'#'; (4 << 20) + 1]).expect("written");
    fs::write(at("latin"), b"# \xE9\n").expect("written");
    fs::write(at("broken"), "[site\n").expect("written");
    for name in ["fifo", "large", "latin", "broken", "missing"] {
        let mut command = kiosk();
        command.arg("--lockdown").arg("--config").arg(at(name));
        let mut pty = Pty::start(command, 80, 24);
        pty.wait_for("Out of service");
        assert!(
            pty.text().contains("For staff: C1"),
            "{name}: {}",
            pty.text()
        );
    }
}

#[test]
fn k9_a_kiosk_whose_list_is_gone_starts_and_writes_down_why_it_has_none() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let log = stage.folder.path().join("visits.log");
    let text = fs::read_to_string(stage.config()).expect("written");
    let text = text.replace("to = \"none\"", &format!("to = \"file\"\nfile = {log:?}"));
    fs::write(
        stage.config(),
        format!("lists.reps = \"nonesuch.csv\"\n{text}"),
    )
    .expect("written");
    let mut pty = Pty::start(locked(&stage), 80, 24);
    pty.wait_for(START);
    let read = || fs::read_to_string(&log).unwrap_or_default();
    pty.wait_until("three records", |_| read().lines().count() == 3);
    let told: Vec<String> = read().lines().map(str::to_owned).collect();
    assert_eq!(
        events(&records(&log)),
        "kiosk_started config_loaded list_refused"
    );
    let version = format!(",\"version\":\"{}\"}}", env!("CARGO_PKG_VERSION"));
    assert!(
        told.iter()
            .all(|record| record.contains(",\"kiosk\":\"") && record.ends_with(&version)),
        "{told:?}"
    );
    let refused = "\"event\":\"list_refused\",\"problems\":1,\"first\":\"";
    assert!(
        told[2].contains(refused)
            && told[2].contains("nonesuch.csv: this file can't be read: No such file"),
        "{told:?}"
    );
    pty.send(b"1");
    pty.wait_for("Dana Whitfield");
}

#[test]
fn k9_lists_that_take_long_bring_no_config_back_that_is_in_force_no_more() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let (config, list) = (stage.config(), stage.folder.path().join("reps.csv"));
    let new = fs::read_to_string(&config).expect("written");
    let entries: Vec<String> = (10..200_000).map(|id| format!("{id},A\n")).collect();
    fs::write(list, format!("id,name\n{}", entries.concat())).expect("written");
    fs::write(
        &config,
        format!(
            "lists.reps = \"reps.csv\"\n{}",
            new.replace("Test Desk", "Old Desk")
        ),
    )
    .expect("written");
    let mut pty = Pty::start(locked(&stage), 80, 24);
    pty.wait_for("Old Desk");
    fs::write(&config, new).expect("written");
    pty.send(b"\t");
    pty.wait_for("Test Desk");
    pty.wait_until("the last of the lists", |pty| !has_thread(pty, "config"));
    assert_it_answers(&mut pty);
    assert!(pty.text().contains("Test Desk"), "{}", pty.text());
}

fn has_thread(pty: &Pty, name: &str) -> bool {
    let tasks = fs::read_dir(format!("/proc/{}/task", pty.child.id()))
        .expect("it lives")
        .flatten();
    tasks
        .filter_map(|task| fs::read_to_string(task.path().join("comm")).ok())
        .any(|comm| comm.trim_end() == name)
}

#[test]
fn k10_the_staffs_pin_leaves_with_0_and_a_wrong_one_does_not() {
    let stage = Stage::new(ResponsePace::INSTANT);
    stage.write_config(
        &stage.site.address().to_string(),
        &format!("[kiosk]\nlockdown = true\nstaff_pin = \"{HASH}\""),
    );
    let mut pty = Pty::start(stage.command(), 80, 24);
    pty.wait_for(START);
    pty.send(b"\x1b[24~");
    pty.wait_for("Staff only: type the PIN");
    pty.send(b"passwore");
    pty.confirm("This is not the PIN.");
    pty.send(b"password");
    pty.wait_for("••••••••");
    pty.send(b"\r");
    assert_eq!(pty.end().0.code(), Some(0));
    assert!(!pty.received.windows(8).any(|window| window == b"password"));
}
