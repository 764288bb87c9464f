//! The way to the screen that is shown: going on lays a screen down, going back takes one up, and what was typed into those
//! in between waits there.

use std::mem;

use crate::screens::Screen;
use crate::screens::start::Start;

/// The screens of a visit, with all that was typed into them; dropping one erases it.
#[derive(Debug)]
pub(super) struct Trail {
    /// Never empty: the first is the start screen, the last the one that is shown.
    screens: Vec<Screen>,
    /// The form that was left by going back: all that was typed into it waits for the next choice.
    form: Option<Screen>,
}

/// Where one step back leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Back {
    /// Nowhere: this is the start.
    Nowhere,
    /// To the start; the step is not taken, since whoever goes there is forgotten.
    ToStart,
    /// To the screen before, as it was left.
    Done,
}

impl Default for Trail {
    fn default() -> Self {
        Self { screens: vec![Screen::Start(Start::default())], form: None }
    }
}

impl Trail {
    /// The start screen and this one over it, with nothing of what was before.
    pub(super) fn to(screen: Screen) -> Self {
        let mut trail = Self::default();
        trail.screens.push(screen);
        trail
    }

    /// The screen that is shown.
    pub(super) fn shown(&self) -> &Screen {
        // Never empty: it begins with the start screen, and `back` keeps that.
        &self.screens[self.screens.len() - 1]
    }

    /// The same, to be changed.
    pub(super) fn shown_mut(&mut self) -> &mut Screen {
        let last = self.screens.len() - 1;
        &mut self.screens[last]
    }

    /// Whether the start screen is shown, and nobody has gone on from it.
    pub(super) fn is_at_start(&self) -> bool {
        self.screens.len() == 1
    }

    /// What tells the shown screen from any other of the visit.
    pub(super) fn place(&self) -> (usize, mem::Discriminant<Screen>) {
        (self.screens.len(), mem::discriminant(self.shown()))
    }

    /// On to a screen. A form that was left before is taken up again.
    pub(super) fn go(&mut self, screen: Screen) {
        let screen = match (screen, self.form.take()) {
            (Screen::Survey(survey), Some(Screen::Survey(earlier))) => Screen::Survey(survey.resuming(earlier)),
            (Screen::Details(details), Some(Screen::Details(earlier))) => Screen::Details(details.resuming(earlier)),
            (screen, earlier) => {
                // "Anyone who is free" has no form: what was typed waits on.
                self.form = earlier;
                screen
            }
        };
        self.screens.push(screen);
    }

    /// One step back, short of the start.
    pub(super) fn back(&mut self) -> Back {
        match self.screens.len() {
            0 | 1 => Back::Nowhere,
            2 => Back::ToStart,
            _ => {
                if let Some(form @ (Screen::Survey(_) | Screen::Details(_))) = self.screens.pop() {
                    self.form = Some(form);
                }
                Back::Done
            }
        }
    }

    /// Another screen in place of the one that is shown.
    pub(super) fn replace(&mut self, screen: Screen) {
        *self.shown_mut() = screen;
    }
}
