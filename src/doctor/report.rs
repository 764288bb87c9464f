//! The output of `doctor`: worst first, each finding followed by its fix; with `--json` one object
//! per line.
//!
//! ```text
//! weak      sysrq            kernel.sysrq is 128: keys restart or switch off
//!           Anyone at the keyboard can end the kiosk ...
//!           To fix: sysctl kernel.sysrq=0, and for good: ...
//!
//! good      clock            kept by the network
//! ```

use std::io::{self, Write};

use super::check::{Check, Severity};
use crate::ui::width::wrap;

/// The columns where the names and the texts begin.
const NAMES: usize = 10;
const WORDS: usize = 27;

pub(crate) fn write_json(checks: &[Check], out: &mut dyn Write) -> io::Result<()> {
    for check in checks {
        serde_json::to_writer(&mut *out, check)?;
        writeln!(out)?;
    }
    Ok(())
}

/// Writes the results as text that is `columns` wide.
pub(crate) fn write_text(checks: &[Check], columns: usize, out: &mut dyn Write) -> io::Result<()> {
    for check in checks {
        let found =
            wrap(&check.found, columns.saturating_sub(WORDS)).join(&format!("\n{:WORDS$}", ""));
        writeln!(
            out,
            "{:NAMES$}{:rest$}{found}",
            severity_name(check.grade),
            check.name,
            rest = WORDS - NAMES
        )?;
        let Some(fix) = &check.fix else { continue };
        for words in [check.why, &format!("To fix: {fix}")] {
            for line in wrap(words, columns.saturating_sub(NAMES)) {
                writeln!(out, "{:NAMES$}{line}", "")?;
            }
        }
        writeln!(out)?;
    }
    writeln!(out, "{}", summary(checks))
}

/// `2 weak, 1 unknown, 9 good`.
fn summary(checks: &[Check]) -> String {
    let of = |grade| checks.iter().filter(|check| check.grade == grade).count();
    let all = [
        Severity::Broken,
        Severity::Weak,
        Severity::Accepted,
        Severity::Lacking,
        Severity::Unknown,
        Severity::Good,
    ];
    let grades = all.map(|grade| (of(grade), severity_name(grade)));
    let some = grades
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"));
    some.collect::<Vec<_>>().join(", ")
}

fn severity_name(grade: Severity) -> &'static str {
    match grade {
        Severity::Broken => "broken",
        Severity::Weak => "weak",
        Severity::Accepted => "accepted",
        Severity::Lacking => "lacking",
        Severity::Unknown => "unknown",
        Severity::Good => "good",
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::CheckInfo;
    use super::*;

    const SUBJECT: CheckInfo = CheckInfo {
        name: "sysrq",
        why: "Anyone at the keyboard can end the kiosk.",
    };

    fn words(columns: usize) -> String {
        let checks = [
            SUBJECT.weak(
                "kernel.sysrq is 1: all of them work",
                "sysctl kernel.sysrq=0",
            ),
            SUBJECT.good("off"),
        ];
        let mut out = Vec::new();
        write_text(&checks, columns, &mut out).expect("written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn each_finding_has_its_mend_beneath_it_and_the_last_line_counts() {
        let expected = "\
weak      sysrq            kernel.sysrq is 1: all of them work
          Anyone at the keyboard can end the kiosk.
          To fix: sysctl kernel.sysrq=0

good      sysrq            off
1 weak, 1 good
";
        assert_eq!(words(80), expected);
        assert!(
            words(50).lines().all(|line| line.len() <= 50),
            "{}",
            words(50)
        );
    }

    #[test]
    fn json_is_one_object_a_line_and_what_is_good_needs_no_mend() {
        let mut out = Vec::new();
        write_json(
            &[
                SUBJECT.broken("all \"of\" them", "mend it"),
                SUBJECT.good("off"),
            ],
            &mut out,
        )
        .expect("written");
        let lines: Vec<serde_json::Value> = out
            .split(|b| *b == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).expect("JSON"))
            .collect();
        assert_eq!(
            (
                &lines[0]["check"],
                &lines[0]["finding"],
                &lines[0]["found"],
                &lines[0]["mend"]
            ),
            (
                &"sysrq".into(),
                &"broken".into(),
                &"all \"of\" them".into(),
                &"mend it".into()
            )
        );
        assert_eq!(
            (&lines[1]["finding"], lines[1].get("mend"), lines.len()),
            (&"good".into(), None, 2)
        );
    }
}
