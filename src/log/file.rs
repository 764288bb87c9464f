//! The log as a file of JSON Lines: one object per event. The file is opened for each event, so
//! that it can be moved away at any time (logrotate).

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::subscriber::FormattedEvent;

/// Appends one line. Writes only to a regular file: does not follow a symbolic link and does not
/// wait for a reader of a pipe.
pub(super) fn append(path: &Path, record: &FormattedEvent) -> io::Result<()> {
    let mut file = open_log(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let break_before = if ends_within_a_line(&file, metadata.len()) {
        "\n"
    } else {
        ""
    };
    // One write call, so that lines of several kiosks do not mix.
    file.write_all(format!("{break_before}{}\n", serde_json::to_string(record)?).as_bytes())
}

impl Serialize for FormattedEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("time", &self.time)?;
        object.serialize_entry("level", if self.is_warning { "warning" } else { "info" })?;
        for (name, value) in &self.fields {
            object.serialize_entry(name, value)?;
        }
        object.end()
    }
}

/// Opens the file for appending, and for reading its end if permitted.
fn open_log(path: &Path) -> rustix::io::Result<File> {
    let flags = OFlags::APPEND
        | OFlags::CREATE
        | OFlags::NOFOLLOW
        | OFlags::NONBLOCK
        | OFlags::NOCTTY
        | OFlags::CLOEXEC;
    let open =
        |way: OFlags| rustix::fs::open(path, flags | way, Mode::RUSR | Mode::WUSR | Mode::RGRP);
    match open(OFlags::RDWR) {
        Err(Errno::ACCESS) => open(OFlags::WRONLY),
        opened => opened,
    }
    .map(File::from)
}

/// Whether the last record is incomplete, as after a full disk. If another process completes the
/// line between this check and our write, the result is an empty line, and no record is lost.
fn ends_within_a_line(file: &File, length: u64) -> bool {
    let mut last = [0];
    length
        .checked_sub(1)
        .is_some_and(|end| file.read_exact_at(&mut last, end).is_ok() && last != *b"\n")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use rustix::fs::{CWD, FileType, mknodat};

    use super::super::subscriber::FieldValue;
    use super::*;

    const LINE: &str = "{\"time\":\"2026-11-24T13:32:07.123Z\",\"level\":\"info\",\"event\":\"left\",\"duration\":3.218}\n";

    fn record() -> FormattedEvent {
        let fields = vec![
            ("event", FieldValue::text("left")),
            ("duration", FieldValue::Seconds(3.218)),
        ];
        FormattedEvent {
            time: "2026-11-24T13:32:07.123Z".to_owned(),
            is_warning: false,
            fields,
        }
    }

    #[test]
    fn a_record_begins_a_line_also_where_the_one_before_was_cut() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("visits.log");
        for (before, after) in [
            ("", ""),
            ("\n", "\n"),
            ("whole\n", "whole\n"),
            ("event=sta", "event=sta\n"),
            ("é", "é\n"),
        ] {
            fs::write(&file, before).expect("written");
            for _ in 0..2 {
                append(&file, &record()).expect("appended");
            }
            assert_eq!(
                fs::read_to_string(&file).expect("text"),
                format!("{after}{LINE}{LINE}"),
                "{before:?}"
            );
        }
    }

    #[test]
    fn a_log_that_we_may_not_read_is_written_all_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("visits.log");
        fs::write(&file, "").expect("written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o200)).expect("set");
        append(&file, &record()).expect("appended");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("set");
        assert_eq!(fs::read_to_string(&file).expect("text"), LINE);
    }

    #[test]
    fn nothing_but_a_plain_file_is_written_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let within = |name: &str| folder.path().join(name);
        fs::create_dir(within("folder")).expect("a folder");
        fs::write(within("kept"), "mine").expect("written");
        symlink(within("kept"), within("link")).expect("a link");
        symlink(within("nowhere"), within("dangling link")).expect("a link");
        mknodat(
            CWD,
            within("pipe"),
            FileType::Fifo,
            Mode::RUSR | Mode::WUSR,
            0,
        )
        .expect("a pipe");
        for name in [
            "folder",
            "link",
            "dangling link",
            "pipe",
            "missing/visits.log",
            "kept/visits.log",
        ] {
            assert!(append(&within(name), &record()).is_err(), "{name}");
        }
        assert!(append(Path::new("/dev/null"), &record()).is_err());
        assert_eq!(fs::read_to_string(within("kept")).expect("there"), "mine");
        assert!(!within("nowhere").exists());
    }
}
