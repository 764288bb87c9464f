//! A list in TOML: `[[rep]]` or `[[issue]]`, as in the config.
//!
//! The parsed tree of a whole file takes many times its memory, so entries are parsed one at a
//! time.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::entries::{Entry, Rows};
use super::sink::ListSink;
use super::{MAX_ROW, lenient};
use crate::config::decode::{KeyPath, unknown_key, wrong_type};
use crate::config::validate::parse_toml;

/// The size limit for a list with multi-line strings. There, a line that looks like the start of an
/// entry may be part of a string, so the list is parsed as a whole.
const MAX_UNSPLIT: usize = 4 << 20;

/// Reads every entry of the text.
pub(super) fn entries<'t, R: Rows>(text: &'t str, sink: &mut ListSink<'t, R>) {
    if !text.contains("\"\"\"") && !text.contains("'''") {
        return read_parts(text, sink);
    }
    if text.len() > MAX_UNSPLIT {
        return sink.refuse(
            0,
            "a list in TOML with texts of several lines must be smaller than 4 MiB",
        );
    }
    match parse_toml(text, &mut sink.findings) {
        Some(root) => tables(root, sink),
        None => sink.refuse_with(|_| ()),
    }
}

/// Reads a text part by part, each with one entry. A part that can't be parsed is a bad row.
fn read_parts<'t, R: Rows>(text: &'t str, sink: &mut ListSink<'t, R>) {
    let mut start = 0;
    let line_ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
    for end in line_ends
        .filter(|at| begins_entry::<R>(&text[*at..]))
        .chain([text.len()])
    {
        sink.findings.begin_part(start);
        let part = &text[start..end];
        if part.len() > MAX_ROW && !part.trim().is_empty() {
            sink.skip(0, "this entry is longer than 64 KiB");
        } else {
            match parse_toml(part, &mut sink.findings) {
                Some(root) => tables(root, sink),
                None => sink.count_bad(),
            }
        }
        if sink.is_full() {
            break;
        }
        start = end;
    }
    sink.findings.begin_part(0);
}

/// Whether an entry begins here: `[[rep]]`.
fn begins_entry<R: Rows>(text: &str) -> bool {
    let blank = [' ', '\t'];
    let name = text
        .trim_start_matches(blank)
        .strip_prefix("[[")
        .map(|rest| rest.trim_start_matches(blank));
    let rest = name
        .and_then(|name| name.strip_prefix(R::Entry::ONE))
        .map(|rest| rest.trim_start_matches(blank));
    rest.is_some_and(|rest| rest.starts_with("]]"))
}

fn tables<R: Rows>(root: Spanned<DeTable<'_>>, sink: &mut ListSink<'_, R>) {
    let one = R::Entry::ONE;
    for (key, value) in root.into_inner() {
        if key.get_ref() != one {
            sink.refuse_with(|findings| unknown_key(&key, &KeyPath::FILE, &[one], findings));
            continue;
        }
        if !value.get_ref().is_array() {
            sink.refuse_with(|findings| {
                wrong_type(&value, &KeyPath::FILE.key(one), "a list", findings);
            });
        }
        if let DeValue::Array(entries) = value.into_inner() {
            for entry in entries {
                sink.row(|findings| lenient::read(entry, findings));
            }
        }
    }
}
