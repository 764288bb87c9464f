//! Extracts the text of a page: the message of a JSON response, or the text of an HTML page without
//! its tags.
//!
//! Invalid HTML gives a little too much or too little text and does no other harm.
//! `Failure::with_site_text` sanitizes and shortens the result.

use html5gum::{DefaultEmitter, Token, Tokenizer};
use serde_json::Value;

use crate::html;

/// Members of a JSON object that contain messages (docs/protocol.md). The most detailed comes
/// first.
const MEMBERS: [&str; 5] = ["errorMessage", "msg", "message", "error", "errors"];

/// Elements of the head. Its end tag is optional: any other element begins the body.
const HEAD_ELEMENTS: [&str; 10] = [
    "html", "head", "title", "meta", "link", "base", "script", "style", "noscript", "template",
];

/// Elements whose content is not for people or says nothing about this request: forms, their
/// controls, and the navigation around a page (D6).
const IGNORED_ELEMENTS: [&str; 17] = [
    "script", "style", "noscript", "template", "svg", "form", "fieldset", "label", "button",
    "select", "option", "datalist", "textarea", "nav", "footer", "legend", "iframe",
];

/// Elements whose content is not HTML. If the page breaks off inside one, its content is dropped.
const RAW_TEXT_ELEMENTS: [&str; 5] = ["script", "style", "noscript", "textarea", "iframe"];

/// How deeply unread elements may be nested. Without a limit the time would be quadratic.
const MAX_NESTED: usize = 64;

/// How many levels of escaping are decoded: pages escape text that is escaped already.
const MAX_ESCAPED: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageFormat {
    /// It begins with `<`.
    Html,
    /// It begins with `{` or `[`.
    Json,
    Plain,
}

/// The format, from the first character.
pub(super) fn detect_format(page: &str) -> PageFormat {
    match page.trim_start().chars().next() {
        Some('<') => PageFormat::Html,
        Some('{' | '[') => PageFormat::Json,
        Some(_) | None => PageFormat::Plain,
    }
}

/// The text of a page; may be empty. The page may be cut anywhere.
pub(super) fn extract(page: &str, format: PageFormat) -> String {
    match format {
        PageFormat::Json => {
            let value = serde_json::from_str(page.trim()).ok();
            let words = value.as_ref().and_then(json_text).unwrap_or_default();
            // Some sites put a page with its tags into their JSON.
            if detect_format(&words) == PageFormat::Html {
                html_text(&words)
            } else {
                collapse(&words)
            }
        }
        PageFormat::Html => html_text(page),
        PageFormat::Plain => collapse(page),
    }
}

/// The first message in the members that may contain one.
fn json_text(value: &Value) -> Option<String> {
    match value {
        Value::String(words) => (!words.trim().is_empty()).then(|| words.clone()),
        Value::Array(values) => values.first().and_then(json_text),
        Value::Object(members) => MEMBERS
            .iter()
            .filter_map(|member| members.get(*member))
            .find_map(json_text),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// The title, unless the text repeats it, and the text from the first heading on.
fn html_text(page: &str) -> String {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut reading = PageText::default();
    for token in Tokenizer::new_with_emitter(page, emitter).flatten() {
        match token {
            Token::String(text) => reading.text(&String::from_utf8_lossy(&text)),
            Token::StartTag(tag) => reading.start(&String::from_utf8_lossy(&tag.name)),
            Token::EndTag(tag) => reading.end(&String::from_utf8_lossy(&tag.name)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    reading.finish()
}

/// The state of the extraction.
#[derive(Default)]
struct PageText {
    title: String,
    text: String,
    /// The offset in `text` at which the first heading begins.
    heading: Option<usize>,
    in_head: bool,
    in_title: bool,
    /// Open elements whose content is dropped, and the length of `text` before each. The content of
    /// one that is never closed is kept.
    unread: Vec<(&'static str, usize)>,
}

impl PageText {
    fn text(&mut self, text: &str) {
        if self.in_title {
            self.title.push_str(text);
        } else if !self.in_head
            && !self
                .unread
                .last()
                .is_some_and(|(element, _)| RAW_TEXT_ELEMENTS.contains(element))
        {
            self.text.push_str(text);
        }
    }

    fn start(&mut self, tag: &str) {
        let before = self.text.len();
        self.text.push(' ');
        self.in_title = tag == "title";
        self.in_head = tag == "head" || self.in_head && HEAD_ELEMENTS.contains(&tag);
        if tag == "h1" {
            self.heading = self.heading.or(Some(self.text.len()));
        }
        let unread = IGNORED_ELEMENTS.into_iter().find(|element| *element == tag);
        self.unread.extend(
            unread
                .filter(|_| self.unread.len() < MAX_NESTED)
                .map(|element| (element, before)),
        );
    }

    fn end(&mut self, tag: &str) {
        self.in_title = false;
        self.in_head &= tag != "head" && HEAD_ELEMENTS.contains(&tag);
        if let Some(at) = self.unread.iter().rposition(|(element, _)| *element == tag) {
            let (_, before) = self.unread[at];
            self.unread.truncate(at);
            self.text.truncate(before);
            self.heading = self.heading.filter(|at| *at <= before);
        }
        if matches!(tag, "h1" | "h2" | "h3" | "h4" | "h5" | "h6") {
            // A colon replaces the line break between the heading and the text.
            self.text.truncate(self.text.trim_end().len());
            self.text
                .push_str(if self.text.ends_with(char::is_alphanumeric) {
                    ":"
                } else {
                    ""
                });
        }
        self.text.push(' ');
    }

    fn finish(self) -> String {
        let from_heading = collapse(
            self.heading
                .and_then(|at| self.text.get(at..))
                .unwrap_or_default(),
        );
        let text = if from_heading.is_empty() {
            collapse(&self.text)
        } else {
            from_heading
        };
        let text = text.trim_end_matches(':');
        let title = collapse(&self.title);
        if title.is_empty() || text.contains(&title) {
            return text.to_owned();
        }
        format!("{title}: {text}")
            .trim_end_matches([':', ' '])
            .to_owned()
    }
}

/// Collapses white space and decodes character references and escapes.
fn collapse(text: &str) -> String {
    let mut read = text.to_owned();
    for _ in 0..MAX_ESCAPED {
        let plainer = unescape_script(&html::unescape(&read));
        if plainer == read {
            break;
        }
        read = plainer;
    }
    read.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Decodes `\u00f6`, as scripts and JSON write it.
fn unescape_script(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\u") {
        read.push_str(before);
        let code = after
            .get(..4)
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        rest = if let Some(character) = code.and_then(char::from_u32) {
            read.push(character);
            &after[4..]
        } else {
            // Not an escape, as in "C:\updates".
            read.push_str("\\u");
            after
        };
    }
    read + rest
}

#[cfg(test)]
mod tests;
