//! The log in systemd's journal, by its native protocol: a datagram of `NAME=value` lines.
//! (<https://systemd.io/JOURNAL_NATIVE_PROTOCOL>)
//!
//! `tracing-journald` is not used because its socket blocks: a stopped journal would delay
//! sessions.

use std::fmt::Write;
use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::Path;

use super::subscriber::{FieldValue, FormattedEvent};

/// The journal's socket, if it runs.
pub(crate) const SOCKET: &str = "/run/systemd/journal/socket";

/// Sends a record to the journal at `socket`. `journalctl -t support-kiosk` shows it;
/// `KIOSK_VISIT=K7F204` selects the events of a visit.
pub(super) fn send(socket: &Path, record: &FormattedEvent) -> io::Result<()> {
    let journal = UnixDatagram::unbound()?;
    journal.set_nonblocking(true)?;
    journal
        .send_to(datagram(record).as_bytes(), socket)
        .map(drop)
}

/// Every value is one line, so the protocol's form with a length is not needed.
fn datagram(record: &FormattedEvent) -> String {
    // Syslog priorities: warning and informational.
    let priority = if record.is_warning { 4 } else { 6 };
    let mut text = format!(
        "MESSAGE={}\nPRIORITY={priority}\nSYSLOG_IDENTIFIER=support-kiosk\n",
        message(record)
    );
    for (name, value) in &record.fields {
        // Writing to a string can't fail.
        let _ = writeln!(text, "KIOSK_{}={value}", field_name(name));
    }
    text
}

/// The part of the field name after `KIOSK_`.
fn field_name(name: &str) -> String {
    if name == "kiosk" {
        "NAME".to_owned()
    } else {
        name.to_ascii_uppercase()
    }
}

/// `event=failed visit=K7F204 code=N2 causes="Connection refused (os error 111)"`
fn message(record: &FormattedEvent) -> String {
    let plain = |c: char| c.is_alphanumeric() || "._:/+-[]".contains(c);
    let written = |(name, value): &(&str, FieldValue)| {
        let value = value.to_string();
        if !value.is_empty() && value.chars().all(plain) {
            format!("{name}={value}")
        } else {
            format!(
                "{name}=\"{}\"",
                value.replace('\\', "\\\\").replace('"', "\\\"")
            )
        }
    };
    record
        .fields
        .iter()
        .map(written)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> FormattedEvent {
        let fields = [
            ("event", "failed"),
            ("code", "N2"),
            ("causes", "\"a\" \\ b"),
            ("kiosk", "b12-3"),
        ];
        let mut fields: Vec<_> = fields
            .map(|(name, value)| (name, FieldValue::text(value)))
            .into();
        fields.extend([
            ("duration", FieldValue::Seconds(3.0)),
            ("bytes", FieldValue::Integer(7)),
        ]);
        FormattedEvent {
            time: "2026-11-24T13:32:07.000Z".to_owned(),
            is_warning: true,
            fields,
        }
    }

    #[test]
    fn the_journal_gets_a_line_to_read_and_fields_to_find_it_by() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path().join("socket");
        let journal = UnixDatagram::bind(&at).expect("a socket");
        send(&at, &record()).expect("sent");
        let mut bytes = [0; 1024];
        let count = journal.recv(&mut bytes).expect("a datagram");
        let expected = "MESSAGE=event=failed code=N2 causes=\"\\\"a\\\" \\\\ b\" kiosk=b12-3 duration=3.000 bytes=7\nPRIORITY=4\n\
                        SYSLOG_IDENTIFIER=support-kiosk\nKIOSK_EVENT=failed\nKIOSK_CODE=N2\nKIOSK_CAUSES=\"a\" \\ b\n\
                        KIOSK_NAME=b12-3\nKIOSK_DURATION=3.000\nKIOSK_BYTES=7\n";
        assert_eq!(std::str::from_utf8(&bytes[..count]), Ok(expected));
    }

    #[test]
    fn a_journal_that_is_not_there_or_takes_nothing_is_not_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path().join("socket");
        assert!(send(&at, &record()).is_err());
        let _journal = UnixDatagram::bind(&at).expect("a socket");
        let first_lost = (0..1_000_000).find(|_| send(&at, &record()).is_err());
        assert!(first_lost.is_some(), "its queue never fills");
    }
}
