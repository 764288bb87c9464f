//! Start: the name of the desk and the ways to get help. The same screen waits for the next
//! customer.

use super::code::CodeScreen;
use super::issues::Issues;
use super::reps::{Reps, RepsPurpose};
use super::survey::SurveyScreen;
use super::{AnyScreen, CursorPosition, IdlePolicy, Screen, ScreenContext, Transition};
use crate::clean::Clean;
use crate::config::SurveyMenu;
use crate::keymap::{FocusMove, KeyContext, ScreenAction};
use crate::session::{Choice, Delivery};
use crate::text::Text;
use crate::theme::Role;
use crate::ui::list::{Move, moved};
use crate::ui::text_writer::{Line, TextWriter};
use crate::ui::width::wrap;
use crate::ways::Way;

/// The start screen and the item with the focus.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct StartScreen {
    focus: usize,
}

/// An item of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MenuItem {
    Way(Way),
    Help,
}

/// The digit of the help on every kiosk.
const HELP_DIGIT: u8 = 9;

impl Screen for StartScreen {
    fn focus(&self, _scene: &ScreenContext) -> KeyContext {
        KeyContext::Menu
    }

    fn idle_policy(&self) -> IdlePolicy {
        IdlePolicy::Never
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.start.question
    }

    fn render(&self, scene: &ScreenContext, pen: &mut TextWriter) -> Option<CursorPosition> {
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
            if *item == MenuItem::Help && scene.is_spacious() {
                pen.skip();
            }
            if focused {
                cursor = Some(pen.position());
            }
            draw_item(*item, *digit, focused, roomy, scene, pen);
        }
        pen.to_last_rows(below.len());
        for line in &below {
            pen.write_spans(line);
        }
        cursor
    }

    fn handle(&mut self, wish: ScreenAction, scene: &ScreenContext) -> Transition {
        let items = items(scene);
        let mut go = |movement| self.focus = moved(self.focus, movement, items.len(), items.len());
        match wish {
            ScreenAction::Move(movement) => go(movement),
            ScreenAction::Skip(FocusMove::Next) => go(Move::Down),
            ScreenAction::Skip(FocusMove::Previous) => go(Move::Up),
            ScreenAction::Pick(digit) => {
                if let Some(position) = items.iter().position(|(its, _)| *its == digit) {
                    self.focus = position;
                    return choose(items[position].1, scene);
                }
            }
            ScreenAction::Confirm => {
                if let Some((_, item)) = items.get(self.focus) {
                    return choose(*item, scene);
                }
            }
            ScreenAction::Back
            | ScreenAction::Edit(_)
            | ScreenAction::Hide
            | ScreenAction::HandOff => {}
        }
        Transition::Stay
    }
}

fn items(scene: &ScreenContext) -> Vec<(u8, MenuItem)> {
    let ways = scene.desk.config.ways.iter().map(|way| MenuItem::Way(*way));
    (1..HELP_DIGIT)
        .zip(ways)
        .chain([(HELP_DIGIT, MenuItem::Help)])
        .collect()
}

fn choose(item: MenuItem, scene: &ScreenContext) -> Transition {
    let screen = match item {
        MenuItem::Help => return Transition::Help,
        MenuItem::Way(Way::Rep) => AnyScreen::Reps(Reps::new(RepsPurpose::Session, scene)),
        MenuItem::Way(Way::Code(way)) => AnyScreen::Code(CodeScreen::new(way)),
        MenuItem::Way(Way::Survey) => match scene.desk.config.survey.menu {
            SurveyMenu::Issues => AnyScreen::Issues(Issues::new(scene)),
            SurveyMenu::Reps => AnyScreen::Reps(Reps::new(RepsPurpose::Survey, scene)),
            SurveyMenu::None => {
                AnyScreen::Survey(SurveyScreen::new(Choice::GeneralQueue, None, scene))
            }
        },
    };
    Transition::Go(Box::new(screen))
}

fn draw_item(
    item: MenuItem,
    digit: u8,
    focused: bool,
    roomy: bool,
    scene: &ScreenContext,
    pen: &mut TextWriter,
) {
    let text = &scene.look.text.start;
    let (name, more) = match item {
        MenuItem::Way(Way::Rep) => (text.rep, rep_more(scene)),
        MenuItem::Way(Way::Code(way)) => {
            let text = (way.text)(scene.look.text);
            (text.start, text.start_more.to_owned())
        }
        MenuItem::Way(Way::Survey) => (text.survey, text.survey_more.to_owned()),
        MenuItem::Help => (text.help, String::new()),
    };
    let role = if focused { Role::Focus } else { Role::Text };
    pen.item(
        focused,
        &[
            (Role::Number, &digit.to_string()),
            (Role::Text, "  "),
            (role, name),
        ],
    );
    if roomy && item != MenuItem::Help {
        pen.item(focused, &[(Role::Text, "   "), (Role::Dim, &more)]);
    }
}

/// How many representatives there are to choose from; empty while the list is loading.
fn rep_more(scene: &ScreenContext) -> String {
    let count = scene
        .desk
        .rep_count()
        .map(|count| u64::try_from(count).unwrap_or(u64::MAX));
    count
        .map(|count| scene.look.text.start.rep_more(count))
        .unwrap_or_default()
}

/// The last rows: what happens instead if no client can run on this machine, and the contact.
fn below(scene: &ScreenContext, columns: usize) -> Vec<Line> {
    let text = &scene.look.text.start;
    let instead = match (scene.delivery, scene.is_spacious()) {
        (Delivery::Run, _) => None,
        (Delivery::Save, true) => Some(text.saved),
        (Delivery::Save, false) => Some(text.saved_short),
        (Delivery::Link(_), true) => Some(text.elsewhere),
        (Delivery::Link(_), false) => Some(text.elsewhere_short),
    };
    let contact = scene.desk.config.site.contact.as_ref().map(Clean::as_str);
    let lines = [instead, contact]
        .into_iter()
        .flatten()
        .flat_map(|words| wrap(words, columns));
    lines.map(|line| vec![(Role::Dim, line)]).collect()
}
