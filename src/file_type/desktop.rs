//! Desktop entries. A client for Linux is served as one: it is also a shell script, with the
//! payload after the script (docs/protocol.md).
//!
//! ```text
//! [byte order mark] [#! of xdg-open] [# comments, blank lines] [Desktop Entry] keys shell payload
//! ```
//!
//! A script of another interpreter may contain the header further down, as text or in a
//! here-document. It is still a script.

use memchr::memchr;

/// The first line that is neither blank nor a comment.
const HEADER: &[u8] = b"[Desktop Entry]";

/// The interpreter in the `#!` line of an executable desktop entry.
const OPENER: &[u8] = b"xdg-open";

/// How many bytes of an unfinished `#!` line may arrive before the answer is no: twice what the
/// kernel reads.
const OPENER_LINE: usize = 512;

/// Whether a file with these first bytes is a desktop entry.
pub(super) fn is_desktop_entry(first_bytes: &[u8]) -> bool {
    first_line(first_bytes).is_some_and(|(line, _)| line == HEADER)
}

/// Whether more bytes could show that this is a desktop entry.
pub(super) fn may_be_desktop_entry(first_bytes: &[u8]) -> bool {
    match first_line(first_bytes) {
        Some((line, LineEnd::Missing)) => HEADER.starts_with(line) || line.starts_with(b"#"),
        Some((_, LineEnd::Seen)) => false,
        None => true,
    }
}

/// The bytes after the byte order mark, if there is one.
pub(super) fn without_bom(first_bytes: &[u8]) -> &[u8] {
    first_bytes
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(first_bytes)
}

/// Whether the bytes contain the line break at the end of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineEnd {
    Seen,
    Missing,
}

/// The line that decides, trimmed. None if there are only blank lines and comments.
fn first_line(first_bytes: &[u8]) -> Option<(&[u8], LineEnd)> {
    let mut rest = without_bom(first_bytes);
    if rest.starts_with(b"#!") {
        let (line, after, end) = split_line(rest);
        if end == LineEnd::Missing && rest.len() > OPENER_LINE {
            return Some((line, LineEnd::Seen));
        }
        if end == LineEnd::Missing || !runs_opener(line) {
            return Some((line, end));
        }
        rest = after;
    }
    loop {
        rest = rest.trim_ascii_start();
        if rest.is_empty() {
            return None;
        }
        let (line, after, end) = split_line(rest);
        if end == LineEnd::Missing || !line.starts_with(b"#") {
            return Some((line, end));
        }
        rest = after;
    }
}

fn split_line(text: &[u8]) -> (&[u8], &[u8], LineEnd) {
    match memchr(b'\n', text) {
        Some(at) => (text[..at].trim_ascii(), &text[at + 1..], LineEnd::Seen),
        None => (text.trim_ascii(), &[], LineEnd::Missing),
    }
}

/// Whether a `#!` line runs xdg-open, directly or through `env`.
fn runs_opener(line: &[u8]) -> bool {
    let mut words = line[2..]
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    match words.next().map(base_name) {
        Some(b"env") => words
            .map(without_split_option)
            .find(|word| !is_env_argument(word))
            .is_some_and(|word| base_name(word) == OPENER),
        program => program == Some(OPENER),
    }
}

/// `env -S` may have its program in the same word.
fn without_split_option(word: &[u8]) -> &[u8] {
    let glued = word
        .strip_prefix(b"-S")
        .or_else(|| word.strip_prefix(b"--split-string="));
    glued.filter(|program| !program.is_empty()).unwrap_or(word)
}

/// Whether this argument of `env` is an option or a variable, so that the program is still to come.
fn is_env_argument(word: &[u8]) -> bool {
    word.starts_with(b"-") || word.contains(&b'=')
}

