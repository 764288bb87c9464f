//! The front-end survey: its five fields, their limits, and the config's rules for them. In dialect
//! `start-session` the fields can be sent with the other ways too.
//!
//! [`SurveyForm`] is what the config asks for, [`VisitForm`] the part of it for one way in one
//! visit. Only [`VisitForm::fill`] validates what a customer typed, on the screen and in `start`.

use std::fmt;

use zeroize::Zeroizing;

use super::{Id, IssueRef, Placeholders};
use crate::clean::{Clean, RefusedCharacter};
use crate::ways::Way;

/// A field of the survey, in the order of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SurveyField {
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

impl SurveyField {
    /// Every field, in the order of the form.
    pub const ALL: [Self; 5] = [
        Self::Name,
        Self::Company,
        Self::CompanyCode,
        Self::Description,
        Self::ExternalKey,
    ];

    /// The maximum number of characters that the site accepts (docs/protocol.md), counted in
    /// Unicode scalar values.
    pub fn limit(self) -> usize {
        match self {
            Self::Name | Self::Company | Self::CompanyCode => 100,
            Self::Description | Self::ExternalKey => 1024,
        }
    }

    /// The field's name in the config and, with `-` for `_`, on the command line.
    pub(crate) fn name(self) -> &'static str {
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
    pub(crate) fn new(text: Clean) -> Self {
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
pub struct CustomerDetails(Vec<(SurveyField, Typed)>);

impl CustomerDetails {
    /// The values to send.
    pub fn iter(&self) -> impl Iterator<Item = (SurveyField, &Typed)> {
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
        Self {
            label: None,
            required: false,
            hidden: false,
            default: Clean::default(),
            ways: vec![Way::Survey],
        }
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
        let mut form = Self {
            rules: Default::default(),
        };
        form.rules_mut(SurveyField::CompanyCode).hidden = true;
        form
    }
}

/// What a customer gave for each field, not validated yet. Erased when dropped.
#[derive(Default)]
pub struct Answers([Option<Zeroizing<String>>; 5]);

impl Answers {
    /// Sets the answer to one field.
    pub fn set(&mut self, field: SurveyField, raw: Zeroizing<String>) {
        self.0[field as usize] = Some(raw);
    }

    fn get(&self, field: SurveyField) -> Option<&str> {
        self.0[field as usize].as_ref().map(|text| text.as_str())
    }
}

/// What is wrong with the answer to a field. Contains nothing of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurveyProblem {
    /// More characters than the site accepts.
    TooLong {
        /// How many there are. The maximum is [`SurveyField::limit`].
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
    Character(RefusedCharacter),
}

impl SurveyForm {
    /// The config's rules for one field.
    pub fn rules(&self, field: SurveyField) -> &FieldRules {
        &self.rules[field as usize]
    }

    pub fn rules_mut(&mut self, field: SurveyField) -> &mut FieldRules {
        &mut self.rules[field as usize]
    }

    /// The form of one way in one visit. `room` is how many bytes the external key may have besides
    /// the parameters in the config.
    pub fn for_visit(&self, way: Way, placeholders: &Placeholders, room: usize) -> VisitForm {
        let filled = |rules: &FieldRules| FieldRules {
            default: placeholders.fill(&rules.default),
            ..rules.clone()
        };
        VisitForm {
            way,
            rules: self.rules.each_ref().map(filled),
            room,
        }
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
    pub(crate) fn rules(&self, field: SurveyField) -> &FieldRules {
        &self.rules[field as usize]
    }

    /// Whether this way sends the field.
    pub(crate) fn sends(&self, field: SurveyField) -> bool {
        self.rules(field).ways.contains(&self.way)
    }

    /// The fields that the screen asks for.
    pub(crate) fn visible_fields(&self) -> impl Iterator<Item = SurveyField> {
        SurveyField::ALL
            .into_iter()
            .filter(|field| self.sends(*field) && !self.rules(*field).hidden)
    }

    /// The details for these answers, or everything that is wrong with them, in the order of the
    /// form. Answers to fields that this way does not send are ignored.
    pub fn fill(
        &self,
        answers: &Answers,
    ) -> Result<CustomerDetails, Vec<(SurveyField, SurveyProblem)>> {
        let (mut details, mut problems) = (CustomerDetails::default(), Vec::new());
        for field in SurveyField::ALL
            .into_iter()
            .filter(|field| self.sends(*field))
        {
            match self.validate(field, answers.get(field)) {
                Ok(Some(typed)) => details.0.push((field, typed)),
                Ok(None) => {}
                Err(problem) => problems.push((field, problem)),
            }
        }
        if problems.is_empty() {
            Ok(details)
        } else {
            Err(problems)
        }
    }

    /// The value to send for a field (`None` leaves it out), or what is wrong with the answer.
    fn validate(
        &self,
        field: SurveyField,
        answer: Option<&str>,
    ) -> Result<Option<Typed>, SurveyProblem> {
        let rules = self.rules(field);
        let text = match (answer, field) {
            (None, _) => rules.default.clone(),
            (Some(raw), SurveyField::Description) => {
                Clean::lines(raw).map_err(SurveyProblem::Character)?
            }
            (Some(raw), _) => Clean::line(raw).map_err(SurveyProblem::Character)?,
        };
        let excess = if field == SurveyField::ExternalKey {
            excess_characters(text.as_str(), self.room)
        } else {
            0
        };
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
fn excess_characters(text: &str, bytes: usize) -> usize {
    text.char_indices()
        .filter(|(at, character)| at + character.len_utf8() > bytes)
        .count()
}

#[cfg(test)]
mod tests;
