//! The problems of a config, all reported at once: collected as [`Diagnostics`] while the file is
//! read, returned as [`ConfigErrors`].

use std::collections::BinaryHeap;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::clean::{Clean, RefusedCharacter};
use crate::failure::{Failure, Fault};

/// The maximum length of a message, in characters, including what it quotes from the file.
const MAX_MESSAGE: usize = 300;

/// How many problems are listed; the rest are only counted. A list of a hundred thousand entries
/// with a wrong column has as many problems.
const MAX_LISTED: usize = 50;

/// A place in a file, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) line: usize,
    /// In characters.
    pub(crate) column: usize,
}

/// One problem of a config. `Display` writes `FILE:LINE:COLUMN: message` on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConfigError {
    /// The file, as it was named.
    pub(crate) file: PathBuf,
    /// `None` if the file could not be read at all.
    pub(crate) place: Option<Position>,
    /// What is wrong and how to fix it.
    pub(crate) message: Clean,
}

/// One or more problems of a config and its lists, in file order. The first 50 are listed, the rest
/// only counted. `Display` writes one line per problem and one for the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors {
    first: ConfigError,
    others: Vec<ConfigError>,
    unlisted: usize,
    locked: bool,
}

impl std::error::Error for ConfigErrors {}

impl ConfigError {
    /// A problem with a whole file.
    pub(super) fn in_file(file: &Path, message: &str) -> Self {
        Self {
            file: file.to_owned(),
            place: None,
            message: Clean::sanitized(message, MAX_MESSAGE),
        }
    }
}

impl From<ConfigError> for ConfigErrors {
    fn from(only: ConfigError) -> Self {
        Self {
            first: only,
            others: Vec::new(),
            unlisted: 0,
            locked: false,
        }
    }
}

impl ConfigErrors {
    /// The listed problems in file order; those without a place come first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &ConfigError> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Whether the kiosk is locked, by its config or by how it was started. Then a customer must
    /// not get past the problems (K9).
    pub(crate) fn is_locked(&self) -> bool {
        self.locked
    }

    /// Marks them as the problems of a locked kiosk.
    pub(super) fn mark_locked(self) -> Self {
        Self {
            locked: true,
            ..self
        }
    }

    /// The number of problems and the first one. The number comes first, so that it is never cut
    /// off on the screen.
    pub(crate) fn summary(&self) -> String {
        match self.count() {
            1 => self.first.to_string(),
            count => format!("{count} problems; the first: {}", self.first),
        }
    }

    pub(crate) fn count(&self) -> usize {
        1 + self.others.len() + self.unlisted
    }

    /// Appends the problems of another file.
    pub(super) fn merge(mut self, later: Self) -> Self {
        let count = self.count() + later.count();
        self.locked |= later.locked;
        self.others.push(later.first);
        self.others.extend(later.others);
        self.others.truncate(MAX_LISTED - 1);
        self.unlisted = count - 1 - self.others.len();
        self
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:",
            Clean::sanitized(&self.file.display().to_string(), usize::MAX)
        )?;
        if let Some(Position { line, column }) = self.place {
            write!(f, "{line}:{column}:")?;
        }
        write!(f, " {}", self.message)
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first.fmt(f)?;
        self.others
            .iter()
            .try_for_each(|problem| write!(f, "\n{problem}"))?;
        match self.unlisted {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

impl From<ConfigErrors> for Failure {
    fn from(problems: ConfigErrors) -> Self {
        Self::with_subject(Fault::BadConfig, &problems.summary())
    }
}

/// Collects problems and warnings, each at a byte offset of the text. The first ones in the text
/// are kept, the rest counted. Lines and columns are computed once, at the end.
pub(super) struct Diagnostics<'t> {
    text: &'t str,
    /// Where the part of the text begins that is being read; offsets are relative to it.
    base: usize,
    problems: FirstFindings,
    warnings: FirstFindings,
}

/// The first findings in the text.
#[derive(Default)]
struct FirstFindings {
    first: BinaryHeap<(usize, String)>,
    unlisted: usize,
}

impl FirstFindings {
    fn add(&mut self, at: usize, message: String) {
        self.first.push((at, message));
        if self.first.len() > MAX_LISTED {
            self.first.pop();
            self.unlisted += 1;
        }
    }

