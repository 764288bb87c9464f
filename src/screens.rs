//! The screens: one file each, with the state, the key handling, the drawing and the tests.
//!
//! ```text
//! Wish ──> Face::act(&mut self, &Scene) ──> Step        Face::body(&self, &Scene, &mut Pen) ──> cursor position
//! ```
//!
//! A screen sees the [`Scene`] (catalog, look, time) and itself, but no other screen. To add one,
//! write its file, add it to [`Screen`], and add a line to the match below.

mod account;
pub mod code;
pub mod connecting;
pub mod details;
pub mod ended;
pub mod failed;
mod form;
pub mod hand_off;
pub mod help;
pub mod issues;
pub mod out_of_service;
mod picker;
pub mod reps;
pub mod review;
pub mod running;
pub mod staff;
pub mod start;
pub mod still_there;
pub mod survey;

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Size;

use crate::catalog::Desk;
use crate::keymap::{self, Door, Extent, Focus, Wish};
use crate::session::{Delivery, Places, SessionRequest, Typed, Visit};
use crate::text::Text;
use crate::timestamp::Moment;
use crate::ui::Look;
use crate::ui::pen::Pen;
use crate::ui::skeleton::{self, Page};

/// A screen with its state. Dropping it erases what was typed.
#[derive(Debug, PartialEq, Eq)]
pub enum Screen {
    /// The desk's name and the ways to get help.
    Start(start::Start),
    /// The list of representatives.
    Reps(reps::Reps),
    /// The code of a way that takes one.
    Code(code::CodeScreen),
    /// The issues menu.
    Issues(issues::Issues),
    /// The survey.
    Survey(survey::Survey),
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
pub struct Scene<'a> {
    /// The config and its lists.
    pub desk: &'a Desk,
    /// Texts, colours and glyphs.
    pub look: &'a Look,
    /// The current visit's reference.
    pub visit: &'a Visit,
    /// The values for the placeholders in the config's texts.
    pub places: &'a Places,
    /// How a session started here is delivered.
    pub delivery: Delivery,
    pub now: Moment,
    pub size: Size,
}

impl Scene<'_> {
    /// Who can leave the program.
    pub fn door(&self) -> Door {
        Door::of(&self.desk.config.kiosk)
    }

    /// Whether there is room for blank lines.
    pub fn airy(&self) -> bool {
        skeleton::is_airy(self.size)
    }
}

/// How long a screen waits for a customer who presses no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// For ever: no customer needs to be forgotten, or something in progress must not be disturbed.
    Endless,
    /// As the config says.
    Usual,
    /// At least five minutes, unless the idle timeout is off: copying a link takes time.
    FiveMinutes,
}

/// What a screen wants to happen after an action.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Only this screen has changed.
    Stay,
    /// Go to another screen and keep this one for the way back.
    Go(Box<Screen>),
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

/// The position of the hardware cursor: column and row on the screen (A2).
pub type Cursor = (u16, u16);

/// The interface of every screen.
pub trait Face {
    /// The context that decides what keys do.
    fn focus(&self, scene: &Scene) -> Focus;

    /// How much of the text is visible. Called only for drawing, because it needs the text laid
    /// out.
    fn extent(&self, _scene: &Scene) -> Extent {
        Extent::Whole
    }

    /// One sentence that says what the screen is for.
    fn question(&self, text: &'static Text) -> &'static str;

    /// A short text to the right of the question.
    fn aside(&self, _scene: &Scene) -> Option<String> {
        None
    }

    /// Draws the body. Returns the position of the cursor: the focused item, or the end of what was
    /// typed.
    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor>;

    /// Handles an action.
    fn act(&mut self, wish: Wish, scene: &Scene) -> Step;

    /// Handles pasted text.
    fn paste(&mut self, _text: &str, _scene: &Scene) {}

    /// Handles new lists.
    fn desk_changed(&mut self, _scene: &Scene) {}

    /// How long the screen waits for a customer who presses no key.
    fn patience(&self) -> Patience {
        Patience::Usual
    }

    /// The link to print for a customer who leaves now.
    fn pending_link(&self) -> Option<Typed> {
        None
    }

    /// When the screen must be redrawn even if nothing happens.
    fn deadline(&self, _now: Moment) -> Option<Moment> {
        None
    }

    /// Handles the passage of time.
    fn due(&mut self, _now: Moment) -> Step {
        Step::Stay
    }
}

/// Calls the screen inside a [`Screen`].
macro_rules! the_one_in {
    ($screen:expr) => {
        match $screen {
            Screen::Start(screen) => screen,
            Screen::Reps(screen) => screen,
            Screen::Code(screen) => screen,
            Screen::Issues(screen) => screen,
            Screen::Survey(screen) => screen,
            Screen::Details(screen) => screen,
            Screen::Review(screen) => screen,
            Screen::Connecting(screen) => screen,
            Screen::Running(screen) => screen,
            Screen::Ended(screen) => screen,
            Screen::HandOff(screen) => screen,
            Screen::Failed(screen) => screen,
            Screen::OutOfService(screen) => screen,
        }
    };
}

impl Screen {
    /// The interface of the screen inside.
    pub fn face(&self) -> &dyn Face {
        the_one_in!(self)
    }

    pub fn face_mut(&mut self) -> &mut dyn Face {
        the_one_in!(self)
    }
}

/// Rounded up, so that waiting for this many seconds is always enough.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// Draws a screen in the layout, over the whole frame.
pub fn draw(frame: &mut Frame, face: &dyn Face, scene: &Scene) {
    let aside = face.aside(scene);
    let keys = keymap::hints(face.focus(scene), face.extent(scene), scene.door(), scene.look);
    let page = Page { question: face.question(scene.look.text), aside: aside.as_deref(), keys: &keys };
    draw_page(frame, scene, &page, |pen| face.body(scene, pen));
}

/// Draws a page of the layout over the whole frame. `body` draws its body and returns the position
/// of the cursor.
fn draw_page(frame: &mut Frame, scene: &Scene, page: &Page, body: impl FnOnce(&mut Pen) -> Option<Cursor>) {
    let area = skeleton::body(frame.area().as_size(), page.question, page.aside);
    skeleton::draw(frame.buffer_mut(), scene.look, scene.desk.config.site.name.as_str(), page);
    if let Some(cursor) = body(&mut Pen::new(frame.buffer_mut(), scene.look, area)) {
        frame.set_cursor_position(cursor);
    }
}
