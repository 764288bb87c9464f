//! The types of config values: text, numbers, durations, sizes, lists, one of several words.
//!
//! A [`Shape`] reads a value of the parsed TOML, or reports at its place what it should have been.
//! serde's derive is not used because it stops at the first error, and operators get all of them at
//! once.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use jiff::fmt::friendly::SpanParser;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::Findings;
use crate::clean::Clean;

/// The maximum duration in the config: 31 days, so that adding one to a clock never overflows.
const TIME_AT_MOST: Duration = Duration::from_secs(31 * 24 * 3600);

/// Longer words, in bytes, are not compared when guessing what was meant.
const WORD_AT_MOST: usize = 64;

/// A key's value, if the key is present and its value has the right type.
pub(super) type Key<T> = Option<Spanned<T>>;

/// A key's full name, such as `survey.name.label`.
#[derive(Clone, Copy)]
pub(super) struct Name<'a> {
    within: Option<&'a Name<'a>>,
    key: &'a str,
}

/// A type that a value can have.
pub(super) trait Shape: Sized {
    /// Whether this is a section with keys of its own.
    const IS_SECTION: bool = false;

    /// The value, or `None` if a problem was reported.
    fn read(value: &Spanned<DeValue<'_>>, name: &Name<'_>, findings: &mut Findings<'_>) -> Option<Self>;
}

impl Name<'_> {
    /// The empty name of the whole file.
    pub(super) const FILE: Name<'static> = Name { within: None, key: "" };

    /// The name of a key in this section.
    pub(super) fn key<'a>(&'a self, key: &'a str) -> Name<'a> {
        Name { within: (!self.key.is_empty()).then_some(self), key }
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(within) = self.within {
            write!(f, "{within}.")?;
        }
        f.write_str(self.key)
    }
}

/// The value of a key, with its place.
pub(super) fn keyed<T: Shape>(value: &Spanned<DeValue<'_>>, name: &Name<'_>, findings: &mut Findings<'_>) -> Key<T> {
    Some(Spanned::new(value.span(), T::read(value, name, findings)?))
}

/// The word in `known` that `given` was probably meant to be.
pub(super) fn probably_meant<'k>(given: &str, known: &[&'k str]) -> Option<&'k str> {
    if given.len() > WORD_AT_MOST {
        return None;
    }
    let given = given.to_lowercase().replace('-', "_");
    let distance = |word: &str| strsim::osa_distance(&given, &word.replace('-', "_"));
    known.iter().copied().min_by_key(|word| distance(word)).filter(|word| distance(word) <= 1 + word.len() / 4)
}

/// Formats `a`, `b` or `c`, each in `quote` characters.
pub(super) fn listed(words: &[&str], quote: char) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("{quote}{word}{quote}")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// The table of a section, or a problem.
pub(super) fn table<'v, 'i>(
    value: &'v Spanned<DeValue<'i>>,
    name: &Name<'_>,
    findings: &mut Findings<'_>,
) -> Option<&'v DeTable<'i>> {
    let table = value.get_ref().as_table();
    if table.is_none() {
        wrong_shape(value, name, "a section, written as a table", findings);
    }
    table
}

/// Reports a key that this section does not have.
pub(super) fn unknown_key(
    key: &Spanned<std::borrow::Cow<'_, str>>,
    name: &Name<'_>,
    known: &[&str],
    findings: &mut Findings<'_>,
) {
    let hint = match probably_meant(key.get_ref(), known) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("here can stand {}", listed(known, '`')),
    };
    findings.add(key.span().start, format!("unknown key `{}`: {hint}", name.key(key.get_ref())));
}

