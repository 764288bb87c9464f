//! The ways to start a session, as data. Everything else reads [`ALL`]: the start screen, the
//! config, the requests, the command line, the log and the built-in site.
//!
//! ```text
//!                ┌─ Rep, Survey       screens and parameters of their own
//! ALL ──> Way ───┤
//!                └─ Code(&CodeWay)    one code, one parameter; a file for each: key.rs
//! ```

mod code;
mod key;

pub use code::{CodeInput, CodeProblem, CodeRules, CodeWay, Links, SecretCode};
pub use key::KEY;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Rep,
    /// With a code that the customer was given.
    Code(&'static CodeWay),
    Survey,
}

/// In the order in which they are offered.
pub static ALL: &[Way] = &[Way::Rep, Way::Code(&key::KEY), Way::Survey];

/// The ways that take a code.
pub fn codes() -> impl Iterator<Item = &'static CodeWay> {
    ALL.iter().filter_map(|way| match way {
        Way::Code(way) => Some(*way),
        Way::Rep | Way::Survey => None,
    })
}

impl Way {
    /// Its name in the config, in the log and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rep => "rep",
            Self::Code(way) => way.name,
            Self::Survey => "survey",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_ways_share_a_word_a_section_or_a_parameter() {
        let is_once = |names: &[&str]| names.iter().collect::<HashSet<_>>().len() == names.len();
        let names: [Vec<&str>; 4] = [
            ALL.iter().map(|way| way.name()).collect(),
            codes().map(|way| way.section).collect(),
            codes().map(|way| way.connector).collect(),
            codes().map(|way| way.start_session).collect(),
        ];
        for names in names {
            assert!(is_once(&names), "{names:?}");
        }
    }

    #[test]
    fn the_code_of_the_demo_is_a_good_one_in_each_way() {
        for way in codes() {
            assert_eq!(
                way.parse(way.demo_code, &way.rules)
                    .expect(way.name)
                    .reveal(),
                way.demo_code
            );
        }
    }
}
