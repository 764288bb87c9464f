//! A form or a query as its parameters, decoded.

use percent_encoding::percent_decode_str;

use super::{ContractViolation, display_name, violation};

/// The parameters of a request, in order. No name occurs twice, and no value is empty.
pub(super) struct FormParameters(pub(super) Vec<(String, String)>);

pub(super) fn is_form(content_type: Option<&str>) -> bool {
    let media_type = content_type
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default();
    media_type
        .trim()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

impl FormParameters {
    pub(super) fn parse(text: &str) -> Result<Self, ContractViolation> {
        let mut read = Self(Vec::new());
        for pair in text.split('&').filter(|_| !text.is_empty()) {
            let (name, value) = pair
                .split_once('=')
                .ok_or_else(|| violation("a parameter is written name=value"))?;
            let (name, value) = (decode(name)?, decode(value)?);
            if read.get(&name).is_some() {
                return Err(violation(format!("{} is there twice", display_name(&name))));
            }
            if value.is_empty() {
                return Err(violation(format!(
                    "{} is empty: what is empty is left out",
                    display_name(&name)
                )));
            }
            read.0.push((name, value));
        }
        Ok(read)
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Decodes percent-encoded UTF-8. A space is `%20` (docs/protocol.md).
fn decode(raw: &str) -> Result<String, ContractViolation> {
    if raw.contains('+') {
        return Err(violation(
            "a space is written %20 and a plus sign %2B, never +",
        ));
    }
    if !raw
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-._~%!$'()*,;:@/?".contains(&b))
    {
        return Err(violation("a character that belongs percent-encoded is not"));
    }
    let whole = raw
        .split('%')
        .skip(1)
        .all(|after| after.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2);
    if !whole {
        return Err(violation("a % is not followed by two hexadecimal digits"));
    }
    percent_decode_str(raw)
        .decode_utf8()
        .map(Into::into)
        .map_err(|_| violation("a value is not UTF-8"))
}
