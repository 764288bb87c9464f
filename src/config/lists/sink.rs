//! Collects the rows of a list and counts good and skipped ones.

use std::path::Path;

use toml::Spanned;

use super::entries::Rows;
use super::{ListRefusal, LoadedList, MAX_ROWS};
use crate::config::Config;
use crate::config::diagnostics::{ConfigError, Diagnostics};

pub(super) struct ListSink<'t, R> {
    rows: R,
    good: usize,
    bad: usize,
    is_refused: bool,
    /// For problems that concern more than one row.
    pub(super) findings: Diagnostics<'t>,
}

impl<'t, R: Rows> ListSink<'t, R> {
    pub(super) fn new(config: &Config, text: &'t str) -> Self {
        Self {
            rows: R::of(config),
            good: 0,
            bad: 0,
            is_refused: false,
            findings: Diagnostics::new(text),
        }
    }

    /// Adds the row that `read` returns and tells whether it is good. Any problem that comes up
    /// belongs to this row.
    pub(super) fn row(
        &mut self,
        read: impl FnOnce(&mut Diagnostics<'t>) -> Option<Spanned<R::Entry>>,
    ) -> bool {
        let before = self.findings.count();
        let written = read(&mut self.findings);
        if let Some(written) = written.filter(|_| self.findings.count() == before) {
            self.rows.add(written, &mut self.findings);
        }
        let is_good = self.findings.count() == before;
        self.count_row(if is_good { (1, 0) } else { (0, 1) });
        is_good
    }

    /// Counts a bad row whose problem is already reported.
    pub(super) fn count_bad(&mut self) {
        self.count_row((0, 1));
    }

    /// Skips a row because of a problem at this place.
    pub(super) fn skip(&mut self, at: usize, message: &str) {
        self.findings.add(at, message);
        self.count_bad();
    }

    fn count_row(&mut self, (good, bad): (usize, usize)) {
        self.good += good;
        self.bad += bad;
        if self.is_full() {
            self.findings.begin_part(0);
            self.refuse(
                0,
                format!("this list has more rows than the {MAX_ROWS} that can be used"),
            );
        }
    }

    /// Whether the limit of rows is exceeded; later rows are ignored.
    pub(super) fn is_full(&self) -> bool {
        self.good + self.bad > MAX_ROWS
    }

    /// Rejects the list because of a problem outside the rows.
    pub(super) fn refuse(&mut self, at: usize, message: impl Into<String>) {
        self.refuse_with(|findings| findings.add(at, message));
    }

    /// Like [`ListSink::refuse`], with the findings that `report` adds.
    pub(super) fn refuse_with(&mut self, report: impl FnOnce(&mut Diagnostics<'t>)) {
        self.is_refused = true;
        report(&mut self.findings);
    }

    /// Like [`ListSink::refuse`], for a text that can't be parsed from some place on. Earlier
    /// findings are dropped as guesswork.
    pub(super) fn refuse_all(&mut self, text: &'t str, at: usize, message: impl Into<String>) {
        self.findings = Diagnostics::new(text);
        self.refuse(at, message);
    }

    pub(super) fn into_list(mut self, file: &Path) -> Result<LoadedList<R>, Box<ListRefusal>> {
        if self.good + self.bad == 0 && !self.is_refused {
            self.findings.warn(0, "this list is empty");
        }
        let (problems, warnings) = self.findings.into_errors_and_warnings(file);
        let Self {
            rows,
            good,
            bad,
            is_refused,
            ..
        } = self;
        if is_refused {
            let problems = problems
                .unwrap_or_else(|| ConfigError::in_file(file, "this list can't be read").into());
            return Err(ListRefusal {
                problems,
                warnings,
                bad,
            }
            .into());
        }
        Ok(LoadedList {
            rows,
            good,
            bad,
            problems,
            warnings,
        })
    }
}
