//! The front-end survey: its five fields, their limits, and the config's rules for them. In dialect
//! `start-session` the fields can be sent with the other ways too.
//!
//! [`SurveyForm`] is what the config asks for, [`VisitForm`] the part of it for one way in one
//! visit. Only [`VisitForm::fill`] validates what a customer typed, on the screen and in `start`.

use std::fmt;

use zeroize::Zeroizing;

use super::{Id, IssueRef, Places};
use crate::clean::{Clean, Refused};
use crate::ways::Way;

/// A field of the survey, in the order of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The customer's name.
    Name,
    /// The customer's company.
    Company,
    /// The company's code.
    CompanyCode,
    /// The description of the problem, which can have several lines.
    Description,
    /// The key of a ticket in an external help-desk system.
    ExternalKey,
}

impl Field {
    /// Every field, in the order of the form.
    pub const ALL: [Self; 5] = [Self::Name, Self::Company, Self::CompanyCode, Self::Description, Self::ExternalKey];

    /// The maximum number of characters that the site accepts (docs/protocol.md), counted in
    /// Unicode scalar values.
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

/// Text that a customer typed. Erased when dropped. Its `Debug` is blank, and it has no `Display`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Typed(Zeroizing<String>);

impl Typed {
    pub fn new(text: Clean) -> Self {
        Self(Zeroizing::new(text.into_string()))
    }

    /// The text itself, to be sent or shown to the customer.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed")
    }
}

/// Who receives a survey's session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// Anyone who is free: no `id` is sent.
    #[default]
    GeneralQueue,
    /// Those who are responsible for an issue.
    Issue(IssueRef),
    /// A representative, if the site has *Display Reps in Issues Menu* on.
    Rep(Id),
}

/// What the customer gives besides the choice: values within their limits, none of them empty, in
/// the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerDetails(Vec<(Field, Typed)>);

impl CustomerDetails {
    /// The values to send.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &Typed)> {
        self.0.iter().map(|(field, typed)| (*field, typed))
    }
}

/// A filled-in survey.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Who receives it.
    pub choice: Choice,
    /// What the customer filled in.
    pub details: CustomerDetails,
}

/// The config's rules for one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRules {
    /// The label in the config, if any.
    pub label: Option<Clean>,
    /// An empty answer is refused.
    pub required: bool,
    /// The screen does not ask for it and sends the default. `start` may still set it.
    pub hidden: bool,
    /// The value to send if the customer gives none. [`SurveyForm::for_visit`] fills in its
    /// `{places}`.
    pub default: Clean,
    /// The ways that send the field, each once. In dialect `connector` only the survey does.
    pub ways: Vec<Way>,
}

impl Default for FieldRules {
    fn default() -> Self {
        Self { label: None, required: false, hidden: false, default: Clean::default(), ways: vec![Way::Survey] }
    }
}

/// The config's rules for the whole survey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyForm {
    rules: [FieldRules; 5],
}

impl Default for SurveyForm {
    /// Nothing is required, and the company code is hidden.
    fn default() -> Self {
        let mut form = Self { rules: Default::default() };
        form.rules_mut(Field::CompanyCode).hidden = true;
        form
    }
}

/// What a customer gave for each field, not validated yet. Erased when dropped.
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

/// What is wrong with the answer to a field. Contains nothing of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurveyProblem {
    /// More characters than the site accepts.
    TooLong {
        /// How many there are. The maximum is [`Field::limit`].
        count: usize,
    },
    /// A required answer is empty.
    Missing,
    /// More bytes than the site accepts together with the parameters in the config.
    NoRoom {
        /// How many characters are too many.
        excess: usize,
    },
    /// A character that can't be shown or sent.
    Character(Refused),
}

impl SurveyForm {
    /// The config's rules for one field.
    pub fn rules(&self, field: Field) -> &FieldRules {
        &self.rules[field as usize]
    }

    pub fn rules_mut(&mut self, field: Field) -> &mut FieldRules {
        &mut self.rules[field as usize]
    }

    /// The form of one way in one visit. `room` is how many bytes the external key may have besides
    /// the parameters in the config.
    pub fn for_visit(&self, way: Way, places: &Places, room: usize) -> VisitForm {
        let filled = |rules: &FieldRules| FieldRules { default: places.fill(&rules.default), ..rules.clone() };
        VisitForm { way, rules: self.rules.each_ref().map(filled), room }
    }
}

