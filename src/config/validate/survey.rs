//! `[survey]`: what its menu lists, and the rules for each field.

use toml::Spanned;

use super::template::check_places;
use super::ways::unique_ways;
use super::{menu, value_or};
use crate::clean::Clean;
use crate::config::decode::Keyed;
use crate::config::diagnostics::Diagnostics;
use crate::config::schema::{self, ConfigFile};
use crate::config::{Dialect, SurveyConfig, SurveyMenu};
use crate::session::{FieldRules, Placeholders, SurveyField, SurveyForm};
use crate::ways::Way;

/// `longest` has the longest text that each place can have in any visit.
pub(super) fn survey(
    raw: schema::SurveySection,
    dialect: Dialect,
    longest: &Placeholders,
    findings: &mut Diagnostics<'_>,
) -> SurveyConfig {
    let menu = menu::survey_menu(&raw);
    let fields = [
        (SurveyField::Name, raw.name),
        (SurveyField::Company, raw.company),
        (SurveyField::CompanyCode, raw.company_code),
        (SurveyField::Description, raw.description),
        (SurveyField::ExternalKey, raw.external_key),
    ];
    let mut form = SurveyForm::default();
    for (field, raw) in fields {
        let Some(raw) = raw else { continue };
        let check = FieldValidator {
            field,
            dialect,
            longest,
        };
        let rules = check.rules(raw, form.rules(field).hidden, findings);
        *form.rules_mut(field) = rules;
    }
    SurveyConfig {
        menu,
        general_queue: value_or(raw.general_queue, || true),
        form,
    }
}

/// Reports a survey that leads nowhere: nothing to choose from, and no general queue.
pub(super) fn check_choices(file: &ConfigFile, ways: &[Way], findings: &mut Diagnostics<'_>) {
    let Some(survey) = file.survey.as_ref().map(Spanned::get_ref) else {
        return;
    };
    let Some(queue) = survey
        .general_queue
        .as_ref()
        .filter(|queue| !queue.get_ref())
    else {
        return;
    };
    let (has_choices, remedy) = match menu::survey_menu(survey) {
        SurveyMenu::Issues => (menu::has_issues(file), "add an [[issue]]"),
        SurveyMenu::Reps => (menu::has_reps(file), "add a [[rep]]"),
        SurveyMenu::None => (false, "set `survey.menu` to \"issues\" or \"reps\""),
    };
    if !has_choices && ways.contains(&Way::Survey) {
        let message = format!(
            "without `survey.general_queue` the survey leads nowhere: {remedy}, or set it to true"
        );
        findings.add(queue.span().start, message);
    }
}

/// One field, and what its rules depend on.
struct FieldValidator<'a> {
    field: SurveyField,
    dialect: Dialect,
    longest: &'a Placeholders,
}

impl FieldValidator<'_> {
    fn rules(
        &self,
        raw: Spanned<schema::FieldSection>,
        hidden: bool,
        findings: &mut Diagnostics<'_>,
    ) -> FieldRules {
        let section = raw.span().start;
        let raw = raw.into_inner();
        let required_at = raw
            .required
            .as_ref()
            .filter(|required| *required.get_ref())
            .map(|required| required.span().start);
        let hidden = value_or(raw.hidden, || hidden);
        let rules = FieldRules {
            label: raw.label.map(|label| label.into_inner().0),
            required: required_at.is_some(),
            hidden,
            default: self.default(raw.default, hidden, findings),
            ways: raw
                .ways
                .map_or_else(|| vec![Way::Survey], |ways| self.ways(&ways, findings)),
        };
        if rules.required && rules.hidden && rules.default.is_blank() {
            let name = self.field.name();
            let message = format!(
                "`survey.{name}` is required and hidden: give it a `default`, or show it with `hidden = false`"
            );
            findings.add(required_at.unwrap_or(section), message);
        }
        rules
    }

    fn default(&self, raw: Keyed<String>, hidden: bool, findings: &mut Diagnostics<'_>) -> Clean {
        let Some(raw) = raw else {
            return Clean::default();
        };
        let key = format!("survey.{}.default", self.field.name());
        let several_lines = self.field == SurveyField::Description;
        let clean = if several_lines {
            Clean::lines(raw.get_ref())
        } else {
            Clean::line(raw.get_ref())
        };
        let default = clean.unwrap_or_else(|refused| {
            findings.add_refused(raw.span(), &key, refused);
            Clean::default()
        });
        let (fixed, limit) = (
            check_places(&default, &raw, &key, findings),
            self.field.limit(),
        );
        let can_have = self.longest.fill(&default).count();
        if fixed > limit {
            findings.add(
                raw.span().start,
                format!("`{key}` has {fixed} characters and may have at most {limit}"),
            );
        } else if hidden && can_have > limit {
            // The customer could not fix this at the screen.
            let message = format!(
                "`{key}` can have {can_have} characters with its placeholders filled in, and may have at most {limit}"
            );
            findings.add(raw.span().start, message);
        }
        default
    }

    fn ways(&self, raw: &Spanned<Vec<Spanned<Way>>>, findings: &mut Diagnostics<'_>) -> Vec<Way> {
        let key = format!("survey.{}.ways", self.field.name());
        let other = raw
            .get_ref()
            .iter()
            .find(|way| *way.get_ref() != Way::Survey);
        if let (Some(other), Dialect::Connector) = (other, self.dialect) {
            let message = format!(
                "`{key}` can name \"{}\" only with dialect = \"start-session\": remove it, or set the dialect",
                other.get_ref().name()
            );
            findings.add(other.span().start, message);
        }
        unique_ways(raw, &key, findings)
    }
}
