//! Handles keys and pastes.

use super::Model;
use super::event::Effect;
use crate::keymap::{self, Action, ExitPolicy, KeyContext, ScreenAction};
use crate::terminal::key::{Input, KeyCode, press};

pub(super) fn handle_input(model: &mut Model, input: &Input) -> Vec<Effect> {
    let (focus, policy) = (model.focus(), model.exit_policy());
    model.idle.touch(model.now);
    let (key, action) = match input {
        Input::Key(key) => (*key, keymap::action(*key, focus, policy)),
        Input::Burst { key, last } => (*key, keymap::action_in_burst(*key, *last, focus, policy)),
        Input::Paste(text) => {
            // Staff type their PIN. A pasted one is ignored.
            if keymap::takes_text(focus) && focus != KeyContext::Pin {
                model.with_screen(|screen, context| screen.paste(text, context));
            }
            return Vec::new();
        }
    };
    let is_enter = keymap::normalize(key, focus) == press(KeyCode::Enter);
    let too_soon =
        is_enter && policy != ExitPolicy::Anyone && !model.enter_debounce.accepts(model.now);
    match action {
        // A line break in text is not a decision.
        Some(action @ Action::Screen(ScreenAction::Edit(_))) => model.dispatch(action),
        Some(action) if !too_soon => model.dispatch(action),
        Some(_) | None => Vec::new(),
    }
}
