//! The text of a page, from its bytes.
//!
//! Sites of today send UTF-8; an older proxy or a page of somebody's own may not. What names no charset and is no UTF-8 is
//! read as windows-1252, as browsers do, of which ISO 8859-1 is a part. A charset beyond these gives no words rather than
//! wrong ones; so does a program, or anything else that was never meant to be read.

use std::str;

use crate::encoding::{self, Encoding};

/// How far a page is looked at for what it says of its own charset, in bytes.
const HEAD: usize = 1024;

/// windows-1252 from 0x80 to 0x9F; its other bytes are the characters of the same number.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}', '‘', '’', '“', '”',
    '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// The text, which may be cut anywhere; empty where it is in a charset that is not read here. `media_type` is in lower case.
pub(super) fn text(page: &[u8], media_type: &str) -> String {
    match encoding::marked(page) {
        Some((Encoding::Utf8, rest)) => of_bytes(rest, Some("utf-8")),
        Some((utf16 @ (Encoding::Utf16Le | Encoding::Utf16Be), rest)) => utf16.decode_lossily(rest),
        None => {
            let head = String::from_utf8_lossy(&page[..page.len().min(HEAD)]).to_ascii_lowercase();
            of_bytes(page, charset(media_type).or_else(|| charset(&head)))
        }
    }
}

fn of_bytes(page: &[u8], charset: Option<&str>) -> String {
    let in_windows_1252 = || page.iter().map(|byte| windows_1252(*byte)).collect();
    // Words are made of ASCII for the most part, or they are in no alphabet that is guessed here.
    let is_guessable = page.iter().filter(|byte| byte.is_ascii()).count() * 2 > page.len();
    match (charset, utf8(page)) {
        (None | Some("utf-8" | "utf8" | "us-ascii" | "iso-8859-1" | "windows-1252"), Some(text)) => text.to_owned(),
        // Every charset that is known by seven bits alone has ASCII in them; escapes are another's.
        (Some(_), Some(text)) if page.is_ascii() && !page.contains(&0x1B) => text.to_owned(),
        (Some("utf-8" | "utf8"), None) => String::from_utf8_lossy(page).into_owned(),
        (Some("us-ascii" | "iso-8859-1" | "windows-1252"), None) => in_windows_1252(),
        (None, None) if is_guessable => in_windows_1252(),
        (Some(_) | None, _) => String::new(),
    }
}

/// Whether a text is one that a person could read: not a few bytes of a program or of an archive that happen to be letters.
/// What only moves about on a terminal is washed out of words later.
pub(super) fn is_legible(text: &str) -> bool {
    let is_odd = |c: &char| matches!(c, '\u{1}'..='\u{6}' | '\u{E}'..='\u{1A}' | '\u{1C}'..='\u{1F}' | '\u{FFFD}');
    !text.contains('\0') && text.chars().filter(is_odd).count() <= 1 + text.chars().count() / 16
}

/// The text, if it is in UTF-8 up to a character that is cut at its end.
pub(super) fn utf8(page: &[u8]) -> Option<&str> {
    let page = page.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(page);
    match str::from_utf8(page) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => str::from_utf8(&page[..error.valid_up_to()]).ok(),
        Err(_) => None,
    }
}

/// What a media type, or a page of itself, calls the charset, if it does.
fn charset(said: &str) -> Option<&str> {
    let (_, named) = said.split_once("charset=")?;
    named.trim_start_matches([' ', '"', '\'']).split([';', ' ', ',', '"', '\'', '>', '/']).next()
}

fn windows_1252(byte: u8) -> char {
    if (0x80..0xA0).contains(&byte) { HIGH[usize::from(byte - 0x80)] } else { char::from(byte) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_in_the_charset_that_it_is_in() {
        let cases: [(&[u8], &str, &str); 17] = [
            ("Schlüssel".as_bytes(), "", "Schlüssel"),
            ("\u{FEFF}Schlüssel".as_bytes(), "text/html; charset=utf-8", "Schlüssel"),
            (b"Schl\xFCssel ung\xFCltig", "text/html", "Schlüssel ungültig"),
            (b"Schl\xFCssel", "text/html;charset=\"iso-8859-1\"; x=y", "Schlüssel"),
            (b"\x93Gone\x94 \x96 \x80 5", "", "“Gone” – € 5"),
            (b"\xFF\xFEN\0o\0", "", "No"),
            (b"\xFE\xFF\0N\0o\0", "text/html; charset=utf-16", "No"),
            (b"\x83\x8D", "text/html; charset=shift_jis", ""),
            (b"cut \xC3", "", "cut "),
            (b"Schl\xC3\xBCssel \xFF", "text/html; charset=utf-8", "Schlüssel \u{FFFD}"),
            (b"<meta charset=\"shift_jis\"><p>Wi-Fi \x83\x8D", "text/html", ""),
            (b"ko\xA8\xEDk 5 \xA4", "text/html; charset=iso-8859-15", ""),
            (&[0xE0; 1024], "text/plain", ""),
            (b"\xEF\xBB\xBF<p>Gone \xFF", "", "<p>Gone \u{FFFD}"),
            (b"Gone", "text/html; charset=windows-1251", "Gone"),
            (b"Gone", "text/html; charset= utf-8", "Gone"),
            (b"\x1B$B%&%'", "text/html; charset=iso-2022-jp", ""),
        ];
        for (page, media_type, read) in cases {
            assert_eq!(text(page, media_type), read, "{page:?}");
        }
    }

    #[test]
    fn d6_what_nobody_could_read_is_no_text() {
        for legible in ["Gone", "", "Schlüssel \u{FFFD}", "a\tb\n\u{1B}[2J", "Gone.\u{C}"] {
            assert!(is_legible(legible), "{legible:?}");
        }
        for illegible in ["ELF\0\u{1}", "\u{8B}\u{8}k\u{FFFD}\u{FFFD}z", "jnlp-token\0"] {
            assert!(!is_legible(illegible), "{illegible:?}");
        }
    }
}
