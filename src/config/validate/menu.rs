//! `[menu]`, `[[rep]]`, `[[issue]]`, `[lists]` and the sections of codes: what the customer can
//! choose.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::value_or;
use super::ways::unique_ways;
use crate::config::decode::Keyed;
use crate::config::diagnostics::Diagnostics;
use crate::config::schema::{self, ConfigFile};
use crate::config::{BadRows, Dialect, ListFile, ListFiles, ListFormat, RepListShown, SurveyMenu};
use crate::session::{CodeName, Id, Issue, IssueRef, Rep};
use crate::text::EN;
use crate::ways::{self, CodeRules, CodeWay, Way};

/// The maximum length of a code, in characters.
const MAX_CODE: usize = 256;

/// The ways listed in the file, else every way that has what it needs.
pub(super) fn ways(file: &ConfigFile, findings: &mut Diagnostics<'_>) -> Vec<Way> {
    let Some(raw) = file
        .menu
        .as_ref()
        .and_then(|menu| menu.get_ref().ways.as_ref())
    else {
        return ways::ALL
            .iter()
            .copied()
            .filter(|way| is_configured(*way, file))
            .collect();
    };
    if let Some(rep) = raw
        .get_ref()
        .iter()
        .find(|way| *way.get_ref() == Way::Rep && !has_reps(file))
    {
        findings.add(
            rep.span().start,
            "`menu.ways` has \"rep\", and there is no [[rep]] that is available",
        );
    }
    unique_ways(raw, "menu.ways", findings)
}

fn is_configured(way: Way, file: &ConfigFile) -> bool {
    match way {
        Way::Rep => has_reps(file),
        Way::Code(way) => way.by_default || file.codes.contains_key(way.section),
        Way::Survey => wants_survey(file),
    }
}

/// Whether there may be representatives. A list file counts, because its content is known only when
/// it is read, and may change at any time.
pub(super) fn has_reps(file: &ConfigFile) -> bool {
    if lists(file).is_some_and(|lists| lists.reps.is_some()) {
        return true;
    }
    let reps = file.rep.iter().flat_map(Spanned::get_ref);
    reps.map(Spanned::get_ref).any(|rep| {
        rep.available
            .as_ref()
            .is_none_or(|available| *available.get_ref())
    })
}

/// Whether there may be issues. A list file counts, as in [`has_reps`].
pub(super) fn has_issues(file: &ConfigFile) -> bool {
    lists(file).is_some_and(|lists| lists.issues.is_some())
        || file
            .issue
            .as_ref()
            .is_some_and(|issues| !issues.get_ref().is_empty())
}

fn lists(file: &ConfigFile) -> Option<&schema::ListsSection> {
    file.lists.as_ref().map(Spanned::get_ref)
}

/// The files of `[lists]`. Relative paths are relative to the config's directory.
pub(super) fn list_files(
    raw: schema::ListsSection,
    folder: &Path,
    findings: &mut Diagnostics<'_>,
) -> ListFiles {
    ListFiles {
        reps: list_file(raw.reps, "lists.reps", folder, findings),
        issues: list_file(raw.issues, "lists.issues", folder, findings),
        bad_rows: value_or(raw.bad_rows, BadRows::default),
        min_rows: raw.min_rows.map_or(0, |rows| {
            usize::try_from(rows.into_inner()).unwrap_or(usize::MAX)
        }),
    }
}

fn list_file(
    raw: Keyed<PathBuf>,
    key: &str,
    folder: &Path,
    findings: &mut Diagnostics<'_>,
) -> Option<ListFile> {
    let raw = raw?;
    let ending = raw
        .get_ref()
        .extension()
        .map(|ending| ending.to_string_lossy().to_lowercase());
    let format = match ending.as_deref() {
        Some("csv") => ListFormat::Csv,
        Some("toml") => ListFormat::Toml,
        Some("json") => ListFormat::Json,
        Some(_) | None => {
            findings.add(
                raw.span().start,
                format!("`{key}` must name a file that ends in .csv, .toml or .json"),
            );
            return None;
        }
    };
    Some(ListFile {
        path: folder.join(raw.into_inner()),
        format,
    })
}

pub(super) fn rep_list(raw: schema::MenuSection) -> RepListShown {
    value_or(raw.rep_list, || RepListShown::All)
}

/// Whether the survey is offered if the file does not list the ways. Issues or a `[survey]` section
/// are reason enough.
fn wants_survey(file: &ConfigFile) -> bool {
    has_issues(file) || file.survey.is_some()
}

pub(super) fn survey_menu(survey: &schema::SurveySection) -> SurveyMenu {
    survey
        .menu
        .as_ref()
        .map_or(SurveyMenu::Issues, |menu| *menu.get_ref())
}

pub(super) fn reps(
    raw: Vec<Spanned<schema::RepEntry>>,
    findings: &mut Diagnostics<'_>,
) -> Vec<Rep> {
    let mut taken = HashSet::new();
    raw.into_iter()
        .filter_map(|raw| rep(raw, &mut taken, findings))
        .collect()
}

