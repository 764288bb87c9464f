//! The config and its lists between customers: read again when `stat` says that they are others,
//! and only then.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use support_kiosk::config::{ConfigSource, Lockdown};
use support_kiosk::session::Rep;

use super::{Folder, SITE, names};

const LIST: &str = "id,name\n1,Dana\n";

/// A config with a list, read once.
fn watched() -> (Folder, ConfigSource) {
    let folder = Folder::new();
    folder.write("reps.csv", LIST);
    let file = folder.write(
        "kiosk.toml",
        format!("{SITE}[lists]\nreps = \"reps.csv\"\n"),
    );
    let mut source = ConfigSource::new(file, Lockdown::AsConfigured);
    assert!(source.has_changed(), "what was never read is news");
    source.load(None).expect("a good config");
    assert!(!source.has_changed(), "nothing has happened");
    (folder, source)
}

/// What is read is this, and after it nothing has changed any more.
fn assert_reads(source: &mut ConfigSource, expected: &[&str]) {
    assert!(source.has_changed(), "the change is not seen");
    let (_, reading) = source.load(None).expect("a good config");
    let reps: Vec<Rep> = reading.choices.reps.iter().collect();
    assert_eq!(
        (names(&reps).as_slice(), reading.problems()),
        (expected, None)
    );
    assert!(!source.has_changed(), "it was just read");
}

/// It is wrong, and not asked again until it has changed.
fn assert_wrong(source: &mut ConfigSource, words: &str) {
    assert!(source.has_changed(), "the change is not seen");
    let told = match source.load(None) {
        Ok((_, reading)) => reading.problems().expect(words).to_string(),
        Err(problems) => problems.to_string(),
    };
    assert!(told.contains(words), "{told}");
    assert!(!source.has_changed(), "it is as wrong as it was");
}

#[test]
fn a_list_that_another_took_the_place_of_is_read_again() {
    let (folder, mut source) = watched();
    folder.replace("reps.csv", "id,name\n1,Olaf\n");
    assert_reads(&mut source, &["Olaf"]);
}

#[test]
fn a_list_that_was_changed_in_place_is_read_again() {
    let (folder, mut source) = watched();
    folder.write("reps.csv", "id,name\n1,Dana\n2,Olaf\n");
    assert_reads(&mut source, &["Dana", "Olaf"]);
    // As long as before, and another time on it.
    let file = folder.write("reps.csv", "id,name\n1,Olaf\n2,Dana\n");
    let later = SystemTime::now() + Duration::from_secs(5);
    File::options()
        .write(true)
        .open(file)
        .and_then(|file| file.set_modified(later))
        .expect("touched");
    assert_reads(&mut source, &["Olaf", "Dana"]);
}

#[test]
fn a_list_that_goes_and_comes_back_is_told_of_once_and_read_again() {
    let (folder, mut source) = watched();
    fs::remove_file(folder.path("reps.csv")).expect("removed");
    assert_wrong(
        &mut source,
        "reps.csv: this file can't be read: No such file",
    );
    folder.write("reps.csv", LIST);
    assert_reads(&mut source, &["Dana"]);
}

#[test]
fn a_broken_and_repaired_list_is_reported_once_and_reloaded() {
    let (folder, mut source) = watched();
    folder.replace("reps.csv", "id,name\nx,Dana\n");
    assert_wrong(&mut source, "reps.csv:2:1: `rep.id` must be a whole number");
    folder.replace("reps.csv", LIST);
    assert_reads(&mut source, &["Dana"]);
}

#[test]
fn a_broken_and_repaired_config_is_reported_once_and_reloaded() {
    let (folder, mut source) = watched();
    let good = fs::read_to_string(folder.path("kiosk.toml")).expect("read");
    folder.write("kiosk.toml", format!("{good}[look]\ntheem = 1\n"));
    assert_wrong(&mut source, "did you mean `theme`?");
    folder.replace("reps.csv", "id,name\n1,Olaf\n");
    assert!(!source.has_changed(), "no list mends a wrong config");
    folder.replace("kiosk.toml", &good);
    assert_reads(&mut source, &["Olaf"]);
}

#[test]
fn a_config_that_names_another_list_is_followed_there() {
    let (folder, mut source) = watched();
    folder.write("others.json", "[{\"id\": 5, \"name\": \"Li\"}]");
    folder.replace(
        "kiosk.toml",
        &format!("{SITE}[lists]\nreps = \"others.json\"\n"),
    );
    assert_reads(&mut source, &["Li"]);
    folder.replace("reps.csv", "wrong");
    assert!(!source.has_changed(), "that list is named no more");
    folder.replace("others.json", "[]");
    assert_reads(&mut source, &[]);
}

#[test]
fn an_overlay_file_is_noticed_when_it_appears_and_disappears() {
    let (folder, mut source) = watched();
    fs::create_dir(folder.path("kiosk.d")).expect("made");
    let overlay = folder.write("kiosk.d/b12.toml", "");
    assert_wrong(&mut source, "`kiosk.d` is not supported yet");
    fs::remove_dir_all(overlay.with_file_name("")).expect("removed");
    assert_reads(&mut source, &["Dana"]);
}

#[test]
fn lists_that_change_while_the_config_loads_are_noticed() {
    let (folder, mut source) = watched();
    let config = source.config().expect("a good config");
    folder.replace("reps.csv", "id,name\n1,Olaf\n");
    let choices = folder.read(&config).expect("a good list");
    assert_eq!(
        choices.reps.get(0).map(|rep| rep.name.to_string()),
        Some("Olaf".to_owned())
    );
    // Read once too often rather than once too seldom.
    assert_reads(&mut source, &["Olaf"]);
}
