//! The client's signals: all are heard, and mean what they mean to any program. What whoever started us ignored or blocked would
//! be handed on, and a client that does not know of it would never hear that it shall end.

use nix::libc;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

/// Between fork and exec: nothing is ignored or blocked any more.
pub(super) fn hear_all() {
    let default = SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
    for signal in Signal::iterator() {
        #[expect(unsafe_code, reason = "what a signal does can be set by such a call alone")]
        // SAFETY: no handler of ours is set, and none is left that could still be needed: the process is about to be another.
        // That two of them can't be set (SIGKILL, SIGSTOP) is as well.
        let _ = unsafe { sigaction(signal, &default) };
    }
    for signal in libc::SIGRTMIN()..=libc::SIGRTMAX() {
        #[expect(unsafe_code, reason = "the library has no names for real-time signals")]
        // SAFETY: as above.
        let _ = unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
    let _ = SigSet::empty().thread_set_mask();
}
