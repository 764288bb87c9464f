//! `start --save` and `start --output`.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use sha2::{Digest, Sha256};
use support_kiosk::demo::ResponsePace;

use super::desk::{CONNECTOR, Desk, assert_status, events, finished, names, stderr, stdout};
use crate::support::order::KEY;

#[test]
fn save_keeps_the_client_for_its_owner_alone_and_prints_where() {
    let desk = Desk::new(ResponsePace::INSTANT, CONNECTOR);
    let folder = desk.home.path().join("saved");
    fs::create_dir(&folder).expect("a folder");
    let folder_word = folder.to_str().expect("UTF-8");
    let output = desk.start(&["key", KEY, "--save", folder_word]);
    assert_status(&output, 0, &["--save"]);
    let file = folder.join(format!("bomgar-scc-{KEY}.desktop"));
    assert_eq!(
        (stdout(&output), stderr(&output)),
        (format!("{}\n", file.display()), String::new())
    );
    let metadata = file.metadata().expect("saved");
    assert_eq!(
        (metadata.permissions().mode() & 0o7777, metadata.len()),
        (0o600, 4 << 20)
    );
    let beside = fs::read_dir(&folder).expect("there").count() - 1;
    assert_eq!(beside, 0, "something else was left where it was saved");
    desk.assert_nothing_left();

    fs::write(&file, "mine").expect("written");
    let output = desk.start(&["key", KEY, "--save", folder_word]);
    assert_status(&output, 0, &["again"]);
    let second = folder.join(format!("bomgar-scc-{KEY}-2.desktop"));
    assert_eq!(
        (stdout(&output), stderr(&output)),
        (format!("{}\n", second.display()), String::new())
    );
    assert_eq!(fs::read_to_string(&file).expect("there"), "mine");
    assert_eq!(fs::metadata(&second).expect("saved").len(), 4 << 20);
    desk.assert_nothing_left();
}

#[test]
fn output_names_the_file_and_prints_where() {
    let desk = Desk::new(ResponsePace::INSTANT, CONNECTOR);
    let file = desk.home.path().join("client");
    for word in [file.to_str().expect("UTF-8"), "client-2"] {
        let mut command = desk.command(&["key", KEY, "--output", word]);
        command.current_dir(desk.home.path());
        let output = finished(command, b"");
        assert_status(&output, 0, &["--output"]);
        assert_eq!(
            (stdout(&output), stderr(&output)),
            (format!("{word}\n"), String::new())
        );
        let metadata = fs::metadata(desk.home.path().join(word)).expect("saved");
        assert_eq!(
            (metadata.permissions().mode() & 0o7777, metadata.len()),
            (0o600, 4 << 20)
        );
    }
    desk.assert_nothing_left();
}

#[test]
fn output_to_what_is_there_is_refused_before_any_request() {
    let desk = Desk::new(ResponsePace::INSTANT, CONNECTOR);
    let at = |name: &str| desk.home.path().join(name);
    fs::write(at("file"), "mine").expect("written");
    symlink("/nonesuch", at("link")).expect("a link");
    fs::create_dir(at("folder")).expect("made");
    for (name, code) in [
        ("file", "F5"),
        ("link", "F5"),
        ("folder", "F5"),
        ("new/", "F4"),
        ("new/file", "F4"),
        ("file/x", "F4"),
    ] {
        let output = desk.start(&["rep", "12", "--output", at(name).to_str().expect("UTF-8")]);
        assert_status(&output, 73, &[name]);
        assert!(
            stderr(&output).contains(&format!("({code}, visit ")),
            "{name}: {}",
            stderr(&output)
        );
    }
    assert_eq!(fs::read_to_string(at("file")).expect("there"), "mine");
    assert_eq!(desk.site.requests(), 0);
}

#[test]
fn save_into_no_folder_is_refused_before_any_request() {
    let desk = Desk::new(ResponsePace::INSTANT, CONNECTOR);
    let output = desk.start(&["rep", "12", "--save", "/nonesuch/folder"]);
    assert_status(&output, 73, &["--save"]);
    assert!(
        stderr(&output).contains("(F4, visit "),
        "{}",
        stderr(&output)
    );
    assert_eq!(desk.site.requests(), 0);
}

#[test]
fn what_was_saved_is_told_in_json_with_its_sum() {
    let desk = Desk::new(ResponsePace::INSTANT, CONNECTOR);
    let folder = desk.home.path().to_str().expect("UTF-8").to_owned();
    let output = desk.start(&["rep", "12", "--json", "--save", &folder]);
    assert_status(&output, 0, &["--save --json"]);
    let told = events(&output);
    assert_eq!(
        names(&told),
        ["request", "progress", "saved"],
        "{}",
        stdout(&output)
    );
    let saved = told.last().expect("an event");
    assert_eq!(saved["bytes"], 4 << 20);
    let file = fs::read(saved["path"].as_str().expect("a path")).expect("a file");
    let sum = Sha256::digest(&file)
        .iter()
        .fold(String::new(), |digits, byte| {
            digits + &format!("{byte:02x}")
        });
    assert_eq!(saved["sha256"], sum, "{saved}");
}
