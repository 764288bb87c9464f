//! A list in CSV: a header line, and a line for each entry. The fastest format.

use std::ops::Range;

use toml::Spanned;

use super::entries::{Column, Entry, Rows, ValueKind};
use super::lenient;
use super::rows::{CsvRows, NextRow};
use super::sink::ListSink;
use crate::clean::Clean;
use crate::config::decode::{KeyPath, Keyed, line};
use crate::config::diagnostics::Diagnostics;

/// A cell that is not blank.
pub(super) struct CsvCell<'c, 'f, 't> {
    text: &'c str,
    /// Its place in the file. If a quote in it is doubled, only the start is exact.
    place: Range<usize>,
    /// Its full name, such as `rep.id`.
    name: KeyPath<'c>,
    findings: &'f mut Diagnostics<'t>,
}

/// The columns in the order of the header line; `None` for an unknown heading.
type CsvColumns<E> = Vec<Option<&'static Column<E>>>;

/// Reads every entry of the text.
pub(super) fn entries<'t, R: Rows>(text: &'t str, sink: &mut ListSink<'t, R>) {
    let mut rows = CsvRows::new(text, lenient::column::<R::Entry>);
    let columns = match rows.next() {
        NextRow::Row => columns(&rows, sink),
        NextRow::End => {
            let headings = headings::<R::Entry>();
            return sink.refuse(
                0,
                format!("this file is empty: its first line names the columns, as in `{headings}`"),
            );
        }
        NextRow::TooLong => {
            return sink.refuse(
                rows.start(),
                "the first line is too long to name the columns",
            );
        }
    };
    let Some(columns) = columns else { return };
    rows.keep_columns(columns.iter().map(Option::is_some).collect());
    while !sink.is_full() {
        match rows.next() {
            NextRow::End => return,
            NextRow::TooLong => {
                sink.skip(
                    rows.start(),
                    "this row is longer than 64 KiB, or a quote in it is not closed",
                );
                rows.go_to_next_line();
            }
            NextRow::Row if rows.is_blank() => {}
            NextRow::Row => {
                let is_good = sink.row(|findings| {
                    let before = findings.count();
                    let entry = entry(&columns, &rows, findings);
                    if rows.is_open() && findings.count() == before {
                        findings.add(rows.start(), "a quote in this row is not closed");
                    }
                    entry
                });
                if !is_good && rows.has_line_break() {
                    // An unclosed quote would swallow the following rows.
                    rows.go_to_next_line();
                }
            }
        }
    }
}

/// The columns of the header line. If it can't be understood, neither can any other line.
fn columns<R: Rows>(
    rows: &CsvRows<'_>,
    sink: &mut ListSink<'_, R>,
) -> Option<CsvColumns<R::Entry>> {
    let all = R::Entry::COLUMNS;
    let mut columns: CsvColumns<R::Entry> = Vec::new();
    let mut is_good = true;
    for (number, heading, place) in rows
        .cells()
        .map(|(number, text, place)| (number, text.trim(), place.start))
    {
        columns.resize(number, None);
        let column = lenient::column::<R::Entry>(heading).map(|position| &all[position]);
        match column {
            Some(column)
                if columns
                    .iter()
                    .flatten()
                    .any(|other| other.name == column.name) =>
            {
                sink.refuse(place, format!("the column `{heading}` appears twice"));
                is_good = false;
            }
            Some(_) => {}
            None => lenient::warn_unknown_column::<R::Entry>(heading, place, &mut sink.findings),
        }
        columns.push(column);
    }
    let is_missing = |needed: &&&str| {
        !columns
            .iter()
            .flatten()
            .any(|column| column.name == **needed)
    };
    for needed in R::Entry::NEEDED.iter().filter(is_missing) {
        sink.refuse(rows.start(), format!("the column `{needed}` is missing"));
        is_good = false;
    }
    is_good.then_some(columns)
}

fn headings<E: Entry>() -> String {
    E::COLUMNS
        .iter()
        .map(|column| column.name)
        .collect::<Vec<_>>()
        .join(",")
}

fn entry<E: Entry>(
    columns: &CsvColumns<E>,
    rows: &CsvRows<'_>,
    findings: &mut Diagnostics<'_>,
) -> Option<Spanned<E>> {
    let section = KeyPath::FILE.key(E::ONE);
    let mut entry = E::default();
    let mut missing: Vec<(&str, usize)> = E::NEEDED
        .iter()
        .map(|needed| (*needed, rows.start()))
        .collect();
    for (number, text, place) in rows.cells() {
        let text = text.trim();
        match columns.get(number) {
            Some(Some(column)) if text.is_empty() => {
                missing
                    .iter_mut()
                    .filter(|(needed, _)| *needed == column.name)
                    .for_each(|(_, at)| *at = place.start);
            }
            Some(Some(column)) => {
                missing.retain(|(needed, _)| *needed != column.name);
                let name = section.key(column.name);
                if column.kind == ValueKind::Text {
                    lenient::warn_damaged_text(text, place.start, &name, findings);
                }
                (column.set)(
                    &mut entry,
                    &mut CsvCell {
                        text,
                        place,
                        name,
                        findings,
                    },
                );
            }
            None if !text.is_empty() => {
                let (here, first) = (number + 1, columns.len());
                let message = format!(
                    "columns in this line: {here}, in the first: {first}; put a text with a comma in quotes"
                );
                findings.add(rows.start(), message);
                return None;
            }
            Some(None) | None => {}
        }
    }
    for (needed, at) in missing {
        findings.add(at, format!("`{}` is missing", section.key(needed)));
    }
    Some(Spanned::new(rows.place(), entry))
}

impl CsvCell<'_, '_, '_> {
    /// One line of text that can be shown and sent.
    pub(super) fn line(&mut self) -> Keyed<Clean> {
        let line = line(self.text, self.place.clone(), &self.name, self.findings);
        self.spanned(line)
    }

    pub(super) fn text(&mut self) -> Keyed<String> {
        self.spanned(Some(self.text.to_owned()))
    }

    pub(super) fn number(&mut self) -> Keyed<u64> {
        self.report_invalid(
            lenient::parse_id(self.text),
            "must be a whole number from 0 to 9223372036854775807",
        )
    }

    /// Yes or no, as people and spreadsheets write it.
    pub(super) fn boolean(&mut self) -> Keyed<bool> {
        self.report_invalid(lenient::parse_bool(self.text), "must be true or false")
    }

    /// Words separated by spaces, commas or semicolons.
    pub(super) fn words(&mut self) -> Keyed<Vec<Spanned<Clean>>> {
        let mut words = Vec::new();
        for word in lenient::split_words(self.text) {
            let clean = line(word, self.place.clone(), &self.name, self.findings)?;
            words.push(Spanned::new(self.place.clone(), clean));
        }
        self.spanned(Some(words))
    }

    fn report_invalid<T>(&mut self, value: Option<T>, wanted: &str) -> Keyed<T> {
        if value.is_none() {
            self.findings
                .add(self.place.start, format!("`{}` {wanted}", self.name));
        }
        self.spanned(value)
    }

    fn spanned<T>(&self, value: Option<T>) -> Keyed<T> {
        value.map(|value| Spanned::new(self.place.clone(), value))
    }
}
