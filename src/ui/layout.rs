//! The layout of every screen: where the desk's name, the question, the body and the keys are, at
//! every size.
//!
//! At 80x24 there are blank lines between the parts; on smaller terminals these go first. Below
//! 40x12 nothing fits, and a notice replaces the screen. On a large terminal the layout stops
//! growing and is centred.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::Appearance;
use super::text_writer::TextWriter;
use super::width::{columns, wrap};
use crate::theme::Role;

/// The smallest terminal that screens are drawn on: columns and rows.
pub(crate) const SMALLEST: Size = Size {
    width: 40,
    height: 12,
};
/// The largest size of the layout.
const WIDEST: Size = Size {
    width: 106,
    height: 32,
};
/// From this height on there are blank lines between the parts.
const SPACIOUS_ROWS: u16 = 20;
/// From this width on the margin is three columns.
const WIDE_COLUMNS: u16 = 72;

/// A page without its body: background, desk name, question and keys.
#[derive(Debug)]
pub(crate) struct PageFrame<'a> {
    pub(crate) appearance: &'a Appearance,
    /// The name of the help desk.
    pub(crate) desk: &'a str,
    /// What this screen is for, in one sentence.
    pub(crate) question: &'a str,
    /// A short text to the right of the question: a count or the visit's reference.
    pub(crate) subtitle: Option<&'a str>,
    /// The keys that work now, most useful first: labels and descriptions.
    pub(crate) keys: &'a [(&'a str, &'a str)],
}

/// Whether a screen fits at this size.
pub(crate) fn fits(size: Size) -> bool {
    size.width >= SMALLEST.width && size.height >= SMALLEST.height
}

/// Whether there is room for blank lines.
pub(crate) fn is_spacious(size: Size) -> bool {
    size.height >= SPACIOUS_ROWS
}

/// The areas of the parts.
struct Areas {
    header: Rect,
    question: Rect,
    body: Rect,
    footer: Rect,
}

fn areas(size: Size, question_rows: u16) -> Areas {
    let width = size.width.min(WIDEST.width);
    let height = size.height.min(WIDEST.height);
    let margin = if width >= WIDE_COLUMNS { 3 } else { 1 };
    let blank = u16::from(height >= SPACIOUS_ROWS);
    let x = (size.width - width) / 2 + margin;
    let y = (size.height - height) / 2;
    let width = width.saturating_sub(2 * margin);
    let row = |from: u16, rows: u16| {
        Rect::new(
            x,
            y + from.min(height),
            width,
            rows.min(height.saturating_sub(from)),
        )
    };
    let question = 2 + 2 * blank;
    let body = question + question_rows + blank;
    let footer = height.saturating_sub(2 + blank);
    Areas {
        header: row(blank, 2),
        question: row(question, question_rows),
        body: row(body, footer.saturating_sub(body)),
        footer: row(footer, 2),
    }
}

/// The area of a screen's body at this size, with this question and this text to its right.
pub(crate) fn body(size: Size, question: &str, subtitle: Option<&str>) -> Rect {
    with_question(size, question, subtitle).0.body
}

/// The width of a screen's body at this size.
pub(crate) fn body_columns(size: Size) -> usize {
    areas(size, 1).body.width.into()
}

/// The areas, and the lines of the question, which is wrapped and never truncated.
fn with_question(size: Size, question: &str, subtitle: Option<&str>) -> (Areas, Vec<String>) {
    let subtitle_columns = subtitle.map_or(0, |subtitle| columns(subtitle) + 2);
    let room = usize::from(areas(size, 1).question.width).saturating_sub(subtitle_columns);
    let lines = wrap(question, room);
    (
        areas(size, u16::try_from(lines.len()).unwrap_or(u16::MAX)),
        lines,
    )
}

impl Widget for &PageFrame<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let appearance = self.appearance;
        let (areas, question) = with_question(area.as_size(), self.question, self.subtitle);
        buf.set_style(area, appearance.palette.background());

        let mut header = TextWriter::new(buf, appearance, areas.header);
        header.line(&appearance.span(Role::Title, self.desk).into());
        header.rule();

        let mut writer = TextWriter::new(buf, appearance, areas.question);
        writer.write_right(0, Role::Dim, self.subtitle.unwrap_or_default());
        for line in question {
            writer.line(&appearance.span(Role::Question, line).into());
        }

        let mut footer = TextWriter::new(buf, appearance, areas.footer);
        footer.rule();
        footer.line(&key_hints(appearance, self.keys, footer.columns()));
    }
}

