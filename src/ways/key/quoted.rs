//! Reads links from the source of a mail in quoted-printable (RFC 2045): `?ak=3DKEY`, and lines
//! that continue after a final `=`.
//!
//! A key can itself begin with `3D`, so both readings are compared. The one with the length of a
//! key is right.

use zeroize::Zeroizing;

use super::CodeRules;
use super::link::{INVITATION_LENGTH, TYPED_LENGTH};

/// An equals sign, encoded.
const EQUALS: &str = "=3D";

/// A text without its quoted-printable encoding.
pub(super) struct Unquoted {
    pub(super) text: Zeroizing<String>,
    /// Whether each equals sign of the text was part of the encoding.
    is_thorough: bool,
}

/// Removes the encoding. `None` if nothing indicates that the text has one.
pub(super) fn unquoted(text: &str) -> Option<Unquoted> {
    if !text.contains(EQUALS) {
        return None;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let (mut rest, mut is_thorough) = (text, true);
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend_from_slice(before.as_bytes());
        rest = match (soft_break(after), escaped(after)) {
            (Some(next_line), _) => next_line,
            (None, Some(byte)) => {
                bytes.push(byte);
                &after[2..]
            }
            (None, None) => {
                bytes.push(b'=');
                is_thorough = false;
                after
            }
        };
    }
    bytes.extend_from_slice(rest.as_bytes());
    Some(Unquoted {
        text: Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned()),
        is_thorough,
    })
}

impl Unquoted {
    /// Whether the key from this text is the right one, instead of the key from the original text.
    pub(super) fn gives(&self, key: &str, as_it_was: Option<&str>, rules: &CodeRules) -> bool {
        let likelihood = |key: &str| {
            let count = key.chars().count();
            (
                (rules.min..=rules.max).contains(&count),
                matches!(count, TYPED_LENGTH | INVITATION_LENGTH),
            )
        };
        match as_it_was.map(likelihood) {
            Some(other) if other == likelihood(key) => self.is_thorough,
            Some(other) => likelihood(key) > other,
            None => true,
        }
    }
}

/// The text after a soft line break. Blanks may have been added before the break.
fn soft_break(after: &str) -> Option<&str> {
    let behind = after.trim_start_matches([' ', '\t']);
    behind
        .strip_prefix("\r\n")
        .or_else(|| behind.strip_prefix(['\r', '\n']))
}

/// The byte that two capital hexadecimal digits after an equals sign encode.
fn escaped(after: &str) -> Option<u8> {
    let digits = after.get(..2).filter(|digits| {
        digits
            .bytes()
            .all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'))
    })?;
    u8::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::super::KEY;
    use super::*;

    const RULES: CodeRules = CodeRules {
        min: 4,
        max: 32,
        characters: String::new(),
    };
    /// As in the vendor's invitations, and as people type it.
    const LONG: &str = "0123456789abcdef0123456789abcdef";
    const SHORT: &str = "4710938";

    fn read_by(text: &str, rules: &CodeRules) -> Option<String> {
        KEY.parse(text, rules)
            .ok()
            .map(|key| key.reveal().to_owned())
    }

    fn read(text: &str) -> Option<String> {
        read_by(text, &RULES)
    }

    #[test]
    fn a_link_from_the_source_of_a_mail_gives_its_key() {
        for form in [
            "https://support.example.com/?ak=3DKEY",
            "https://support.example.com/?lang=3Den&ak=3DKEY&x=3D1",
            "<a href=3D\"https://support.example.com/?lang=3Den&amp;ak=3DKEY\">Start</a>",
            "<https://support.example.com/x?access_key_pretty=3DKEY>",
            "https://support.example.com/api/start_session?short_=\r\nkey=3DKEY",
            "https://support.example.com/?ak=\n=3DKEY\nRegards, Zo=C3=AB",
            "https://support.example.com/?ak=3D=\r\nKEY",
            "https://nam02.safelinks.protection.outlook.com/?url=3Dhttps%3A%2F%2Fsupport.exa= \nmple.com%2F%3Fak%3DKEY&data=3D05",
            // The length of the key decides, even though another link was pasted unencoded.
            "https://support.example.com/help?x=1 or https://support.example.com/?ak=3DKEY",
        ] {
            for key in [SHORT, LONG] {
                assert_eq!(
                    read(&form.replace("KEY", key)),
                    Some(key.to_owned()),
                    "{form:?}"
                );
            }
        }
        let broken = "https://support.example.com/?ak=3D0123456789abc=\r\ndef0123456789abcdef\r\n";
        assert_eq!(
            read(broken),
            Some(LONG.to_owned()),
            "a line break within the key"
        );
        assert_eq!(
            read("https://support.example.com/?ak=3DABCDEFGHIJ"),
            Some("ABCDEFGHIJ".to_owned()),
            "of another length"
        );
    }

    #[test]
    fn a_key_that_begins_as_an_encoded_sign_does_stays_whole() {
        for key in ["3D12345", "3D23456789abcdef0123456789abcdef"] {
            for form in [
                "https://support.example.com/?ak=KEY",
                "https://support.example.com/?ak=KEY&lang=en",
                "KEY",
                "ak=KEY",
            ] {
                assert_eq!(
                    read(&form.replace("KEY", key)),
                    Some(key.to_owned()),
                    "{form} with {key}"
                );
            }
        }
        assert_eq!(
            read("https://support.example.com/?ak=3DABCDEFGHIJ&lang=en"),
            Some("3DABCDEFGHIJ".to_owned())
        );
        let with_equals_signs = CodeRules {
            characters: "=".to_owned(),
            ..RULES
        };
        assert_eq!(
            read_by("AK=3D47", &with_equals_signs),
            Some("AK=3D47".to_owned()),
            "no link"
        );
        let nine = CodeRules {
            min: 9,
            max: 9,
            ..RULES
        };
        let link = "https://support.example.com/?ak=3D1234567";
        assert_eq!(
            read_by(link, &nine),
            Some("3D1234567".to_owned()),
            "this desk's keys have nine characters"
        );
    }
}
