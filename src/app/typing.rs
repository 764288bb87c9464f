//! Handles keys and pastes.

use super::Model;
use super::event::Effect;
use crate::keymap::{self, Action, Door, Focus, Wish};
use crate::terminal::key::{Input, KeyCode, press};

pub(super) fn typed(model: &mut Model, input: &Input) -> Vec<Effect> {
    let (focus, door) = (model.focus(), model.door());
    model.idle.touch(model.now);
    let (key, action) = match input {
        Input::Key(key) => (*key, keymap::action(*key, focus, door)),
        Input::Burst { key, last } => (*key, keymap::action_in_burst(*key, *last, focus, door)),
        Input::Paste(text) => {
            // Staff type their PIN. A pasted one is ignored.
            if keymap::takes_text(focus) && focus != Focus::Pin {
                model.on_screen(|screen, scene| screen.paste(text, scene));
            }
            return Vec::new();
        }
    };
    let is_enter = keymap::meant(key, focus) == press(KeyCode::Enter);
    let too_soon = is_enter && door != Door::Open && !model.guard.lets_enter_in(model.now);
    match action {
        // A line break in text is not a decision.
        Some(action @ Action::Screen(Wish::Edit(_))) => model.act(action),
        Some(action) if !too_soon => model.act(action),
        Some(_) | None => Vec::new(),
    }
}
