//! The log as a file: one line an event. Opened anew for each, so that it can be moved away at any time (logrotate).

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use rustix::fs::{Mode, OFlags};

use super::gate::Record;

/// Appends one line. Only ever to a plain file: a link is not followed, and a pipe that nobody reads is not waited for.
pub(super) fn append(path: &Path, record: &Record) -> io::Result<()> {
    let flags = OFlags::APPEND | OFlags::CREATE | OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let mode = Mode::RUSR | Mode::WUSR | Mode::RGRP;
    let mut file = File::from(rustix::fs::open(path, flags | OFlags::CLOEXEC, mode)?);
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    // In one piece, so that the lines of several kiosks stay whole.
    file.write_all(format!("{} {}\n", record.time, record.line()).as_bytes())
}
