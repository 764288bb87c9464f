//! The values themselves: text, numbers, durations, sizes, lists, tables.

use std::path::PathBuf;
use std::time::Duration;

use jiff::fmt::friendly::SpanParser;
use toml::Spanned;
use toml::de::DeValue;

use super::{FromToml, KeyPath, keyed, line, parse_with, table, text, wrong_type};
use crate::clean::Clean;
use crate::config::diagnostics::Diagnostics;

/// The maximum duration in the config: 31 days, so that adding one to a clock never overflows.
const MAX_TIME: Duration = Duration::from_secs(31 * 24 * 3600);

impl FromToml for String {
    fn read(
        value: &Spanned<DeValue<'_>>,
        name: &KeyPath<'_>,
        findings: &mut Diagnostics<'_>,
    ) -> Option<Self> {
        text(value, name, findings).map(str::to_owned)
    }
}

/// One line of text that can be shown and sent and is not blank.
impl FromToml for Clean {
    fn read(
        value: &Spanned<DeValue<'_>>,
        name: &KeyPath<'_>,
        findings: &mut Diagnostics<'_>,
    ) -> Option<Self> {
        line(text(value, name, findings)?, value.span(), name, findings)
    }
}

/// The operator's name for a field: one text, or one per language. English is used, else the first
/// in the file.
pub(in crate::config) struct Label(pub(in crate::config) Clean);

impl FromToml for Label {
    fn read(
        value: &Spanned<DeValue<'_>>,
        name: &KeyPath<'_>,
        findings: &mut Diagnostics<'_>,
    ) -> Option<Self> {
        let DeValue::Table(by_language) = value.get_ref() else {
            return Clean::read(value, name, findings).map(Self);
        };
        if by_language.is_empty() {
            findings.add(
                value.span().start,
                format!("`{name}` is empty: write it as text, or as {{ en = \"..\" }}"),
            );
        }
        let mut labels = Vec::new();
        for (tag, value) in by_language {
            let name = name.key(tag.get_ref());
            if !is_language_tag(tag.get_ref()) {
                findings.add(
                    tag.span().start,
                    format!("`{name}` is not a language tag, such as `en` or `pt-BR`"),
                );
            }
            let place = (tag.get_ref() != "en", value.span().start);
            labels.extend(Clean::read(value, &name, findings).map(|label| (place, label)));
        }
        labels
            .into_iter()
            .min_by_key(|(place, _)| *place)
            .map(|(_, label)| Self(label))
    }
}

fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    parts.next().is_some_and(|first| {
        (2..=8).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic())
    }) && parts.all(|part| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

impl FromToml for bool {
    fn read(
        value: &Spanned<DeValue<'_>>,
        name: &KeyPath<'_>,
        findings: &mut Diagnostics<'_>,
    ) -> Option<Self> {
        let meant = value.get_ref().as_bool();
        if meant.is_none() {
            wrong_type(value, name, "true or false, without quotes", findings);
        }
        meant
    }
}

/// A whole number from 0 to 2^63-1, the largest in TOML.
impl FromToml for u64 {
    fn read(
        value: &Spanned<DeValue<'_>>,
        name: &KeyPath<'_>,
        findings: &mut Diagnostics<'_>,
    ) -> Option<Self> {
        let Some(written) = value.get_ref().as_integer() else {
            wrong_type(value, name, "a whole number, without quotes", findings);
            return None;
        };
        let number = i64::from_str_radix(written.as_str(), written.radix())
            .ok()
            .and_then(|number| Self::try_from(number).ok());
        if number.is_none() {
            findings.add(
                value.span().start,
                format!("`{name}` must be from 0 to 9223372036854775807"),
            );
        }
        number
    }
}

/// A path that is not blank.
impl FromToml for PathBuf {
    fn read(
        value: &Spanned<DeValue<'_>>,
        name: &KeyPath<'_>,
        findings: &mut Diagnostics<'_>,
    ) -> Option<Self> {
        Clean::read(value, name, findings).map(|path| Self::from(path.as_str()))
    }
}

/// A duration above zero.
impl FromToml for Duration {
    fn read(
        value: &Spanned<DeValue<'_>>,
        name: &KeyPath<'_>,
        findings: &mut Diagnostics<'_>,
    ) -> Option<Self> {
        parse_with(
            value,
            name,
            "a time above 0 and up to 744h, such as \"15s\", \"2m\" or \"1h 30m\"",
            time,
            findings,
        )
    }
}

/// A duration, or `None` for `"off"`.
pub(in crate::config) struct OrOff(pub(in crate::config) Option<Duration>);

impl FromToml for OrOff {
    fn read(
        value: &Spanned<DeValue<'_>>,
        name: &KeyPath<'_>,
        findings: &mut Diagnostics<'_>,
    ) -> Option<Self> {
        let wanted =
            "\"off\", or a time above 0 and up to 744h, such as \"90s\", \"2m\" or \"1h 30m\"";
        let parse = |text: &str| {
            if text == "off" {
                Some(Self(None))
            } else {
                time(text).map(|time| Self(Some(time)))
            }
        };
        parse_with(value, name, wanted, parse, findings)
    }
}

fn time(text: &str) -> Option<Duration> {
    SpanParser::new()
        .parse_unsigned_duration(text)
        .ok()
        .filter(|time| !time.is_zero() && *time <= MAX_TIME)
}

/// A size in bytes, above zero.
pub(in crate::config) struct ByteSize(pub(in crate::config) u64);

impl FromToml for ByteSize {
    fn read(
        value: &Spanned<DeValue<'_>>,
        name: &KeyPath<'_>,
        findings: &mut Diagnostics<'_>,
    ) -> Option<Self> {
        parse_with(
            value,
            name,
            "a size above 0 in B, KiB, MiB or GiB, such as \"200 MiB\"",
            size,
            findings,
        )
    }
}

fn size(text: &str) -> Option<ByteSize> {
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
    number
        .parse::<u64>()
        .ok()?
        .checked_mul(unit)
        .filter(|bytes| *bytes > 0)
        .map(ByteSize)
}

impl<T: FromToml> FromToml for Vec<Spanned<T>> {
    fn read(
        value: &Spanned<DeValue<'_>>,
        name: &KeyPath<'_>,
        findings: &mut Diagnostics<'_>,
    ) -> Option<Self> {
        let Some(list) = value.get_ref().as_array() else {
            let is_one_section = T::IS_SECTION && value.get_ref().is_table();
            let wanted = if is_one_section {
                format!("a list, with [[{name}]] before each entry")
            } else {
                "a list".to_owned()
            };
            wrong_type(value, name, &wanted, findings);
            return None;
        };
        let entries: Self = list
            .iter()
            .filter_map(|entry| keyed(entry, name, findings))
            .collect();
        // If every entry was bad, each is already reported: do not report an empty list as well.
        (list.is_empty() || !entries.is_empty()).then_some(entries)
    }
}

/// A table whose keys the operator chooses.
pub(in crate::config) struct Table<T>(pub(in crate::config) Vec<(Spanned<String>, Spanned<T>)>);

impl<T: FromToml> FromToml for Table<T> {
    fn read(
        value: &Spanned<DeValue<'_>>,
        name: &KeyPath<'_>,
        findings: &mut Diagnostics<'_>,
    ) -> Option<Self> {
        let mut entries = Vec::new();
        for (key, value) in table(value, name, findings)? {
            let value = keyed(value, &name.key(key.get_ref()), findings);
            entries.extend(
                value.map(|value| (Spanned::new(key.span(), key.get_ref().to_string()), value)),
            );
        }
        Some(Self(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_are_read_as_people_write_them() {
        let seconds = |text| time(text).map(|time| time.as_secs());
        assert_eq!(
            ["15s", "2m", "1h 30m", "90 seconds"].map(seconds),
            [Some(15), Some(120), Some(5400), Some(90)]
        );
        assert_eq!(
            ["0s", "-5s", "15", "", "745h", "soon"].map(seconds),
            [None; 6]
        );
        let bytes = |text| size(text).map(|size| size.0);
        assert_eq!(
            ["200 MiB", "1KiB", "5 GB", "7 B"].map(bytes),
            [Some(200 << 20), Some(1024), Some(5_000_000_000), Some(7)]
        );
        assert_eq!(
            [
                "0 B",
                "200",
                "MiB",
                "1.5 MiB",
                "-1 B",
                "99999999999 GiB",
                "1 TiB"
            ]
            .map(bytes),
            [None; 7]
        );
    }
}
