//! Placeholders in texts of the config that each visit fills in: `{host}`, `{date}` and so on.

use std::fmt;

use crate::clean::Clean;

/// A placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceholderName {
    /// This machine's name.
    Host,
    /// Today's date.
    Date,
    /// The name of the terminal.
    Terminal,
    /// The kiosk's name in the config.
    Kiosk,
    /// The visit's reference.
    Visit,
}

impl PlaceholderName {
    /// Every placeholder.
    pub(crate) const ALL: [Self; 5] = [
        Self::Host,
        Self::Date,
        Self::Terminal,
        Self::Kiosk,
        Self::Visit,
    ];

    /// The word between the braces.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Date => "date",
            Self::Terminal => "terminal",
            Self::Kiosk => "kiosk",
            Self::Visit => "visit",
        }
    }
}

/// The values of the placeholders in one visit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placeholders {
    /// This machine's name.
    pub host: Clean,
    /// Today's date, as `2026-11-24`.
    pub date: Clean,
    /// The name of the terminal, as `tty3`.
    pub terminal: Clean,
    /// The kiosk's name in the config.
    pub kiosk: Clean,
    /// The visit's reference, as `K7F204`.
    pub visit: Clean,
}

impl Placeholders {
    /// The maximum length of the name of a machine or a terminal, in characters.
    pub(crate) const MAX_NAME: usize = 64;

    /// The longest value that each placeholder can have on this kiosk.
    pub(crate) fn longest(kiosk: &Clean) -> Self {
        let so_long = |characters| Clean::sanitized(&"x".repeat(characters), characters);
        let name = so_long(Self::MAX_NAME);
        Self {
            host: name.clone(),
            date: so_long(10),
            terminal: name,
            kiosk: kiosk.clone(),
            visit: so_long(6),
        }
    }

    fn value(&self, name: PlaceholderName) -> &Clean {
        match name {
            PlaceholderName::Host => &self.host,
            PlaceholderName::Date => &self.date,
            PlaceholderName::Terminal => &self.terminal,
            PlaceholderName::Kiosk => &self.kiosk,
            PlaceholderName::Visit => &self.visit,
        }
    }

    /// Fills in the placeholders. Sanitizes the result, because clean values can join to text that
    /// is not clean.
    pub(crate) fn fill(&self, template: &Clean) -> Clean {
        let filled: String = pieces(template.as_str())
            .map(|piece| match piece {
                TemplatePiece::Text(text) | TemplatePiece::Stray(text) => text,
                TemplatePiece::Placeholder(name) => self.value(name).as_str(),
            })
            .collect();
        Clean::lines(&filled).unwrap_or_else(|_| Clean::sanitized(&filled, usize::MAX))
    }
}

/// A piece of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplatePiece<'t> {
    /// Literal text.
    Text(&'t str),
    /// A placeholder.
    Placeholder(PlaceholderName),
    /// Braces around an unknown word, or an unmatched brace: a mistake in the config.
    Stray(&'t str),
}

impl fmt::Display for PlaceholderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}}}", self.name())
    }
}

/// The pieces of a template, in order. Together they are the whole text.
pub fn pieces(template: &str) -> impl Iterator<Item = TemplatePiece<'_>> {
    let mut rest = template;
    std::iter::from_fn(move || {
        let (piece, length) = first_piece(rest)?;
        rest = &rest[length..];
        Some(piece)
    })
}

/// The first piece of a text and its length in bytes; `None` if the text is empty.
fn first_piece(text: &str) -> Option<(TemplatePiece<'_>, usize)> {
    let braces: &[char] = &['{', '}'];
    let length = match text.chars().next()? {
        '{' => text[1..]
            .find(braces)
            .filter(|inner| text[1 + inner..].starts_with('}'))
            .map_or(1, |inner| inner + 2),
        '}' => 1,
        _ => {
            let length = text.find(braces).unwrap_or(text.len());
            return Some((TemplatePiece::Text(&text[..length]), length));
        }
    };
    let written = &text[..length];
    let named = PlaceholderName::ALL
        .into_iter()
        .find(|place| place.to_string() == written);
    Some((
        named.map_or(TemplatePiece::Stray(written), TemplatePiece::Placeholder),
        length,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_is_cut_into_text_places_and_strays() {
        let cut: Vec<_> = pieces("at {host}{kiosk}, {hots} } {").collect();
        let (text, place, stray) = (
            TemplatePiece::Text,
            TemplatePiece::Placeholder,
            TemplatePiece::Stray,
        );
        let expected = [
            text("at "),
            place(PlaceholderName::Host),
            place(PlaceholderName::Kiosk),
            text(", "),
            stray("{hots}"),
            text(" "),
            stray("}"),
            text(" "),
            stray("{"),
        ];
        assert_eq!(cut, expected);
        assert_eq!(
            pieces("{{host}").collect::<Vec<_>>(),
            [stray("{"), place(PlaceholderName::Host)]
        );
    }

    #[test]
    fn t6_values_that_join_to_something_unclean_are_washed() {
        let clean = |text| Clean::line(text).expect("clean");
        let placeholders = Placeholders {
            host: clean("b12"),
            kiosk: clean("e\u{301}\u{301}\u{301}\u{301}"),
            ..Placeholders::default()
        };
        assert_eq!(
            placeholders
                .fill(&Clean::lines("{host}:\n{visit}").expect("clean"))
                .as_str(),
            "b12:\n"
        );
        let tower = placeholders.fill(&clean("{kiosk}\u{301}\u{301}\u{301}\u{301}\u{301}"));
        assert!(Clean::line(tower.as_str()).is_ok(), "{tower:?}");
    }
}
