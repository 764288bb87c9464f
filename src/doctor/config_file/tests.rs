use super::super::check::Severity::{Broken, Good, Unknown, Weak};
use super::*;
use crate::config;

fn keeper(owner: u32, mode: u32) -> (String, FileOwnership) {
    ("a.toml".to_owned(), FileOwnership { owner, mode })
}

#[test]
fn k9_only_root_or_the_kiosk_user_may_own_or_change_the_config() {
    for (keepers, grade, found) in [
        (vec![keeper(0, 0o100_644), keeper(0, 0o40_755)], Good, ""),
        (vec![keeper(1000, 0o100_600)], Good, ""),
        (vec![keeper(0, 0o41_777)], Good, ""),
        (vec![], Good, ""),
        (
            vec![keeper(0, 0o100_644), keeper(1001, 0o100_644)],
            Broken,
            "neither",
        ),
        (
            vec![keeper(0, 0o100_664)],
            Broken,
            "users other than its owner",
        ),
        (
            vec![keeper(1000, 0o100_602)],
            Broken,
            "users other than its owner",
        ),
    ] {
        let check = owner(&keepers, 1000);
        assert!(
            check.grade == grade && check.found.contains(found),
            "{check:?}"
        );
    }
}

fn config(text: &str) -> Config {
    let text = format!("[site]\nurl = \"https://support.example.com\"\n{text}");
    config::from_text(&text, Path::new("kiosk.toml")).expect("a good config")
}

#[test]
fn k9_doctor_reads_a_config_as_a_locked_kiosk_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("kiosk.toml");
    fs::write(&file, "site.url = \"https://support.example.com\"\n").expect("written");
    for lockdown in [false, true] {
        let checked = CheckedConfig::find(Some(&file), lockdown, |_| None)
            .unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(checked.config.kiosk.lockdown, lockdown);
    }
}

#[test]
fn a_program_that_runs_the_client_has_to_be_there() {
    assert_eq!(program(&config("")).grade, Good);
    let missing = program(&config(
        "[launch]\ncommand = [\"/nonesuch/wine\", \"{client}\"]\n",
    ));
    assert!(
        missing.grade == Broken && missing.found.contains("/nonesuch/wine"),
        "{missing:?}"
    );
}

#[test]
fn a_machine_without_bash_is_weak_where_desktop_entries_are_accepted() {
    let missing = Failure::with_subject(
        crate::failure::Fault::MissingInterpreter,
        "/bin/bash, /bin/sh",
    );
    for (shell, grade) in [
        (Ok("/bin/bash"), Good),
        (Ok("/bin/sh"), Weak),
        (Err(missing), Weak),
    ] {
        let check = desktop_entry_program(shell);
        assert!(
            check.grade == grade && check.found.contains("desktop entry"),
            "{check:?}"
        );
    }
    let without = program(&config("[download]\naccept = [\"elf\"]\n"));
    assert!(
        without.grade == Good && !without.found.contains("desktop entry"),
        "{without:?}"
    );
}

#[test]
fn authorities_that_can_not_be_read_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ca.pem");
    fs::write(&file, "no certificate").expect("written");
    let check = authorities(&config(&format!("[network]\nca_file = {file:?}\n")));
    assert!(
        check.grade == Broken && check.found.starts_with("C2") && check.found.contains("ca.pem"),
        "{check:?}"
    );
}

#[test]
fn root_knows_nothing_of_the_folder() {
    assert_eq!(folder(&config(""), &[], 0).grade, Unknown);
    let here = tempfile::tempdir().expect("a folder");
    let good = folder(
        &config(&format!("[download]\nfolder = {:?}\n", here.path())),
        &[],
        1000,
    );
    let missing = folder(
        &config("[download]\nfolder = \"/nonesuch/folder\"\n"),
        &[],
        1000,
    );
    assert!(
        good.grade == Good && missing.grade == Broken,
        "{good:?} {missing:?}"
    );
}

#[test]
fn for_a_config_with_problems_doctor_reports_only_that() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("kiosk.toml");
    fs::write(&file, "[site]\n").expect("written");
    for named in [file, folder.path().join("nonesuch.toml")] {
        let checks = checks(&CheckedConfig::find(Some(&named), false, |_| None), &[]);
        assert!(checks.len() == 1 && checks[0].grade == Broken, "{checks:?}");
        assert!(
            checks[0].found.contains(&named.display().to_string()),
            "{checks:?}"
        );
    }
}
