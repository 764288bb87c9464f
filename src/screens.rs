//! The screens: one file each, with the state, the key handling, the drawing and the tests.
//!
//! ```text
//! ScreenAction ──> Screen::handle(&mut self, ScreenAction, &ScreenContext) ──> Transition
//! Buffer       ──> Screen::render(&self, &ScreenContext, Rect, &mut Buffer) ──> cursor position
//! ```
//!
//! A screen sees the [`ScreenContext`] (catalog, appearance, time) and itself, but no other screen.
//! To add one, write its file, add it to [`AnyScreen`], and add a line to the match below.

pub(crate) mod code;
pub(crate) mod connecting;
pub(crate) mod details;
pub(crate) mod ended;
pub(crate) mod failed;
mod form;
pub(crate) mod hand_off;
pub(crate) mod help;
pub(crate) mod issues;
mod message;
pub(crate) mod out_of_service;
mod picker;
pub(crate) mod reps;
pub(crate) mod review;
pub(crate) mod running;
pub(crate) mod staff;
pub(crate) mod start;
pub(crate) mod still_there;
pub(crate) mod survey;

use std::time::Duration;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

use crate::catalog::Catalog;
use crate::keymap::{self, ExitPolicy, KeyContext, Overflow, ScreenAction};
use crate::session::{Delivery, Placeholders, SessionRequest, Typed, VisitRef};
use crate::text::Text;
use crate::timestamp::Timestamp;
use crate::ui::Appearance;
use crate::ui::layout::{self, PageFrame};

/// A screen with its state. Dropping it erases what was typed.
#[derive(Debug, PartialEq, Eq)]
pub enum AnyScreen {
    /// The desk's name and the ways to get help.
    Start(start::StartScreen),
    /// The list of representatives.
    Reps(reps::Reps),
    /// The code of a way that takes one.
    Code(code::CodeScreen),
    /// The issues menu.
    Issues(issues::Issues),
    /// The survey.
    Survey(survey::SurveyScreen),
    /// The questions that are added to a representative or a code.
    Details(details::Details),
    /// What will be sent, and what the representative will see.
    Review(review::Review),
    /// The progress of a session that is being started.
    Connecting(connecting::Connecting),
    /// The client is running.
    Running(running::Running),
    /// The client has exited.
    Ended(ended::Ended),
    /// How to continue on another device.
    HandOff(hand_off::HandOff),
    /// A failure and what to do.
    Failed(failed::Failed),
    /// A locked kiosk without a usable config.
    OutOfService(out_of_service::OutOfService),
}

/// What a screen may read besides itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScreenContext<'a> {
    /// The config and its lists.
    pub(crate) catalog: &'a Catalog,
    /// Texts, colours and glyphs.
    pub(crate) appearance: &'a Appearance,
    /// The current visit's reference.
    pub(crate) visit: &'a VisitRef,
    /// The values for the placeholders in the config's texts.
    pub(crate) placeholders: &'a Placeholders,
    /// How a session started here is delivered.
    pub(crate) delivery: Delivery,
    pub(crate) now: Timestamp,
    pub(crate) size: Size,
}

impl ScreenContext<'_> {
    /// Who can leave the program.
    pub(crate) fn exit_policy(&self) -> ExitPolicy {
        ExitPolicy::from_config(&self.catalog.config.kiosk)
    }

    /// Whether there is room for blank lines.
    pub(crate) fn is_spacious(&self) -> bool {
        layout::is_spacious(self.size)
    }
}

/// How long a screen waits for a customer who presses no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdlePolicy {
    /// For ever: no customer needs to be forgotten, or something in progress must not be disturbed.
    Never,
    /// As the config says.
    Configured,
    /// At least five minutes, unless the idle timeout is off: copying a link takes time.
    Extended,
}

/// What a screen wants to happen after an action.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Transition {
    /// Only this screen has changed.
    Stay,
    /// Go to another screen and keep this one for the way back.
    Go(Box<AnyScreen>),
    /// Go to the previous screen.
    Back,
    /// Request a session from the site.
    Connect(SessionRequest),
    /// Continue on another device with a link.
    HandOff(SessionRequest),
    /// Repeat the request, in place of this screen.
    Retry(SessionRequest),
    /// Go back to where the choice was made.
    Change,
    /// Stop the client.
    EndSession,
    /// Read the config again.
    Reload,
    /// Open the help.
    Help,
    /// Forget everything and return to the start.
    StartOver,
}

/// The interface of every screen.
pub(crate) trait Screen {
    /// The context that decides what keys do.
    fn focus(&self, context: &ScreenContext) -> KeyContext;

