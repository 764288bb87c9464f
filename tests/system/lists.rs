//! Lists within their limit of size that have next to nothing but one thing in them: each is read
//! or refused, in time.

use std::process::Command;
use std::time::{Duration, Instant};

use support_kiosk::config::lists::{self, ListOrigin};
use support_kiosk::demo::ResponsePace;

use crate::support::folder::{Folder, SITE};
use crate::support::stage::Stage;

/// Far longer than any of them takes, without optimisation and on a busy machine.
const IN_TIME: Duration = Duration::from_secs(120);

/// In bytes: a quarter of the largest, so that a debug build is done with them in seconds.
const LARGE: usize = 16 << 20;

/// `head`, and behind it as much of `piece` as makes it large.
fn of(head: &str, piece: &str, end: &str) -> String {
    format!("{head}{}{end}", piece.repeat(LARGE / piece.len()))
}

#[test]
fn a_list_of_one_thing_is_read_or_refused_in_time() {
    let folder = Folder::new();
    for (name, ending, list, expected) in [
        (
            "a line of commas",
            "csv",
            of("id,name\n1,A\n2,", ",", "\n3,C\n"),
            Some(2),
        ),
        (
            "headings of commas",
            "csv",
            of("id,name", ",", "\n1,A\n"),
            None,
        ),
        (
            "lines of a comma",
            "csv",
            of("id,name\n1,A\n", ",\n", "2,B\n"),
            Some(2),
        ),
        (
            "empty lines",
            "csv",
            of("id,name\n1,A\n", "\n", "2,B\n"),
            Some(2),
        ),
        (
            "one cell",
            "csv",
            of("id,name\n1,A\n2,", "x", "\n3,C\n"),
            Some(2),
        ),
        (
            "one cell of languages",
            "csv",
            of("id,name,languages\n1,A,en\n2,B,", "e ", "\n3,C,\n"),
            Some(2),
        ),
        (
            "a quote that is not closed",
            "csv",
            of("id,name\n1,A\n2,\"", "b\n", ""),
            None,
        ),
        ("bad rows", "csv", of("id,name\n1,A\n", "x\n", ""), None),
        (
            "one text",
            "json",
            of(
                "[{\"id\":1,\"name\":\"A\"},{\"id\":2,\"name\":\"",
                "x",
                "\"}]",
            ),
            Some(1),
        ),
        (
            "one list of languages",
            "json",
            of(
                "[{\"id\":1,\"name\":\"A\"},{\"id\":2,\"languages\":[\"e\"",
                ",\"e\"",
                "]}]",
            ),
            Some(1),
        ),
        (
            "no objects",
            "json",
            of("[{\"id\":1,\"name\":\"A\"}", ",1", "]"),
            None,
        ),
        (
            "brackets",
            "json",
            of("[{\"id\":1,\"name\":", "[", ""),
            None,
        ),
        (
            "one key",
            "json",
            of("{\"", "k", "\": 1, \"reps\": []}"),
            None,
        ),
        (
            "one text",
            "toml",
            of(
                "[[rep]]\nid = 1\nname = \"A\"\n[[rep]]\nid = 2\nname = \"",
                "x",
                "\"\n",
            ),
            Some(1),
        ),
        (
            "comments",
            "toml",
            of(
                "[[rep]]\nid = 1\nname = \"A\"\n[[rep]]\nid = 2\n",
                "#\n",
                "name = \"B\"\n",
            ),
            Some(1),
        ),
    ] {
        let file = format!("reps.{ending}");
        folder.write(&file, list);
        let began = Instant::now();
        let reading = lists::read(
            &folder.config(&format!("[lists]\nreps = \"{file}\"\n")),
            None,
        );
        assert!(
            began.elapsed() < IN_TIME,
            "{name} in {ending}: {:?}",
            began.elapsed()
        );
        let used =
            (reading.lists[0].origin == ListOrigin::File).then(|| reading.choices.reps.len());
        assert_eq!(
            used,
            expected,
            "{name} in {ending}: {:?}",
            reading.problems()
        );
    }
}

/// What a list may take of memory with all that it is made into: 300 MB of addresses, of which the
/// program itself takes 60.
const MEMORY: &str = "ulimit -v 300000; exec \"$@\"";

