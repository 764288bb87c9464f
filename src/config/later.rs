//! Keys that the config format defines but this release does not support yet.
//!
//! They are errors, because an operator who writes `[hours]` must not believe that they are in
//! force. A release that adds the feature deletes its row here.

use toml::Spanned;

use super::problem::Findings;
use super::schema::File;

struct Row {
    /// The section or key as the operator wrote it.
    what: &'static str,
    /// The place in the file, if the file uses it.
    asked_for: fn(&File) -> Option<usize>,
}

macro_rules! section {
    ($section:ident) => {
        |file| file.$section.as_ref().map(start)
    };
}

macro_rules! key {
    ($section:ident.$key:ident) => {
        |file| file.$section.as_ref()?.get_ref().$key.as_ref().map(start)
    };
}

/// A boolean key that is true.
macro_rules! switch {
    ($section:ident.$key:ident) => {
        |file| file.$section.as_ref()?.get_ref().$key.as_ref().filter(|on| *on.get_ref()).map(start)
    };
}

const LATER: &[Row] = &[
    Row { what: "`hours`", asked_for: section!(hours) },
    Row { what: "`session.agreement`", asked_for: key!(session.agreement) },
    Row { what: "`session.agreement_timeout`", asked_for: key!(session.agreement_timeout) },
    Row { what: "`notice`", asked_for: section!(notice) },
    Row { what: "`look.languages` other than [\"en\"]", asked_for: other_languages },
    Row { what: "`look.plain` = true", asked_for: switch!(look.plain) },
];

/// Reports everything in the file that is not supported yet.
pub(super) fn refuse(file: &File, findings: &mut Findings<'_>) {
    for row in LATER {
        if let Some(at) = (row.asked_for)(file) {
            findings.add(at, format!("{} is not supported yet", row.what));
        }
    }
}

fn start<T>(written: &Spanned<T>) -> usize {
    written.span().start
}

fn other_languages(file: &File) -> Option<usize> {
    let languages = file.look.as_ref()?.get_ref().languages.as_ref()?;
    let english_alone = matches!(languages.get_ref().as_slice(), [only] if only.get_ref().as_str() == "en");
    (!english_alone).then(|| start(languages))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn everything_that_comes_later_is_refused_by_name_and_none_is_ignored() {
        let cases = [
            "[hours]\ntimezone = \"Europe/Oslo\"",
            "[session]\nagreement = \"Be kind.\\nThank you.\"",
            "session.agreement_timeout = \"2m\"",
            "[notice]\ntext = { en = \"Down\" }",
            "look.languages = [\"es\", \"en\"]",
            "look.plain = true",
        ];
        assert_eq!(cases.len(), LATER.len(), "every row needs a case");
        for (case, row) in cases.iter().zip(LATER) {
            let text = format!("site.url = \"https://a\"\n{case}\n");
            let told: Vec<String> = match super::super::from_text(&text, Path::new("kiosk.toml")) {
                Ok(_) => Vec::new(),
                Err(problems) => problems.iter().map(|problem| problem.message.to_string()).collect(),
            };
            assert_eq!(told, [format!("{} is not supported yet", row.what)], "for {case}");
        }
    }

    #[test]
    fn a_value_of_the_wrong_shape_is_told_as_that() {
        let text = "site.url = \"https://a\"\nlaunch.mode = 5\nhours.open = 3\n";
        let told = super::super::from_text(text, Path::new("k")).expect_err("two problems").to_string();
        let expected = "k:2:15: `launch.mode` must be text in quotes; this is a whole number\n\
                        k:3:1: `hours` is not supported yet\n\
                        k:3:14: `hours.open` must be a list; this is a whole number";
        assert_eq!(told, expected);
    }
}
