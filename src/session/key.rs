//! The session key: read from what people type and paste, and kept as a secret.
//!
//! ```text
//! text ──KeyInput::read──> Characters, or InLink ──the length──> SessionKey
//!                          Address: a link without a key, which is never sent
//! ```

mod address;
mod characters;
mod layers;
mod link;
mod quoted;

use std::fmt;

use zeroize::Zeroizing;

use crate::text::EN;
pub use link::KEY_PARAMETERS;

/// What a desk's session keys look like. The vendor documents neither their alphabet nor their length (docs/protocol.md).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRules {
    /// At least so many characters, 1 or more.
    pub min: usize,
    /// At most so many characters.
    pub max: usize,
    /// What a key may have besides letters and digits.
    pub characters: String,
}

impl Default for KeyRules {
    fn default() -> Self {
        Self { min: 1, max: 64, characters: String::new() }
    }
}

impl KeyRules {
    /// Whether this can be among [`KeyRules::characters`]: a sign that can be seen, in its plain form.
    pub fn can_name(character: char) -> bool {
        let is_sign = !character.is_alphanumeric() && !character.is_whitespace();
        is_sign && characters::is_visible(character) && characters::is_plain(character)
    }

    /// Whether a key may have this character. All others are skipped.
    pub fn keeps(&self, character: char) -> bool {
        characters::is_letter_or_digit(character) || self.is_further(character)
    }

    /// The characters of a key in a text, each in its plain form.
    pub fn characters_of(&self, text: &str) -> Zeroizing<String> {
        let mut key = Zeroizing::new(String::with_capacity(text.len()));
        text.chars().for_each(|character| characters::add_to_key(character, self, &mut key));
        key
    }

    fn is_further(&self, character: char) -> bool {
        self.characters.contains(character)
    }
}

/// What a text is that was given in place of a key, whatever its length. Has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub enum KeyInput {
    /// The characters of a key; maybe none.
    Characters(Zeroizing<String>),
    /// A link, and the characters of the key in it.
    InLink(Zeroizing<String>),
    /// An address that holds no key.
    Address,
}

impl KeyInput {
    /// Tells a key from a link. Takes time in proportion to the text, however long it is.
    pub fn read(text: &str, rules: &KeyRules) -> Self {
        let as_it_is = Self::read_unquoted(text, rules);
        match quoted::unquoted(text).map(|unquoted| (Self::read_unquoted(&unquoted.text, rules), unquoted)) {
            Some((Self::InLink(key), unquoted)) if unquoted.gives(&key, as_it_is.key_in_link(), rules) => Self::InLink(key),
            Some(_) | None => as_it_is,
        }
    }

    fn key_in_link(&self) -> Option<&str> {
        match self {
            Self::InLink(key) => Some(key),
            Self::Characters(_) | Self::Address => None,
        }
    }

    fn read_unquoted(text: &str, rules: &KeyRules) -> Self {
        let layers = layers::layers(text, rules);
        let is_address = layers.iter().any(|layer| address::is_in(layer, rules));
        // A key may have an equals sign of its own.
        let may_be_link = is_address || !rules.keeps('=');
        if let Some(key) = may_be_link.then(|| link::key_in(&layers, rules)).flatten() {
            Self::InLink(key)
        } else if is_address {
            link::key_in_broken_lines(text, rules).map_or(Self::Address, Self::InLink)
        } else {
            let innermost = layers.last().map_or(text, |layer| layer.as_str());
            Self::Characters(rules.characters_of(innermost))
        }
    }
}

/// A session key of a length that the config allows. Erased when dropped; its `Debug` is blank.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionKey(Zeroizing<String>);

/// Why a text is no session key. Says nothing of the text itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    /// It has no letter and no digit.
    #[error("the session key is empty")]
    Empty,
    /// Fewer characters than a key of this desk has.
    #[error("the session key has {} and needs at least {min}", EN.common.characters(*count as u64))]
    TooShort {
        /// How many there are.
        count: usize,
        /// How many there must be.
        min: usize,
    },
    /// More characters than a key of this desk has.
    #[error("the session key has {} and may have at most {max}", EN.common.characters(*count as u64))]
    TooLong {
        /// How many there are.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// An address that holds no key.
    #[error(
        "this is an address without a session key: give the key's characters, or a link with a value for access_key, short_key, \
         ak, accessKey or access_key_pretty"
    )]
    Address,
}

impl SessionKey {
    /// Reads a key as people give it: only its letters and digits count, and a link gives the key in it.
    pub fn read(text: &str, rules: &KeyRules) -> Result<Self, KeyProblem> {
        let key = match KeyInput::read(text, rules) {
            KeyInput::Characters(key) | KeyInput::InLink(key) => key,
            KeyInput::Address => return Err(KeyProblem::Address),
        };
        match key.chars().count() {
            0 => Err(KeyProblem::Empty),
            count if count < rules.min => Err(KeyProblem::TooShort { count, min: rules.min }),
            count if count > rules.max => Err(KeyProblem::TooLong { count, max: rules.max }),
            _ => Ok(Self(key)),
        }
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

#[cfg(test)]
mod tests;
