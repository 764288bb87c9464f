//! The navigation stack. Going forward pushes a screen, going back pops one. Each screen in between
//! keeps what was typed into it.

use std::mem;

use crate::screens::AnyScreen;
use crate::screens::start::StartScreen;

/// The screens of a visit with everything typed into them. Dropping a screen erases it.
#[derive(Debug)]
pub(super) struct NavStack {
    /// Never empty: the first is the start screen, the last is the visible one.
    screens: Vec<AnyScreen>,
    /// The form that was last left by going back. What was typed into it is kept for the next
    /// choice.
    form: Option<AnyScreen>,
}

/// The result of going back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BackResult {
    /// The start screen is visible: there is nothing to go back to.
    AtStart,
    /// The start screen is next. The stack is unchanged, because going there forgets the customer.
    ToStart,
    /// The previous screen is visible, as the customer left it.
    Done,
}

impl Default for NavStack {
    fn default() -> Self {
        Self {
            screens: vec![AnyScreen::Start(StartScreen::default())],
            form: None,
        }
    }
}

impl NavStack {
    /// Only the start screen with this one on top.
    pub(super) fn with_screen(screen: AnyScreen) -> Self {
        let mut trail = Self::default();
        trail.screens.push(screen);
        trail
    }

    /// The visible screen.
    pub(super) fn current(&self) -> &AnyScreen {
        // Never empty: the stack begins with the start screen, and `back` never pops it.
        &self.screens[self.screens.len() - 1]
    }

    pub(super) fn current_mut(&mut self) -> &mut AnyScreen {
        let last = self.screens.len() - 1;
        &mut self.screens[last]
    }

    /// Whether the start screen is visible.
    pub(super) fn is_at_start(&self) -> bool {
        self.screens.len() == 1
    }

    /// Identifies the visible screen among those of the visit.
    pub(super) fn identity(&self) -> (usize, mem::Discriminant<AnyScreen>) {
        (self.screens.len(), mem::discriminant(self.current()))
    }

    /// Pushes a screen. A form gets what was typed into an earlier one of its kind.
    pub(super) fn push(&mut self, screen: AnyScreen) {
        let screen = match (screen, self.form.take()) {
            (AnyScreen::Survey(survey), Some(AnyScreen::Survey(earlier))) => {
                AnyScreen::Survey(survey.resuming(earlier))
            }
            (AnyScreen::Details(details), Some(AnyScreen::Details(earlier))) => {
                AnyScreen::Details(details.resuming(earlier))
            }
            (screen, earlier) => {
                // "Anyone who is free" has no form. What was typed is kept for the next one.
                self.form = earlier;
                screen
            }
        };
        self.screens.push(screen);
    }

    /// Pops a screen, but never returns to the start.
    pub(super) fn back(&mut self) -> BackResult {
        match self.screens.len() {
            0 | 1 => BackResult::AtStart,
            2 => BackResult::ToStart,
            _ => {
                if let Some(form @ (AnyScreen::Survey(_) | AnyScreen::Details(_))) =
                    self.screens.pop()
                {
                    self.form = Some(form);
                }
                BackResult::Done
            }
        }
    }

    /// Replaces the visible screen.
    pub(super) fn replace(&mut self, screen: AnyScreen) {
        *self.current_mut() = screen;
    }
}
