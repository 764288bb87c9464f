//! A code that starts a session: the description of a way that takes one, how a code is read from
//! what people type and paste, and the code itself, which is a secret.
//!
//! ```text
//! text ──CodeWay::input──> Characters or InLink ──length──> SecretCode
//!                          Address: a link without a code, which is never sent
//! ```

mod characters;

use std::fmt;

use zeroize::Zeroizing;

use crate::failure::Fault;
use crate::text::{CodeText, EN, Text};
pub(super) use characters::{is_visible, plain_form};

/// A way to start a session that takes one code and sends it in one parameter.
pub struct CodeWay {
    /// Its name in the config (`menu.ways`), in the log and on the command line.
    pub name: &'static str,
    /// The section of the config with its [`CodeRules`].
    pub section: &'static str,
    /// The parameter in dialect `connector`.
    pub(crate) connector: &'static str,
    /// The parameter in dialect `start-session`.
    pub(crate) start_session: &'static str,
    /// Whether the site asks for confirmation of the code unless `skipconfirm` is sent with it.
    pub(crate) confirms: bool,
    /// The rules for options that the config does not set.
    pub rules: CodeRules,
    /// `None` if there are no links with such a code.
    pub(crate) links: Option<Links>,
    /// Whether the way is offered without its section in the config if `menu.ways` is not set.
    pub(crate) by_default: bool,
    /// The failure for a text that is not such a code.
    pub bad: Fault,
    /// The failure for a page instead of a client, and for a status 4xx that may mean the code.
    pub refused: Fault,
    /// The failure for a page that may not be the site's.
    pub refused_unbranded: Fault,
    /// The only code that the built-in site accepts.
    pub demo_code: &'static str,
    pub text: fn(&Text) -> &CodeText,
}

pub struct Links {
    /// The parameters with a code in links (docs/protocol.md). Case is ignored.
    pub(crate) parameters: &'static [&'static str],
    /// Finds the code in a text that may be or contain a link, in time linear in its length.
    pub(crate) read: fn(&str, &CodeRules) -> CodeInput,
}

/// The vendor documents neither alphabet nor length of its codes (docs/protocol.md).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRules {
    /// The minimum number of characters, at least 1.
    pub min: usize,
    pub max: usize,
    /// The characters that a code may have in addition to letters and digits.
    pub characters: String,
}

/// What a text is that was given as a code, of any length. Has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub enum CodeInput {
    /// The characters of a code, perhaps none.
    Characters(Zeroizing<String>),
    /// A link, and the characters of the code in it.
    InLink(Zeroizing<String>),
    /// An address without a code.
    Address,
}

/// Why a text is no code. Contains nothing of the text itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeProblem {
    /// There is no letter and no digit in it.
    Empty,
    TooShort {
        count: usize,
        min: usize,
    },
    TooLong {
        count: usize,
        max: usize,
    },
    /// An address without a code.
    Address,
}

/// A code of a length that the config allows. Zeroed when dropped; its `Debug` is blank.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretCode {
    way: &'static CodeWay,
    code: Zeroizing<String>,
}

impl PartialEq for CodeWay {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for CodeWay {}

impl fmt::Debug for CodeWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl CodeWay {
    /// Distinguishes a code from a link.
    pub(crate) fn input(&self, text: &str, rules: &CodeRules) -> CodeInput {
        match &self.links {
            Some(links) => (links.read)(text, rules),
            None => CodeInput::Characters(rules.code_characters(text)),
        }
    }

    /// Reads a code as people give it: only letters and digits count, and a link gives its code.
    pub fn parse(&'static self, text: &str, rules: &CodeRules) -> Result<SecretCode, CodeProblem> {
        let code = match self.input(text, rules) {
            CodeInput::Characters(code) | CodeInput::InLink(code) => code,
            CodeInput::Address => return Err(CodeProblem::Address),
        };
        match code.chars().count() {
            0 => Err(CodeProblem::Empty),
            count if count < rules.min => Err(CodeProblem::TooShort {
                count,
                min: rules.min,
            }),
            count if count > rules.max => Err(CodeProblem::TooLong {
                count,
                max: rules.max,
            }),
            _ => Ok(SecretCode { way: self, code }),
        }
    }

    /// The problem in words, for the command line.
    pub(crate) fn describe(&self, problem: CodeProblem) -> String {
        let text = (self.text)(&EN);
        let characters = |count: usize| EN.common.characters(count as u64);
        let name = text.name;
        match problem {
            CodeProblem::Empty => format!("the {name} is empty"),
            CodeProblem::TooShort { count, min } => format!(
                "the {name} has {} and needs at least {min}",
                characters(count)
            ),
            CodeProblem::TooLong { count, max } => format!(
                "the {name} has {} and may have at most {max}",
                characters(count)
            ),
            CodeProblem::Address => text.address_given.to_owned(),
        }
    }
}

impl Default for CodeRules {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl CodeRules {
    /// 1 to 64 letters and digits.
    pub(crate) const DEFAULT: Self = Self {
        min: 1,
        max: 64,
        characters: String::new(),
    };

    /// Whether this can be one of [`CodeRules::characters`]: a visible sign in its plain form.
    pub(crate) fn can_name(character: char) -> bool {
        let is_sign = !character.is_alphanumeric() && !character.is_whitespace();
        is_sign && characters::is_visible(character) && characters::is_plain(character)
    }

    /// Whether a code may have this character. Others are skipped.
    pub(crate) fn accepts(&self, character: char) -> bool {
        characters::is_letter_or_digit(character) || self.is_extra(character)
    }

    /// The characters of a code in a text, each in its plain form.
    pub(crate) fn code_characters(&self, text: &str) -> Zeroizing<String> {
        let mut code = Zeroizing::new(String::with_capacity(text.len()));
        text.chars()
            .for_each(|character| characters::add_to_code(character, self, &mut code));
        code
    }

    pub(super) fn is_extra(&self, character: char) -> bool {
        self.characters.contains(character)
    }
}

impl SecretCode {
    pub(crate) fn way(&self) -> &'static CodeWay {
        self.way
    }

    /// The code itself, for the request and the customer's own screen.
    pub fn reveal(&self) -> &str {
        &self.code
    }
}

impl fmt::Debug for SecretCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretCode")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static WITHOUT_LINKS: CodeWay = CodeWay {
        name: "test",
        section: "test",
        connector: "test",
        start_session: "test",
        confirms: false,
        rules: CodeRules {
            min: 4,
            max: 16,
            characters: String::new(),
        },
        links: None,
        by_default: false,
        bad: Fault::BadKey,
        refused: Fault::Refused,
        refused_unbranded: Fault::RefusedWithoutSign,
        demo_code: "test",
        text: |text| &text.code.key,
    };

    #[test]
    fn without_links_only_the_characters_of_a_text_count() {
        let read = |text| {
            WITHOUT_LINKS
                .parse(text, &WITHOUT_LINKS.rules)
                .map(|code| code.reveal().to_owned())
        };
        assert_eq!(read(" AB-12 ").as_deref(), Ok("AB12"));
        assert_eq!(
            read("a.com/?ak=12").as_deref(),
            Ok("acomak12"),
            "no parameter is looked for"
        );
        assert_eq!(read("https://a.example/"), Ok("httpsaexample".to_owned()));
        assert_eq!(
            read("https://support.example/"),
            Err(CodeProblem::TooLong { count: 19, max: 16 })
        );
        assert_eq!(read("A-1"), Err(CodeProblem::TooShort { count: 2, min: 4 }));
        assert_eq!(read("--"), Err(CodeProblem::Empty));
    }
}
