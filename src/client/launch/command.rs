//! The argument list of a client: `launch.command`, or the default for its kind.

use std::ffi::OsString;
use std::path::Path;

use rustix::fs::Access;

use crate::config::{Config, FileKind, LaunchCommand};
use crate::failure::{Failure, Fault};

/// The interpreters for a desktop entry, in order of preference: some use bash's own syntax.
const SHELLS: &[&str] = &["/bin/bash", "/bin/sh"];

/// The arguments for a client of this kind at this path.
pub(super) fn arguments(
    command: &LaunchCommand,
    kind: FileKind,
    client: &Path,
) -> Result<Vec<OsString>, Failure> {
    match (command, kind) {
        (LaunchCommand::Fixed(arguments), _) => Ok(arguments
            .iter()
            .map(|argument| fill_placeholder(argument, client))
            .collect()),
        (LaunchCommand::ByKind, FileKind::Desktop) => {
            Ok(vec![first_program(SHELLS)?.into(), client.into()])
        }
        (
            LaunchCommand::ByKind,
            FileKind::Elf
            | FileKind::Script
            | FileKind::Pe
            | FileKind::Msi
            | FileKind::MachO
            | FileKind::Dmg
            | FileKind::Zip,
        ) => Ok(vec![client.into()]),
    }
}

/// Replaces the placeholder with the client's path.
fn fill_placeholder(argument: &str, client: &Path) -> OsString {
    let mut filled = OsString::new();
    for (number, piece) in argument.split(LaunchCommand::CLIENT).enumerate() {
        if number > 0 {
            filled.push(client);
        }
        filled.push(piece);
    }
    filled
}

/// Checks what can be checked before there is a client: the program of `launch.command`, or a shell
/// if only desktop entries are accepted.
pub fn check_program(config: &Config) -> Result<(), Failure> {
    let command = &config.launch.command;
    let takes_only_entries = || {
        config
            .download
            .accept
            .iter()
            .all(|kind| *kind == FileKind::Desktop)
    };
    match command.program() {
        Some(program) => first_program(&[program]).map(drop),
        None if *command == LaunchCommand::ByKind && takes_only_entries() => {
            desktop_shell().map(drop)
        }
        None => Ok(()),
    }
}

/// The shell that runs desktop entries if `launch.command` is not set.
pub fn desktop_shell() -> Result<&'static str, Failure> {
    first_program(SHELLS).copied()
}

/// The first of these paths that is a program. If none is, the failure names all of them.
fn first_program<P: AsRef<str>>(paths: &[P]) -> Result<&P, Failure> {
    // Directories have the execute permission too.
    let is_there = |path: &&P| {
        let path = path.as_ref();
        Path::new(path).is_file() && rustix::fs::access(path, Access::EXEC_OK).is_ok()
    };
    let all = || {
        paths
            .iter()
            .map(AsRef::as_ref)
            .collect::<Vec<_>>()
            .join(", ")
    };
    paths
        .iter()
        .find(is_there)
        .ok_or_else(|| Failure::with_subject(Fault::MissingInterpreter, &all()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [FileKind; 8] = [
        FileKind::Elf,
        FileKind::Script,
        FileKind::Desktop,
        FileKind::Pe,
        FileKind::Msi,
        FileKind::MachO,
        FileKind::Dmg,
        FileKind::Zip,
    ];

    fn words(command: &LaunchCommand, kind: FileKind) -> Vec<String> {
        let arguments = arguments(command, kind, Path::new("/visit/scc (1).x")).expect("a shell");
        arguments
            .into_iter()
            .map(|word| word.into_string().expect("UTF-8"))
            .collect()
    }

    #[test]
    fn without_a_command_the_kind_decides_what_runs_the_client() {
        for kind in KINDS {
            let words = words(&LaunchCommand::ByKind, kind);
            if kind == FileKind::Desktop {
                assert_eq!(
                    words,
                    [desktop_shell().expect("a shell"), "/visit/scc (1).x"]
                );
            } else {
                assert_eq!(words, ["/visit/scc (1).x"], "{kind:?}");
            }
        }
    }

    #[test]
    fn a_command_of_the_operators_runs_a_client_of_any_kind() {
        let command = LaunchCommand::Fixed(
            ["/usr/bin/env", "A={client}", "{client}"]
                .map(str::to_owned)
                .to_vec(),
        );
        for kind in KINDS {
            assert_eq!(
                words(&command, kind),
                ["/usr/bin/env", "A=/visit/scc (1).x", "/visit/scc (1).x"],
                "{kind:?}"
            );
        }
    }

    #[test]
    fn without_bash_another_shell_is_used_and_r3_names_what_is_missing() {
        assert_eq!(first_program(&["/no/such/bash", "/bin/sh"]), Ok(&"/bin/sh"));
        for no_program in ["/no/such/sh", "/etc/passwd", "/etc"] {
            let failure = first_program(&["/no/such/bash", no_program]).expect_err("a program");
            assert_eq!(
                failure.to_string(),
                format!("R3: /no/such/bash, {no_program}")
            );
        }
    }
}
