//! Splits PEM text into sections. Accepts what people and tools produce: with or without line
//! breaks between and inside sections, and with any text around them.

use std::ops::Range;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::config::diagnostics::Diagnostics;

const BEGIN: &str = "-----BEGIN ";
const HYPHENS: &str = "-----";

/// A base64 line of a certificate has 64 characters, or 76 in mail.
const MIN_LINE: usize = 60;

/// The text between a `BEGIN` and its `END`.
pub(super) struct PemSection<'t> {
    /// The offset of the `BEGIN`.
    pub(super) offset: usize,
    pub(super) label: &'t str,
    body: Range<usize>,
}

/// A problem and its offset in the text.
pub(super) struct PemError {
    pub(super) offset: usize,
    pub(super) why: String,
}

/// The sections of a text. Reports everything that looks like a section, or a part of one, and
/// can't be read.
pub(super) fn sections<'t>(text: &'t str, findings: &mut Diagnostics<'_>) -> Vec<PemSection<'t>> {
    let mut sections = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(BEGIN).map(|found| from + found) {
        report_strays(text, from..at, findings);
        from = match section(text, at) {
            Ok((section, rest_of_text)) => {
                sections.push(section);
                rest_of_text
            }
            Err((why, rest_of_text)) => {
                findings.add(at, why);
                rest_of_text
            }
        };
    }
    report_strays(text, from..text.len(), findings);
    sections
}

/// The section that begins here, or what is wrong with it, and where the text continues.
fn section(text: &str, at: usize) -> Result<(PemSection<'_>, usize), (String, usize)> {
    let named = at + BEGIN.len();
    let unclosed = || {
        let rest_of_text = text[named..]
            .find(HYPHENS)
            .and_then(|found| end_line(text, named + found))
            .map(|(_, rest_of_text)| rest_of_text);
        (
            "this line begins a section and does not end in five hyphens".to_owned(),
            rest_of_text.unwrap_or(named),
        )
    };
    let label = label(&text[named..]).ok_or_else(unclosed)?;
    let begun = named + label.len() + HYPHENS.len();
    let endless = |rest_of_text| {
        (
            format!(
                "this section has no end line: -----END {}-----",
                label.trim()
            ),
            rest_of_text,
        )
    };
    let ended = text[begun..]
        .find(HYPHENS)
        .map(|found| begun + found)
        .ok_or_else(|| endless(text.len()))?;
    let (end, rest_of_text) = end_line(text, ended).ok_or_else(|| endless(ended))?;
    if end.trim() != label.trim() {
        return Err(endless(rest_of_text));
    }
    Ok((
        PemSection {
            offset: at,
            label: label.trim(),
            body: begun..ended,
        },
        rest_of_text,
    ))
}

/// The label of the `END` at this offset, if there is one, and where the text continues.
fn end_line(text: &str, at: usize) -> Option<(&str, usize)> {
    let named = at + HYPHENS.len() + "END ".len();
    let label = text[at + HYPHENS.len()..]
        .strip_prefix("END ")
        .and_then(label)?;
    Some((label, named + label.len() + HYPHENS.len()))
}

/// The text before the hyphens at the end of a line.
fn label(line: &str) -> Option<&str> {
    line.split_once(HYPHENS)
        .map(|(label, _)| label)
        .filter(|label| !label.contains(['\n', '\r']))
}

impl PemSection<'_> {
    /// Decodes the base64 body.
    pub(super) fn decode(&self, text: &str) -> Result<Vec<u8>, PemError> {
        let body = &text[self.body.clone()];
        let is_odd =
            |c: char| !c.is_ascii_alphanumeric() && !"+/=".contains(c) && !c.is_whitespace();
        if let Some(odd) = body.find(is_odd) {
            return Err(PemError {
                offset: self.body.start + odd,
                why: "this character is not allowed in a certificate".to_owned(),
            });
        }
        let lines: String = body.split_whitespace().collect();
        // The library decodes any section that is called a certificate.
        let canonical =
            format!("-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n");
        let decoded = CertificateDer::from_pem_slice(canonical.as_bytes());
        decoded
            .map(|der| der.to_vec())
            .map_err(|_| self.error("this section is incomplete".to_owned()))
    }

    pub(super) fn error(&self, why: String) -> PemError {
        PemError {
            offset: self.offset,
            why,
        }
    }
}

/// Reports text between sections that looks like a part of one.
fn report_strays(text: &str, range: Range<usize>, findings: &mut Diagnostics<'_>) {
    let (mut at, mut is_behind_marker) = (range.start, false);
    for line in text[range].split_inclusive(['\n', '\r']) {
        if is_marker(line) {
            let why = "this looks like the line before or after a certificate, and is not written as one: \
                       -----BEGIN CERTIFICATE-----, -----END CERTIFICATE-----";
            findings.add(at, why);
            is_behind_marker = true;
        } else if is_certificate_line(line.trim()) && !is_behind_marker {
            findings.add(
                at,
                "this looks like a certificate without the line -----BEGIN CERTIFICATE-----",
            );
        }
        at += line.len();
    }
}

/// Whether a line has a `BEGIN` or an `END` with hyphens of any kind; mail programs and word
/// processors change them.
fn is_marker(line: &str) -> bool {
    let upper = line.to_uppercase();
    let ends_in_hyphen = |before: &str| {
        before
            .trim_end()
            .ends_with(['-', '\u{AD}', '–', '—', '‐', '‑', '−', '―'])
    };
    ["BEGIN ", "END "].iter().any(|word| {
        upper
            .split_once(word)
            .is_some_and(|(before, _)| ends_in_hyphen(before))
    })
}

/// Whether a line is the first line of a base64 certificate.
fn is_certificate_line(line: &str) -> bool {
    line.len() >= MIN_LINE
        && line.starts_with("MII")
        && line
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
}
