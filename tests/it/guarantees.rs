//! docs/guarantees.md and the tests agree: each guarantee has a test, and each id in the name of a test has a guarantee.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const PAGE: &str = include_str!("../../docs/guarantees.md");

/// The ids that a name begins with: `t4`, `t16` of `t4_t16_no_sequence_yields_text`.
fn ids_of(name: &str) -> impl Iterator<Item = String> {
    name.split('_').take_while(|part| is_id(part)).map(str::to_uppercase)
}

fn is_id(part: &str) -> bool {
    part.strip_prefix(['t', 'k', 'd', 'a', 'l']).is_some_and(|number| number.parse::<u8>().is_ok())
}

/// The names of all tests whose names begin with an id, as the sources have them.
fn named_tests(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder of sources").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            named_tests(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&entry).expect("a source");
            let names = text.lines().filter_map(|line| line.trim_start().strip_prefix("fn ")?.split_once('('));
            found.extend(names.filter(|(name, _)| name.split('_').next().is_some_and(is_id)).map(|(name, _)| name.to_owned()));
        }
    }
}

#[test]
fn each_guarantee_is_held_by_a_test_and_each_id_in_a_tests_name_is_a_guarantee() {
    let mut tests = BTreeSet::new();
    for folder in ["src", "tests"] {
        named_tests(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut tests);
    }
    let mut guaranteed = BTreeSet::new();
    let mut wrong = Vec::new();
    for section in PAGE.split("\n### ").skip(1) {
        let (id, rest) = section.split_once(':').expect("an id, then the guarantee");
        guaranteed.insert(id.to_owned());
        let (_, held_by) = rest.split_once("\nTests: ").unwrap_or_else(|| panic!("{id} has no line of its tests"));
        let names: Vec<&str> = held_by.split("\n\n").next().expect("a first paragraph").split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "{id} names no test");
        wrong.extend(names.iter().filter(|name| !tests.contains(**name)).map(|name| format!("{id}: there is no test {name}")));
        wrong.extend(
            names.iter().filter(|name| !ids_of(name).any(|of| of == id)).map(|name| format!("{name} is not a test of {id}")),
        );
    }
    for test in &tests {
        wrong.extend(ids_of(test).filter(|id| !guaranteed.contains(id)).map(|id| format!("{test}: no guarantee {id}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
