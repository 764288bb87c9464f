//! Decodes the bytes of a page.
//!
//! The charset comes from a byte order mark, the media type or the head of the page. Without any of
//! these it is UTF-8 or, if the bytes are not valid UTF-8, windows-1252, as in browsers. Text in an
//! unknown charset is dropped rather than shown garbled. So are programs and other binary data.

use std::str;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// How much of a page is searched for its charset, in bytes.
const HEAD: usize = 1024;

/// The text; empty if the charset is unknown. The page may be cut anywhere. `media_type` is in
/// lower case.
pub(super) fn text(page: &[u8], media_type: &str) -> String {
    if let Some((utf_16, _)) = Encoding::for_bom(page).filter(|(encoding, _)| *encoding != UTF_8) {
        return decode(page, utf_16);
    }
    let head = String::from_utf8_lossy(&page[..page.len().min(HEAD)]).to_ascii_lowercase();
    let label = charset(media_type).or_else(|| charset(&head));
    let encoding = label.map_or(Some(WINDOWS_1252), |label| {
        Encoding::for_label_no_replacement(label.as_bytes())
    });
    // Every charset of the web contains ASCII, except where NUL or ESC changes its meaning.
    let is_plain = page.is_ascii() && !page.iter().any(|byte| matches!(byte, 0 | 0x1B));
    // If most bytes are not ASCII, the writing system is not one of windows-1252.
    let is_guessable = page.iter().filter(|byte| byte.is_ascii()).count() * 2 > page.len();
    match (encoding, utf8(page)) {
        (_, Some(text)) if is_plain => text.to_owned(),
        (Some(encoding), Some(text)) if [UTF_8, WINDOWS_1252].contains(&encoding) => {
            text.to_owned()
        }
        (Some(_), None) if label.is_none() && !is_guessable => String::new(),
        (Some(encoding), _) => decode(page, encoding),
        (None, _) => String::new(),
    }
}

/// A byte order mark overrides the encoding. A character that is cut off at the end is dropped.
fn decode(page: &[u8], encoding: &'static Encoding) -> String {
    let mut decoder = encoding.new_decoder();
    let mut text = String::with_capacity(
        decoder
            .max_utf8_buffer_length(page.len())
            .unwrap_or_default(),
    );
    let _ = decoder.decode_to_string(page, &mut text, false);
    text
}

/// Whether a person could read this text. Part of a program or an archive is not legible, even if
/// some of its bytes are letters. Terminal control sequences are removed later.
pub(super) fn is_legible(text: &str) -> bool {
    let is_odd = |c: &char| matches!(c, '\u{1}'..='\u{6}' | '\u{E}'..='\u{1A}' | '\u{1C}'..='\u{1F}' | '\u{FFFD}');
    !text.contains('\0') && text.chars().filter(is_odd).count() <= 1 + text.chars().count() / 16
}

/// The text, if it is valid UTF-8 up to a character that is cut off at the end.
pub(super) fn utf8(page: &[u8]) -> Option<&str> {
    let page = page.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(page);
    match str::from_utf8(page) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => {
            str::from_utf8(&page[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}

/// The value of `charset=` in a media type or in the head of a page.
fn charset(text: &str) -> Option<&str> {
    let (_, named) = text.split_once("charset=")?;
    named
        .trim_start_matches([' ', '"', '\''])
        .split([';', ' ', ',', '"', '\'', '>', '/'])
        .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_in_the_charset_that_it_is_in() {
        let cases: [(&[u8], &str, &str); 20] = [
            ("Schlüssel".as_bytes(), "", "Schlüssel"),
            (
                "\u{FEFF}Schlüssel".as_bytes(),
                "text/html; charset=utf-8",
                "Schlüssel",
            ),
            (
                b"Schl\xFCssel ung\xFCltig",
                "text/html",
                "Schlüssel ungültig",
            ),
            (
                b"Schl\xFCssel",
                "text/html;charset=\"iso-8859-1\"; x=y",
                "Schlüssel",
            ),
            (b"\x93Gone\x94 \x96 \x80 5", "", "“Gone” – € 5"),
            (b"\xFF\xFEN\0o\0", "", "No"),
            (b"\xFE\xFF\0N\0o\0", "text/html; charset=utf-16", "No"),
            (b"\x83\x8D", "text/html; charset=shift_jis", "ロ"),
            (b"Wi-Fi \x83\x8D", "text/html; charset=x-unheard-of", ""),
            (b"cut \xC3", "", "cut "),
            (
                b"Schl\xC3\xBCssel \xFF",
                "text/html; charset=utf-8",
                "Schlüssel \u{FFFD}",
            ),
            (
                b"<meta charset=\"shift_jis\"><p>\x83\x8D",
                "text/html",
                "<meta charset=\"shift_jis\"><p>ロ",
            ),
            (
                b"ko\xA8\xEDk 5 \xA4",
                "text/html; charset=iso-8859-15",
                "košík 5 €",
            ),
            (&[0xE0; 1024], "text/plain", ""),
            (b"\xEF\xBB\xBF<p>Gone \xFF", "", "<p>Gone \u{FFFD}"),
            (b"Gone", "text/html; charset=x-unheard-of", "Gone"),
            (
                b"<meta charset=utf-16>Gone",
                "text/html",
                "<meta charset=utf-16>Gone",
            ),
            (b"Gone", "text/html; charset= utf-8", "Gone"),
            (
                b"\x1B$B%&%'\x1B(B",
                "text/html; charset=iso-2022-jp",
                "ウェ",
            ),
            (b"\x1B$B%&%'", "text/html; charset=x-unheard-of", ""),
        ];
        for (page, media_type, read) in cases {
            assert_eq!(text(page, media_type), read, "{page:?}");
        }
    }

    #[test]
    fn d6_illegible_content_is_not_text() {
        for legible in [
            "Gone",
            "",
            "Schlüssel \u{FFFD}",
            "a\tb\n\u{1B}[2J",
            "Gone.\u{C}",
        ] {
            assert!(is_legible(legible), "{legible:?}");
        }
        for illegible in [
            "ELF\0\u{1}",
            "\u{8B}\u{8}k\u{FFFD}\u{FFFD}z",
            "jnlp-token\0",
        ] {
            assert!(!is_legible(illegible), "{illegible:?}");
        }
    }
}
