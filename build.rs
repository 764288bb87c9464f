//! Turns the texts of `src/text/*.toml` and the colours of `themes/*.toml` into constants, so that
//! nothing is parsed at start, and a text or a colour that is used but missing is a compile error.
//!
//! The output is `text.rs` (a struct `Text`, with a struct per section and a static per language)
//! and `themes.rs` (the list `THEMES`).

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a TOML value of any other kind is an error"
)]

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use toml::{Table, Value};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    println!("cargo::rerun-if-changed=build.rs");
    fs::write(out.join("text.rs"), text(&read_folder("src/text")?)?)?;
    fs::write(out.join("themes.rs"), themes(&read_folder("themes")?)?)?;
    Ok(())
}

/// The TOML files of a directory by their names without the extension, sorted.
fn read_folder(folder: &str) -> Outcome<Vec<(String, Table)>> {
    println!("cargo::rerun-if-changed={folder}");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    paths
        .iter()
        .map(|path| {
            Ok((
                stem(path),
                fs::read_to_string(path)?
                    .parse()
                    .map_err(|e| format!("{}: {e}", path.display()))?,
            ))
        })
        .collect()
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

enum Saying {
    /// Literal text.
    Fixed(String),
    /// With placeholders.
    Template(String, Vec<String>),
    /// Selected by `{count}`.
    Counted {
        one: String,
        other: String,
        places: Vec<String>,
    },
}

fn text(languages: &[(String, Table)]) -> Outcome<String> {
    let english = &languages
        .iter()
        .find(|(name, _)| name == "en")
        .ok_or("src/text/en.toml is missing")?
        .1;
    let mut code = String::new();
    let mut sections = String::new();
    for (section, entries) in english {
        let entries = entries
            .as_table()
            .ok_or(format!("en.toml: {section} is no table"))?;
        let kind = match members(entries) {
            Some(members) => group_struct(&mut code, section, &members)?,
            None => section_struct(&mut code, section, &camel(section), entries)?,
        };
        writeln!(
            sections,
            "    /// The sayings of `[{section}]`.\n    pub {section}: {kind},"
        )?;
    }
    code.push_str(&of_fault(
        english["failure"]
            .as_table()
            .ok_or("en.toml: failure is no table")?,
    ));
    writeln!(
        code,
        "/// Every word of the program in one language.\n#[derive(Debug)]\npub struct Text {{\n{sections}}}"
    )?;
    for (name, table) in languages {
        same_entries(english, table).map_err(|e| format!("src/text/{name}.toml: {e}"))?;
        writeln!(
            code,
            "/// The language of `{name}.toml`.\npub static {}: Text = {};",
            name.to_uppercase().replace('-', "_"),
            value_of(english, table)?
        )?;
    }
    Ok(code)
}

/// The sections of a group, such as `[code.key]` of `[code]`. `None` if the section has texts of its own.
fn members(entries: &Table) -> Option<Vec<(&String, &Table)>> {
    entries
        .iter()
        .map(|(name, value)| {
            value
                .as_table()
                .filter(|table| !is_counted(table))
                .map(|table| (name, table))
        })
        .collect()
}

/// The struct of a group, and one struct for all its sections, which have the same entries. Returns its name.
fn group_struct(code: &mut String, group: &str, members: &[(&String, &Table)]) -> Outcome<String> {
    let (first, entries) = members.first().ok_or(format!("{group} is empty"))?;
    let member = section_struct(
        code,
        &format!("{group}.{first}"),
        &(camel(group) + "Text"),
        entries,
    )?;
    let mut fields = String::new();
    for (name, other) in members {
        same_entries(entries, other).map_err(|e| {
            format!("[{group}.{name}] does not have the entries of [{group}.{first}]: {e}")
        })?;
        writeln!(fields, "    pub {name}: {member},")?;
    }
    let kind = member + "s";
    writeln!(code, "#[derive(Debug)]\npub struct {kind} {{\n{fields}}}")?;
    Ok(kind)
}

/// Returns the name of the struct.
fn section_struct(
    code: &mut String,
    section: &str,
    kind: &str,
    entries: &Table,
) -> Outcome<String> {
    let (mut fields, mut methods) = (String::new(), String::new());
    for (name, value) in entries {
        match saying(value).map_err(|e| format!("{section}.{name}: {e}"))? {
            Saying::Fixed(words) => writeln!(
                fields,
                "    #[doc = {words:?}]\n    pub {name}: &'static str,"
            )?,
            Saying::Template(words, places) => {
                writeln!(fields, "    {name}: &'static str,")?;
                method(&mut methods, name, &words, &places, &format!("self.{name}"))?;
            }
            Saying::Counted { other, places, .. } => {
                writeln!(fields, "    {name}: [&'static str; 2],")?;
                method(
                    &mut methods,
                    name,
                    &other,
                    &places,
                    &format!("self.{name}[usize::from(count != 1)]"),
                )?;
            }
        }
    }
    writeln!(
        code,
        "/// The sayings of `[{section}]`.\n#[derive(Debug)]\npub struct {kind} {{\n{fields}}}"
    )?;
    if !methods.is_empty() {
        writeln!(code, "impl {kind} {{\n{methods}}}")?;
    }
    Ok(kind.to_owned())
}

fn method(
    methods: &mut String,
    name: &str,
    words: &str,
    places: &[String],
    template: &str,
) -> Outcome<()> {
    let (mut arguments, mut values) = (String::new(), String::new());
    for place in places {
        let (kind, value) = if place == "count" {
            ("u64", "&count")
        } else {
            ("impl std::fmt::Display", "")
        };
        write!(arguments, ", {place}: {kind}")?;
        let value = if value.is_empty() {
            format!("&{place}")
        } else {
            value.to_owned()
        };
        write!(values, "({place:?}, {value} as &dyn std::fmt::Display), ")?;
    }
    writeln!(
        methods,
        "    #[doc = {words:?}]\n    pub fn {name}(&self{arguments}) -> String {{ super::fill({template}, &[{values}]) }}"
    )?;
    Ok(())
}

/// Which section of `[failure]` is about which entry of the catalogue.
fn of_fault(failures: &Table) -> String {
    let arm = |name: &String| {
        format!(
            "            crate::failure::Fault::{} => &self.failure.{name},\n",
            camel(name)
        )
    };
    let arms: String = failures.keys().map(arm).collect();
    format!(
        "impl Text {{\n    pub fn of_fault(&self, fault: crate::failure::Fault) -> &FailureText {{\n        match fault {{\n{arms}        }}\n    }}\n}}\n"
    )
}

/// Checks that a language has exactly the entries of English, with the same placeholders.
fn same_entries(english: &Table, other: &Table) -> Outcome<()> {
    for (name, value) in english {
        let theirs = other.get(name).ok_or(format!("{name} is missing"))?;
        match (value, theirs) {
            (Value::Table(ours), Value::Table(theirs)) if !is_counted(ours) => {
                same_entries(ours, theirs).map_err(|e| format!("{name}.{e}"))?;
            }
            _ if places(value)? == places(theirs)? => {}
            _ => return Err(format!("{name} has other {{places}} than English").into()),
        }
    }
    match other.keys().find(|name| !english.contains_key(*name)) {
        Some(extra) => Err(format!("{extra} is not in English").into()),
        None => Ok(()),
    }
}

fn value_of(english: &Table, table: &Table) -> Outcome<String> {
    let mut code = "Text {".to_owned();
    for section in english.keys() {
        let entries = table[section].as_table().ok_or("a section is no table")?;
        let value = match members(entries) {
            Some(members) => value_of_group(&(camel(section) + "Text"), &members)?,
            None => format!("{} {{ {} }}", camel(section), values_of_sayings(entries)?),
        };
        writeln!(code, "{section}: {value},")?;
    }
    code.push('}');
    Ok(code)
}

fn value_of_group(kind: &str, members: &[(&String, &Table)]) -> Outcome<String> {
    let mut code = format!("{kind}s {{");
    for (name, entries) in members {
        writeln!(
            code,
            "{name}: {kind} {{ {} }},",
            values_of_sayings(entries)?
        )?;
    }
    code.push('}');
    Ok(code)
}

fn values_of_sayings(entries: &Table) -> Outcome<String> {
    let mut code = String::new();
    for (name, value) in entries {
        match saying(value)? {
            Saying::Fixed(words) | Saying::Template(words, _) => {
                writeln!(code, "{name}: {words:?},")?;
            }
            Saying::Counted { one, other, .. } => writeln!(code, "{name}: [{one:?}, {other:?}],")?,
        }
    }
    Ok(code)
}

fn saying(value: &Value) -> Outcome<Saying> {
    match value {
        Value::String(words) => {
            let places = places(value)?;
            Ok(if places.is_empty() {
                Saying::Fixed(words.clone())
            } else {
                Saying::Template(words.clone(), places)
            })
        }
        Value::Table(forms) if is_counted(forms) => {
            let form = |key: &str| {
                forms[key]
                    .as_str()
                    .map(str::to_owned)
                    .ok_or("a form is no string")
            };
            Ok(Saying::Counted {
                one: form("one")?,
                other: form("other")?,
                places: places(value)?,
            })
        }
        other => Err(format!(
            "{} is neither a string nor {{ one, other }}",
            other.type_str()
        )
        .into()),
    }
}

fn is_counted(table: &Table) -> bool {
    table.contains_key("one") && table.contains_key("other")
}

/// The `{placeholders}` of a text, in order. A counted one always has `count`.
fn places(value: &Value) -> Outcome<Vec<String>> {
    let (words, mut found) = match value {
        Value::String(words) => (words.as_str(), Vec::new()),
        Value::Table(forms) if is_counted(forms) => (
            forms["other"].as_str().ok_or("`other` is no string")?,
            vec!["count".to_owned()],
        ),
        other => {
            return Err(format!(
                "{} is neither a string nor {{ one, other }}",
                other.type_str()
            )
            .into());
        }
    };
    for piece in words.split('{').skip(1) {
        let (place, _) = piece
            .split_once('}')
            .ok_or(format!("a brace is not closed: {words}"))?;
        if !found.iter().any(|name| name == place) {
            found.push(place.to_owned());
        }
    }
    Ok(found)
}

fn camel(name: &str) -> String {
    name.split('_')
        .map(|word| word[..1].to_uppercase() + &word[1..])
        .collect()
}

/// The roles that a theme defines, in the order of `theme::Role`.
const ROLES: [&str; 11] = [
    "text", "dim", "title", "question", "accent", "focus", "number", "rule", "error", "done",
    "match",
];
/// The sixteen colours, in the order of ECMA-48 and its bright extension.
const ANSI: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright-black",
    "bright-red",
    "bright-green",
    "bright-yellow",
    "bright-blue",
    "bright-magenta",
    "bright-cyan",
    "bright-white",
];

