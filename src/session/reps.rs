//! Many representatives in little memory: their texts in one string, and a row of numbers for each.

use std::fmt;
use std::ops::Range;

use super::{Id, Rep};
use crate::clean::Clean;

/// Between two languages of a row: no clean line has one in it.
const BETWEEN: char = '\n';

/// Representatives, in an order. A hundred thousand are three blocks of memory, which go back to the system as a whole when
/// another list takes their place.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RepTable {
    /// Name, title, team and languages of each, end to end.
    text: String,
    rows: Vec<Row>,
}

/// Where the texts of one begin, and how long each of them is.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Row {
    id: Id,
    start: u32,
    lengths: [u32; 4],
    available: bool,
}

impl RepTable {
    /// How many they are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds one behind the others.
    pub fn push(&mut self, rep: &Rep) {
        let start = self.text.len();
        let texts = [Some(&rep.name), rep.title.as_ref(), rep.team.as_ref()];
        let mut lengths = [0; 4];
        for (length, text) in lengths.iter_mut().zip(texts) {
            let text = text.map_or("", Clean::as_str);
            self.text.push_str(text);
            *length = number(text.len());
        }
        let before = self.text.len();
        for (position, language) in rep.languages.iter().enumerate() {
            self.text.extend((position > 0).then_some(BETWEEN));
            self.text.push_str(language.as_str());
        }
        lengths[3] = number(self.text.len() - before);
        self.rows.push(Row { id: rep.id, start: number(start), lengths, available: rep.available });
    }

    /// The one at this place.
    pub fn get(&self, place: usize) -> Option<Rep> {
        let row = self.rows.get(place)?;
        let [name, title, team, languages] = self.texts(row)?;
        let clean = |text: &str| Clean::line(text).ok().filter(|text| !text.is_blank());
        Some(Rep {
            id: row.id,
            name: clean(name)?,
            title: clean(title),
            team: clean(team),
            languages: languages.split(BETWEEN).filter_map(clean).collect(),
            available: row.available,
        })
    }

    /// All of them, one by one.
    pub fn iter(&self) -> impl Iterator<Item = Rep> {
        (0..self.len()).filter_map(|place| self.get(place))
    }

    /// The one with this id.
    pub fn with_id(&self, id: &str) -> Option<Rep> {
        self.get(self.rows.iter().position(|row| row.id.to_string() == id)?)
    }

    /// How many of them are available.
    pub fn count_available(&self) -> usize {
        self.rows.iter().filter(|row| row.available).count()
    }

    /// Puts them in the order of what `add_key` adds for their names, those who are not available last, and gives back memory that none needs.
    pub fn sort_by_name(&mut self, add_key: impl Fn(&str, &mut String)) {
        let mut keys = String::new();
        let mut order = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let start = keys.len();
            add_key(self.texts(row).map_or("", |[name, ..]| name), &mut keys);
            order.push((start..keys.len(), *row));
        }
        let key = |(key, row): &(Range<usize>, Row)| (!row.available, &keys[key.clone()]);
        order.sort_by(|one, other| key(one).cmp(&key(other)));
        self.rows.clear();
        self.rows.extend(order.into_iter().map(|(_, row)| row));
        self.rows.shrink_to_fit();
        self.text.shrink_to_fit();
    }

    /// Name, title, team and languages of each, as they are stored: those of a row that many have are the same text.
    pub fn each_text(&self) -> impl Iterator<Item = [&str; 4]> {
        self.rows.iter().map(|row| self.texts(row).unwrap_or_default())
    }

    /// The languages in a text of [`RepTable::each_text`].
    pub fn languages_of(text: &str) -> impl Iterator<Item = &str> {
        text.split(BETWEEN).filter(|language| !language.is_empty())
    }

    fn texts(&self, row: &Row) -> Option<[&str; 4]> {
        let mut rest = self.text.get(usize::try_from(row.start).ok()?..)?;
        let mut texts = [""; 4];
        for (text, length) in texts.iter_mut().zip(row.lengths) {
            (*text, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        }
        Some(texts)
    }
}

/// No list has text beyond what 32 bits count: its file is at most 64 MiB.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl FromIterator<Rep> for RepTable {
    fn from_iter<I: IntoIterator<Item = Rep>>(reps: I) -> Self {
        let mut table = Self::default();
        reps.into_iter().for_each(|rep| table.push(&rep));
        table
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
        let reps = [rep(1, "Zoë", None, &["nb", "zh-Hans"], true), rep(2, "李明", Some("Accounts"), &[], false)];
        let table: RepTable = reps.iter().cloned().collect();
        assert_eq!((table.len(), table.count_available()), (2, 1));
        assert_eq!(table.iter().collect::<Vec<_>>(), reps);
        assert_eq!((table.with_id("2"), table.with_id("02"), table.get(2)), (Some(reps[1].clone()), None, None));
    }

    #[test]
    fn those_who_are_not_available_come_last() {
        let names = [("Zoë", true), ("Ada", false), ("Bo", true), ("Cy", false)];
        let mut table: RepTable = names.iter().map(|(name, available)| rep(1, name, None, &[], *available)).collect();
        table.sort_by_name(|name, key| key.push_str(name));
        assert_eq!(table.iter().map(|rep| rep.name.to_string()).collect::<Vec<_>>(), ["Bo", "Zoë", "Ada", "Cy"]);
    }
}
