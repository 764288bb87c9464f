//! A client on our own terminal (`launch.foreground`): standard input, output and error are the terminal, and its process
//! group is the terminal's foreground group, so that keys and their signals are its alone.
//!
//! The kernel stops whoever hands the terminal on from the background (SIGTTOU), the very one who takes it back included;
//! where the signal has a handler, as ours has, the call is made again for ever. So it is blocked meanwhile.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Command, Stdio};

use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use rustix::process::{Pid, WaitId, WaitIdOptions, kill_process_group, waitid};
use rustix::termios::{tcgetpgrp, tcsetpgrp};
use signal_hook::consts::{SIGTTIN, SIGTTOU};

/// The terminal that our standard input and output are, as it is lent to a client.
#[derive(Debug)]
pub struct Foreground {
    input: OwnedFd,
    output: OwnedFd,
    /// The group that had it before; none: the terminal does not control our session, and no group has it.
    before: Option<Pid>,
}

impl Foreground {
    /// The terminal as it is now. Whoever lends it has left its screen and modes.
    pub fn now() -> io::Result<Self> {
        let input = rustix::stdio::stdin().try_clone_to_owned()?;
        let output = rustix::stdio::stdout().try_clone_to_owned()?;
        let before = tcgetpgrp(&input).ok();
        Ok(Self { input, output, before })
    }

    /// Gives it back to the group that had it. To be called when the client has ended, and before the terminal is touched.
    pub fn take_back(&self) {
        if let Some(before) = self.before {
            self.give_to(before);
        }
    }

    /// Makes a group the terminal's foreground group. Where that can't be, it is because the terminal has gone or the group
    /// has: then nobody needs it.
    pub(super) fn give_to(&self, group: Pid) {
        if self.before.is_some() {
            give(&self.input, group);
        }
    }

    /// Lets a client go on that has stopped (Ctrl-Z, or reading in the moment before the terminal was its own): there is
    /// nobody here to whom it could be left, and no shell that would wake it.
    pub(super) fn let_go_on(&self, first: Pid) {
        let stop = waitid(WaitId::Pid(first), WaitIdOptions::STOPPED | WaitIdOptions::NOHANG);
        let Ok(Some(stop)) = stop else { return };
        if stop.stopping_signal().is_some_and(|signal| [SIGTTIN, SIGTTOU].contains(&signal)) {
            self.give_to(first);
        }
        let _ = kill_process_group(first, rustix::process::Signal::CONT);
    }

    /// Has the command use the terminal.
    pub(super) fn connect(&self, command: &mut Command) -> io::Result<()> {
        command.stdin(self.input.try_clone()?).stdout(self.output.try_clone()?);
        command.stderr(Stdio::from(self.output.try_clone()?));
        Ok(())
    }
}

/// Between fork and exec: makes a group of the process alone, and the terminal on its standard input that group's. A
/// terminal that is not our session's is nobody's.
pub(super) fn enter() -> io::Result<()> {
    rustix::process::setpgid(None, None)?;
    give(rustix::stdio::stdin(), rustix::process::getpid());
    Ok(())
}

fn give(terminal: impl AsFd, group: Pid) {
    let mut stop = SigSet::empty();
    stop.add(Signal::SIGTTOU);
    let Ok(before) = stop.thread_swap_mask(SigmaskHow::SIG_BLOCK) else { return };
    let _ = tcsetpgrp(terminal, group);
    let _ = before.thread_set_mask();
}
