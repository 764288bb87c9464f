//! What may get into the log: our own events, as clean text. Whatever a library has to say stays outside, since there are
//! URLs in it.

use std::fmt::{Debug, Write};
use std::sync::mpsc::SyncSender;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record as Values};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::clean::Clean;
use crate::machine;

/// Our own events bear it.
pub(super) const TARGET: &str = "support_kiosk::visit";

/// The longest value, in characters.
const VALUE_AT_MOST: usize = 300;

/// One event: a line in the file, a datagram to the journal.
pub(super) struct Record {
    /// When it was told: `2026-11-24T14:32:07+01:00`.
    pub(super) time: String,
    /// Whether somebody should look at it.
    pub(super) is_warning: bool,
    /// Names, and values on one line each, in the order in which they were told; `event` is the first, the kiosk and the version
    /// are the last.
    pub(super) fields: Vec<(&'static str, Clean)>,
}

impl Record {
    /// `event=failed visit=K7F204 code=N2 causes="Connection refused (os error 111)"`
    pub(super) fn line(&self) -> String {
        let mut line = String::new();
        for (name, value) in &self.fields {
            let gap = if line.is_empty() { "" } else { " " };
            let plain = |c: char| c.is_alphanumeric() || "._:/+-[]".contains(c);
            let value = value.as_str();
            // Writing to a string can't fail.
            let _ = if !value.is_empty() && value.chars().all(plain) {
                write!(line, "{gap}{name}={value}")
            } else {
                write!(line, "{gap}{name}=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
            };
        }
        line
    }
}

impl Visit for Record {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.push((field.name(), Clean::washed(value, VALUE_AT_MOST)));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

/// Lets our own events through to the log's thread, for as long as that takes them.
pub(super) struct Gate {
    records: SyncSender<Record>,
    kiosk: Clean,
    version: Clean,
}

impl Gate {
    /// Every record names this kiosk.
    pub(super) fn to(records: SyncSender<Record>, kiosk: Clean) -> Self {
        Self { records, kiosk, version: Clean::washed(env!("CARGO_PKG_VERSION"), VALUE_AT_MOST) }
    }
}

impl Subscriber for Gate {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == TARGET && metadata.is_event()
    }

    fn event(&self, event: &Event<'_>) {
        let is_warning = *event.metadata().level() <= Level::WARN;
        let mut record = Record { time: machine::timestamp(), is_warning, fields: Vec::new() };
        event.record(&mut record);
        record.fields.extend([("kiosk", self.kiosk.clone()), ("version", self.version.clone())]);
        // A log that does not keep up loses what comes then.
        let _ = self.records.try_send(record);
    }

    // No spans of anybody's are taken in.
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Values<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use tracing::Dispatch;
    use tracing::dispatcher::with_default;

    use super::*;

    #[test]
    fn d15_no_event_but_our_own_gets_into_the_log() {
        let (records, written) = sync_channel(8);
        with_default(&Dispatch::new(Gate::to(records, Clean::washed("b12-3", 9))), || {
            tracing::error!(target: "hyper_util::client", url = "https://a/?access_key=canary");
            tracing::error!("canary");
            let span = tracing::error_span!(target: TARGET, "canary", key = "canary");
            span.in_scope(
                || tracing::warn!(target: TARGET, event = "ours", number = 7, none = None::<u8>, said = "a \"b\"\n\u{1B}[2J"),
            );
        });
        let lines: Vec<String> = written.iter().map(|record| record.line()).collect();
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(lines, [format!("event=ours number=7 said=\"a \\\"b\\\" [2J\" kiosk=b12-3 version={version}")]);
    }

    #[test]
    fn a_log_that_does_not_keep_up_loses_records_and_holds_nobody_up() {
        let (records, written) = sync_channel(1);
        with_default(&Dispatch::new(Gate::to(records, Clean::washed("b12-3", 9))), || {
            for number in 0..100 {
                tracing::info!(target: TARGET, number);
            }
        });
        let lines: Vec<String> = written.iter().map(|record| record.line()).collect();
        assert!(lines.len() == 1 && lines[0].starts_with("number=0 "), "{lines:?}");
    }
}