fn themes(files: &[(String, Table)]) -> Outcome<String> {
    let mut code =
        "/// The themes that are compiled in, by name.\npub static THEMES: &[Theme] = &[\n"
            .to_owned();
    for (name, table) in files {
        let wrong = |e: Box<dyn Error>| format!("themes/{name}.toml: {e}");
        if let Some(extra) = table
            .keys()
            .find(|key| *key != "ground" && !ROLES.contains(&key.as_str()))
        {
            return Err(wrong(format!("unknown role {extra}").into()).into());
        }
        let ground = match table.get("ground") {
            Some(ground) => format!("Some({})", colour(ground).map_err(wrong)?),
            None => "None".to_owned(),
        };
        let styles: Vec<String> = ROLES
            .iter()
            .map(|role| paint(table.get(*role).ok_or(format!("{role} is missing"))?))
            .collect::<Outcome<_>>()
            .map_err(wrong)?;
        writeln!(
            code,
            "    Theme {{ name: {name:?}, background: {ground}, styles: [{}] }},",
            styles.join(", ")
        )?;
    }
    code.push_str("];\n");
    Ok(code)
}

fn paint(value: &Value) -> Outcome<String> {
    let table = value.as_table().ok_or("a role is no table")?;
    if let Some(extra) = table
        .keys()
        .find(|key| !["rgb", "ansi", "bold", "reverse", "underline"].contains(&key.as_str()))
    {
        return Err(format!("unknown key {extra}").into());
    }
    let flag = |name: &str| table.get(name).and_then(Value::as_bool).unwrap_or(false);
    let foreground = if table.contains_key("rgb") {
        format!("Some({})", colour(value)?)
    } else {
        "None".to_owned()
    };
    Ok(format!(
        "RoleStyle {{ foreground: {foreground}, bold: {}, reverse: {}, underline: {} }}",
        flag("bold"),
        flag("reverse"),
        flag("underline")
    ))
}

fn colour(value: &Value) -> Outcome<String> {
    let text = |key: &str| {
        value
            .get(key)
            .and_then(Value::as_str)
            .ok_or(format!("a colour has no {key}"))
    };
    let rgb = u32::from_str_radix(
        text("rgb")?.strip_prefix('#').ok_or("rgb wants #rrggbb")?,
        16,
    )?;
    let ansi = ANSI
        .iter()
        .position(|name| Ok(*name) == text("ansi").as_ref().map(|s| *s))
        .ok_or("ansi is none of the sixteen")?;
    Ok(format!(
        "ThemeColor {{ rgb: ({}, {}, {}), ansi: {ansi} }}",
        rgb >> 16 & 255,
        rgb >> 8 & 255,
        rgb & 255
    ))
}
