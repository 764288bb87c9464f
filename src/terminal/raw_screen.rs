//! The terminal modes of a full screen: entered once, restored on every exit.
//!
//! There are many exits: the end of a session, a signal, a panic in any thread, an error while
//! entering. All use one restore function that works once, tries every step even if an earlier one
//! failed, and ends in well under a second even on a stopped line (T8). It does nothing if the
//! terminal is gone.

use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::termios::{
    Action, InputModes, LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios,
};

use super::backend::Font;
use super::console::Console;
use super::profile::TerminalProfile;
use super::sequences;
use super::tty::{Tty, WriteOutcome};

/// How long the terminal may take to accept the sequences of an entry or exit.
const WRITE_TIMEOUT: Duration = Duration::from_millis(300);
/// The same limit after a hang-up.
const HANG_UP_TIMEOUT: Duration = Duration::from_millis(100);

/// The terminal is raw and shows the full screen while this value lives. Dropping it restores the
/// terminal.
#[must_use = "dropped, it gives the terminal back"]
pub struct RawScreen(RestoreHandle);

/// Restores the terminal where [`RawScreen`] itself can't be reached: in a panic hook or another
/// thread.
#[derive(Clone)]
pub struct RestoreHandle(Arc<RawState>);

struct RawState {
    tty: Tty,
    before: Termios,
    raw: Termios,
    kind: TerminalProfile,
    /// `None`: not a Linux virtual terminal.
    console: Option<Console>,
    /// Held during every write, so that no frame can come between the restore and later messages.
    left: Mutex<bool>,
}

impl RawState {
    fn leave(&self) -> MutexGuard<'_, bool> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Restarts a stopped line.
    fn start_line(&self) {
        let _started = rustix::termios::tcflow(&self.tty, Action::OOn);
        if self.console.is_some() {
            // If the Scroll Lock key stopped it, only switching flow control off restarts it.
            let mut controlled = self.raw.clone();
            controlled.input_modes |= InputModes::IXON;
            for modes in [&controlled, &self.raw] {
                let _set = rustix::termios::tcsetattr(&self.tty, OptionalActions::Now, modes);
            }
        }
    }
}

impl RawScreen {
    /// Sets raw mode (no echo, no signals from keys, no flow control: Ctrl-S is a key) and enters
    /// the full screen. Fails if the modes can't be read or set; then nothing has changed.
    pub fn enter(tty: &Tty, kind: TerminalProfile) -> std::io::Result<Self> {
        let before = rustix::termios::tcgetattr(tty)?;
        let mut raw = before.clone();
        raw.make_raw();
        // A read returns what is available. With VMIN 0 our non-blocking descriptor would return
        // "no bytes" instead of "not yet".
        raw.special_codes[SpecialCodeIndex::VMIN] = u8::from(tty.never_blocks());
        raw.special_codes[SpecialCodeIndex::VTIME] = 0;
        let console = Console::detect(tty.as_fd());
        let entered = RawState {
            tty: tty.try_clone()?,
            before,
            raw,
            kind,
            console,
            left: Mutex::new(true),
        };
        let modes = Self(RestoreHandle(Arc::new(entered)));
        modes.set()?;
        Ok(modes)
    }

    /// Like [`RawScreen::enter_again`], after a client that used the terminal. First erases what
    /// was written meanwhile from the main screen and its scrollback, so that the next customer
    /// can't see it (K8).
    pub(crate) fn enter_after_client(&self) -> std::io::Result<()> {
        write_within(
            &self.0.0.tty,
            sequences::forget_client().as_bytes(),
            WRITE_TIMEOUT,
        );
        self.enter_again()
    }

    /// Enters the modes again after [`RawScreen::restore`]. Another program used the terminal
    /// meanwhile, so pending input is discarded. The next exit restores the state from before the
    /// first entry.
    pub(crate) fn enter_again(&self) -> std::io::Result<()> {
        let _dropped = rustix::termios::tcflush(&self.0.0.tty, QueueSelector::IFlush);
        self.set()
    }

    fn set(&self) -> std::io::Result<()> {
        let RawState {
            tty,
            raw,
            kind,
            console,
            ..
        } = &*self.0.0;
        let mut left = self.0.0.leave();
        rustix::termios::tcsetattr(tty, OptionalActions::Now, raw)?;
        *left = false;
        // Another process may have stopped the line before.
        self.0.0.start_line();
        if let Some(console) = console {
            write_within(tty, console.enter().as_bytes(), WRITE_TIMEOUT);
        }
        write_within(tty, kind.entry().as_bytes(), WRITE_TIMEOUT);
        Ok(())
    }

