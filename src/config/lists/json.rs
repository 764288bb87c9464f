//! A list in JSON: an array of objects, or an object with that array under its name: `{"reps": [..]}`.
//!
//! Every entry becomes the table that it would be in TOML, and is read as one: the same shapes, the same words.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use toml::Spanned;
use toml::de::{DeArray, DeFloat, DeTable, DeValue};

use super::entries::{Entry, Rows};
use super::sink::Sink;
use super::{ROW_AT_MOST, lenient};
use crate::config::problem::Findings;
use crate::config::shape::{Name, unknown_key};

/// Hands every entry of the text on.
pub(super) fn entries<'t, R: Rows>(text: &'t str, sink: &mut Sink<'t, R>) {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let mut list = Entries { text, sink };
    let read = deserializer.deserialize_any(Whole(&mut list)).and_then(|()| deserializer.end());
    if let Err(error) = read {
        // As with TOML, what else may be wrong with a broken file is guesswork.
        sink.refuse_all(text, place_of(&error, text), not_json(&error));
    }
}

fn not_json(error: &serde_json::Error) -> String {
    let told = error.to_string();
    format!("this can't be read as JSON: {}", told.split_once(" at line ").map_or(told.as_str(), |(words, _)| words))
}

/// The byte at which the text stopped to make sense.
fn place_of(error: &serde_json::Error, text: &str) -> usize {
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    (before + error.column().saturating_sub(1)).min(text.len())
}

/// The array of entries.
struct Entries<'a, 't, R> {
    text: &'t str,
    sink: &'a mut Sink<'t, R>,
}

/// The array of entries, or the object that it stands in.
struct Whole<'l, 'a, 't, R>(&'l mut Entries<'a, 't, R>);

fn expected<R: Rows>(formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(formatter, "an array of objects, one for each {}", R::Entry::ONE)
}

impl<'de, R: Rows> DeserializeSeed<'de> for &mut Entries<'_, '_, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, R: Rows> Visitor<'de> for &mut Entries<'_, '_, R> {
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
                let entry = Source { text, findings }.entry::<R::Entry>(raw)?;
                lenient::read(entry, findings)
            });
        }
        Ok(())
    }
}

impl<'de, R: Rows> Visitor<'de> for Whole<'_, '_, '_, R> {
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
                self.0.sink.fault(|findings| unknown_key(&key, &Name::FILE, &[many], findings));
            }
        }
        Ok(())
    }
}

/// Where in the text a value stands that was borrowed from it.
fn place(raw: &RawValue, text: &str) -> Range<usize> {
    let start = raw.get().as_ptr().addr().saturating_sub(text.as_ptr().addr());
    start..start + raw.get().len()
}

/// An object as its members, in their order.
struct Members<'t>(Vec<(String, &'t RawValue)>);

impl<'de: 't, 't> Deserialize<'de> for Members<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self(Vec::new()))
    }
}

impl<'de: 't, 't> Visitor<'de> for Members<'t> {
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

/// Where values come from, and where is told what is wrong with them.
///
/// An entry, what it says, and the words of a list in it: three levels, each with a function of its own, so that a file of
/// brackets alone goes no deeper.
struct Source<'a, 'f, 't> {
    text: &'a str,
    findings: &'f mut Findings<'t>,
}

impl Source<'_, '_, '_> {
    /// An entry as its table; none where it is told why not.
    fn entry<'v, E: Entry>(&mut self, raw: &'v RawValue) -> Option<Spanned<DeValue<'v>>> {
        if raw.get().len() > ROW_AT_MOST {
            self.findings.add(place(raw, self.text).start, "this entry is longer than 64 KiB");
            return None;
        }
        if !raw.get().starts_with('{') {
            let message = format!("here belongs an object, one for each {}", E::ONE);
            self.findings.add(place(raw, self.text).start, message);
            return None;
        }
        let mut table = DeTable::new();
        for (key, value) in self.parsed::<Members<'v>>(raw)?.0 {
            // As good as left out.
            if value.get() == "null" {
                continue;
            }
            let place = place(value, self.text);
            let value = Spanned::new(place.clone(), self.member(value)?);
            if table.contains_key(key.as_str()) {
                self.findings.add(place.start, format!("`{}.{key}` stands twice in this object", E::ONE));
            }
            table.insert(Spanned::new(place, key.into()), value);
        }
        Some(Spanned::new(place(raw, self.text), DeValue::Table(table)))
    }

    fn member<'v>(&mut self, raw: &'v RawValue) -> Option<DeValue<'v>> {
        if !raw.get().starts_with('[') {
            return self.plain(raw);
        }
        let mut array = DeArray::new();
        for value in self.parsed::<Vec<&'v RawValue>>(raw)? {
            array.push(Spanned::new(place(value, self.text), self.plain(value)?));
        }
        Some(DeValue::Array(array))
    }

    /// A value with nothing in it that matters: what is an array or object here is told of as that.
    fn plain<'v>(&mut self, raw: &'v RawValue) -> Option<DeValue<'v>> {
        Some(match raw.get() {
            "true" => DeValue::Boolean(true),
            "false" => DeValue::Boolean(false),
            "null" => DeValue::String(Cow::Borrowed("")),
            text if text.starts_with('"') => DeValue::String(Cow::Owned(self.parsed(raw)?)),
            text if text.starts_with('[') => DeValue::Array(DeArray::new()),
            text if text.starts_with('{') => DeValue::Table(DeTable::new()),
            // Every number of JSON is one of TOML, where a whole one stays as exact as it is written.
            number => DeValue::parse(number).map_or_else(|_| DeValue::Float(DeFloat::default()), Spanned::into_inner),
        })
    }

    fn parsed<'v, T: Deserialize<'v>>(&mut self, raw: &'v RawValue) -> Option<T> {
        // The brackets are known to match; what can be wrong still is an escape in a text.
        serde_json::from_str(raw.get()).map_err(|error| self.findings.add(place(raw, self.text).start, not_json(&error))).ok()
    }
}
