//! What a visit reads and never changes: the config, and its lists made ready for choosing. `search` finds in them.

pub mod languages;
pub mod search;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::config::Config;
use crate::config::lists::Choices;
use crate::session::{Issue, RepTable};
use languages::own_name;
use search::{Detail, DetailSet, Index, add_natural_key};

/// The desk whose kiosk this is.
#[derive(Debug)]
pub struct Desk {
    /// The config, as meant.
    pub config: Arc<Config>,
    /// Whether all that can be chosen is here.
    pub lists: Lists,
    reps: OnceLock<RepList>,
    issues: OnceLock<IssueList>,
}

/// How far the lists of a desk are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lists {
    /// Files are named that are still being read: what the config itself has is here.
    Loading,
    /// All that can be chosen is here.
    Ready,
}

/// The representatives, in the order in which people look for them.
#[derive(Debug)]
pub struct RepList {
    /// All of them by name; those who are not available come last and can't be chosen.
    pub sorted: RepTable,
    /// How many can be chosen.
    pub available: usize,
    /// Finds them by name, title, team and language; by their places in `sorted`.
    pub index: Index,
}

/// The issues that can be chosen, in the order in which the desk has them.
#[derive(Debug)]
pub struct IssueList {
    /// Those of the config, and behind them those of its list.
    pub entries: Vec<Issue>,
    /// Finds them by name and description; by their places in `entries`.
    pub index: Index,
}

impl Desk {
    /// A desk of this config, as far as it goes without reading a file: [`Desk::with_lists`] is the whole.
    pub fn new(config: Arc<Config>) -> Self {
        let lists = if config.lists.is_empty() { Lists::Ready } else { Lists::Loading };
        Self { config, lists, reps: OnceLock::new(), issues: OnceLock::new() }
    }

    /// A desk of this config with all that can be chosen there, sorted at once: made on a thread of its own, since a hundred
    /// thousand take longer than a frame may.
    pub fn with_lists(config: Arc<Config>, choices: Choices) -> Self {
        let (reps, issues) = (RepList::new(choices.reps), IssueList::new(choices.issues));
        Self { config, lists: Lists::Ready, reps: reps.into(), issues: issues.into() }
    }

    /// The representatives. Sorted when first asked for: the first frame needs only their number.
    pub fn reps(&self) -> &RepList {
        self.reps.get_or_init(|| RepList::new(self.config.reps.iter().cloned().collect()))
    }

    /// The issues.
    pub fn issues(&self) -> &IssueList {
        self.issues.get_or_init(|| IssueList::new(self.config.issues.clone()))
    }

    /// How many representatives can be chosen; none while that is being read.
    pub fn rep_count(&self) -> Option<usize> {
        match self.lists {
            Lists::Loading if self.config.lists.reps.is_some() => None,
            Lists::Loading | Lists::Ready => Some(match self.reps.get() {
                Some(list) => list.available,
                None => self.config.reps.iter().filter(|rep| rep.available).count(),
            }),
        }
    }
}

/// Two desks are the same where they are one: what they hold is not compared.
impl PartialEq for Desk {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Desk {}

impl RepList {
    fn new(mut reps: RepTable) -> Self {
        reps.sort_by_name(add_natural_key);
        let (mut details, mut languages) = (HashMap::new(), HashMap::new());
        let mut index = Index::default();
        let mut sets: Vec<DetailSet> = Vec::new();
        for [title, team, spoken] in reps.profiles() {
            let [title, team] = [title, team].map(|text| *details.entry(text).or_insert_with(|| index.detail(text)));
            let spoken = *languages.entry(spoken).or_insert_with(|| index.languages(names_of(spoken)));
            sets.push(index.set([title, team, spoken]));
        }
        for (name, profile) in reps.names() {
            index.add(name, sets[profile]);
        }
        let available = reps.count_available();
        index.set_last_from(available);
        index.shrink_to_fit();
        Self { sorted: reps, available, index }
    }
}

impl IssueList {
    fn new(entries: Vec<Issue>) -> Self {
        let mut index = Index::default();
        for issue in &entries {
            let description = issue.description.as_ref().map(|text| index.detail(text.as_str()));
            let set = index.set([description.unwrap_or_default(), Detail::default(), Detail::default()]);
            index.add(issue.name.as_str(), set);
        }
        index.shrink_to_fit();
        Self { entries, index }
    }
}

/// What languages are found by: their tags and their own names.
fn names_of(spoken: &str) -> impl Iterator<Item = &str> {
    RepTable::languages_of(spoken).flat_map(|tag| [tag, own_name(tag)])
}