/// Reads one of several words.
pub(super) fn one_of<T: Copy>(
    value: &Spanned<DeValue<'_>>,
    name: &Name<'_>,
    known: &[(&str, T)],
    findings: &mut Findings<'_>,
) -> Option<T> {
    let given = text(value, name, findings)?;
    let found = known.iter().find(|(word, _)| *word == given);
    if found.is_none() {
        let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
        findings.add(value.span().start, format!("`{name}` can't be \"{given}\": it is {}", listed(&words, '"')));
    }
    found.map(|(_, meant)| *meant)
}

/// Reports a value that does not have the wanted type.
pub(super) fn wrong_shape(value: &Spanned<DeValue<'_>>, name: &Name<'_>, wanted: &str, findings: &mut Findings<'_>) {
    let is = match value.get_ref() {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time without quotes",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    findings.add(value.span().start, format!("`{name}` must be {wanted}; this is {is}"));
}

/// The text of a value, without surrounding white space.
fn text<'v>(value: &'v Spanned<DeValue<'_>>, name: &Name<'_>, findings: &mut Findings<'_>) -> Option<&'v str> {
    let text = value.get_ref().as_str().map(str::trim);
    if text.is_none() {
        wrong_shape(value, name, "text in quotes", findings);
    }
    text
}

/// Text that `parse` accepts; otherwise reports that it must be as `wanted` says.
pub(super) fn parsed<T>(
    value: &Spanned<DeValue<'_>>,
    name: &Name<'_>,
    wanted: &str,
    parse: impl Fn(&str) -> Option<T>,
    findings: &mut Findings<'_>,
) -> Option<T> {
    let meant = parse(text(value, name, findings)?);
    if meant.is_none() {
        findings.add(value.span().start, format!("`{name}` must be {wanted}"));
    }
    meant
}

/// One line of text that can be shown and sent and is not blank. `place` is where the file has it.
pub(super) fn line(text: &str, place: Range<usize>, name: &Name<'_>, findings: &mut Findings<'_>) -> Option<Clean> {
    match Clean::line(text.trim()) {
        Ok(line) => not_blank(line, place.start, name, findings),
        Err(refused) => {
            findings.add_refused(place, name, refused);
            None
        }
    }
}

fn not_blank(text: Clean, at: usize, name: &Name<'_>, findings: &mut Findings<'_>) -> Option<Clean> {
    if text.is_blank() {
        findings.add(at, format!("`{name}` is blank: fill it in, or leave the whole line out"));
        return None;
    }
    Some(text)
}

impl Shape for String {
    fn read(value: &Spanned<DeValue<'_>>, name: &Name<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        text(value, name, findings).map(str::to_owned)
    }
}

/// One line of text that can be shown and sent and is not blank.
impl Shape for Clean {
    fn read(value: &Spanned<DeValue<'_>>, name: &Name<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        line(text(value, name, findings)?, value.span(), name, findings)
    }
}

/// Text of several lines that can be shown and is not blank.
pub(super) struct Lines(#[expect(dead_code, reason = "checked already; shown when agreement and notice come")] pub(super) Clean);

impl Shape for Lines {
    fn read(value: &Spanned<DeValue<'_>>, name: &Name<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        match Clean::lines(text(value, name, findings)?) {
            Ok(lines) => not_blank(lines, value.span().start, name, findings).map(Self),
            Err(refused) => {
                findings.add_refused(value.span(), name, refused);
                None
            }
        }
    }
}

/// A text of the operator: one, or one per language.
pub(super) struct Words<T>(Vec<(Option<String>, Spanned<T>)>);

impl<T> Words<T> {
    /// The English text, else the first in the file.
    pub(super) fn english_or_first(self) -> Option<T> {
        let english = |tag: &Option<String>| tag.as_deref() == Some("en");
        let chosen = self.0.into_iter().min_by_key(|(tag, words)| (!english(tag), words.span().start));
        chosen.map(|(_, words)| words.into_inner())
    }
}

impl<T: Shape> Shape for Words<T> {
    fn read(value: &Spanned<DeValue<'_>>, name: &Name<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let DeValue::Table(by_language) = value.get_ref() else {
            return keyed(value, name, findings).map(|words| Self(vec![(None, words)]));
        };
        if by_language.is_empty() {
            findings.add(value.span().start, format!("`{name}` is empty: write it as text, or as {{ en = \"..\" }}"));
        }
        let mut words = Vec::new();
        for (tag, value) in by_language {
            if !is_language_tag(tag.get_ref()) {
                findings
                    .add(tag.span().start, format!("`{}` is no language tag, such as `en` or `pt-BR`", name.key(tag.get_ref())));
            }
            words.extend(keyed(value, &name.key(tag.get_ref()), findings).map(|words| (Some(tag.get_ref().to_string()), words)));
        }
        Some(Self(words))
    }
}

fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    parts.next().is_some_and(|first| (2..=8).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic()))
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

impl Shape for bool {
    fn read(value: &Spanned<DeValue<'_>>, name: &Name<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let meant = value.get_ref().as_bool();
        if meant.is_none() {
            wrong_shape(value, name, "true or false, without quotes", findings);
        }
        meant
    }
}

/// A whole number from 0 to 2^63-1, the largest in TOML.
impl Shape for u64 {
    fn read(value: &Spanned<DeValue<'_>>, name: &Name<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let Some(written) = value.get_ref().as_integer() else {
            wrong_shape(value, name, "a whole number, without quotes", findings);
            return None;
        };
        let number = i64::from_str_radix(written.as_str(), written.radix()).ok().and_then(|number| Self::try_from(number).ok());
        if number.is_none() {
            findings.add(value.span().start, format!("`{name}` must be from 0 to 9223372036854775807"));
        }
        number
    }
}

/// A path that is not blank.
impl Shape for PathBuf {
    fn read(value: &Spanned<DeValue<'_>>, name: &Name<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        Clean::read(value, name, findings).map(|path| Self::from(path.as_str()))
    }
}

/// A duration above zero.
impl Shape for Duration {
    fn read(value: &Spanned<DeValue<'_>>, name: &Name<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        parsed(value, name, "a time above 0 and up to 744h, such as \"15s\", \"2m\" or \"1h 30m\"", time, findings)
    }
}

/// A duration, or `None` for `"off"`.
pub(super) struct OrOff(pub(super) Option<Duration>);

impl Shape for OrOff {
    fn read(value: &Spanned<DeValue<'_>>, name: &Name<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let wanted = "\"off\", or a time above 0 and up to 744h, such as \"90s\", \"2m\" or \"1h 30m\"";
        let parse = |text: &str| if text == "off" { Some(Self(None)) } else { time(text).map(|time| Self(Some(time))) };
        parsed(value, name, wanted, parse, findings)
    }
}

fn time(text: &str) -> Option<Duration> {
    SpanParser::new().parse_unsigned_duration(text).ok().filter(|time| !time.is_zero() && *time <= TIME_AT_MOST)
}

/// A size in bytes, above zero.
pub(super) struct Size(pub(super) u64);

impl Shape for Size {
    fn read(value: &Spanned<DeValue<'_>>, name: &Name<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        parsed(value, name, "a size above 0 in B, KiB, MiB or GiB, such as \"200 MiB\"", size, findings)
    }
}

fn size(text: &str) -> Option<Size> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let unit = match unit.trim_start() {
        "B" => 1,
        "kB" | "KB" => 1000,
        "KiB" => 1 << 10,
        "MB" => 1_000_000,
        "MiB" => 1 << 20,
        "GB" => 1_000_000_000,
        "GiB" => 1 << 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit).filter(|bytes| *bytes > 0).map(Size)
}

