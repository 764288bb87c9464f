//! `explain CODE`: what staff ask when a customer reads them a code.

use std::process::{Command, Output};

use support_kiosk::failure::Fault;
use support_kiosk::text::EN;

fn explain(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_support-kiosk"))
        .env_clear()
        .arg("explain")
        .args(words)
        .output()
        .expect("it ran")
}

#[test]
fn d15_every_code_is_explained_without_a_config() {
    for fault in Fault::ALL {
        let output = explain(&[&fault.code().to_lowercase()]);
        let (out, words) = (String::from_utf8_lossy(&output.stdout), EN.of_fault(*fault));
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{output:?}"
        );
        for said in [
            fault.code(),
            words.happened,
            words.todo,
            words.staff,
            &(fault.exit() as u8).to_string(),
        ] {
            assert!(out.contains(said), "{said:?} is not in\n{out}");
        }
    }
    let n3 = "N3\n\
        The customer reads:    The help desk did not answer in time.\n\
        \x20                      Please try again in a minute. If it happens again, tell our staff.\n\
        For staff:             No connection, or no finished TLS handshake, within network.connect_timeout. Check the network, whether a firewall drops the packets, and whether the port accepts connections and then says nothing.\n\
        What helps:            Trying again may help.\n\
        Exit status of start:  69\n";
    assert_eq!(String::from_utf8_lossy(&explain(&["N3"]).stdout), n3);
}

#[test]
fn staff_of_an_old_dialect_kiosk_learn_the_current_one() {
    for (code, wants) in [
        (
            "C4",
            "A current site needs site.dialect = \"start-session\"",
        ),
        ("S2", "needs \"start-session\""),
    ] {
        let out = explain(&[code]).stdout;
        assert!(
            String::from_utf8_lossy(&out).contains(wants),
            "{code}: {}",
            String::from_utf8_lossy(&out)
        );
    }
}

#[test]
fn d15_explain_takes_a_line_of_the_screen_and_never_repeats_input() {
    for words in ["For staff: N3 · b12-3 · 14:32 · K7F204", "(N3,"] {
        assert!(
            String::from_utf8_lossy(&explain(&[words]).stdout).starts_with("N3\n"),
            "{words}"
        );
    }
    for words in [
        &["4710938"][..],
        &["N99"],
        &[""],
        &["n"],
        &[],
        &["N3", "S2"],
    ] {
        let output = explain(words);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            (output.status.code(), output.stdout.len()),
            (Some(2), 0),
            "{words:?}: {told}"
        );
        assert!(!told.contains("4710938"), "{told}");
    }
    let told = explain(&["4710938"]).stderr;
    let codes: Vec<_> = Fault::ALL.iter().map(|fault| fault.code()).collect();
    assert!(
        String::from_utf8_lossy(&told)
            .ends_with(&format!("{}\n", codes[codes.len() - 2..].join(" "))),
        "the codes are named"
    );
}
