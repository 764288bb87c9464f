//! The forms in which a client for Linux is served, each run by `start` (docs/protocol.md): a
//! desktop entry that is also a script, and a script, each with a binary payload. None of them is
//! the vendor's own.

use std::fs;
use std::path::Path;
use std::process::Output;

use super::desk::{assert_status, events, finished, names, stderr, stdout};
use crate::support::samples::PAYLOAD;
use crate::support::served::Desk;

/// A desktop entry as the vendor's begins, without its header.
const KEYS: &str = "Type=Application\nVersion=1.0\nName=Customer Client\nComment=Support session\nTerminal=false\n\
    Exec=bash \"-c\" \"exec bash \\\"%k\\\"\"\nCategories=Network;RemoteAccess;\n\n[X-Client]\n";

/// Takes its payload out of its own file, says who it is, deletes itself and ends.
const POSIX: &str =
    "tail -c 12 \"$0\" > @/payload\nprintf '%s' \"$0\" > @/ran\nrm -f \"$0\"\nexit 0\n";

/// The same in bash's own syntax.
const BASH: &str = "wanted=(payload 12)\nif [[ ${#wanted[*]} -eq 2 && -n $BASH_VERSION ]]; then\n\
    tail -c \"${wanted[1]}\" < \"$0\" > \"@/${wanted[0]}\"\nprintf '%s' \"$0\" > @/ran\nrm -f \"$0\"\nfi\nexit 0\n";

fn entry(head: &str, script: &str) -> String {
    format!("{head}[Desktop Entry]\n{KEYS}{script}")
}

fn started(desk: &Desk, options: &[&str]) -> Output {
    let mut command = super::binary();
    command
        .args(["start", "rep", "1"])
        .args(options)
        .arg("--config")
        .arg(desk.at("kiosk.toml"));
    finished(command, b"")
}

#[test]
fn a_client_of_every_form_runs_under_its_served_name() {
    let licence = "# A line of a licence.\n".repeat(2000);
    let forms = [
        ("bomgar-scc-1.desktop", entry("", POSIX)),
        ("bomgar-scc-abc (1).desktop", entry("", BASH)),
        ("bomgar-scc-2.desktop", entry("\u{FEFF}", POSIX)),
        (
            "bomgar-scc-3.desktop",
            entry("\u{FEFF}\n# A client.\n\n", BASH),
        ),
        (
            "bomgar-scc-4.desktop",
            entry("#!/usr/bin/env xdg-open\n", POSIX),
        ),
        (
            "bomgar-scc-5.desktop",
            entry("#!/usr/bin/xdg-open\n\n", BASH),
        ),
        (
            "bomgar-scc-6.desktop",
            entry("#! /usr/bin/env -S xdg-open\n# A client.\n", BASH),
        ),
        ("bomgar-scc-7.desktop", entry(&licence, POSIX)),
        ("a-desktop-entry.bin", entry("", POSIX)),
        (
            "sra-scc-1.bin",
            format!("#!/bin/sh\n# [Desktop Entry]\n{POSIX}"),
        ),
        ("sra-pin-1.bin", format!("#!/bin/bash\n{BASH}")),
        (
            "not-a-desktop-entry.desktop",
            format!("#!/bin/sh\n{POSIX}[Desktop Entry]\n"),
        ),
    ];
    for (name, script) in forms {
        let desk = Desk::serving_file(name, &script, &PAYLOAD, "");
        let output = started(&desk, &["--json"]);
        assert_status(&output, 0, &[name]);
        let told = events(&output);
        assert_eq!(
            names(&told),
            ["request", "progress", "launched", "ended"],
            "{name}: {}",
            stdout(&output)
        );
        assert_eq!(
            told.last().expect("its end")["status"],
            0,
            "{name}: {}",
            stdout(&output)
        );
        assert!(
            !stdout(&output).contains(name) && stderr(&output).is_empty(),
            "{name}: {}",
            stderr(&output)
        );
        let ran =
            fs::read_to_string(desk.at("ran")).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(Path::new(&ran).file_name(), Some(name.as_ref()), "{ran}");
        assert_eq!(
            fs::read(desk.at("payload")).expect("its payload"),
            PAYLOAD,
            "{name}"
        );
        assert_eq!(
            fs::read_dir(desk.downloads()).expect("there").count(),
            0,
            "{name}: something is left"
        );
    }
}

#[test]
fn a_command_of_the_operators_runs_a_desktop_entry_too() {
    let desk = Desk::serving_file(
        "scc.desktop",
        &entry("", POSIX),
        &PAYLOAD,
        "command = [\"/bin/sh\", \"{client}\"]",
    );
    assert_status(&started(&desk, &[]), 0, &["/bin/sh"]);
    assert!(desk.at("ran").exists(), "it did not run");

    let desk = Desk::serving_file(
        "scc.desktop",
        &entry("", POSIX),
        &PAYLOAD,
        "command = [\"{client}\"]",
    );
    let output = started(&desk, &[]);
    assert_status(&output, 126, &["{client}"]);
    assert!(
        stderr(&output).contains("Exec format error") && stderr(&output).contains("(R1, visit "),
        "{}",
        stderr(&output)
    );
    assert!(!desk.at("ran").exists(), "a shell read it");
}

#[test]
fn a_desktop_entry_is_saved_as_it_is_under_its_served_name() {
    let script = entry("\u{FEFF}#!/usr/bin/env xdg-open\n", BASH);
    let desk = Desk::serving_file("bomgar-scc-abc (1).desktop", &script, &PAYLOAD, "");
    fs::create_dir(desk.at("saved")).expect("made");
    let output = started(
        &desk,
        &["--save", desk.at("saved").to_str().expect("UTF-8")],
    );
    assert_status(&output, 0, &["--save"]);
    let path = desk.at("saved").join("bomgar-scc-abc (1).desktop");
    assert_eq!(
        (stdout(&output), stderr(&output)),
        (format!("{}\n", path.display()), String::new())
    );
    let served = script.replace(
        '@',
        desk.at("").to_str().expect("UTF-8").trim_end_matches('/'),
    );
    assert_eq!(
        fs::read(&path).expect("saved"),
        [served.as_bytes(), &PAYLOAD].concat()
    );
    assert!(!desk.at("ran").exists(), "it ran");
}
