//! Reads the rows of a CSV file one at a time, with the places of their cells.

use std::ops::Range;

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

use super::MAX_ROW;

/// The maximum number of columns in a spreadsheet.
const MAX_COLUMNS: usize = 16_384;

/// The possible delimiters, most likely first.
const DELIMITERS: [char; 3] = [',', ';', '\t'];

/// What comes next in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NextRow {
    Row,
    /// A row that is only partly kept: it has no end, or too many columns.
    TooLong,
    /// The end of the file.
    End,
}

/// A cell of the current row: its column, its place in the file, and the range of its text in the
/// buffer.
struct CellPlace {
    column: usize,
    place: Range<usize>,
    text: Range<usize>,
}

pub(super) struct CsvRows<'t> {
    text: &'t str,
    delimiter: u8,
    reader: Reader,
    /// Where the next row begins.
    offset: usize,
    /// Where the current row begins.
    start: usize,
    /// Columns whose blank cells are kept too.
    kept: Vec<bool>,
    cells: Vec<CellPlace>,
    /// Whether the text ends inside a quote.
    is_open: bool,
    buffer: Box<[u8]>,
}

impl<'t> CsvRows<'t> {
    /// Starts with the headings. `column` recognizes a heading.
    pub(super) fn new(text: &'t str, column: impl Fn(&str) -> Option<usize>) -> Self {
        let (at, delimiter) = find_headings(text, column);
        let reader = ReaderBuilder::new().delimiter(delimiter).build();
        let buffer = vec![0; MAX_ROW].into();
        Self {
            text,
            delimiter,
            reader,
            offset: at,
            start: at,
            kept: Vec::new(),
            cells: Vec::new(),
            is_open: false,
            buffer,
        }
    }

    /// From now on, blank cells of these columns are kept too.
    pub(super) fn keep_columns(&mut self, kept: Vec<bool>) {
        self.kept = kept;
    }

    /// Where the current row begins.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// The range of the current row.
    pub(super) fn place(&self) -> Range<usize> {
        self.start..self.offset
    }

    /// The kept cells of the current row: columns, texts and places.
    pub(super) fn cells(&self) -> impl Iterator<Item = (usize, &str, Range<usize>)> {
        self.cells
            .iter()
            .map(|cell| (cell.column, self.cell_text(cell), cell.place.clone()))
    }

    /// Whether all cells of the current row are blank.
    pub(super) fn is_blank(&self) -> bool {
        self.cells
            .iter()
            .all(|cell| self.cell_text(cell).trim().is_empty())
    }

    /// Whether a cell spans several lines.
    pub(super) fn has_line_break(&self) -> bool {
        self.cells
            .iter()
            .any(|cell| self.cell_text(cell).contains('\n'))
    }

    /// Whether the current row has a quote that is not closed before the text ends.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    fn cell_text(&self, cell: &CellPlace) -> &str {
        // The text is cut only at ASCII bytes, so every part is valid UTF-8.
        self.buffer
            .get(cell.text.clone())
            .and_then(|text| std::str::from_utf8(text).ok())
            .unwrap_or_default()
    }

    /// Goes back to the line after the one in which the current row begins.
    pub(super) fn go_to_next_line(&mut self) {
        let rest = self.text.as_bytes().get(self.start..).unwrap_or_default();
        self.offset = self.start + memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        self.is_open = false;
        self.reader.reset();
    }

    /// Reads the next row.
    pub(super) fn next(&mut self) -> NextRow {
        self.cells.clear();
        self.skip(|byte| matches!(byte, b'\r' | b'\n'));
        self.start = self.offset;
        let mut used = 0;
        for column in 0..MAX_COLUMNS {
            self.skip_to_quote();
            let (start, from) = (self.offset, used);
            let input = self.text.as_bytes().get(self.offset..).unwrap_or_default();
            let (result, read, written) = self.reader.read_field(input, &mut self.buffer[used..]);
            self.offset += read;
            used += written;
            let is_last = match result {
                ReadFieldResult::InputEmpty => {
                    // A line break is part of a cell only inside a quote.
                    let (end, ..) = self.reader.read_field(b"\n", &mut self.buffer[used..]);
                    self.is_open = !matches!(end, ReadFieldResult::Field { .. });
                    true
                }
                ReadFieldResult::OutputFull => return NextRow::TooLong,
                ReadFieldResult::Field { record_end } => record_end,
                ReadFieldResult::End => return NextRow::End,
            };
            if used > from || self.kept.get(column).is_some_and(|kept| *kept) {
                self.cells.push(CellPlace {
                    column,
                    place: start..self.offset,
                    text: from..used,
                });
            }
            if is_last {
                return NextRow::Row;
            }
        }
        NextRow::TooLong
    }

    fn skip(&mut self, what: impl Fn(u8) -> bool) {
        let rest = self.text.as_bytes().get(self.offset..).unwrap_or_default();
        self.offset += rest.iter().take_while(|byte| what(**byte)).count();
    }

    /// Skips blanks before a quoted cell, so that its quotes count.
    fn skip_to_quote(&mut self) {
        let (before, delimiter) = (self.offset, self.delimiter);
        self.skip(|byte| matches!(byte, b' ' | b'\t') && byte != delimiter);
        if self.text.as_bytes().get(self.offset) != Some(&b'"') {
            self.offset = before;
        }
    }
}

/// Where the headings of a text begin, and its delimiter. A `sep=;` line, as Excel writes it, may
/// name the delimiter; otherwise the headings decide.
fn find_headings(text: &str, column: impl Fn(&str) -> Option<usize>) -> (usize, u8) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\r', '\n']);
        if let Some(delimiter) = declared_delimiter(bare) {
            return (at + line.len(), delimiter);
        }
        if !bare
            .trim_matches(|c: char| c.is_whitespace() || c == '"' || DELIMITERS.contains(&c))
            .is_empty()
        {
            let known = |delimiter: &char| {
                bare.split(*delimiter)
                    .take(MAX_COLUMNS)
                    .filter(|heading| column(heading).is_some())
                    .count()
            };
            // `max_by_key` returns the last maximum, hence the reversal.
            let delimiter = DELIMITERS
                .into_iter()
                .rev()
                .max_by_key(known)
                .unwrap_or(',');
            return (at, delimiter as u8);
        }
        at += line.len();
    }
    (0, b',')
}

/// The delimiter that Excel's `sep=;` line names.
fn declared_delimiter(line: &str) -> Option<u8> {
    let line = line.trim_matches('"');
    let (word, said) = line.split_at_checked(4)?;
    let delimiter = said.trim_matches([' ', '"']).chars().next();
    let is_alone = said
        .chars()
        .filter(|c| !matches!(c, ' ' | '"'))
        .all(|c| DELIMITERS.contains(&c));
    (word.eq_ignore_ascii_case("sep=") && is_alone).then(|| delimiter.unwrap_or(',') as u8)
}
