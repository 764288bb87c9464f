//! What an answer of status 200 can hold (D4, D5).

use support_kiosk::config::FileKind;
use support_kiosk::failure::Fault;

use super::row::{GOOD, Row, scripted, sends};
use crate::support::order::KEY;
use crate::support::samples::{PAYLOAD, cut, this_machines_elf, whole, with};
use crate::support::site::{Act, Received, answer, ok};

const ANY: &str = r#"["elf", "script", "desktop", "pe", "msi", "macho", "dmg", "zip"]"#;

/// A desktop entry behind these first lines that is a good client.
fn entry(head: &str) -> Vec<u8> {
    let script = format!(
        "{head}[Desktop Entry]\nType=Application\nName=Customer Client\n\n[X-Client]\n: > \"$MARK\"\nexit 0\n"
    );
    [script.as_bytes(), &PAYLOAD].concat()
}

fn utf_16(text: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(text)
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect()
}

pub fn rows() -> Vec<Row> {
    let page = "<html><head><title>Remote Support by BeyondTrust</title></head><body><h1>Dana is away</h1></body></html>";
    let holds = |name: &str, body: &[u8], fault| sends(format!("200 with {name}"), ok(body), fault);
    let called = |media_type: &str, name: &str, body: &[u8], fault| {
        sends(
            format!("200 with {name}"),
            answer("200 OK", &format!("Content-Type: {media_type}\r\n"), body),
            fault,
        )
    };
    let portal =
        b"<html><h1>Welcome to our Wi-Fi</h1><a href='https://localhost/'>Go on</a></html>";
    let elf = this_machines_elf();
    let (refused, wrong, empty) = (Fault::Refused, Fault::WrongKind, Fault::EmptyAnswer);
    let (broken, foreign) = (Fault::BrokenProgram, Fault::WrongArchitecture);
    let mut rows = vec![
        holds("a good client", GOOD.as_bytes(), None),
        holds("HTML", page.as_bytes(), Some(refused)),
        holds(
            "HTML, by session key",
            page.as_bytes(),
            Some(Fault::KeyRefused),
        )
        .by_key(),
        holds(
            "HTML behind a mark and blanks",
            format!("\u{FEFF}\r\n {page}").as_bytes(),
            Some(refused),
        ),
        called(
            "application/octet-stream",
            "HTML that calls itself a program",
            page.as_bytes(),
            Some(refused),
        ),
        called(
            "text/html",
            "HTML behind a page of blanks",
            format!("{}{page}", " ".repeat(600)).as_bytes(),
            Some(refused),
        ),
        holds(
            "HTML without a sign of the site",
            portal,
            Some(Fault::RefusedWithoutSign),
        ),
        holds(
            "HTML without a sign of the site, by session key",
            portal,
            Some(Fault::KeyRefusedWithoutSign),
        )
        .by_key(),
        holds(
            "HTML that bears the desk's name",
            b"<h1>Desk of Oslo</h1>",
            Some(refused),
        )
        .with("site.name", "\"desk of Oslo\""),
        holds(
            "XML",
            b"<?xml version=\"1.0\"?><error by=\"bomgar\"/>",
            Some(refused),
        ),
        holds(
            "JSON",
            br#"{"error": true, "errorMessage": "Closed"}"#,
            Some(refused),
        ),
        holds(
            "JSON, by session key",
            br#"{"error": true, "errorMessage": "No such key"}"#,
            Some(Fault::KeyRefused),
        )
        .by_key(),
        holds("a list in JSON", b"[]", Some(refused)),
        called("text/plain", "words", b"No session", Some(refused)),
        holds(
            "a page of controls",
            b"<h1>\x1B]0;x\x07\x1B[2J\xE2\x80\xAE</h1>",
            Some(Fault::RefusedWithoutSign),
        ),
        holds("nothing", b"", Some(empty)),
        holds("blanks", b" \r\n", Some(empty)),
        holds("a byte", b"#", Some(refused)),
        holds("bytes", &[1, 2, 3, 4], Some(wrong)),
        holds(
            "words that are called nothing",
            b"No session",
            Some(refused),
        ),
        called(
            "application/octet-stream",
            "words that are called bytes",
            b"No session",
            Some(refused),
        ),
        called(
            "text/plain",
            "words with an escape",
            b"\x1B[1mNo session",
            Some(refused),
        ),
        called(
            "text/html; charset=iso-8859-1",
            "HTML in Latin-1",
            b"<h1>Bomgar: Schl\xFCssel</h1>",
            Some(refused),
        ),
        called(
            "text/html; charset=shift_jis",
            "HTML in a charset beyond us",
            b"<h1>\x83\x8D",
            Some(Fault::RefusedWithoutSign),
        ),
        holds(
            "a page in UTF-16",
            b"\xFF\xFE<\0h\0t\0m\0l\0>\0",
            Some(Fault::RefusedWithoutSign),
        ),
        sends(
            "200 with words in a file",
            answer(
                "200 OK",
                "Content-Disposition: attachment; filename=x\r\n",
                b"ls",
            ),
            wrong,
        ),
        holds("a picture", b"\x89PNG\r\n\x1A\n", Some(wrong)),
        holds("a PDF", b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n", Some(wrong)),
        holds("a Java class", b"\xCA\xFE\xBA\xBE\0\0\0\x34", Some(wrong)),
        holds("zeros", &[0; 4096], Some(wrong)),
        sends(
            "200 compressed unasked",
            answer(
                "200 OK",
                "Content-Encoding: gzip\r\n",
                b"\x1F\x8B\x08\0\0\0\0\0\0\x03",
            ),
            wrong,
        ),
        holds("a script without a reader", b"#!\nexit\n", Some(broken)),
        holds(
            "a script behind a mark",
            format!("\u{FEFF}{GOOD}").as_bytes(),
            Some(Fault::CannotStart),
        ),
        holds(
            "a script with a desktop entry in it",
            format!("{GOOD}exit\n[Desktop Entry]\n").as_bytes(),
            None,
        ),
        holds("a desktop entry", &entry(""), None).with("download.accept", ANY),
        holds(
            "a desktop entry behind a mark and a comment",
            &entry("\u{FEFF}# a client\r\n\n"),
            None,
        )
        .with("download.accept", ANY),
        holds(
            "a desktop entry behind a long comment",
            &entry(&"# a licence\n".repeat(5000)),
            None,
        )
        .with("download.accept", ANY),
        called(
            "application/x-desktop",
            "a desktop entry of a site's own type",
            &entry(""),
            None,
        )
        .with("download.accept", ANY),
        called(
            "text/html",
            "a desktop entry that calls itself a page",
            &entry(""),
            None,
        )
        .with("download.accept", ANY),
        holds(
            "a desktop entry, which is not accepted",
            &entry(""),
            Some(wrong),
        ),
        holds(
            "a desktop entry, for the kernel to run",
            &entry(""),
            Some(Fault::CannotStart),
        )
        .with("download.accept", ANY)
        .with("launch.command", r#"["{client}"]"#),
        holds(
            "the words of a desktop entry in UTF-16",
            &utf_16(&entry("\u{FEFF}")),
            Some(refused),
        ),
        holds(
            "another file of sections",
            b"[InternetShortcut]\r\nURL=https://localhost/\r\n",
            Some(refused),
        ),
        holds(
            "comments without end",
            "# a comment\n".repeat(10_000).as_bytes(),
            Some(refused),
        ),
        holds(
            "more blanks than are looked at",
            " ".repeat(1000).as_bytes(),
            Some(empty),
        ),
        // It ends at once and leaves no mark: its command does.
        holds(
            "ELF, whole",
            &std::fs::read("/bin/true").expect("a program"),
            None,
        )
        .with(
            "launch.command",
            r#"["/bin/sh", "-c", ": > \"$MARK\"; exec \"$0\"", "{client}"]"#,
        ),
        holds("ELF, cut in half", &cut(&elf, elf.len() / 2), Some(broken)),
        holds(
            "ELF, short of a byte",
            &cut(&elf, elf.len() - 1),
            Some(broken),
        ),
        holds("ELF, its mark alone", b"\x7FELF", Some(broken)),
        holds(
            "ELF, an object",
            &with(elf.clone(), 16, &[1, 0]),
            Some(broken),
        ),
        holds(
            "ELF, sections past the end",
            &with(elf.clone(), 40, &[0xFF; 7]),
            Some(broken),
        ),
        holds(
            "ELF for another processor",
            &with(elf.clone(), 18, &[8, 0]),
            Some(foreign),
        ),
        holds(
            "ELF of another width",
            &with(elf.clone(), 4, &[1]),
            Some(foreign),
        ),
        holds(
            "ELF of another byte order",
            &with(elf.clone(), 5, &[2]),
            Some(foreign),
        ),
    ];
    let repeats = |received: &Received| {
        format!(
            "<h1>BeyondTrust: {} {KEY} {}</h1>",
            received.target, received.body
        )
    };
    for status in ["200 OK", "403 No", "500 Oh"] {
        let fault = if status.starts_with('5') {
            Fault::SiteBroken
        } else {
            Fault::KeyRefused
        };
        let name = format!("{status} with a page that repeats the request");
        rows.push(
            scripted(
                name,
                move |_, received| vec![Act::Send(answer(status, "", repeats(received)))],
                fault,
            )
            .by_key(),
        );
    }
    for kind in [
        FileKind::Pe,
        FileKind::Msi,
        FileKind::MachO,
        FileKind::Dmg,
        FileKind::Zip,
    ] {
        rows.push(holds(
            &format!("{kind:?}, which is not accepted"),
            &whole(kind),
            Some(wrong),
        ));
    }
    // What tells a disk image stands at its end.
    for (kind, fault) in [
        (FileKind::Pe, broken),
        (FileKind::MachO, broken),
        (FileKind::Dmg, wrong),
    ] {
        let half = cut(&whole(kind), whole(kind).len() / 2);
        rows.push(
            holds(
                &format!("{kind:?}, accepted, cut in half"),
                &half,
                Some(fault),
            )
            .with("download.accept", ANY),
        );
    }
    let powerpc = with(whole(FileKind::Pe), 68, &[0xF0, 1]);
    rows.push(
        holds("Pe for another processor", &powerpc, Some(foreign)).with("download.accept", ANY),
    );
    rows
}
