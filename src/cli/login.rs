//! Detects whether the program is called as a login shell, or forced by sshd (K3).
//!
//! ```text
//! -support-kiosk                            a login: the kiosk, locked
//! support-kiosk -c "the shipped command"    forced by sshd via the shell: the kiosk, locked
//! support-kiosk -c ANYTHING, -l, ...        a request for a shell: refused, and not repeated
//! any of them, SSH_ORIGINAL_COMMAND set     ssh host COMMAND, sftp, scp, rsync: refused
//! ```

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

use crate::env::Environment;
use crate::host::FORCED_COMMAND;

/// The reply to any other request. It never varies.
pub const REFUSED: &str = "This account opens the help desk's screen and nothing else. Connect with ssh -t and without a command.";

/// sshd sets this when it forces a command: to the command that was requested.
const ORIGINAL_COMMAND: &str = "SSH_ORIGINAL_COMMAND";

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Invocation {
    /// Like any other program.
    Program,
    /// As a login shell, and allowed.
    LoginShell,
    /// As a login shell for a shell or a command, which is refused.
    Refused,
}

impl Invocation {
    /// `words` begins with the program's name.
    pub(super) fn from_arguments(words: &[OsString]) -> Self {
        let Some((name, arguments)) = words.split_first() else {
            return Self::Program;
        };
        let is_login = name.as_bytes().starts_with(b"-");
        match arguments {
            [] if is_login => Self::LoginShell,
            [option, command] if option == "-c" && command == FORCED_COMMAND => Self::LoginShell,
            [option, ..] if option == "-c" => Self::Refused,
            [..] if is_login => Self::Refused,
            [..] => Self::Program,
        }
    }
}

/// Whether sshd runs this program instead of a requested command.
pub(super) fn is_forced_command(environment: Environment<'_>) -> bool {
    environment.iter().any(|(name, _)| name == ORIGINAL_COMMAND)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(words: &[&str]) -> Invocation {
        Invocation::from_arguments(&words.iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn k3_a_login_and_the_shipped_command_open_the_kiosk() {
        for words in [
            &["-support-kiosk"][..],
            &["-", "-c", FORCED_COMMAND],
            &["support-kiosk", "-c", FORCED_COMMAND],
        ] {
            assert_eq!(form(words), Invocation::LoginShell, "{words:?}");
        }
    }

    #[test]
    fn k3_a_login_shell_runs_no_command_and_takes_no_options() {
        for words in [
            &["-support-kiosk", "-l"][..],
            &["-support-kiosk", "demo"],
            &["-support-kiosk", "-c", "sh"],
            &["support-kiosk", "-c"],
            &["support-kiosk", "-c", ""],
            &["support-kiosk", "-c", "/usr/lib/openssh/sftp-server"],
            &[
                "support-kiosk",
                "-c",
                "/usr/bin/support-kiosk --lockdown; sh",
            ],
            &["support-kiosk", "-c", " /usr/bin/support-kiosk --lockdown"],
            &["support-kiosk", "-c", FORCED_COMMAND, "sh"],
        ] {
            assert_eq!(form(words), Invocation::Refused, "{words:?}");
        }
    }

    #[test]
    fn anything_else_is_a_program_that_was_called_by_its_name() {
        for words in [
            &["support-kiosk"][..],
            &["support-kiosk", "start", "rep", "12"],
            &["/usr/bin/support-kiosk", "--lockdown"],
        ] {
            assert_eq!(form(words), Invocation::Program, "{words:?}");
        }
    }
}
