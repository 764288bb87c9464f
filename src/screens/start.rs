//! Start: the name of the desk and the ways to get help. The same screen waits for the next
//! customer.

use super::code::CodeScreen;
use super::issues::Issues;
use super::reps::{Purpose, Reps};
use super::survey::Survey;
use super::{Cursor, Face, Patience, Scene, Screen, Step};
use crate::clean::Clean;
use crate::config::SurveyMenu;
use crate::keymap::{Focus, Skip, Wish};
use crate::session::{Choice, Delivery};
use crate::text::Text;
use crate::theme::Role;
use crate::ui::list::{Move, moved};
use crate::ui::pen::{Line, Pen};
use crate::ui::width::wrap;
use crate::ways::Way;

/// The start screen and the item with the focus.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Start {
    focus: usize,
}

/// An item of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    Way(Way),
    Help,
}

/// The digit of the help on every kiosk.
const HELP_DIGIT: u8 = 9;

impl Face for Start {
    fn focus(&self, _scene: &Scene) -> Focus {
        Focus::Menu
    }

    fn patience(&self) -> Patience {
        Patience::Endless
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.start.question
    }

    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor> {
        let below = below(scene, pen.columns());
        let items = items(scene);
        let roomy = pen.rows_left() >= items.len() * 2 + below.len();
        let mut cursor = None;
        if scene.desk.config.ways.is_empty() {
            pen.wrapped(Role::Error, scene.look.text.start.nothing);
            pen.wrapped(Role::Text, scene.look.text.start.nothing_more);
        }
        for (position, (digit, item)) in items.iter().enumerate() {
            let focused = position == self.focus;
            if *item == Item::Help && scene.airy() {
                pen.skip();
            }
            if focused {
                cursor = Some(pen.position());
            }
            draw_item(*item, *digit, focused, roomy, scene, pen);
        }
        pen.to_last_rows(below.len());
        for line in &below {
            pen.pieces(line);
        }
        cursor
    }

    fn act(&mut self, wish: Wish, scene: &Scene) -> Step {
        let items = items(scene);
        let mut go = |movement| self.focus = moved(self.focus, movement, items.len(), items.len());
        match wish {
            Wish::Move(movement) => go(movement),
            Wish::Skip(Skip::Next) => go(Move::Down),
            Wish::Skip(Skip::Previous) => go(Move::Up),
            Wish::Pick(digit) => {
                if let Some(position) = items.iter().position(|(its, _)| *its == digit) {
                    self.focus = position;
                    return go_on(items[position].1, scene);
                }
            }
            Wish::Confirm => {
                if let Some((_, item)) = items.get(self.focus) {
                    return go_on(*item, scene);
                }
            }
            Wish::Back | Wish::Edit(_) | Wish::Hide | Wish::HandOff => {}
        }
        Step::Stay
    }
}

fn items(scene: &Scene) -> Vec<(u8, Item)> {
    let ways = scene.desk.config.ways.iter().map(|way| Item::Way(*way));
    (1..HELP_DIGIT).zip(ways).chain([(HELP_DIGIT, Item::Help)]).collect()
}

fn go_on(item: Item, scene: &Scene) -> Step {
    let screen = match item {
        Item::Help => return Step::Help,
        Item::Way(Way::Rep) => Screen::Reps(Reps::new(Purpose::Session, scene)),
        Item::Way(Way::Code(way)) => Screen::Code(CodeScreen::new(way)),
        Item::Way(Way::Survey) => match scene.desk.config.survey.menu {
            SurveyMenu::Issues => Screen::Issues(Issues::new(scene)),
            SurveyMenu::Reps => Screen::Reps(Reps::new(Purpose::Survey, scene)),
            SurveyMenu::None => Screen::Survey(Survey::new(Choice::GeneralQueue, None, scene)),
        },
    };
    Step::Go(Box::new(screen))
}

fn draw_item(item: Item, digit: u8, focused: bool, roomy: bool, scene: &Scene, pen: &mut Pen) {
    let text = &scene.look.text.start;
    let (name, more) = match item {
        Item::Way(Way::Rep) => (text.rep, rep_more(scene)),
        Item::Way(Way::Code(way)) => {
            let text = (way.text)(scene.look.text);
            (text.start, text.start_more.to_owned())
        }
        Item::Way(Way::Survey) => (text.survey, text.survey_more.to_owned()),
        Item::Help => (text.help, String::new()),
    };
    let role = if focused { Role::Focus } else { Role::Text };
    pen.item(focused, &[(Role::Number, &digit.to_string()), (Role::Text, "  "), (role, name)]);
    if roomy && item != Item::Help {
        pen.item(focused, &[(Role::Text, "   "), (Role::Dim, &more)]);
    }
}

/// How many representatives there are to choose from; empty while the list is loading.
fn rep_more(scene: &Scene) -> String {
    let count = scene.desk.rep_count().map(|count| u64::try_from(count).unwrap_or(u64::MAX));
    count.map(|count| scene.look.text.start.rep_more(count)).unwrap_or_default()
}

/// The last rows: what happens instead if no client can run on this machine, and the contact.
fn below(scene: &Scene, columns: usize) -> Vec<Line> {
    let text = &scene.look.text.start;
    let instead = match (scene.delivery, scene.airy()) {
        (Delivery::Run, _) => None,
        (Delivery::Save, true) => Some(text.saved),
        (Delivery::Save, false) => Some(text.saved_short),
        (Delivery::Link(_), true) => Some(text.elsewhere),
        (Delivery::Link(_), false) => Some(text.elsewhere_short),
    };
    let contact = scene.desk.config.site.contact.as_ref().map(Clean::as_str);
    let lines = [instead, contact].into_iter().flatten().flat_map(|words| wrap(words, columns));
    lines.map(|line| vec![(Role::Dim, line)]).collect()
}
