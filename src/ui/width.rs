//! Measures, truncates and wraps text by what a reader sees: columns and graphemes, not bytes.

use std::ops::Range;

use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The width of a text in columns.
pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

/// Truncates a text to at most `max_width` columns. A truncated text ends in `ellipsis`.
pub(crate) fn truncate(text: &str, max_width: usize, ellipsis: &str) -> String {
    let kept = kept(text, max_width, ellipsis);
    let is_cut = kept.len() < text.len() && columns(ellipsis) <= max_width;
    [kept, if is_cut { ellipsis } else { "" }].concat()
}

/// The part of a text that [`truncate`] keeps, without `ellipsis`.
pub(crate) fn kept<'a>(text: &'a str, max_width: usize, ellipsis: &str) -> &'a str {
    if columns(text) <= max_width {
        return text;
    }
    let kept = first_columns(text, max_width.saturating_sub(columns(ellipsis)));
    if columns(ellipsis) <= max_width {
        kept.trim_end()
    } else {
        kept
    }
}

/// Wraps a text to at most `max_width` columns (at least 1): between words, and within a word only
/// if it is longer than a line. Line breaks in the text remain.
pub(crate) fn wrap(text: &str, max_width: usize) -> Vec<String> {
    text.split('\n')
        .flat_map(|paragraph| wrap_paragraph(paragraph, max_width.max(1)))
        .collect()
}

/// The lines of a wrapped span, all in its style.
pub(crate) fn wrap_span(span: &Span, max_width: usize) -> Vec<Line<'static>> {
    wrap(&span.content, max_width)
        .into_iter()
        .map(|line| Line::from(Span::styled(line, span.style)))
        .collect()
}

/// The end of a text that fits into `max_width` columns, so that what was typed last is visible.
pub(crate) fn last_columns(text: &str, max_width: usize) -> &str {
    let mut used = 0;
    let mut start = text.len();
    for (at, cluster) in text.grapheme_indices(true).rev() {
        used += columns(cluster);
        if used > max_width {
            break;
        }
        start = at;
    }
    &text[start..]
}

/// The start of a text that fits into `max_width` columns, in whole graphemes.
pub(crate) fn first_columns(text: &str, max_width: usize) -> &str {
    let mut used = 0;
    for (at, cluster) in text.grapheme_indices(true) {
        used += columns(cluster);
        if used > max_width {
            return &text[..at];
        }
    }
    text
}

/// Breaks a text at exactly `max_width` columns (at least 1), for addresses.
pub(crate) fn break_columns(text: &str, max_width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    break_word(&mut lines, text, max_width.max(1));
    lines
}

/// The lines of a text that is being typed. Like [`wrap`], but without dropping blanks, so that the
/// cursor can be anywhere. A line break belongs to no line.
pub(crate) fn line_ranges(text: &str, max_width: usize) -> Vec<Range<usize>> {
    let max_width = max_width.max(1);
    let mut lines = Vec::new();
    let mut start = 0;
    for paragraph in text.split('\n') {
        let mut line = start..start;
        for word in units(paragraph).map(|word| start + word.start..start + word.end) {
            if text[word.clone()].trim().is_empty() {
                // Blanks hang over the edge and never begin a line.
                line.end = word.end;
                continue;
            }
            if columns(&text[line.start..word.end]) > max_width && !line.is_empty() {
                lines.push(line.clone());
                line = word.start..word.start;
            }
            for (at, cluster) in text[word.clone()].grapheme_indices(true) {
                let end = word.start + at + cluster.len();
                if columns(&text[line.start..end]) > max_width && !line.is_empty() {
                    lines.push(line.clone());
                    line.start = word.start + at;
                }
                line.end = end;
            }
        }
        lines.push(line);
        start += paragraph.len() + 1;
    }
    lines
}

fn wrap_paragraph(paragraph: &str, max_width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in units(paragraph).map(|unit| &paragraph[unit]) {
        let line = lines.last_mut().map_or(0, |line| columns(line));
        if line + columns(word) <= max_width || (word.trim().is_empty() && line > 0) {
            push(&mut lines, word);
        } else if columns(word) <= max_width {
            lines.push(word.to_owned());
        } else {
            break_word(&mut lines, word, max_width);
        }
    }
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines
}

