//! The terminal session: draws the screen and reads keys, and lends the terminal to a client that
//! needs it (`launch.foreground`).
//!
//! ```text
//! job                          event loop
//! Lend ──────────────────────> drops input, leaves the screen, restores the modes
//!      <──────── lease ───────
//! the client runs in its own   reads no keys and draws nothing; still handles signals, hang-up and
//! foreground process group     timers
//! TakeBack ──────────────────> takes the foreground, drops input, sets the modes, repaints
//! ```
//!
//! A client that stops is continued ([`TerminalLease`]). If the program exits while the terminal is
//! lent, the client is stopped too and the terminal is restored; otherwise the client would share
//! the terminal with the shell and leave it in its own modes. The kernel sends signals about the
//! terminal to the client: SIGHUP on a hang-up, or when the kiosk exits as the session leader.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::time::Duration;

use ratatui::layout::Size;
use rustix::event::PollFlags;

use super::ExitReason;
use crate::app::{Model, view};
use crate::failpoints;
use crate::sys::lease::TerminalLease;
use crate::terminal::backend::TerminalScreen;
use crate::terminal::key::{Input, KeyEvent};
use crate::terminal::pacer::Pacer;
use crate::terminal::profile::TerminalProfile;
use crate::terminal::raw_screen::{RawScreen, RestoreHandle};
use crate::terminal::tty::{ReadOutcome, Tty, WriteOutcome};

/// The full-screen terminal. Dropping it restores the terminal.
pub(super) struct TerminalSession {
    tty: Tty,
    modes: RawScreen,
    /// Set while a client has the terminal: it is then neither read nor drawn on.
    lease: Option<Arc<TerminalLease>>,
    pacer: Pacer,
    screen: TerminalScreen,
    /// Whether the model has changed since it was last drawn.
    needs_redraw: bool,
}

impl TerminalSession {
    /// Enters full-screen mode without drawing.
    pub(super) fn open(tty: Tty, kind: TerminalProfile) -> io::Result<Self> {
        let modes = RawScreen::enter(&tty, kind)?;
        let mut screen = TerminalScreen::new(kind);
        screen.set_font(modes.font());
        Ok(Self {
            tty,
            modes,
            lease: None,
            pacer: Pacer::new(),
            screen,
            needs_redraw: true,
        })
    }

    /// In lockdown, disables switching between Linux virtual consoles.
    pub(super) fn lock(&self, lockdown: bool) {
        self.modes.refuse_switches(lockdown);
    }

    /// The restore handle for a panic hook.
    pub(super) fn restore_handle(&self) -> RestoreHandle {
        self.modes.restore_handle()
    }

    pub(super) fn size(&self) -> Size {
        self.tty.size()
    }

    /// The model has changed and must be drawn again.
    pub(super) fn touch(&mut self) {
        self.needs_redraw = true;
    }

    /// The content of the terminal is unknown: the next draw paints all of it.
    pub(super) fn repaint(&mut self) {
        self.screen.set_font(self.modes.font());
        self.screen.repaint();
    }

    /// Like [`TerminalSession::repaint`], and sets the modes again: another program may have
    /// written to the terminal.
    pub(super) fn reset(&mut self) {
        self.screen.reset();
        self.needs_redraw = true;
    }

    pub(super) fn bell(&mut self) {
        self.screen.bell();
    }

    /// Overwrites a customer's data on the screen and in its buffers.
    pub(super) fn wipe(&mut self) {
        self.screen.set_font(self.modes.font());
        self.screen.wipe();
    }

    /// Writes pending output. Draws the model if it has changed and all earlier output is written.
    pub(super) fn show(&mut self, model: &Model) -> Option<ExitReason> {
        if self.lease.is_some() {
            return None;
        }
        if let Some(end) = self.write_out() {
            return Some(end);
        }
        if self.needs_redraw && self.screen.pending().is_empty() {
            self.needs_redraw = false;
            self.screen.draw(model.size(), |frame| {
                failpoints::reach("view");
                view(model, frame);
            });
        }
        self.write_out()
    }

    fn write_out(&mut self) -> Option<ExitReason> {
        while !self.screen.pending().is_empty() {
            match self.modes.write(self.screen.pending()) {
                Some(WriteOutcome::Written(count)) => self.screen.wrote(count),
                Some(WriteOutcome::WouldBlock) => break,
                Some(WriteOutcome::Gone) => return Some(ExitReason::HungUp),
                // A thread that panics has restored the terminal, and will report the panic.
                None => return Some(ExitReason::Broken),
            }
        }
        None
    }

