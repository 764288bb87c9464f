//! A tracing subscriber that accepts only this crate's events, as clean text. Library events are
//! dropped because they may contain URLs.

use std::fmt::{self, Debug, Display};
use std::sync::mpsc::SyncSender;

use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record as Values};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::clean::Clean;
use crate::host;

/// The target of this crate's events.
pub(super) const TARGET: &str = "support_kiosk::visit";

/// The maximum length of a value, in characters.
const MAX_VALUE: usize = 300;

/// One event: a line in the file, or a datagram to the journal.
pub(super) struct FormattedEvent {
    /// When it was logged, in UTC: `2026-11-24T13:32:07.123Z`.
    pub(super) time: String,
    /// Whether an operator should look at it.
    pub(super) is_warning: bool,
    /// Names and values in the logged order: `event` is first, the kiosk and the version are last.
    pub(super) fields: Vec<(&'static str, FieldValue)>,
}

/// A value in one of JSON's types.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum FieldValue {
    Text(String),
    /// A count, or a number from the system.
    Integer(i64),
    /// Seconds, rounded to milliseconds.
    Seconds(f64),
}

impl FieldValue {
    pub(super) fn text(value: &str) -> Self {
        Self::Text(Clean::sanitized(value, MAX_VALUE).into_string())
    }
}

impl Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Seconds(seconds) => write!(f, "{seconds:.3}"),
        }
    }
}

impl Visit for FormattedEvent {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.push((field.name(), FieldValue::text(value)));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.fields.push((field.name(), FieldValue::Integer(value)));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.record_i64(field, i64::try_from(value).unwrap_or(i64::MAX));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.fields.push((field.name(), FieldValue::Seconds(value)));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

/// Passes this crate's events to the log thread while that exists.
pub(super) struct VisitSubscriber {
    records: SyncSender<FormattedEvent>,
    kiosk: Clean,
}

impl VisitSubscriber {
    /// Adds the name of this kiosk to every record.
    pub(super) fn new(records: SyncSender<FormattedEvent>, kiosk: Clean) -> Self {
        Self { records, kiosk }
    }
}

impl Subscriber for VisitSubscriber {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == TARGET && metadata.is_event()
    }

    fn event(&self, event: &Event<'_>) {
        let is_warning = *event.metadata().level() <= Level::WARN;
        let mut record = FormattedEvent {
            time: host::timestamp(),
            is_warning,
            fields: Vec::new(),
        };
        event.record(&mut record);
        let common = [
            ("kiosk", self.kiosk.as_str()),
            ("version", env!("CARGO_PKG_VERSION")),
        ];
        record
            .fields
            .extend(common.map(|(name, value)| (name, FieldValue::text(value))));
        // If the log thread is too slow, the record is dropped.
        let _ = self.records.try_send(record);
    }

    // Spans are ignored.
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
        with_default(
            &Dispatch::new(VisitSubscriber::new(records, Clean::sanitized("b12-3", 9))),
            || {
                tracing::error!(target: "hyper_util::client", url = "https://a/?access_key=canary");
                tracing::error!("canary");
                let span = tracing::error_span!(target: TARGET, "canary", key = "canary");
                span.in_scope(
                || tracing::warn!(target: TARGET, event = "ours", number = 7, none = None::<u8>, said = "a \"b\"\n\u{1B}[2J"),
            );
            },
        );
        let fields: Vec<_> = written.iter().map(|record| record.fields).collect();
        let text = |value: &str| FieldValue::Text(value.to_owned());
        let expected = [
            ("event", text("ours")),
            ("number", FieldValue::Integer(7)),
            ("said", text("a \"b\" [2J")),
            ("kiosk", text("b12-3")),
            ("version", text(env!("CARGO_PKG_VERSION"))),
        ];
        assert_eq!(fields, [expected]);
    }

    #[test]
    fn a_slow_log_loses_records_instead_of_blocking() {
        let (records, written) = sync_channel(1);
        with_default(
            &Dispatch::new(VisitSubscriber::new(records, Clean::sanitized("b12-3", 9))),
            || {
                for number in 0..100 {
                    tracing::info!(target: TARGET, number);
                }
            },
        );
        let first: Vec<_> = written
            .iter()
            .map(|record| record.fields[0].clone())
            .collect();
        assert_eq!(first, [("number", FieldValue::Integer(0))]);
    }
}
