//! The front of the loop: the terminal as the customer has it. What is drawn goes out by it and what is typed comes in; and it
//! is lent to a client that wants it (`launch.foreground`), and taken back.
//!
//! ```text
//! the job                       the loop
//! Lend ───────────────────────> input dropped, screen left, modes as they were
//!        <──── the lease ───────
//! the client, in a foreground   no key is read, nothing is drawn; signals, the terminal's end and time go on
//! group of its own
//! TakeBack ───────────────────> our group in front, input dropped, modes and screen anew, all of it painted
//! ```
//!
//! A client that stops is let go on (`connect`). Where the program ends while the terminal is lent, the client ends too, and
//! the terminal is as it was: kept, it would share the terminal with the shell and leave it in its own modes. What the kernel
//! tells whoever has a terminal, it tells the client: SIGHUP, when the line drops, and when we end as the leader of our
//! session.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::time::Duration;

use ratatui::layout::Size;
use rustix::event::PollFlags;

use super::End;
use crate::app::{Model, view};
use crate::failpoints;
use crate::sys::lease::TerminalLease;
use crate::terminal::backend::TerminalScreen;
use crate::terminal::key::{Input, KeyEvent};
use crate::terminal::kind::Kind;
use crate::terminal::modes::{Modes, WayOut};
use crate::terminal::pace::Pacer;
use crate::terminal::tty::{Read, Tty, Written};

/// The terminal, full screen. Dropping it gives the terminal back as it was found.
pub(super) struct Front {
    tty: Tty,
    modes: Modes,
    /// The terminal, while a client has it: then it is neither read nor drawn on.
    lent: Option<Arc<TerminalLease>>,
    pacer: Pacer,
    screen: TerminalScreen,
    /// Whether the model has changed since it was last drawn.
    stale: bool,
}

impl Front {
    /// Enters the full screen; nothing is drawn on it yet.
    pub(super) fn open(tty: Tty, kind: Kind) -> io::Result<Self> {
        let modes = Modes::enter(&tty, kind)?;
        let mut screen = TerminalScreen::new(kind);
        screen.set_font(modes.font());
        Ok(Self { tty, modes, lent: None, pacer: Pacer::new(), screen, stale: true })
    }

    /// In lockdown, a Linux virtual terminal switches to no other.
    pub(super) fn lock(&self, lockdown: bool) {
        self.modes.refuse_switches(lockdown);
    }

    /// A way out for a panic hook.
    pub(super) fn way_out(&self) -> WayOut {
        self.modes.way_out()
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> Size {
        self.tty.size()
    }

    /// The model has changed: it is drawn once more.
    pub(super) fn touch(&mut self) {
        self.stale = true;
    }

    /// Nothing on the terminal counts any more: all of it is painted, once the model is drawn.
    pub(super) fn repaint(&mut self) {
        self.screen.set_font(self.modes.font());
        self.screen.repaint();
    }

    /// As [`Front::repaint`], and the modes of the terminal are set again: whatever wrote to it may have changed them.
    pub(super) fn start_afresh(&mut self) {
        self.screen.reset();
        self.stale = true;
    }

    pub(super) fn ring(&mut self) {
        self.screen.bell();
    }

    /// Overwrites what is left of a customer on the screen and in its copies.
    pub(super) fn wipe(&mut self) {
        self.screen.set_font(self.modes.font());
        self.screen.wipe();
    }

    /// Writes what waits, and draws the model if it has changed and the line has taken all before it.
    pub(super) fn show(&mut self, model: &Model) -> Option<End> {
        if self.lent.is_some() {
            return None;
        }
        if let Some(end) = self.write_out() {
            return Some(end);
        }
        if self.stale && self.screen.pending().is_empty() {
            self.stale = false;
            self.screen.draw(model.size(), |frame| {
                failpoints::reach("view");
                view(model, frame);
            });
        }
        self.write_out()
    }

    fn write_out(&mut self) -> Option<End> {
        while !self.screen.pending().is_empty() {
            match self.modes.write(self.screen.pending()) {
                Some(Written::Some(count)) => self.screen.wrote(count),
                Some(Written::Full) => break,
                Some(Written::Gone) => return Some(End::HungUp),
                // A thread that panics has given it back, and says so soon.
                None => return Some(End::Broken),
            }
        }
        None
    }

    /// What of the terminal the loop has to wake for. Its end is told all the same.
    pub(super) fn wanted(&self) -> PollFlags {
        match self.lent {
            Some(_) => PollFlags::empty(),
            None if self.screen.pending().is_empty() => PollFlags::IN,
            None => PollFlags::IN | PollFlags::OUT,
        }
    }

    /// When input that has come by half counts as it is.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.pacer.deadline()
    }

