//! The modes of a full screen: entered once, given back on every way out.
//!
//! The ways out are many: the end of the visit, a signal, a panic in any thread, an error half-way in. All meet in one
//! restoring that does its work once, tries every step even if the one before failed, and ends in well under a second
//! even on a line that is stopped (T8). Only a terminal that has gone is left alone.

use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::termios::{Action, InputModes, LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios};

use super::backend::Font;
use super::console::Console;
use super::kind::Kind;
use super::sequences;
use super::tty::{Tty, Written};

/// How long the terminal may take for the sequences of a way in or out.
const PATIENCE: Duration = Duration::from_millis(300);
/// How long after a hang-up.
const PATIENCE_AFTER_HANG_UP: Duration = Duration::from_millis(100);

/// The terminal is raw and shows the full screen as long as this lives. Its drop restores.
#[must_use = "dropped, it gives the terminal back"]
pub struct Modes(WayOut);

/// Restores the terminal from where [`Modes`] itself can't be reached: a panic hook, another thread.
#[derive(Clone)]
pub struct WayOut(Arc<Entered>);

struct Entered {
    tty: Tty,
    before: Termios,
    raw: Termios,
    kind: Kind,
    /// None: it is not a Linux virtual terminal.
    console: Option<Console>,
    /// Held for as long as anything is written: no frame gets in between the way out and what is said behind it.
    left: Mutex<bool>,
}

impl Entered {
    fn left(&self) -> MutexGuard<'_, bool> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a line that was stopped.
    fn start_line(&self) {
        let _started = rustix::termios::tcflow(&self.tty, Action::OOn);
        if self.console.is_some() {
            // By the Scroll Lock key: that is undone only as flow control is switched off.
            let mut controlled = self.raw.clone();
            controlled.input_modes |= InputModes::IXON;
            for modes in [&controlled, &self.raw] {
                let _set = rustix::termios::tcsetattr(&self.tty, OptionalActions::Now, modes);
            }
        }
    }
}

impl Modes {
    /// Makes the terminal raw (no echo, no signals from keys, no flow control: Ctrl-S is a key) and enters the full
    /// screen. Fails if the terminal's modes can't be read or set; nothing is changed then.
    pub fn enter(tty: &Tty, kind: Kind) -> std::io::Result<Self> {
        let before = rustix::termios::tcgetattr(tty)?;
        let mut raw = before.clone();
        raw.make_raw();
        // A read returns what there is. With 0 here a terminal of our own would say "no bytes" where it means "not yet".
        raw.special_codes[SpecialCodeIndex::VMIN] = u8::from(tty.never_blocks());
        raw.special_codes[SpecialCodeIndex::VTIME] = 0;
        let console = Console::found(tty.as_fd());
        let entered = Entered { tty: tty.another()?, before, raw, kind, console, left: Mutex::new(true) };
        let modes = Self(WayOut(Arc::new(entered)));
        modes.set()?;
        Ok(modes)
    }

    /// As [`Modes::enter_again`], after a client that had the terminal: what it and its user wrote is erased first, from the
    /// main screen and its scrollback, before the next customer can go back to it (K8).
    pub fn enter_after_client(&self) -> std::io::Result<()> {
        write_within(&self.0.0.tty, sequences::forget_client().as_bytes(), PATIENCE);
        self.enter_again()
    }

    /// Enters them again after [`Modes::restore`]: somebody else has had the terminal meanwhile, and what was typed is
    /// thrown away. The next way out gives it back as it was found first.
    pub fn enter_again(&self) -> std::io::Result<()> {
        let _dropped = rustix::termios::tcflush(&self.0.0.tty, QueueSelector::IFlush);
        self.set()
    }

    fn set(&self) -> std::io::Result<()> {
        let Entered { tty, raw, kind, console, .. } = &*self.0.0;
        let mut left = self.0.0.left();
        rustix::termios::tcsetattr(tty, OptionalActions::Now, raw)?;
        *left = false;
        // Whoever stopped the line before us: it is ours now.
        self.0.0.start_line();
        if let Some(console) = console {
            write_within(tty, console.enter().as_bytes(), PATIENCE);
        }
        write_within(tty, kind.entry().as_bytes(), PATIENCE);
        Ok(())
    }

    /// Whether the terminal still has the modes that [`Modes::enter`] set. True where that can't be known, and after a way out,
    /// as by a thread that panics: then it is not another program that has changed them.
    pub fn are_in_force(&self) -> bool {
        let Entered { tty, raw, .. } = &*self.0.0;
        let left = self.0.0.left();
        *left
            || rustix::termios::tcgetattr(tty).is_ok_and(|now| {
                (now.input_modes, now.output_modes, now.local_modes) == (raw.input_modes, raw.output_modes, raw.local_modes)
            })
    }

