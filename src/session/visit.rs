//! The reference of a visit, with which staff and tickets refer to it.

use std::fmt;

/// Digits and capitals without those that are easily confused: no I, L, O or U. There are 32, so
/// that five bits of a random byte choose one without bias.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The reference of one visit, such as `K7F204`: short enough for the telephone or a note. It says
/// nothing about the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VisitRef([u8; 6]);

impl VisitRef {
    /// A reference from six random bytes: one of 2^30, all equally likely.
    pub fn from_random(bytes: [u8; 6]) -> Self {
        Self(bytes.map(|byte| ALPHABET[usize::from(byte % 32)]))
    }
}

impl fmt::Display for VisitRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|letter| fmt::Write::write_char(f, char::from(*letter)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_reference_has_six_characters_that_are_not_easily_confused() {
        let all: HashSet<char> = (0..=255)
            .flat_map(|b| {
                VisitRef::from_random([b; 6])
                    .to_string()
                    .chars()
                    .collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(all.len(), 32, "{all:?}");
        assert!(
            all.iter()
                .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase()),
            "{all:?}"
        );
        assert!("ILOU".chars().all(|c| !all.contains(&c)), "{all:?}");
        assert_eq!(
            VisitRef::from_random([0x13, 7, 0x0F, 2, 0, 4]).to_string(),
            "K7F204"
        );
    }
}
