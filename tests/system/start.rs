//! `support-kiosk start`, as a script sees it: the built binary against the built-in site, which
//! judges every request.

mod desk;
mod input;
mod kinds;
mod saves;
mod stopped_reader;
mod ways;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command};
use std::time::Duration;

use rustix::process::{Pid, Signal};
use serde_json::Value;
use support_kiosk::demo::ResponsePace;

use self::desk::{
    CONNECTOR, Desk, LIMIT, START_SESSION, assert_status, binary, ended, events, finished, names,
    stderr, stdout,
};
use crate::support::order::KEY;
use crate::support::site::closed_port;
use crate::support::wait_for;

/// What no output may hold.
const CANARY: &str = "canary-7391";

#[test]
fn every_way_in_both_dialects_runs_the_client_and_says_nothing() {
    for dialect in [CONNECTOR, START_SESSION] {
        let desk = Desk::new(ResponsePace::INSTANT, dialect);
        let ways: [&[&str]; 8] = [
            &["rep", "12"],
            &["rep", "28"],
            &["key", KEY],
            &["key", "471-09 38"],
            &["survey"],
            &[
                "survey",
                "--issue",
                "1",
                "--name",
                "Zoë Quist",
                "--company",
                "A & B + C",
                "--company-code",
                "b=12",
            ],
            &[
                "survey",
                "--issue",
                "password",
                "--description",
                "one\r\ntwo",
                "--external-key",
                "INC/1?#",
            ],
            &[
                "survey",
                "--issue",
                "6",
                "--description",
                "- 100 %",
                "--name",
                "",
            ],
        ];
        for (number, words) in ways.iter().enumerate() {
            let output = desk.start(words);
            assert_status(&output, 0, words);
            assert_eq!(
                (stdout(&output), stderr(&output)),
                (String::new(), String::new()),
                "{dialect} {words:?}"
            );
            assert_eq!(
                desk.site.requests(),
                number + 1,
                "{dialect} {words:?}: one request a session"
            );
        }
        desk.assert_nothing_left();
    }
}

#[test]
fn get_and_post_are_both_in_use() {
    for method in ["get", "post"] {
        let desk = Desk::new(ResponsePace::INSTANT, START_SESSION);
        let text = fs::read_to_string(desk.config()).expect("the config");
        let method_line = format!("[site]\nmethod = \"{method}\"\nplatform = \"linux-64\"");
        fs::write(desk.config(), text.replacen("[site]", &method_line, 1)).expect("written");
        let output = desk.start(&["survey", "--name", "Zoë", "--json"]);
        assert_status(&output, 0, &[method]);
        assert_eq!(events(&output)[0]["method"], method.to_uppercase());
    }
}

#[test]
fn json_tells_every_step_and_nothing_that_was_typed() {
    let desk = Desk::new(
        ResponsePace {
            download: Duration::from_millis(640),
            ..ResponsePace::INSTANT
        },
        CONNECTOR,
    );
    let output = desk.start(&[
        "survey",
        "--json",
        "--name",
        CANARY,
        "--description",
        CANARY,
        "--external-key",
        CANARY,
    ]);
    assert_status(&output, 0, &["--json"]);
    let told = events(&output);
    assert_eq!(
        names(&told),
        ["request", "progress", "launched", "ended"],
        "{}",
        stdout(&output)
    );
    let visit = told[0]["visit"].as_str().expect("a visit");
    assert!(
        visit.len() == 6 && told.iter().all(|event| event["visit"] == visit),
        "{}",
        stdout(&output)
    );
    assert_eq!(
        (&told[0]["method"], &told[0]["host"]),
        (&"GET".into(), &desk.site.address().to_string().into())
    );
    let progress: Vec<_> = told
        .iter()
        .filter(|event| event["event"] == "progress")
        .collect();
    let last = progress.last().expect("progress");
    assert_eq!(
        (progress[0]["bytes"].as_u64(), last["bytes"].as_u64()),
        (Some(0), Some(4 << 20)),
        "{}",
        stdout(&output)
    );
    assert!(
        progress.iter().all(|event| event["total"] == 4 << 20),
        "{}",
        stdout(&output)
    );
    let ended = told.last().expect("an end");
    assert_eq!(
        (&ended["status"], &ended["signal"]),
        (&0.into(), &Value::Null)
    );
    for secret in [CANARY, "issue_menu", "download_customer_connector"] {
        assert!(
            !stdout(&output).contains(secret) && !stderr(&output).contains(secret),
            "{secret} in {}",
            stdout(&output)
        );
    }
    let output = desk.start(&["key", KEY, "--json"]);
    assert_status(&output, 0, &["key"]);
    assert!(
        !stdout(&output).contains(KEY) && output.stderr.is_empty(),
        "{}",
        stdout(&output)
    );
}

