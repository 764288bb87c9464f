//! Parses `Content-Disposition` (RFC 6266), as leniently as the headers of real sites require.

#[derive(Default)]
pub(super) struct Disposition {
    /// Whether the body is to be saved instead of displayed.
    pub(super) is_attachment: bool,
    /// The file names that could be read; `filename*` comes before `filename`. None of them is
    /// empty.
    pub(super) names: Vec<String>,
}

impl Disposition {
    pub(super) fn read(header: &[u8]) -> Self {
        let pieces = pieces(header);
        let parameters: Vec<_> = pieces.iter().filter_map(|piece| parameter(piece)).collect();
        let value = |wanted: &[u8]| {
            parameters
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
                .map(|(_, value)| value)
        };
        let extended = value(b"filename*").and_then(|value| extended(value));
        let plain = value(b"filename").map(|value| String::from_utf8_lossy(value).into_owned());
        let kind = pieces.first().and_then(|piece| {
            piece
                .split(u8::is_ascii_whitespace)
                .find(|word| !word.is_empty())
        });
        Self {
            is_attachment: kind.is_some_and(|kind| kind.eq_ignore_ascii_case(b"attachment")),
            names: extended
                .into_iter()
                .chain(plain)
                .filter(|name| !name.is_empty())
                .collect(),
        }
    }
}

/// `UTF-8'language'percent-encoded` (RFC 8187). ISO-8859-1 was allowed by RFC 5987.
fn extended(value: &[u8]) -> Option<String> {
    let mut parts = value.splitn(3, |b| *b == b'\'');
    let (charset, _language, text) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes: Vec<u8> = percent_encoding::percent_decode(text).collect();
    if charset.eq_ignore_ascii_case(b"utf-8") {
        return String::from_utf8(bytes).ok();
    }
    charset
        .eq_ignore_ascii_case(b"iso-8859-1")
        .then(|| bytes.into_iter().map(char::from).collect())
}

/// `name=token` or `name="text"`. The token may contain characters that the RFC does not allow.
fn parameter(piece: &[u8]) -> Option<(&[u8], Vec<u8>)> {
    let at = piece.iter().position(|b| *b == b'=')?;
    let name = piece[..at]
        .trim_ascii()
        .rsplit(u8::is_ascii_whitespace)
        .next()?;
    Some((name, unquoted(piece[at + 1..].trim_ascii())))
}

/// Splits at semicolons outside quotes.
fn pieces(disposition: &[u8]) -> Vec<&[u8]> {
    let (mut quoted, mut escaped) = (false, false);
    disposition
        .split(|b| {
            let ends = *b == b';' && !quoted;
            if *b == b'"' && !escaped {
                quoted = !quoted;
            }
            escaped = quoted && *b == b'\\' && !escaped;
            ends
        })
        .collect()
}

/// The text between quotes, the second of which may be missing; all of it if there is no quote.
fn unquoted(value: &[u8]) -> Vec<u8> {
    let Some(inner) = value.strip_prefix(b"\"") else {
        return value.to_vec();
    };
    let mut text = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => break,
            b'\\' => text.push(bytes.next().copied().unwrap_or(b'\\')),
            other => text.push(*other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(header: impl AsRef<[u8]>) -> Vec<String> {
        Disposition::read(header.as_ref()).names
    }

    #[test]
    fn d10_a_served_name_is_read_however_it_is_written() {
        for header in [
            "attachment; filename=bomgar-scc-abc (1).exe",
            "attachment; filename=\"bomgar-scc-abc (1).exe\"",
            "attachment;FILENAME = \"bomgar-scc-abc (1).exe\" ; size=12",
            "attachment; filename=\"bomgar-scc-abc (1).exe",
            "attachment; filename=\"bomgar-scc-abc (1).exe\" x",
            "attachment; filename=\"bomgar\\-scc-abc (1).exe\"",
            "attachment; filename*=utf-8'en'bomgar%2Dscc-abc%20(1).exe",
            "attachment; filename*=ISO-8859-1''bomgar-scc-abc%20%281%29.exe",
            "attachment; x=\"a;filename=b\"; filename=bomgar-scc-abc (1).exe",
            "attachment filename=bomgar-scc-abc (1).exe",
            "filename=bomgar-scc-abc (1).exe",
        ] {
            assert_eq!(names(header), ["bomgar-scc-abc (1).exe"], "{header}");
        }
        assert_eq!(
            names("attachment; filename=b; filename*=UTF-8''%C3%B8"),
            ["ø", "b"],
            "as RFC 6266 prefers them"
        );
        assert_eq!(names("inline; filename*=iso-8859-1''%F8"), ["ø"]);
        assert_eq!(names(b"inline; filename=\xF8\xC3\xB8"), ["\u{FFFD}ø"]);
        assert_eq!(names("attachment; filename=\"a\\\"b\\\\c\""), ["a\"b\\c"]);
    }

    #[test]
    fn d10_what_is_no_name_is_none() {
        for header in [
            "",
            "attachment",
            "attachment; filename=",
            "attachment; filename=\"\"",
            "attachment; name=x",
            "filename",
        ] {
            assert_eq!(names(header), [""; 0], "{header}");
        }
        for bad in ["x", "''x", "UTF-8'x", "utf-16''x", "UTF-8''%FF", "UTF-8''"] {
            assert_eq!(
                names(format!("attachment; filename*={bad}; filename=good")),
                ["good"],
                "{bad}"
            );
        }
    }

    #[test]
    fn an_attachment_is_one_in_any_letters() {
        let is_attachment = |header: &str| Disposition::read(header.as_bytes()).is_attachment;
        for header in [
            "attachment",
            " Attachment ;filename=x",
            "ATTACHMENT; filename*=UTF-8''x",
            "attachment filename=x",
        ] {
            assert!(is_attachment(header), "{header}");
        }
        for header in [
            "",
            "inline",
            "inline; filename=attachment",
            "filename=attachment",
            "attachments",
            "form-data; x=attachment",
        ] {
            assert!(!is_attachment(header), "{header}");
        }
    }
}
