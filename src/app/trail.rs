//! The navigation stack. Going forward pushes a screen, going back pops one. Each screen in between
//! keeps what was typed into it.

use std::mem;

use crate::screens::Screen;
use crate::screens::start::Start;

/// The screens of a visit with everything typed into them. Dropping a screen erases it.
#[derive(Debug)]
pub(super) struct Trail {
    /// Never empty: the first is the start screen, the last is the visible one.
    screens: Vec<Screen>,
    /// The form that was last left by going back. What was typed into it is kept for the next
    /// choice.
    form: Option<Screen>,
}

/// The result of going back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Back {
    /// The start screen is visible: there is nothing to go back to.
    Nowhere,
    /// The start screen is next. The stack is unchanged, because going there forgets the customer.
    ToStart,
    /// The previous screen is visible, as the customer left it.
    Done,
}

impl Default for Trail {
    fn default() -> Self {
        Self { screens: vec![Screen::Start(Start::default())], form: None }
    }
}

impl Trail {
    /// Only the start screen with this one on top.
    pub(super) fn to(screen: Screen) -> Self {
        let mut trail = Self::default();
        trail.screens.push(screen);
        trail
    }

    /// The visible screen.
    pub(super) fn shown(&self) -> &Screen {
        // Never empty: the stack begins with the start screen, and `back` never pops it.
        &self.screens[self.screens.len() - 1]
    }

    pub(super) fn shown_mut(&mut self) -> &mut Screen {
        let last = self.screens.len() - 1;
        &mut self.screens[last]
    }

    /// Whether the start screen is visible.
    pub(super) fn is_at_start(&self) -> bool {
        self.screens.len() == 1
    }

    /// Identifies the visible screen among those of the visit.
    pub(super) fn place(&self) -> (usize, mem::Discriminant<Screen>) {
        (self.screens.len(), mem::discriminant(self.shown()))
    }

    /// Pushes a screen. A form gets what was typed into an earlier one of its kind.
    pub(super) fn go(&mut self, screen: Screen) {
        let screen = match (screen, self.form.take()) {
            (Screen::Survey(survey), Some(Screen::Survey(earlier))) => Screen::Survey(survey.resuming(earlier)),
            (Screen::Details(details), Some(Screen::Details(earlier))) => Screen::Details(details.resuming(earlier)),
            (screen, earlier) => {
                // "Anyone who is free" has no form. What was typed is kept for the next one.
                self.form = earlier;
                screen
            }
        };
        self.screens.push(screen);
    }

    /// Pops a screen, but never returns to the start.
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

    /// Replaces the visible screen.
    pub(super) fn replace(&mut self, screen: Screen) {
        *self.shown_mut() = screen;
    }
}
