//! What a key does in a burst: what it would do in pasted text. It types, moves and goes back, but
//! decides nothing (T15).
//!
//! | key | more follows | nothing follows |
//! |---|---|---|
//! | characters | typed into text, otherwise nothing | the same |
//! | Enter, LF in the description | a line break | a line break |
//! | Enter, LF in other text | a space | the next field, or what follows the code (scanners) |
//! | Tab | a space in text | the next tab stop |
//! | form feed, vertical tab | a space in text | as usual |
//! | digits, letters and F-keys that choose | nothing | nothing |
//! | arrows, Esc, Backspace, Ctrl-C and others | as usual | as usual |

use super::binding::{CONFIRM, edit};
use super::{Action, ExitPolicy, KeyContext, ScreenAction, action, normalize};
use tui_input::InputRequest;

use crate::terminal::key::{KeyCode, KeyEvent, ctrl, press, unmodified};

/// What a key in a burst does, if anything. `last`: no input follows it.
pub(crate) fn action_in_burst(
    key: KeyEvent,
    last: bool,
    focus: KeyContext,
    policy: ExitPolicy,
) -> Option<Action> {
    if let Some(white_space) = white_space(key, last, focus) {
        return Some(edit(white_space));
    }
    let action = action(key, focus, policy)?;
    let goes_on = action == CONFIRM
        && matches!(focus, KeyContext::Line | KeyContext::Code)
        && normalize(key, focus) == press(KeyCode::Enter);
    (goes_on || !is_decision(key, action)).then_some(action)
}

/// Whether a key does something else in a burst, so that its timing must be known first.
pub(crate) fn depends_on_pace(key: KeyEvent, focus: KeyContext, policy: ExitPolicy) -> bool {
    white_space(key, false, focus).is_some()
        || action(key, focus, policy).is_some_and(|action| is_decision(key, action))
}

/// The white space that a key types into text.
fn white_space(key: KeyEvent, last: bool, focus: KeyContext) -> Option<InputRequest> {
    let in_text = matches!(
        focus,
        KeyContext::Filter | KeyContext::Line | KeyContext::Lines | KeyContext::Code
    );
    let key = normalize(key, focus);
    if key == press(KeyCode::Enter) && focus == KeyContext::Lines {
        return Some(InputRequest::InsertChar('\n'));
    }
    let is_white = [
        press(KeyCode::Enter),
        press(KeyCode::Tab),
        ctrl('k'),
        ctrl('l'),
    ]
    .contains(&key);
    (is_white && in_text && !last).then_some(InputRequest::InsertChar(' '))
}

/// Whether a key chooses, sends, opens or forgets something.
fn is_decision(key: KeyEvent, action: Action) -> bool {
    match action {
        _ if key == press(KeyCode::Esc) => false,
        Action::Screen(
            ScreenAction::Pick(_)
            | ScreenAction::Confirm
            | ScreenAction::HandOff
            | ScreenAction::Hide,
        )
        | Action::Help
        | Action::StartOver
        | Action::Staff => true,
        // Ctrl-C always works.
        Action::Leave => matches!(unmodified(key), Some(KeyCode::Char(_))),
        Action::Screen(
            ScreenAction::Move(_)
            | ScreenAction::Skip(_)
            | ScreenAction::Back
            | ScreenAction::Edit(_),
        )
        | Action::ScrollHelp(_)
        | Action::Repaint
        | Action::Wake => false,
    }
}
