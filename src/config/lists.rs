//! The lists of `[lists]`: representatives and issues in files of their own, which another job writes.
//!
//! ```text
//! reps.csv  ──> csv ──┐
//! reps.json ──> json ─┼─> lenient ─> rows as written (schema) ─> the checks of [[rep]] and [[issue]] ─> Sink ─> Choices
//! reps.toml ──> toml ─┘                                                                                 └─> ListReport
//! ```
//!
//! A bad row is skipped. A list that can't be used at all is refused, and the last good copy of it takes its place. Neither
//! puts a kiosk out of service (K9).
//!
//! A hundred thousand rows are read in about a tenth of a second from CSV, which the first frame does not wait for
//! (docs/design.md). Memory grows with the file, whatever is in it: a row is at most [`ROW_AT_MOST`] long, and there
//! are at most [`ROWS_AT_MOST`].

mod copies;
mod csv;
mod entries;
mod json;
mod lenient;
mod rows;
mod sink;
mod tables;

use std::path::PathBuf;
use std::time::SystemTime;

pub use self::copies::{Copies, Keep};
use self::copies::{LastCopy, TooShort};
use self::entries::{Entry, IssueRows, RepRows, Rows};
use self::sink::Sink;
use super::problem::{Problem, Problems};
use super::read::{LIST, marked_text_of};
use super::{Config, ListFile, ListFormat};
use crate::session::{Issue, RepTable};

/// A list has no more rows.
const ROWS_AT_MOST: usize = 1_000_000;
/// A row of a list is no longer, in bytes.
const ROW_AT_MOST: usize = 64 << 10;

/// All that a customer can choose from: what the config itself has, and behind it what its lists have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// The representatives, absent ones too; ids are unique.
    pub reps: RepTable,
    /// The issues.
    pub issues: Vec<Issue>,
}

/// What reading the lists of a config came to.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What can be chosen.
    pub choices: Choices,
    /// How it went with each list.
    pub lists: Vec<ListReport>,
}

/// How it went with one list.
#[derive(Clone, Debug)]
pub struct ListReport {
    /// The list's file.
    pub file: PathBuf,
    /// Where the rows in use are from.
    pub origin: ListOrigin,
    /// How many rows are in use.
    pub rows: usize,
    /// How many rows of the file are bad.
    pub skipped: usize,
    /// What is wrong with the file: bad rows, or why it is refused.
    pub problems: Option<Problems>,
    /// What in the file is good as it is, and hardly what was meant.
    pub warnings: Option<Problems>,
}

/// Where the rows in use are from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListOrigin {
    /// The file.
    File,
    /// The last good copy, made at this time: the file is refused.
    LastCopy(Option<SystemTime>),
    /// Nowhere: the file is refused, and there is no copy of it.
    Nowhere,
}

impl ListReport {
    /// Whether the file is refused.
    pub fn is_refused(&self) -> bool {
        self.origin != ListOrigin::File
    }
}

impl Reading {
    /// What is wrong with any of the lists.
    pub fn problems(&self) -> Option<Problems> {
        self.lists.iter().filter_map(|list| list.problems.clone()).reduce(Problems::and)
    }

    /// What is hardly meant in any of the lists.
    pub fn warnings(&self) -> Option<Problems> {
        self.lists.iter().filter_map(|list| list.warnings.clone()).reduce(Problems::and)
    }

    /// Whether there is nothing to use of some list.
    pub fn lacks_a_list(&self) -> bool {
        self.lists.iter().any(|list| list.origin == ListOrigin::Nowhere)
    }
}

/// Reads the lists of a config, and lays them behind what it has itself. Without lists that is all there is.
///
/// Never waits for anything but the disk. With `copies`, a list that is refused is replaced by its last good copy.
pub fn read(config: &Config, copies: Option<&Copies>) -> Reading {
    let (reps, of_reps) = with_file::<RepRows>(config, config.lists.reps.as_ref(), copies);
    let (issues, of_issues) = with_file::<IssueRows>(config, config.lists.issues.as_ref(), copies);
    let choices = Choices { reps: reps.into_table(), issues: issues.into_issues() };
    Reading { choices, lists: of_reps.into_iter().chain(of_issues).collect() }
}

