//! Stores many representatives in little memory: all names in one text, and shared values only
//! once.

use std::fmt;

use super::{Id, Rep};
use crate::arena::{Interner, TextArena, number};
use crate::clean::Clean;

/// Separates the languages of a set. A [`Clean`] line does not contain it.
const SEPARATOR: &str = "\n";

/// A list of representatives. With a hundred thousand of them, each takes its name and 16 bytes.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RepTable {
    names: TextArena,
    ids: Vec<Id>,
    /// Positions in `profiles`.
    profile_of: Vec<u32>,
    profiles: Vec<Profile>,
    /// Titles, teams and sets of languages, each stored once.
    texts: TextArena,
}

/// What several representatives have in common. Texts are given by their numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Profile {
    title: u32,
    team: u32,
    languages: u32,
    available: bool,
}

/// Builds a [`RepTable`].
#[derive(Default)]
pub struct RepTableBuilder {
    table: RepTable,
    texts: Interner,
    profiles: Interner,
}

impl RepTableBuilder {
    /// Appends a representative.
    pub(crate) fn push(&mut self, rep: &Rep) {
        let languages: Vec<&str> = rep.languages.iter().map(Clean::as_str).collect();
        let profile = Profile {
            title: self.text(rep.title.as_ref().map_or("", Clean::as_str)),
            team: self.text(rep.team.as_ref().map_or("", Clean::as_str)),
            languages: self.text(&languages.join(SEPARATOR)),
            available: rep.available,
        };
        let profile = self.profile(profile);
        self.table.names.push(rep.name.as_str());
        self.table.ids.push(rep.id);
        self.table.profile_of.push(profile);
    }

    pub(crate) fn finish(self) -> RepTable {
        self.table
    }

    fn text(&mut self, text: &str) -> u32 {
        let stored = &mut self.table.texts;
        let next = stored.count();
        let found = self.texts.intern(text, next, |number| stored.get(number));
        if found == next {
            stored.push(text)
        } else {
            found
        }
    }

    fn profile(&mut self, profile: Profile) -> u32 {
        let stored = &mut self.table.profiles;
        let next = number(stored.len());
        let found = self
            .profiles
            .intern(&profile, next, |number| &stored[number as usize]);
        if found == next {
            stored.push(profile);
        }
        found
    }
}

impl RepTable {
    /// How many representatives there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The representative at this position.
    pub fn get(&self, place: usize) -> Option<Rep> {
        let (id, profile) = (*self.ids.get(place)?, self.profile(place)?);
        let clean = |text: &str| Clean::line(text).ok().filter(|text| !text.is_blank());
        Some(Rep {
            id,
            name: clean(self.names.get(number(place)))?,
            title: clean(self.texts.get(profile.title)),
            team: clean(self.texts.get(profile.team)),
            languages: self
                .texts
                .get(profile.languages)
                .split(SEPARATOR)
                .filter_map(clean)
                .collect(),
            available: profile.available,
        })
    }

    pub fn iter(&self) -> impl Iterator<Item = Rep> {
        (0..self.len()).filter_map(|place| self.get(place))
    }

    /// The representative with this id.
    pub(crate) fn with_id(&self, id: &str) -> Option<Rep> {
        self.get(self.ids.iter().position(|own| own.to_string() == id)?)
    }

    /// How many representatives are available.
    pub(crate) fn count_available(&self) -> usize {
        (0..self.len())
            .filter(|place| self.is_available(*place))
            .count()
    }

