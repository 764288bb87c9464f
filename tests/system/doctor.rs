//! `support-kiosk doctor`, as an operator sees it: whatever this machine is like.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const CONFIG: &str = "[site]\nurl = \"https://support.example.com\"\n[launch]\nmode = \"link\"\n[[rep]]\nid = 12\nname = \"Dana\"\n";

/// Asks the doctor about a config of this text and mode.
fn asked(config: &str, mode: u32, words: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("kiosk.toml");
    fs::write(&file, config).expect("written");
    fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("set");
    let mut doctor = Command::new(env!("CARGO_BIN_EXE_support-kiosk"));
    doctor
        .arg("doctor")
        .args(words)
        .arg("--config")
        .arg(&file)
        .env("HTTPS_PROXY", "http://u:canary-7391@proxy");
    doctor.output().expect("run")
}

fn objects(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).expect("text");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

fn finding(objects: &[Value], check: &str) -> String {
    let found = objects.iter().find(|object| object["check"] == check);
    let found = found.unwrap_or_else(|| panic!("no {check} in {objects:#?}"));
    found["finding"].as_str().expect("a word").to_owned()
}

#[test]
fn each_check_is_an_object_worst_first_and_the_status_goes_by_the_worst() {
    let output = asked(CONFIG, 0o644, &["--json"]);
    let objects = objects(&output);
    let order = ["broken", "weak", "accepted", "lacking", "unknown", "good"];
    let grades: Vec<usize> = objects
        .iter()
        .map(|object| {
            order
                .iter()
                .position(|word| object["finding"] == **word)
                .unwrap_or_else(|| panic!("{object}"))
        })
        .collect();
    assert!(grades.is_sorted(), "{objects:#?}");
    assert_eq!(
        output.status.code(),
        Some(i32::from(grades[0] < 2)),
        "{objects:#?}"
    );
    for object in &objects {
        let has = |key: &str| object[key].as_str().is_some_and(|words| !words.is_empty());
        assert!(has("check") && has("found") && has("matters"), "{object}");
        assert_eq!(has("mend"), object["finding"] != "good", "{object}");
    }
    for check in [
        "config",
        "config-owner",
        "authorities",
        "folder",
        "program",
        "display",
        "login-shell",
        "other-consoles",
        "ctrl-alt-del",
    ] {
        finding(&objects, check);
    }
    for check in [
        "getty",
        "serial-consoles",
        "wayland-session",
        "kernel",
        "screen-sharing",
    ] {
        finding(&objects, check);
    }
    for check in [
        "log",
        "tiocsti",
        "sysrq",
        "ptrace",
        "cores",
        "swap",
        "clock",
        "proxy",
        "screen",
        "terminal",
        "console-utf8",
    ] {
        finding(&objects, check);
    }
}

#[test]
fn k9_a_config_that_others_can_write_is_broken_and_the_status_1() {
    let output = asked(CONFIG, 0o666, &["--json"]);
    let objects = objects(&output);
    assert_eq!(
        (finding(&objects, "config-owner"), output.status.code()),
        ("broken".to_owned(), Some(1)),
        "{objects:#?}"
    );
    assert_eq!(
        finding(&objects[..1], "config-owner"),
        "broken",
        "worst first"
    );
}

#[test]
fn a_finding_that_is_accepted_no_longer_counts() {
    let all = objects(&asked(CONFIG, 0o666, &["--json"]));
    let names: Vec<&str> = all
        .iter()
        .filter_map(|object| object["check"].as_str())
        .collect();
    let words: Vec<&str> = ["--json"]
        .into_iter()
        .chain(names.iter().flat_map(|name| ["--accept", name]))
        .collect();
    let output = asked(CONFIG, 0o666, &words);
    let objects = objects(&output);
    assert_eq!(
        (finding(&objects, "config-owner"), output.status.code()),
        ("accepted".to_owned(), Some(0)),
        "{objects:#?}"
    );
}

#[test]
fn a_name_to_accept_that_no_check_has_is_told_with_those_there_are() {
    let output = asked(CONFIG, 0o666, &["--json", "--accept", "config-ovner"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("config-ovner") && said.contains("config-owner,"),
        "{said}"
    );
    assert_eq!(
        (
            finding(&objects(&output), "config-owner"),
            output.status.code()
        ),
        ("broken".to_owned(), Some(1)),
        "{said}"
    );
}

#[test]
fn a_broken_config_is_reported_and_the_machine_is_still_checked() {
    let output = asked("[site]\n", 0o644, &["--json"]);
    let objects = objects(&output);
    assert_eq!(
        (finding(&objects, "config"), output.status.code()),
        ("broken".to_owned(), Some(1)),
        "{objects:#?}"
    );
    finding(&objects, "sysrq");
}

#[test]
fn a_log_that_has_no_folder_is_weak_and_none_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("missing/visits.log");
    let output = asked(
        &format!("{CONFIG}[log]\nto = \"file\"\nfile = {log:?}\n"),
        0o644,
        &["--json"],
    );
    let objects = objects(&output);
    assert_eq!(
        (finding(&objects, "log"), output.status.code()),
        ("weak".to_owned(), Some(1)),
        "{objects:#?}"
    );
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn words_fit_into_80_columns_and_no_proxys_password_is_among_them() {
    for words in [&[][..], &["--json"]] {
        let output = asked(CONFIG, 0o644, words);
        let text = String::from_utf8(output.stdout).expect("text");
        assert!(
            text.contains("HTTPS_PROXY") && !text.contains("canary-7391"),
            "{text}"
        );
        assert!(
            output.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        if words.is_empty() {
            let path = |line: &str| Path::new(line.trim()).is_absolute();
            let long: Vec<&str> = text
                .lines()
                .filter(|line| line.chars().count() > 80 && !path(line))
                .collect();
            assert!(long.is_empty(), "{long:#?}");
            assert!(
                text.lines()
                    .next_back()
                    .is_some_and(|counted| counted.contains("weak") && counted.contains(" good")),
                "{text}"
            );
        }
    }
}
