//! Lends our terminal to a client (`launch.foreground`): its standard input, output and error are
//! the terminal, and its process group is the foreground group, so that keys and their signals
//! reach only the client.
//!
//! The kernel stops a process that passes the terminal on from the background (SIGTTOU), which
//! includes the one that takes it back. The signal is blocked during the call.

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
    /// The foreground group. None if the terminal does not control our session.
    group: Option<Pid>,
    /// None if it is not a terminal.
    modes: Option<Termios>,
}

impl TerminalLease {
    /// Lends the terminal in its current state. Full-screen mode must have been left before.
    pub(crate) fn new() -> io::Result<Self> {
        let input = rustix::stdio::stdin().try_clone_to_owned()?;
        let output = rustix::stdio::stdout().try_clone_to_owned()?;
        let (group, modes) = (tcgetpgrp(&input).ok(), tcgetattr(&input).ok());
        Ok(Self {
            input,
            output,
            group,
            modes,
        })
    }

    /// Like [`TerminalLease::new`], but none if standard input or output is no terminal, or if we
    /// are in the background. A result in a pipe must not be mixed with a client's drawing, and in
    /// the background another program has the terminal.
    pub(crate) fn if_foreground() -> Option<Self> {
        let input = io::stdin();
        let is_in_background = || tcgetpgrp(&input).is_ok_and(|group| group != getpgrp());
        if !input.is_terminal() || !io::stdout().is_terminal() || is_in_background() {
            return None;
        }
        Self::new().ok()
    }

    /// Returns the terminal to the group that had it, in the modes that it had. Call it when the
    /// client has exited, before the terminal is used again.
    pub(crate) fn take_back(&self) {
        if let Some(group) = self.group {
            give(&self.input, group);
        }
        if let Some(modes) = &self.modes {
            // Does not wait for pending output, because the line may be stopped. Fails only after a
            // hang-up.
            let _ = tcsetattr(&self.input, OptionalActions::Now, modes);
        }
    }

    /// Makes this group the terminal's foreground group. Fails only if the terminal or the group is
    /// gone.
    pub(crate) fn give_to(&self, group: Pid) {
        if self.group.is_some() {
            give(&self.input, group);
        }
    }

    /// Continues a client that has stopped (Ctrl-Z, or a read just before the terminal was its
    /// own), because there is no shell that would.
    pub(crate) fn resume_if_stopped(&self, first: Pid) {
        let stop = waitid(
            WaitId::Pid(first),
            WaitIdOptions::STOPPED | WaitIdOptions::NOHANG,
        );
        let Ok(Some(stop)) = stop else { return };
        if stop
            .stopping_signal()
            .is_some_and(|signal| [SIGTTIN, SIGTTOU].contains(&signal))
        {
            self.give_to(first);
        }
        let _ = kill_process_group(first, rustix::process::Signal::CONT);
    }

    /// Makes the terminal a command's standard input, output and error.
    pub(crate) fn connect(&self, command: &mut Command) -> io::Result<()> {
        command
            .stdin(self.input.try_clone()?)
            .stdout(self.output.try_clone()?);
        command.stderr(Stdio::from(self.output.try_clone()?));
        Ok(())
    }
}

/// Called between fork and exec: puts the process into its own group, and that group into the
/// foreground of the terminal on its standard input, if that is our session's.
pub(crate) fn enter_foreground() -> io::Result<()> {
    rustix::process::setpgid(None, None)?;
    give(rustix::stdio::stdin(), rustix::process::getpid());
    Ok(())
}

fn give(terminal: impl AsFd, group: Pid) {
    let mut stop = SigSet::empty();
    stop.add(Signal::SIGTTOU);
    let Ok(before) = stop.thread_swap_mask(SigmaskHow::SIG_BLOCK) else {
        return;
    };
    let _ = tcsetpgrp(terminal, group);
    let _ = before.thread_set_mask();
}
