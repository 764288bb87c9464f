//! The terminal lent to a client (`launch.foreground`), and taken back.
//!
//! ```text
//! the job                       the loop
//! Borrow ─────────────────────> input dropped, screen left, modes as they were
//!        <───── the terminal ──
//! the client, in a foreground   no key is read, nothing is drawn; signals, the terminal's end and time go on
//! group of its own
//! Return ─────────────────────> our group in front, input dropped, modes and screen anew, all of it painted
//! ```
//!
//! A client that stops is let go on (`connect`). Where the program ends while the terminal is lent, what becomes of the
//! client is `launch.when_left`'s to say: one that is kept keeps the terminal too, for as long as whoever started us
//! lets it; after one that is ended the terminal is as it was. What the kernel tells whoever has a terminal, it tells the
//! client: SIGHUP, when the line drops, and when we end as the leader of our session.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use super::{End, Shell};
use crate::app::event::Event;
use crate::connect::Foreground;
use crate::terminal::decoder::Decoder;
use crate::terminal::modes::Modes;

impl Shell {
    /// Leaves the screen, and only then lets the client start.
    pub(super) fn lend_terminal(&mut self, borrower: &SyncSender<Arc<Foreground>>) -> Option<End> {
        // The rest of a frame would be drawn over the client.
        self.painter.wrote(self.painter.waiting().len());
        self.modes.restore();
        self.decoder = Decoder::new();
        let Ok(terminal) = Foreground::now().map(Arc::new) else { return Some(End::Broken) };
        self.lent = Some(Arc::clone(&terminal));
        // There is room for one, and a thread that panicked reports that by itself.
        let _ = borrower.send(terminal);
        None
    }

    /// Goes on where the screen was left.
    pub(super) fn take_terminal_back(&mut self) -> Option<End> {
        self.lent.take()?.take_back();
        if self.modes.enter_again().is_err() {
            return Some(End::HungUp);
        }
        self.painter.repaint();
        // Its changes were told to the client's group alone.
        self.event(Event::Resized(self.tty.size()))
    }
}

/// After a client that had the terminal to its end, where the program ends too: nobody else gives it back as it was.
pub(super) fn leave_as_it_was(terminal: &Foreground, modes: &Modes) {
    terminal.take_back();
    if modes.enter_again().is_ok() {
        modes.restore();
    }
}