impl<T: Shape> Shape for Vec<Spanned<T>> {
    fn read(value: &Spanned<DeValue<'_>>, name: &Name<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let Some(list) = value.get_ref().as_array() else {
            let is_one_section = T::IS_SECTION && value.get_ref().is_table();
            let wanted = if is_one_section { format!("a list, with [[{name}]] before each entry") } else { "a list".to_owned() };
            wrong_shape(value, name, &wanted, findings);
            return None;
        };
        let entries: Self = list.iter().filter_map(|entry| keyed(entry, name, findings)).collect();
        // If every entry was bad, each is already reported: do not report an empty list as well.
        (list.is_empty() || !entries.is_empty()).then_some(entries)
    }
}

/// A table whose keys the operator chooses.
pub(super) struct Table<T>(pub(super) Vec<(Spanned<String>, Spanned<T>)>);

impl<T: Shape> Shape for Table<T> {
    fn read(value: &Spanned<DeValue<'_>>, name: &Name<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let mut entries = Vec::new();
        for (key, value) in table(value, name, findings)? {
            let value = keyed(value, &name.key(key.get_ref()), findings);
            entries.extend(value.map(|value| (Spanned::new(key.span(), key.get_ref().to_string()), value)));
        }
        Some(Self(entries))
    }
}

/// Declares sections of the file: each key once, with its type. An undeclared key is reported, and
/// so is a missing key of `needs`.
macro_rules! sections {
    ($($(#[$meaning:meta])* $section:ident needs [$($needed:ident),*] { $($key:ident: $shape:ty,)* })*) => {$(
        $(#[$meaning])*
        #[derive(Default)]
        pub(super) struct $section {
            $(pub(super) $key: $crate::config::shape::Key<$shape>,)*
        }

        impl $crate::config::shape::Shape for $section {
            const IS_SECTION: bool = true;

            fn read(
                value: &toml::Spanned<toml::de::DeValue<'_>>,
                name: &$crate::config::shape::Name<'_>,
                findings: &mut $crate::config::problem::Findings<'_>,
            ) -> Option<Self> {
                let table = $crate::config::shape::table(value, name, findings)?;
                let mut section = Self::default();
                for (key, value) in table {
                    match key.get_ref().as_ref() {
                        $(stringify!($key) => {
                            section.$key = $crate::config::shape::keyed(value, &name.key(stringify!($key)), findings);
                        })*
                        _ => $crate::config::shape::unknown_key(key, name, &[$(stringify!($key)),*], findings),
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
        impl $crate::config::shape::Shape for $kind {
            fn read(
                value: &toml::Spanned<toml::de::DeValue<'_>>,
                name: &$crate::config::shape::Name<'_>,
                findings: &mut $crate::config::problem::Findings<'_>,
            ) -> Option<Self> {
                $crate::config::shape::one_of(value, name, &[$(($word, <$kind>::$variant)),*], findings)
            }
        }
    )*};
}

pub(super) use {sections, words};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_are_read_as_people_write_them() {
        let seconds = |text| time(text).map(|time| time.as_secs());
        assert_eq!(["15s", "2m", "1h 30m", "90 seconds"].map(seconds), [Some(15), Some(120), Some(5400), Some(90)]);
        assert_eq!(["0s", "-5s", "15", "", "745h", "soon"].map(seconds), [None; 6]);
        let bytes = |text| size(text).map(|size| size.0);
        assert_eq!(["200 MiB", "1KiB", "5 GB", "7 B"].map(bytes), [Some(200 << 20), Some(1024), Some(5_000_000_000), Some(7)]);
        assert_eq!(["0 B", "200", "MiB", "1.5 MiB", "-1 B", "99999999999 GiB", "1 TiB"].map(bytes), [None; 7]);
    }

    #[test]
    fn a_slip_is_guessed_and_a_strange_word_is_not() {
        let known = ["url", "redirect_hosts", "connect_timeout", "rep"];
        let guesses = ["ulr", "redirect-host", "Connect_Timeout", "reps", "colour"].map(|word| probably_meant(word, &known));
        assert_eq!(guesses, [Some("url"), Some("redirect_hosts"), Some("connect_timeout"), Some("rep"), None]);
    }
}
