//! The terminal of `start`, lent to a client that is a terminal program (`launch.foreground`).

use std::io::{self, IsTerminal};
use std::sync::Arc;

use rustix::process::getpgrp;
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr};

use crate::client::Foreground;

/// The terminal as it is now. It is given back so when this is dropped: whoever started us goes on on it.
pub(super) struct Loan {
    terminal: Arc<Foreground>,
    modes: Termios,
}

impl Loan {
    /// The terminal, where standard input and output are one and it is ours to lend. A result that goes to a pipe is not
    /// mixed with what a client draws, and in the background another program has the terminal: then the client has none.
    pub(super) fn of_the_terminal() -> Option<Self> {
        let input = io::stdin();
        if !input.is_terminal() || !io::stdout().is_terminal() || tcgetpgrp(&input).is_ok_and(|front| front != getpgrp()) {
            return None;
        }
        Some(Self { terminal: Arc::new(Foreground::now().ok()?), modes: tcgetattr(&input).ok()? })
    }

    /// The terminal, for a client.
    pub(super) fn terminal(&self) -> Arc<Foreground> {
        Arc::clone(&self.terminal)
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        self.terminal.take_back();
        // One that has gone needs none; what it still has to draw is not waited for, since it may be stopped.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.modes);
    }
}