    /// Whether the terminal still has the modes that [`RawScreen::enter`] set. False if they can't
    /// be read. True after a restore (for example by a panicking thread), because then no other
    /// program changed them.
    pub(crate) fn is_intact(&self) -> bool {
        let RawState { tty, raw, .. } = &*self.0.0;
        let left = self.0.0.leave();
        *left
            || rustix::termios::tcgetattr(tty).is_ok_and(|now| {
                (now.input_modes, now.output_modes, now.local_modes)
                    == (raw.input_modes, raw.output_modes, raw.local_modes)
            })
    }

    /// Whether the terminal is in line mode or echoes input. Neither is true in the modes of
    /// [`RawScreen::enter`].
    pub(crate) fn is_cooked(&self) -> bool {
        rustix::termios::tcgetattr(&self.0.0.tty).is_ok_and(|now| {
            now.local_modes
                .intersects(LocalModes::ICANON | LocalModes::ECHO)
        })
    }

    /// On a Linux virtual terminal, refuses every switch to another VT while the calling thread
    /// lives, or returns the switching to the kernel. SIGUSR1 must be ignored.
    pub(crate) fn refuse_switches(&self, refused: bool) {
        let left = self.0.0.leave();
        if let (Some(console), false) = (&self.0.0.console, *left) {
            console.refuse_switches(refused);
        }
    }

    /// The characters that a Linux virtual terminal can draw now; its font may change at any time.
    /// `None`: not known.
    pub(crate) fn font(&self) -> Option<Font> {
        self.0.0.console.as_ref().and_then(Console::font)
    }

    /// Writes part of the full screen, like [`Tty::write`]. `None`: the terminal was restored,
    /// perhaps by another thread, and must not be written to.
    pub(crate) fn write(&self, bytes: &[u8]) -> Option<WriteOutcome> {
        let RawState { tty, console, .. } = &*self.0.0;
        let left = self.0.0.leave();
        if *left {
            return None;
        }
        let written = tty.write(bytes);
        // A virtual terminal accepts everything unless it was stopped.
        if written != WriteOutcome::WouldBlock || console.is_none() {
            return Some(written);
        }
        self.0.0.start_line();
        Some(tty.write(bytes))
    }

    /// For a panic hook or another thread.
    pub fn restore_handle(&self) -> RestoreHandle {
        self.0.clone()
    }

    /// Restores the terminal now. Pending input is discarded, because it was meant for this
    /// program. Works once; takes at most half a second, even on a stopped line.
    pub fn restore(&self) {
        self.0.restore();
    }

    /// Like [`RawScreen::restore`], after a hang-up. A terminal that still works is restored. One
    /// that is gone or belongs to another process group is left unchanged.
    pub fn restore_after_hang_up(&self) {
        let tty = &self.0.0.tty;
        if tty.is_gone() || tty.is_in_background() {
            *self.0.0.leave() = true;
        } else {
            self.0.restore_within(HANG_UP_TIMEOUT);
        }
    }
}

impl Drop for RawScreen {
    fn drop(&mut self) {
        self.restore();
    }
}

impl RestoreHandle {
    /// Like [`RawScreen::restore`]. The first caller restores; others wait until it is done.
    pub fn restore(&self) {
        self.restore_within(WRITE_TIMEOUT);
    }

    fn restore_within(&self, patience: Duration) {
        let RawState {
            tty,
            before,
            console,
            kind,
            ..
        } = &*self.0;
        let mut left = self.0.leave();
        if std::mem::replace(&mut *left, true) {
            return;
        }
        // The steps are independent of each other, so results are ignored.
        self.0.start_line();
        let mut bytes = String::new();
        // A synchronized update may be unfinished: end it, so that the terminal shows it.
        if kind.supports_synchronized_updates() {
            bytes.push_str(&sequences::end_update());
        }
        bytes.push_str(&sequences::leave());
        bytes.push_str(&console.as_ref().map_or_else(String::new, Console::farewell));
        if !write_within(tty, bytes.as_bytes(), patience) {
            // The line is stuck with a frame that is no longer needed. Replace it with the exit
            // sequences, for when the line moves again.
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

/// Writes as much as possible within a time limit; returns whether everything was written.
fn write_within(tty: &Tty, mut bytes: &[u8], limit: Duration) -> bool {
    let end = Instant::now() + limit;
    while !bytes.is_empty() {
        match tty.write(bytes) {
            WriteOutcome::Written(count) => bytes = &bytes[count..],
            WriteOutcome::WouldBlock => {
                let left = end.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return false;
                }
                tty.wait_for_room(i64::try_from(left.as_millis()).unwrap_or(0) + 1);
            }
            WriteOutcome::Gone => return false,
        }
    }
    true
}
