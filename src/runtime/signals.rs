//! Signals as events: a flag for each signal, and the wake pipe for all.

use std::io;

use nix::libc;
use nix::sys::signal::{self, SigHandler};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH};

use crate::sys::signal_pipe::SignalPipe;
use crate::sys::waker::Waker;

/// What a signal means to the event loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// The terminal has hung up (T3).
    HangUp,
    /// A request to exit, from outside the terminal.
    End(i32),
    /// Ctrl-C or Ctrl-\ on the terminal. Ignored in lockdown (K2).
    Interrupted(i32),
    Resized,
    /// The process was stopped and continues. Another program may have changed the terminal's
    /// modes.
    Continued,
}

/// The signals that are handled, most urgent first.
const HANDLED: [(i32, Signal); 6] = [
    (SIGHUP, Signal::HangUp),
    (SIGTERM, Signal::End(SIGTERM)),
    (SIGINT, Signal::Interrupted(SIGINT)),
    (SIGQUIT, Signal::Interrupted(SIGQUIT)),
    (SIGWINCH, Signal::Resized),
    (SIGCONT, Signal::Continued),
];

/// Signals that would stop or kill the program and leave the terminal in raw mode. They are ignored
/// and not caught, because with a handler the kernel restarts a terminal call from the background
/// forever (SIGTTOU, SIGTTIN).
const IGNORED: [signal::Signal; 16] = [
    signal::Signal::SIGTSTP,
    signal::Signal::SIGTTIN,
    signal::Signal::SIGTTOU,
    signal::Signal::SIGUSR1,
    signal::Signal::SIGUSR2,
    signal::Signal::SIGPIPE,
    signal::Signal::SIGALRM,
    signal::Signal::SIGVTALRM,
    signal::Signal::SIGPROF,
    signal::Signal::SIGXCPU,
    signal::Signal::SIGXFSZ,
    signal::Signal::SIGIO,
    signal::Signal::SIGPWR,
    signal::Signal::SIGSTKFLT,
    signal::Signal::SIGTRAP,
    signal::Signal::SIGSYS,
];

/// Signals that were received and not handled yet.
#[derive(Debug)]
pub(super) struct Signals(SignalPipe<6>);

impl Signals {
    /// Must be called before the terminal's modes are changed.
    pub(super) fn listen(waker: &Waker) -> io::Result<Self> {
        let pipe = SignalPipe::listen(HANDLED.map(|(number, _)| number), waker)?;
        for ignored in IGNORED {
            #[expect(unsafe_code, reason = "only this call sets the action of a signal")]
            // SAFETY: no handler is set. A client gets the default actions before it starts.
            unsafe {
                signal::signal(ignored, SigHandler::SigIgn)?;
            }
        }
        for ignored in libc::SIGRTMIN()..=libc::SIGRTMAX() {
            #[expect(unsafe_code, reason = "nix has no real-time signals")]
            // SAFETY: as above.
            unsafe {
                libc::signal(ignored, libc::SIG_IGN);
            }
        }
        Ok(Self(pipe))
    }

    /// The signals since the last call, most urgent first.
    pub(super) fn take(&self) -> impl Iterator<Item = Signal> + '_ {
        self.0.take().filter_map(|came| {
            HANDLED
                .iter()
                .find(|(number, _)| *number == came)
                .map(|(_, signal)| *signal)
        })
    }
}
