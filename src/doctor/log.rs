//! Whether the log can be written. The check creates and opens no file.

use std::fs::{self, FileType};
use std::io::ErrorKind;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, absolute};

use rustix::fs::{Access, access};
use rustix::io::Errno;

use super::check::{Check, CheckInfo};
use super::machine::MachineView;
use crate::config::LogConfig;
use crate::log::JOURNAL;

const LOG: CheckInfo = CheckInfo {
    name: "log",
    why: "If the log can't be written, visits continue and nothing is recorded.",
};

/// Advice if the configured file can't be created: use the directory that the units create.
const UNIT_LOG: &str =
    "log.file = \"/var/log/support-kiosk/kiosk.log\", whose folder the shipped units create";

/// Whether `us`, the user that runs doctor, can write the log.
pub(super) fn check(machine: &MachineView, log: &LogConfig, uid: u32) -> Check {
    match log {
        LogConfig::None => LOG.good("switched off"),
        LogConfig::Journal if machine.has(JOURNAL) => LOG.good("the journal"),
        LogConfig::Journal => LOG.weak(
            &format!("no journal runs here ({JOURNAL} is missing): nothing is recorded"),
            "set log.to = \"file\" and log.file, or \"none\" if you want no log",
        ),
        // Absolute, so that the report shows where a relative path leads.
        LogConfig::File(file) => check_file(&absolute(file).unwrap_or_else(|_| file.clone()), uid),
    }
}

fn check_file(file: &Path, uid: u32) -> Check {
    let path = file.display();
    let kind = match fs::symlink_metadata(file) {
        Ok(found) => found.file_type(),
        Err(error) if error.kind() == ErrorKind::NotFound => return check_new_file(file, uid),
        Err(error) => return LOG.weak(&format!("{path} can't be examined: {error}"), UNIT_LOG),
    };
    if !kind.is_file() {
        let found = format!(
            "{path} is {}: only a regular file can be written to",
            file_type_name(kind)
        );
        return LOG.weak(
            &found,
            "set log.file to a regular file, or to one that does not exist yet",
        );
    }
    match access(file, Access::WRITE_OK) {
        Ok(()) => check_writable(file, uid),
        Err(errno) => LOG.weak(
            &format!("{path} can't be written to: {errno}"),
            &format!("chown {uid} {path}"),
        ),
    }
}

/// A file that the first record will create.
fn check_new_file(file: &Path, uid: u32) -> Check {
    let folder = file.parent().unwrap_or(file);
    match access(folder, Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) => check_writable(file, uid),
        Err(Errno::NOENT) => LOG.weak(
            &format!("the folder {} does not exist", folder.display()),
            UNIT_LOG,
        ),
        Err(errno) => LOG.weak(
            &format!(
                "{} does not exist and can't be created: {errno}",
                file.display()
            ),
            &format!(
                "{UNIT_LOG}; or create the file: install -m 640 -o {uid} /dev/null {}",
                file.display()
            ),
        ),
    }
}

fn check_writable(file: &Path, uid: u32) -> Check {
    let path = file.display();
    if uid == 0 {
        return LOG.unknown(
            &format!("root can write to {path}, the kiosk's user perhaps not"),
            "run this as the kiosk's user as well: runuser -u kiosk -- support-kiosk doctor",
        );
    }
    LOG.good(&path.to_string())
}