/// The fields of one way in one visit, with the `{places}` of their defaults filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitForm {
    way: Way,
    rules: [FieldRules; 5],
    room: usize,
}

impl VisitForm {
    pub fn rules(&self, field: Field) -> &FieldRules {
        &self.rules[field as usize]
    }

    /// Whether this way sends the field.
    pub fn takes(&self, field: Field) -> bool {
        self.rules(field).ways.contains(&self.way)
    }

    /// The fields that the screen asks for.
    pub fn shown(&self) -> impl Iterator<Item = Field> {
        Field::ALL.into_iter().filter(|field| self.takes(*field) && !self.rules(*field).hidden)
    }

    /// The details for these answers, or everything that is wrong with them, in the order of the
    /// form. Answers to fields that this way does not send are ignored.
    pub fn fill(&self, answers: &Answers) -> Result<CustomerDetails, Vec<(Field, SurveyProblem)>> {
        let (mut details, mut problems) = (CustomerDetails::default(), Vec::new());
        for field in Field::ALL.into_iter().filter(|field| self.takes(*field)) {
            match self.judge(field, answers.get(field)) {
                Ok(Some(typed)) => details.0.push((field, typed)),
                Ok(None) => {}
                Err(problem) => problems.push((field, problem)),
            }
        }
        if problems.is_empty() { Ok(details) } else { Err(problems) }
    }

    /// The value to send for a field (`None` leaves it out), or what is wrong with the answer.
    fn judge(&self, field: Field, answer: Option<&str>) -> Result<Option<Typed>, SurveyProblem> {
        let rules = self.rules(field);
        let text = match (answer, field) {
            (None, _) => rules.default.clone(),
            (Some(raw), Field::Description) => Clean::lines(raw).map_err(SurveyProblem::Character)?,
            (Some(raw), _) => Clean::line(raw).map_err(SurveyProblem::Character)?,
        };
        let excess = if field == Field::ExternalKey { characters_beyond(text.as_str(), self.room) } else { 0 };
        match text.count() {
            count if count > field.limit() => Err(SurveyProblem::TooLong { count }),
            _ if excess > 0 => Err(SurveyProblem::NoRoom { excess }),
            _ if text.is_blank() && rules.required => Err(SurveyProblem::Missing),
            _ if text.is_blank() => Ok(None),
            _ => Ok(Some(Typed::new(text))),
        }
    }
}

/// How many characters at the end of a text are beyond this many bytes.
fn characters_beyond(text: &str, bytes: usize) -> usize {
    text.char_indices().filter(|(at, character)| at + character.len_utf8() > bytes).count()
}

#[cfg(test)]
mod tests {
    use super::super::FixedParameter;
    use super::*;
    use crate::ways::KEY;

    /// The survey of this form in a visit without placeholders, with all the room there is.
    fn survey(form: &SurveyForm) -> VisitForm {
        form.for_visit(Way::Survey, &Places::default(), FixedParameter::BYTES_AT_MOST)
    }

    fn answers(given: &[(Field, &str)]) -> Answers {
        let mut answers = Answers::default();
        for (field, text) in given {
            answers.set(*field, Zeroizing::new((*text).to_owned()));
        }
        answers
    }

    fn sent(form: &VisitForm, given: &[(Field, &str)]) -> Vec<(Field, String)> {
        let details = form.fill(&answers(given)).expect("good");
        details.iter().map(|(field, typed)| (field, typed.reveal().to_owned())).collect()
    }

