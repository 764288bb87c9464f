//! The types of config values: text, numbers, durations, sizes, lists, one of several words.
//!
//! A [`FromToml`] reads a value of the parsed TOML, or reports at its place what it should have
//! been. serde's derive is not used because it stops at the first error, and operators get all of
//! them at once.

mod values;

use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(super) use self::values::{ByteSize, Label, OrOff, Table};
use super::diagnostics::Diagnostics;
use crate::clean::Clean;

/// Keys of later releases: an operator who writes `[hours]` must not think that it is a typo.
const PLANNED: [&str; 6] = [
    "hours",
    "notice",
    "session.agreement",
    "session.agreement_timeout",
    "look.languages",
    "look.plain",
];

/// Longer words, in bytes, are not compared when guessing what was meant.
const MAX_WORD: usize = 64;

/// A key's value, if the key is present and its value has the right type.
pub(super) type Keyed<T> = Option<Spanned<T>>;

/// A key's full name, such as `survey.name.label`.
#[derive(Clone, Copy)]
pub(super) struct KeyPath<'a> {
    within: Option<&'a KeyPath<'a>>,
    key: &'a str,
}

/// A type that a value can have.
pub(super) trait FromToml: Sized {
    /// Whether this is a section with keys of its own.
    const IS_SECTION: bool = false;

    /// The value, or `None` if a problem was reported.
    fn read(
        value: &Spanned<DeValue<'_>>,
        name: &KeyPath<'_>,
        findings: &mut Diagnostics<'_>,
    ) -> Option<Self>;
}

impl KeyPath<'_> {
    /// The empty name of the whole file.
    pub(super) const FILE: KeyPath<'static> = KeyPath {
        within: None,
        key: "",
    };

    /// The name of a key in this section.
    pub(super) fn key<'a>(&'a self, key: &'a str) -> KeyPath<'a> {
        KeyPath {
            within: (!self.key.is_empty()).then_some(self),
            key,
        }
    }
}

impl fmt::Display for KeyPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(within) = self.within {
            write!(f, "{within}.")?;
        }
        f.write_str(self.key)
    }
}

/// The value of a key, with its place.
pub(super) fn keyed<T: FromToml>(
    value: &Spanned<DeValue<'_>>,
    name: &KeyPath<'_>,
    findings: &mut Diagnostics<'_>,
) -> Keyed<T> {
    Some(Spanned::new(value.span(), T::read(value, name, findings)?))
}

/// The word in `known` that `given` was probably meant to be.
pub(super) fn closest_match<'k>(given: &str, known: &[&'k str]) -> Option<&'k str> {
    if given.len() > MAX_WORD {
        return None;
    }
    let given = given.to_lowercase().replace('-', "_");
    let distance = |word: &str| strsim::osa_distance(&given, &word.replace('-', "_"));
    known
        .iter()
        .copied()
        .min_by_key(|word| distance(word))
        .filter(|word| distance(word) <= 1 + word.len() / 4)
}

/// Formats `a`, `b` or `c`, each in `quote` characters.
pub(super) fn quoted_list(words: &[&str], quote: char) -> String {
    let quoted: Vec<String> = words
        .iter()
        .map(|word| format!("{quote}{word}{quote}"))
        .collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// The table of a section, or a problem.
pub(super) fn table<'v, 'i>(
    value: &'v Spanned<DeValue<'i>>,
    name: &KeyPath<'_>,
    findings: &mut Diagnostics<'_>,
) -> Option<&'v DeTable<'i>> {
    let table = value.get_ref().as_table();
    if table.is_none() {
        wrong_type(value, name, "a section, written as a table", findings);
    }
    table
}

/// Reports a key that this section does not have.
pub(super) fn unknown_key(
    key: &Spanned<std::borrow::Cow<'_, str>>,
    name: &KeyPath<'_>,
    known: &[&str],
    findings: &mut Diagnostics<'_>,
) {
    let full = name.key(key.get_ref());
    if PLANNED.contains(&full.to_string().as_str()) {
        return findings.add(key.span().start, format!("`{full}` is not supported yet"));
    }
    let hint = match closest_match(key.get_ref(), known) {
        Some(suggestion) => format!("did you mean `{suggestion}`?"),
        None => format!("allowed here: {}", quoted_list(known, '`')),
    };
    findings.add(key.span().start, format!("unknown key `{full}`: {hint}"));
}

/// Reads one of several words.
pub(super) fn one_of<T: Copy>(
    value: &Spanned<DeValue<'_>>,
    name: &KeyPath<'_>,
    known: &[(&str, T)],
    findings: &mut Diagnostics<'_>,
) -> Option<T> {
    let given = text(value, name, findings)?;
    let found = known.iter().find(|(word, _)| *word == given);
    if found.is_none() {
        let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
        findings.add(
            value.span().start,
            format!(
                "`{name}` can't be \"{given}\": it is {}",
                quoted_list(&words, '"')
            ),
        );
    }
    found.map(|(_, suggestion)| *suggestion)
}

/// Reports a value that does not have the wanted type.
pub(super) fn wrong_type(
    value: &Spanned<DeValue<'_>>,
    name: &KeyPath<'_>,
    wanted: &str,
    findings: &mut Diagnostics<'_>,
) {
    let is = match value.get_ref() {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time without quotes",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    findings.add(
        value.span().start,
        format!("`{name}` must be {wanted}; this is {is}"),
    );
}

/// The text of a value, without surrounding white space.
fn text<'v>(
    value: &'v Spanned<DeValue<'_>>,
    name: &KeyPath<'_>,
    findings: &mut Diagnostics<'_>,
) -> Option<&'v str> {
    let text = value.get_ref().as_str().map(str::trim);
    if text.is_none() {
        wrong_type(value, name, "text in quotes", findings);
    }
    text
}