/// As many keys as fit, each whole.
fn key_hints<'a>(
    appearance: &Appearance,
    keys: &[(&'a str, &'a str)],
    max_width: usize,
) -> Line<'a> {
    const GAP: usize = 3;
    let mut hints = Line::default();
    for (key, description) in keys {
        let gap = if hints.spans.is_empty() { 0 } else { GAP };
        let width = gap + columns(key) + 1 + columns(description);
        if hints.width() + width > max_width {
            break;
        }
        hints.extend([
            Span::raw(" ".repeat(gap)),
            appearance.span(Role::Text, *key),
            Span::raw(" "),
            appearance.span(Role::Dim, *description),
        ]);
    }
    hints
}

/// The notice that the terminal is too small, and the contact if there is room.
#[derive(Debug)]
pub(crate) struct TooSmallNotice<'a> {
    pub(crate) appearance: &'a Appearance,
    pub(crate) contact: Option<&'a str>,
}

impl Widget for TooSmallNotice<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        buf.set_style(area, self.appearance.palette.background());
        let text = &self.appearance.text.too_small;
        let mut writer = TextWriter::new(buf, self.appearance, area);
        writer.wrapped(Role::Question, text.notice);
        writer.wrapped(
            Role::Dim,
            &text.wanted(SMALLEST.width, SMALLEST.height, area.width, area.height),
        );
        if let Some(contact) = self.contact {
            writer.wrapped(Role::Text, contact);
        }
    }
}

/// A label in its own column with the wrapped value to its right; on a narrow screen the label, a
/// colon and the value.
pub(crate) fn labelled(
    appearance: &Appearance,
    width: usize,
    label_columns: usize,
    label: &str,
    value: &str,
) -> Vec<Line<'static>> {
    const GAP: usize = 2;
    if width < label_columns + 20 {
        return label_before(appearance, width, label, value);
    }
    let value_columns = width - label_columns - GAP;
    let values = appearance.wrap(Role::Text, value, value_columns);
    let with_label = |(row, mut line): (usize, Line<'static>)| {
        let label = if row == 0 { label } else { "" };
        let pad = " ".repeat(label_columns + GAP - columns(label));
        let label = appearance.span(Role::Dim, label.to_owned());
        line.spans
            .splice(0..0, [label, appearance.span(Role::Text, pad)]);
        line
    };
    values.into_iter().enumerate().map(with_label).collect()
}

/// A label, a colon and the value. The label has its own role, unless it does not fit on the first
/// line.
fn label_before(
    appearance: &Appearance,
    width: usize,
    label: &str,
    value: &str,
) -> Vec<Line<'static>> {
    let mut lines = appearance.wrap(Role::Text, &format!("{label}: {value}"), width);
    if let Some(first) = lines.first_mut()
        && let Some(rest) = first.to_string().strip_prefix(label)
    {
        *first = Line::from(vec![
            appearance.span(Role::Dim, label.to_owned()),
            appearance.span(Role::Text, rest.to_owned()),
        ]);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t7_the_parts_never_overlap_and_never_leave_the_screen_at_any_size() {
        for width in 0..=140 {
            for height in 0..=60 {
                let whole = Rect::new(0, 0, width, height);
                let areas = areas(Size::new(width, height), 1);
                let mut bottom = 0;
                for part in [areas.header, areas.question, areas.body, areas.footer] {
                    assert_eq!(
                        part.intersection(whole).area(),
                        part.area(),
                        "{part:?} leaves {width}x{height}"
                    );
                    if height >= SMALLEST.height {
                        assert!(
                            part.y >= bottom,
                            "{part:?} overlaps what is above at {width}x{height}"
                        );
                    }
                    bottom = part.bottom();
                }
            }
        }
    }

    #[test]
    fn the_body_has_the_expected_area_at_common_sizes() {
        assert_eq!(
            body(Size::new(80, 24), "Why?", None),
            Rect::new(3, 6, 74, 15)
        );
        assert_eq!(
            body(Size::new(40, 12), "Why?", None),
            Rect::new(1, 3, 38, 7)
        );
        assert_eq!(
            body(
                Size::new(40, 12),
                "A question that is too long for one line",
                Some("K7F204")
            ),
            Rect::new(1, 4, 38, 6)
        );
        assert_eq!(body(Size::new(200, 60), "Why?", None).width, 100);
    }
}
