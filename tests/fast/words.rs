//! The catalogue of words is held to the code: what a language file has and nothing says is a word
//! nobody will ever mend.

use std::fs;
use std::path::Path;

use toml::Table;

/// All of the program's own source, end to end.
fn source(folder: &Path) -> String {
    let entries = fs::read_dir(folder).expect("a folder of the source");
    let mut all = String::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            all.push_str(&source(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            all.push_str(&fs::read_to_string(&path).expect("readable source"));
        }
    }
    all
}

#[test]
fn a8_every_word_of_the_catalogue_is_said_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = source(&root.join("src"));
    let english: Table = fs::read_to_string(root.join("src/text/en.toml"))
        .expect("readable")
        .parse()
        .expect("TOML");
    // The failures' words are tied to the catalogue of faults by the compiler.
    let sections = english.iter().filter(|(section, _)| *section != "failure");
    let said = |name: &str| {
        let use_of = format!(".{name}");
        source.match_indices(&use_of).any(|(at, _)| {
            !source[at + use_of.len()..]
                .starts_with(|next: char| next.is_alphanumeric() || next == '_')
        })
    };
    let words = sections.flat_map(|(section, words)| {
        words
            .as_table()
            .expect("a section")
            .keys()
            .map(move |name| (section.clone(), name.clone()))
    });
    let unused: Vec<_> = words.filter(|(_, name)| !said(name)).collect();
    assert!(unused.is_empty(), "never said: {unused:?}");
}
