//! Signals become events: a flag says which, the wake pipe says that.

use std::io;

use nix::libc;
use nix::sys::signal::{self, SigHandler};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH};

use crate::sys::signal_pipe::SignalPipe;
use crate::sys::waker::Waker;

/// What a signal means to the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// The terminal is gone, whatever else is true (T3).
    HangUp,
    /// Whoever runs the program asks it to end.
    End(i32),
    /// A person at a terminal wants it to end: in lockdown that counts for nothing (K2).
    Interrupted(i32),
    /// The terminal has another size.
    Resized,
    /// The process was stopped and goes on. Whoever had the terminal meanwhile has set its modes.
    Continued,
}

/// Those that mean something, the most urgent first.
const HEARD: [(i32, Signal); 6] = [
    (SIGHUP, Signal::HangUp),
    (SIGTERM, Signal::End(SIGTERM)),
    (SIGINT, Signal::Interrupted(SIGINT)),
    (SIGQUIT, Signal::Interrupted(SIGQUIT)),
    (SIGWINCH, Signal::Resized),
    (SIGCONT, Signal::Continued),
];

/// Those that would stop or end the program with the terminal in disarray, and mean nothing to it. They are ignored, not
/// caught: with a handler the kernel restarts a terminal call from the background for ever (SIGTTOU, SIGTTIN).
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

/// The signals that have come and were not taken yet.
#[derive(Debug)]
pub(super) struct Signals(SignalPipe<6>);

impl Signals {
    /// Listens from now on. To be called before the terminal's modes are touched.
    pub(super) fn listen(waker: &Waker) -> io::Result<Self> {
        let pipe = SignalPipe::listen(HEARD.map(|(number, _)| number), waker)?;
        for ignored in IGNORED {
            #[expect(unsafe_code, reason = "what a signal does can be set by such a call alone")]
            // SAFETY: no handler is set. A client gets the defaults back before it starts.
            unsafe {
                signal::signal(ignored, SigHandler::SigIgn)?;
            }
        }
        for ignored in libc::SIGRTMIN()..=libc::SIGRTMAX() {
            #[expect(unsafe_code, reason = "the library has no names for real-time signals")]
            // SAFETY: as above.
            unsafe {
                libc::signal(ignored, libc::SIG_IGN);
            }
        }
        Ok(Self(pipe))
    }

    /// What has come since the last look, the most urgent first.
    pub(super) fn take(&self) -> impl Iterator<Item = Signal> + '_ {
        self.0.take().filter_map(|came| HEARD.iter().find(|(number, _)| *number == came).map(|(_, signal)| *signal))
    }
}
