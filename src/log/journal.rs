//! The log in systemd's journal, by its native protocol: a datagram of `NAME=value` lines.
//! (<https://systemd.io/JOURNAL_NATIVE_PROTOCOL>)
//!
//! Not by `tracing-journald`, whose socket blocks: a journal that has stopped would hold up whoever tells it something.

use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::Path;

use super::gate::Record;

/// Where the journal listens, if it runs.
pub const SOCKET: &str = "/run/systemd/journal/socket";

/// Sends one record to the journal at `socket`. `journalctl -t support-kiosk` shows it, `KIOSK_VISIT=K7F204` finds it.
pub(super) fn send(socket: &Path, record: &Record) -> io::Result<()> {
    let journal = UnixDatagram::unbound()?;
    journal.set_nonblocking(true)?;
    journal.send_to(datagram(record).as_bytes(), socket).map(drop)
}

/// Every value is one line, so that none needs the protocol's form with a length.
fn datagram(record: &Record) -> String {
    // As syslog has them: warning and information.
    let priority = if record.is_warning { 4 } else { 6 };
    let mut text = format!("MESSAGE={}\nPRIORITY={priority}\nSYSLOG_IDENTIFIER=support-kiosk\n", record.line());
    for (name, value) in &record.fields {
        text.extend(["KIOSK_", &name.to_ascii_uppercase(), "=", value.as_str(), "\n"]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::Clean;

    fn record() -> Record {
        let fields = [("event", "failed"), ("code", "N2"), ("causes", "Connection refused")];
        let fields = fields.map(|(name, value)| (name, Clean::washed(value, 99))).into();
        Record { time: "2026-11-24T14:32:07+01:00".to_owned(), is_warning: true, fields }
    }

    #[test]
    fn the_journal_gets_a_line_to_read_and_fields_to_find_it_by() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path().join("socket");
        let journal = UnixDatagram::bind(&at).expect("a socket");
        send(&at, &record()).expect("sent");
        let mut bytes = [0; 1024];
        let count = journal.recv(&mut bytes).expect("a datagram");
        let expected = "MESSAGE=event=failed code=N2 causes=\"Connection refused\"\nPRIORITY=4\nSYSLOG_IDENTIFIER=support-kiosk\n\
                        KIOSK_EVENT=failed\nKIOSK_CODE=N2\nKIOSK_CAUSES=Connection refused\n";
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
