//! `support-kiosk explain CODE`: what a code on the screen means and what staff can do.

use std::io::{self, Write};

use super::eprint_line;
use crate::failure::{Exit, Fault, Remedy};
use crate::text::EN;
use crate::ui::width::{self, wrap};

/// The width of the column with the names.
const NAME_COLUMNS: usize = 23;
/// On a narrower terminal the texts are below their names.
const NARROW: usize = 60;
/// Their indentation there.
const INDENT: usize = 2;

/// Writes the explanation of a code to `out`, which is `columns` wide if it is a terminal. Returns
/// the exit status: 0, or 2 if there is no such code. The typed text is not repeated, because it
/// may be a session key.
pub(super) fn run(code: &str, columns: Option<usize>, out: &mut dyn Write) -> anyhow::Result<u8> {
    let Some(fault) = first_code(code) else {
        eprint_line(&no_such_code(super::terminal_width(io::stderr())));
        return Ok(Exit::Usage as u8);
    };
    let (words, said) = (EN.of_fault(fault), &EN.explain);
    let remedy = match fault.remedy() {
        Remedy::Retry => said.retry,
        Remedy::Change => said.change,
        // The customer gets the same advice: the review screen shows a link.
        Remedy::Staff if fault == Fault::NoDisplay => said.elsewhere,
        Remedy::Staff => said.nothing_here,
    };
    writeln!(out, "{}", fault.code())?;
    for (name, saying) in [
        (said.customer, format!("{}\n{}", words.happened, words.todo)),
        (said.staff, words.staff.to_owned()),
        (said.remedy, remedy.to_owned()),
        (said.exit, (fault.exit() as u8).to_string()),
    ] {
        write_entry(name, &saying, columns, out)?;
    }
    Ok(0)
}

/// The first word that is a code. The words may be a whole line copied from the screen.
fn first_code(words: &str) -> Option<Fault> {
    let bare = |word: &str| {
        word.trim_matches(|character: char| !character.is_ascii_alphanumeric())
            .to_owned()
    };
    words
        .split_whitespace()
        .find_map(|word| Fault::of_code(&bare(word)))
}

fn no_such_code(columns: Option<usize>) -> String {
    let codes: Vec<&str> = Fault::ALL.iter().map(|fault| fault.code()).collect();
    let words = format!("{} {}", EN.explain.no_such_code, codes.join(" "));
    wrap(&words, columns.unwrap_or(usize::MAX)).join("\n")
}

/// Writes a name and its text. On a narrow terminal a short text follows the name and a longer one
/// is below it. Output that does not go to a terminal is not wrapped.
fn write_entry(
    name: &str,
    saying: &str,
    columns: Option<usize>,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let is_narrow = columns.is_some_and(|columns| columns < NARROW);
    let indent = if is_narrow { INDENT } else { NAME_COLUMNS };
    let lines = wrap(
        saying,
        columns.map_or(usize::MAX, |columns| columns.saturating_sub(indent)),
    );
    if is_narrow {
        let whole = format!("{name} {saying}");
        if !saying.contains('\n') && columns.is_some_and(|most| width::columns(&whole) <= most) {
            writeln!(out, "{whole}")?;
            return Ok(());
        }
        writeln!(out, "{name}")?;
    }
    for (number, line) in lines.iter().enumerate() {
        let name = if number == 0 && !is_narrow { name } else { "" };
        writeln!(out, "{name:indent$}{line}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::width::columns;

    #[test]
    fn d15_explanations_fit_the_terminal_and_are_single_lines_on_a_pipe() {
        let explained = |code: &str, width| {
            let mut out = Vec::new();
            run(code, width, &mut out).expect("written");
            String::from_utf8(out).expect("UTF-8")
        };
        for fault in Fault::ALL {
            let whole = explained(fault.code(), None);
            assert_eq!(whole.lines().count(), 6, "{whole}");
            for width in [40, 59, 60, 80, 200] {
                let fitted = explained(fault.code(), Some(width));
                assert!(
                    fitted.lines().all(|line| columns(line) <= width),
                    "{width}:\n{fitted}"
                );
                let words = |text: &str| {
                    text.split_whitespace()
                        .map(str::to_owned)
                        .collect::<Vec<_>>()
                };
                assert_eq!(words(&fitted), words(&whole), "{width}");
                let exit = format!("Exit status of start: {}", fault.exit() as u8);
                assert_eq!(
                    fitted.lines().any(|line| line == exit),
                    width < NARROW,
                    "{width}:\n{fitted}"
                );
            }
        }
        assert!(
            no_such_code(Some(40))
                .lines()
                .all(|line| columns(line) <= 40)
        );
        assert_eq!(no_such_code(None).lines().count(), 1);
    }

    #[test]
    fn d15_a_code_is_accepted_in_every_form_shown_on_the_screen() {
        for words in [
            "n3",
            " N3 ",
            "N3.",
            "(N3,",
            "For staff: N3 · b12-3 · 14:32 · K7F204",
            "(N3, visit K7F204)",
        ] {
            assert_eq!(first_code(words), Some(Fault::ConnectTimeout), "{words}");
        }
        for words in ["", "4710938", "N99", "b12-n3", "For staff:"] {
            assert_eq!(first_code(words), None, "{words}");
        }
    }
}
