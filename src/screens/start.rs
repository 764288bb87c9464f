//! Start: the name of the desk and the ways to get help. The same screen waits for the next
//! customer.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use super::code::CodeScreen;
use super::issues::Issues;
use super::reps::{Reps, RepsPurpose};
use super::survey::SurveyScreen;
use super::{AnyScreen, IdlePolicy, Screen, ScreenContext, Transition};
use crate::clean::Clean;
use crate::config::SurveyMenu;
use crate::keymap::{FocusMove, KeyContext, ScreenAction};
use crate::session::{Choice, Delivery};
use crate::text::Text;
use crate::theme::Role;
use crate::ui::list::{Move, focus_after};
use crate::ui::text_writer::TextWriter;
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
    fn focus(&self, _context: &ScreenContext) -> KeyContext {
        KeyContext::Menu
    }

    fn idle_policy(&self) -> IdlePolicy {
        IdlePolicy::Never
    }

    fn question(&self, text: &'static Text) -> &'static str {
        text.start.question
    }

    fn render(&self, context: &ScreenContext, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let mut writer = TextWriter::new(buf, context.appearance, area);
        let last_lines = last_lines(context, writer.columns());
        let items = items(context);
        let described = writer.rows_left() >= items.len() * 2 + last_lines.len();
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
            let [name, description] = item_lines(*item, *digit, focused, context);
            writer.item(focused, &name);
            if described && *item != MenuItem::Help {
                writer.item(focused, &description);
            }
        }
        writer.skip_to_last(last_lines.len());
        for line in &last_lines {
            writer.line(line);
        }
        cursor
    }

    fn handle(&mut self, action: ScreenAction, context: &ScreenContext) -> Transition {
        let items = items(context);
        let mut move_focus =
            |movement| self.focus = focus_after(self.focus, movement, items.len(), items.len());
        match action {
            ScreenAction::Move(movement) => move_focus(movement),
            ScreenAction::Skip(FocusMove::Next) => move_focus(Move::Down),
            ScreenAction::Skip(FocusMove::Previous) => move_focus(Move::Up),
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

/// The name of an item with its digit, and its description.
fn item_lines(
    item: MenuItem,
    digit: u8,
    focused: bool,
    context: &ScreenContext,
) -> [Line<'static>; 2] {
    let appearance = context.appearance;
    let text = &context.appearance.text.start;
    let (name, description) = match item {
        MenuItem::Way(Way::Rep) => (text.rep, rep_more(context)),
        MenuItem::Way(Way::Code(way)) => {
            let text = (way.text)(context.appearance.text);
            (text.start, text.start_more.to_owned())
        }
        MenuItem::Way(Way::Survey) => (text.survey, text.survey_more.to_owned()),
        MenuItem::Help => (text.help, String::new()),
    };
    let role = if focused { Role::Focus } else { Role::Text };
    let name = [
        appearance.span(Role::Number, digit.to_string()),
        appearance.span(Role::Text, "  "),
        appearance.span(role, name),
    ];
    let description = [
        appearance.span(Role::Text, "   "),
        appearance.span(Role::Dim, description),
    ];
    [
        name.into_iter().collect(),
        description.into_iter().collect(),
    ]
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
fn last_lines(context: &ScreenContext, columns: usize) -> Vec<Line<'static>> {
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
    [instead, contact]
        .into_iter()
        .flatten()
        .flat_map(|text| context.appearance.wrap(Role::Dim, text, columns))
        .collect()
}
