//! The front-end survey: its five fields, their limits, and the desk's own rules for them.
//!
//! [`SurveyForm`] is what the operator asks for; [`SurveyForm::fill`] is the one judge of what a customer typed, for the
//! screen, for plain mode and for `start` alike.

use std::fmt;

use zeroize::Zeroizing;

use super::{Id, IssueRef, Places};
use crate::clean::{Clean, Refused};

/// A field of the survey, in the order of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The customer's name.
    Name,
    /// The customer's company.
    Company,
    /// The company's code.
    CompanyCode,
    /// The problem's description, of several lines.
    Description,
    /// The key into an external help-desk ticket system.
    ExternalKey,
}

impl Field {
    /// Every field, in the order of the form.
    pub const ALL: [Self; 5] = [Self::Name, Self::Company, Self::CompanyCode, Self::Description, Self::ExternalKey];

    /// How many characters the site takes (contract.md, Parameters), counted in Unicode scalar values.
    pub fn limit(self) -> usize {
        match self {
            Self::Name | Self::Company | Self::CompanyCode => 100,
            Self::Description | Self::ExternalKey => 1024,
        }
    }

    /// The field's name in the config and, with `-` for `_`, on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Company => "company",
            Self::CompanyCode => "company_code",
            Self::Description => "description",
            Self::ExternalKey => "external_key",
        }
    }
}

/// Text that a customer typed. Erased when dropped; its `Debug` is blank, and it has no `Display`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Typed(Zeroizing<String>);

impl Typed {
    /// Takes text over from where it was cleaned.
    pub fn new(text: Clean) -> Self {
        Self(Zeroizing::new(text.into_string()))
    }

    /// The text itself, for the wire and for the customer's own screen.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed")
    }
}

/// Where a survey's session goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// To whoever is free: no `id` is sent.
    #[default]
    GeneralQueue,
    /// To those who take care of an issue.
    Issue(IssueRef),
    /// To a representative, where the site has *Display Reps in Issues Menu* on.
    Rep(Id),
}

/// A filled-in survey: every value within its limit, none of them empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Where it goes.
    pub choice: Choice,
    answers: Vec<(Field, Typed)>,
}

impl Survey {
    /// The answers that are sent, in the order of the form.
    pub fn answers(&self) -> impl Iterator<Item = (Field, &Typed)> {
        self.answers.iter().map(|(field, typed)| (*field, typed))
    }
}

/// What the desk asks of one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldRules {
    /// The field's label in the desk's own words.
    pub label: Option<Clean>,
    /// An empty answer is refused.
    pub required: bool,
    /// The customer is not asked; the default is sent.
    pub hidden: bool,
    /// What is sent where the customer gives nothing. Its `{places}` stand open until [`SurveyForm::filled_in`].
    pub default: Clean,
}

/// What the desk asks of the whole survey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyForm {
    rules: [FieldRules; 5],
}

impl Default for SurveyForm {
    /// Nothing needed, and the company code out of sight (product.md, survey).
    fn default() -> Self {
        let mut form = Self { rules: Default::default() };
        form.rules_mut(Field::CompanyCode).hidden = true;
        form
    }
}

/// What a customer gave for each field, not judged yet. Erased when dropped.
#[derive(Default)]
pub struct Answers([Option<Zeroizing<String>>; 5]);

impl Answers {
    /// Sets the answer to one field.
    pub fn set(&mut self, field: Field, raw: Zeroizing<String>) {
        self.0[field as usize] = Some(raw);
    }

    fn get(&self, field: Field) -> Option<&str> {
        self.0[field as usize].as_ref().map(|text| text.as_str())
    }
}

/// What is wrong with the answer to a field. Says nothing of the answer itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurveyProblem {
    /// More characters than the site takes.
    TooLong {
        /// How many there are; how many there may be is [`Field::limit`].
        count: usize,
    },
    /// The desk needs an answer.
    Missing,
    /// The desk does not ask for this field.
    Hidden,
    /// A character that can't be shown or sent.
    Character(Refused),
}

impl SurveyForm {
    /// The desk's rules for one field.
    pub fn rules(&self, field: Field) -> &FieldRules {
        &self.rules[field as usize]
    }

    /// The desk's rules for one field, to be set.
    pub fn rules_mut(&mut self, field: Field) -> &mut FieldRules {
        &mut self.rules[field as usize]
    }

    /// The form for one visit: the `{places}` of its defaults filled in. A default that this makes too long is found by
    /// [`SurveyForm::judge`].
    #[must_use]
    pub fn filled_in(&self, places: &Places) -> Self {
        let filled = |rules: &FieldRules| FieldRules { default: places.fill(&rules.default), ..rules.clone() };
        Self { rules: self.rules.each_ref().map(filled) }
    }