#[test]
fn a_refusal_of_the_site_is_told_in_its_words_and_nothing_is_left() {
    let desk = Desk::new(ResponsePace::INSTANT, CONNECTOR);
    for (words, code, said) in [
        (
            ["key", "1234567"],
            "S2",
            "The site says: Example IT Help Desk: This session key is not valid or has expired.",
        ),
        (["rep", "27"], "S1", "is away at the moment"),
    ] {
        let output = desk.start(&words);
        assert_status(&output, 76, &words);
        let told = stderr(&output);
        assert!(
            told.contains(said) && told.contains(&format!("({code}, visit ")),
            "{told}"
        );
        assert!(
            told.lines().count() == 2 && output.stdout.is_empty(),
            "{told}"
        );

        let output = desk.start(&[words[0], words[1], "--json"]);
        assert_status(&output, 76, &words);
        let told = events(&output);
        assert_eq!(names(&told), ["request", "error"], "{}", stdout(&output));
        assert_eq!(
            (&told[1]["code"], &told[1]["exit"]),
            (&code.into(), &76.into())
        );
        assert!(
            told[1]["message"].as_str().expect("words").contains(said) && output.stderr.is_empty()
        );
        assert!(!stdout(&output).contains("1234567"), "{}", stdout(&output));
    }
    desk.assert_nothing_left();
}

#[test]
fn a_site_out_of_reach_ends_with_69() {
    let desk = Desk::new(ResponsePace::INSTANT, CONNECTOR);
    // A site that has gone would leave its port to the next of another test.
    let config = fs::read_to_string(desk.config()).expect("the config");
    let nowhere = format!("127.0.0.1:{}", closed_port());
    fs::write(
        desk.config(),
        config.replace(&desk.site.address().to_string(), &nowhere),
    )
    .expect("written");
    let output = desk.start(&["rep", "12"]);
    assert_status(&output, 69, &["out of reach"]);
    assert!(
        stderr(&output).contains("(N2, visit "),
        "{}",
        stderr(&output)
    );
}

#[test]
fn no_wait_returns_once_the_client_runs() {
    let desk = Desk::new(
        ResponsePace {
            session: Duration::from_secs(30),
            ..ResponsePace::INSTANT
        },
        CONNECTOR,
    );
    let output = desk.start(&["rep", "12", "--no-wait", "--json"]);
    assert_status(&output, 0, &["--no-wait"]);
    let told = events(&output);
    assert_eq!(
        names(&told),
        ["request", "progress", "launched"],
        "{}",
        stdout(&output)
    );
    assert!(
        end_client(&told),
        "the client was not running: {}",
        stdout(&output)
    );
}

#[test]
fn k6_no_wait_is_refused_where_the_client_ends_with_its_session() {
    for section in [
        "[kiosk]\nlockdown = true",
        "[launch]\nwhen_left = \"end\"",
        "[launch]\nforeground = true",
    ] {
        let desk = Desk::new(ResponsePace::INSTANT, CONNECTOR);
        let text = fs::read_to_string(desk.config()).expect("the config");
        let (name, setting) = section.split_once('\n').expect("a setting");
        fs::write(desk.config(), text.replacen(name, section, 1)).expect("written");
        let output = desk.start(&["rep", "12", "--no-wait"]);
        assert_status(&output, 2, &[setting]);
        let told = stderr(&output);
        assert!(
            told.starts_with("--no-wait: ")
                && told.lines().count() == 1
                && output.stdout.is_empty(),
            "{setting}: {told}"
        );
        assert_eq!(desk.site.requests(), 0, "{setting}");
    }
}

