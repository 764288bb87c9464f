//! Help: what this place is, what is sent and when, and every key that works on the screen below it.

use ratatui::Frame;

use super::Scene;
use crate::app::keys::{self, Focus};
use crate::theme::Role;
use crate::ui::list::Move;
use crate::ui::pen::{Line, Pen};
use crate::ui::skeleton::{self, Page, labelled};
use crate::ui::width::{columns, wrap};

/// The help over a screen, and how far it was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Help {
    scrolled: usize,
}

impl Help {
    /// Reads on, or back.
    pub fn scroll(&mut self, movement: Move, focus: Focus, scene: &Scene) {
        let body = skeleton::body(scene.size, scene.look.text.help.question, None);
        let (width, rows) = (usize::from(body.width), usize::from(body.height));
        let last = lines(focus, scene, width).len().saturating_sub(rows);
        let step = match movement {
            Move::Up | Move::Down | Move::First | Move::Last => 1,
            Move::PageUp | Move::PageDown => rows,
        };
        self.scrolled = match movement {
            Move::Up | Move::PageUp | Move::First => self.scrolled.saturating_sub(step),
            Move::Down | Move::PageDown | Move::Last => (self.scrolled + step).min(last),
        };
    }

    /// Draws it over the whole frame; `focus` is that of the screen below.
    pub fn draw(self, frame: &mut Frame, focus: Focus, scene: &Scene) {
        let keys = keys::hints(Focus::Help, scene.door(), scene.look);
        let question = scene.look.text.help.question;
        let page = Page { desk: scene.desk.config.site.name.as_str(), question, aside: None, keys: &keys };
        let body = skeleton::body(frame.area().as_size(), question, None);
        skeleton::draw(frame.buffer_mut(), scene.look, &page);
        let mut pen = Pen::new(frame.buffer_mut(), scene.look, body);
        let cursor = pen.position();
        let lines = lines(focus, scene, pen.columns());
        let rows = pen.rows_left();
        for line in lines.iter().skip(self.scrolled) {
            pen.pieces(line);
        }
        pen.mark(cursor.1, (self.scrolled > 0).then_some(scene.look.signs.more_above));
        let foot = cursor.1 + u16::try_from(rows.saturating_sub(1)).unwrap_or(0);
        pen.mark(foot, (lines.len() > self.scrolled + rows).then_some(scene.look.signs.more_below));
        frame.set_cursor_position(cursor);
    }
}

fn lines(focus: Focus, scene: &Scene, width: usize) -> Vec<Line> {
    let text = &scene.look.text.help;
    // The last column is kept for the signs that more stands above or below.
    let width = width.saturating_sub(2);
    let paragraph = |role, words: &str| wrap(words, width).into_iter().map(move |line| vec![(role, line)]).collect::<Vec<Line>>();
    let mut lines = paragraph(Role::Text, text.what);
    lines.extend(paragraph(Role::Text, text.nothing_sent));
    lines.extend(paragraph(Role::Text, text.esc));
    if let Some(contact) = &scene.desk.config.site.contact {
        lines.extend(paragraph(Role::Text, &format!("{} {contact}", text.contact)));
    }
    lines.push(Line::new());
    lines.extend(paragraph(Role::Question, text.keys));
    let keys = keys::explained(focus, scene.door(), scene.look);
    let widest = keys.iter().map(|(key, _)| columns(key)).max().unwrap_or(0);
    lines.extend(keys.iter().flat_map(|(key, does)| labelled(width, widest, key, does)));
    lines
}
