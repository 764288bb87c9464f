//! The layout of every screen: where the desk's name, the question, the body and the keys are, at
//! every size.
//!
//! At 80x24 there are blank lines between the parts; on smaller terminals these go first. Below
//! 40x12 nothing fits, and a notice replaces the screen. On a large terminal the layout stops
//! growing and is centred.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::Appearance;
use super::text_writer::{Line, TextWriter};
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
const AIRY_ROWS: u16 = 20;
/// From this width on the margin is three columns.
const AIRY_COLUMNS: u16 = 72;

/// What a screen puts into the layout, except its body.
#[derive(Debug)]
pub(crate) struct PageFrame<'a> {
    /// What this screen is for, in one sentence.
    pub(crate) question: &'a str,
    /// A short text to the right of the question: a count or the visit's reference.
    pub(crate) aside: Option<&'a str>,
    /// The keys that work now, most useful first: labels and descriptions.
    pub(crate) keys: &'a [(&'a str, &'a str)],
}

/// Whether a screen fits at this size.
pub(crate) fn fits(size: Size) -> bool {
    size.width >= SMALLEST.width && size.height >= SMALLEST.height
}

/// Whether there is room for blank lines.
pub(crate) fn is_spacious(size: Size) -> bool {
    size.height >= AIRY_ROWS
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
    let margin = if width >= AIRY_COLUMNS { 3 } else { 1 };
    let air = u16::from(height >= AIRY_ROWS);
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
    let question = 2 + 2 * air;
    let body = question + question_rows + air;
    let footer = height.saturating_sub(2 + air);
    Areas {
        header: row(air, 2),
        question: row(question, question_rows),
        body: row(body, footer.saturating_sub(body)),
        footer: row(footer, 2),
    }
}

/// The area of a screen's body at this size, with this question and this text to its right.
pub(crate) fn body(size: Size, question: &str, aside: Option<&str>) -> Rect {
    laid_out(size, question, aside).0.body
}

/// The width of a screen's body at this size.
pub(crate) fn body_columns(size: Size) -> usize {
    areas(size, 1).body.width.into()
}

/// The areas, and the lines of the question, which is wrapped and never truncated.
fn laid_out(size: Size, question: &str, aside: Option<&str>) -> (Areas, Vec<String>) {
    let columns_of_aside = aside.map_or(0, |aside| columns(aside) + 2);
    let room = usize::from(areas(size, 1).question.width).saturating_sub(columns_of_aside);
    let lines = wrap(question, room);
    (
        areas(size, u16::try_from(lines.len()).unwrap_or(u16::MAX)),
        lines,
    )
}

/// Draws the layout over the whole buffer: background, desk name, question and keys, but no body.
pub(crate) fn draw(buffer: &mut Buffer, look: &Appearance, desk: &str, page: &PageFrame) {
    let (places, question_lines) = laid_out(buffer.area.as_size(), page.question, page.aside);
    buffer.set_style(buffer.area, look.palette.background());

    let mut header = TextWriter::new(buffer, look, places.header);
    header.line(&[(Role::Title, desk)]);
    header.rule();

    let mut question = TextWriter::new(buffer, look, places.question);
    question.write_right(0, Role::Dim, page.aside.unwrap_or_default());
    for line in question_lines {
        question.line(&[(Role::Question, &line)]);
    }

    let mut footer = TextWriter::new(buffer, look, places.footer);
    footer.rule();
    draw_keys(&mut footer, page.keys);
}

/// Draws as many keys as fit, each whole.
fn draw_keys(writer: &mut TextWriter, keys: &[(&str, &str)]) {
    const GAP: usize = 3;
    let mut column = 0;
    for (key, does) in keys {
        let wide = columns(key) + 1 + columns(does);
        if column + wide > writer.columns() {
            break;
        }
        column = writer.write(column, Role::Text, key);
        column = writer.write(column + 1, Role::Dim, does) + GAP;
    }
    writer.skip();
}

/// Draws the notice that the terminal is too small, and the contact if there is room.
pub(crate) fn draw_too_small(buffer: &mut Buffer, look: &Appearance, contact: Option<&str>) {
    buffer.set_style(buffer.area, look.palette.background());
    let (area, text) = (buffer.area, &look.text.too_small);
    let mut writer = TextWriter::new(buffer, look, area);
    writer.wrapped(Role::Question, text.notice);
    writer.wrapped(
        Role::Dim,
        &text.wanted(SMALLEST.width, SMALLEST.height, area.width, area.height),
    );
    if let Some(contact) = contact {
        writer.wrapped(Role::Text, contact);
    }
}

/// A label in its own column with the wrapped value to its right; on a narrow screen the label, a
/// colon and the value.
pub(crate) fn labelled(width: usize, label_columns: usize, label: &str, value: &str) -> Vec<Line> {
    const GAP: usize = 2;
    if width < label_columns + 20 {
        return label_before(label, &wrap(&format!("{label}: {value}"), width));
    }
    let lines = wrap(value, width - label_columns - GAP)
        .into_iter()
        .enumerate();
    let lead = |line| if line == 0 { label } else { "" };
    let pad = |line| " ".repeat(label_columns + GAP - columns(lead(line)));
    lines
        .map(|(at, line)| {
            vec![
                (Role::Dim, lead(at).to_owned()),
                (Role::Text, pad(at)),
                (Role::Text, line),
            ]
        })
        .collect()
}

/// Puts the label into the label's role, unless it does not fit on the first line.
fn label_before(label: &str, lines: &[String]) -> Vec<Line> {
    let pieces = |line: &String| match line.strip_prefix(label) {
        Some(value) => vec![
            (Role::Dim, label.to_owned()),
            (Role::Text, value.to_owned()),
        ],
        None => vec![(Role::Text, line.clone())],
    };
    let (first, rest) = lines.split_at(lines.len().min(1));
    first
        .iter()
        .map(pieces)
        .chain(rest.iter().map(|line| vec![(Role::Text, line.clone())]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t7_the_parts_never_overlap_and_never_leave_the_screen_at_any_size() {
        for width in 0..=140 {
            for height in 0..=60 {
                let whole = Rect::new(0, 0, width, height);
                let places = areas(Size::new(width, height), 1);
                let mut below = 0;
                for part in [places.header, places.question, places.body, places.footer] {
                    assert_eq!(
                        part.intersection(whole).area(),
                        part.area(),
                        "{part:?} leaves {width}x{height}"
                    );
                    if height >= SMALLEST.height {
                        assert!(
                            part.y >= below,
                            "{part:?} overlaps what is above at {width}x{height}"
                        );
                    }
                    below = part.bottom();
                }
            }
        }
    }

    #[test]
    fn the_body_has_room_at_the_sizes_that_count() {
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
