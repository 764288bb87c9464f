//! A list in CSV: a line of headings, and a line for each entry. The fast one.

use std::ops::Range;

use csv::{ReaderBuilder, StringRecord};
use toml::Spanned;

use super::{Entry, Take};
use crate::clean::Clean;
use crate::config::problem::Findings;
use crate::config::shape::{Key, Name, line, listed, probably_meant};

/// A column: its heading, and what its cells say about an entry.
pub(super) type Column<E> = (&'static str, fn(&mut E, &mut Cell<'_, '_, '_>));

/// One cell that has something in it.
pub(super) struct Cell<'c, 'f, 't> {
    text: &'c str,
    /// Where the file has it: from there on, where a quote in it is doubled.
    place: Range<usize>,
    /// What it says, as in `rep.id`.
    name: Name<'c>,
    findings: &'f mut Findings<'t>,
}

/// Hands every entry of the text on.
pub(super) fn entries<E: Entry>(text: &str, findings: &mut Findings<'_>, take: Take<'_, E>) {
    let mut rows = Rows::new(text);
    if !rows.next(findings) {
        return findings.add(0, format!("this file is empty: its first line names the columns, as in `{}`", headings::<E>()));
    }
    let Some(columns) = columns::<E>(&rows, findings) else { return };
    while rows.next(findings) {
        if rows.record.len() == columns.len() {
            let entry = entry(&columns, &rows, findings);
            take(Spanned::new(rows.place(), entry), findings);
        } else {
            let (here, first) = (rows.record.len(), columns.len());
            let message =
                format!("columns in this line: {here}, in the first: {first}; a text with a comma in it stands in quotes");
            findings.add(rows.start, message);
        }
    }
}

/// The columns that the first line names, unless something is wrong with it: then every other line would be.
fn columns<E: Entry>(rows: &Rows<'_>, findings: &mut Findings<'_>) -> Option<Vec<Column<E>>> {
    let mut columns: Vec<Column<E>> = Vec::with_capacity(rows.record.len());
    let mut good = true;
    for (number, heading) in rows.record.iter().enumerate() {
        let heading = heading.trim();
        let known = E::COLUMNS.iter().find(|(known, _)| *known == heading);
        let problem = match known {
            Some((known, _)) if columns.iter().any(|(column, _)| column == known) => {
                format!("the column `{heading}` stands here twice")
            }
            Some(column) => {
                columns.push(*column);
                continue;
            }
            None => format!("unknown column `{heading}`: {}", meant_heading::<E>(heading)),
        };
        findings.add(rows.starts[number], problem);
        good = false;
    }
    if !good {
        return None;
    }
    let missing = |needed: &&&str| !columns.iter().any(|(column, _)| column == *needed);
    for needed in E::NEEDED.iter().filter(missing) {
        findings.add(rows.start, format!("the column `{needed}` is missing"));
        good = false;
    }
    good.then_some(columns)
}

fn meant_heading<E: Entry>(heading: &str) -> String {
    let known: Vec<&str> = E::COLUMNS.iter().map(|(known, _)| *known).collect();
    if heading.contains([';', '\t']) {
        return "columns are separated by commas".to_owned();
    }
    match probably_meant(heading, &known) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the first line names the columns, each one of {}", listed(&known, '`')),
    }
}

fn headings<E: Entry>() -> String {
    E::COLUMNS.iter().map(|(heading, _)| *heading).collect::<Vec<_>>().join(",")
}

fn entry<E: Entry>(columns: &[Column<E>], rows: &Rows<'_>, findings: &mut Findings<'_>) -> E {
    let section = Name::FILE.key(E::ONE);
    let mut entry = E::default();
    for ((heading, tell), (text, start)) in columns.iter().zip(rows.record.iter().zip(&rows.starts)) {
        let name = section.key(heading);
        if !text.trim().is_empty() {
            tell(&mut entry, &mut Cell { text, place: *start..start + text.len(), name, findings });
        } else if E::NEEDED.contains(heading) {
            findings.add(*start, format!("`{name}` is missing"));
        }
    }
    entry
}