    /// The survey that these answers make, or everything that is wrong with them, in the order of the form.
    pub fn fill(&self, choice: Choice, answers: &Answers) -> Result<Survey, Vec<(Field, SurveyProblem)>> {
        let mut survey = Survey { choice, answers: Vec::new() };
        let mut problems = Vec::new();
        for field in Field::ALL {
            match self.judge(field, answers.get(field)) {
                Ok(Some(typed)) => survey.answers.push((field, typed)),
                Ok(None) => {}
                Err(problem) => problems.push((field, problem)),
            }
        }
        if problems.is_empty() { Ok(survey) } else { Err(problems) }
    }

    /// The value that is sent for a field (none: it is left out), or what is wrong with the answer.
    pub fn judge(&self, field: Field, answer: Option<&str>) -> Result<Option<Typed>, SurveyProblem> {
        let rules = self.rules(field);
        if rules.hidden && answer.is_some() {
            return Err(SurveyProblem::Hidden);
        }
        let text = match (answer, field) {
            (None, _) => rules.default.clone(),
            (Some(raw), Field::Description) => Clean::lines(raw).map_err(SurveyProblem::Character)?,
            (Some(raw), _) => Clean::line(raw).map_err(SurveyProblem::Character)?,
        };
        match text.count() {
            count if count > field.limit() => Err(SurveyProblem::TooLong { count }),
            _ if text.is_blank() && rules.required => Err(SurveyProblem::Missing),
            _ if text.is_blank() => Ok(None),
            _ => Ok(Some(Typed::new(text))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(given: &[(Field, &str)]) -> Answers {
        let mut answers = Answers::default();
        for (field, text) in given {
            answers.set(*field, Zeroizing::new((*text).to_owned()));
        }
        answers
    }

    #[test]
    fn a_limit_counts_characters_of_any_script_and_one_more_is_too_long() {
        let mut form = SurveyForm::default();
        form.rules_mut(Field::CompanyCode).hidden = false;
        for field in Field::ALL {
            for letter in ["a", "ø", "李", "😀"] {
                let full = letter.repeat(field.limit());
                let sent = form.judge(field, Some(&full)).expect("within the limit").expect("an answer");
                assert_eq!(sent.reveal(), full);
                let over = full + letter;
                assert_eq!(form.judge(field, Some(&over)), Err(SurveyProblem::TooLong { count: field.limit() + 1 }));
            }
        }
    }

    #[test]
    fn all_problems_are_told_at_once_in_the_order_of_the_form() {
        let mut form = SurveyForm::default();
        form.rules_mut(Field::Name).required = true;
        let long = "x".repeat(1025);
        let given = answers(&[
            (Field::ExternalKey, "a\u{202E}"),
            (Field::Description, &long),
            (Field::CompanyCode, "1"),
            (Field::Name, "  "),
        ]);
        assert_eq!(
            form.fill(Choice::GeneralQueue, &given),
            Err(vec![
                (Field::Name, SurveyProblem::Missing),
                (Field::CompanyCode, SurveyProblem::Hidden),
                (Field::Description, SurveyProblem::TooLong { count: 1025 }),
                (Field::ExternalKey, SurveyProblem::Character(Refused { character: '\u{202E}' })),
            ])
        );
    }

    #[test]
    fn an_empty_answer_is_left_out_and_a_hidden_default_is_sent() {
        let mut form = SurveyForm::default();
        form.rules_mut(Field::CompanyCode).default = Clean::line("B12").expect("clean");
        let survey =
            form.fill(Choice::GeneralQueue, &answers(&[(Field::Name, ""), (Field::Description, "a\r\nb")])).expect("good");
        let sent: Vec<_> = survey.answers().map(|(field, typed)| (field, typed.reveal())).collect();
        assert_eq!(sent, [(Field::CompanyCode, "B12"), (Field::Description, "a\nb")]);
    }

    #[test]
    fn a_visit_fills_the_places_of_the_defaults_in_and_a_default_too_long_by_it_is_told() {
        let clean = |text: &str| Clean::line(text).expect("clean");
        let mut form = SurveyForm::default();
        form.rules_mut(Field::Name).default = clean("{kiosk}");
        form.rules_mut(Field::ExternalKey).default = clean("{visit}/{date}");
        let places =
            Places { kiosk: clean(&"k".repeat(101)), visit: clean("K7F204"), date: clean("2026-11-24"), ..Places::default() };
        let form = form.filled_in(&places);
        assert_eq!(form.rules(Field::ExternalKey).default.as_str(), "K7F204/2026-11-24");
        assert_eq!(form.judge(Field::Name, None), Err(SurveyProblem::TooLong { count: 101 }));
        assert!(form.rules(Field::CompanyCode).hidden);
    }

    #[test]
    fn what_a_customer_typed_is_never_in_a_debug_print() {
        let survey = SurveyForm::default().fill(Choice::GeneralQueue, &answers(&[(Field::Name, "canary")])).expect("good");
        assert!(!format!("{survey:?}").contains("canary"));
    }
}
