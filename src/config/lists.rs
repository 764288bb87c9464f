//! The lists of `[lists]`: representatives and issues in separate files, which an external job
//! writes.
//!
//! ```text
//! reps.csv  ──> csv ──┐
//! reps.json ──> json ─┼─> lenient ─> rows (schema) ─> checks of the config ─> ListSink
//! reps.toml ──> toml ─┘                                                        │
//!                                                        Choices, ListReport <─┘
//! ```
//!
//! A bad row is skipped. A list that can't be used at all is rejected and replaced by its last good
//! copy. Neither puts a kiosk out of service (K9).
//!
//! A CSV file of a hundred thousand rows is read in about a tenth of a second. The first frame does
//! not wait for that. Memory use grows at most with the file size: a row has at
//! most `MAX_ROW` bytes, and there are at most `MAX_ROWS`.

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

pub use self::copies::{Copies, CopyAccess};
use self::copies::{LastCopy, TooShort};
use self::entries::{Entry, IssueRows, RepRows, Rows};
use self::sink::ListSink;
use super::diagnostics::{ConfigError, ConfigErrors};
use super::read::{LIST, read_text_with_bom, refusal};
use super::{Config, ListFile, ListFormat};
use crate::session::{Issue, RepTable};

/// The maximum number of rows in a list.
const MAX_ROWS: usize = 1_000_000;
/// The maximum length of a row, in bytes.
const MAX_ROW: usize = 64 << 10;

/// Everything that a customer can choose from: the entries of the config, then those of its lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// All representatives, including absent ones; ids are unique.
    pub reps: RepTable,
    pub issues: Vec<Issue>,
}

/// The result of reading the lists of a config.
#[derive(Clone, Debug)]
pub struct ListsRead {
    pub choices: Choices,
    /// One report per list.
    pub lists: Vec<ListReport>,
}

/// The result of reading one list.
#[derive(Clone, Debug)]
pub struct ListReport {
    pub(crate) file: PathBuf,
    pub origin: ListOrigin,
    pub(crate) rows: usize,
    pub skipped: usize,
    /// Bad rows, or why the file is rejected.
    pub(crate) problems: Option<ConfigErrors>,
    /// Content that is valid but was probably not intended.
    pub(crate) warnings: Option<ConfigErrors>,
}

/// Where the rows in use come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListOrigin {
    /// The file.
    File,
    /// The last good copy, made at this time, because the file is rejected.
    LastCopy(Option<SystemTime>),
    /// The file is rejected, and there is no copy of it.
    Unavailable,
}

impl ListReport {
    pub(crate) fn is_refused(&self) -> bool {
        self.origin != ListOrigin::File
    }
}

impl ListsRead {
    /// The problems of all lists.
    pub fn problems(&self) -> Option<ConfigErrors> {
        self.lists
            .iter()
            .filter_map(|list| list.problems.clone())
            .reduce(ConfigErrors::merge)
    }

    /// The warnings of all lists.
    pub fn warnings(&self) -> Option<ConfigErrors> {
        self.lists
            .iter()
            .filter_map(|list| list.warnings.clone())
            .reduce(ConfigErrors::merge)
    }

    /// Whether a list has no usable rows at all.
    pub fn lacks_a_list(&self) -> bool {
        self.lists
            .iter()
            .any(|list| list.origin == ListOrigin::Unavailable)
    }
}

/// Reads the lists of a config and appends them to the config's own entries.
///
/// Waits only for the disk. With `copies`, a rejected list is replaced by its last good copy.
pub fn read(config: &Config, copies: Option<&Copies>) -> ListsRead {
    let (reps, of_reps) = with_file::<RepRows>(config, config.lists.reps.as_ref(), copies);
    let (issues, of_issues) = with_file::<IssueRows>(config, config.lists.issues.as_ref(), copies);
    let choices = Choices {
        reps: reps.into_table(),
        issues: issues.into_issues(),
    };
    ListsRead {
        choices,
        lists: of_reps.into_iter().chain(of_issues).collect(),
    }
}

struct LoadedList<R> {
    rows: R,
    good: usize,
    bad: usize,
    problems: Option<ConfigErrors>,
    warnings: Option<ConfigErrors>,
}