/// Reads a representative of the config or of a list, and adds the id to `taken`.
pub(in crate::config) fn rep(
    raw: Spanned<schema::RepEntry>,
    taken: &mut HashSet<Id>,
    findings: &mut Diagnostics<'_>,
) -> Option<Rep> {
    let rep = raw.into_inner();
    let written_id = rep.id?;
    let id = id(&written_id, "rep.id", findings)?;
    let name = rep.name?.into_inner();
    if !taken.insert(id) {
        let message = format!("`rep.id` {id} is used by another representative: give each its own");
        findings.add(written_id.span().start, message);
    }
    Some(Rep {
        id,
        name,
        title: rep.title.map(Spanned::into_inner),
        team: rep.team.map(Spanned::into_inner),
        languages: value_or(rep.languages, Vec::new)
            .into_iter()
            .map(Spanned::into_inner)
            .collect(),
        available: value_or(rep.available, || true),
    })
}

pub(super) fn issues(
    raw: Vec<Spanned<schema::IssueEntry>>,
    dialect: Dialect,
    findings: &mut Diagnostics<'_>,
) -> Vec<Issue> {
    raw.into_iter()
        .filter_map(|raw| issue(raw, dialect, findings))
        .collect()
}

/// Reads an issue of the config or of a list.
pub(in crate::config) fn issue(
    raw: Spanned<schema::IssueEntry>,
    dialect: Dialect,
    findings: &mut Diagnostics<'_>,
) -> Option<Issue> {
    let place = raw.span().start;
    let issue = raw.into_inner();
    let id = issue
        .id
        .as_ref()
        .and_then(|id| self::id(id, "issue.id", findings));
    let code_name = issue
        .code_name
        .as_ref()
        .and_then(|code| code_name(code, findings));
    if issue.id.is_none() && issue.code_name.is_none() {
        findings.add(
            place,
            "this [[issue]] needs an `id`, or a `code_name` where the dialect is \"start-session\"",
        );
    }
    let reference = reference(id, code_name)?;
    if let (IssueRef::CodeName(_), Dialect::Connector) = (&reference, dialect) {
        let message = "an issue with only a `code_name` needs dialect = \"start-session\": give this issue its `id` too";
        findings.add(
            issue.code_name.map_or(place, |code| code.span().start),
            message,
        );
    }
    Some(Issue {
        reference,
        name: issue.name?.into_inner(),
        description: issue.description.map(Spanned::into_inner),
    })
}

fn reference(id: Option<Id>, code_name: Option<CodeName>) -> Option<IssueRef> {
    match (id, code_name) {
        (Some(id), Some(code)) => Some(IssueRef::Both(id, code)),
        (Some(id), None) => Some(IssueRef::Id(id)),
        (None, Some(code)) => Some(IssueRef::CodeName(code)),
        (None, None) => None,
    }
}

fn id(raw: &Spanned<u64>, key: &str, findings: &mut Diagnostics<'_>) -> Option<Id> {
    let id = Id::new(*raw.get_ref());
    if id.is_none() {
        findings.add(raw.span().start, format!("`{key}` is larger than any id"));
    }
    id
}

fn code_name(raw: &Spanned<String>, findings: &mut Diagnostics<'_>) -> Option<CodeName> {
    let code = CodeName::new(raw.get_ref());
    if code.is_none() {
        let message =
            "`issue.code_name` must be 1 to 64 letters, digits, `_` or `-`, as on the site";
        findings.add(raw.span().start, message);
    }
    code
}

/// What the codes of each way look like.
pub(super) fn codes(
    mut raw: HashMap<&'static str, schema::CodeSection>,
    findings: &mut Diagnostics<'_>,
) -> Vec<(&'static CodeWay, CodeRules)> {
    ways::codes()
        .filter_map(|way| {
            raw.remove(way.section)
                .map(|raw| (way, code_rules(way, raw, findings)))
        })
        .collect()
}

fn code_rules(
    way: &CodeWay,
    raw: schema::CodeSection,
    findings: &mut Diagnostics<'_>,
) -> CodeRules {
    let (section, default) = (way.section, &way.rules);
    let characters = |key: &Option<Spanned<u64>>, default: usize| {
        key.as_ref().map_or(default, |key| {
            usize::try_from(*key.get_ref()).unwrap_or(usize::MAX)
        })
    };
    let (min, max) = (
        characters(&raw.min_length, default.min),
        characters(&raw.max_length, default.max),
    );
    if let (Some(key), 0) = (&raw.min_length, min) {
        findings.add(
            key.span().start,
            format!("`{section}.min_length` must be 1 or more"),
        );
    }
    if let (Some(key), true) = (&raw.max_length, max > MAX_CODE) {
        findings.add(
            key.span().start,
            format!("`{section}.max_length` must be {MAX_CODE} or less"),
        );
    }
    if max < min
        && let Some(key) = raw.max_length.as_ref().or(raw.min_length.as_ref())
    {
        let name = (way.text)(&EN).name;
        findings.add(
            key.span().start,
            format!("no {name} fits: `{section}.min_length` is {min} and `{section}.max_length` is {max}"),
        );
    }
    let characters = raw
        .characters
        .map(|raw| code_characters(section, raw, findings));
    CodeRules {
        min,
        max,
        characters: characters.unwrap_or_else(|| default.characters.clone()),
    }
}

/// The characters that a code may have in addition to letters and digits.
fn code_characters(section: &str, raw: Spanned<String>, findings: &mut Diagnostics<'_>) -> String {
    if let Some(other) = raw
        .get_ref()
        .chars()
        .find(|character| !CodeRules::can_name(*character))
    {
        let message = format!(
            "`{section}.characters` takes visible signs in their plain form, such as \"-_\", and U+{:04X} is none: letters and \
             digits are kept anyway",
            u32::from(other)
        );
        findings.add_within(raw.span(), other.encode_utf8(&mut [0; 4]), message);
    }
    raw.into_inner()
}
