//! A machine that has no descriptor left, from the first that could be missing to the last (D11,
//! D14): some call of the system that opens something fails, each in its turn, and nothing else is
//! needed to see it.

use std::collections::HashSet;
use std::fs;
use std::process::{Command, Output, Stdio};

use support_kiosk::failure::Fault;

use super::row::{End, GOOD, Row, Trial, sends};
use crate::support::site::ok;

/// What nothing but such a machine comes to.
pub const REACHED: Fault = Fault::Internal;

/// So many descriptors are more than one session needs.
const ENOUGH: u32 = 40;

fn with_descriptors(limit: u32, trial: &Trial, words: &[&str]) -> Output {
    after(&format!("ulimit -n {limit}"), trial, words)
}

/// Runs the program as a shell does that has set a limit for it.
fn after(limit: &str, trial: &Trial, words: &[&str]) -> Output {
    Command::new("/bin/sh")
        .args([
            "-c",
            &format!("{limit}; exec \"$@\""),
            "sh",
            env!("CARGO_BIN_EXE_support-kiosk"),
        ])
        .args(words)
        .env_clear()
        .envs(trial.environment())
        .stdin(Stdio::null())
        .output()
        .expect("a shell")
}

/// The code by which the program says that it failed; none if it did not.
fn code_of(output: &Output) -> Option<String> {
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let last: serde_json::Value = serde_json::from_str(out.lines().last()?).ok()?;
    last["code"].as_str().map(str::to_owned)
}

#[test]
fn d14_a_machine_without_a_descriptor_left_is_told_and_nothing_is_left() {
    let row: Row = sends("a good client", ok(GOOD), None);
    let mut codes = HashSet::new();
    for limit in 3..ENOUGH {
        let trial = Trial::of(&row);
        trial.write_config();
        // With fewer than its libraries take the program does not even begin.
        if !with_descriptors(limit, &trial, &["--version"])
            .status
            .success()
        {
            continue;
        }
        let config = trial.config();
        let words = [
            "start",
            "rep",
            "12",
            "--json",
            "--config",
            config.to_str().expect("UTF-8"),
        ];
        let output = with_descriptors(limit, &trial, &words);
        let all = format!("{limit} descriptors: {output:?}");
        let end = if output.status.success() {
            End::Ran
        } else {
            End::Cancelled
        };
        assert_eq!(trial.traces(&end), None, "{all}");
        if let Some(code) = code_of(&output) {
            let fault = Fault::ALL
                .iter()
                .find(|fault| fault.code() == code)
                .unwrap_or_else(|| panic!("no such code: {all}"));
            assert_eq!(
                output.status.code(),
                Some((fault.exit() as u8).into()),
                "{all}"
            );
            assert_ne!(
                *fault,
                Fault::CannotStart,
                "nothing is wrong with the client: {all}"
            );
            codes.insert(*fault);
        } else {
            assert!(output.status.success(), "{all}");
        }
    }
    println!("{codes:?}");
    assert!(codes.contains(&REACHED), "{codes:?}");
}

#[test]
fn d11_a_client_larger_than_a_file_may_be_is_told_and_nothing_is_left() {
    let row: Row = sends(
        "a large client",
        ok(format!("{GOOD}{}", "#".repeat(500_000))),
        Fault::CannotWrite,
    );
    let trial = Trial::of(&row);
    trial.write_config();
    let config = trial.config();
    let words = [
        "start",
        "rep",
        "12",
        "--json",
        "--config",
        config.to_str().expect("UTF-8"),
    ];
    let output = after("ulimit -f 100", &trial, &words);
    assert_eq!(trial.traces(&End::Cancelled), None, "{output:?}");
    assert_eq!(
        (code_of(&output).as_deref(), output.status.code()),
        (Some("F3"), Some(row.exit().into())),
        "{output:?}"
    );
}

#[test]
fn d11_a_umask_that_closes_what_we_make_to_ourselves_is_not_kept() {
    let row: Row = sends(
        "a client that looks",
        ok("#!/bin/sh\n/bin/ls -ld . > \"$MARK\"\n"),
        None,
    );
    let trial = Trial::of(&row);
    trial.write_config();
    let config = trial.config();
    let words = [
        "start",
        "rep",
        "12",
        "--json",
        "--config",
        config.to_str().expect("UTF-8"),
    ];
    let output = after("umask 0777", &trial, &words);
    let told = fs::read_to_string(trial.mark()).unwrap_or_default();
    assert!(told.starts_with("drwx------"), "{told:?} {output:?}");
    assert_eq!(
        (trial.traces(&End::Ran), output.status.code()),
        (None, Some(0)),
        "{output:?}"
    );
}
