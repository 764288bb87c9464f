//! One check, as a value: what was looked at, what was found, why it matters, and how to mend it.

use serde::Serialize;

use crate::clean::Clean;

/// The longest of what is told of one check, in characters: it may quote files of this machine.
const WORDS_AT_MOST: usize = 400;

/// What is looked at.
pub(super) struct Subject {
    /// Its name: the same in every version, for scripts and notes.
    pub(super) name: &'static str,
    /// What could happen to a kiosk where it is not well.
    pub(super) matters: &'static str,
}

/// How it stands, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Grade {
    /// No kiosk can run like this, or anybody gets out of it.
    Broken,
    /// A kiosk runs, and is weaker than it could be.
    Weak,
    /// Weak or broken, and `--accept` names it.
    Accepted,
    /// This kernel has nothing that would mend it.
    Lacking,
    /// It could not be found out.
    Unknown,
    /// Nothing to mend.
    Good,
}

/// What came out. As JSON it is one object of `--json`.
#[derive(Debug, Serialize)]
pub(super) struct Check {
    /// The subject's name.
    #[serde(rename = "check")]
    pub(super) name: &'static str,
    /// How it stands.
    #[serde(rename = "finding")]
    pub(super) grade: Grade,
    /// What was seen.
    pub(super) found: String,
    /// The subject's meaning.
    pub(super) matters: &'static str,
    /// What to do; nothing where all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mend: Option<String>,
}

impl Check {
    /// Whether the exit status tells of it.
    pub(super) fn counts(&self) -> bool {
        matches!(self.grade, Grade::Weak | Grade::Broken)
    }

    /// The same, where an operator accepts the findings of these names.
    pub(super) fn accepting(self, names: &[String]) -> Self {
        let is_accepted = self.counts() && names.iter().any(|name| name == self.name);
        if is_accepted { Self { grade: Grade::Accepted, ..self } } else { self }
    }
}

impl Subject {
    /// All is well.
    pub(super) fn good(&self, found: &str) -> Check {
        self.check(Grade::Good, found, None)
    }

    /// It can't be told.
    pub(super) fn unknown(&self, found: &str, mend: &str) -> Check {
        self.check(Grade::Unknown, found, Some(mend))
    }

    /// It weakens the kiosk, and only another kernel mends it.
    pub(super) fn lacking(&self, found: &str, mend: &str) -> Check {
        self.check(Grade::Lacking, found, Some(mend))
    }

    /// It weakens the kiosk.
    pub(super) fn weak(&self, found: &str, mend: &str) -> Check {
        self.check(Grade::Weak, found, Some(mend))
    }

    /// It breaks the kiosk.
    pub(super) fn broken(&self, found: &str, mend: &str) -> Check {
        self.check(Grade::Broken, found, Some(mend))
    }

    fn check(&self, grade: Grade, found: &str, mend: Option<&str>) -> Check {
        let washed = |words: &str| Clean::washed(words, WORDS_AT_MOST).into_string();
        Check { name: self.name, grade, found: washed(found), matters: self.matters, mend: mend.map(washed) }
    }
}
