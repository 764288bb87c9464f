//! The catalog: the config and its lists, prepared for choosing. A visit reads it and never changes
//! it. `search` finds entries.

pub(crate) mod languages;
pub mod search;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::config::Config;
use crate::config::lists::Choices;
use crate::session::{Issue, RepTable};
use languages::own_name;
use search::{Detail, DetailSet, Index, add_natural_key};

/// The config in use and what customers can choose from.
#[derive(Debug)]
pub struct Catalog {
    /// The validated config.
    pub config: Arc<Config>,
    pub lists: ListState,
    reps: OnceLock<RepList>,
    issues: OnceLock<IssueList>,
}

/// Whether the lists are complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListState {
    /// List files are still being read. Only the entries in the config itself are available.
    Loading,
    /// All entries are available.
    Ready,
}

/// The representatives, sorted by name and indexed.
#[derive(Debug)]
pub struct RepList {
    /// Those who are not available come last and can't be chosen.
    pub sorted: RepTable,
    /// How many can be chosen.
    pub(crate) available: usize,
    /// Finds them by name, title, team and language. Results are positions in `sorted`.
    pub index: Index,
}

/// The issues, in the order of the config, and their index.
#[derive(Debug)]
pub struct IssueList {
    /// Those in the config, then those in the list file.
    pub entries: Vec<Issue>,
    /// Finds them by name and description. Results are positions in `entries`.
    pub index: Index,
}

impl Catalog {
    /// A catalog without the entries of list files, which needs no file access.
    /// [`Catalog::with_lists`] makes the complete one.
    pub fn new(config: Arc<Config>) -> Self {
        let lists = if config.lists.is_empty() {
            ListState::Ready
        } else {
            ListState::Loading
        };
        Self {
            config,
            lists,
            reps: OnceLock::new(),
            issues: OnceLock::new(),
        }
    }

    /// A complete catalog, sorted and indexed immediately. Call this on a background thread: with a
    /// hundred thousand entries it takes longer than a frame may.
    pub fn with_lists(config: Arc<Config>, choices: Choices) -> Self {
        let (reps, issues) = (RepList::new(choices.reps), IssueList::new(choices.issues));
        Self {
            config,
            lists: ListState::Ready,
            reps: reps.into(),
            issues: issues.into(),
        }
    }

    /// The representatives. Sorted on first use, since the first frame needs only their number.
    pub fn reps(&self) -> &RepList {
        self.reps
            .get_or_init(|| RepList::new(self.config.reps.iter().cloned().collect()))
    }

    /// The issues.
    pub fn issues(&self) -> &IssueList {
        self.issues
            .get_or_init(|| IssueList::new(self.config.issues.clone()))
    }

    /// How many representatives can be chosen; `None` while their list is being read.
    pub fn rep_count(&self) -> Option<usize> {
        match self.lists {
            ListState::Loading if self.config.lists.reps.is_some() => None,
            ListState::Loading | ListState::Ready => Some(match self.reps.get() {
                Some(list) => list.available,
                None => self.config.reps.iter().filter(|rep| rep.available).count(),
            }),
        }
    }
}

/// Compares identity, not content.
impl PartialEq for Catalog {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Catalog {}

impl RepList {
    fn new(mut reps: RepTable) -> Self {
        reps.sort_by_name(add_natural_key);
        let (mut details, mut languages) = (HashMap::new(), HashMap::new());
        let mut index = Index::default();
        let mut sets: Vec<DetailSet> = Vec::new();
        for [title, team, spoken] in reps.profiles() {
            let [title, team] = [title, team]
                .map(|text| *details.entry(text).or_insert_with(|| index.detail(text)));
            let spoken = *languages
                .entry(spoken)
                .or_insert_with(|| index.languages(language_names(spoken)));
            sets.push(index.set([title, team, spoken]));
        }
        for (name, profile) in reps.names() {
            index.add(name, sets[profile]);
        }
        let available = reps.count_available();
        index.rank_last_from(available);
        index.shrink_to_fit();
        Self {
            sorted: reps,
            available,
            index,
        }
    }
}

impl IssueList {
    fn new(entries: Vec<Issue>) -> Self {
        let mut index = Index::default();
        for issue in &entries {
            let description = issue
                .description
                .as_ref()
                .map(|text| index.detail(text.as_str()));
            let set = index.set([
                description.unwrap_or_default(),
                Detail::default(),
                Detail::default(),
            ]);
            index.add(issue.name.as_str(), set);
        }
        index.shrink_to_fit();
        Self { entries, index }
    }
}

/// What languages are found by: their tags and their own names.
fn language_names(spoken: &str) -> impl Iterator<Item = &str> {
    RepTable::split_languages(spoken).flat_map(|tag| [tag, own_name(tag)])
}