/// A list that was read.
struct List<R> {
    rows: R,
    good: usize,
    bad: usize,
    problems: Option<Problems>,
    warnings: Option<Problems>,
}

/// Why a list can't be used, and what else is to be said of it.
struct Refusal {
    problems: Problems,
    warnings: Option<Problems>,
    bad: usize,
}

impl From<Problems> for Box<Refusal> {
    fn from(problems: Problems) -> Self {
        Self::new(Refusal { problems, warnings: None, bad: 0 })
    }
}

fn with_file<R: Rows>(config: &Config, file: Option<&ListFile>, copies: Option<&Copies>) -> (R, Option<ListReport>) {
    let Some(file) = file else { return (R::of(config), None) };
    let report = |origin, rows, skipped, problems, warnings| {
        Some(ListReport { file: file.path.clone(), origin, rows, skipped, problems, warnings })
    };
    match from_file::<R>(config, file, copies) {
        Ok(list) => (list.rows, report(ListOrigin::File, list.good, list.bad, list.problems, list.warnings)),
        Err(refusal) => {
            let Refusal { problems, warnings, bad } = *refusal;
            match copies.and_then(|copies| from_copy::<R>(config, file, copies)) {
                Some((list, made)) => (list.rows, report(ListOrigin::LastCopy(made), list.good, bad, Some(problems), warnings)),
                None => (R::of(config), report(ListOrigin::Nowhere, 0, bad, Some(problems), warnings)),
            }
        }
    }
}

fn from_file<R: Rows>(config: &Config, file: &ListFile, copies: Option<&Copies>) -> Result<List<R>, Box<Refusal>> {
    let (text, keeping) = marked_text_of(&file.path, &LIST)?;
    if let Some(message) = keeping.wrong_for(config.kiosk.lockdown) {
        return Err(Problems::from(Problem::of_file(&file.path, message)).into());
    }
    let list = from_text::<R>(config, file, &text)?;
    let refused = |list: List<R>, message: &str| {
        let problems = Problems::from(Problem::of_file(&file.path, message));
        let problems = list.problems.into_iter().fold(problems, Problems::and);
        Box::new(Refusal { problems, warnings: list.warnings, bad: list.bad })
    };
    let rows = list.good;
    if list.bad > 0 && (rows == 0 || config.lists.bad_rows == super::BadRows::Refuse) {
        let (warnings, bad) = (list.warnings, list.bad);
        let nothing = || Problem::of_file(&file.path, "no row of this list is good").into();
        return Err(Refusal { problems: list.problems.unwrap_or_else(nothing), warnings, bad }.into());
    }
    if rows < config.lists.min_rows {
        let message = format!("this list has {rows} rows, and `lists.min_rows` is {}", config.lists.min_rows);
        return Err(refused(list, &message));
    }
    match copies.map(|copies| copies.take(file, R::Entry::MANY, &text, rows)) {
        None | Some(Ok(())) => Ok(list),
        Some(Err(TooShort { before, copy })) => {
            let copy = copy.display();
            let message =
                format!("this list has {rows} rows, fewer than half of the {before} before: if that is right, remove {copy}");
            Err(refused(list, &message))
        }
    }
}

fn from_copy<R: Rows>(config: &Config, file: &ListFile, copies: &Copies) -> Option<(List<R>, Option<SystemTime>)> {
    let LastCopy { text, made } = copies.last(file, R::Entry::MANY)?;
    Some((from_text(config, file, &text).ok()?, made))
}

fn from_text<R: Rows>(config: &Config, file: &ListFile, text: &str) -> Result<List<R>, Box<Refusal>> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut sink = Sink::<R>::new(config, text);
    match file.format {
        ListFormat::Csv => csv::entries(text, &mut sink),
        ListFormat::Toml => tables::entries(text, &mut sink),
        ListFormat::Json => json::entries(text, &mut sink),
    }
    sink.into_list(&file.path)
}
