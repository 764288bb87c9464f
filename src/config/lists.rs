//! The lists of `[lists]`: representatives and issues in files of their own, which another job writes.
//!
//! ```text
//! reps.csv  ──> csv ──┐
//! reps.json ──> json ─┼─> entries as written (schema) ──> the checks of [[rep]] and [[issue]] ──> Choices
//! reps.toml ──> toml ─┘        └──────────────────────────────┴──> Findings ──> Problems: the first 50, by place
//! ```
//!
//! A hundred thousand entries are read in about a tenth of a second from CSV, which the first frame does not wait for
//! (architecture.md, rule 11). JSON takes some three times as long; TOML four times, and several times the memory.

mod csv;
mod json;
mod tables;

use std::collections::HashSet;

use toml::Spanned;

use self::csv::Column;
use super::problem::{Findings, Problem, Problems};
use super::read::{LIST, text_of};
use super::shape::Shape;
use super::{Config, ListFile, ListFormat, check, schema};
use crate::session::{Id, Issue, Rep};

/// All that a customer can choose from: what the config itself has, and behind it what its lists have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// The representatives, absent ones too; ids are unique.
    pub reps: Vec<Rep>,
    /// The issues.
    pub issues: Vec<Issue>,
}

/// An entry of a list, as written.
trait Entry: Shape + Default + 'static {
    /// What one is called, in TOML and in problems: `rep`.
    const ONE: &'static str;
    /// What many are called, in JSON: `reps`.
    const MANY: &'static str;
    /// The columns that a CSV can have.
    const COLUMNS: &'static [Column<Self>];
    /// The columns that it must have.
    const NEEDED: &'static [&'static str];
}

/// Takes the entries of a list, one by one.
type Take<'a, E> = &'a mut dyn FnMut(Spanned<E>, &mut Findings<'_>);

impl Entry for schema::Rep {
    const ONE: &'static str = "rep";
    const MANY: &'static str = "reps";
    const COLUMNS: &'static [Column<Self>] = &[
        ("id", |rep, cell| rep.id = cell.number()),
        ("name", |rep, cell| rep.name = cell.line()),
        ("title", |rep, cell| rep.title = cell.line()),
        ("team", |rep, cell| rep.team = cell.line()),
        ("languages", |rep, cell| rep.languages = cell.words()),
        ("available", |rep, cell| rep.available = cell.truth()),
    ];
    const NEEDED: &'static [&'static str] = &["id", "name"];
}

impl Entry for schema::Issue {
    const ONE: &'static str = "issue";
    const MANY: &'static str = "issues";
    const COLUMNS: &'static [Column<Self>] = &[
        ("id", |issue, cell| issue.id = cell.number()),
        ("code_name", |issue, cell| issue.code_name = cell.text()),
        ("name", |issue, cell| issue.name = cell.line()),
        ("description", |issue, cell| issue.description = cell.line()),
    ];
    const NEEDED: &'static [&'static str] = &["name"];
}

/// Reads the lists of a config, and lays them behind what it has itself. Without lists that is all there is.
///
/// Never waits for anything but the disk. Errors: whatever is wrong with any of the files.
pub fn read(config: &Config) -> Result<Choices, Problems> {
    let locked = config.kiosk.lockdown;
    let mut taken: HashSet<Id> = config.reps.iter().map(|rep| rep.id).collect();
    let rep = |written, findings: &mut Findings<'_>| check::rep(written, &mut taken, findings);
    let reps = with_file(&config.reps, config.lists.reps.as_ref(), locked, rep);
    let issue = |written, findings: &mut Findings<'_>| check::issue(written, config.site.dialect, findings);
    let issues = with_file(&config.issues, config.lists.issues.as_ref(), locked, issue);
    match (reps, issues) {
        (Ok(reps), Ok(issues)) => Ok(Choices { reps, issues }),
        (Err(of_reps), Err(of_issues)) => Err(of_reps.and(of_issues)),
        (Err(problems), Ok(_)) | (Ok(_), Err(problems)) => Err(problems),
    }
}

fn with_file<E: Entry, T: Clone>(
    inline: &[T],
    file: Option<&ListFile>,
    locked: bool,
    mut meant: impl FnMut(Spanned<E>, &mut Findings<'_>) -> Option<T>,
) -> Result<Vec<T>, Problems> {
    let mut list = inline.to_vec();
    let Some(file) = file else { return Ok(list) };
    let (text, keeping) = text_of(&file.path, &LIST)?;
    if let Some(message) = keeping.wrong_for(locked) {
        return Err(Problem::of_file(&file.path, message).into());
    }
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let mut findings = Findings::new(text);
    let take: Take<'_, E> = &mut |written, findings| list.extend(meant(written, findings));
    match file.format {
        ListFormat::Csv => csv::entries(text, &mut findings, take),
        ListFormat::Toml => tables::entries(text, &mut findings, take),
        ListFormat::Json => json::entries(text, &mut findings, take),
    }
    findings.or(Some(list), &file.path)
}
