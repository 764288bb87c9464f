//! What is written down of visits, and what never is (D15).

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use rustix::fs::{FileType, Mode, OFlags, mknodat};
use rustix::process::{Pid, Signal, kill_process};
use support_kiosk::config::{self, LogConfig};
use support_kiosk::demo::ResponsePace;

use crate::support::order::SCRIPT;
use crate::support::records::{Record, fields, records, told};
use crate::support::site::{Act, Received, Site, answer, closed_port, ok};
use crate::support::stage::Stage;

/// What a customer types: in everything that is typed here, and in no log.
const CANARY: &str = "canary-7391";
/// A session key with nothing in it that stands in a log for another reason.
const KEY: &str = "QZXWVKJHG";

/// A desk, and a log in a file of its own.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn at(url: &str) -> Self {
        let desk = Self {
            folder: tempfile::tempdir().expect("a folder"),
        };
        desk.logs_to(
            url,
            &format!("to = \"file\"\nfile = \"{}\"", desk.log().display()),
        );
        desk
    }

    fn logs_to(&self, url: &str, log: &str) {
        let downloads = self.folder.path().join("downloads");
        fs::create_dir_all(&downloads).expect("a folder");
        fs::set_permissions(&downloads, fs::Permissions::from_mode(0o700)).expect("ours alone");
        let text = format!(
            "[site]\nurl = \"{url}\"\n[network]\nretries = 0\nstall_timeout = \"3s\"\n[launch]\nneeds_display = false\n\
             [download]\nfolder = \"{}\"\nmax_size = \"1 MiB\"\n[[rep]]\nid = 12\nname = \"Dana Whitfield\"\n[log]\n{log}\n",
            downloads.display()
        );
        fs::write(self.config(), text).expect("written");
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("kiosk.toml")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("visits.log")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_support-kiosk"));
        command
            .env_clear()
            .arg("start")
            .args(words)
            .arg("--config")
            .arg(self.config());
        command
    }

    fn start(&self, words: &[&str]) -> Output {
        self.command(words).output().expect("the binary runs")
    }

    /// The events that were written down, field by field.
    fn events(&self) -> Vec<Record> {
        records(&self.log())
    }
}

/// How a record of this event begins, behind its time and level.
fn of(event: &str) -> String {
    format!("\"event\":\"{event}\"")
}

