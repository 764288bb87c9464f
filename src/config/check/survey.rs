//! `[survey]`: what its menu lists, and the desk's rules for each field.

use toml::Spanned;

use super::template::check_places;
use super::{menu, or};
use crate::clean::Clean;
use crate::config::problem::Findings;
use crate::config::schema::{self, File};
use crate::config::shape::Key;
use crate::config::{Survey, SurveyMenu};
use crate::session::{Field, FieldRules, SurveyForm, Way};

pub(super) fn survey(written: schema::Survey, findings: &mut Findings<'_>) -> Survey {
    let menu = menu::survey_menu(&written);
    let fields = [
        (Field::Name, written.name),
        (Field::Company, written.company),
        (Field::CompanyCode, written.company_code),
        (Field::Description, written.description),
        (Field::ExternalKey, written.external_key),
    ];
    let mut form = SurveyForm::default();
    for (field, written) in fields {
        let Some(written) = written else { continue };
        let rules = rules(field, written, form.rules(field).hidden, findings);
        *form.rules_mut(field) = rules;
    }
    Survey { menu, general_queue: or(written.general_queue, || true), form }
}

/// A survey that leads nowhere: nothing to choose from, and no general queue.
pub(super) fn check_choices(file: &File, ways: &[Way], findings: &mut Findings<'_>) {
    let Some(survey) = file.survey.as_ref().map(Spanned::get_ref) else { return };
    let Some(queue) = survey.general_queue.as_ref().filter(|queue| !queue.get_ref()) else { return };
    let (has_choices, remedy) = match menu::survey_menu(survey) {
        SurveyMenu::Issues => (menu::has_issues(file), "add an [[issue]]"),
        SurveyMenu::Reps => (menu::has_reps(file), "add a [[rep]]"),
        SurveyMenu::None => (false, "let `survey.menu` be \"issues\" or \"reps\""),
    };
    if !has_choices && ways.contains(&Way::Survey) {
        let message = format!("without `survey.general_queue` the survey leads nowhere: {remedy}, or set it to true");
        findings.add(queue.span().start, message);
    }
}

fn rules(field: Field, written: Spanned<schema::SurveyField>, hidden: bool, findings: &mut Findings<'_>) -> FieldRules {
    let section = written.span().start;
    let written = written.into_inner();
    let required_at = written.required.as_ref().filter(|required| *required.get_ref()).map(|required| required.span().start);
    let rules = FieldRules {
        label: written.label.and_then(|label| label.into_inner().english_or_first()),
        required: required_at.is_some(),
        hidden: or(written.hidden, || hidden),
        default: default(field, written.default, findings),
    };
    if rules.required && rules.hidden && rules.default.is_blank() {
        let name = field.name();
        let message = format!("`survey.{name}` is required and hidden: give it a `default`, or show it with `hidden = false`");
        findings.add(required_at.unwrap_or(section), message);
    }
    rules
}

fn default(field: Field, written: Key<String>, findings: &mut Findings<'_>) -> Clean {
    let Some(written) = written else { return Clean::default() };
    let key = format!("survey.{}.default", field.name());
    let clean = if field == Field::Description { Clean::lines(written.get_ref()) } else { Clean::line(written.get_ref()) };
    let default = clean.unwrap_or_else(|refused| {
        findings.add_refused(written.span(), &key, refused);
        Clean::default()
    });
    let (fixed, limit) = (check_places(&default, &written, &key, findings), field.limit());
    if fixed > limit {
        findings.add(written.span().start, format!("`{key}` has {fixed} characters and may have at most {limit}"));
    }
    default
}
