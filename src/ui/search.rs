//! Finding a name among many: typing filters, marks and case do not matter, words come in any order.
//!
//! Every entry is folded once into one long text; a query is folded the same way and each of its words is looked for in
//! each entry. A hundred thousand entries take some milliseconds, so nothing is kept from one letter to the next.

use memchr::memmem;

use crate::fold::{fold, fold_into};

/// The folded text of every entry, end to end.
#[derive(Clone, Debug, Default)]
pub struct Index {
    text: String,
    /// Where each entry ends in `text`.
    ends: Vec<usize>,
}

impl Index {
    /// An index over entries, each given as the pieces of text by which it can be found.
    pub fn new<'a, E: IntoIterator<Item = &'a str>>(entries: impl IntoIterator<Item = E>) -> Self {
        let mut index = Self::default();
        for entry in entries {
            for piece in entry {
                fold_into(&mut index.text, piece);
                // A line break is in no word: nothing is found across two pieces.
                index.text.push('\n');
            }
            index.ends.push(index.text.len());
        }
        index
    }

    /// The entries in which every word of the query occurs, in their order. No word: all of them.
    pub fn matching(&self, query: &str) -> Vec<usize> {
        let folded = fold(query);
        let words: Vec<_> = folded.split_whitespace().map(|word| memmem::Finder::new(word.as_bytes())).collect();
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .enumerate()
            .filter(|(_, (start, end))| {
                let entry = &self.text.as_bytes()[*start..**end];
                words.iter().all(|word| word.find(entry).is_some())
            })
            .map(|(position, _)| position)
            .collect()
    }
}

/// What names are sorted by, so that they stand in the order in which people look for them: without marks and case, and
/// numbers by their value (`Rep 2` before `Rep 10`). Made once a name, so that a hundred thousand are not folded anew at every
/// comparison.
pub fn natural_key(name: &str) -> String {
    let folded = fold(name);
    let mut key = String::with_capacity(folded.len() + name.len() + 4);
    let mut rest = folded.as_str();
    while let Some((run, after)) = next_run(rest) {
        if run.starts_with(|c: char| c.is_ascii_digit()) {
            // How many digits there are tells numbers apart before the digits do. They stay where digits belong.
            let digits = run.trim_start_matches('0');
            key.push('0');
            key.push(u32::try_from(digits.len()).ok().and_then(char::from_u32).unwrap_or(char::MAX));
            key.push_str(digits);
        } else {
            key.push_str(run);
        }
        rest = after;
    }
    // Names that are the same but for marks and case have an order too.
    key.push('\0');
    key.push_str(name);
    key
}

/// The digits or the non-digits that a text begins with, and the rest.
fn next_run(text: &str) -> Option<(&str, &str)> {
    let digits = text.chars().next()?.is_ascii_digit();
    let end = text.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(text.len());
    Some(text.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(query: &str) -> Vec<usize> {
        let index = Index::new([
            ["Dana Whitfield", "Network"],
            ["Zoë Quist", "Printers"],
            ["李明", "Network"],
            ["Łukasz Øster", "Campus"],
            ["Rep 10", "jk"],
            ["Ｆｕｌｌ", "ẞ"],
        ]);
        index.matching(query)
    }

    #[test]
    fn letters_of_any_kind_are_found_without_marks_and_case() {
        for (query, expected) in [
            ("zoe", vec![1]),
            ("ZOË", vec![1]),
            ("李", vec![2]),
            ("lukasz oster", vec![3]),
            ("łukasz", vec![3]),
            ("1", vec![4]),
            ("j", vec![4]),
            ("full", vec![5]),
            ("SS", vec![5]),
            ("", vec![0, 1, 2, 3, 4, 5]),
            ("  ", vec![0, 1, 2, 3, 4, 5]),
            ("xyz", vec![]),
        ] {
            assert_eq!(found(query), expected, "{query:?}");
        }
    }

    #[test]
    fn words_come_in_any_order_and_nothing_is_found_across_two_columns() {
        assert_eq!(found("net whit"), [0]);
        assert_eq!(found("whit dana"), [0]);
        assert_eq!(found("whitfieldnetwork"), Vec::<usize>::new());
    }

    #[test]
    fn numbers_in_names_are_sorted_by_value() {
        let mut names = ["Rep 10", "rep 2", "Rep 02", "Åse", "Anna", "Zoë", "Rep"];
        names.sort_by_key(|name| natural_key(name));
        assert_eq!(names, ["Anna", "Åse", "Rep", "Rep 02", "rep 2", "Rep 10", "Zoë"]);
    }
}
