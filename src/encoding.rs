//! The encodings of files and pipes from Windows: UTF-16, and UTF-8 with a byte order mark.

use zeroize::Zeroizing;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
}

/// The encoding by the byte order mark, and the text after it. `None` without a mark.
pub fn marked(bytes: &[u8]) -> Option<(Encoding, &[u8])> {
    match bytes {
        [0xEF, 0xBB, 0xBF, text @ ..] => Some((Encoding::Utf8, text)),
        [0xFF, 0xFE, text @ ..] => Some((Encoding::Utf16Le, text)),
        [0xFE, 0xFF, text @ ..] => Some((Encoding::Utf16Be, text)),
        _ => None,
    }
}

impl Encoding {
    /// Decodes the text; invalid characters become U+FFFD.
    pub fn decode_lossily(self, bytes: &[u8]) -> String {
        let unit = match self {
            Self::Utf8 => return String::from_utf8_lossy(bytes).into_owned(),
            Self::Utf16Le => u16::from_le_bytes,
            Self::Utf16Be => u16::from_be_bytes,
        };
        let (pairs, _) = bytes.as_chunks::<2>();
        let characters = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)));
        // The capacity is the maximum length: a string that grows would leave copies of a secret
        // behind.
        let mut text = String::with_capacity(bytes.len() / 2 * 3);
        text.extend(characters.map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)));
        text
    }
}

/// Decodes UTF-8, or UTF-16 with a byte order mark, and removes the mark. The text may be a secret.
pub fn text(bytes: &[u8]) -> Option<Zeroizing<String>> {
    match marked(bytes).unwrap_or((Encoding::Utf8, bytes)) {
        (Encoding::Utf8, text) => str::from_utf8(text).ok().map(|text| Zeroizing::new(text.to_owned())),
        (utf16 @ (Encoding::Utf16Le | Encoding::Utf16Be), text) => {
            let text = Zeroizing::new(utf16.decode_lossily(text));
            (!text.contains(char::REPLACEMENT_CHARACTER)).then_some(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_says_how_a_text_is_written() {
        let cases: [(&[u8], &str); 5] = [
            (b"\xEF\xBB\xBFa\xC3\xB8", "a\u{F8}"),
            (b"\xFF\xFEa\0\xF8\0", "a\u{F8}"),
            (b"\xFE\xFF\0a\0\xF8", "a\u{F8}"),
            (b"\xFF\xFE\x3D\xD8\x00\xDEa", "\u{1F600}"),
            (b"\xFE\xFF\xD8\x3D\0a", "\u{FFFD}a"),
        ];
        for (bytes, text) in cases {
            let (encoding, behind) = marked(bytes).expect("a mark");
            assert_eq!(encoding.decode_lossily(behind), text, "{bytes:?}");
        }
        assert_eq!(marked(b"a"), None);
        let read = |bytes: &[u8]| text(bytes).map(|text| text.to_string());
        assert_eq!(
            (read(b"\xEF\xBB\xBFa"), read(b"\xFF\xFEa\0"), read(b"a")),
            (Some("a".into()), Some("a".into()), Some("a".into()))
        );
        assert_eq!((read(b"\xFF"), read(b"\xFE\xFF\xD8\x3D\0a"), read(b"\xEF\xBB")), (None, None, None));
    }
}