    /// The `poll` events to wait for. A hang-up is reported in any case.
    pub(super) fn poll_flags(&self) -> PollFlags {
        match self.lease {
            Some(_) => PollFlags::empty(),
            None if self.screen.pending().is_empty() => PollFlags::IN,
            None => PollFlags::IN | PollFlags::OUT,
        }
    }

    /// When incomplete input must be interpreted as it is.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.pacer.deadline()
    }

    /// Reads pending input.
    pub(super) fn listen(&mut self, now: Duration) -> Option<ExitReason> {
        if self.lease.is_some() {
            return None;
        }
        let mut bytes = [0; 1024];
        let mut is_echoed = false;
        match self.tty.read(&mut bytes) {
            ReadOutcome::Bytes(count) => {
                self.pacer.feed(now, &bytes[..count]);
                is_echoed = self.modes.is_cooked();
            }
            ReadOutcome::Nothing => self.pacer.expire(now),
            ReadOutcome::HungUp => return Some(ExitReason::HungUp),
        }
        zeroize::Zeroize::zeroize(&mut bytes);
        // Another program has changed the modes, and the input was echoed on the screen.
        if is_echoed {
            self.enter_if_changed().err()
        } else {
            None
        }
    }

    /// All input has been handled.
    pub(super) fn ready(&mut self, now: Duration) {
        self.pacer.ready(now);
    }

    /// The next key or paste. A key waits if `depends_on_pace` says that it matters whether it came in a burst and that is
    /// not known yet.
    pub(super) fn next_input(
        &mut self,
        depends_on_pace: impl FnOnce(KeyEvent) -> bool,
    ) -> Option<Input> {
        self.pacer.next(depends_on_pace)
    }

    /// Leaves the screen and lends the terminal to a client.
    pub(super) fn suspend(&mut self) -> io::Result<Arc<TerminalLease>> {
        // The rest of a frame would be drawn over the client.
        self.screen.wrote(self.screen.pending().len());
        self.modes.restore();
        self.pacer = Pacer::new();
        let terminal = Arc::new(TerminalLease::new()?);
        self.lease = Some(Arc::clone(&terminal));
        Ok(terminal)
    }

    /// Returns to the screen after a client, if the terminal was lent. Fails if it has hung up
    /// meanwhile.
    pub(super) fn resume(&mut self) -> io::Result<()> {
        if let Some(terminal) = self.lease.take() {
            terminal.take_back();
            self.modes.enter_after_client()?;
            self.repaint();
        }
        Ok(())
    }

    /// Sets the modes and repaints after the process was stopped, as editors do: another program
    /// has used the terminal. Does nothing in the background; the next read there ends the program.
    pub(super) fn enter_after_stop(&mut self) -> Result<(), ExitReason> {
        if self.lease.is_some() || self.tty.is_in_background() {
            return Ok(());
        }
        self.enter_again()
    }

    /// Like [`TerminalSession::enter_after_stop`], if another program (such as `stty`) has changed
    /// the modes.
    pub(super) fn enter_if_changed(&mut self) -> Result<(), ExitReason> {
        if self.lease.is_some() || self.modes.is_intact() || self.tty.is_in_background() {
            return Ok(());
        }
        self.enter_again()
    }

    fn enter_again(&mut self) -> Result<(), ExitReason> {
        self.modes.enter_again().map_err(|_| ExitReason::HungUp)?;
        self.screen.repaint();
        self.touch();
        Ok(())
    }

    /// Restores the terminal, unless it has hung up.
    pub(super) fn leave(&self, end: &ExitReason) {
        if matches!(end, ExitReason::HungUp) {
            self.modes.restore_after_hang_up();
        } else {
            self.modes.restore();
        }
    }

    /// Restores the terminal after a client that had it until the program exits.
    pub(super) fn leave_behind_client(&self) {
        if let Some(terminal) = &self.lease {
            terminal.take_back();
            if self.modes.enter_after_client().is_ok() {
                self.modes.restore();
            }
        }
    }
}

impl AsFd for TerminalSession {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.tty.as_fd()
    }
}