#[test]
fn demo_clients_that_share_a_home_do_not_write_over_each_other() {
    let desk = Desk::new(
        ResponsePace {
            session: Duration::from_secs(300),
            ..ResponsePace::INSTANT
        },
        CONNECTOR,
    );
    let both = [(); 2].map(|()| started(desk.command(&["rep", "12", "--json"]), "launched"));
    wait_for("two unpacked programs", || {
        desk.unpacked()
            .iter()
            .filter(|folder| folder.join("program").exists())
            .count()
            == 2
    });
    for (mut child, _output, told) in both {
        assert!(end_client(&told), "the client was not running: {told:?}");
        ended(&mut child);
    }
}

/// Ends a client that was left running; false if it was not.
fn end_client(told: &[Value]) -> bool {
    let launched = told
        .iter()
        .find(|event| event["event"] == "launched")
        .expect("launched");
    let pid = launched["pid"]
        .as_i64()
        .and_then(|pid| i32::try_from(pid).ok())
        .and_then(Pid::from_raw)
        .expect("a pid");
    rustix::process::kill_process_group(pid, Signal::KILL).is_ok()
}

/// A `start` that has come as far as an event of this name, and all events so far.
fn started(mut command: Command, event: &str) -> (Child, BufReader<ChildStdout>, Vec<Value>) {
    let mut child = command.spawn().expect("the binary starts");
    let mut output = BufReader::new(child.stdout.take().expect("piped"));
    let mut told = Vec::new();
    while told
        .last()
        .is_none_or(|last: &Value| last["event"] != event)
    {
        let mut line = String::new();
        assert!(
            output.read_line(&mut line).expect("readable") > 0,
            "ended before {event}: {told:?}"
        );
        told.push(serde_json::from_str(&line).expect("JSON"));
    }
    (child, output, told)
}

#[test]
fn d14_a_signal_during_the_download_leaves_nothing_and_sets_the_status() {
    let desk = Desk::new(
        ResponsePace {
            download: LIMIT * 2,
            ..ResponsePace::INSTANT
        },
        CONNECTOR,
    );
    for (signal, status) in [
        (Signal::INT, 130),
        (Signal::QUIT, 131),
        (Signal::TERM, 143),
        (Signal::HUP, 129),
    ] {
        let (mut child, mut output, _) =
            started(desk.command(&["rep", "12", "--json"]), "progress");
        rustix::process::kill_process(Pid::from_child(&child), signal).expect("sent");
        assert_eq!(ended(&mut child).code(), Some(status), "{signal:?}");
        let mut rest = String::new();
        output.read_to_string(&mut rest).expect("readable");
        assert!(
            !rest.contains("error") && !rest.contains("launched"),
            "{signal:?}: {rest}"
        );
        desk.assert_nothing_left();
    }
}

#[test]
fn d14_a_signal_while_old_folders_are_removed_has_its_end_in_the_log() {
    let log = "[log]\nto = \"file\"\nfile = \"visits.log\"\n";
    let desk = Desk::with(
        ResponsePace {
            download: LIMIT * 2,
            ..ResponsePace::INSTANT
        },
        CONNECTOR,
        log,
    );
    let log = desk.home.path().join("visits.log");
    for (signal, status) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        for number in 0..400 {
            let stale = desk.clients().join(format!("visit-{number:016x}"));
            fs::create_dir(&stale).expect("made");
            fs::write(stale.join(".owner"), format!("{} 1\n", std::process::id()))
                .expect("a record");
        }
        let mut child = desk.command(&["rep", "12"]).spawn().expect("it starts");
        while !fs::read_to_string(&log).is_ok_and(|log| log.contains("started")) {
            std::thread::yield_now();
        }
        rustix::process::kill_process(Pid::from_child(&child), signal).expect("sent");
        assert_eq!(ended(&mut child).code(), Some(status), "{signal:?}");
        let told = fs::read_to_string(&log).expect("a log");
        assert!(
            told.lines()
                .last()
                .is_some_and(|last| last.contains("cancelled")),
            "{signal:?}: {told}"
        );
        fs::remove_file(&log).expect("removed");
        for stale in fs::read_dir(desk.clients()).expect("there").flatten() {
            fs::remove_dir_all(stale.path()).expect("removed");
        }
    }
}