    /// Reads what was typed until now.
    pub(super) fn listen(&mut self, now: Duration) -> Option<End> {
        if self.lent.is_some() {
            return None;
        }
        let mut bytes = [0; 1024];
        let mut is_echoed = false;
        match self.tty.read(&mut bytes) {
            Read::Bytes(count) => {
                self.pacer.feed(now, &bytes[..count]);
                is_echoed = self.modes.are_cooked();
            }
            Read::Nothing => self.pacer.expire(now),
            Read::HungUp => return Some(End::HungUp),
        }
        zeroize::Zeroize::zeroize(&mut bytes);
        // Another program has changed the modes, and what is typed stands on the screen.
        if is_echoed { self.enter_if_changed().err() } else { None }
    }

    /// All of that has been handled.
    pub(super) fn ready(&mut self, now: Duration) {
        self.pacer.ready(now);
    }

    /// The next key or paste. A key for which it `matters` whether it came in a burst waits until that is known.
    pub(super) fn next_input(&mut self, matters: impl FnOnce(KeyEvent) -> bool) -> Option<Input> {
        self.pacer.next(matters)
    }

    /// Leaves the screen for a client.
    pub(super) fn lend(&mut self) -> io::Result<Arc<TerminalLease>> {
        // The rest of a frame would be drawn over the client.
        self.screen.wrote(self.screen.pending().len());
        self.modes.restore();
        self.pacer = Pacer::new();
        let terminal = Arc::new(TerminalLease::new()?);
        self.lent = Some(Arc::clone(&terminal));
        Ok(terminal)
    }

    /// Goes on where the screen was left, if it was. Fails where the terminal has gone meanwhile.
    pub(super) fn take_back(&mut self) -> io::Result<()> {
        if let Some(terminal) = self.lent.take() {
            terminal.take_back();
            self.modes.enter_after_client()?;
            self.repaint();
        }
        Ok(())
    }

    /// Sets the modes and paints the screen again after the process was stopped, as editors do: whoever stopped it has used
    /// the terminal. In the background it is left alone; what is read there next ends the program.
    pub(super) fn enter_after_stop(&mut self) -> Result<(), End> {
        if self.lent.is_some() || self.tty.is_in_background() {
            return Ok(());
        }
        self.enter_again()
    }

    /// As [`Front::enter_after_stop`], where another program has changed the modes behind our back (`stty`).
    pub(super) fn enter_if_changed(&mut self) -> Result<(), End> {
        if self.lent.is_some() || self.modes.are_in_force() || self.tty.is_in_background() {
            return Ok(());
        }
        self.enter_again()
    }

    fn enter_again(&mut self) -> Result<(), End> {
        self.modes.enter_again().map_err(|_| End::HungUp)?;
        self.screen.repaint();
        self.touch();
        Ok(())
    }

    /// Gives the terminal back as it was found; one that has gone is not touched any more.
    pub(super) fn leave(&self, end: &End) {
        if matches!(end, End::HungUp) {
            self.modes.restore_after_hang_up();
        } else {
            self.modes.restore();
        }
    }

    /// After a client that had the terminal to its end, where the program ends too: nobody else gives it back as it was.
    pub(super) fn leave_behind_client(&self) {
        if let Some(terminal) = &self.lent {
            terminal.take_back();
            if self.modes.enter_after_client().is_ok() {
                self.modes.restore();
            }
        }
    }
}

impl AsFd for Front {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.tty.as_fd()
    }
}