impl Cell<'_, '_, '_> {
    /// One line that can be shown and sent.
    pub(super) fn line(&mut self) -> Key<Clean> {
        let line = line(self.text, self.place.clone(), &self.name, self.findings);
        self.placed(line)
    }

    /// Text, whatever it is.
    pub(super) fn text(&mut self) -> Key<String> {
        self.placed(Some(self.text.to_owned()))
    }

    /// A whole number.
    pub(super) fn number(&mut self) -> Key<u64> {
        let text = self.text.trim();
        let number = Some(text).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit())).and_then(|text| text.parse().ok());
        self.told(number, "must be a whole number from 0 to 9223372036854775807")
    }

    /// Yes or no, as people and spreadsheets write it.
    pub(super) fn truth(&mut self) -> Key<bool> {
        let text = self.text.trim();
        let is = |word| text.eq_ignore_ascii_case(word);
        self.told(is("true").then_some(true).or(is("false").then_some(false)), "must be true or false")
    }

    /// Words with spaces or semicolons between them.
    pub(super) fn words(&mut self) -> Key<Vec<Spanned<Clean>>> {
        let written = self.text.split([' ', ';']).filter(|word| !word.is_empty());
        let mut words = Vec::with_capacity(written.clone().count());
        for word in written {
            let clean = line(word, self.place.clone(), &self.name, self.findings)?;
            words.push(Spanned::new(self.place.clone(), clean));
        }
        self.placed(Some(words))
    }

    fn told<T>(&mut self, meant: Option<T>, wanted: &str) -> Key<T> {
        if meant.is_none() {
            self.findings.add(self.place.start, format!("`{}` {wanted}", self.name));
        }
        self.placed(meant)
    }

    fn placed<T>(&self, meant: Option<T>) -> Key<T> {
        meant.map(|meant| Spanned::new(self.place.clone(), meant))
    }
}

/// The lines of the text, one at a time, with the places of their cells.
struct Rows<'t> {
    text: &'t str,
    reader: csv::Reader<&'t [u8]>,
    record: StringRecord,
    /// Where the line begins.
    start: usize,
    /// Where each of its cells begins.
    starts: Vec<usize>,
}

impl<'t> Rows<'t> {
    fn new(text: &'t str) -> Self {
        // How many cells a line has is looked at here, so that every wrong one is told.
        let reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        Self { text, reader, record: StringRecord::new(), start: 0, starts: Vec::new() }
    }

    fn place(&self) -> Range<usize> {
        self.start..self.position()
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.position().byte()).unwrap_or(self.text.len())
    }

    /// Goes on to the next line; false at the end.
    fn next(&mut self, findings: &mut Findings<'_>) -> bool {
        let before = self.position();
        match self.reader.read_record(&mut self.record) {
            Ok(true) => {}
            Ok(false) => return false,
            Err(error) => {
                findings.add(before, format!("this is not CSV: {error}"));
                return false;
            }
        }
        let raw = self.text.get(before..self.position()).unwrap_or_default();
        let row = raw.trim_start_matches(['\r', '\n']);
        self.start = before + raw.len() - row.len();
        self.starts.clear();
        if memchr::memchr(b'"', row.as_bytes()).is_some() {
            self.starts.extend(quoted_starts(row).map(|offset| self.start + offset));
            self.starts.resize(self.record.len(), self.start);
        } else {
            // Nothing was unquoted: the cells stand in the record as in the file, without the commas between them.
            let start = self.start;
            let offsets = (0..self.record.len()).map(|cell| cell + self.record.range(cell).map_or(0, |range| range.start));
            self.starts.extend(offsets.map(|offset| start + offset));
        }
        true
    }
}

/// Where the cells of a line begin, some of which are in quotes.
fn quoted_starts(row: &str) -> impl Iterator<Item = usize> {
    let (mut begins, mut in_quotes, mut within) = (true, false, false);
    row.bytes().enumerate().filter_map(move |(offset, byte)| {
        let first = begins;
        // A quote counts in a cell that begins with one. A doubled one ends the quotes and opens them again.
        if first {
            in_quotes = byte == b'"';
            within = in_quotes;
        } else if in_quotes && byte == b'"' {
            within = !within;
        }
        begins = byte == b',' && !within;
        first.then_some(offset)
    })
}
