//! A list in JSON: an array of objects, or an object with that array under its name:
//! `{"reps": [..]}`.
//!
//! Every entry is converted to the equivalent TOML table and read as one, so both have the same
//! types and the same messages.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use toml::Spanned;
use toml::de::{DeArray, DeFloat, DeTable, DeValue};

use super::entries::{Entry, Rows};
use super::sink::ListSink;
use super::{MAX_ROW, lenient};
use crate::config::decode::{KeyPath, unknown_key};
use crate::config::diagnostics::Diagnostics;

/// Reads every entry of the text.
pub(super) fn entries<'t, R: Rows>(text: &'t str, sink: &mut ListSink<'t, R>) {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let mut list = JsonEntries { text, sink };
    let read = deserializer
        .deserialize_any(JsonDocument(&mut list))
        .and_then(|()| deserializer.end());
    if let Err(error) = read {
        // As with TOML, other findings in a broken file are guesswork.
        sink.refuse_all(text, error_offset(&error, text), not_json(&error));
    }
}

fn not_json(error: &serde_json::Error) -> String {
    let told = error.to_string();
    format!(
        "this can't be read as JSON: {}",
        told.split_once(" at line ")
            .map_or(told.as_str(), |(words, _)| words)
    )
}

/// The byte offset of a syntax error.
fn error_offset(error: &serde_json::Error, text: &str) -> usize {
    let before: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    (before + error.column().saturating_sub(1)).min(text.len())
}

struct JsonEntries<'a, 't, R> {
    text: &'t str,
    sink: &'a mut ListSink<'t, R>,
}

/// The array of entries, or the object that contains it.
struct JsonDocument<'l, 'a, 't, R>(&'l mut JsonEntries<'a, 't, R>);

fn expected<R: Rows>(formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(
        formatter,
        "an array of objects, one for each {}",
        R::Entry::ONE
    )
}

impl<'de, R: Rows> DeserializeSeed<'de> for &mut JsonEntries<'_, '_, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, R: Rows> Visitor<'de> for &mut JsonEntries<'_, '_, R> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        expected::<R>(formatter)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(raw) = entries.next_element::<&RawValue>()? {
            if self.sink.is_full() {
                continue;
            }
            let text = self.text;
            self.sink.row(|findings| {
                let entry = JsonSource { text, findings }.entry::<R::Entry>(raw)?;
                lenient::read(entry, findings)
            });
        }
        Ok(())
    }
}

impl<'de, R: Rows> Visitor<'de> for JsonDocument<'_, '_, '_, R> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        expected::<R>(formatter)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, entries: A) -> Result<(), A::Error> {
        self.0.visit_seq(entries)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let many = R::Entry::MANY;
        while let Some(key) = members.next_key::<Cow<'de, str>>()? {
            if key == many {
                members.next_value_seed(&mut *self.0)?;
            } else {
                let place = place(members.next_value()?, self.0.text);
                let key = Spanned::new(place, key);
                self.0
                    .sink
                    .refuse_with(|findings| unknown_key(&key, &KeyPath::FILE, &[many], findings));
            }
        }
        Ok(())
    }
}

/// The place in the text of a value that was borrowed from it.
fn place(raw: &RawValue, text: &str) -> Range<usize> {
    let start = raw
        .get()
        .as_ptr()
        .addr()
        .saturating_sub(text.as_ptr().addr());
    start..start + raw.get().len()
}

/// The members of an object, in order.
struct JsonMembers<'t>(Vec<(String, &'t RawValue)>);

impl<'de: 't, 't> Deserialize<'de> for JsonMembers<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self(Vec::new()))
    }
}

impl<'de: 't, 't> Visitor<'de> for JsonMembers<'t> {
    type Value = Self;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Self, A::Error> {
        while let Some(member) = members.next_entry()? {
            self.0.push(member);
        }
        Ok(self)
    }
}

/// The text that values come from, and the findings about them.
///
/// There are three levels: an entry, its values, and the words of a list. Each has a function of
/// its own instead of recursion, so that a file full of brackets can't overflow the stack.
struct JsonSource<'a, 'f, 't> {
    text: &'a str,
    findings: &'f mut Diagnostics<'t>,
}

impl JsonSource<'_, '_, '_> {
    /// An entry as a table, or `None` if a problem was reported.
    fn entry<'v, E: Entry>(&mut self, raw: &'v RawValue) -> Option<Spanned<DeValue<'v>>> {
        if raw.get().len() > MAX_ROW {
            self.findings.add(
                place(raw, self.text).start,
                "this entry is longer than 64 KiB",
            );
            return None;
        }
        if !raw.get().starts_with('{') {
            let message = format!("expected an object, one for each {}", E::ONE);
            self.findings.add(place(raw, self.text).start, message);
            return None;
        }
        let mut table = DeTable::new();
        for (key, value) in self.parsed::<JsonMembers<'v>>(raw)?.0 {
            // The same as leaving it out.
            if value.get() == "null" {
                continue;
            }
            let place = place(value, self.text);
            let value = Spanned::new(place.clone(), self.member(value)?);
            if table.contains_key(key.as_str()) {
                self.findings.add(
                    place.start,
                    format!("`{}.{key}` appears twice in this object", E::ONE),
                );
            }
            table.insert(Spanned::new(place, key.into()), value);
        }
        Some(Spanned::new(place(raw, self.text), DeValue::Table(table)))
    }

    fn member<'v>(&mut self, raw: &'v RawValue) -> Option<DeValue<'v>> {
        if !raw.get().starts_with('[') {
            return self.scalar(raw);
        }
        let mut array = DeArray::new();
        for value in self.parsed::<Vec<&'v RawValue>>(raw)? {
            array.push(Spanned::new(place(value, self.text), self.scalar(value)?));
        }
        Some(DeValue::Array(array))
    }

    /// A value without its content if it is an array or object; those are reported as the wrong
    /// type.
    fn scalar<'v>(&mut self, raw: &'v RawValue) -> Option<DeValue<'v>> {
        Some(match raw.get() {
            "true" => DeValue::Boolean(true),
            "false" => DeValue::Boolean(false),
            "null" => DeValue::String(Cow::Borrowed("")),
            text if text.starts_with('"') => DeValue::String(Cow::Owned(self.parsed(raw)?)),
            text if text.starts_with('[') => DeValue::Array(DeArray::new()),
            text if text.starts_with('{') => DeValue::Table(DeTable::new()),
            // Every JSON number is also a TOML number, and TOML keeps whole numbers exact.
            number => DeValue::parse(number)
                .map_or_else(|_| DeValue::Float(DeFloat::default()), Spanned::into_inner),
        })
    }

    fn parsed<'v, T: Deserialize<'v>>(&mut self, raw: &'v RawValue) -> Option<T> {
        // The brackets are known to match; only an escape in a text can still be wrong.
        serde_json::from_str(raw.get())
            .map_err(|error| {
                self.findings
                    .add(place(raw, self.text).start, not_json(&error));
            })
            .ok()
    }
}