fn base_name(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b'/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(head: &str) -> String {
        format!("{head}[Desktop Entry]\nType=Application\n")
    }

    #[test]
    fn d5_a_desktop_entry_is_known_behind_mark_comments_and_xdg_open() {
        let heads = [
            "",
            "\u{FEFF}",
            "\n\r\n \t\n",
            "# a comment\n#\n\n  # another\r\n",
            "\u{FEFF}\n# a comment\n",
            "#!/usr/bin/xdg-open\n",
            "#!/usr/bin/xdg-open\r\n",
            "#! /usr/bin/xdg-open\n\n",
            "#!/usr/bin/env xdg-open\n# a comment\n",
            "#!/usr/bin/env -S xdg-open\n",
            "#! /usr/bin/env -i A=1 -Sxdg-open %f\n",
            "#!/usr/bin/env --split-string=xdg-open\n",
            "\u{FEFF}#!/usr/bin/env xdg-open\n",
            "# a comment\n#!/bin/sh\n",
            "\n#!/bin/sh\n",
        ];
        for head in heads {
            let (unix, windows) = (
                entry(head),
                entry(head).replace("\r\n", "\n").replace('\n', "\r\n"),
            );
            assert!(is_desktop_entry(unix.as_bytes()), "{unix:?}");
            assert!(is_desktop_entry(windows.as_bytes()), "{windows:?}");
            for whole in [unix, windows] {
                // A byte order mark is never split.
                let ruled_out = |length: &usize| {
                    !is_desktop_entry(&whole.as_bytes()[..*length])
                        && !may_be_desktop_entry(&whole.as_bytes()[..*length])
                };
                assert_eq!(
                    (3..whole.len()).find(ruled_out),
                    None,
                    "the first bytes of {whole:?} rule it out"
                );
            }
        }
        for whole in [
            "[Desktop Entry]",
            "[Desktop Entry] \t\nName=x",
            "[Desktop Entry]\r\n",
        ] {
            assert!(is_desktop_entry(whole.as_bytes()), "{whole:?}");
        }
    }

    #[test]
    fn d5_what_only_looks_like_a_desktop_entry_is_none() {
        let others = [
            "",
            "\n\n# a comment\n",
            "[]",
            "[\"Desktop Entry\"]",
            "[desktop entry]\n",
            "[Desktop Entry\n",
            "[Desktop Entry]x\n",
            "[Desktop Action new]\n[Desktop Entry]\n",
            "Name=x\n[Desktop Entry]\n",
            "#!/bin/sh\n[Desktop Entry]\n",
            "#!\n[Desktop Entry]\n",
            "#!/usr/bin/env\n[Desktop Entry]\n",
            "#!/usr/bin/env sh xdg-open\n[Desktop Entry]\n",
            "#!/usr/bin/env -S\n[Desktop Entry]\n",
            "#!/bin/sh /usr/bin/xdg-open\n[Desktop Entry]\n",
            "#!/usr/bin/xdg-open-not\n[Desktop Entry]\n",
            "#!/usr/bin/xdg-open\nName=x\n",
            "\u{FEFF}#!/bin/sh\n[Desktop Entry]\n",
            "\0[Desktop Entry]\n",
            "<html>\n[Desktop Entry]\n",
        ];
        for other in others {
            assert!(!is_desktop_entry(other.as_bytes()), "{other:?}");
        }
        let utf_16: Vec<u8> = "\u{FEFF}[Desktop Entry]\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert!(!is_desktop_entry(&utf_16));
    }

    #[test]
    fn more_bytes_are_asked_for_only_while_they_can_decide() {
        for open in [
            "",
            "# a long com",
            "# a comment\n\n",
            "[Deskt",
            "[Desktop Entry]",
            "#!/usr/bin/env xdg-op",
            "#!/usr/bin/xdg-open\n",
        ] {
            assert!(may_be_desktop_entry(open.as_bytes()), "{open:?}");
        }
        for decided in [
            "[Desktop Entry]\n",
            "[Desktop Entry] x",
            "{",
            "[{",
            "<html>",
            "#!/bin/sh\n",
            "words",
            "# a comment\nwords",
            "\0",
        ] {
            assert!(!may_be_desktop_entry(decided.as_bytes()), "{decided:?}");
        }
        let endless = format!("#!{}", "#".repeat(OPENER_LINE));
        assert!(
            !may_be_desktop_entry(endless.as_bytes()) && !is_desktop_entry(endless.as_bytes()),
            "an endless line was accepted"
        );
    }
}
