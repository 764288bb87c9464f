//! The name under which a site serves its client (trust.md D10): a good one is kept as it is, and no other ever reaches the
//! file system.

use std::path::{Path, PathBuf};

use support_kiosk::connect::Purpose;

use crate::support::order::{Desk, SCRIPT, by_rep};
use crate::support::site::Site;

/// A way in which a name is written into the header.
type Form = fn(&[u8]) -> Vec<u8>;

const FORMS: [Form; 4] = [unquoted, quoted, extended, both];

fn unquoted(name: &[u8]) -> Vec<u8> {
    [b"filename=", name].concat()
}

fn quoted(name: &[u8]) -> Vec<u8> {
    let escaped: Vec<u8> = name.iter().flat_map(|b| if b"\"\\".contains(b) { vec![b'\\', *b] } else { vec![*b] }).collect();
    [b"filename=\"".as_slice(), &escaped, b"\""].concat()
}

fn extended(name: &[u8]) -> Vec<u8> {
    let encoded: Vec<String> = name.iter().map(|b| format!("%{b:02X}")).collect();
    [b"filename*=UTF-8''", encoded.concat().as_bytes()].concat()
}

fn both(name: &[u8]) -> Vec<u8> {
    [extended(name), b"; ".to_vec(), quoted(name)].concat()
}

fn answer(parameter: &[u8]) -> Vec<u8> {
    let before = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nContent-Disposition: attachment; ", SCRIPT.len());
    [before.as_bytes(), parameter, b"\r\n\r\n", SCRIPT.as_bytes()].concat()
}

/// The names of the files that are in the desk's folder while a client served so is kept there, and how it is called.
fn kept(parameter: &[u8]) -> (String, Vec<PathBuf>) {
    let site = Site::answering(answer(parameter));
    let mut desk = Desk::at(&site.url());
    desk.purpose = Purpose::Save;
    let client = desk.download(&by_rep()).client(&String::from_utf8_lossy(parameter));
    let mut files = files_below(desk.folder.path());
    files.retain(|path| !path.ends_with(".owner"));
    assert!(desk.left().len() == 1 && files.len() == 1, "{files:?} of {}", String::from_utf8_lossy(parameter));
    (client.file_name().to_owned(), files)
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[test]
fn d10_a_good_name_is_kept_as_it_is_served_in_every_form() {
    let longest = "k".repeat(128);
    for name in ["bomgar-scc-w0eec30dz.bin", "a", "A_1.tar.gz", "0", "x..y", "x-rf", &longest] {
        for form in FORMS {
            let (called, files) = kept(&form(name.as_bytes()));
            assert_eq!((called.as_str(), files[0].file_name()), (name, Some(name.as_ref())));
        }
    }
}

#[test]
fn d10_a_bad_name_gives_way_to_one_of_ours_in_every_form() {
    let (long, longer) = ("x".repeat(129), "x".repeat(4000));
    let names: [&str; 29] = [
        "../../x",
        "..\\..\\x",
        "/etc/passwd",
        "//x",
        "C:\\x",
        "C:x",
        "\\\\host\\x",
        ".",
        "..",
        "...",
        ".profile",
        ".owner",
        "-rf",
        "--",
        "~",
        "~root",
        "a b",
        "a/b",
        "a\tb",
        "$(id)",
        "`id`",
        "a|b",
        "*",
        "\u{202E}exe.x",
        "x\u{200B}",
        "\u{F8}",
        "\u{1F600}",
        &long,
        &longer,
    ];
    for (name, form) in names.into_iter().flat_map(|name| FORMS.map(|form| (name, form))) {
        let (called, files) = kept(&form(name.as_bytes()));
        assert_eq!((called.as_str(), files[0].file_name()), ("client.sh", Some("client.sh".as_ref())), "{name:?}");
    }
    // Without quotes these end the name or stand around it.
    for (name, form) in [" x", "x ", "a;b"].into_iter().flat_map(|name| [quoted, extended, both].map(|form| (name, form))) {
        assert_eq!(kept(&form(name.as_bytes())).0, "client.sh", "{name:?}");
    }
}

#[test]
fn d10_controls_never_get_into_a_name_and_a_percent_sign_hides_none() {
    for hidden in
        ["%00", "x%00.exe", "x%0Ax", "x%0D", "%1B%5B2Jx", "%2e%2e%2fx", "%2E", "%2Drf", "%FF", "%E2%80%AEx", "%C2%9B", "x%"]
    {
        let (called, _) = kept(format!("filename*=UTF-8''{hidden}").as_bytes());
        assert_eq!(called, "client.sh", "{hidden}");
    }
    // In the header itself the delete character alone is no fault of HTTP's, nor is what is no UTF-8.
    for bytes in [b"x\xFFy".as_slice(), b"\x80", b"\"x\xFF\""] {
        assert_eq!(kept(&unquoted(bytes)).0, "client.sh", "{bytes:?}");
    }
}
