//! The table of layers in docs/design.md is true: a module imports only from layers below its own,
//! so there is no cycle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const DESIGN: &str = include_str!("../../docs/design.md");

/// The layer of each module, by the rows `| 3 | `session`, `ui` | what is in them |`.
fn layers(page: &str) -> BTreeMap<&str, u32> {
    let mut layers = BTreeMap::new();
    for line in page.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let ["", number, modules, ..] = cells[..] else {
            continue;
        };
        let Ok(layer) = number.parse() else { continue };
        for module in modules.split('`').skip(1).step_by(2) {
            assert!(
                layers.insert(module, layer).is_none(),
                "`{module}` is in two rows"
            );
        }
    }
    layers
}

/// All sources below `directory`.
pub fn sources(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory)
        .expect("a directory of sources")
        .map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                sources(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// The files of `src`, less the crate's roots: their paths below it, and their texts.
fn files() -> Vec<(PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let rust = sources(&src)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let files = rust.map(|path| {
        let text = fs::read_to_string(&path).expect("a source");
        (path.strip_prefix(&src).expect("below src").to_owned(), text)
    });
    files
        .filter(|(path, _)| path != Path::new("lib.rs") && path != Path::new("main.rs"))
        .collect()
}

/// The module of the crate that a file belongs to.
fn module_of(file: &Path) -> String {
    let first = file
        .components()
        .next()
        .expect("a name")
        .as_os_str()
        .to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The text without comments. A `//` in a string takes the rest of its line along.
fn without_comments(text: &str) -> String {
    text.lines()
        .map(|line| line.split_once("//").map_or(line, |(code, _)| code))
        .flat_map(|line| [line, "\n"])
        .collect()
}

fn first_word(path: &str) -> &str {
    let path = path.trim_start();
    let end = path.find(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    &path[..end.unwrap_or(path.len())]
}

/// The modules of the crate that come behind a `crate::`: one, or those of a group.
fn named(rest: &str) -> Vec<&str> {
    let Some(group) = rest.strip_prefix('{') else {
        return vec![first_word(rest)];
    };
    let (mut depth, mut begin, mut found) = (0_u32, 0, Vec::new());
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            ',' | '}' if depth == 0 => {
                found.push(first_word(&group[begin..at]));
                begin = at + 1;
                if character == '}' {
                    break;
                }
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    found.retain(|module| !module.is_empty());
    found
}

/// What a file imports of the crate, each with the number of its line.
fn imports(text: &str) -> Vec<(usize, String)> {
    let code = without_comments(text);
    let mut found = Vec::new();
    for (at, root) in code.match_indices("crate::") {
        let is_whole =
            !code[..at].ends_with(|before: char| before.is_ascii_alphanumeric() || before == '_');
        if is_whole {
            let line = code[..at].lines().count().max(1);
            found.extend(
                named(&code[at + root.len()..])
                    .into_iter()
                    .map(|module| (line, module.to_owned())),
            );
        }
    }
    found
}

/// The lines whose `super::super::...` leads out of the module that the file belongs to: past every
/// layer.
fn escapes(file: &Path, text: &str) -> Vec<usize> {
    let code = without_comments(text);
    let (mut inline, mut found) = (Vec::new(), Vec::new());
    for (number, line) in code.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        if inline.last() == Some(&indent) && line.trim() == "}" {
            inline.pop();
        } else if line.trim_end().ends_with('{')
            && line.split_whitespace().rev().nth(2) == Some("mod")
        {
            inline.push(indent);
        }
        let most = file.components().count() - 1 + inline.len();
        if line.contains(&"super::".repeat(most + 1)) {
            found.push(number + 1);
        }
    }
    found
}

/// What is wrong with the imports of a file.
fn upward(file: &Path, text: &str, layers: &BTreeMap<&str, u32>) -> Vec<String> {
    let module = module_of(file);
    let layer = layers.get(module.as_str());
    let wrong = imports(text).into_iter().filter(|(_, other)| *other != module).filter_map(|(line, other)| {
        let below = layers.get(other.as_str());
        let is_allowed = below.zip(layer).is_some_and(|(below, layer)| below < layer);
        (!is_allowed)
            .then(|| format!("src/{}:{line}: `{module}` (layer {layer:?}) imports `{other}` (layer {below:?})", file.display()))
    });
    let out = escapes(file, text).into_iter().map(|line| {
        format!(
            "src/{}:{line}: `super` leads out of `{module}`",
            file.display()
        )
    });
    wrong.chain(out).collect()
}

#[test]
fn a_module_imports_only_from_layers_below_its_own() {
    let layers = layers(DESIGN);
    let wrong: Vec<String> = files()
        .iter()
        .flat_map(|(file, text)| upward(file, text, &layers))
        .collect();
    assert!(
        wrong.is_empty(),
        "against the table of docs/design.md:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_module_has_its_row() {
    let layers = layers(DESIGN);
    let modules: BTreeSet<String> = files().iter().map(|(file, _)| module_of(file)).collect();
    assert_eq!(
        modules,
        layers.keys().map(|module| (*module).to_owned()).collect(),
        "src, and the table of docs/design.md"
    );
}

#[test]
fn an_import_is_seen_in_every_form_that_it_has() {
    let layers = BTreeMap::from([("low", 0), ("middle", 1), ("beside", 1), ("high", 2)]);
    let wrong = |file: &str, text: &str| upward(Path::new(file), text, &layers).len();
    for (text, count) in [
        ("use crate::low::Thing;\nuse crate::middle::part;", 0),
        ("use crate::high::Thing;", 1),
        ("use crate::beside;", 1),
        ("use crate::unknown;", 1),
        ("use crate::{low, high};", 1),
        (
            "use crate::{\n    low::{self, high},\n    high::{a, b},\n    beside,\n};",
            2,
        ),
        ("fn f() {\n    crate::high::f(crate::low::VALUE)\n}", 1),
        ("pub(in crate::middle) fn f() {}", 0),
        ("//! [`crate::high::Thing`]\n// crate::high", 0),
        ("use super::super::low;\n", 1),
        (
            "#[cfg(test)]\nmod tests {\n    use super::super::*;\n}\nuse super::super::high;\n",
            1,
        ),
    ] {
        assert_eq!(wrong("middle/part.rs", text), count, "{text}");
    }
    assert_eq!(
        (
            wrong("middle.rs", "use super::high;"),
            wrong("middle.rs", "mod tests {\n    use super::*;\n}")
        ),
        (1, 0)
    );
}
