//! What can be wrong before anything is asked of a site, or after it answered well: the order, the
//! config, the folder to save into. Told by `start`; the screen does not let most of it come so
//! far.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use support_kiosk::failure::Fault;
use support_kiosk::ways;

use super::row::GOOD;
use crate::support::site::{Site, answer};

/// One order that comes to nothing.
pub struct Order {
    words: Vec<String>,
    /// What stands behind the smallest config.
    config: &'static str,
    pub expected: Fault,
}

fn order<const MANY: usize>(words: [&str; MANY], config: &'static str, expected: Fault) -> Order {
    Order {
        words: words.map(str::to_owned).to_vec(),
        config,
        expected,
    }
}

pub fn orders() -> Vec<Order> {
    let (full, over) = ("\u{674E}".repeat(1024), "\u{F8}".repeat(101));
    let without_code = ways::codes().map(|way| order([way.name, ""], "", way.bad));
    let others = vec![
        order(["survey", "--name", &over], "", Fault::TooLong),
        order(["survey"], "[survey.name]\nrequired = true", Fault::Missing),
        order(
            ["rep", "12", "--name", "canary"],
            "",
            Fault::FieldOfOtherWay,
        ),
        order(
            ["survey", "--name", "canary\u{202E}"],
            "",
            Fault::BadCharacter,
        ),
        order(
            ["key", "canary"],
            "[session_key]\nmax_length = 4",
            Fault::BadKey,
        ),
        order(["rep", "99"], "", Fault::UnknownRep),
        order(
            ["survey", "--issue", "nonesuch"],
            "[[issue]]\nid = 1\nname = \"One\"",
            Fault::UnknownIssue,
        ),
        order(
            ["survey"],
            "[[issue]]\nid = 1\nname = \"One\"\n[survey]\ngeneral_queue = false",
            Fault::NoGeneralQueue,
        ),
        order(
            ["survey", "--print-link", "--description", &full],
            "",
            Fault::TooLongForLink,
        ),
        order(["rep", "12"], "[canary]", Fault::BadConfig),
        order(
            ["rep", "12", "--save", "/no/such/folder"],
            "",
            Fault::NoSaveFolder,
        ),
        order(
            ["rep", "12", "--save", "/etc/passwd"],
            "",
            Fault::NoSaveFolder,
        ),
        order(
            ["rep", "12", "--output", "taken/scc.sh"],
            "",
            Fault::FileExists,
        ),
        // A folder, and open to root, but no file can be made in it.
        order(["rep", "12", "--save", "/proc"], "", Fault::CannotWrite),
    ];
    without_code.chain(others).collect()
}

/// What is wrong with how this order ends, if anything.
fn wrong(order: &Order) -> Option<String> {
    let site = Site::answering(answer(
        "200 OK",
        "Content-Disposition: attachment; filename=scc.sh\r\n",
        GOOD,
    ));
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("kiosk.toml");
    let url = site.url();
    let text = format!(
        "[site]\nurl = \"{url}\"\n[launch]\nneeds_display = false\n[[rep]]\nid = 12\nname = \"Dana\"\n{}\n",
        order.config
    );
    fs::write(&config, text).expect("written");
    fs::create_dir(folder.path().join("taken")).expect("made");
    fs::write(folder.path().join("taken/scc.sh"), "the person's own").expect("written");
    let mut start = Command::new(env!("CARGO_BIN_EXE_support-kiosk"))
        .env_clear()
        .current_dir(folder.path())
        .arg("start")
        .args(&order.words)
        .arg("--config")
        .arg(&config)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    start
        .stdin
        .take()
        .expect("its input")
        .flush()
        .expect("open");
    let output = start.wait_with_output().expect("its end");
    let (out, told) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    let (code, status) = (order.expected.code(), order.expected.exit() as u8);
    let kept = fs::read_to_string(folder.path().join("taken/scc.sh")).expect("the person's file");
    let well = output.status.code() == Some(status.into())
        && told.contains(&format!("({code}, visit "))
        && out.is_empty()
        // A key of the config that is not known is named, and none of the customer's.
        && (order.expected == Fault::BadConfig || !told.contains("canary"))
        && kept == "the person's own";
    (!well).then(|| {
        format!(
            "{:?}, expected {code} and {status}: {:?} {out}{told}",
            order.words,
            output.status.code()
        )
    })
}

#[test]
fn d15_every_order_that_cannot_be_met_is_told_by_its_code() {
    let wrong: Vec<String> = orders().iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
