//! The session key. A representative creates it and passes it on as a few digits by telephone, or
//! as a link.

mod address;
mod layers;
mod link;
mod quoted;

use super::code::{CodeInput, CodeRules, CodeWay, Links, is_visible, plain_form};
use crate::failure::Fault;

/// The session key.
pub static KEY: CodeWay = CodeWay {
    name: "key",
    section: "session_key",
    connector: "access_key",
    start_session: "short_key",
    confirms: true,
    rules: CodeRules::DEFAULT,
    links: Some(Links {
        parameters: &link::KEY_PARAMETERS,
        read,
    }),
    by_default: true,
    bad: Fault::BadKey,
    refused: Fault::KeyRefused,
    refused_unbranded: Fault::KeyRefusedWithoutSign,
    demo_code: "4710938",
    text: |text| &text.code.key,
};

/// Distinguishes a key from a link, in time linear in the text.
fn read(text: &str, rules: &CodeRules) -> CodeInput {
    let as_it_is = read_unquoted(text, rules);
    match quoted::unquoted(text).map(|unquoted| (read_unquoted(&unquoted.text, rules), unquoted)) {
        Some((CodeInput::InLink(key), unquoted))
            if unquoted.gives(&key, key_in_link(&as_it_is), rules) =>
        {
            CodeInput::InLink(key)
        }
        Some(_) | None => as_it_is,
    }
}

fn key_in_link(input: &CodeInput) -> Option<&str> {
    match input {
        CodeInput::InLink(key) => Some(key),
        CodeInput::Characters(_) | CodeInput::Address => None,
    }
}

fn read_unquoted(text: &str, rules: &CodeRules) -> CodeInput {
    let layers = layers::layers(text, rules);
    let is_address = layers
        .iter()
        .any(|layer| address::contains_address(layer, rules));
    // A key may contain an equals sign.
    let may_be_link = is_address || !rules.accepts('=');
    if let Some(key) = may_be_link
        .then(|| link::find_key(&layers, rules))
        .flatten()
    {
        CodeInput::InLink(key)
    } else if is_address {
        link::key_in_broken_lines(text, rules).map_or(CodeInput::Address, CodeInput::InLink)
    } else {
        let innermost = layers.last().map_or(text, |layer| layer.as_str());
        CodeInput::Characters(rules.code_characters(innermost))
    }
}

#[cfg(test)]
mod tests;
