//! What a site sends as a file, and what it does not (D5, D10): the first is judged by its bytes
//! alone, and never taken for a page of the site's.

use support_kiosk::config::FileKind;
use support_kiosk::failure::Fault;

use super::row::{GOOD, Row, sends};
use crate::support::samples::whole;
use crate::support::site::answer;

const PAGE: &str = "<html><head><title>Remote Support by BeyondTrust</title></head><body><h1>Dana is away</h1></body></html>";
const JSON: &str = r#"{"error": true, "errorMessage": "Closed"}"#;
const CLICK_ONCE: &str = "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
    <asmv1:assembly xmlns:asmv1=\"urn:schemas-microsoft-com:asm.v1\" manifestVersion=\"1.0\">";
const JNLP: &str =
    "<?xml version=\"1.0\"?>\n<jnlp spec=\"1.0+\" codebase=\"https://support.example.com/\">";

/// Ways to say that a body is a file.
const FILES: [&str; 12] = [
    "Content-Disposition: attachment\r\n",
    "content-disposition: ATTACHMENT\r\n",
    "Content-Disposition: attachment; filename=bomgar-scc-1 (1).exe\r\n",
    "Content-Disposition: Attachment;filename=\"scc.exe\"\r\n",
    "Content-Disposition: attachment; filename*=UTF-8''scc.exe\r\n",
    "Content-Type: text/html; charset=utf-8\r\nContent-Disposition: attachment; filename=scc.html\r\n",
    "Content-Type: application/json\r\nContent-Disposition: attachment\r\n",
    "Content-Type: text/plain\r\nContent-Disposition: inline; filename=scc.exe\r\n",
    "Content-Type: application/x-ms-application\r\nContent-Disposition: filename=scc.application\r\n",
    "Content-Disposition: inline; filename*=UTF-8''scc.exe\r\n",
    "Content-Type: application/x-ms-application\r\n",
    "Content-Type: Application/X-Java-JNLP-File; charset=utf-8\r\n",
];

/// What says no such thing.
const PAGES: [&str; 6] = [
    "",
    "Content-Type: application/octet-stream\r\n",
    "Content-Disposition: inline\r\n",
    "Content-Type: Text/HTML; charset=utf-8\r\nContent-Disposition: inline; filename=error.html\r\n",
    "Content-Type: application/xhtml+xml\r\nContent-Disposition: inline; filename=error.html\r\n",
    "Content-Type: application/problem+json\r\nContent-Disposition: filename=error.json\r\n",
];

pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    let mut add = |head: &str, name: &str, body: &[u8], fault: Option<Fault>| {
        let head_line = head.replace("\r\n", "; ");
        rows.push(sends(
            format!("{name} with {head_line:?}"),
            answer("200 OK", head, body),
            fault,
        ));
    };
    for head in FILES {
        add(head, "a good client", GOOD.as_bytes(), None);
        add(head, "a page", PAGE.as_bytes(), Some(Fault::WrongKind));
    }
    for (name, body) in [
        ("JSON", JSON),
        ("ClickOnce", CLICK_ONCE),
        ("JNLP", JNLP),
        ("words", "No session"),
        ("[", "[x]"),
    ] {
        add(FILES[0], name, body.as_bytes(), Some(Fault::WrongKind));
    }
    add(
        FILES[10],
        "ClickOnce",
        CLICK_ONCE.as_bytes(),
        Some(Fault::WrongKind),
    );
    add(FILES[11], "JNLP", JNLP.as_bytes(), Some(Fault::WrongKind));
    for kind in [
        FileKind::Pe,
        FileKind::Msi,
        FileKind::MachO,
        FileKind::Dmg,
        FileKind::Zip,
    ] {
        add(
            FILES[0],
            &format!("{kind:?}"),
            &whole(kind),
            Some(Fault::WrongKind),
        );
    }
    add(FILES[0], "nothing", b"", Some(Fault::EmptyAnswer));
    for head in PAGES {
        add(head, "a page", PAGE.as_bytes(), Some(Fault::Refused));
        add(head, "JSON", JSON.as_bytes(), Some(Fault::Refused));
    }
    add(
        PAGES[0],
        "ClickOnce",
        CLICK_ONCE.as_bytes(),
        Some(Fault::RefusedWithoutSign),
    );
    add(
        PAGES[0],
        "JNLP",
        JNLP.as_bytes(),
        Some(Fault::RefusedWithoutSign),
    );
    rows
}
