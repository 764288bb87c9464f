//! What a wrong list is told: every problem, at its place, with what to do.

use std::fs::{self, File};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use proptest::prelude::*;
use support_kiosk::cli::CheckArgs;
use support_kiosk::commands::check;
use support_kiosk::config::Lockdown;
use support_kiosk::config::lists;

use super::{CSV, Folder, JSON, SITE, TOML};

/// A file that is not waited for: whatever reads it must be done long before.
const SOON: Duration = Duration::from_secs(60);

/// How a list is written, what is in it, and what is told of it.
type Case = (&'static str, &'static str, &'static [&'static str]);

fn each_is_told(cases: &[Case]) {
    let folder = Folder::new();
    for (ending, list, expected) in cases {
        let told = folder.all_told(ending, list);
        let told: Vec<&str> = told
            .iter()
            .map(|line| {
                line.strip_prefix(&format!("reps.{ending}:"))
                    .unwrap_or(line)
            })
            .collect();
        assert_eq!(told, *expected, "for\n{list}");
    }
}

#[test]
fn mistakes_in_a_csv_are_told_at_their_places() {
    each_is_told(&[
        (
            "csv",
            "",
            &[
                "1:1: this file is empty: its first line names the columns, as in `id,name,title,team,languages,available`",
            ],
        ),
        (
            "csv",
            "id,nmae\n1,A\n",
            &[
                "1:1: the column `name` is missing",
                "1:4: warning: unknown column `nmae`: did you mean `name`?",
            ],
        ),
        (
            "csv",
            "id,name,id\n1,A,2\n",
            &["1:9: the column `id` appears twice"],
        ),
        (
            "csv",
            "title\nA\n",
            &[
                "1:1: the column `id` is missing",
                "1:1: the column `name` is missing",
            ],
        ),
        (
            "csv",
            "id,name\n1,A,B\n2\n3,C\n",
            &[
                "2:1: columns in this line: 3, in the first: 2; put a text with a comma in quotes",
                "3:1: `rep.name` is missing",
            ],
        ),
        (
            "csv",
            "id,name\nx,A\n-1,B\n9223372036854775808,C\n,D\n99999999999999999999,E\n",
            &[
                "2:1: `rep.id` must be a whole number from 0 to 9223372036854775807",
                "3:1: `rep.id` must be a whole number from 0 to 9223372036854775807",
                "4:1: `rep.id` is larger than any id",
                "5:1: `rep.id` is missing",
                "6:1: `rep.id` must be a whole number from 0 to 9223372036854775807",
            ],
        ),
        (
            "csv",
            "id,name,available\r\n\r\n1,\"A \"\"B\"\", C\",maybe\r\n2,  ,true\r\n",
            &[
                "3:16: `rep.available` must be true or false",
                "4:3: `rep.name` is missing",
            ],
        ),
        (
            "csv",
            "id,name\n1,\"A\n2,B\n",
            &["2:5: `rep.name`: the character U+000A (a line break) can't be used; leave it out"],
        ),
        (
            "csv",
            "id,name\n7,A\n7,B\n",
            &["3:1: `rep.id` 7 is used by another representative: give each its own"],
        ),
    ]);
}

#[test]
fn mistakes_in_a_json_are_told_at_their_places() {
    each_is_told(&[
        (
            "json",
            "[{\"id\": 1,\n \"name\" \"A\"}]",
            &["2:9: this can't be read as JSON: expected `:`"],
        ),
        (
            "json",
            "\"reps\"",
            &[
                "1:6: this can't be read as JSON: invalid type: string \"reps\", expected an array of objects, one for each rep",
            ],
        ),
        (
            "json",
            "[{\"id\": 1, \"name\": \"A\"}",
            &["1:23: this can't be read as JSON: EOF while parsing a list"],
        ),
        (
            "json",
            "{\"rep\": []}",
            &["1:9: unknown key `rep`: did you mean `reps`?"],
        ),
        (
            "json",
            "[\n 5, null]",
            &[
                "2:2: expected an object, one for each rep",
                "2:5: expected an object, one for each rep",
            ],
        ),
        (
            "json",
            "[\n {\"id\": \"1\", \"nmae\": \"A\", \"name\": null}]",
            &[
                "2:2: `rep.name` is missing",
                "2:22: warning: unknown column `nmae`: did you mean `name`?",
            ],
        ),
        (
            "json",
            "[{\"id\": 1.5, \"name\": \"A\", \"languages\": \"en\", \"available\": [[]]}]",
            &[
                "1:9: `rep.id` must be a whole number, without quotes; this is a number with a point",
                "1:59: `rep.available` must be true or false, without quotes; this is a list",
            ],
        ),
        (
            "json",
            "[{\"id\": 1, \"name\": \"A\", \"name\": \"B\"}]",
            &["1:33: `rep.name` appears twice in this object"],
        ),
        (
            "json",
            "[{\"id\": 9223372036854775808, \"name\": \"A\"}]",
            &["1:9: `rep.id` must be from 0 to 9223372036854775807"],
        ),
        (
            "json",
            "[{\"id\": 1, \"name\": \"\\ud800\"}]",
            &["1:20: this can't be read as JSON: unexpected end of hex escape"],
        ),
    ]);
}