/// A panic at this point of the program, of which the file is the moment.
fn with_panic(command: &mut Command, point: &str, due: &Path) {
    command.env("SUPPORT_KIOSK_PANIC", format!("{point}:{}", due.display()));
}

/// What a program that panicked says: where, and nothing that the panic said.
fn assert_told_as_ours(told: &str) {
    let place = told
        .strip_suffix('\n')
        .and_then(|line| line.split_once(": internal error at src/"));
    assert!(
        place.is_some_and(|(_, place)| place.contains(".rs:") && !place.contains([' ', '\n'])),
        "{told:?}"
    );
}

#[test]
fn t8_d14_a_panic_beside_a_download_that_start_waits_for_ends_it_whole() {
    let desk = Desk::new(
        ResponsePace {
            download: LIMIT * 2,
            ..ResponsePace::INSTANT
        },
        CONNECTOR,
    );
    let due = desk.home.path().join("due");
    let mut command = desk.command(&["rep", "12", "--json"]);
    with_panic(&mut command, "voice", &due);
    let (mut child, _output, _) = started(command, "progress");
    fs::write(&due, CANARY).expect("written");
    // It speaks again with the next bytes.
    assert_eq!(ended(&mut child).code(), Some(70));
    let mut told = String::new();
    child
        .stderr
        .take()
        .expect("piped")
        .read_to_string(&mut told)
        .expect("readable");
    assert_told_as_ours(&told);
    desk.assert_nothing_left();
}

#[test]
fn t8_d14_a_panic_while_a_file_is_brought_to_its_disk_saves_nothing() {
    let desk = Desk::new(ResponsePace::INSTANT, CONNECTOR);
    let (due, saved) = (
        desk.home.path().join("due"),
        tempfile::tempdir().expect("a folder"),
    );
    fs::write(&due, CANARY).expect("written");
    let mut command = desk.command(&["rep", "12"]);
    command.arg("--save").arg(saved.path());
    with_panic(&mut command, "sync", &due);
    let output = finished(command, b"");
    assert_status(&output, 70, &["--save"]);
    assert_told_as_ours(&stderr(&output));
    assert_eq!(stdout(&output), "");
    desk.assert_nothing_left();
    assert_eq!(fs::read_dir(saved.path()).expect("there").count(), 0);
}

#[test]
fn a_signal_while_the_client_runs_leaves_the_client_to_its_user() {
    let desk = Desk::new(
        ResponsePace {
            session: Duration::from_secs(30),
            ..ResponsePace::INSTANT
        },
        CONNECTOR,
    );
    let (mut child, _output, told) = started(desk.command(&["rep", "12", "--json"]), "launched");
    rustix::process::kill_process(Pid::from_child(&child), Signal::INT).expect("sent");
    assert_eq!(ended(&mut child).code(), Some(130));
    assert!(end_client(&told), "the client was ended");
}

