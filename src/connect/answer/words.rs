//! What a site's page says, for a person: the words of a JSON answer, or the text of an HTML page without its tags.
//!
//! No parser of HTML: a page that is not well made gives a little too much or too little text, and nothing else. What comes
//! out is washed and cut by `Failure::as_the_site_says`.

use serde_json::Value;

/// Members of a JSON answer that carry words (contract.md, Answer), the fullest first.
const MEMBERS: [&str; 4] = ["errorMessage", "msg", "message", "error"];

/// Elements whose content is not for people.
const UNREAD: [&str; 5] = ["script", "style", "noscript", "template", "svg"];

/// The longest entity that is resolved, `&` left out and `;` counted: `#x0010FFFF;`.
const ENTITY_AT_MOST: usize = 11;

/// The words of a page, possibly none. `page` may be cut anywhere.
pub(super) fn of(page: &[u8]) -> String {
    let text = String::from_utf8_lossy(page);
    let text = text.trim_start_matches('\u{FEFF}').trim();
    match text.chars().next() {
        Some('{' | '[') => of_json(text),
        Some('<') => of_html(text),
        Some(_) if !text.contains(|c: char| c == '\u{FFFD}' || (c.is_control() && !c.is_whitespace())) => text.to_owned(),
        _ => String::new(),
    }
}

fn of_json(text: &str) -> String {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return String::new() };
    MEMBERS
        .iter()
        .filter_map(|member| value.get(member))
        .find_map(|words| words.as_str().or_else(|| words.get("message")?.as_str()))
        .map(str::to_owned)
        .unwrap_or_default()
}

/// The title, unless the text says the same, and the text from the first heading on.
fn of_html(page: &str) -> String {
    let (mut title, mut text) = (String::new(), String::new());
    let mut heading = None;
    let (mut in_head, mut in_title) = (false, false);
    let mut rest = page;
    while let Some((before, after)) = rest.split_once('<') {
        let into = if in_title { Some(&mut title) } else { (!in_head).then_some(&mut text) };
        if let Some(into) = into {
            into.push_str(before);
            into.push(' ');
        }
        let (tag, after) = cut_tag(after);
        rest = after;
        match tag.as_str() {
            "head" => in_head = true,
            "/head" | "body" => in_head = false,
            "title" => in_title = true,
            "/title" => in_title = false,
            "h1" => heading = heading.or(Some(text.len())),
            unread if UNREAD.contains(&unread) => rest = past_end_of(unread, rest),
            _ => {}
        }
    }
    if !in_head && !in_title {
        text.push_str(rest);
    }
    let text = folded(text.get(heading.unwrap_or(0)..).unwrap_or_default());
    let title = folded(&title);
    if title.is_empty() || text.contains(&title) {
        return text;
    }
    format!("{title}: {text}").trim_end_matches([':', ' ']).to_owned()
}

/// The name of the tag that `text`, behind its `<`, begins with, in lower case, and what follows the tag.
fn cut_tag(text: &str) -> (String, &str) {
    if let Some(comment) = text.strip_prefix("!--") {
        return (String::new(), comment.split_once("-->").map_or("", |(_, after)| after));
    }
    let name = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '/')).next().unwrap_or_default();
    let name = if name.len() > 1 { name.trim_end_matches('/') } else { name };
    (name.to_ascii_lowercase(), text.split_once('>').map_or("", |(_, after)| after))
}

fn past_end_of<'a>(element: &str, text: &'a str) -> &'a str {
    let end = format!("</{element}");
    let found = text.as_bytes().windows(end.len()).position(|piece| piece.eq_ignore_ascii_case(end.as_bytes()));
    found.and_then(|at| text.get(at..)).unwrap_or_default()
}

/// White space folded, and the entities that matter for reading resolved.
fn folded(text: &str) -> String {
    let text: Vec<&str> = text.split_whitespace().collect();
    let text = text.join(" ");
    let mut read = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('&') {
        read.push_str(before);
        // Looked for no further than any of them is long: a page may be full of `&`.
        let end = after.bytes().take(ENTITY_AT_MOST).position(|b| b == b';');
        let entity = end.and_then(|end| Some((entity(&after[..end])?, &after[end + 1..])));
        let (character, after) = entity.unwrap_or(('&', after));
        read.push(character);
        rest = after;
    }
    read + rest
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" | "lsquo" | "rsquo" => Some('\''),
        "nbsp" => Some(' '),
        "ndash" | "mdash" => Some('-'),
        "hellip" => Some('…'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_page_gives_its_title_and_its_text_from_the_heading_on() {
        let cases = [
            (
                "<html><head><title>Invalid key</title><style>p{color:red}</style></head><body><nav>Home</nav><h1>Invalid key</h1><p>Ask &amp; try again&#46;</p></body>",
                "Invalid key Ask & try again.",
            ),
            (
                "<!DOCTYPE html><title>Closed</title><script>if (a < b) alert('x')</script><p>We open at 8.",
                "Closed: We open at 8.",
            ),
            ("<html><body><!-- <p>no</p> --><p>Not <b>here</b>", "Not here"),
            ("<h1>Cut", "Cut"),
            ("<html><head><title>Only a title</title></head><body></body></html>", "Only a title"),
            ("<p>5 &lt; 6 & 7 &unknown; 8", "5 < 6 & 7 &unknown; 8"),
            ("<script>no end", ""),
            ("<", ""),
        ];
        for (page, words) in cases {
            assert_eq!(of(page.as_bytes()), words, "{page}");
        }
    }

    #[test]
    fn a_json_answer_gives_its_message() {
        let cases = [
            (r#"{"error": true, "errorMessage": "No such key"}"#, "No such key"),
            (r#"{"error": 1, "msg": "Closed"}"#, "Closed"),
            (r#"{"error": "Gone"}"#, "Gone"),
            (r#"{"error": {"message": "Nested"}}"#, "Nested"),
            (r#"{"error": true}"#, ""),
            (r#"{"error": "cut"#, ""),
        ];
        for (page, words) in cases {
            assert_eq!(of(page.as_bytes()), words, "{page}");
        }
    }

    #[test]
    fn plain_text_is_taken_as_it_is_and_bytes_are_not() {
        assert_eq!(of(b" Session not found\n"), "Session not found");
        assert_eq!(of(b"\x00\x01\x02"), "");
    }
}