#[test]
fn t8_a_list_takes_a_small_multiple_of_its_own_size_in_memory() {
    let folder = Folder::new();
    let people: Vec<String> = (0..LARGE / 36)
        .map(|id| format!("{id},Dana Whitfield {id},Campus\n"))
        .collect();
    for (ending, list) in [
        ("csv", format!("id,name,team\n{}", people.concat())),
        (
            "csv",
            of("id,name,languages\n1,A,en\n2,B,", "e ", "\n3,C,\n"),
        ),
        ("csv", of("id,name", ",", "\n1,A\n")),
        ("json", of("{\"", "k", "\": 1, \"reps\": []}")),
    ] {
        let file = format!("reps.{ending}");
        folder.write(&file, &list);
        let config = folder.write("kiosk.toml", format!("{SITE}[lists]\nreps = \"{file}\"\n"));
        let output = Command::new("sh")
            .args([
                "-c",
                MEMORY,
                "sh",
                env!("CARGO_BIN_EXE_support-kiosk"),
                "check",
            ])
            .arg(config)
            .output()
            .expect("it runs");
        assert!(
            matches!(output.status.code(), Some(0 | 78)),
            "{:.60}: {:?}",
            list,
            output.status
        );
    }
}

#[test]
fn a_list_of_more_than_a_million_rows_is_refused() {
    let folder = Folder::new();
    let rows: Vec<String> = (0..1_000_001).map(|id| format!("{id},A\n")).collect();
    folder.write("reps.csv", format!("id,name\n{}", rows.concat()));
    let reading = lists::read(&folder.config("[lists]\nreps = \"reps.csv\"\n"), None);
    let told = folder.told(&reading.problems().expect("a problem").to_string());
    assert_eq!(
        told,
        ["reps.csv:1:1: this list has more rows than the 1000000 that can be used"]
    );
    assert!(reading.choices.reps.is_empty());
}

#[test]
fn t8_a_list_that_is_replaced_again_and_again_takes_no_more_memory() {
    const PEOPLE: usize = 40_000;
    let stage = Stage::new(ResponsePace::INSTANT);
    stage.write_config(
        &stage.site.address().to_string(),
        "[lists]\nreps = \"reps.csv\"\n",
    );
    let list = |round: usize| {
        let people: Vec<String> = (10..PEOPLE)
            .map(|id| format!("{id},Alba {id},Network,Campus\n"))
            .collect();
        format!(
            "id,name,title,team\n9,Aaron {round}x,,\n{}",
            people.concat()
        )
    };
    let replace = |round| {
        std::fs::write(stage.folder.path().join("new"), list(round)).expect("written");
        std::fs::rename(
            stage.folder.path().join("new"),
            stage.folder.path().join("reps.csv"),
        )
        .expect("replaced");
    };
    replace(0);
    let mut pty = stage.kiosk();
    let mut resident = Vec::new();
    for round in 1..=16 {
        replace(round);
        // A list that takes more than two seconds to load is shown at the next visit only.
        let first = format!("Aaron {round}x");
        let is_shown = (0..20).any(|_| {
            pty.send(b"1");
            let limit = Duration::from_secs(6);
            let is_shown = pty.gone_within(limit, |pty| pty.text().contains(&first));
            pty.send(b"\x1b");
            pty.wait_for("How would you like to get help?");
            is_shown == Some(false)
        });
        assert!(is_shown, "{first} is not shown: {}", pty.text());
        resident.push(pty.resident());
    }
    // What is freed goes back to the system, so that a leak shows from 32 KiB a list on.
    let (early, late) = resident.split_at(8);
    let least = |resident: &[u64]| resident.iter().min().copied().unwrap_or_default();
    assert!(least(late) <= least(early) + 256, "{resident:?} KiB");
}

#[test]
fn start_knows_whom_and_what_the_lists_have_and_needs_none_for_a_key() {
    let folder = Folder::new();
    folder.write("reps.csv", "id,name\n2,Zo\u{eb} Quist\n");
    folder.write("issues.csv", "id,name\n31,Printers\n");
    let lists = "[lists]\nreps = \"reps.csv\"\nissues = \"issues.csv\"\n";
    let config = folder.write("kiosk.toml", format!("{SITE}{lists}"));
    let start = |way: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_support-kiosk"));
        let output = command
            .arg("start")
            .args(way)
            .args(["--print-link", "--config"])
            .arg(&config)
            .output()
            .expect("run");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned()
                + &String::from_utf8_lossy(&output.stderr),
        )
    };
    let (status, told) = start(&["rep", "2"]);
    assert!(
        status == Some(0) && told.contains("id=2&name=Zo%C3%AB%20Quist"),
        "{status:?} {told}"
    );
    let (status, told) = start(&["survey", "--issue", "31"]);
    assert!(
        status == Some(0) && told.contains("id=31"),
        "{status:?} {told}"
    );
    folder.write("reps.csv", "id,name\nx,A\n");
    let (status, told) = start(&["rep", "2"]);
    assert!(
        status == Some(78) && told.contains("reps.csv:2:1: `rep.id` must be"),
        "{status:?} {told}"
    );
    let (status, told) = start(&["key", "4710938"]);
    assert!(
        status == Some(0) && told.contains("4710938"),
        "{status:?} {told}"
    );
}
