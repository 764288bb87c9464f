//! The config's file itself, and `check` on it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use support_kiosk::cli::CheckArgs;
use support_kiosk::commands::check;
use support_kiosk::config::{self, Lockdown};

const GOOD: &str = "[site]\nurl = \"https://support.example.com\"\n";

/// A file that is not waited for: whatever reads it must be done long before.
const SOON: Duration = Duration::from_secs(60);

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn file_with(folder: &tempfile::TempDir, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let file = folder.path().join(name);
    fs::write(&file, content).expect("written");
    file
}

/// What loading a file that is no config says, without the path before it.
fn refused(file: &Path) -> String {
    let (done, waits) = mpsc::channel();
    let path = file.to_owned();
    thread::spawn(move || done.send(config::load(&path, Lockdown::AsConfigured).map(|_| ())));
    let problems = waits
        .recv_timeout(SOON)
        .expect("an answer, and no waiting")
        .expect_err("no config");
    problems
        .to_string()
        .replace(&file.display().to_string(), "FILE")
}

#[test]
fn k9_a_file_over_four_mebibytes_is_refused_and_one_of_four_is_read() {
    let folder = folder();
    let padded = |size: usize| format!("{GOOD}{}", "#".repeat(size - GOOD.len()));
    let full = file_with(&folder, "full.toml", padded(4 << 20));
    assert!(config::load(&full, Lockdown::AsConfigured).is_ok());
    for size in [(4 << 20) + 1, 5 << 20] {
        let over = file_with(&folder, "over.toml", padded(size));
        assert_eq!(
            refused(&over),
            "FILE: this file is larger than 4 MiB: a config is smaller"
        );
    }
}

#[test]
fn k9_a_fifo_a_folder_and_a_device_are_refused_and_never_waited_for() {
    let folder = folder();
    let fifo = folder.path().join("fifo.toml");
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, mode, 0)
        .expect("a FIFO");
    for odd in [fifo.as_path(), folder.path(), Path::new("/dev/zero")] {
        assert_eq!(
            refused(odd),
            "FILE: this is not a regular file: a config is"
        );
    }
}

#[test]
fn k9_a_file_that_is_not_utf8_is_refused_with_the_place() {
    let folder = folder();
    let latin = file_with(
        &folder,
        "latin.toml",
        b"# \xC3\xB8\n[site]\nname = \"Z\xC3\xB8\xEB\"\n",
    );
    assert_eq!(
        refused(&latin),
        "FILE:3:11: this file is not UTF-8: save it as UTF-8"
    );
}

#[test]
fn a_file_that_is_not_there_says_so() {
    let folder = folder();
    let told = refused(&folder.path().join("none.toml"));
    assert!(
        told.starts_with("FILE: this file can't be read: No such file"),
        "{told}"
    );
}

#[test]
fn files_that_would_be_laid_over_the_config_are_refused_and_not_ignored() {
    let folder = folder();
    let config = file_with(&folder, "kiosk.toml", GOOD);
    fs::create_dir(folder.path().join("kiosk.d")).expect("made");
    file_with(&folder, "kiosk.d/notes.txt", "");
    assert!(
        config::load(&config, Lockdown::AsConfigured).is_ok(),
        "nothing is laid over it yet"
    );
    file_with(&folder, "kiosk.d/b12.toml", "");
    file_with(&folder, "kiosk.toml", "[site]\n");
    let told = refused(&config).replace(&folder.path().display().to_string(), "FOLDER");
    let expected = "FOLDER/kiosk.d/b12.toml: `kiosk.d` is not supported yet: move its settings into the config itself\n\
                    FILE:1:1: `site.url` is missing";
    assert_eq!(told, expected);
}

/// The exit status and the output of `check`.
fn checked(file: Option<&Path>, environment: &[(&str, &Path)]) -> (u8, String) {
    let variable = |name: &str| {
        environment
            .iter()
            .find(|(set, _)| *set == name)
            .map(|(_, value)| OsString::from(value))
    };
    let mut out = Vec::new();
    let wanted = CheckArgs {
        file: file.map(Path::to_owned),
        lockdown: false,
    };
    let status = check::run(&wanted, variable, &mut out).expect("written");
    (status, String::from_utf8(out).expect("UTF-8"))
}

#[test]
fn k9_check_reads_a_config_as_a_locked_kiosk_does() {
    let folder = folder();
    let file = file_with(
        &folder,
        "kiosk.toml",
        format!("kiosk.idle_grace = \"10s\"\n{GOOD}"),
    );
    let told = |lockdown| {
        let mut out = Vec::new();
        let status = check::run(
            &CheckArgs {
                file: Some(file.clone()),
                lockdown,
            },
            |_| None,
            &mut out,
        )
        .expect("written");
        (status, String::from_utf8(out).expect("UTF-8"))
    };
    assert_eq!(told(false).0, 0, "{}", told(false).1);
    let (status, told) = told(true);
    assert!(
        status == 78 && told.contains("`kiosk.idle_grace` must be at least 20s in lockdown"),
        "{told}"
    );
}

#[test]
fn check_says_that_a_good_config_is_good() {
    let folder = folder();
    let good = file_with(&folder, "good.toml", GOOD);
    let expected = (0, format!("{}: good\n", good.display()));
    assert_eq!(checked(Some(&good), &[]), expected);
    assert_eq!(checked(None, &[("SUPPORT_KIOSK_CONFIG", &good)]), expected);
}

#[test]
fn check_prints_every_problem_with_its_place_and_ends_with_78() {
    let folder = folder();
    let bad = file_with(&folder, "bad.toml", "[site]\nulr = 1\n");
    let name = bad.display();
    let expected = format!(
        "{name}:1:1: `site.url` is missing\n{name}:2:1: unknown key `site.ulr`: did you mean `url`?\n"
    );
    assert_eq!(checked(Some(&bad), &[]), (78, expected));
    let missing = folder.path().join("none.toml");
    let told = format!(
        "{}: this file was named on the command line and does not exist\n",
        missing.display()
    );
    assert_eq!(checked(Some(&missing), &[]), (78, told));
}

#[test]
fn check_reports_an_unreadable_ca_file_and_the_kiosk_still_starts() {
    let folder = folder();
    let config = file_with(
        &folder,
        "kiosk.toml",
        format!("{GOOD}[network]\nca_file = \"ca.pem\"\n"),
    );
    let place = format!(
        "{}:4:11: `network.ca_file` can't be read: ",
        config.display()
    );
    let told = |why: &str| (78, format!("{place}{why}\n"));
    assert_eq!(
        checked(Some(&config), &[]),
        told("No such file or directory (os error 2)")
    );
    fs::create_dir(folder.path().join("ca.pem")).expect("made");
    assert_eq!(
        checked(Some(&config), &[]),
        told("it is not a regular file")
    );
    assert!(
        config::load(&config, Lockdown::AsConfigured).is_ok(),
        "the first frame waits for no other file"
    );
    fs::remove_dir(folder.path().join("ca.pem")).expect("removed");
    let file = file_with(&folder, "ca.pem", "");
    let none = format!(
        "{}: there is no certificate in this file: it may be in PEM, DER or PKCS#7\n",
        file.display()
    );
    assert_eq!(checked(Some(&config), &[]), (78, none));
}
