//! Decodes HTML character references such as `&amp;` and `&#39;`.

use html5gum::{StartTag, Token, Tokenizer};

/// Decodes all references, once.
pub(crate) fn unescape(text: &str) -> String {
    // A literal `<` would begin a tag.
    let text = text.replace('<', "&lt;");
    let mut decoded = String::with_capacity(text.len());
    for token in Tokenizer::new(&text).flatten() {
        if let Token::String(part) = token {
            decoded.push_str(&String::from_utf8_lossy(&part));
        }
    }
    decoded
}

/// Like [`unescape`], by the rules for attribute values: `&reg=1` in a link is a parameter, not a
/// symbol.
pub(crate) fn unescape_attribute(value: &str) -> String {
    let tag = format!("<a b=\"{}\">", value.replace('"', "&quot;"));
    let value = Tokenizer::new(&tag)
        .flatten()
        .find_map(|token| match token {
            Token::StartTag(StartTag { attributes, .. }) => attributes.into_values().next(),
            Token::EndTag(_)
            | Token::String(_)
            | Token::Comment(_)
            | Token::Doctype(_)
            | Token::Error(_) => None,
        });
    value
        .map(|value| String::from_utf8_lossy(&value).into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_decoded_once_and_nothing_else_is_changed() {
        for (text, decoded) in [
            ("a < b & <c> \"d\" 'e' -->", "a < b & <c> \"d\" 'e' -->"),
            (
                "&lt;p&gt; O&#39;Brien &#x27; Zo&euml; &Lopf;",
                "<p> O'Brien ' Zo\u{eb} 𝕃",
            ),
            ("&amp;amp; &unknown; &; &", "&amp; &unknown; &; &"),
            ("a\0b", "a\0b"),
            ("", ""),
        ] {
            assert_eq!(unescape(text), decoded);
        }
        assert_eq!(unescape("?a=1&reg=2&copy"), "?a=1\u{ae}=2\u{a9}");
        assert_eq!(
            unescape_attribute("?a=1&reg=2&copy=3&amp;b=\"4\"<&#61;>"),
            "?a=1&reg=2&copy=3&b=\"4\"<=>"
        );
        assert_eq!(unescape_attribute(""), "");
    }
}
