//! Resets the signals of a client. A child process inherits ignored and blocked signals: a client
//! that inherits an ignored SIGTERM would never notice that it should exit.

use nix::libc;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

/// Called between fork and exec. Resets all signals to their default, and unblocks them.
pub(super) fn reset_signals() {
    let default = SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
    for signal in Signal::iterator() {
        #[expect(unsafe_code, reason = "only this call sets the action of a signal")]
        // SAFETY: this sets the default action, not a handler, and our own handlers are no longer
        // needed just before exec. It fails for SIGKILL and SIGSTOP, which is harmless.
        let _ = unsafe { sigaction(signal, &default) };
    }
    for signal in libc::SIGRTMIN()..=libc::SIGRTMAX() {
        #[expect(unsafe_code, reason = "nix has no real-time signals")]
        // SAFETY: as above.
        let _ = unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
    let _ = SigSet::empty().thread_set_mask();
}