#[test]
fn mistakes_in_a_toml_are_told_at_their_places() {
    each_is_told(&[
        (
            "toml",
            "[[reps]]\nid = 1\n",
            &["1:3: unknown key `reps`: did you mean `rep`?"],
        ),
        (
            "toml",
            "rep = 5\n",
            &["1:7: `rep` must be a list; this is a whole number"],
        ),
        (
            "toml",
            "[[rep]]\nid = 1\n[[rep]]\nid = 2\nname = \" \"\n",
            &[
                "1:1: `rep.name` is missing",
                "5:8: `rep.name` is blank: fill it in, or remove the line",
            ],
        ),
        (
            "toml",
            "[[rep]\n",
            &["1:7: this is not TOML: unclosed array table, expected `]`"],
        ),
    ]);
}

#[test]
fn an_issue_of_a_list_is_held_to_the_same_as_one_of_the_config() {
    let folder = Folder::new();
    let needs =
        "this [[issue]] needs an `id`, or a `code_name` where the dialect is \"start-session\"";
    let alone = "an issue with only a `code_name` needs dialect = \"start-session\": give this issue its `id` too";
    let csv = "id,code_name,name\n,,A\n,b,B\n1,c d,C\n";
    let expected = [
        format!("issues.csv:2:1: {needs}"),
        format!("issues.csv:3:2: {alone}"),
        "issues.csv:4:3: `issue.code_name` must be 1 to 64 letters, digits, `_` or `-`, as on the site".to_owned(),
    ];
    assert_eq!(folder.told_of_issues("csv", csv), expected);
    assert_eq!(
        folder.told_of_issues("json", "[{\"name\": \"A\"}]"),
        [format!("issues.json:1:2: {needs}")]
    );
}

#[test]
fn t6_a_character_that_cannot_be_shown_is_told_at_its_own_place() {
    each_is_told(&[
        (
            "csv",
            "id,name,languages\n1,\"øa\u{200B}b\",en\n2,B,e\u{202E}n\n",
            &[
                "2:6: `rep.name`: the character U+200B (a zero-width space) can't be used; leave it out",
                "3:6: `rep.languages`: the character U+202E (it changes the direction of writing) can't be used; leave it out",
            ],
        ),
        (
            "json",
            "[{\"id\": 1, \"name\": \"a\\u001b[2J\"}]",
            &["1:20: `rep.name`: the character U+001B (escape) can't be used; leave it out"],
        ),
    ]);
}

#[test]
fn an_id_is_unique_over_the_config_and_its_list() {
    let folder = Folder::new();
    folder.write("reps.csv", "id,name\n6,A\n7,B\n");
    let config =
        folder.config("[[rep]]\nid = 7\nname = \"Inline\"\n[lists]\nreps = \"reps.csv\"\n");
    let told = folder.read(&config).expect_err("an id too many");
    assert_eq!(
        told,
        ["reps.csv:3:1: `rep.id` 7 is used by another representative: give each its own"]
    );
}

#[test]
fn fifty_problems_of_both_lists_are_listed_and_the_rest_counted() {
    let folder = Folder::new();
    let wrong = "x,A\n".repeat(2000);
    folder.write("reps.csv", format!("id,name\n{wrong}"));
    folder.write("issues.csv", format!("id,name\n{}", ",A\n".repeat(2000)));
    let config = folder.config("[lists]\nreps = \"reps.csv\"\nissues = \"issues.csv\"\n");
    let told = folder.read(&config).expect_err("many problems");
    assert_eq!((told.len(), told[50].as_str()), (51, "and 3950 more"));
    assert!(told[49].starts_with("reps.csv:51:1: "), "{}", told[49]);
    folder.write("reps.csv", "id,name\nx,A\n");
    let told = folder.read(&config).expect_err("many problems");
    assert_eq!((told.len(), told[50].as_str()), (51, "and 1951 more"));
    assert!(told[1].starts_with("issues.csv:2:1: "), "{}", told[1]);
}

#[test]
fn a_list_of_no_known_writing_is_told_in_the_config() {
    let folder = Folder::new();
    let file = folder.write(
        "kiosk.toml",
        format!("{SITE}[lists]\nreps = \"reps.xlsx\"\nissues = \"issues\"\n"),
    );
    let told = folder.told(
        &support_kiosk::config::load(&file, Lockdown::AsConfigured)
            .expect_err("two problems")
            .to_string(),
    );
    let expected = [
        "kiosk.toml:3:8: `lists.reps` must name a file that ends in .csv, .toml or .json",
        "kiosk.toml:4:10: `lists.issues` must name a file that ends in .csv, .toml or .json",
    ];
    assert_eq!(told, expected);
}

