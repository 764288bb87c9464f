//! Our terminal, lent to a client (`launch.foreground`): standard input, output and error are the terminal, and the client's
//! process group is the terminal's foreground group, so that keys and their signals reach the client only.
//!
//! The kernel stops a process that hands the terminal on from the background (SIGTTOU), which includes the one that takes it
//! back. Where the signal has a handler, as ours has, the call is restarted forever. So the signal is blocked meanwhile.

use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Command, Stdio};

use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use rustix::process::{Pid, WaitId, WaitIdOptions, getpgrp, kill_process_group, waitid};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr, tcsetpgrp};
use signal_hook::consts::{SIGTTIN, SIGTTOU};

/// The terminal on our standard input and output, as it was when it was lent.
#[derive(Debug)]
pub struct TerminalLease {
    input: OwnedFd,
    output: OwnedFd,
    /// The foreground group. None: the terminal does not control our session and has no such group for us.
    group: Option<Pid>,
    /// None: it is no terminal.
    modes: Option<Termios>,
}

impl TerminalLease {
    /// Lends the terminal as it is now. A full screen has been left before.
    pub(crate) fn new() -> io::Result<Self> {
        let input = rustix::stdio::stdin().try_clone_to_owned()?;
        let output = rustix::stdio::stdout().try_clone_to_owned()?;
        let (group, modes) = (tcgetpgrp(&input).ok(), tcgetattr(&input).ok());
        Ok(Self { input, output, group, modes })
    }

    /// As [`TerminalLease::new`], if standard input and output are a terminal and ours to lend. A result that goes to a pipe
    /// must not be mixed with what a client draws, and in the background another program has the terminal.
    pub(crate) fn if_ours() -> Option<Self> {
        let input = io::stdin();
        let is_in_background = || tcgetpgrp(&input).is_ok_and(|group| group != getpgrp());
        if !input.is_terminal() || !io::stdout().is_terminal() || is_in_background() {
            return None;
        }
        Self::new().ok()
    }

    /// Gives the terminal back to the group that had it, in the modes that it had. To be called when the client has ended, and
    /// before the terminal is used again.
    pub(crate) fn take_back(&self) {
        if let Some(group) = self.group {
            give(&self.input, group);
        }
        if let Some(modes) = &self.modes {
            // Output that is still to be drawn is not waited for: the line may be stopped. A terminal that is gone needs none.
            let _ = tcsetattr(&self.input, OptionalActions::Now, modes);
        }
    }

    /// Makes a group the terminal's foreground group. That fails only if the terminal or the group is gone.
    pub(crate) fn give_to(&self, group: Pid) {
        if self.group.is_some() {
            give(&self.input, group);
        }
    }

    /// Continues a client that has stopped (Ctrl-Z, or a read in the moment before the terminal was its own): no shell is here
    /// that would.
    pub(crate) fn resume_if_stopped(&self, first: Pid) {
        let stop = waitid(WaitId::Pid(first), WaitIdOptions::STOPPED | WaitIdOptions::NOHANG);
        let Ok(Some(stop)) = stop else { return };
        if stop.stopping_signal().is_some_and(|signal| [SIGTTIN, SIGTTOU].contains(&signal)) {
            self.give_to(first);
        }
        let _ = kill_process_group(first, rustix::process::Signal::CONT);
    }

    /// Makes the terminal a command's standard input, output and error.
    pub(crate) fn connect(&self, command: &mut Command) -> io::Result<()> {
        command.stdin(self.input.try_clone()?).stdout(self.output.try_clone()?);
        command.stderr(Stdio::from(self.output.try_clone()?));
        Ok(())
    }
}

/// Between fork and exec: puts the process into a group of its own, and that group into the foreground of the terminal on its
/// standard input, if that is our session's.
pub(crate) fn enter_foreground() -> io::Result<()> {
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
