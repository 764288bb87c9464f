//! The entries that a list can have: representatives or issues, with the columns of each.

use std::collections::HashSet;

use toml::Spanned;

use super::csv::CsvCell;
use crate::config::decode::{FromToml, Keyed};
use crate::config::diagnostics::Diagnostics;
use crate::config::{Config, Dialect, schema, validate};
use crate::session::{Id, Issue, IssueRef, RepTable, RepTableBuilder};

/// The type of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueKind {
    Number,
    /// Text that is taken as it is.
    Text,
    Words,
    Boolean,
}

pub(super) struct Column<E> {
    pub(super) name: &'static str,
    pub(super) kind: ValueKind,
    /// Stores a cell's value in an entry.
    pub(super) set: fn(&mut E, &mut CsvCell<'_, '_, '_>),
}

/// An entry of a list, as written.
pub(super) trait Entry: FromToml + Default + 'static {
    /// Its name in TOML and in problems: `rep`.
    const ONE: &'static str;
    /// The name of the array in JSON: `reps`.
    const MANY: &'static str;
    /// The allowed columns.
    const COLUMNS: &'static [Column<Self>];
    /// The required columns.
    const NEEDED: &'static [&'static str];

    fn id(&mut self) -> &mut Keyed<u64>;
}

const fn column<E>(
    name: &'static str,
    kind: ValueKind,
    set: fn(&mut E, &mut CsvCell<'_, '_, '_>),
) -> Column<E> {
    Column { name, kind, set }
}

impl Entry for schema::RepEntry {
    const ONE: &'static str = "rep";
    const MANY: &'static str = "reps";
    const COLUMNS: &'static [Column<Self>] = &[
        column("id", ValueKind::Number, |rep: &mut Self, cell| {
            rep.id = cell.number();
        }),
        column("name", ValueKind::Text, |rep: &mut Self, cell| {
            rep.name = cell.line();
        }),
        column("title", ValueKind::Text, |rep: &mut Self, cell| {
            rep.title = cell.line();
        }),
        column("team", ValueKind::Text, |rep: &mut Self, cell| {
            rep.team = cell.line();
        }),
        column("languages", ValueKind::Words, |rep: &mut Self, cell| {
            rep.languages = cell.words();
        }),
        column("available", ValueKind::Boolean, |rep: &mut Self, cell| {
            rep.available = cell.boolean();
        }),
    ];
    const NEEDED: &'static [&'static str] = &["id", "name"];

    fn id(&mut self) -> &mut Keyed<u64> {
        &mut self.id
    }
}

impl Entry for schema::IssueEntry {
    const ONE: &'static str = "issue";
    const MANY: &'static str = "issues";
    const COLUMNS: &'static [Column<Self>] = &[
        column("id", ValueKind::Number, |issue: &mut Self, cell| {
            issue.id = cell.number();
        }),
        column("code_name", ValueKind::Text, |issue: &mut Self, cell| {
            issue.code_name = cell.text();
        }),
        column("name", ValueKind::Text, |issue: &mut Self, cell| {
            issue.name = cell.line();
        }),
        column("description", ValueKind::Text, |issue: &mut Self, cell| {
            issue.description = cell.line();
        }),
    ];
    const NEEDED: &'static [&'static str] = &["name"];

    fn id(&mut self) -> &mut Keyed<u64> {
        &mut self.id
    }
}

/// The entries of one type; those of the config come first.
pub(super) trait Rows: Sized {
    type Entry: Entry;

    /// The entries of the config.
    fn of(config: &Config) -> Self;

    /// Adds an entry, unless something is wrong with it.
    fn add(&mut self, written: Spanned<Self::Entry>, findings: &mut Diagnostics<'_>);
}

pub(super) struct RepRows {
    table: RepTableBuilder,
    taken: HashSet<Id>,
}

impl RepRows {
    pub(super) fn into_table(self) -> RepTable {
        self.table.finish()
    }
}

impl Rows for RepRows {
    type Entry = schema::RepEntry;

    fn of(config: &Config) -> Self {
        let taken = config.reps.iter().map(|rep| rep.id).collect();
        let mut table = RepTableBuilder::default();
        config.reps.iter().for_each(|rep| table.push(rep));
        Self { table, taken }
    }

    fn add(&mut self, written: Spanned<schema::RepEntry>, findings: &mut Diagnostics<'_>) {
        let before = findings.count();
        if let Some(rep) =
            validate::rep(written, &mut self.taken, findings).filter(|_| findings.count() == before)
        {
            self.table.push(&rep);
        }
    }
}

pub(super) struct IssueRows {
    issues: Vec<Issue>,
    dialect: Dialect,
    ids: HashSet<Id>,
}

impl IssueRows {
    pub(super) fn into_issues(self) -> Vec<Issue> {
        self.issues
    }
}

fn id_of(issue: &Issue) -> Option<Id> {
    match issue.reference {
        IssueRef::Id(id) | IssueRef::Both(id, _) => Some(id),
        IssueRef::CodeName(_) => None,
    }
}

impl Rows for IssueRows {
    type Entry = schema::IssueEntry;

    fn of(config: &Config) -> Self {
        let ids = config.issues.iter().filter_map(id_of).collect();
        Self {
            issues: config.issues.clone(),
            dialect: config.site.dialect,
            ids,
        }
    }

    fn add(&mut self, written: Spanned<schema::IssueEntry>, findings: &mut Diagnostics<'_>) {
        let (before, place) = (findings.count(), written.span().start);
        let issue = validate::issue(written, self.dialect, findings);
        let Some(issue) = issue.filter(|_| findings.count() == before) else {
            return;
        };
        if let Some(id) = id_of(&issue).filter(|id| !self.ids.insert(*id)) {
            findings.warn(
                place,
                format!("`issue.id` {id} is used by another issue too"),
            );
        }
        self.issues.push(issue);
    }
}
