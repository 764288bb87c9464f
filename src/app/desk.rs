//! What a visit reads and never changes: the config, and its lists made ready for choosing.

use std::sync::{Arc, OnceLock};

use crate::clean::Clean;
use crate::config::{Config, Way};
use crate::session::Rep;
use crate::ui::languages::own_name;
use crate::ui::search::{Index, natural_order};

/// The desk whose kiosk this is.
#[derive(Debug)]
pub struct Desk {
    /// The config, as meant.
    pub config: Arc<Config>,
    reps: OnceLock<RepList>,
}

/// The representatives that can be chosen, in the order in which people look for them.
#[derive(Debug)]
pub struct RepList {
    /// Those who are available, by name.
    pub sorted: Vec<Rep>,
    /// Finds them by name, title, team and language; by their places in `sorted`.
    pub index: Index,
}

impl Desk {
    /// A desk of this config.
    pub fn new(config: Arc<Config>) -> Self {
        Self { config, reps: OnceLock::new() }
    }

    /// The representatives. Sorted when first asked for: the first frame needs only their number.
    pub fn reps(&self) -> &RepList {
        self.reps.get_or_init(|| RepList::new(&self.config.reps))
    }

    /// How many representatives can be chosen.
    pub fn rep_count(&self) -> usize {
        self.config.reps.iter().filter(|rep| rep.available).count()
    }

    /// The ways that this desk offers and that the screen has.
    pub fn ways(&self) -> impl Iterator<Item = Way> {
        self.config.ways.iter().copied().filter(|way| match way {
            Way::Rep => true,
            Way::Key | Way::Survey => false,
        })
    }
}

impl RepList {
    fn new(reps: &[Rep]) -> Self {
        let mut sorted: Vec<Rep> = reps.iter().filter(|rep| rep.available).cloned().collect();
        sorted.sort_by(|a, b| natural_order(a.name.as_str(), b.name.as_str()));
        let index = Index::new(sorted.iter().map(searchable));
        Self { sorted, index }
    }
}

fn searchable(rep: &Rep) -> impl Iterator<Item = &str> {
    let spoken = rep.languages.iter().flat_map(|tag| [tag.as_str(), own_name(tag.as_str())]);
    [Some(&rep.name), rep.title.as_ref(), rep.team.as_ref()].into_iter().flatten().map(Clean::as_str).chain(spoken)
}
