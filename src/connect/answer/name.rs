//! The name under which the site serves the client. It often carries the session in it, so a good one is kept, and a bad
//! one never reaches the file system (trust.md D10).

/// The longest name that is kept, in characters.
const LONGEST: usize = 128;

/// The name that a `Content-Disposition` gives, if it is one that can be kept: `[A-Za-z0-9._-]{1,128}`, not led by `.` or `-`.
///
/// `filename*` goes before `filename`, as RFC 6266 has it, unless it is no good.
pub(super) fn served(disposition: &[u8]) -> Option<String> {
    let parameters = parameters(disposition);
    let value = |wanted: &str| parameters.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value);
    let extended = value("filename*").and_then(|value| extended(value)).and_then(safe);
    extended.or_else(|| value("filename").cloned().and_then(safe))
}

fn safe(name: Vec<u8>) -> Option<String> {
    let fits = (1..=LONGEST).contains(&name.len())
        && !matches!(name[0], b'.' | b'-')
        && name.iter().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(b));
    fits.then_some(name).and_then(|name| String::from_utf8(name).ok())
}

/// `UTF-8'language'percent-encoded` (RFC 8187).
fn extended(value: &[u8]) -> Option<Vec<u8>> {
    let mut parts = value.splitn(3, |b| *b == b'\'');
    let (charset, _language, text) = (parts.next()?, parts.next()?, parts.next()?);
    charset.eq_ignore_ascii_case(b"utf-8").then(|| percent_encoding::percent_decode(text).collect())
}

/// The parameters behind the disposition's type: `name=token`, also with characters that no token has, or `name="text"`.
fn parameters(disposition: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for piece in pieces(disposition) {
        let Some(at) = piece.iter().position(|b| *b == b'=') else { continue };
        let (name, value) = (piece[..at].trim_ascii(), piece[at + 1..].trim_ascii());
        found.push((String::from_utf8_lossy(name).into_owned(), unquoted(value)));
    }
    found
}

/// The pieces between semicolons that stand in no quotes.
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

fn unquoted(value: &[u8]) -> Vec<u8> {
    let Some(inner) = value.strip_prefix(b"\"").and_then(|v| v.strip_suffix(b"\"")) else { return value.to_vec() };
    let mut text = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter();
    while let Some(byte) = bytes.next() {
        text.push(if *byte == b'\\' { bytes.next().copied().unwrap_or(b'\\') } else { *byte });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::served;

    #[test]
    fn d10_a_good_name_is_kept_however_it_is_written() {
        let cases = [
            "attachment; filename=bomgar-scc-w0eec30.exe",
            "attachment; filename=\"bomgar-scc-w0eec30.exe\"",
            "attachment;FILENAME = \"bomgar-scc-w0eec30.exe\" ; size=12",
            "attachment; filename*=UTF-8''bomgar-scc-w0eec30.exe; filename=other.exe",
            "attachment; filename*=utf-8'en'bomgar%2Dscc-w0eec30.exe",
            "attachment; filename*=UTF-8''..%2Fx; filename=bomgar-scc-w0eec30.exe",
            "attachment; x=\"a;filename=b\"; filename=bomgar-scc-w0eec30.exe",
        ];
        for case in cases {
            assert_eq!(served(case.as_bytes()).as_deref(), Some("bomgar-scc-w0eec30.exe"), "{case}");
        }
        let longest = "x".repeat(128);
        assert_eq!(served(format!("attachment; filename={longest}").as_bytes()), Some(longest));
    }

    #[test]
    fn d10_a_bad_name_is_never_kept() {
        let names: [&[u8]; 18] = [
            b"../x",
            b"..\\x",
            b"/etc/passwd",
            b"C:x",
            b"C:\\x",
            b"a\0b",
            b"a\r\nb",
            b".",
            b"..",
            b".hidden",
            b"-rf",
            b"",
            b"a b",
            b"\xFF",
            b"\xC3\xB8",
            b"\"a\\\"b\"",
            b"\"unended",
            &[b'x'; 129],
        ];
        for name in names {
            let header = [b"attachment; filename=", name].concat();
            assert_eq!(served(&header), None, "{}", String::from_utf8_lossy(name));
        }
        for header in
            ["attachment; filename*=UTF-8''%2e%2e%2fx", "attachment; filename*=UTF-8''%00", "attachment; filename*=x", ""]
        {
            assert_eq!(served(header.as_bytes()), None, "{header}");
        }
        assert_eq!(served(&[b"attachment; filename=".to_vec(), vec![b'x'; 4096]].concat()), None);
    }
}
