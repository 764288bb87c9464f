//! What an answer of status 200 can hold (trust.md D4, D5).

use support_kiosk::config::Kind;
use support_kiosk::failure::Fault;

use super::row::{GOOD, Row, sends};
use crate::support::samples::{cut, this_machines_elf, whole, with};
use crate::support::site::{answer, ok};

const ANY: &str = r#"["elf", "script", "pe", "msi", "macho", "dmg", "zip"]"#;

pub fn rows() -> Vec<Row> {
    let page = "<html><head><title>Sorry</title></head><body><h1>Dana is away</h1></body></html>";
    let holds = |name: &str, body: &[u8], fault| sends(format!("200 with {name}"), ok(body), fault);
    let called = |media_type: &str, name: &str, body: &[u8], fault| {
        sends(format!("200 with {name}"), answer("200 OK", &format!("Content-Type: {media_type}\r\n"), body), fault)
    };
    let elf = this_machines_elf();
    let (refused, wrong, empty) = (Fault::Refused, Fault::WrongKind, Fault::EmptyAnswer);
    let (broken, foreign) = (Fault::BrokenProgram, Fault::WrongArchitecture);
    let mut rows = vec![
        holds("a good client", GOOD.as_bytes(), None),
        holds("HTML", page.as_bytes(), Some(refused)),
        holds("HTML, by session key", page.as_bytes(), Some(Fault::KeyRefused)).by_key(),
        holds("HTML behind a mark and blanks", format!("\u{FEFF}\r\n {page}").as_bytes(), Some(refused)),
        called("application/octet-stream", "HTML that calls itself a program", page.as_bytes(), Some(refused)),
        called("text/html", "HTML behind a page of blanks", format!("{}{page}", " ".repeat(600)).as_bytes(), Some(refused)),
        holds("XML", b"<?xml version=\"1.0\"?><error/>", Some(refused)),
        holds("JSON", br#"{"error": true, "errorMessage": "Closed"}"#, Some(refused)),
        holds("JSON, by session key", br#"{"error": true, "errorMessage": "No such key"}"#, Some(Fault::KeyRefused)).by_key(),
        holds("a list in JSON", b"[]", Some(refused)),
        called("text/plain", "words", b"No session", Some(refused)),
        holds("a page of controls", b"<h1>\x1B]0;x\x07\x1B[2J\xE2\x80\xAE</h1>", Some(refused)),
        holds("nothing", b"", Some(empty)),
        holds("blanks", b" \r\n", Some(empty)),
        holds("a byte", b"#", Some(wrong)),
        holds("bytes", &[1, 2, 3, 4], Some(wrong)),
        holds("words that are called nothing", b"No session", Some(wrong)),
        holds("a page in UTF-16", b"\xFF\xFE<\0h\0t\0m\0l\0>\0", Some(wrong)),
        holds("a picture", b"\x89PNG\r\n\x1A\n", Some(wrong)),
        holds("a PDF", b"%PDF-1.7\n", Some(wrong)),
        holds("a Java class", b"\xCA\xFE\xBA\xBE\0\0\0\x34", Some(wrong)),
        holds("zeros", &[0; 4096], Some(wrong)),
        sends("200 compressed unasked", answer("200 OK", "Content-Encoding: gzip\r\n", b"\x1F\x8B\x08\0\0\0\0\0\0\x03"), wrong),
        holds("a script without a reader", b"#!\nexit\n", Some(broken)),
        // It ends at once and leaves no mark: its command does.
        holds("ELF, whole", &std::fs::read("/bin/true").expect("a program"), None)
            .with("launch.command", r#"["/bin/sh", "-c", ": > \"$MARK\"; exec \"$0\"", "{client}"]"#),
        holds("ELF, cut in half", &cut(&elf, elf.len() / 2), Some(broken)),
        holds("ELF, short of a byte", &cut(&elf, elf.len() - 1), Some(broken)),
        holds("ELF, its mark alone", b"\x7FELF", Some(broken)),
        holds("ELF, an object", &with(elf.clone(), 16, &[1, 0]), Some(broken)),
        holds("ELF, sections past the end", &with(elf.clone(), 40, &[0xFF; 7]), Some(broken)),
        holds("ELF for another processor", &with(elf.clone(), 18, &[8, 0]), Some(foreign)),
        holds("ELF of another width", &with(elf.clone(), 4, &[1]), Some(foreign)),
        holds("ELF of another byte order", &with(elf.clone(), 5, &[2]), Some(foreign)),
    ];
    for kind in [Kind::Pe, Kind::Msi, Kind::MachO, Kind::Dmg, Kind::Zip] {
        let bytes = whole(kind);
        let half = cut(&bytes, bytes.len() / 2);
        rows.push(holds(&format!("{kind:?}, which is not accepted"), &bytes, Some(wrong)));
        // What tells a disk image stands at its end.
        let fault = if kind == Kind::Dmg { wrong } else { broken };
        rows.push(holds(&format!("{kind:?}, accepted, cut in half"), &half, Some(fault)).with("download.accept", ANY));
    }
    let powerpc = with(whole(Kind::Pe), 68, &[0xF0, 1]);
    rows.push(holds("Pe for another processor", &powerpc, Some(foreign)).with("download.accept", ANY));
    rows
}