    fn count(&self) -> usize {
        self.first.len() + self.unlisted
    }
}

impl<'t> Diagnostics<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            base: 0,
            problems: FirstFindings::default(),
            warnings: FirstFindings::default(),
        }
    }

    /// Offsets of later findings are relative to this one.
    pub(super) fn begin_part(&mut self, base: usize) {
        self.base = base;
    }

    /// Adds a problem at a byte offset.
    pub(super) fn add(&mut self, at: usize, message: impl Into<String>) {
        self.problems.add(self.base + at, message.into());
    }

    /// Adds a warning at a byte offset: something valid that was probably not intended.
    pub(super) fn warn(&mut self, at: usize, message: impl fmt::Display) {
        self.warnings
            .add(self.base + at, format!("warning: {message}"));
    }

    /// The number of problems so far, without warnings.
    pub(super) fn count(&self) -> usize {
        self.problems.count()
    }

    /// Adds a problem at a part of a value if the file contains it literally, else at the value.
    pub(super) fn add_within(
        &mut self,
        value: Range<usize>,
        part: &str,
        message: impl Into<String>,
    ) {
        let written = self
            .text
            .get(self.base..)
            .and_then(|rest| rest.get(value.clone()));
        let offset = written.and_then(|written| written.find(part)).unwrap_or(0);
        self.add(value.start + offset, message);
    }

    /// Adds a problem for a character that can't be shown or sent (T6).
    pub(super) fn add_refused(
        &mut self,
        value: Range<usize>,
        key: impl fmt::Display,
        refused: RefusedCharacter,
    ) {
        self.add_within(
            value,
            refused.character.encode_utf8(&mut [0; 4]),
            format!("`{key}`: {refused}; leave it out"),
        );
    }

    /// The result, if there are no problems.
    pub(super) fn finish<T>(self, valid: Option<T>, file: &Path) -> Result<T, ConfigErrors> {
        match valid {
            Some(value) if self.count() == 0 => Ok(value),
            Some(_) | None => Err(self.into_problems(file)),
        }
    }

    pub(super) fn into_problems(self, file: &Path) -> ConfigErrors {
        self.into_errors_and_warnings(file)
            .0
            .unwrap_or_else(|| ConfigError::in_file(file, "this file makes no config").into())
    }

    /// The problems of the file, if any, and its warnings.
    pub(super) fn into_errors_and_warnings(
        self,
        file: &Path,
    ) -> (Option<ConfigErrors>, Option<ConfigErrors>) {
        let Self {
            text,
            problems: found,
            warnings: warned,
            ..
        } = self;
        (
            found.into_problems(text, file),
            warned.into_problems(text, file),
        )
    }
}

impl FirstFindings {
    fn into_problems(self, text: &str, file: &Path) -> Option<ConfigErrors> {
        let unlisted = self.unlisted;
        let mut list = self.into_list(text, file).into_iter();
        list.next().map(|first| ConfigErrors {
            first,
            others: list.collect(),
            unlisted,
            locked: false,
        })
    }

    fn into_list(self, text: &str, file: &Path) -> Vec<ConfigError> {
        let mut place = Position { line: 1, column: 1 };
        let mut characters = text.char_indices().peekable();
        let mut list = Vec::with_capacity(self.first.len());
        for (at, message) in self.first.into_sorted_vec() {
            while let Some((_, character)) = characters.next_if(|(start, _)| *start < at) {
                place = match character {
                    '\n' => Position {
                        line: place.line + 1,
                        column: 1,
                    },
                    _ => Position {
                        column: place.column + 1,
                        ..place
                    },
                };
            }
            list.push(ConfigError {
                place: Some(place),
                ..ConfigError::in_file(file, &message)
            });
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_reported_in_order_by_line_and_character() {
        let text = "a = 1\nøøø = 李x\n";
        let mut findings = Diagnostics::new(text);
        findings.add(text.find('x').expect("there"), "late");
        findings.add(0, "early");
        let told = findings
            .finish(Some(()), Path::new("k.toml"))
            .expect_err("two problems")
            .to_string();
        assert_eq!(told, "k.toml:1:1: early\nk.toml:2:8: late");
    }

    #[test]
    fn t6_what_a_problem_quotes_of_the_file_is_washed() {
        let problem =
            ConfigError::in_file(Path::new("a\u{1B}[2J.toml"), "no \u{202E}such\u{7}\n key");
        assert_eq!(problem.to_string(), "a[2J.toml: no such key");
    }

    #[test]
    fn a_failure_has_the_first_problem_and_the_count() {
        let mut findings = Diagnostics::new("ab");
        findings.add(1, "second");
        findings.add(0, "first");
        let problems = findings
            .finish(Some(()), Path::new("k.toml"))
            .expect_err("two problems");
        let failure = Failure::from(problems);
        assert_eq!(
            (failure.fault, failure.to_string().as_str()),
            (
                Fault::BadConfig,
                "C1: 2 problems; the first: k.toml:1:1: first"
            )
        );
    }
}