#[test]
fn a_session_is_written_down_from_its_start_to_the_clients_end() {
    let site = Site::answering(ok("#!/bin/sh\nsleep 2.1\nexit 3\n"));
    let desk = Desk::at(&site.url());
    let output = desk.start(&["key", KEY, "--json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let events = desk.events();
    assert_eq!(
        told(&events, "event").join(" "),
        "started stage stage stage stage stage ended",
        "{events:?}"
    );
    assert_eq!(
        told(&events, "stage").join(" "),
        "requesting downloading checking starting running",
        "{events:?}"
    );
    let visits = told(&events, "visit");
    let json = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        visits.len() == 7 && visits.iter().all(|visit| json.contains(visit)),
        "{events:?}\n{json}"
    );
    assert_eq!(events[0]["way"], "key");
    assert_eq!(
        (&events[1]["method"], &events[1]["host"]),
        (&"GET".to_owned(), &format!("localhost:{}", site.port))
    );
    // As sha256sum has it.
    assert_eq!(
        events[3]["sha256"],
        "28e1a591992b96337239db64439b53556b673e75c952b6a2650f2887962fab84"
    );
    let end = &events[6];
    assert_eq!(
        (
            end["way"].as_str(),
            end["status"].as_str(),
            end["bytes"].as_str()
        ),
        ("key", "3", "27"),
        "{end:?}"
    );
    assert!(
        end["duration"]
            .parse::<f64>()
            .is_ok_and(|seconds| seconds < 60.0)
            && !end.contains_key("signal"),
        "{end:?}"
    );
    let version = env!("CARGO_PKG_VERSION");
    for event in &events {
        assert!(
            !event["kiosk"].is_empty() && event["version"] == version && !event["level"].is_empty(),
            "{event:?}"
        );
        let time = &event["time"];
        assert!(
            time.parse::<jiff::Timestamp>().is_ok() && time.ends_with('Z') && time.len() == 24,
            "no time in UTC: {time}"
        );
    }
    assert_eq!(
        fs::metadata(desk.log())
            .expect("there")
            .permissions()
            .mode()
            & 0o137,
        0,
        "it is for us and our group alone"
    );
}

#[test]
fn d13_a_client_that_exits_at_once_is_logged_with_the_code_on_screen() {
    let site = Site::answering(ok("#!/bin/sh\nexit 3\n"));
    let desk = Desk::at(&site.url());
    assert_eq!(desk.start(&["key", KEY]).status.code(), Some(0));
    let events = desk.events();
    assert_eq!(
        told(&events, "event").join(" "),
        "started stage stage stage stage stage failed",
        "{events:?}"
    );
    assert_eq!(
        (events[6]["code"].as_str(), events[6]["about"].as_str()),
        ("R4", "status 3"),
        "{events:?}"
    );
}

#[test]
fn a_client_that_runs_on_without_us_is_written_down_as_left() {
    let script = "#!/bin/sh\nexec /bin/sleep 1000\n";
    let site = Site::answering(ok(script));
    for signal in [
        None,
        Some(Signal::INT),
        Some(Signal::TERM),
        Some(Signal::HUP),
    ] {
        let desk = Desk::at(&site.url());
        let words: &[&str] = if signal.is_some() {
            &["rep", "12"]
        } else {
            &["rep", "12", "--no-wait"]
        };
        let mut child = desk.command(words).spawn().expect("the binary runs");
        if let Some(signal) = signal {
            let end = Instant::now() + Duration::from_secs(30);
            while !fs::read_to_string(desk.log())
                .unwrap_or_default()
                .contains("\"stage\":\"running\"")
            {
                assert!(
                    Instant::now() < end,
                    "{signal:?}: it never ran: {:?}",
                    fs::read_to_string(desk.log())
                );
                std::thread::yield_now();
            }
            kill_process(Pid::from_child(&child), signal).expect("it lives");
        }
        let status = child.wait().expect("its status");
        assert_eq!(
            status.code(),
            Some(signal.map_or(0, |signal| 128 + signal.as_raw())),
            "{signal:?}"
        );
        let events = desk.events();
        let client = told(&events, "pid")
            .first()
            .and_then(|pid| Pid::from_raw(pid.parse().ok()?))
            .expect("a client");
        kill_process(client, Signal::KILL).expect("it runs on");
        assert_eq!(
            told(&events, "event").join(" "),
            "started stage stage stage stage stage left",
            "{signal:?}: {events:?}"
        );
        let left = &events[6];
        assert_eq!(
            (left["way"].as_str(), &left["bytes"], &left["visit"]),
            ("rep", &script.len().to_string(), &events[0]["visit"])
        );
        assert!(left["duration"].parse::<f64>().is_ok(), "{left:?}");
    }
}

#[test]
fn d15_a_failure_is_written_down_with_its_code_and_the_causes_under_it() {
    let port = closed_port();
    let desk = Desk::at(&format!("http://127.0.0.1:{port}"));
    assert_eq!(desk.start(&["rep", "12"]).status.code(), Some(69));
    let events = desk.events();
    assert_eq!(
        told(&events, "event").join(" "),
        "started stage failed",
        "{events:?}"
    );
    let failed = &events[2];
    assert_eq!(
        (
            failed["code"].as_str(),
            failed["way"].as_str(),
            failed["bytes"].as_str()
        ),
        ("N2", "rep", "0")
    );
    assert_eq!(failed["about"], format!("127.0.0.1:{port}"));
    assert!(
        failed["causes"].starts_with("Connection refused (os error "),
        "{failed:?}"
    );
}

#[test]
fn d7_the_bytes_of_a_broken_download_are_counted_exactly() {
    let half = "#!/bin/sh\n".repeat(90_000);
    for (after, code) in [(Act::Cut, "N7"), (Act::Hold, "N4")] {
        let bytes =
            format!("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n{half}").into_bytes();
        let site = Site::http(move |_, _| vec![Act::Send(bytes.clone()), after.clone()]);
        let desk = Desk::at(&site.url());
        let config = fs::read_to_string(desk.config()).expect("the config");
        fs::write(desk.config(), config.replace("1 MiB", "10 MiB")).expect("written");
        let output = desk.start(&["rep", "12", "--json"]);
        let (events, json) = (
            desk.events(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        );
        let failed = events.last().expect("a record");
        assert_eq!(
            (failed["event"].as_str(), failed["code"].as_str()),
            ("failed", code),
            "{events:?}"
        );
        assert_eq!(
            failed["bytes"],
            half.len().to_string(),
            "{events:?}\n{json}"
        );
        let progress = json
            .lines()
            .rfind(|line| line.contains("\"progress\""))
            .expect("progress");
        assert!(
            progress.contains("\"bytes\":900000,\"total\":10000000"),
            "{json}"
        );
        assert_eq!(
            told(&events, "stage").join(" "),
            "requesting downloading",
            "{events:?}"
        );
    }
}

/// Says back all that it was sent, wherever a site has room for it.
fn echoing(number: usize, request: &Received) -> Vec<u8> {
    let sent = format!("{}{}", request.target, request.body);
    let page = format!("<html><title>{sent}</title>{sent}</html>");
    let elsewhere = format!("Location: https://example.invalid/there?{sent}\r\n");
    let onwards = format!("Location: /again?{sent}\r\n");
    let named = format!("Content-Disposition: attachment; filename=\"{CANARY}-{KEY}.sh\"\r\n");
    match number {
        0 => ok(&page),
        1 => answer("403 Forbidden", "", &page),
        2 => answer(
            "500 Oh",
            "Content-Type: application/json\r\n",
            format!("{{\"message\":\"{sent}\"}}"),
        ),
        3 => answer("302 Found", &elsewhere, ""),
        4..10 => answer("302 Found", &onwards, ""),
        10 => format!("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n#!{sent}").into_bytes(),
        11 => format!("{sent}\r\n\r\n").into_bytes(),
        12 => {
            format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{sent}\r\n").into_bytes()
        }
        13 => format!("HTTP/1.1 200 OK\r\n{sent}: {sent}").into_bytes(),
        14 => answer("200 OK", &named, format!("MZ{}{sent}", "\0".repeat(600))),
        15 => answer("200 OK", "", vec![b'#'; 2 << 20]),
        16 => answer("200 OK", &named, "#!/no/such/interpreter\n"),
        _ => answer("200 OK", &named, SCRIPT),
    }
}

#[test]
fn d15_nothing_typed_reaches_the_log_whatever_the_site_does() {
    let survey = [
        "survey",
        "--name",
        CANARY,
        "--company",
        CANARY,
        "--description",
        CANARY,
        "--external-key",
        CANARY,
    ];
    let survey_in_json = [&survey[..], &["--json"]].concat();
    let ways: [&[&str]; 4] = [
        &["key", KEY],
        &["key", KEY, "--json"],
        &survey,
        &survey_in_json,
    ];
    for words in ways {
        let site = Site::http(|number, request| match number {
            13 => vec![Act::Send(echoing(number, request)), Act::Hold],
            _ => vec![Act::Send(echoing(number, request))],
        });
        let desk = Desk::at(&site.url());
        let mut statuses = Vec::new();
        while site.received().len() <= 17 {
            let output = desk.start(words);
            statuses.push(output.status.code());
            assert_ne!(output.status.code(), Some(70), "{output:?}");
            let told = format!(
                "{}{}",
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
            for secret in [CANARY, KEY, "access_key", "customer_name", "issue_menu"] {
                assert!(!told.contains(secret), "{secret} in\n{told}");
            }
        }
        let log = fs::read_to_string(desk.log()).expect("a log");
        assert!(
            log.matches(&of("failed")).count() >= 10 && log.contains(&of("ended")),
            "{statuses:?}\n{log}"
        );
        for secret in [
            CANARY,
            KEY,
            "access_key",
            "customer_name",
            "issue_menu",
            "?",
        ] {
            assert!(!log.contains(secret), "{secret} in\n{log}");
        }
    }
}

#[test]
fn a_link_that_was_given_out_is_written_down_and_nothing_of_it() {
    let desk = Desk::at("http://127.0.0.1:1");
    let output = desk.start(&["key", KEY, "--print-link"]);
    assert!(
        output.status.success() && String::from_utf8_lossy(&output.stdout).contains(KEY),
        "{output:?}"
    );
    let log = fs::read_to_string(desk.log()).expect("a log");
    let events = desk.events();
    assert_eq!(
        (
            told(&events, "event").join(" ").as_str(),
            events[0]["way"].as_str()
        ),
        ("handed_off", "key"),
        "{log}"
    );
    assert!(!log.contains(KEY) && !log.contains('?'), "{log}");
}

#[test]
fn what_can_be_written_nowhere_stops_no_visit() {
    let site = Site::answering(ok(SCRIPT));
    let desk = Desk::at(&site.url());
    let within = |name: &str| desk.folder.path().join(name);
    fs::create_dir(within("folder")).expect("a folder");
    fs::write(within("kept"), "mine").expect("written");
    symlink(within("kept"), within("link")).expect("a link");
    for name in ["pipe", "full pipe"] {
        let mode = Mode::RUSR | Mode::WUSR;
        mknodat(rustix::fs::CWD, within(name), FileType::Fifo, mode, 0).expect("a pipe");
    }
    // Somebody has it open and reads nothing.
    let reader = rustix::fs::open(
        within("full pipe"),
        OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC,
        Mode::empty(),
    )
    .expect("open");
    while rustix::io::write(&reader, &[0; 4096]).is_ok() {}
    let nowhere = ["folder", "link", "pipe", "full pipe", "missing/visits.log"].map(within);
    for path in nowhere
        .iter()
        .map(PathBuf::as_path)
        .chain([Path::new("/dev/full"), Path::new("/proc/version")])
    {
        desk.logs_to(
            &site.url(),
            &format!("to = \"file\"\nfile = \"{}\"", path.display()),
        );
        let output = desk.start(&["rep", "12"]);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{}: {output:?}",
            path.display()
        );
        assert!(
            output.stdout.is_empty() && output.stderr.is_empty(),
            "{}: {output:?}",
            path.display()
        );
    }
    assert_eq!(
        fs::read_to_string(within("kept")).expect("there"),
        "mine",
        "a link was followed"
    );
    for to in ["none", "journald"] {
        desk.logs_to(&site.url(), &format!("to = \"{to}\""));
        assert_eq!(desk.start(&["rep", "12"]).status.code(), Some(0), "{to}");
    }
}

#[test]
fn a_log_that_was_moved_away_is_begun_anew() {
    let site = Site::answering(ok(SCRIPT));
    let desk = Desk::at(&site.url());
    desk.start(&["rep", "12"]);
    let (first, old) = (desk.events().len(), desk.folder.path().join("visits.log.1"));
    fs::rename(desk.log(), &old).expect("moved");
    desk.start(&["rep", "12"]);
    assert_eq!(
        (
            desk.events().len(),
            fs::read_to_string(old).expect("there").lines().count()
        ),
        (first, first)
    );
    desk.start(&["rep", "12"]);
    assert_eq!(desk.events().len(), 2 * first, "what is there is added to");
}

#[test]
fn d15_the_screen_writes_down_the_same_and_a_config_that_was_refused() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let log = stage.folder.path().join("visits.log");
    let address = stage.site.address().to_string();
    stage.write_config(&address, "");
    let with_log = |text: String| {
        text.replace(
            "to = \"none\"",
            &format!("to = \"file\"\nfile = \"{}\"", log.display()),
        )
    };
    let good = with_log(fs::read_to_string(stage.config()).expect("the config"));
    fs::write(stage.config(), &good).expect("written");
    let read = || fs::read_to_string(&log).unwrap_or_default();

    let mut pty = stage.kiosk();
    pty.wait_until("the config in the log", |_| {
        read().contains(&of("config_loaded"))
    });
    pty.send(b"2");
    pty.wait_for("Type your session key");
    pty.send(b"1234567");
    pty.send(b"\r");
    pty.wait_for("Is this right?");
    pty.send(b"\r");
    pty.wait_for("This session key was not accepted.");
    pty.wait_until("a failure in the log", |_| read().contains(&of("failed")));
    let events: Vec<_> = read().lines().map(fields).collect();
    assert_eq!(
        told(&events, "event").join(" "),
        "kiosk_started config_loaded started stage failed",
        "{events:?}"
    );
    let version = env!("CARGO_PKG_VERSION");
    assert!(
        events
            .iter()
            .all(|event| !event["kiosk"].is_empty() && event["version"] == version),
        "{events:?}"
    );
    let events = &events[2..];
    assert_eq!(
        (events[2]["code"].as_str(), events[2]["way"].as_str()),
        ("S2", "key")
    );
    assert!(
        pty.text().contains(&events[2]["visit"]),
        "another visit than on the screen: {}",
        pty.text()
    );

    // Back at the review, and on at another device.
    pty.send(b"\x1b");
    pty.wait_for("Is this right?");
    pty.send(b"o");
    pty.wait_until("a hand-off in the log", |_| {
        read().contains(&of("handed_off"))
    });
    let handed_off = read().lines().last().map(fields).expect("a line");
    assert_eq!(
        (handed_off["way"].as_str(), &handed_off["visit"]),
        ("key", &events[2]["visit"]),
        "{handed_off:?}"
    );

    fs::write(stage.config(), good.replace("[launch]", "[lunch]")).expect("written");
    pty.send(b"\x1b[21~");
    pty.wait_until("the config in the log", |_| {
        read().contains(&of("config_refused"))
    });
    let refused = read().lines().last().map(fields).expect("a line");
    assert_eq!(
        (refused["code"].as_str(), refused["problems"].as_str()),
        ("C1", "1"),
        "{refused:?}"
    );
    assert!(
        refused["first"].contains("kiosk.toml:5:2: unknown key `lunch`"),
        "{refused:?}"
    );
    assert!(!read().contains("1234567"), "{}", read());
}

#[test]
fn lists_are_written_down_with_their_rows_and_what_is_wrong_with_them() {
    let stage = Stage::new(ResponsePace::INSTANT);
    let (log, list) = (
        stage.folder.path().join("visits.log"),
        stage.folder.path().join("reps.csv"),
    );
    fs::write(&list, "id,name\n7,Grace Hopper\nx,Bad\n8,Radia Perlman\n").expect("written");
    stage.write_config(
        &stage.site.address().to_string(),
        "[lists]\nreps = \"reps.csv\"",
    );
    let text = fs::read_to_string(stage.config()).expect("the config");
    fs::write(
        stage.config(),
        text.replace(
            "to = \"none\"",
            &format!("to = \"file\"\nfile = \"{}\"", log.display()),
        ),
    )
    .expect("written");
    let read = || records(&log);
    let mut pty = stage.kiosk();
    pty.wait_until("three records", |_| read().len() == 3);
    let loaded = read().pop().expect("a record");
    assert_eq!(
        (
            loaded["event"].as_str(),
            loaded["rows"].as_str(),
            loaded["skipped"].as_str()
        ),
        ("lists_loaded", "2", "1")
    );
    assert!(
        loaded["first"].contains("reps.csv:3:1: `rep.id` must be"),
        "{loaded:?}"
    );
    fs::write(&list, "id,name\n").expect("written");
    pty.send(b"1");
    pty.wait_for("Radia Perlman");
    pty.wait_until("a refusal in the log", |_| {
        read().iter().any(|event| event["event"] == "list_refused")
    });
    let refused = read().pop().expect("a record");
    assert_eq!(
        (refused["uses"].as_str(), refused["rows"].as_str()),
        ("last good copy", "2"),
        "{refused:?}"
    );
    assert!(
        refused["first"].contains("fewer than half of the 2 before"),
        "{refused:?}"
    );
}

#[test]
fn the_config_says_where_and_a_file_that_is_not_asked_for_is_told() {
    let log = |text: &str| {
        let text = format!("site.url = \"https://a\"\n{text}\n");
        config::from_text(&text, "/etc/kiosk/kiosk.toml".as_ref())
            .map(|config| config.log)
            .map_err(|problems| problems.to_string())
    };
    assert_eq!(log(""), Ok(LogConfig::Journal));
    assert_eq!(log("log.to = \"none\""), Ok(LogConfig::None));
    assert_eq!(
        log("log.to = \"file\""),
        Ok(LogConfig::File("/var/log/support-kiosk.log".into()))
    );
    assert_eq!(
        log("[log]\nto = \"file\"\nfile = \"visits.log\""),
        Ok(LogConfig::File("/etc/kiosk/visits.log".into()))
    );
    for text in [
        "log.file = \"a\"",
        "log = { to = \"none\", file = \"a\" }",
        "log = { to = \"journald\", file = \"a\" }",
    ] {
        let told = log(text).expect_err(text);
        assert!(
            told.contains("`log.file` goes only with log.to = \"file\""),
            "{told}"
        );
    }
}