    /// Whether the terminal waits for whole lines or shows what is typed, as never in the modes of [`Modes::enter`].
    pub fn are_cooked(&self) -> bool {
        rustix::termios::tcgetattr(&self.0.0.tty)
            .is_ok_and(|now| now.local_modes.intersects(LocalModes::ICANON | LocalModes::ECHO))
    }

    /// On a Linux virtual terminal, refuses every switch to another for as long as the thread that calls this lives, or leaves
    /// the switching to the kernel again. SIGUSR1 has to be ignored.
    pub fn refuse_switches(&self, refused: bool) {
        let left = self.0.0.left();
        if let (Some(console), false) = (&self.0.0.console, *left) {
            console.refuse_switches(refused);
        }
    }

    /// The characters that a Linux virtual terminal can draw at this moment; its font may be changed at any time. None: not
    /// known.
    pub fn font(&self) -> Option<Font> {
        self.0.0.console.as_ref().and_then(Console::font)
    }

    /// Writes what the full screen shows, as [`Tty::write`] does. None: the terminal was given back, by a way out from
    /// elsewhere it may be, and is not ours to write on.
    pub fn write(&self, bytes: &[u8]) -> Option<Written> {
        let Entered { tty, console, .. } = &*self.0.0;
        let left = self.0.0.left();
        if *left {
            return None;
        }
        let written = tty.write(bytes);
        // A virtual terminal takes everything, unless it was stopped.
        if written != Written::Full || console.is_none() {
            return Some(written);
        }
        self.0.0.start_line();
        Some(tty.write(bytes))
    }

    /// A way out for a panic hook or another thread.
    pub fn way_out(&self) -> WayOut {
        self.0.clone()
    }

    /// Gives the terminal back as it was found, now. What was typed ahead is thrown away: it was meant for us. Done once;
    /// takes half a second at most, on a stopped line too.
    pub fn restore(&self) {
        self.0.restore();
    }

    /// As [`Modes::restore`], after a hang-up: a terminal that still answers is given back, any other is left alone, and so
    /// is one that another process group has.
    pub fn restore_after_hang_up(&self) {
        let tty = &self.0.0.tty;
        if tty.is_gone() || tty.is_in_background() {
            *self.0.0.left() = true;
        } else {
            self.0.restore_within(PATIENCE_AFTER_HANG_UP);
        }
    }
}

impl Drop for Modes {
    fn drop(&mut self) {
        self.restore();
    }
}

impl WayOut {
    /// As [`Modes::restore`]; whoever comes first does it, and whoever comes meanwhile waits until that is done.
    pub fn restore(&self) {
        self.restore_within(PATIENCE);
    }

    fn restore_within(&self, patience: Duration) {
        let Entered { tty, before, console, kind, .. } = &*self.0;
        let mut left = self.0.left();
        if std::mem::replace(&mut *left, true) {
            return;
        }
        // No step depends on another, so no result is looked at.
        self.0.start_line();
        let mut bytes = String::new();
        // A frame may be half-way in, held by the terminal until its end.
        if kind.may_hold_updates() {
            bytes.push_str(&sequences::end_update());
        }
        bytes.push_str(&sequences::leave());
        bytes.push_str(&console.as_ref().map_or_else(String::new, Console::farewell));
        if !write_within(tty, bytes.as_bytes(), patience) {
            // The line is stuck with a frame that nobody will need: the way out takes its place, for when it moves again.
            let _dropped = rustix::termios::tcflush(tty, QueueSelector::OFlush);
            write_within(tty, bytes.as_bytes(), Duration::ZERO);
        }
        let _dropped = rustix::termios::tcflush(tty, QueueSelector::IFlush);
        let _set = rustix::termios::tcsetattr(tty, OptionalActions::Now, before);
        if let Some(console) = console {
            console.leave();
        }
    }
}

/// Writes all of it, or as much as goes within a time; says whether it was all.
fn write_within(tty: &Tty, mut bytes: &[u8], limit: Duration) -> bool {
    let end = Instant::now() + limit;
    while !bytes.is_empty() {
        match tty.write(bytes) {
            Written::Some(count) => bytes = &bytes[count..],
            Written::Full => {
                let left = end.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return false;
                }
                tty.wait_for_room(i64::try_from(left.as_millis()).unwrap_or(0) + 1);
            }
            Written::Gone => return false,
        }
    }
    true
}
