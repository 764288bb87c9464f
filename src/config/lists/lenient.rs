//! Reads values as spreadsheets, scripts and people write them, if their meaning is clear.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeInteger, DeTable, DeValue};

use super::entries::{Entry, ValueKind};
use crate::clean::is_invisible;
use crate::config::decode::{KeyPath, Keyed, closest_match, quoted_list};
use crate::config::diagnostics::Diagnostics;
use crate::html;

/// An id: `12`, `12.0`, `"12"`.
pub(super) fn parse_id(text: &str) -> Option<u64> {
    let text = text.trim_matches('"').trim();
    let digits = [".0", ".00"]
        .iter()
        .find_map(|zeros| text.strip_suffix(zeros))
        .unwrap_or(text);
    Some(digits)
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok())
}

/// Yes or no.
pub(super) fn parse_bool(text: &str) -> Option<bool> {
    let is = |words: [&str; 3]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    is(["true", "yes", "1"])
        .then_some(true)
        .or(is(["false", "no", "0"]).then_some(false))
}

/// Words separated by commas, semicolons or white space.
pub(super) fn split_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c == ',' || c == ';' || c.is_whitespace())
        .filter(|word| !word.is_empty())
}

/// The column for a heading. Case, spaces and invisible characters are ignored.
pub(super) fn column<E: Entry>(heading: &str) -> Option<usize> {
    let plain = |text: &str| -> String {
        let is_read =
            |c: &char| !c.is_whitespace() && !is_invisible(*c) && !matches!(c, '_' | '-' | '"');
        text.chars()
            .filter(is_read)
            .flat_map(char::to_lowercase)
            .collect()
    };
    let heading = plain(heading);
    E::COLUMNS
        .iter()
        .position(|column| plain(column.name) == heading)
}

/// Warns about an unknown column.
pub(super) fn warn_unknown_column<E: Entry>(
    heading: &str,
    at: usize,
    findings: &mut Diagnostics<'_>,
) {
    let known: Vec<&str> = E::COLUMNS.iter().map(|column| column.name).collect();
    let hint = match closest_match(heading, &known) {
        Some(converted) => format!("did you mean `{converted}`?"),
        None => format!("it is ignored; there can be {}", quoted_list(&known, '`')),
    };
    findings.warn(at, format!("unknown column `{heading}`: {hint}"));
}

/// Warns about text that was damaged before it reached the list.
pub(super) fn warn_damaged_text(
    text: &str,
    at: usize,
    name: &KeyPath<'_>,
    findings: &mut Diagnostics<'_>,
) {
    if text.contains(char::REPLACEMENT_CHARACTER) {
        findings.warn(at, format!("`{name}` contains U+FFFD, the replacement of a lost character: check how the list is made"));
    }
    if text.contains('&') && text.contains(';') && html::unescape(text) != text {
        findings.warn(
            at,
            format!("`{name}` contains HTML, such as `&#39;`: write the character itself"),
        );
    }
}

/// Reads an entry of TOML or JSON after converting its values to the types of the config.
pub(super) fn read<E: Entry>(
    entry: Spanned<DeValue<'_>>,
    findings: &mut Diagnostics<'_>,
) -> Option<Spanned<E>> {
    let section = KeyPath::FILE.key(E::ONE);
    let place = entry.span();
    let (plain, id) = match entry.into_inner() {
        DeValue::Table(table) => convert_table::<E>(table, &section, findings),
        other @ (DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)) => (other, None),
    };
    let mut read = E::read(&Spanned::new(place.clone(), plain), &section, findings)?;
    if id.is_some() {
        *read.id() = id;
    }
    Some(Spanned::new(place, read))
}