/// The pieces between which a line may break: words with the punctuation written next to them,
/// blanks, and single characters of scripts without spaces.
fn units(paragraph: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let joins = |piece: &str| !piece.trim().is_empty() && columns(piece) <= piece.chars().count();
    let mut pieces = paragraph.split_word_bound_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = pieces.next()?;
        let mut end = start + first.len();
        while let Some((at, next)) = pieces.next_if(|(_, next)| joins(first) && joins(next)) {
            end = at + next.len();
        }
        Some(start..end)
    })
}

fn break_word(lines: &mut Vec<String>, word: &str, max_width: usize) {
    for cluster in word.graphemes(true) {
        if lines
            .last()
            .is_some_and(|line| columns(line) + columns(cluster) > max_width)
        {
            lines.push(String::new());
        }
        push(lines, cluster);
    }
}

fn push(lines: &mut [String], piece: &str) {
    if let Some(line) = lines.last_mut()
        && !(line.is_empty() && piece.trim().is_empty())
    {
        line.push_str(piece);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t11_cutting_counts_columns_and_keeps_clusters_whole() {
        assert_eq!(truncate("Dana Whitfield", 20, "…"), "Dana Whitfield");
        assert_eq!(truncate("Dana Whitfield", 9, "…"), "Dana Whi…");
        assert_eq!(truncate("李明王芳", 5, "…"), "李明…");
        assert_eq!(truncate("e\u{301}e\u{301}e\u{301}", 2, "~"), "e\u{301}~");
        assert_eq!(truncate("abc", 0, "…"), "");
        assert_eq!(truncate("Dana Whitfield", 7, "…"), "Dana W…");
        assert_eq!(kept("Dana Whitfield", 6, "…"), "Dana");
        assert_eq!(kept("Dana", 6, "…"), "Dana");
    }

    #[test]
    fn words_break_only_if_longer_than_a_line() {
        assert_eq!(
            wrap("Please ask our staff.", 12),
            ["Please ask", "our staff."]
        );
        assert_eq!(wrap("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("one\n\ntwo", 10), ["one", "", "two"]);
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("李明王芳", 4), ["李明", "王芳"]);
        assert_eq!(
            wrap("The Wi-Fi (in B12) drops", 6),
            ["The", "Wi-Fi", "(in", "B12)", "drops"]
        );
    }

    #[test]
    fn lines_that_are_being_typed_keep_every_blank_and_every_character() {
        let text = "The Wi-Fi  in room 12\n\ndrops 我的电脑 abcdefghijkl ";
        for max_width in 1..30 {
            let lines = line_ranges(text, max_width);
            let joined: String = lines.iter().map(|line| &text[line.clone()]).collect();
            assert_eq!(joined, text.replace('\n', ""), "at {max_width}");
            let widest = lines
                .iter()
                .map(|line| columns(text[line.clone()].trim_end()))
                .max();
            assert!(
                widest <= Some(max_width.max(2)),
                "{widest:?} at {max_width}"
            );
        }
        assert_eq!(line_ranges("", 10), vec![0..0; 1]);
        assert_eq!(line_ranges("a\n", 10), [0..1, 2..2]);
        assert_eq!(line_ranges("ab cd", 2), [0..3, 3..5]);
    }

    #[test]
    fn last_columns_keep_the_end_of_a_long_text() {
        assert_eq!(last_columns("abcdef", 3), "def");
        assert_eq!(last_columns("李明王", 5), "明王");
        assert_eq!(last_columns("abc", 9), "abc");
        assert_eq!(last_columns("abc", 0), "");
    }

    #[test]
    fn no_line_is_wider_than_the_limit() {
        let text = "The Wi-Fi in room 12 drops every few minutes, and 我的电脑 asks for the password again.";
        for max_width in 2..60 {
            for line in wrap(text, max_width) {
                assert!(
                    columns(&line) <= max_width,
                    "{line:?} is wider than {max_width}"
                );
            }
        }
    }
}
