//! The name under which a site serves its client (D10): a safe one is kept as it is, and of any
//! other what is safe in it; none is ever a path.

use std::path::{Path, PathBuf};

use support_kiosk::client::Purpose;

use crate::support::order::{Desk, SCRIPT, by_rep};
use crate::support::site::Site;

/// A way in which a name is written into the header.
type Form = fn(&[u8]) -> Vec<u8>;

const FORMS: [Form; 4] = [unquoted, quoted, extended, both];

fn unquoted(name: &[u8]) -> Vec<u8> {
    [b"filename=", name].concat()
}

fn quoted(name: &[u8]) -> Vec<u8> {
    let escaped: Vec<u8> = name
        .iter()
        .flat_map(|b| {
            if b"\"\\".contains(b) {
                vec![b'\\', *b]
            } else {
                vec![*b]
            }
        })
        .collect();
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
    let before = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nContent-Disposition: attachment; ",
        SCRIPT.len()
    );
    [before.as_bytes(), parameter, b"\r\n\r\n", SCRIPT.as_bytes()].concat()
}

/// The names of the files that are in the desk's folder while a client served so is kept there, and
/// how it is called.
fn kept(parameter: &[u8]) -> (String, Vec<PathBuf>) {
    let site = Site::answering(answer(parameter));
    let mut desk = Desk::at(&site.url());
    desk.purpose = Purpose::Save;
    let client = desk
        .download(&by_rep())
        .client(&String::from_utf8_lossy(parameter));
    let mut files = files_below(desk.folder.path());
    files.retain(|path| !path.ends_with(".owner"));
    assert!(
        desk.left().len() == 1 && files.len() == 1,
        "{files:?} of {}",
        String::from_utf8_lossy(parameter)
    );
    (client.file_name().to_owned(), files)
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[test]
fn d10_a_safe_name_is_kept_as_it_is_served_in_every_form() {
    let longest = "k".repeat(200);
    let names = [
        "bomgar-scc-w0eec30dz.bin",
        "bomgar-scc-abc (1).exe",
        "bomgar-scc-abc.desktop",
        "a",
        "A_1.tar.gz",
        "0",
        "x..y",
        "x-rf",
        "C:x",
        "~root",
        "$(id)",
        "`id`",
        "a|b",
        "*",
        &longest,
    ];
    for (name, form) in names
        .into_iter()
        .flat_map(|name| FORMS.map(|form| (name, form)))
    {
        let (called, files) = kept(&form(name.as_bytes()));
        assert_eq!(
            (called.as_str(), files[0].file_name()),
            (name, Some(name.as_ref()))
        );
    }
    // Without quotes these end the name or stand around it.
    for (name, form) in ["x ", "a;b", "\"x"]
        .into_iter()
        .flat_map(|name| [quoted, extended, both].map(|form| (name, form)))
    {
        assert_eq!(kept(&form(name.as_bytes())).0, name);
    }
}

#[test]
fn d10_of_an_unsafe_name_the_safe_part_is_kept_in_every_form() {
    let (long, longer) = ("x".repeat(201), format!("{}.bin", "x".repeat(4000)));
    let (shortened, shorter) = ("x".repeat(200), format!("{}.bin", "x".repeat(196)));
    let names = [
        ("../../x", "_._.._x"),
        ("..\\..\\x", "_._.._x"),
        ("/etc/passwd", "_etc_passwd"),
        ("//x", "__x"),
        ("C:\\x", "C:_x"),
        ("\\\\host\\x", "__host_x"),
        (".", "client.sh"),
        ("..", "client.sh"),
        ("...", "_.."),
        (".profile", "_profile"),
        (".owner", "_owner"),
        ("-rf", "_rf"),
        ("--", "_-"),
        ("a/b", "a_b"),
        ("a\tb", "a_b"),
        ("\u{202E}exe.x", "_exe.x"),
        ("x\u{200B}", "x_"),
        ("\u{F8}", "_"),
        ("\u{1F600}", "_"),
        (&long, &shortened),
        (&longer, &shorter),
    ];
    for ((name, safe), form) in names
        .into_iter()
        .flat_map(|pair| FORMS.map(|form| (pair, form)))
    {
        let (called, files) = kept(&form(name.as_bytes()));
        assert_eq!(
            (called.as_str(), files[0].file_name()),
            (safe, Some(safe.as_ref())),
            "{name:?}"
        );
    }
    for form in [quoted, extended, both] {
        assert_eq!(kept(&form(b" x")).0, "_x");
    }
}

#[test]
fn d10_controls_never_get_into_a_name_and_a_percent_sign_hides_none() {
    for (hidden, safe) in [
        ("%00", "_"),
        ("x%00.exe", "x_.exe"),
        ("x%0Ax", "x_x"),
        ("x%0D", "x_"),
        ("%1B%5B2Jx", "_[2Jx"),
        ("%2e%2e%2fx", "_._x"),
        ("%2E", "client.sh"),
        ("%2Drf", "_rf"),
        ("%E2%80%AEx", "_x"),
        ("%C2%9B", "_"),
        // In no charset that it names.
        ("%FF", "client.sh"),
        // Not an escape.
        ("x%", "x%"),
    ] {
        let (called, _) = kept(format!("filename*=UTF-8''{hidden}").as_bytes());
        assert_eq!(called, safe, "{hidden}");
    }
    // In the header itself the delete character alone is no fault of HTTP's, nor is what is no
    // UTF-8.
    for (bytes, safe) in [
        (b"x\xFFy".as_slice(), "x_y"),
        (b"\x80", "_"),
        (b"\"x\xFF\"", "x_"),
    ] {
        assert_eq!(kept(&unquoted(bytes)).0, safe, "{bytes:?}");
    }
    for bad in [
        "filename*=x",
        "filename*=UTF-8'x",
        "filename*=utf-16''x",
        "filename=",
        "filename=\"\"",
        "filename",
        "x",
    ] {
        assert_eq!(kept(bad.as_bytes()).0, "client.sh", "{bad}");
    }
}
