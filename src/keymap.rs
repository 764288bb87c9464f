//! What a key does in each context, and how the footer and the help describe it. One table serves
//! both, so that they can't disagree.

mod binding;
mod bindings;
mod burst;

pub(crate) use burst::{action_in_burst, depends_on_pace};

use tui_input::InputRequest;

use crate::config::KioskConfig;
use crate::failure::Remedy;
use crate::terminal::key::{KeyCode, KeyEvent, ctrl, press, unmodified};
use crate::ui::Appearance;
use crate::ui::list::Move;
use binding::{Binding, CONFIRM, edit};
use bindings::bindings;

/// The context that decides what a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyContext {
    /// A short menu whose items have digits.
    Menu,
    /// A list with a filter.
    Filter,
    /// A field with one line.
    Line,
    /// A field with several lines.
    Lines,
    /// A button among fields.
    Button,
    /// The field for a code.
    Code,
    /// The review before anything is sent.
    Review,
    /// The review if nothing is sent from here. Enter shows the link.
    ReviewOfLink,
    /// The link to continue on another device.
    HandOff,
    /// Work in progress that can be cancelled.
    Waiting,
    /// The client is running.
    Running,
    /// The question whether to end the client.
    EndSession,
    /// The client has exited.
    Ended,
    /// The kiosk is out of service.
    OutOfService,
    /// A failure and its remedy.
    Failed(Remedy),
    /// The help, an overlay.
    Help,
    /// The prompt for the staff PIN, an overlay.
    Pin,
    /// The idle question.
    StillThere,
    /// The terminal is too small to show anything.
    TooSmall,
}

/// How much of a screen's text is visible. Scroll keys are named only if there is something to
/// scroll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overflow {
    /// All of it.
    Whole,
    /// A part: keys scroll to the rest.
    Part,
}

/// Who can leave the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitPolicy {
    /// Anyone, with a key.
    Anyone,
    /// No one: the kiosk is locked.
    Locked,
    /// Only staff, with their PIN. `F12` asks for it (K10).
    StaffOnly,
}

impl ExitPolicy {
    /// The exit policy of this kiosk.
    pub(crate) fn from_config(kiosk: &KioskConfig) -> Self {
        match (kiosk.lockdown, &kiosk.staff_pin) {
            (false, _) => Self::Anyone,
            (true, None) => Self::Locked,
            (true, Some(_)) => Self::StaffOnly,
        }
    }

    /// Whether the policy allows this action.
    fn allows(self, action: Action) -> bool {
        match action {
            Action::Leave => self == Self::Anyone,
            Action::Staff => self == Self::StaffOnly,
            Action::Screen(_)
            | Action::Help
            | Action::ScrollHelp(_)
            | Action::StartOver
            | Action::Repaint
            | Action::Wake => true,
        }
    }
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// An action for the visible screen.
    Screen(ScreenAction),
    /// Open or close the help.
    Help,
    /// Scroll the help.
    ScrollHelp(Move),
    /// Forget everything and return to the start.
    StartOver,
    /// Leave the program.
    Leave,
    /// Ask for the staff PIN.
    Staff,
    /// Redraw the whole screen.
    Repaint,
    /// Only show that someone is there.
    Wake,
}

/// An action addressed to a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScreenAction {
    /// Choose the item with this digit.
    Pick(u8),
    /// Move the focus, or scroll a text that does not fit.
    Move(Move),
    /// Move to the next or the previous tab stop.
    Skip(FocusMove),
    /// Continue.
    Confirm,
    /// Go one step back and keep everything that was typed.
    Back,
    /// Change the typed text.
    Edit(InputRequest),
    /// Hide the session key, or show it again.
    Hide,
    /// Continue on another device.
    HandOff,
}

/// The direction of Tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FocusMove {
    Next,
    Previous,
}

/// The key that forgets everything, on all screens where that is possible.
pub(crate) const START_OVER: KeyEvent = press(KeyCode::F(10));

