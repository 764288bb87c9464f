//! `[log]`: where the log of visits goes.

use std::path::Path;

use super::value_or;
use crate::config::LogConfig;
use crate::config::diagnostics::Diagnostics;
use crate::config::schema::{self, LogTo};

/// The default log file.
const FILE: &str = "/var/log/support-kiosk.log";

pub(super) fn log(
    raw: schema::LogSection,
    folder: &Path,
    findings: &mut Diagnostics<'_>,
) -> LogConfig {
    let to = value_or(raw.to, || LogTo::Journald);
    if let (Some(file), LogTo::Journald | LogTo::None) = (&raw.file, to) {
        let message = "`log.file` goes only with log.to = \"file\": set that, or remove the file";
        findings.add(file.span().start, message);
    }
    match to {
        LogTo::Journald => LogConfig::Journal,
        LogTo::File => LogConfig::File(
            raw.file
                .map_or_else(|| FILE.into(), |file| folder.join(file.into_inner())),
        ),
        LogTo::None => LogConfig::None,
    }
}
