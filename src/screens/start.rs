//! Start: whose desk this is and the ways to get help. It is also the screen that waits for the next customer.

use super::reps::Reps;
use super::{Cursor, Face, Scene, Screen, Step};
use crate::app::keys::{Focus, Wish};
use crate::config::Way;
use crate::text::Text;
use crate::theme::Role;
use crate::ui::list::moved;
use crate::ui::pen::Pen;
use crate::ui::skeleton;

/// The start screen: which of the ways is under the focus.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Start {
    focus: usize,
}

impl Face for Start {
    fn focus(&self) -> Focus {
        Focus::Menu
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.start.question
    }

    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor> {
        let ways: Vec<Way> = scene.desk.ways().collect();
        if ways.is_empty() {
            pen.wrapped(Role::Error, scene.look.text.start.nothing);
            pen.wrapped(Role::Text, scene.look.text.start.nothing_more);
        }
        let mut cursor = None;
        for (position, way) in ways.iter().enumerate() {
            let focused = position == self.focus;
            if focused {
                cursor = Some(pen.position());
            }
            way_lines(*way, position + 1, focused, scene, pen);
        }
        contact(scene, pen);
        cursor
    }

    fn act(&mut self, wish: Wish, scene: &Scene) -> Step {
        let count = scene.desk.ways().count();
        match wish {
            Wish::Move(movement) => self.focus = moved(self.focus, movement, count, count),
            Wish::Pick(digit) if usize::from(digit) <= count => {
                self.focus = usize::from(digit) - 1;
                return self.go_on(scene);
            }
            Wish::Confirm => return self.go_on(scene),
            Wish::Pick(_) | Wish::Back | Wish::Edit(_) => {}
        }
        Step::Stay
    }
}

impl Start {
    fn go_on(&self, scene: &Scene) -> Step {
        match scene.desk.ways().nth(self.focus) {
            Some(Way::Rep) => Step::Go(Box::new(Screen::Reps(Reps::new(scene)))),
            // Not offered yet: `Desk::ways` leaves them out.
            Some(Way::Key | Way::Survey) | None => Step::Stay,
        }
    }
}

fn way_lines(way: Way, digit: usize, focused: bool, scene: &Scene, pen: &mut Pen) {
    let text = &scene.look.text.start;
    let (name, more) = match way {
        Way::Rep => (text.rep, rep_more(scene)),
        Way::Key | Way::Survey => return,
    };
    let bar = if focused { scene.look.signs.focus } else { " " };
    let role = if focused { Role::Focus } else { Role::Text };
    pen.line(&[(Role::Accent, bar), (Role::Text, " "), (Role::Number, &digit.to_string()), (Role::Text, "  "), (role, name)]);
    pen.line(&[(Role::Accent, bar), (Role::Text, "    "), (Role::Dim, &more)]);
    if skeleton::is_airy(scene.size) {
        pen.skip();
    }
}

/// How many there are to choose from; nothing while that is being read.
fn rep_more(scene: &Scene) -> String {
    let count = scene.desk.rep_count().map(|count| u64::try_from(count).unwrap_or(u64::MAX));
    count.map(|count| scene.look.text.start.rep_more(count)).unwrap_or_default()
}

/// The desk's contact on the last rows of the body.
fn contact(scene: &Scene, pen: &mut Pen) {
    let Some(contact) = &scene.desk.config.site.contact else { return };
    let lines = crate::ui::width::wrap(contact.as_str(), pen.columns());
    while pen.rows_left() > lines.len() {
        pen.skip();
    }
    for line in lines {
        pen.line(&[(Role::Dim, &line)]);
    }
}