#[test]
fn k6_a_signal_ends_a_client_that_ends_with_its_session() {
    for section in ["[kiosk]\nlockdown = true", "[launch]\nwhen_left = \"end\""] {
        let log = "[log]\nto = \"file\"\nfile = \"visits.log\"\n";
        let desk = Desk::with(
            ResponsePace {
                session: LIMIT * 2,
                ..ResponsePace::INSTANT
            },
            CONNECTOR,
            log,
        );
        let (name, setting) = section.split_once('\n').expect("a setting");
        let text = fs::read_to_string(desk.config()).expect("the config");
        fs::write(desk.config(), text.replacen(name, section, 1)).expect("written");
        for (signal, status) in [(Signal::TERM, 143), (Signal::INT, 130)] {
            let (mut child, mut output, told) =
                started(desk.command(&["rep", "12", "--json"]), "launched");
            rustix::process::kill_process(Pid::from_child(&child), signal).expect("sent");
            assert_eq!(ended(&mut child).code(), Some(status), "{setting}");
            assert!(!end_client(&told), "{setting}: the client runs on");
            let mut rest = String::new();
            output.read_to_string(&mut rest).expect("readable");
            assert!(
                rest.contains("\"ended\"") && rest.lines().count() == 1,
                "{setting}: {rest}"
            );
            let log = fs::read_to_string(desk.home.path().join("visits.log")).expect("a log");
            assert!(
                log.lines()
                    .last()
                    .is_some_and(|last| last.contains("\"ended\"")),
                "{setting}: {log}"
            );
            assert_eq!(
                fs::read_dir(desk.clients()).expect("there").count(),
                0,
                "{setting}: its folder is left"
            );
        }
    }
}

#[test]
fn a_config_that_cannot_be_used_is_told_with_its_place_in_both_forms() {
    let desk = Desk::new(ResponsePace::INSTANT, CONNECTOR);
    fs::write(
        desk.config(),
        "[site]\nurl = \"http://help.example.com\"\nnmae = 1\n",
    )
    .expect("written");
    let output = desk.start(&["rep", "12"]);
    assert_status(&output, 78, &["config"]);
    let told = stderr(&output);
    assert!(
        told.contains("kiosk.toml:2:")
            && told.contains("kiosk.toml:3:")
            && told.contains("(C1, visit "),
        "{told}"
    );

    let output = desk.start(&["rep", "12", "--json"]);
    assert_status(&output, 78, &["config"]);
    let told = events(&output);
    assert_eq!(names(&told), ["error"], "{}", stdout(&output));
    assert_eq!(
        (&told[0]["code"], &told[0]["exit"]),
        (&"C1".into(), &78.into())
    );
    assert!(
        told[0]["visit"].is_string() && output.stderr.is_empty(),
        "{}",
        stdout(&output)
    );

    let output = finished(
        desk.command(&["rep", "12", "--config", "/nonesuch.toml"]),
        b"",
    );
    assert_eq!(
        output.status.code(),
        Some(2),
        "--config twice: {}",
        stderr(&output)
    );
}

#[test]
fn wrong_use_ends_with_2_and_help_needs_no_config() {
    let desk = Desk::new(ResponsePace::INSTANT, CONNECTOR);
    for words in [
        &["rep", "12", "--json", "--print-link"][..],
        &["survey", "--name", "-", "--description", "-"],
        &["nonesuch"],
        &["rep"],
        &["rep", "12", "13"],
    ] {
        let output = desk.start(words);
        assert_status(&output, 2, words);
        assert!(output.stdout.is_empty(), "{words:?}: {}", stdout(&output));
    }
    assert_eq!(desk.site.requests(), 0);
    for words in [
        &["--help"][..],
        &["--version"],
        &["start", "--help"],
        &["demo", "--help"],
    ] {
        let mut command = binary();
        command.args(words);
        let output = finished(command, b"");
        assert_status(&output, 0, words);
        assert!(
            !output.stdout.is_empty() && output.stderr.is_empty(),
            "{words:?}"
        );
    }
}

#[test]
fn the_site_alone_prints_its_address_first() {
    let mut child = binary()
        .args(["demo", "--site-only"])
        .spawn()
        .expect("the binary starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("piped"))
        .read_line(&mut line)
        .expect("readable");
    let address: SocketAddr = line
        .trim_end()
        .strip_prefix("http://")
        .and_then(|a| a.parse().ok())
        .expect("an address");
    let reached = std::net::TcpStream::connect(address);
    child.kill().expect("killed");
    child.wait().expect("ended");
    assert!(reached.is_ok(), "{line}: {reached:?}");
}