    /// How much of the text is visible. Called only for drawing, because it needs the text laid
    /// out.
    fn overflow(&self, _context: &ScreenContext) -> Overflow {
        Overflow::Whole
    }

    /// One sentence that says what the screen is for.
    fn question(&self, text: &'static Text) -> &'static str;

    /// A short text to the right of the question.
    fn subtitle(&self, _context: &ScreenContext) -> Option<String> {
        None
    }

    /// Draws the body. Returns the position of the hardware cursor (A2): the focused item, or the
    /// end of what was typed.
    fn render(&self, context: &ScreenContext, area: Rect, buf: &mut Buffer) -> Option<Position>;

    /// Handles an action.
    fn handle(&mut self, action: ScreenAction, context: &ScreenContext) -> Transition;

    /// Handles pasted text.
    fn paste(&mut self, _text: &str, _context: &ScreenContext) {}

    /// Handles new lists.
    fn catalog_changed(&mut self, _context: &ScreenContext) {}

    /// How long the screen waits for a customer who presses no key.
    fn idle_policy(&self) -> IdlePolicy {
        IdlePolicy::Configured
    }

    /// The link to print for a customer who leaves now.
    fn pending_link(&self) -> Option<Typed> {
        None
    }

    /// When the screen must be redrawn even if nothing happens.
    fn deadline(&self, _now: Timestamp) -> Option<Timestamp> {
        None
    }

    /// Handles the passage of time.
    fn on_tick(&mut self, _now: Timestamp) -> Transition {
        Transition::Stay
    }
}

/// Calls the screen inside an [`AnyScreen`].
macro_rules! dispatch {
    ($screen:expr) => {
        match $screen {
            AnyScreen::Start(screen) => screen,
            AnyScreen::Reps(screen) => screen,
            AnyScreen::Code(screen) => screen,
            AnyScreen::Issues(screen) => screen,
            AnyScreen::Survey(screen) => screen,
            AnyScreen::Details(screen) => screen,
            AnyScreen::Review(screen) => screen,
            AnyScreen::Connecting(screen) => screen,
            AnyScreen::Running(screen) => screen,
            AnyScreen::Ended(screen) => screen,
            AnyScreen::HandOff(screen) => screen,
            AnyScreen::Failed(screen) => screen,
            AnyScreen::OutOfService(screen) => screen,
        }
    };
}

impl AnyScreen {
    /// The interface of the screen inside.
    pub(crate) fn as_screen(&self) -> &dyn Screen {
        dispatch!(self)
    }

    pub(crate) fn as_screen_mut(&mut self) -> &mut dyn Screen {
        dispatch!(self)
    }
}

/// Rounded up, so that waiting for this many seconds is always enough.
fn ceil_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// Draws a screen over the whole frame.
pub(crate) fn draw_screen(frame: &mut Frame, screen: &dyn Screen, context: &ScreenContext) {
    let subtitle = screen.subtitle(context);
    let keys = keymap::hints(
        screen.focus(context),
        screen.overflow(context),
        context.exit_policy(),
        context.appearance,
    );
    let page = PageFrame {
        appearance: context.appearance,
        desk: context.catalog.config.site.name.as_str(),
        question: screen.question(context.appearance.text),
        subtitle: subtitle.as_deref(),
        keys: &keys,
    };
    draw_page(frame, &page, |area, buf| screen.render(context, area, buf));
}

/// Draws an overlay over the whole frame. `render` draws its body and returns the position of the
/// cursor.
fn draw_overlay(
    frame: &mut Frame,
    context: &ScreenContext,
    question: &str,
    keys: KeyContext,
    render: impl FnOnce(Rect, &mut Buffer) -> Option<Position>,
) {
    let keys = keymap::hints(
        keys,
        Overflow::Whole,
        context.exit_policy(),
        context.appearance,
    );
    let page = PageFrame {
        appearance: context.appearance,
        desk: context.catalog.config.site.name.as_str(),
        question,
        subtitle: None,
        keys: &keys,
    };
    draw_page(frame, &page, render);
}

fn draw_page(
    frame: &mut Frame,
    page: &PageFrame,
    render: impl FnOnce(Rect, &mut Buffer) -> Option<Position>,
) {
    frame.render_widget(page, frame.area());
    let body = layout::body(frame.area().as_size(), page.question, page.subtitle);
    if let Some(cursor) = render(body, frame.buffer_mut()) {
        frame.set_cursor_position(cursor);
    }
}