    #[test]
    fn a_limit_counts_characters_of_any_script_and_one_more_is_too_long() {
        let form = survey(&SurveyForm::default());
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
    fn all_problems_are_reported_together_in_the_order_of_the_form() {
        let mut form = SurveyForm::default();
        form.rules_mut(Field::Name).required = true;
        let long = "x".repeat(1025);
        let given = answers(&[(Field::ExternalKey, "a\u{202E}"), (Field::Description, &long), (Field::Name, "  ")]);
        assert_eq!(
            survey(&form).fill(&given),
            Err(vec![
                (Field::Name, SurveyProblem::Missing),
                (Field::Description, SurveyProblem::TooLong { count: 1025 }),
                (Field::ExternalKey, SurveyProblem::Character(Refused { character: '\u{202E}' })),
            ])
        );
    }

    #[test]
    fn an_empty_answer_is_left_out_and_a_hidden_default_is_sent() {
        let mut form = SurveyForm::default();
        form.rules_mut(Field::CompanyCode).default = Clean::line("B12").expect("clean");
        let sent = |given: &[(Field, &str)]| sent(&survey(&form), given);
        let hidden = (Field::CompanyCode, "B12".to_owned());
        let described = (Field::Description, "a\nb".to_owned());
        assert_eq!(sent(&[(Field::Name, ""), (Field::Description, "a\r\nb")]), [hidden, described]);
        assert_eq!(sent(&[(Field::CompanyCode, "C1")]), [(Field::CompanyCode, "C1".to_owned())], "a script may give it");
    }

    #[test]
    fn a_default_with_filled_placeholders_that_is_too_long_is_reported() {
        let clean = |text: &str| Clean::line(text).expect("clean");
        let mut form = SurveyForm::default();
        form.rules_mut(Field::Name).default = clean("{kiosk}");
        form.rules_mut(Field::ExternalKey).default = clean("{visit}/{date}");
        let places =
            Places { kiosk: clean(&"k".repeat(101)), visit: clean("K7F204"), date: clean("2026-11-24"), ..Places::default() };
        let form = form.for_visit(Way::Survey, &places, FixedParameter::BYTES_AT_MOST);
        assert_eq!(form.rules(Field::ExternalKey).default.as_str(), "K7F204/2026-11-24");
        assert_eq!(form.judge(Field::Name, None), Err(SurveyProblem::TooLong { count: 101 }));
        assert!(form.rules(Field::CompanyCode).hidden);
    }

    #[test]
    fn what_a_customer_typed_is_never_in_a_debug_print() {
        let details = survey(&SurveyForm::default()).fill(&answers(&[(Field::Name, "canary")])).expect("good");
        assert!(!format!("{details:?}").contains("canary"));
    }

    #[test]
    fn a_field_goes_with_its_ways_alone() {
        let mut form = SurveyForm::default();
        form.rules_mut(Field::Name).ways = vec![Way::Survey, Way::Code(&KEY)];
        form.rules_mut(Field::CompanyCode).ways = vec![Way::Code(&KEY)];
        form.rules_mut(Field::CompanyCode).default = Clean::line("B12").expect("clean");
        let given = [(Field::Name, "Kim"), (Field::Company, "Example")];
        let with = |way| {
            let form = form.for_visit(way, &Places::default(), FixedParameter::BYTES_AT_MOST);
            (form.shown().collect::<Vec<_>>(), sent(&form, &given).into_iter().map(|(field, _)| field).collect::<Vec<_>>())
        };
        assert_eq!(with(Way::Rep), (vec![], vec![]));
        assert_eq!(with(Way::Code(&KEY)), (vec![Field::Name], vec![Field::Name, Field::CompanyCode]));
        let survey = vec![Field::Name, Field::Company, Field::Description, Field::ExternalKey];
        assert_eq!(with(Way::Survey), (survey, vec![Field::Name, Field::Company]));
    }

    #[test]
    fn an_external_key_has_the_bytes_that_the_desks_own_fields_leave() {
        let form = SurveyForm::default().for_visit(Way::Survey, &Places::default(), 8);
        let judge = |text| form.judge(Field::ExternalKey, Some(text)).map(|typed| typed.map(|typed| typed.reveal().to_owned()));
        for full in ["12345678", "øøøø", "😀😀"] {
            assert_eq!(judge(full), Ok(Some(full.to_owned())));
        }
        assert_eq!(judge("123456789"), Err(SurveyProblem::NoRoom { excess: 1 }));
        assert_eq!(judge("1😀😀"), Err(SurveyProblem::NoRoom { excess: 1 }));
        assert_eq!(judge("😀😀øø"), Err(SurveyProblem::NoRoom { excess: 2 }));
        assert!(form.judge(Field::Name, Some("123456789")).is_ok(), "it is no field of the site's own");
    }
}