/// The footer names at most this many keys.
const MAX_NAMED: usize = 4;

/// Whether characters are typed here.
pub fn takes_text(focus: KeyContext) -> bool {
    match focus {
        KeyContext::Filter
        | KeyContext::Line
        | KeyContext::Lines
        | KeyContext::Code
        | KeyContext::Pin => true,
        KeyContext::Menu
        | KeyContext::Button
        | KeyContext::Review
        | KeyContext::ReviewOfLink
        | KeyContext::HandOff
        | KeyContext::Waiting
        | KeyContext::Running
        | KeyContext::EndSession
        | KeyContext::Ended
        | KeyContext::OutOfService
        | KeyContext::Failed(_)
        | KeyContext::Help
        | KeyContext::StillThere
        | KeyContext::TooSmall => false,
    }
}

/// The bindings of a context that the exit policy allows.
fn bindings_in(focus: KeyContext, policy: ExitPolicy) -> impl Iterator<Item = &'static Binding> {
    bindings(focus).iter().filter(move |binding| {
        binding
            .keys
            .iter()
            .all(|(_, action)| policy.allows(*action))
    })
}

/// What a key does, if anything.
pub(crate) fn action(key: KeyEvent, focus: KeyContext, policy: ExitPolicy) -> Option<Action> {
    let key = normalize(key, focus);
    let bound = bindings_in(focus, policy)
        .flat_map(|binding| binding.keys)
        .find(|(bound, _)| *bound == key);
    if let Some((_, action)) = bound {
        return Some(*action);
    }
    match (focus, unmodified(key)) {
        (KeyContext::Menu, Some(KeyCode::Char(digit @ '1'..='9'))) => digit
            .to_digit(10)
            .and_then(|d| u8::try_from(d).ok())
            .map(|digit| Action::Screen(ScreenAction::Pick(digit))),
        (KeyContext::StillThere, _) => Some(Action::Wake),
        // Not in the table, so that neither footer nor help tells customers about it.
        (_, Some(KeyCode::F(12))) if policy.allows(Action::Staff) => Some(Action::Staff),
        (KeyContext::Ended, _) => Some(CONFIRM),
        (_, Some(KeyCode::Char(character))) if takes_text(focus) => {
            Some(edit(InputRequest::InsertChar(character)))
        }
        _ => None,
    }
}

/// Turns a line feed into Enter wherever no line break can be typed: some SSH clients on phones
/// send it (T16).
pub(crate) fn normalize(key: KeyEvent, focus: KeyContext) -> KeyEvent {
    if key == ctrl('j') && focus != KeyContext::Lines {
        press(KeyCode::Enter)
    } else {
        key
    }
}

/// The footer here, most useful keys first: the label and the description of each.
pub(crate) fn hints(
    focus: KeyContext,
    extent: Overflow,
    policy: ExitPolicy,
    look: &Appearance,
) -> Vec<(&'static str, &'static str)> {
    let shown = footer_bindings(focus, extent, policy)
        .filter(|binding| binding.in_footer)
        .take(MAX_NAMED);
    shown
        .map(|binding| {
            (
                (binding.label)(look),
                (binding.description)(&look.text.keys),
            )
        })
        .collect()
}

/// The help here: the label and the description of every key.
pub(crate) fn help_entries(
    focus: KeyContext,
    extent: Overflow,
    policy: ExitPolicy,
    look: &Appearance,
) -> Vec<(&'static str, &'static str)> {
    footer_bindings(focus, extent, policy)
        .map(|binding| {
            (
                (binding.label)(look),
                (binding.description)(&look.text.keys),
            )
        })
        .collect()
}

fn footer_bindings(
    focus: KeyContext,
    extent: Overflow,
    policy: ExitPolicy,
) -> impl Iterator<Item = &'static Binding> {
    bindings_in(focus, policy)
        .filter(move |binding| extent == Overflow::Part || !binding.scroll_only)
}

#[cfg(test)]
mod tests;
