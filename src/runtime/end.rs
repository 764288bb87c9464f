//! The ways in which the program ends, and the status that each of them has.

use super::line::{Line, Message};
use crate::failure::Exit;
use crate::terminal::modes::WayOut;

/// How the program comes to its end.
#[derive(Debug)]
pub enum End {
    /// The person at the terminal left.
    Left,
    /// Staff left by their PIN.
    StaffLeft,
    /// The terminal is gone: it must not be touched any more.
    HungUp,
    /// A signal asked for it.
    Signalled(i32),
    /// Something of ours broke.
    Broken,
}

impl End {
    /// The exit status.
    pub fn status(&self) -> u8 {
        match self {
            Self::Left | Self::StaffLeft => 0,
            Self::HungUp => 129,
            Self::Signalled(number) => u8::try_from(128 + number).unwrap_or(u8::MAX),
            Self::Broken => Exit::Ours as u8,
        }
    }
}

/// A panic in any thread, those of the libraries too, gives the terminal back before it says anything, and then ends the loop
/// (T8).
pub(super) fn on_panic(way_out: WayOut, line: Line) {
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        way_out.restore();
        told(panic);
        line.send(Message::Broken);
    }));
}
