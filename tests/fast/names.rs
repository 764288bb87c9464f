//! A type name occurs once in the crate, so that a search for it finds one definition.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::layers::sources;

/// The type that a line defines: an item of a module, or a section of the config file.
fn defined(line: &str) -> Option<&str> {
    let is_section = line.starts_with("    ") && line.contains(" needs [");
    let mut words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    if is_section {
        return words.nth(4);
    }
    let is_item = line.starts_with(|c: char| c.is_ascii_lowercase());
    let is_keyword = |word: &str| matches!(word, "struct" | "enum" | "union" | "trait" | "type");
    let mut words = words.skip_while(|word| matches!(*word, "pub" | "crate" | "super" | "in" | ""));
    let is_type = is_item && words.next().is_some_and(is_keyword);
    is_type.then(|| words.next()).flatten()
}

#[test]
fn a_type_name_is_used_once_in_the_crate() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a source");
        for (at, line) in text.lines().enumerate() {
            if let Some(name) = defined(line) {
                let place = format!("{}:{}", path.display(), at + 1);
                places.entry(name.to_owned()).or_default().push(place);
            }
        }
    }
    for known in ["Catalog", "SiteSection", "Screen", "Environment"] {
        assert!(places.contains_key(known), "`{known}` is not found");
    }
    places.retain(|_, places| places.len() > 1);
    assert!(places.is_empty(), "used more than once: {places:#?}");
}
