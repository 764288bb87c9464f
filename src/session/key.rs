//! The session key: read generously (spaces, hyphens, a whole link), kept as a secret.

use std::fmt;

use zeroize::Zeroizing;

use crate::clean::{Clean, Refused, is_joiner};

/// How long a session key may be, in characters; the alphabet is the vendor's secret (contract.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyLength {
    /// At least so many, 1 or more.
    pub min: usize,
    /// At most so many.
    pub max: usize,
}

impl Default for KeyLength {
    fn default() -> Self {
        Self { min: 1, max: 64 }
    }
}

/// A session key without spaces and hyphens, of a length that the config allows. Erased when dropped; its `Debug` is blank.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionKey(Zeroizing<String>);

/// Why a text is no session key. Says nothing of the text itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    /// Nothing was left once spaces and hyphens were dropped.
    #[error("the session key is empty")]
    Empty,
    /// Fewer characters than a key of this desk has.
    #[error("the session key has {count} characters and needs at least {min}")]
    TooShort {
        /// How many there are.
        count: usize,
        /// How many there must be.
        min: usize,
    },
    /// More characters than a key of this desk has.
    #[error("the session key has {count} characters and may have at most {max}")]
    TooLong {
        /// How many there are.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// A character that can't be part of any key.
    #[error("session key: {0}")]
    Character(Refused),
}

impl SessionKey {
    /// Reads a key as people give it: spaces and hyphens are dropped, and a link to a session gives the key in it
    /// (`access_key` or `short_key`).
    pub fn read(raw: &str, length: KeyLength) -> Result<Self, KeyProblem> {
        let given = key_of_link(raw).unwrap_or_else(|| Zeroizing::new(raw.to_owned()));
        let kept: Zeroizing<String> = Zeroizing::new(given.chars().filter(|c| !Self::drops(*c)).collect());
        let key = Clean::line(&kept).map_err(KeyProblem::Character)?;
        if let Some(character) = key.as_str().chars().find(|c| is_joiner(*c)) {
            // It would be sent unseen: no key is written in a script that needs one.
            return Err(KeyProblem::Character(Refused { character }));
        }
        let key = Zeroizing::new(key.into_string());
        match key.chars().count() {
            0 => Err(KeyProblem::Empty),
            count if count < length.min => Err(KeyProblem::TooShort { count, min: length.min }),
            count if count > length.max => Err(KeyProblem::TooLong { count, max: length.max }),
            _ => Ok(Self(key)),
        }
    }

    /// Whether a character is read over: people write keys in groups.
    pub fn drops(character: char) -> bool {
        character.is_whitespace() || is_hyphen(character)
    }

    /// The key itself, for the wire and for the customer's own screen.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey")
    }
}

fn is_hyphen(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}')
}

fn key_of_link(raw: &str) -> Option<Zeroizing<String>> {
    let link = url::Url::parse(raw.trim()).ok()?;
    let (_, value) = link.query_pairs().find(|(name, _)| name == "access_key" || name == "short_key")?;
    Some(Zeroizing::new(value.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> Result<String, KeyProblem> {
        SessionKey::read(raw, KeyLength { min: 4, max: 8 }).map(|key| key.reveal().to_owned())
    }

    #[test]
    fn spaces_and_hyphens_are_dropped_and_a_link_gives_its_key() {
        for raw in [
            "4710938",
            " 471-0938 ",
            "4 7 1 0 9 3 8",
            "471–09—38",
            "https://support.example.com/download_customer_connector.ns?access_key=4710938",
            "https://support.example.com/api/start_session?lang=en&short_key=471-0938#x",
        ] {
            assert_eq!(read(raw), Ok("4710938".to_owned()), "{raw}");
        }
    }

    #[test]
    fn what_is_no_key_says_why() {
        assert_eq!(read(" - "), Err(KeyProblem::Empty));
        assert_eq!(read("123"), Err(KeyProblem::TooShort { count: 3, min: 4 }));
        assert_eq!(read("123456789"), Err(KeyProblem::TooLong { count: 9, max: 8 }));
        for character in ['\u{1B}', '\u{200D}', '\u{E0100}', '\u{1D173}'] {
            assert_eq!(read(&format!("1234{character}5")), Err(KeyProblem::Character(Refused { character })));
        }
    }

    #[test]
    fn a_key_is_never_in_a_debug_print() {
        let key = SessionKey::read("4710938", KeyLength::default()).expect("a key");
        assert_eq!(format!("{key:?}"), "SessionKey");
    }
}
