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

    fn render(&self, context: &ScreenContext, writer: &mut TextWriter) -> Option<CursorPosition> {
        let below = below(context, writer.columns());
        let items = items(context);
        let roomy = writer.rows_left() >= items.len() * 2 + below.len();
        let mut cursor = None;
        if context.catalog.config.ways.is_empty() {
            writer.wrapped(Role::Error, context.appearance.text.start.nothing);
            writer.wrapped(Role::Text, context.appearance.text.start.nothing_more);
        }
        for (position, (digit, item)) in items.iter().enumerate() {
            let focused = position == self.focus;
            if *item == MenuItem::Help && context.is_spacious() {
                writer.skip();
            }
            if focused {
                cursor = Some(writer.position());
            }
            draw_item(*item, *digit, focused, roomy, context, writer);
        }
        writer.skip_to_last(below.len());
        for line in &below {
            writer.write_spans(line);
        }
        cursor
    }

    fn handle(&mut self, action: ScreenAction, context: &ScreenContext) -> Transition {
        let items = items(context);
        let mut go = |movement| self.focus = moved(self.focus, movement, items.len(), items.len());
        match action {
            ScreenAction::Move(movement) => go(movement),
            ScreenAction::Skip(FocusMove::Next) => go(Move::Down),
            ScreenAction::Skip(FocusMove::Previous) => go(Move::Up),
            ScreenAction::Pick(digit) => {
                if let Some(position) = items.iter().position(|(its, _)| *its == digit) {
                    self.focus = position;
                    return choose(items[position].1, context);
                }
            }
            ScreenAction::Confirm => {
                if let Some((_, item)) = items.get(self.focus) {
                    return choose(*item, context);
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

fn items(context: &ScreenContext) -> Vec<(u8, MenuItem)> {
    let ways = context
        .catalog
        .config
        .ways
        .iter()
        .map(|way| MenuItem::Way(*way));
    (1..HELP_DIGIT)
        .zip(ways)
        .chain([(HELP_DIGIT, MenuItem::Help)])
        .collect()
}

fn choose(item: MenuItem, context: &ScreenContext) -> Transition {
    let screen = match item {
        MenuItem::Help => return Transition::Help,
        MenuItem::Way(Way::Rep) => AnyScreen::Reps(Reps::new(RepsPurpose::Session, context)),
        MenuItem::Way(Way::Code(way)) => AnyScreen::Code(CodeScreen::new(way)),
        MenuItem::Way(Way::Survey) => match context.catalog.config.survey.menu {
            SurveyMenu::Issues => AnyScreen::Issues(Issues::new(context)),
            SurveyMenu::Reps => AnyScreen::Reps(Reps::new(RepsPurpose::Survey, context)),
            SurveyMenu::None => {
                AnyScreen::Survey(SurveyScreen::new(Choice::GeneralQueue, None, context))
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
    context: &ScreenContext,
    writer: &mut TextWriter,
) {
    let text = &context.appearance.text.start;
    let (name, more) = match item {
        MenuItem::Way(Way::Rep) => (text.rep, rep_more(context)),
        MenuItem::Way(Way::Code(way)) => {
            let text = (way.text)(context.appearance.text);
            (text.start, text.start_more.to_owned())
        }
        MenuItem::Way(Way::Survey) => (text.survey, text.survey_more.to_owned()),
        MenuItem::Help => (text.help, String::new()),
    };
    let role = if focused { Role::Focus } else { Role::Text };
    writer.item(
        focused,
        &[
            (Role::Number, &digit.to_string()),
            (Role::Text, "  "),
            (role, name),
        ],
    );
    if roomy && item != MenuItem::Help {
        writer.item(focused, &[(Role::Text, "   "), (Role::Dim, &more)]);
    }
}

/// How many representatives there are to choose from; empty while the list is loading.
fn rep_more(context: &ScreenContext) -> String {
    let count = context
        .catalog
        .rep_count()
        .map(|count| u64::try_from(count).unwrap_or(u64::MAX));
    count
        .map(|count| context.appearance.text.start.rep_more(count))
        .unwrap_or_default()
}

/// The last rows: what happens instead if no client can run on this machine, and the contact.
fn below(context: &ScreenContext, columns: usize) -> Vec<Line> {
    let text = &context.appearance.text.start;
    let instead = match (context.delivery, context.is_spacious()) {
        (Delivery::Run, _) => None,
        (Delivery::Save, true) => Some(text.saved),
        (Delivery::Save, false) => Some(text.saved_short),
        (Delivery::Link(_), true) => Some(text.elsewhere),
        (Delivery::Link(_), false) => Some(text.elsewhere_short),
    };
    let contact = context
        .catalog
        .config
        .site
        .contact
        .as_ref()
        .map(Clean::as_str);
    let lines = [instead, contact]
        .into_iter()
        .flatten()
        .flat_map(|words| wrap(words, columns));
    lines.map(|line| vec![(Role::Dim, line)]).collect()
}