fn file_type_name(kind: FileType) -> &'static str {
    if kind.is_dir() {
        "a folder"
    } else if kind.is_symlink() {
        "a symlink"
    } else if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;
    use std::thread;

    use rustix::fs::{CWD, Mode, mknodat};
    use rustix::thread::{CapabilitySet, capabilities, set_capabilities};

    use super::super::check::Severity::{Good, Unknown, Weak};
    use super::super::machine::fake::Thing::Text;
    use super::super::machine::fake::machine;
    use super::*;

    fn of(file: &Path, uid: u32) -> Check {
        let (_folder, machine) = machine(&[]);
        check(&machine, &LogConfig::File(file.to_owned()), uid)
    }

    #[test]
    fn a_log_in_the_journal_needs_one() {
        let (_folder, with) = machine(&[(JOURNAL, Text(""))]);
        let (_folder, without) = machine(&[]);
        assert_eq!(check(&with, &LogConfig::Journal, 1000).grade, Good);
        assert_eq!(check(&without, &LogConfig::Journal, 1000).grade, Weak);
        assert_eq!(check(&without, &LogConfig::None, 1000).grade, Good);
    }

    #[test]
    fn a_log_in_a_file_that_is_there_or_can_be_made_is_good_and_none_is_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let (there, new) = (folder.path().join("there"), folder.path().join("new"));
        fs::write(&there, "kept\n").expect("written");
        for file in [&there, &new] {
            let check = of(file, 1000);
            assert!(
                check.grade == Good && check.found == file.display().to_string(),
                "{check:?}"
            );
            assert_eq!(
                of(file, 0).grade,
                Unknown,
                "root's permissions are not the kiosk's"
            );
        }
        assert!(!new.exists());
        assert_eq!(fs::read_to_string(there).expect("there"), "kept\n");
    }

    #[test]
    fn what_is_no_plain_file_or_is_in_no_folder_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let within = |name: &str| folder.path().join(name);
        fs::create_dir(within("folder")).expect("a folder");
        fs::write(within("file"), "").expect("written");
        symlink(within("file"), within("link")).expect("a link");
        symlink(within("nowhere"), within("dangling")).expect("a link");
        mknodat(
            CWD,
            within("pipe"),
            rustix::fs::FileType::Fifo,
            Mode::RUSR | Mode::WUSR,
            0,
        )
        .expect("a pipe");
        let _listener = UnixListener::bind(within("socket")).expect("a socket");
        let missing = format!("the folder {} does not exist", within("missing").display());
        for (name, found) in [
            ("folder", "is a folder"),
            ("link", "is a symlink"),
            ("dangling", "is a symlink"),
            ("pipe", "is a pipe"),
            ("socket", "is a socket"),
            ("/dev/null", "is a device"),
            ("file/visits.log", "Not a directory"),
            ("missing/visits.log", &missing),
        ] {
            for uid in [0, 1000] {
                let check = of(&within(name), uid);
                assert!(
                    check.grade == Weak && check.found.contains(found),
                    "{name}: {check:?}"
                );
            }
        }
    }

    #[test]
    fn what_this_account_may_not_write_to_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let (there, new) = (folder.path().join("there"), folder.path().join("new"));
        fs::write(&there, "").expect("written");
        fs::set_permissions(&there, fs::Permissions::from_mode(0o400)).expect("set");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).expect("set");
        for file in [there, new] {
            let check = without_override(|| of(&file, 1000));
            assert_eq!(check.grade, Weak, "{check:?}");
        }
    }

    /// Runs this in a thread to which file permissions apply even if the user is root.
    fn without_override<T: Send>(run: impl FnOnce() -> T + Send) -> T {
        let limited = || {
            let mut sets = capabilities(None).expect("the capabilities");
            let overrides = CapabilitySet::DAC_OVERRIDE | CapabilitySet::DAC_READ_SEARCH;
            sets.effective -= overrides;
            // access(2) goes by the permitted set.
            sets.permitted -= overrides;
            set_capabilities(None, sets).expect("set");
            run()
        };
        thread::scope(|scope| scope.spawn(limited).join().expect("no panic"))
    }

    #[test]
    fn a_relative_path_is_reported_as_an_absolute_one() {
        let leads = std::env::current_dir()
            .expect("a folder")
            .join("no/such/folder");
        let check = of(Path::new("no/such/folder/visits.log"), 1000);
        assert!(
            check.grade == Weak && check.found.contains(&leads.display().to_string()),
            "{check:?}"
        );
    }
}
