//! The domain: what customers can request, and its limits. Pure: no file, clock or network.
//!
//! ```text
//! Rep ───────────┐
//! SecretCode ────┼──> SessionRequest ──> site::wire (see docs/protocol.md)
//! Choice ────────┘    one of them for each request, with the CustomerDetails
//! ```

mod delivery;
mod parameter;
mod placeholders;
mod reps;
mod stage;
mod survey;
mod visit;

pub use delivery::Delivery;
pub use parameter::FixedParameter;
pub use placeholders::{PlaceholderName, Placeholders, TemplatePiece, pieces};
pub use reps::{RepTable, RepTableBuilder};
pub use stage::{ClientExit, Stage};
pub use survey::{
    Answers, Choice, CustomerDetails, FieldRules, Survey, SurveyField, SurveyForm, SurveyProblem,
    Typed, VisitForm,
};
pub use visit::VisitRef;

use std::fmt;

use crate::clean::Clean;
use crate::ways::{SecretCode, Way};

/// The id of a representative or an issue at the site: 0 to 2^63-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u64);

impl Id {
    /// An id, if the number is in range.
    pub fn new(number: u64) -> Option<Self> {
        (i64::try_from(number).is_ok()).then_some(Self(number))
    }

    pub fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A representative whom customers can ask for by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rep {
    /// The site's number for the representative; unique in a config.
    pub id: Id,
    /// The display name as the site has it, never blank. It is sent with the id.
    pub name: Clean,
    /// What the representative helps with.
    pub title: Option<Clean>,
    pub team: Option<Clean>,
    /// Languages spoken, as language tags (`en`, `nb`).
    pub languages: Vec<Clean>,
    /// If false, the list shows the representative last and refuses the choice.
    pub available: bool,
}

/// An entry of the issues menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The site's identifier.
    pub reference: IssueRef,
    /// The name that customers read, never blank.
    pub name: Clean,
    /// One more line about the issue.
    pub description: Option<Clean>,
}

/// The site's identifier of an issue: a number, a code name, or both, of which the dialect sends
/// one (docs/protocol.md).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssueRef {
    /// Only a number.
    Id(Id),
    /// Only a code name, for `start-session`.
    CodeName(CodeName),
    /// Both. The code name is sent if the dialect has it, else the number.
    Both(Id, CodeName),
}

/// An issue's code name: `[A-Za-z0-9_-]{1,64}` (docs/protocol.md).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeName(String);

impl CodeName {
    /// A code name, if the text is a valid one.
    pub fn new(text: &str) -> Option<Self> {
        let fits = (1..=64).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        fits.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl IssueRef {
    /// Whether a name that a person gives (`--issue 3`, `--issue password`) means this issue.
    pub fn matches(&self, named: &str) -> bool {
        let (id, code_name) = match self {
            Self::Id(id) => (Some(id), None),
            Self::CodeName(code) => (None, Some(code)),
            Self::Both(id, code) => (Some(id), Some(code)),
        };
        id.is_some_and(|id| id.to_string() == named)
            || code_name.is_some_and(|code| code.as_str() == named)
    }
}

/// A request for a session, in one of the three forms that the site accepts. Its `Debug` shows
/// nothing that a customer typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionRequest {
    /// A session with one representative.
    Rep {
        id: Id,
        /// The representative's display name, as configured.
        name: Clean,
        /// What the customer fills in. Only in dialect `start-session`.
        details: CustomerDetails,
    },
    /// A session with a code.
    Code {
        /// The code, which knows its way.
        code: SecretCode,
        /// What the customer fills in. Only in dialect `start-session`.
        details: CustomerDetails,
    },
    /// The front-end survey: an issue, a representative of the issues menu, or the general queue.
    Survey(Survey),
}

impl SessionRequest {
    pub fn way(&self) -> Way {
        match self {
            Self::Rep { .. } => Way::Rep,
            Self::Code { code, .. } => Way::Code(code.way()),
            Self::Survey(_) => Way::Survey,
        }
    }

    /// What the customer gives besides the choice.
    pub fn details(&self) -> &CustomerDetails {
        match self {
            Self::Rep { details, .. }
            | Self::Code { details, .. }
            | Self::Survey(Survey { details, .. }) => details,
        }
    }

    /// The code that the customer typed, if the way has one.
    pub fn code(&self) -> Option<&SecretCode> {
        match self {
            Self::Code { code, .. } => Some(code),
            Self::Rep { .. } | Self::Survey(_) => None,
        }
    }

    pub(crate) fn rep(rep: &Rep, details: CustomerDetails) -> Self {
        Self::Rep {
            id: rep.id,
            name: rep.name.clone(),
            details,
        }
    }

    /// "Anyone who is free": an empty survey, which goes to the general queue.
    pub fn anyone() -> Self {
        Self::Survey(Survey::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_at_most_what_a_signed_number_holds() {
        assert_eq!(
            Id::new(i64::MAX.unsigned_abs()).map(Id::get),
            Some(i64::MAX.unsigned_abs())
        );
        assert_eq!(Id::new(i64::MAX.unsigned_abs() + 1), None);
    }

    #[test]
    fn a_code_name_keeps_to_its_alphabet_and_length() {
        for good in ["password", "a", "A-b_9", &"x".repeat(64)] {
            assert_eq!(CodeName::new(good).map(|c| c.0), Some(good.to_owned()));
        }
        for bad in ["", "pass word", "päss", "a.b", &"x".repeat(65)] {
            assert_eq!(CodeName::new(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_issue_is_named_by_number_or_code_name() {
        let both = IssueRef::Both(Id(3), CodeName("password".into()));
        assert!(
            both.matches("3")
                && both.matches("password")
                && !both.matches("Password")
                && !both.matches("03")
        );
    }
}