/// What reading the list at this path says.
fn refused(folder: &Folder, list: &Path) -> String {
    let config = folder.config(&format!("[lists]\nreps = \"{}\"\n", list.display()));
    let (done, waits) = mpsc::channel();
    thread::spawn(move || done.send(Box::new(lists::read(&config, None))));
    let reading = waits.recv_timeout(SOON).expect("an answer, and no waiting");
    assert!(reading.lacks_a_list());
    let problems = reading.problems().expect("no list");
    folder.told(&problems.to_string()).join("\n")
}

#[test]
fn k9_a_list_that_is_no_regular_file_is_refused_and_never_waited_for() {
    let folder = Folder::new();
    let fifo = folder.path("fifo.csv");
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, mode, 0)
        .expect("a FIFO");
    assert_eq!(
        refused(&folder, &fifo),
        "fifo.csv: this is not a regular file: a list is"
    );
    let below = folder.path("folder.csv");
    fs::create_dir(&below).expect("made");
    assert_eq!(
        refused(&folder, &below),
        "folder.csv: this is not a regular file: a list is"
    );
    let missing = refused(&folder, &folder.path("none.csv"));
    assert!(
        missing.starts_with("none.csv: this file can't be read: No such file"),
        "{missing}"
    );
}

#[test]
fn k9_a_list_over_sixty_four_mebibytes_or_not_in_utf8_is_refused() {
    let folder = Folder::new();
    let large = folder.path("large.csv");
    File::create(&large)
        .and_then(|file| file.set_len((64 << 20) + 1))
        .expect("made");
    assert_eq!(
        refused(&folder, &large),
        "large.csv: this file is larger than 64 MiB: a list is smaller"
    );
    let latin = folder.write("latin.csv", b"id,name\n1,Zo\xEB\n");
    assert_eq!(
        refused(&folder, &latin),
        "latin.csv:2:5: this file is not UTF-8: save it as UTF-8"
    );
}

#[test]
fn check_tells_of_the_lists_too() {
    let folder = Folder::new();
    folder.write("reps.csv", "id,name\nx,A\n");
    let file = folder.write(
        "kiosk.toml",
        format!("{SITE}[lists]\nreps = \"reps.csv\"\n"),
    );
    let wanted = CheckArgs {
        file: Some(file),
        lockdown: false,
    };
    let mut out = Vec::new();
    let status = check::run(&wanted, |_| None, &mut out).expect("written");
    let told = folder.told(&String::from_utf8(out).expect("UTF-8"));
    assert_eq!(
        (status, told),
        (
            78,
            vec![
                "reps.csv:2:1: `rep.id` must be a whole number from 0 to 9223372036854775807"
                    .to_owned()
            ]
        )
    );
    folder.write("reps.csv", "id,name\n1,A\n");
    let mut out = Vec::new();
    assert_eq!(check::run(&wanted, |_| None, &mut out).expect("written"), 0);
}

/// A good list with a slip in it.
fn slipped(list: &str, at: usize, length: usize, slip: &str) -> String {
    let boundary = |at: usize| {
        (at.min(list.len())..=list.len())
            .find(|at| list.is_char_boundary(*at))
            .unwrap_or_default()
    };
    format!(
        "{}{slip}{}",
        &list[..boundary(at)],
        &list[boundary(at + length)..]
    )
}

proptest! {
    #[test]
    fn no_slip_in_a_list_makes_it_panic_and_each_problem_has_its_line(
        at in 0..500_usize, length in 0..40_usize, slip in "(?s)[\",;\r\n{}\\[\\]é]{0,4}|.{0,4}",
    ) {
        let folder = Folder::new();
        for (ending, list) in [("csv", CSV), ("toml", TOML), ("json", JSON)] {
            let text = slipped(list, at, length, &slip);
            let lines = text.matches('\n').count() + 1;
            let problems = folder.reps(ending, &text).err().unwrap_or_default();
            let (listed, rest) = problems.split_at(problems.len().min(50));
            let counts = |rest: &String| rest.starts_with("and ") && rest.ends_with(" more");
            prop_assert!(rest.len() <= 1 && rest.iter().all(counts), "{rest:?}\nin\n{text}");
            for problem in listed {
                let line = problem.split(':').nth(1).and_then(|line| line.parse::<usize>().ok());
                prop_assert!(line.is_some_and(|line| (1..=lines).contains(&line)), "{problem}\nin\n{text}");
            }
        }
    }
}