    /// Sorts by the keys that `add_key` appends for the names. Those who are not available come
    /// last.
    pub(crate) fn sort_by_name(&mut self, add_key: impl Fn(&str, &mut String)) {
        let mut keys = TextArena::with_capacity(self.len(), self.names.as_str().len());
        for name in self.names.iter() {
            keys.push_with(|text| add_key(name, text));
        }
        let mut order: Vec<u32> = (0..keys.count()).collect();
        let key = |place: &u32| (!self.is_available(*place as usize), keys.get(*place));
        order.sort_by(|one, other| key(one).cmp(&key(other)));
        let mut names = TextArena::with_capacity(self.len(), self.names.as_str().len());
        for place in &order {
            names.push(self.names.get(*place));
        }
        self.names = names;
        self.ids = order
            .iter()
            .map(|place| self.ids[*place as usize])
            .collect();
        self.profile_of = order
            .iter()
            .map(|place| self.profile_of[*place as usize])
            .collect();
        self.profiles.shrink_to_fit();
        self.texts.shrink_to_fit();
    }

    /// Title, team and languages of each profile.
    pub(crate) fn profiles(&self) -> impl Iterator<Item = [&str; 3]> {
        let texts = |profile: &Profile| {
            [profile.title, profile.team, profile.languages].map(|text| self.texts.get(text))
        };
        self.profiles.iter().map(texts)
    }

    /// The name of each representative, and the position of its profile in [`RepTable::profiles`].
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, usize)> {
        self.names
            .iter()
            .zip(self.profile_of.iter().map(|profile| *profile as usize))
    }

    /// The languages in the third text of a profile.
    pub(crate) fn split_languages(text: &str) -> impl Iterator<Item = &str> {
        text.split(SEPARATOR)
            .filter(|language| !language.is_empty())
    }

    fn profile(&self, place: usize) -> Option<&Profile> {
        self.profiles.get(*self.profile_of.get(place)? as usize)
    }

    fn is_available(&self, place: usize) -> bool {
        self.profile(place).is_some_and(|profile| profile.available)
    }
}

impl FromIterator<Rep> for RepTable {
    fn from_iter<I: IntoIterator<Item = Rep>>(reps: I) -> Self {
        let mut table = RepTableBuilder::default();
        reps.into_iter().for_each(|rep| table.push(&rep));
        table.finish()
    }
}

impl fmt::Debug for RepTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rep(id: u64, name: &str, title: Option<&str>, languages: &[&str], available: bool) -> Rep {
        let clean = |text: &str| Clean::line(text).expect("clean");
        Rep {
            id: Id::new(id).expect("an id"),
            name: clean(name),
            title: title.map(clean),
            team: None,
            languages: languages.iter().map(|language| clean(language)).collect(),
            available,
        }
    }

    #[test]
    fn what_goes_in_comes_out() {
        let reps = [
            rep(1, "Zoë", None, &["nb", "zh-Hans"], true),
            rep(2, "李明", Some("Accounts"), &[], false),
        ];
        let table: RepTable = reps.iter().cloned().collect();
        assert_eq!((table.len(), table.count_available()), (2, 1));
        assert_eq!(table.iter().collect::<Vec<_>>(), reps);
        assert_eq!(
            (table.with_id("2"), table.with_id("02"), table.get(2)),
            (Some(reps[1].clone()), None, None)
        );
    }

    #[test]
    fn what_several_share_is_stored_once() {
        let rep = |id, title| rep(id, "Dana", Some(title), &["en", "nb"], true);
        let table: RepTable = [rep(1, "Accounts"), rep(2, "Accounts"), rep(3, "Printers")]
            .into_iter()
            .collect();
        assert_eq!(
            table.texts.iter().collect::<Vec<_>>(),
            ["Accounts", "", "en\nnb", "Printers"]
        );
        assert_eq!(
            (table.profiles.len(), table.profile_of.clone()),
            (2, vec![0, 0, 1])
        );
    }

    #[test]
    fn those_who_are_not_available_come_last() {
        let names = [("Zoë", true), ("Ada", false), ("Bo", true), ("Cy", false)];
        let mut table: RepTable = names
            .iter()
            .map(|(name, available)| rep(1, name, None, &[], *available))
            .collect();
        table.sort_by_name(|name, key| key.push_str(name));
        assert_eq!(
            table
                .iter()
                .map(|rep| rep.name.to_string())
                .collect::<Vec<_>>(),
            ["Bo", "Zoë", "Ada", "Cy"]
        );
    }
}
