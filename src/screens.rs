//! The screens: one file each, with its state, what keys do to it, its picture and its tests.
//!
//! ```text
//! Wish ──> Face::act(&mut self, &Scene) ──> Step        Face::body(&self, &Scene, &mut Pen) ──> where the cursor stands
//! ```
//!
//! A screen sees the [`Scene`] (the desk, the look, the time) and itself, and no other screen. To add one: its file, its
//! name in [`Screen`], and its line in each of the two matches below.

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

/// A screen with all that belongs to it: leaving it drops what was typed.
#[derive(Debug, PartialEq, Eq)]
pub enum Screen {
    /// Whose desk this is, and the ways to get help.
    Start(start::Start),
    /// Whom to talk to.
    Reps(reps::Reps),
    /// The code of a way that takes one.
    Code(code::CodeScreen),
    /// What the help is needed for.
    Issues(issues::Issues),
    /// The desk's questions.
    Survey(survey::Survey),
    /// The desk's questions beside a representative or a code.
    Details(details::Details),
    /// What will be sent, and what the helper will see.
    Review(review::Review),
    /// The way to a running client.
    Connecting(connecting::Connecting),
    /// The client runs.
    Running(running::Running),
    /// The client has ended.
    Ended(ended::Ended),
    /// How it goes on at another device.
    HandOff(hand_off::HandOff),
    /// What went wrong and what to do.
    Failed(failed::Failed),
    /// A locked kiosk without a usable config.
    OutOfService(out_of_service::OutOfService),
}

/// What a screen may look at besides itself.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The desk and its lists.
    pub desk: &'a Desk,
    /// Words, colours and signs.
    pub look: &'a Look,
    /// The present visit's reference.
    pub visit: &'a Visit,
    /// What stands in the places of the survey's defaults.
    pub places: &'a Places,
    /// What becomes of a session that is started here.
    pub delivery: Delivery,
    /// The time.
    pub now: Moment,
    /// The size of the terminal.
    pub size: Size,
}

impl Scene<'_> {
    /// How a person gets out of the program.
    pub fn door(&self) -> Door {
        Door::of(&self.desk.config.kiosk)
    }

    /// Whether there is room for more than what is needed.
    pub fn airy(&self) -> bool {
        skeleton::is_airy(self.size)
    }
}

/// How long a screen waits for a customer who does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// For ever: there is nobody to be forgotten, or something goes on that must not be disturbed.
    Endless,
    /// As the config says.
    Usual,
    /// Five minutes, where the config says anything: to copy a link takes its time.
    FiveMinutes,
}

/// A screen's answer to what a person wants.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing but this screen has changed.
    Stay,
    /// On to another screen; this one is kept for the way back.
    Go(Box<Screen>),
    /// Back to the screen before.
    Back,
    /// Ask the site.
    Connect(SessionRequest),
    /// Go on at another device instead, by a link.
    HandOff(SessionRequest),
    /// Ask the site the same again, in place of this screen.
    Retry(SessionRequest),
    /// Back to where the choice was made.
    Change,
    /// End the client.
    EndSession,
    /// Read the config again.
    Reload,
    /// Open the help.
    Help,
    /// Forget everything, back to the start.
    StartOver,
}

/// Where the hardware cursor stands: column and row on the screen (A2).
pub type Cursor = (u16, u16);

/// What every screen has.
pub trait Face {
    /// Where keys go.
    fn focus(&self, scene: &Scene) -> Focus;

    /// How much of its text is in sight. Asked for when it is drawn alone: it takes the text to be laid out.
    fn extent(&self, _scene: &Scene) -> Extent {
        Extent::Whole
    }

    /// The one sentence that says what the screen is for.
    fn question(&self, text: &'static Text) -> &'static str;

    /// A short thing at the right of the question.
    fn aside(&self, _scene: &Scene) -> Option<String> {
        None
    }

    /// Draws the body. Answers where the cursor stands: on the focused item, or behind what is typed.
    fn body(&self, scene: &Scene, pen: &mut Pen) -> Option<Cursor>;

    /// Takes in what a person wants.
    fn act(&mut self, wish: Wish, scene: &Scene) -> Step;

    /// Takes in pasted text.
    fn paste(&mut self, _text: &str, _scene: &Scene) {}

    /// Takes in that the desk's lists are others now.
    fn desk_changed(&mut self, _scene: &Scene) {}

    /// How long it waits for somebody who does nothing.
    fn patience(&self) -> Patience {
        Patience::Usual
    }

    /// The link that is to be told to whoever leaves now.
    fn pending_link(&self) -> Option<Typed> {
        None
    }

    /// When the screen wants to be drawn anew though nothing happens.
    fn deadline(&self, _now: Moment) -> Option<Moment> {
        None
    }

    /// Takes in that the time has passed on.
    fn due(&mut self, _now: Moment) -> Step {
        Step::Stay
    }
}

/// The screen that a [`Screen`] is.
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
    /// What every screen has, of this one.
    pub fn face(&self) -> &dyn Face {
        the_one_in!(self)
    }

    /// The same, to be changed.
    pub fn face_mut(&mut self) -> &mut dyn Face {
        the_one_in!(self)
    }
}

/// Rounded up: who waits for so many seconds has waited long enough.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// Draws a screen into the skeleton, over the whole frame.
pub fn draw(frame: &mut Frame, face: &dyn Face, scene: &Scene) {
    let aside = face.aside(scene);
    let keys = keymap::hints(face.focus(scene), face.extent(scene), scene.door(), scene.look);
    let page = Page { question: face.question(scene.look.text), aside: aside.as_deref(), keys: &keys };
    draw_page(frame, scene, &page, |pen| face.body(scene, pen));
}

/// Draws a page of the skeleton over the whole frame, and its body by `body`, which answers where the cursor stands.
fn draw_page(frame: &mut Frame, scene: &Scene, page: &Page, body: impl FnOnce(&mut Pen) -> Option<Cursor>) {
    let area = skeleton::body(frame.area().as_size(), page.question, page.aside);
    skeleton::draw(frame.buffer_mut(), scene.look, scene.desk.config.site.name.as_str(), page);
    if let Some(cursor) = body(&mut Pen::new(frame.buffer_mut(), scene.look, area)) {
        frame.set_cursor_position(cursor);
    }
}
