//! The config and what it needs on this machine: certificate authorities, a directory, a program.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::check::{Check, CheckInfo};
use crate::client;
use crate::config::lists::{Copies, CopyAccess, ListOrigin, ListReport};
use crate::config::{Config, ConfigErrors, ConfigSource, FileKind, LaunchCommand};
use crate::env::Environment;
use crate::failure::Failure;
use crate::host::format_date_time;
use crate::site;
use crate::sys::ownership::{Exposure, FileOwnership, own_account};
use crate::text::EN;

const CONFIG: CheckInfo = CheckInfo {
    name: "config",
    why: "Without a good config the kiosk does not run.",
};
const OWNER: CheckInfo = CheckInfo {
    name: "config-owner",
    why: "Users who can write the config or its lists decide what visitors run.",
};
const AUTHORITIES: CheckInfo = CheckInfo {
    name: "authorities",
    why: "Without them no certificate can be checked, and no session starts.",
};
const FOLDER: CheckInfo = CheckInfo {
    name: "folder",
    why: "A client is stored in its own folder and run from there.",
};
/// `launch.command`.
const PROGRAM: CheckInfo = CheckInfo {
    name: "program",
    why: "It runs the client.",
};

const LISTS: CheckInfo = CheckInfo {
    name: "lists",
    why: "Visitors choose representatives and issues from them.",
};

/// The config that a kiosk on this machine would use.
pub(super) struct CheckedConfig {
    file: PathBuf,
    /// The results of reading its lists.
    lists: Vec<ListReport>,
    pub(super) config: Config,
}

