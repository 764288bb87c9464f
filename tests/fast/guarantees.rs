//! docs/guarantees.md and the tests agree, and no source refers to a document that is not in the
//! repository.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const PAGE: &str = include_str!("../../docs/guarantees.md");

/// The ids that a name begins with: `t4`, `t16` of `t4_t16_no_sequence_yields_text`.
fn ids_of(name: &str) -> impl Iterator<Item = String> {
    name.split('_')
        .take_while(|part| is_id(part))
        .map(str::to_uppercase)
}

fn is_id(part: &str) -> bool {
    part.strip_prefix(['t', 'k', 'd', 'a', 'l'])
        .is_some_and(|number| number.parse::<u8>().is_ok())
}

/// The texts of all sources below a directory of the repository.
fn sources(directory: &Path) -> Vec<(PathBuf, String)> {
    let entries = fs::read_dir(directory)
        .expect("a directory of sources")
        .map(|entry| entry.expect("an entry").path());
    let sources = entries.flat_map(|entry| match entry.extension() {
        _ if entry.is_dir() => sources(&entry),
        Some(extension) if extension == "rs" => {
            let text = fs::read_to_string(&entry).expect("a source");
            vec![(entry, text)]
        }
        Some(_) | None => Vec::new(),
    });
    sources.collect()
}

fn all_sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["src", "tests", "benches"]
        .iter()
        .flat_map(|directory| sources(&root.join(directory)))
        .collect()
}

/// The names of all tests whose names begin with an id.
fn named_tests() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, text) in all_sources() {
        let names = text
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix("fn ")?.split_once('('));
        found.extend(
            names
                .filter(|(name, _)| name.split('_').next().is_some_and(is_id))
                .map(|(name, _)| name.to_owned()),
        );
    }
    found
}

/// A file without a `mod` is not compiled, and its tests would count without ever running.
#[test]
fn every_file_of_tests_is_declared() {
    for binary in ["fast", "system"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests")
            .join(binary);
        let main = fs::read_to_string(folder.join("main.rs")).expect("read");
        for entry in fs::read_dir(&folder).expect("read").flatten() {
            let path = entry.path();
            let Some(name) = path.file_stem().and_then(|stem| stem.to_str()) else {
                continue;
            };
            let is_source = path.extension().is_some_and(|extension| extension == "rs");
            let is_declared = main.lines().any(|line| line == format!("mod {name};"));
            assert!(
                !is_source || name == "main" || is_declared,
                "{}",
                path.display()
            );
        }
    }
}

#[test]
fn every_document_that_a_source_refers_to_is_in_the_repository() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let is_of_path =
        |character: char| character.is_ascii_alphanumeric() || "/._-".contains(character);
    let mut missing = Vec::new();
    for (source, text) in all_sources() {
        for line in text
            .lines()
            .filter(|line| line.trim_start().starts_with("//"))
        {
            let words = line
                .split(|character: char| !is_of_path(character))
                .map(|word| word.trim_end_matches('.'));
            let documents = words.filter(|word| {
                Path::new(word)
                    .extension()
                    .is_some_and(|extension| extension == "md")
            });
            missing.extend(
                documents
                    .filter(|name| !root.join(name).exists())
                    .map(|name| format!("{}: {name}", source.display())),
            );
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn guarantees_and_the_ids_in_test_names_agree() {
    let tests = named_tests();
    let mut guaranteed = BTreeSet::new();
    let mut wrong = Vec::new();
    for section in PAGE.split("\n### ").skip(1) {
        let (id, rest) = section.split_once(':').expect("an id, then the guarantee");
        guaranteed.insert(id.to_owned());
        let (_, held_by) = rest
            .split_once("\nTests: ")
            .unwrap_or_else(|| panic!("{id} has no line of its tests"));
        let names: Vec<&str> = held_by
            .split("\n\n")
            .next()
            .expect("a first paragraph")
            .split('`')
            .skip(1)
            .step_by(2)
            .collect();
        assert!(!names.is_empty(), "{id} names no test");
        wrong.extend(
            names
                .iter()
                .filter(|name| !tests.contains(**name))
                .map(|name| format!("{id}: there is no test {name}")),
        );
        wrong.extend(
            names
                .iter()
                .filter(|name| !ids_of(name).any(|of| of == id))
                .map(|name| format!("{name} is not a test of {id}")),
        );
    }
    for test in &tests {
        wrong.extend(
            ids_of(test)
                .filter(|id| !guaranteed.contains(id))
                .map(|id| format!("{test}: no guarantee {id}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