/// Text that `parse` accepts; otherwise reports that it must be as `wanted` says.
pub(super) fn parse_with<T>(
    value: &Spanned<DeValue<'_>>,
    name: &KeyPath<'_>,
    wanted: &str,
    parse: impl Fn(&str) -> Option<T>,
    findings: &mut Diagnostics<'_>,
) -> Option<T> {
    let suggestion = parse(text(value, name, findings)?);
    if suggestion.is_none() {
        findings.add(value.span().start, format!("`{name}` must be {wanted}"));
    }
    suggestion
}

/// One line of text that can be shown and sent and is not blank. `place` is where the file has it.
pub(super) fn line(
    text: &str,
    place: Range<usize>,
    name: &KeyPath<'_>,
    findings: &mut Diagnostics<'_>,
) -> Option<Clean> {
    match Clean::line(text.trim()) {
        Ok(line) => reject_blank(line, place.start, name, findings),
        Err(refused) => {
            findings.add_refused(place, name, refused);
            None
        }
    }
}

fn reject_blank(
    text: Clean,
    at: usize,
    name: &KeyPath<'_>,
    findings: &mut Diagnostics<'_>,
) -> Option<Clean> {
    if text.is_blank() {
        findings.add(
            at,
            format!("`{name}` is blank: fill it in, or remove the line"),
        );
        return None;
    }
    Some(text)
}

/// Declares sections of the file: each key once, with its type. An undeclared key is reported, and
/// so is a missing key of `needs`. `[names] => field: type;` declares several keys of one type by a
/// list of their names.
macro_rules! sections {
    ($($(#[$meaning:meta])* $section:ident needs [$($needed:ident),*] {
        $($key:ident: $shape:ty,)*
        $([$names:expr] => $list:ident: $entry:ty; $($more:ident: $further:ty,)*)?
    })*) => {$(
        $(#[$meaning])*
        #[derive(Default)]
        pub(super) struct $section {
            $(pub(super) $key: $crate::config::decode::Keyed<$shape>,)*
            $(
                /// The entries that are there, by name.
                pub(super) $list: std::collections::HashMap<&'static str, $entry>,
                $(pub(super) $more: $crate::config::decode::Keyed<$further>,)*
            )?
        }

        impl $crate::config::decode::FromToml for $section {
            const IS_SECTION: bool = true;

            fn read(
                value: &toml::Spanned<toml::de::DeValue<'_>>,
                name: &$crate::config::decode::KeyPath<'_>,
                findings: &mut $crate::config::diagnostics::Diagnostics<'_>,
            ) -> Option<Self> {
                let table = $crate::config::decode::table(value, name, findings)?;
                let mut section = Self::default();
                for (key, value) in table {
                    match key.get_ref().as_ref() {
                        $(stringify!($key) => {
                            section.$key = $crate::config::decode::keyed(value, &name.key(stringify!($key)), findings);
                        })*
                        $(
                            $(stringify!($more) => {
                                section.$more = $crate::config::decode::keyed(value, &name.key(stringify!($more)), findings);
                            })*
                            known if $names.contains(&known) => {
                                let entry = $crate::config::decode::FromToml::read(value, &name.key(known), findings);
                                let known = $names.into_iter().find(|name| *name == known);
                                section.$list.extend(known.zip(entry));
                            }
                        )?
                        _ => {
                            let known: &[&[&str]] = &[
                                &[$(stringify!($key)),*],
                                $(&$names, &[$(stringify!($more)),*])?
                            ];
                            $crate::config::decode::unknown_key(key, name, &known.concat(), findings);
                        }
                    }
                }
                let needed: &[&str] = &[$(stringify!($needed)),*];
                for key in needed.iter().filter(|key| !table.contains_key(**key)) {
                    findings.add(value.span().start, format!("`{}` is missing", name.key(key)));
                }
                Some(section)
            }
        }
    )*};
}

/// Declares the words for the variants of an enum.
macro_rules! words {
    ($($kind:ty { $($word:literal => $variant:ident,)* })*) => {$(
        impl $crate::config::decode::FromToml for $kind {
            fn read(
                value: &toml::Spanned<toml::de::DeValue<'_>>,
                name: &$crate::config::decode::KeyPath<'_>,
                findings: &mut $crate::config::diagnostics::Diagnostics<'_>,
            ) -> Option<Self> {
                $crate::config::decode::one_of(value, name, &[$(($word, <$kind>::$variant)),*], findings)
            }
        }
    )*};
}

pub(super) use {sections, words};

#[cfg(test)]
mod tests;
