//! What a site's page says, for a person: the words of a JSON answer, or the text of an HTML page without its tags.
//!
//! A page that is not well made gives a little too much or too little text, and nothing else. What comes out is washed and cut
//! by `Failure::as_the_site_says`.

use html5gum::{DefaultEmitter, Token, Tokenizer};
use serde_json::Value;

use crate::html;

/// Members of a JSON answer that carry words (docs/protocol.md), the fullest first.
const MEMBERS: [&str; 5] = ["errorMessage", "msg", "message", "error", "errors"];

/// Elements that can be in the head of a page. Its end need not be written: any other begins the body.
const OF_HEAD: [&str; 10] = ["html", "head", "title", "meta", "link", "base", "script", "style", "noscript", "template"];

/// Elements whose content is not for people, or says nothing about this request: forms and their controls, which a page has
/// whatever it answers, and what stands around the page itself (D6).
const UNREAD: [&str; 17] = [
    "script", "style", "noscript", "template", "svg", "form", "fieldset", "label", "button", "select", "option", "datalist",
    "textarea", "nav", "footer", "legend", "iframe",
];

/// Those whose content is no HTML. Where the page breaks off in one, that is not read either.
const RAW: [&str; 5] = ["script", "style", "noscript", "textarea", "iframe"];

/// How many unread elements are followed into one another: more would take quadratic time.
const NESTED_AT_MOST: usize = 64;

/// How often what is written for a machine is read as a person would: pages escape what was escaped before.
const ESCAPED_AT_MOST: usize = 3;

/// In what a page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// HTML, by its first sign.
    Html,
    /// JSON, by its first sign.
    Json,
    /// Anything else.
    Plain,
}

/// In what a page is written, as far as its first sign tells.
pub(super) fn format_of(page: &str) -> Format {
    match page.trim_start().chars().next() {
        Some('<') => Format::Html,
        Some('{' | '[') => Format::Json,
        Some(_) | None => Format::Plain,
    }
}

/// The words of a page, possibly none. It may be cut anywhere.
pub(super) fn of(page: &str, format: Format) -> String {
    match format {
        Format::Json => {
            let value = serde_json::from_str(page.trim()).ok();
            let words = value.as_ref().and_then(of_json).unwrap_or_default();
            // Sites put a page's words into their JSON as they are, tags and all.
            if format_of(&words) == Format::Html { of_html(&words) } else { folded(&words) }
        }
        Format::Html => of_html(page),
        Format::Plain => folded(page),
    }
}

/// The first words that stand where words can be expected.
fn of_json(value: &Value) -> Option<String> {
    match value {
        Value::String(words) => (!words.trim().is_empty()).then(|| words.clone()),
        Value::Array(values) => values.first().and_then(of_json),
        Value::Object(members) => MEMBERS.iter().filter_map(|member| members.get(*member)).find_map(of_json),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// The title, unless the text says the same, and the text from the first heading on.
fn of_html(page: &str) -> String {
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
    reading.done()
}

/// A page as far as it was read.
#[derive(Default)]
struct PageText {
    title: String,
    text: String,
    /// Where the text of the first heading begins.
    heading: Option<usize>,
    in_head: bool,
    in_title: bool,
    /// The unread elements that were begun, and where the text ended before each. One that never ends is read.
    unread: Vec<(&'static str, usize)>,
}

impl PageText {
    fn text(&mut self, text: &str) {
        if self.in_title {
            self.title.push_str(text);
        } else if !self.in_head && !self.unread.last().is_some_and(|(element, _)| RAW.contains(element)) {
            self.text.push_str(text);
        }
    }

    fn start(&mut self, tag: &str) {
        let before = self.text.len();
        self.text.push(' ');
        self.in_title = tag == "title";
        self.in_head = tag == "head" || self.in_head && OF_HEAD.contains(&tag);
        if tag == "h1" {
            self.heading = self.heading.or(Some(self.text.len()));
        }
        let unread = UNREAD.into_iter().find(|element| *element == tag);
        self.unread.extend(unread.filter(|_| self.unread.len() < NESTED_AT_MOST).map(|element| (element, before)));
    }

    fn end(&mut self, tag: &str) {
        self.in_title = false;
        self.in_head &= tag != "head" && OF_HEAD.contains(&tag);
        if let Some(at) = self.unread.iter().rposition(|(element, _)| *element == tag) {
            let (_, before) = self.unread[at];
            self.unread.truncate(at);
            self.text.truncate(before);
            self.heading = self.heading.filter(|at| *at <= before);
        }
        if matches!(tag, "h1" | "h2" | "h3" | "h4" | "h5" | "h6") {
            // Set off from what it is the heading of, as its line on the page does.
            self.text.truncate(self.text.trim_end().len());
            self.text.push_str(if self.text.ends_with(char::is_alphanumeric) { ":" } else { "" });
        }
        self.text.push(' ');
    }

    fn done(self) -> String {
        let from_heading = folded(self.heading.and_then(|at| self.text.get(at..)).unwrap_or_default());
        let text = if from_heading.is_empty() { folded(&self.text) } else { from_heading };
        let text = text.trim_end_matches(':');
        let title = folded(&self.title);
        if title.is_empty() || text.contains(&title) {
            return text.to_owned();
        }
        format!("{title}: {text}").trim_end_matches([':', ' ']).to_owned()
    }
}

/// White space folded, and what is written by number or by name read as the characters that it means.
fn folded(text: &str) -> String {
    let mut read = text.to_owned();
    for _ in 0..ESCAPED_AT_MOST {
        let plainer = of_script(&html::unescape(&read));
        if plainer == read {
            break;
        }
        read = plainer;
    }
    read.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `\u00f6` as the character that it is in a script or in JSON.
fn of_script(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\u") {
        read.push_str(before);
        let code = after.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        rest = if let Some(character) = code.and_then(char::from_u32) {
            read.push(character);
            &after[4..]
        } else {
            // As in "C:\updates".
            read.push_str("\\u");
            after
        };
    }
    read + rest
}

#[cfg(test)]
mod tests;
