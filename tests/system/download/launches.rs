//! The client as it runs (K6, D12, D13), and what keeps it from running.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use support_kiosk::client::{RunningClient, check_can_run};
use support_kiosk::config::{ClientHome, LaunchCommand, Mode};
use support_kiosk::connect::delivery;
use support_kiosk::failure::Fault;
use support_kiosk::job::SessionError;
use support_kiosk::session::{ClientExit, Delivery, Stage};

use crate::support::order::{Desk, KEY, SCRIPT, by_key, by_rep, ended};
use crate::support::samples::{this_machines_elf, with};
use crate::support::site::{Site, answer, ok};

/// Downloads what the site serves and starts it.
fn run(desk: &Desk) -> (Result<RunningClient, SessionError>, Vec<Stage>) {
    let request = by_rep();
    let client = desk.download(&request).client("the download");
    let mut stages = Vec::new();
    let client = client.launch(&desk.order(&request), None, &mut |stage| stages.push(stage));
    (client, stages)
}

fn serving(body: impl AsRef<[u8]>) -> Desk {
    Desk::at(&Site::answering(ok(body)).url())
}

#[test]
fn k6_the_client_has_nothing_of_ours() {
    let report = tempfile::tempdir().expect("a folder");
    // The shell reads its own status without a child: while it starts one, it blocks signals
    // itself.
    let script = "#!/bin/sh\n\
        /bin/cat /proc/$$/stat > \"$REPORT/stat\"\n\
        while read -r line; do echo \"$line\"; done < /proc/$$/status > \"$REPORT/status\"\n\
        /bin/cat /proc/$$/environ > \"$REPORT/environ\"\n\
        (/bin/ls -l /proc/$$/fd) > \"$REPORT/fd\"\n\
        umask > \"$REPORT/umask\"\n\
        pwd > \"$REPORT/cwd\"\n\
        echo \"$0\" > \"$REPORT/name\"\n";
    let site = Site::answering(answer(
        "200 OK",
        "Content-Disposition: attachment; filename=scc-key.sh\r\n",
        script,
    ));
    let mut desk = Desk::at(&site.url());
    desk.config.launch.environment = vec!["REPORT".to_owned(), "NOT_SET".to_owned()];
    desk.config.launch.home = ClientHome::Private;
    desk.environment = vec![
        ("SECRET".into(), "1".into()),
        ("REPORT".into(), report.path().into()),
        ("PATH".into(), "/bin".into()),
    ];
    // A descriptor that we were started with, as a careless parent leaves it: open past exec.
    let leak = File::open("/dev/zero").expect("a file");
    rustix::io::fcntl_setfd(&leak, rustix::io::FdFlags::empty()).expect("a flag");

    let (client, stages) = run(&desk);
    let client = client.expect("a client");
    let pid = client.pid();
    assert_eq!(stages, [Stage::Starting, Stage::Running { pid }]);
    let folder = desk.left().pop().expect("its folder");
    let (ending, _) = ended(client);
    assert_eq!((ending.status, ending.signal), (Some(0), None));
    assert_eq!(
        desk.left(),
        Vec::<PathBuf>::new(),
        "its folder goes with it"
    );
    drop(leak);

    let read = |name: &str| {
        fs::read_to_string(report.path().join(name))
            .unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let stat = read("stat");
    let fields: Vec<&str> = stat
        .rsplit_once(')')
        .expect("a name")
        .1
        .split_whitespace()
        .collect();
    let (group, session, terminal) = (fields[2], fields[3], fields[4]);
    assert_eq!(
        (group, session, terminal),
        (&*pid.to_string(), &*pid.to_string(), "0"),
        "{stat}"
    );
    assert_eq!(read("umask").trim().trim_start_matches('0'), "77");
    assert_eq!(Path::new(read("cwd").trim()), folder);
    assert_eq!(Path::new(read("name").trim()), folder.join("scc-key.sh"));
    let environ = read("environ");
    let named = |variable: &str| {
        variable
            .split_once('=')
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let mut variables: BTreeMap<String, String> =
        environ.split_terminator('\0').filter_map(named).collect();
    let own = |name: &str| folder.join(name).to_string_lossy().into_owned();
    assert!(
        variables.remove("USER").is_some() && variables.remove("LOGNAME").is_some(),
        "{environ}"
    );
    let expected = [
        ("HOME", own(".home")),
        ("LANG", "C.UTF-8".to_owned()),
        ("PATH", "/usr/local/bin:/usr/bin:/bin".to_owned()),
        ("REPORT", report.path().to_string_lossy().into_owned()),
        ("SHELL", "/bin/sh".to_owned()),
        ("TMPDIR", own(".tmp")),
    ];
    assert_eq!(
        variables,
        expected
            .map(|(name, value)| (name.to_owned(), value))
            .into()
    );
    let open: BTreeMap<String, String> = read("fd")
        .lines()
        .filter_map(|line| line.split_once(" -> "))
        .map(|(left, target)| {
            (
                left.rsplit(' ').next().unwrap_or_default().to_owned(),
                target.to_owned(),
            )
        })
        .collect();
    for standard in ["0", "1", "2"] {
        assert_eq!(
            open.get(standard).map(String::as_str),
            Some("/dev/null"),
            "{open:?}"
        );
    }
    // The shell holds the script that it reads; all else would be ours.
    let script = folder.join("scc-key.sh");
    let ours = |(number, target): &(&String, &String)| {
        !["0", "1", "2"].contains(&number.as_str()) && Path::new(target) != script
    };
    let further: Vec<_> = open.iter().filter(ours).collect();
    assert!(further.is_empty(), "{open:?}");
    let status = read("status");
    let blocked = status
        .lines()
        .find_map(|line| line.strip_prefix("SigBlk:"))
        .expect("a mask");
    assert_eq!(blocked.trim().trim_matches('0'), "", "{status}");
}

#[test]
fn d13_an_end_by_status_is_told_from_one_by_signal() {
    for (script, status, signal, early) in [
        ("#!/bin/sh\nexit 0\n", Some(0), None, None),
        (
            "#!/bin/sh\nexit 7\n",
            Some(7),
            None,
            Some(Fault::ClientFailed),
        ),
        (
            "#!/bin/sh\nkill -9 $$\n",
            None,
            Some(9),
            Some(Fault::ClientKilled),
        ),
        ("#!/bin/sh\nsleep 2.1\nexit 7\n", Some(7), None, None),
    ] {
        let desk = serving(script);
        let (ending, failure) = ended(run(&desk).0.expect("a client"));
        assert_eq!(failure.map(|failure| failure.fault), early, "{script}");
        assert_eq!(
            ending,
            ClientExit {
                status,
                signal,
                after: ending.after
            },
            "{script}"
        );
        assert_eq!(desk.left(), Vec::<PathBuf>::new(), "{script}");
    }
}

/// With the path of a loader that is on no machine in place of its own, and that path.
fn without_its_loader(elf: Vec<u8>) -> (Vec<u8>, String) {
    // Nothing before it in the file looks like a path.
    let at = elf
        .windows(4)
        .position(|piece| piece == b"/lib")
        .expect("it names its loader");
    let length = elf[at..]
        .iter()
        .position(|byte| *byte == 0)
        .expect("its end");
    let elf = with(elf, at, b"/no/");
    let path = String::from_utf8_lossy(&elf[at..at + length]).into_owned();
    (elf, path)
}

#[test]
fn d13_f15_a_script_with_windows_line_ends_that_fails_is_told_with_them() {
    for (script, told) in [
        (
            "#!/usr/bin/env sh\r\nexit 0\r\n",
            "R4: status 127; its lines have Windows line ends",
        ),
        (
            "#!/bin/sh -e\r\nexit 0\r\n",
            "its lines have Windows line ends",
        ),
        ("#!/bin/sh\nexit 7\n", "R4: status 7"),
    ] {
        let desk = serving(script.as_bytes());
        let request = by_rep();
        let client = desk
            .download(&request)
            .client(script)
            .launch(&desk.order(&request), None, &mut |_| {})
            .expect("it starts");
        let failure = ended(client).1.expect("a failure").to_string();
        assert!(failure.ends_with(told), "{script:?}: {failure}");
    }
}

/// What is served, the command that runs it, and what is told of it.
type Unrunnable<'a> = (&'a str, &'a [u8], &'a [&'a str], Fault, &'a str);

#[test]
fn d12_a_client_that_cannot_run_has_its_own_code_and_leaves_nothing() {
    let absent = "/no/such/program";
    let denied = "R1: Permission denied";
    let script = SCRIPT.as_bytes();
    let (loaderless, loader) = without_its_loader(this_machines_elf());
    let cases: [Unrunnable<'_>; 9] = [
        (
            "a loader that is missing",
            &loaderless,
            &["{client}"],
            Fault::MissingInterpreter,
            &format!("R3: {loader}"),
        ),
        (
            "an interpreter that is missing",
            b"#! /no/such/interpreter -e\n",
            &["{client}"],
            Fault::MissingInterpreter,
            "R3: /no/such/interpreter",
        ),
        (
            "lines that end as on Windows",
            b"#!/bin/sh\r\nexit 0\r\n",
            &["{client}"],
            Fault::MissingInterpreter,
            "R3: /bin/sh\\r, with a Windows line end",
        ),
        (
            "an interpreter between tabs",
            b"#!\t/no/such/interpreter\t-e\r\n",
            &["{client}"],
            Fault::MissingInterpreter,
            "R3: /no/such/interpreter",
        ),
        (
            "a desktop entry that the kernel hands to what is missing",
            b"#!/no/such/xdg-open\n[Desktop Entry]\n",
            &["{client}"],
            Fault::MissingInterpreter,
            "R3: /no/such/xdg-open",
        ),
        (
            "a program that is missing",
            script,
            &[absent, "{client}"],
            Fault::MissingInterpreter,
            "R3: /no/such/program",
        ),
        (
            "a script behind a byte order mark",
            b"\xEF\xBB\xBF#!/bin/sh\nexit 0\n",
            &["{client}"],
            Fault::CannotStart,
            "R1: the file begins with a byte order mark, so the system does not see its #! line",
        ),
        (
            "an interpreter that is none",
            b"#!/etc/passwd\n",
            &["{client}"],
            Fault::CannotStart,
            denied,
        ),
        (
            "a program that is none",
            script,
            &["/etc/passwd", "{client}"],
            Fault::CannotStart,
            denied,
        ),
    ];
    for (case, script, command, fault, told) in cases {
        let mut desk = serving(script);
        desk.config.launch.command =
            LaunchCommand::Fixed(command.iter().map(|word| (*word).to_owned()).collect());
        let (client, stages) = run(&desk);
        let Err(SessionError::Failed(failure)) = client.map(|client| client.pid()) else {
            panic!("{case}: it ran")
        };
        assert_eq!(
            (failure.fault, stages),
            (fault, vec![Stage::Starting]),
            "{case}: {failure:?}"
        );
        assert_eq!(failure.to_string(), told, "{case}");
        assert_eq!(desk.left(), Vec::<PathBuf>::new(), "{case}");
    }
}

#[test]
fn d15_an_interpreter_that_repeats_the_key_is_not_named() {
    let desk = serving(format!("#!/no/such/{KEY}\n"));
    let request = by_key();
    let client = desk.download(&request).client("the download");
    let outcome = client.launch(&desk.order(&request), None, &mut |_| {});
    let Err(SessionError::Failed(failure)) = outcome.map(|client| client.pid()) else {
        panic!("it ran")
    };
    assert_eq!(failure.fault, Fault::MissingInterpreter);
    assert_eq!(failure.to_string(), "R3");
}

#[test]
fn d12_a_file_that_is_busy_for_a_moment_is_tried_again() {
    let desk = serving(SCRIPT);
    let request = by_rep();
    let client = desk.download(&request).client("the download");
    let folder = desk.left().pop().expect("its folder");
    // Another thread's child that still holds the file open for writing, until the first attempts
    // have failed.
    let path = folder.join("client.sh");
    let holder = rustix::fs::open(
        &path,
        rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::CLOEXEC,
        rustix::fs::Mode::empty(),
    );
    let holder = holder.expect("the client");
    rustix::fs::fchmod(&holder, rustix::fs::Mode::from_raw_mode(0o700)).expect("a mode");
    let writer = fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .expect("a writer");
    let release = std::thread::spawn(move || {
        let until = Instant::now() + Duration::from_millis(400);
        while Instant::now() < until {
            std::thread::yield_now();
        }
        drop(writer);
    });
    let client = client
        .launch(&desk.order(&request), None, &mut |_| {})
        .expect("a client");
    assert_eq!(ended(client).0.status, Some(0));
    release.join().expect("the writer");
}

#[test]
fn the_command_is_a_list_of_arguments_and_no_shell_reads_it() {
    let mut desk = serving("#!/bin/sh\nexit 1\n");
    let out = tempfile::tempdir().expect("a folder");
    desk.environment = vec![("OUT".into(), out.path().join("words").into())];
    desk.config.launch.environment = vec!["OUT".to_owned()];
    let script = "printf '%s\\n' \"$@\" > \"$OUT\"";
    let command = [
        "/bin/sh",
        "-c",
        script,
        "x",
        "$(id); a  b",
        "--file={client}",
        "*",
    ];
    desk.config.launch.command =
        LaunchCommand::Fixed(command.into_iter().map(str::to_owned).collect());
    let client = run(&desk).0.expect("a client");
    let path = desk.left().pop().expect("its folder").join("client.sh");
    assert_eq!(ended(client).0.status, Some(0));
    let words = fs::read_to_string(out.path().join("words")).expect("the words");
    assert_eq!(
        words,
        format!("$(id); a  b\n--file={}\n*\n", path.display())
    );
}

#[test]
fn d14_a_client_left_running_keeps_its_directory_until_it_exits() {
    let gate = tempfile::tempdir().expect("a folder");
    let mut desk = serving("#!/bin/sh\nread line < \"$GATE\"\n");
    desk.environment = vec![("GATE".into(), gate.path().join("gate").into())];
    desk.config.launch.environment = vec!["GATE".to_owned()];
    let fifo = gate.path().join("gate");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &fifo,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        0,
    )
    .expect("a fifo");
    let client = run(&desk).0.expect("a client");
    let pid = client.pid();
    client.leave_running();
    let folder = desk.left();
    assert_eq!(folder.len(), 1, "the client needs it");
    support_kiosk::connect::sweep(&desk.config, &desk.environment);
    assert_eq!(desk.left(), folder, "the client lives");

    fs::write(&fifo, "go\n").expect("the gate");
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).expect("a pid")).expect("a pid");
    rustix::process::waitpid(Some(pid), rustix::process::WaitOptions::empty()).expect("its end");
    support_kiosk::connect::sweep(&desk.config, &desk.environment);
    assert_eq!(desk.left(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn whether_a_client_can_run_here_is_known_beforehand() {
    let mut desk = Desk::at("http://localhost:1");
    let fault = |desk: &Desk| {
        check_can_run(&desk.config, &desk.environment).map_err(|failure| failure.fault)
    };
    assert_eq!(fault(&desk), Ok(()));
    desk.config.launch.needs_display = true;
    assert_eq!(fault(&desk), Err(Fault::NoDisplay));
    desk.environment = vec![("DISPLAY".into(), "elsewhere:0".into())];
    assert_eq!(
        fault(&desk),
        Err(Fault::NoDisplay),
        "the client would not get the variable"
    );
    desk.config.launch.environment = vec!["DISPLAY".to_owned()];
    assert_eq!(fault(&desk), Ok(()));
    desk.config.launch.command =
        LaunchCommand::Fixed(vec!["/no/such/program".to_owned(), "{client}".to_owned()]);
    assert_eq!(fault(&desk), Err(Fault::MissingInterpreter));
    desk.config.launch.command = LaunchCommand::Fixed(vec!["{client}".to_owned()]);
    desk.config.download.folder = Some("/etc/passwd".into());
    assert_eq!(fault(&desk), Err(Fault::NoFolder));
    assert_eq!(desk.left(), Vec::<PathBuf>::new(), "looking leaves nothing");
}

#[test]
fn what_becomes_of_a_session_is_known_beforehand_in_every_mode() {
    let mut desk = Desk::at("http://localhost:1");
    let in_mode = |desk: &mut Desk, mode| {
        desk.config.launch.mode = mode;
        delivery(&desk.config, &desk.environment)
    };
    let modes = [Mode::Auto, Mode::Run, Mode::Save, Mode::Link];
    let anywhere = modes.map(|mode| in_mode(&mut desk, mode));
    assert_eq!(
        anywhere,
        [
            Delivery::Run,
            Delivery::Run,
            Delivery::Save,
            Delivery::Link(None)
        ]
    );
    desk.config.launch.needs_display = true;
    let without_display = modes.map(|mode| in_mode(&mut desk, mode));
    let instead = Delivery::Link(Some(Fault::NoDisplay));
    assert_eq!(
        without_display,
        [instead, Delivery::Run, Delivery::Save, Delivery::Link(None)]
    );
}
