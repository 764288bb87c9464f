//! The forms in which the program is called as somebody's login shell, or by an sshd that forces it (K3).
//!
//! ```text
//! -support-kiosk                            a login: the kiosk, locked
//! support-kiosk -c "the shipped command"    sshd forces it, through the login shell: the kiosk, locked
//! support-kiosk -c ANYTHING, -l, ...        somebody wants a shell: refused, and not a word of it is repeated
//! any of them, SSH_ORIGINAL_COMMAND set     ssh host COMMAND, sftp, scp, rsync: refused
//! ```

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

use crate::env::Environment;
use crate::host::FORCED_COMMAND;

/// What is said to whoever wants anything else: always this, whatever it was.
pub const REFUSED: &str =
    "This account opens the help desk's screen and nothing else. Connect with ssh -t and without a command.";

/// Set by sshd where it forces a command: to what was asked for in place of it.
const ORIGINAL_COMMAND: &str = "SSH_ORIGINAL_COMMAND";

/// How the program was called.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As a program like any other.
    Program,
    /// As a login shell that may do what it is there for.
    LoginShell,
    /// For a shell, or for a command, that there is none of.
    Refused,
}

impl Form {
    /// The form of these words, the program's name first.
    pub(super) fn of(words: &[OsString]) -> Self {
        let Some((name, arguments)) = words.split_first() else { return Self::Program };
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

/// Whether sshd has put this program in the place of what somebody asked for.
pub(super) fn stands_for_another_command(environment: Environment<'_>) -> bool {
    environment.iter().any(|(name, _)| name == ORIGINAL_COMMAND)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(words: &[&str]) -> Form {
        Form::of(&words.iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn k3_a_login_and_the_shipped_command_open_the_kiosk() {
        for words in [&["-support-kiosk"][..], &["-", "-c", FORCED_COMMAND], &["support-kiosk", "-c", FORCED_COMMAND]] {
            assert_eq!(form(words), Form::LoginShell, "{words:?}");
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
            &["support-kiosk", "-c", "/usr/bin/support-kiosk --lockdown; sh"],
            &["support-kiosk", "-c", " /usr/bin/support-kiosk --lockdown"],
            &["support-kiosk", "-c", FORCED_COMMAND, "sh"],
        ] {
            assert_eq!(form(words), Form::Refused, "{words:?}");
        }
    }

    #[test]
    fn anything_else_is_a_program_that_was_called_by_its_name() {
        for words in [&["support-kiosk"][..], &["support-kiosk", "start", "rep", "12"], &["/usr/bin/support-kiosk", "--lockdown"]]
        {
            assert_eq!(form(words), Form::Program, "{words:?}");
        }
    }
}
