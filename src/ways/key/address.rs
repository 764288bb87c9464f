//! Detects texts that are clearly addresses, so that they are not taken for keys.
//!
//! A character that keys may have (`session_key.characters`) does not indicate an address. Only
//! `://` always does.

use super::CodeRules;

/// Endings of host names that keys do not have by accident.
const ENDINGS: [&str; 5] = ["com", "org", "net", "edu", "gov"];
/// From this many letters on, what is between full stops is a name: keys are written in shorter
/// groups (`ABC.DEF.GH`).
const NAME_LETTERS: usize = 5;

/// Whether the text contains an address.
pub(super) fn contains_address(text: &str, rules: &CodeRules) -> bool {
    text.contains("://")
        || text
            .split(is_between_words)
            .any(|word| AddressWord { word, rules }.is_address())
}

fn is_between_words(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '<' | '>'
                | '"'
                | '\''
                | '('
                | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '|'
                | ','
                | '“'
                | '”'
                | '’'
        )
}

/// A piece of text without blanks, quotes and brackets.
struct AddressWord<'a> {
    word: &'a str,
    rules: &'a CodeRules,
}

impl<'a> AddressWord<'a> {
    fn is_address(&self) -> bool {
        self.has_scheme()
            || self.begins_with_host()
            || self.is_mail()
            || self.is_path()
            || self.has_parameter()
    }

    /// The word before and after a sign, unless keys may have the sign.
    fn around(&self, marker: char) -> Option<(&'a str, &'a str)> {
        if self.rules.accepts(marker) {
            None
        } else {
            self.word.split_once(marker)
        }
    }

    /// `https:/host`, `http:host`: what a line break or a typing error leaves of `https://host`.
    fn has_scheme(&self) -> bool {
        self.around(':').is_some_and(|(before, after)| {
            let scheme = before.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
            ["http", "https"]
                .iter()
                .any(|known| scheme.eq_ignore_ascii_case(known))
                && !after.is_empty()
        })
    }

    /// `www.example`, `example.com`, `support.uni.example/help`, `10.0.0.1/help`,
    /// `localhost:8080/help`.
    fn begins_with_host(&self) -> bool {
        let is_sign = |c: char| !c.is_alphanumeric();
        let word = self.word.trim_start_matches(is_sign);
        let (host, after) = word.split_at(word.find([':', '/', '?', '#']).unwrap_or(word.len()));
        let path = after
            .strip_prefix(':')
            .unwrap_or(after)
            .trim_start_matches(|c: char| c.is_ascii_digit());
        let has_path = path.starts_with('/') && !self.rules.accepts('/');
        let has_port = after.starts_with(':') && path.len() + 1 < after.len();
        if has_port && has_path && host.contains(char::is_alphabetic) {
            return true;
        }
        let labels = || host.trim_end_matches(is_sign).split('.');
        let is_label = |label: &str| {
            !label.is_empty()
                && label
                    .chars()
                    .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        };
        if self.rules.accepts('.') || labels().nth(1).is_none() || !labels().all(is_label) {
            return false;
        }
        let last = labels().next_back().unwrap_or_default();
        let is_name = last.len() > 1 && last.chars().all(char::is_alphabetic);
        let letters = |label: &str| label.chars().filter(|c| c.is_alphabetic()).count();
        let is_long = labels()
            .rev()
            .skip(1)
            .any(|label| letters(label) >= NAME_LETTERS);
        let is_number = labels().count() == 4
            && labels().all(|label| label.chars().all(|c| c.is_ascii_digit()));
        labels()
            .next()
            .is_some_and(|first| first.eq_ignore_ascii_case("www"))
            || ENDINGS
                .iter()
                .any(|ending| last.eq_ignore_ascii_case(ending))
            || is_name && is_long
            || has_path && (is_name || is_number)
    }

    /// `desk@support.example`, with or without `mailto:`.
    fn is_mail(&self) -> bool {
        self.around('@').is_some_and(|(before, after)| {
            let host = after.trim_end_matches('.');
            before.ends_with(char::is_alphanumeric)
                && host.starts_with(char::is_alphanumeric)
                && host.contains('.')
        })
    }

    /// `/check_access_key`, `/help/start`, `help/start?4710938`.
    fn is_path(&self) -> bool {
        self.around('/').is_some_and(|(before, after)| {
            let after = after.trim_start_matches('/');
            let is_absolute =
                before.is_empty() && after.starts_with(|c: char| c.is_ascii_alphabetic());
            let has_query = !self.rules.accepts('?')
                && after
                    .split_once('?')
                    .is_some_and(|(_, query)| query.starts_with(char::is_alphanumeric));
            has_query || is_absolute && after.trim_end_matches(['/', '.']).contains(['/', '_', '.'])
        })
    }

    /// `name=value`.
    fn has_parameter(&self) -> bool {
        let mut sides = self.word.split('=').zip(self.word.split('=').skip(1));
        !self.rules.accepts('=')
            && sides.any(|(before, after)| {
                let name = before
                    .rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                    .next()
                    .unwrap_or_default();
                let has_value = after.starts_with(|c: char| c.is_alphanumeric() || c == '%');
                has_value && name.starts_with(|c: char| c.is_ascii_alphabetic())
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_address(text: &str, characters: &str) -> bool {
        contains_address(
            text,
            &CodeRules {
                characters: characters.to_owned(),
                ..CodeRules::default()
            },
        )
    }

    #[test]
    fn addresses_are_distinguished_from_keys_as_people_write_them() {
        for text in [
            "https://support.example.com",
            "https:/support.example.com",
            "HTTPS:support",
            "<https://support.example.com/>",
            "go to www.support.example",
            "support.example.com",
            "support.example.com.",
            "support.uni.no",
            "help.example.co.uk",
            "uni.edu",
            "support.uni.no/help",
            "10.0.0.1/help",
            "10.0.0.1:8080/",
            "localhost:8080/start",
            "desk@support.uni.no",
            "mailto:desk@support.uni.no",
            "/check_access_key",
            "/help/start",
            "//support.example.com/help",
            "*support.example.com*!",
            "==&x=1",
            "help/start?4710938",
            "sessionkey=4710938",
            "?lang=en&x=1",
            "ftp://files",
        ] {
            assert!(is_address(text, ""), "{text}");
        }
        for text in [
            "4710938",
            "471-0938",
            "471.093.8",
            "ab.cd.efg",
            "abc.def.gh",
            "abcd.efg",
            "4710938.abc",
            "471/0938",
            "47/10/93/8",
            "12.34/56",
            "(4710938)",
            "\"4710938\".",
            "Key: 4710938",
            "key:4710938?",
            "A&B&C",
            "4710938=",
            "#4710938",
            "@4710938",
            "/4710938/",
            "47@10938",
        ] {
            assert!(!is_address(text, ""), "{text}");
        }
    }

    #[test]
    fn a_character_that_keys_may_have_is_no_sign_of_an_address() {
        for (text, characters) in [
            ("/abc/def", "/"),
            ("AB=CD", "="),
            ("abc.com", "."),
            ("http:a", ":"),
            ("a@b.cd", "@"),
            ("a/b?c", "/"),
            ("a/b?c", "?"),
        ] {
            assert!(!is_address(text, characters), "{text} with {characters}");
        }
        for (text, characters) in [
            ("https://a", ":/"),
            ("support.example.com/x", "/"),
            ("x?ak=1", "/?"),
        ] {
            assert!(is_address(text, characters), "{text} with {characters}");
        }
    }
}
