//! Why the program exits, and with which status.

use super::event_sender::{EventSender, Message};
use crate::failure::Exit;
use crate::terminal::raw_screen::RestoreHandle;

/// Why the program exits.
#[derive(Debug)]
pub(crate) enum ExitReason {
    /// The customer left.
    Left,
    /// Staff left with their PIN.
    StaffLeft,
    /// The terminal has hung up and must not be used any more.
    HungUp,
    /// This signal was received.
    Signalled(i32),
    /// An internal error.
    Broken,
}

impl ExitReason {
    pub(crate) fn status(&self) -> u8 {
        match self {
            Self::Left | Self::StaffLeft => 0,
            Self::HungUp => 129,
            Self::Signalled(number) => u8::try_from(128 + number).unwrap_or(u8::MAX),
            Self::Broken => Exit::Internal as u8,
        }
    }
}

/// Makes a panic in any thread, including those of libraries, restore the terminal before it prints
/// its message, and then end the event loop (T8).
pub(super) fn install_panic_hook(restore: RestoreHandle, events: EventSender) {
    let previous_hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        restore.restore();
        previous_hook(panic);
        events.send(Message::Broken);
    }));
}