/// The table with converted values, and the id if it is not written as a TOML integer.
fn convert_table<'v, E: Entry>(
    table: DeTable<'v>,
    section: &KeyPath<'_>,
    findings: &mut Diagnostics<'_>,
) -> (DeValue<'v>, Keyed<u64>) {
    let (mut plain, mut id) = (DeTable::new(), None);
    for (key, value) in table {
        let Some(position) = column::<E>(key.get_ref()) else {
            warn_unknown_column::<E>(key.get_ref(), key.span().start, findings);
            continue;
        };
        let (name, kind, place) = (
            E::COLUMNS[position].name,
            E::COLUMNS[position].kind,
            value.span(),
        );
        let text = value.get_ref().as_str();
        if text.is_some_and(|text| text.trim().is_empty()) && !E::NEEDED.contains(&name) {
            continue;
        }
        if let (ValueKind::Text, Some(text)) = (kind, text) {
            warn_damaged_text(text, place.start, &section.key(name), findings);
        }
        if plain.contains_key(name) {
            findings.add(
                key.span().start,
                format!("`{}` appears twice in this entry", section.key(name)),
            );
        }
        let value = match (kind, convert_id(value.get_ref())) {
            (ValueKind::Number, Some(number)) => {
                id = Some(Spanned::new(place, number));
                Spanned::new(value.span(), DeValue::Integer(DeInteger::default()))
            }
            (ValueKind::Number | ValueKind::Text | ValueKind::Words | ValueKind::Boolean, _) => {
                convert_value(value, kind)
            }
        };
        plain.insert(Spanned::new(key.span(), name.into()), value);
    }
    (DeValue::Table(plain), id)
}

/// An id that is written as text or with a decimal point.
fn convert_id(value: &DeValue<'_>) -> Option<u64> {
    match value {
        DeValue::String(text) => parse_id(text.trim()),
        DeValue::Float(written) => parse_id(written.as_str()),
        DeValue::Integer(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => None,
    }
}

/// Converts a value to this type if its meaning is clear; otherwise returns it unchanged.
fn convert_value(value: Spanned<DeValue<'_>>, kind: ValueKind) -> Spanned<DeValue<'_>> {
    let place = value.span();
    let converted = match (kind, value.get_ref()) {
        (ValueKind::Boolean, DeValue::String(text)) => {
            parse_bool(text.trim()).map(DeValue::Boolean)
        }
        (ValueKind::Boolean, DeValue::Integer(written)) => {
            parse_bool(written.as_str()).map(DeValue::Boolean)
        }
        (ValueKind::Words, DeValue::String(text)) => Some(DeValue::Array(array(text, &place))),
        (ValueKind::Text, DeValue::Integer(written)) => {
            Some(DeValue::String(written.as_str().to_owned().into()))
        }
        (ValueKind::Number | ValueKind::Text | ValueKind::Words | ValueKind::Boolean, _) => None,
    };
    match converted {
        Some(converted) => Spanned::new(place, converted),
        None => value,
    }
}

fn array(text: &str, place: &Range<usize>) -> DeArray<'static> {
    let mut array = DeArray::new();
    for word in split_words(text) {
        array.push(Spanned::new(
            place.clone(),
            DeValue::String(word.to_owned().into()),
        ));
    }
    array
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::schema;

    #[test]
    fn ids_truths_words_and_headings_are_read_as_they_are_meant() {
        assert_eq!(
            ["12", "12.0", "12.00", "\"12\"", "0012"].map(parse_id),
            [Some(12); 5]
        );
        assert_eq!(
            [
                "",
                "-1",
                "1.5",
                "12.000",
                "1,000",
                "1e3",
                "x",
                "12.",
                "99999999999999999999"
            ]
            .map(parse_id),
            [None; 9]
        );
        assert_eq!(
            ["true", "TRUE", "Yes", "1"].map(parse_bool),
            [Some(true); 4]
        );
        assert_eq!(
            ["false", "No", "0", "FALSE"].map(parse_bool),
            [Some(false); 4]
        );
        assert_eq!(["maybe", "", "2"].map(parse_bool), [None; 3]);
        assert_eq!(
            split_words("en, es;nb\u{A0}de  fr,").collect::<Vec<_>>(),
            ["en", "es", "nb", "de", "fr"]
        );
        for heading in ["code_name", "Code Name", " CODE-NAME\u{A0}", "codename"] {
            assert_eq!(column::<schema::IssueEntry>(heading), Some(1), "{heading}");
        }
        assert_eq!(column::<schema::IssueEntry>("nmae"), None);
    }
}