impl CheckedConfig {
    /// Loads the config `named`, or else the default one, and its lists.
    pub(super) fn find(
        named: Option<&Path>,
        lockdown: bool,
        lookup: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, ConfigErrors> {
        let mut source = ConfigSource::find(named, lockdown, lookup)?;
        let (config, reading) =
            source.load(Copies::in_state_directory(CopyAccess::Nothing).as_ref())?;
        Ok(Self {
            file: source.file().to_owned(),
            lists: reading.lists,
            config,
        })
    }
}

/// All checks of the config and what it refers to. If it has problems, only those.
pub(super) fn checks(
    checked: &Result<CheckedConfig, ConfigErrors>,
    environment: Environment<'_>,
) -> Vec<Check> {
    let CheckedConfig {
        file,
        lists,
        config,
    } = match checked {
        Ok(checked) => checked,
        Err(problems) => {
            return vec![CONFIG.broken(
                &first_problem(problems),
                "run support-kiosk check for the whole list of problems",
            )];
        }
    };
    let uid = own_account();
    // A file that is gone is the config's own problem.
    let ownership = |path: PathBuf| {
        Some((
            path.display().to_string(),
            FileOwnership::from(&fs::metadata(&path).ok()?),
        ))
    };
    let files: Vec<_> = config_files(file, config)
        .into_iter()
        .filter_map(ownership)
        .collect();
    vec![
        CONFIG.good(&file.display().to_string()),
        self::lists(lists),
        owner(&files, uid),
        authorities(config),
        folder(config, environment, uid),
        program(config),
    ]
}

/// Reports the worst list, if any has a problem or a warning.
fn lists(lists: &[ListReport]) -> Check {
    let describe = |list: &ListReport| {
        list.problems
            .as_ref()
            .or(list.warnings.as_ref())
            .map(first_problem)
            .unwrap_or_default()
    };
    let fix = "run support-kiosk check for the whole list of problems";
    let worst = lists.iter().max_by_key(|list| {
        (
            list.is_refused(),
            list.problems.is_some(),
            list.warnings.is_some(),
        )
    });
    match worst {
        None => LISTS.good("none in the config"),
        Some(list) => match list.origin {
            ListOrigin::Unavailable => LISTS.broken(&format!("refused: {}", describe(list)), fix),
            ListOrigin::LastCopy(made) => {
                let made = made
                    .map(|made| format!(" of {}", format_date_time(made)))
                    .unwrap_or_default();
                LISTS.weak(
                    &format!("the last good copy{made} is used: {}", describe(list)),
                    fix,
                )
            }
            ListOrigin::File if list.problems.is_some() || list.warnings.is_some() => {
                LISTS.weak(&describe(list), fix)
            }
            ListOrigin::File => {
                LISTS.good(&lists.iter().map(row_count).collect::<Vec<_>>().join(", "))
            }
        },
    }
}

fn row_count(list: &ListReport) -> String {
    let age = fs::metadata(&list.file)
        .and_then(|file| file.modified())
        .map(format_date_time);
    format!(
        "{}: {} rows, of {}",
        list.file.display(),
        list.rows,
        age.unwrap_or_default()
    )
}

fn first_problem(problems: &ConfigErrors) -> String {
    problems
        .iter()
        .next()
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// The config, its lists and their directories. With write access to a directory, a user could
/// replace the files in it.
fn config_files(file: &Path, config: &Config) -> Vec<PathBuf> {
    let files = [file]
        .into_iter()
        .chain(config.lists.iter().map(|list| list.path.as_path()));
    let mut all: Vec<PathBuf> = files
        .flat_map(|file| [Some(file), file.parent()])
        .flatten()
        .map(Path::to_owned)
        .collect();
    all.retain(|path| !path.as_os_str().is_empty());
    all.dedup();
    all
}

/// Checks that only root and `us`, the user that runs doctor, can change these files and
/// directories (K9).
fn owner(files: &[(String, FileOwnership)], uid: u32) -> Check {
    let exposed = |how| {
        files
            .iter()
            .find(|(_, ownership)| ownership.exposure(uid) == Some(how))
            .map(|(path, _)| path)
    };
    if let Some(path) = exposed(Exposure::ForeignOwner) {
        return OWNER.broken(
            &format!("{path} belongs neither to root nor to the user who runs this"),
            &format!("chown root {path}"),
        );
    }
    match exposed(Exposure::SharedWrite) {
        Some(path) => OWNER.broken(
            &format!("users other than its owner can write to {path}"),
            &format!("chmod go-w {path}"),
        ),
        None => OWNER.good("no one else can write to it"),
    }
}

fn authorities(config: &Config) -> Check {
    match site::check_authorities(config) {
        Ok(()) => AUTHORITIES.good(if config.network.ca_file.is_some() {
            "the system's and network.ca_file's"
        } else {
            "the system's"
        }),
        Err(failure) => AUTHORITIES.broken(&describe_failure(&failure), fix(&failure)),
    }
}

fn folder(config: &Config, environment: Environment<'_>, uid: u32) -> Check {
    if uid == 0 {
        // Root uses another directory, and checking for one creates it.
        return FOLDER.unknown(
            "root's folder is not the kiosk's",
            "run this as the kiosk's user as well: runuser -u kiosk -- support-kiosk doctor",
        );
    }
    match client::check_session_dir(config, environment)
        .and_then(|()| client::check_home(config, environment))
    {
        Ok(()) => FOLDER.good("programs can run from it, and there is a home for the client"),
        Err(failure) => FOLDER.broken(&describe_failure(&failure), fix(&failure)),
    }
}

fn program(config: &Config) -> Check {
    if let Err(failure) = client::check_program(config) {
        return PROGRAM.broken(&describe_failure(&failure), fix(&failure));
    }
    let command = &config.launch.command;
    let takes_entries = config.download.accept.contains(&FileKind::Desktop);
    match command.program() {
        Some(program) => PROGRAM.good(program),
        None if *command == LaunchCommand::ByKind && takes_entries => {
            desktop_entry_program(client::desktop_shell())
        }
        None => PROGRAM.good("the client itself"),
    }
}

/// The program that runs desktop entries. Any other client runs by itself.
fn desktop_entry_program(shell: Result<&str, Failure>) -> Check {
    match shell {
        Ok(shell) if shell.ends_with("/bash") => {
            PROGRAM.good(&format!("the client itself; {shell} for a desktop entry"))
        }
        Ok(shell) => PROGRAM.weak(
            &format!(
                "the client itself; {shell} for a desktop entry, of which some need /bin/bash"
            ),
            "install bash",
        ),
        Err(failure) => PROGRAM.weak(
            &format!(
                "nothing for a desktop entry. {}",
                describe_failure(&failure)
            ),
            "install bash",
        ),
    }
}

fn describe_failure(failure: &Failure) -> String {
    let detail = failure
        .detail
        .as_ref()
        .map(|detail| format!(" ({})", detail.as_str()))
        .unwrap_or_default();
    format!(
        "{}: {}{detail}",
        failure.fault.code(),
        EN.of_fault(failure.fault).happened
    )
}

fn fix(failure: &Failure) -> &'static str {
    EN.of_fault(failure.fault).staff
}

#[cfg(test)]
mod tests;