/// Why a list can't be used, with its other warnings.
struct ListRefusal {
    problems: ConfigErrors,
    warnings: Option<ConfigErrors>,
    bad: usize,
}

impl From<ConfigErrors> for Box<ListRefusal> {
    fn from(problems: ConfigErrors) -> Self {
        Self::new(ListRefusal {
            problems,
            warnings: None,
            bad: 0,
        })
    }
}

fn with_file<R: Rows>(
    config: &Config,
    file: Option<&ListFile>,
    copies: Option<&Copies>,
) -> (R, Option<ListReport>) {
    let Some(file) = file else {
        return (R::of(config), None);
    };
    let report = |origin, rows, skipped, problems, warnings| {
        Some(ListReport {
            file: file.path.clone(),
            origin,
            rows,
            skipped,
            problems,
            warnings,
        })
    };
    match from_file::<R>(config, file, copies) {
        Ok(list) => (
            list.rows,
            report(
                ListOrigin::File,
                list.good,
                list.bad,
                list.problems,
                list.warnings,
            ),
        ),
        Err(refusal) => {
            let ListRefusal {
                problems,
                warnings,
                bad,
            } = *refusal;
            match copies.and_then(|copies| from_copy::<R>(config, file, copies)) {
                Some((list, made)) => (
                    list.rows,
                    report(
                        ListOrigin::LastCopy(made),
                        list.good,
                        bad,
                        Some(problems),
                        warnings,
                    ),
                ),
                None => (
                    R::of(config),
                    report(ListOrigin::Unavailable, 0, bad, Some(problems), warnings),
                ),
            }
        }
    }
}

fn from_file<R: Rows>(
    config: &Config,
    file: &ListFile,
    copies: Option<&Copies>,
) -> Result<LoadedList<R>, Box<ListRefusal>> {
    let (text, ownership) = read_text_with_bom(&file.path, &LIST)?;
    if let Some(message) = refusal(ownership, config.kiosk.lockdown) {
        return Err(ConfigErrors::from(ConfigError::in_file(&file.path, message)).into());
    }
    let list = from_text::<R>(config, file, &text)?;
    let refused = |list: LoadedList<R>, message: &str| {
        let problems = ConfigErrors::from(ConfigError::in_file(&file.path, message));
        let problems = list
            .problems
            .into_iter()
            .fold(problems, ConfigErrors::merge);
        Box::new(ListRefusal {
            problems,
            warnings: list.warnings,
            bad: list.bad,
        })
    };
    let rows = list.good;
    if list.bad > 0 && (rows == 0 || config.lists.bad_rows == super::BadRows::Refuse) {
        let (warnings, bad) = (list.warnings, list.bad);
        let nothing = || ConfigError::in_file(&file.path, "this list has no good row").into();
        return Err(ListRefusal {
            problems: list.problems.unwrap_or_else(nothing),
            warnings,
            bad,
        }
        .into());
    }
    if rows < config.lists.min_rows {
        let message = format!(
            "this list has {rows} rows, and `lists.min_rows` is {}",
            config.lists.min_rows
        );
        return Err(refused(list, &message));
    }
    match copies.map(|copies| copies.accept(file, R::Entry::MANY, &text, rows)) {
        None | Some(Ok(())) => Ok(list),
        Some(Err(TooShort {
            previous_rows: before,
            copy,
        })) => {
            let copy = copy.display();
            let message = format!(
                "this list has {rows} rows, fewer than half of the {before} before: if that is right, remove {copy}"
            );
            Err(refused(list, &message))
        }
    }
}

fn from_copy<R: Rows>(
    config: &Config,
    file: &ListFile,
    copies: &Copies,
) -> Option<(LoadedList<R>, Option<SystemTime>)> {
    let LastCopy {
        text,
        modified: made,
    } = copies.last(file, R::Entry::MANY)?;
    Some((from_text(config, file, &text).ok()?, made))
}

fn from_text<R: Rows>(
    config: &Config,
    file: &ListFile,
    text: &str,
) -> Result<LoadedList<R>, Box<ListRefusal>> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut sink = ListSink::<R>::new(config, text);
    match file.format {
        ListFormat::Csv => csv::entries(text, &mut sink),
        ListFormat::Toml => tables::entries(text, &mut sink),
        ListFormat::Json => json::entries(text, &mut sink),
    }
    sink.into_list(&file.path)
}
