//! A check as a value: what was checked, what was found, why it matters, and how to fix it.

use serde::Serialize;

use crate::clean::Clean;

/// The maximum length of a text in a check, in characters. It may quote files of this machine.
const MAX_TEXT: usize = 400;

/// What is checked.
pub(super) struct CheckInfo {
    /// The name for scripts and notes. It never changes between versions.
    pub(super) name: &'static str,
    /// What could happen to a kiosk if the check fails.
    pub(super) why: &'static str,
}

/// The result of a check, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    /// A kiosk can't run like this, or anyone can get out of it.
    Broken,
    /// A kiosk runs, but is less secure than it could be.
    Weak,
    /// Weak or broken, but `--accept` names it.
    Accepted,
    /// Only another kernel could fix it.
    Lacking,
    /// It could not be checked.
    Unknown,
    Good,
}

/// A result. One object of the `--json` output.
#[derive(Debug, Serialize)]
pub(crate) struct Check {
    #[serde(rename = "check")]
    pub(crate) name: &'static str,
    #[serde(rename = "finding")]
    pub(crate) grade: Severity,
    pub(crate) found: String,
    #[serde(rename = "matters")]
    pub(crate) why: &'static str,
    /// What to do. `None` if nothing is wrong.
    #[serde(rename = "mend", skip_serializing_if = "Option::is_none")]
    pub(crate) fix: Option<String>,
}

impl Check {
    /// Whether it makes the exit status 1.
    pub(crate) fn is_failure(&self) -> bool {
        matches!(self.grade, Severity::Weak | Severity::Broken)
    }

    /// The same result, accepted if its name is in `names`.
    pub(crate) fn accept(self, names: &[String]) -> Self {
        let is_accepted = self.is_failure() && names.iter().any(|name| name == self.name);
        if is_accepted {
            Self {
                grade: Severity::Accepted,
                ..self
            }
        } else {
            self
        }
    }
}

impl CheckInfo {
    pub(super) fn good(&self, found: &str) -> Check {
        self.check(Severity::Good, found, None)
    }

    /// It could not be checked.
    pub(super) fn unknown(&self, found: &str, fix: &str) -> Check {
        self.check(Severity::Unknown, found, Some(fix))
    }

    /// It weakens the kiosk, and only another kernel could fix it.
    pub(super) fn lacking(&self, found: &str, fix: &str) -> Check {
        self.check(Severity::Lacking, found, Some(fix))
    }

    pub(super) fn weak(&self, found: &str, fix: &str) -> Check {
        self.check(Severity::Weak, found, Some(fix))
    }

    pub(super) fn broken(&self, found: &str, fix: &str) -> Check {
        self.check(Severity::Broken, found, Some(fix))
    }

    fn check(&self, grade: Severity, found: &str, fix: Option<&str>) -> Check {
        let sanitized = |words: &str| Clean::sanitized(words, MAX_TEXT).into_string();
        Check {
            name: self.name,
            grade,
            found: sanitized(found),
            why: self.why,
            fix: fix.map(sanitized),
        }
    }
}
