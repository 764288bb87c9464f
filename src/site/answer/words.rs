//! What a site's page says, for a person: the words of a JSON answer, or the text of an HTML page without its tags.
//!
//! No parser of HTML: a page that is not well made gives a little too much or too little text, and nothing else. What comes
//! out is washed and cut by `Failure::as_the_site_says`.

use serde_json::Value;

/// Members of a JSON answer that carry words (docs/protocol.md), the fullest first.
const MEMBERS: [&str; 5] = ["errorMessage", "msg", "message", "error", "errors"];

/// Elements that can stand in the head of a page. Its end need not be said: any other begins the body.
const OF_HEAD: [&str; 10] = ["html", "head", "title", "meta", "link", "base", "script", "style", "noscript", "template"];

/// Elements whose content is not for people, or says nothing about this request: forms and their controls, which a page has
/// whatever it answers, and what stands around the page itself (D6).
const UNREAD: [&str; 16] = [
    "script", "style", "noscript", "template", "svg", "form", "fieldset", "label", "button", "select", "option", "datalist",
    "textarea", "nav", "footer", "legend",
];

/// Those whose content is no HTML: a tag in it is none.
const RAW: [&str; 3] = ["script", "style", "textarea"];

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
    let (mut title, mut text) = (String::new(), String::new());
    let mut heading = None;
    let (mut in_head, mut in_title) = (false, false);
    let mut endless = Vec::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once('<') {
        let into = if in_title { Some(&mut title) } else { (!in_head).then_some(&mut text) };
        if let Some(into) = into {
            into.push_str(before);
            into.push(' ');
        }
        if !after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
            // A sign of its own: "x < 5".
            text.push_str(if in_head || in_title || after.is_empty() { "" } else { "<" });
            rest = after;
            continue;
        }
        let (tag, after) = cut_tag(after);
        rest = after;
        match tag.as_str() {
            "head" => in_head = true,
            "/head" => in_head = false,
            "title" => in_title = true,
            "/title" => in_title = false,
            other if in_head && !is_of_head(other) => in_head = false,
            _ => {}
        }
        match tag.as_str() {
            "h1" => heading = heading.or(Some(text.len())),
            "/h1" | "/h2" | "/h3" | "/h4" | "/h5" | "/h6" => end_heading(&mut text),
            unread => rest = past_unread(unread, rest, &mut endless),
        }
    }
    if !in_head && !in_title {
        text.push_str(rest);
    }
    let from_heading = folded(heading.and_then(|at| text.get(at..)).unwrap_or_default());
    let text = if from_heading.is_empty() { folded(&text) } else { from_heading };
    let text = text.trim_end_matches(':');
    let title = folded(&title);
    if title.is_empty() || text.contains(&title) {
        return text.to_owned();
    }
    format!("{title}: {text}").trim_end_matches([':', ' ']).to_owned()
}

/// Sets a heading off from what it is the heading of, as its line on the page does.
fn end_heading(text: &mut String) {
    text.truncate(text.trim_end().len());
    text.push_str(if text.ends_with(char::is_alphanumeric) { ": " } else { " " });
}

/// The name of the tag that `text`, behind its `<`, begins with, in lower case, and what follows the tag.
fn cut_tag(text: &str) -> (String, &str) {
    if let Some(comment) = text.strip_prefix("!--") {
        return (String::new(), comment.split_once("-->").map_or("", |(_, after)| after));
    }
    let name = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '/')).next().unwrap_or_default();
    let name = if name.len() > 1 { name.trim_end_matches('/') } else { name };
    (name.to_ascii_lowercase(), past_tag(text))
}

/// What follows a tag: a `>` in the value of an attribute is not its end, unless the value has none itself.
fn past_tag(text: &str) -> &str {
    let mut rest = text;
    while let Some(at) = rest.find(['>', '=']) {
        let (sign, behind) = (rest.as_bytes()[at], &rest[at + 1..]);
        if sign == b'>' {
            return behind;
        }
        let value = behind.trim_start();
        let quoted = value.strip_prefix('"').and_then(|value| value.split_once('"'));
        let quoted = quoted.or_else(|| value.strip_prefix('\'').and_then(|value| value.split_once('\'')));
        rest = quoted.map_or(behind, |(_, behind)| behind);
    }
    ""
}

fn is_of_head(tag: &str) -> bool {
    // A comment, or what is written as one, has no name.
    tag.is_empty() || OF_HEAD.contains(&tag.trim_start_matches('/'))
}

/// What follows an element that is not read; `text` as it is, if `tag` begins none. Elements that are found to have no end go
/// into `endless`, so that a page with many of them is searched once for each kind, and not once for each.
fn past_unread<'a>(tag: &str, text: &'a str, endless: &mut Vec<&'static str>) -> &'a str {
    let Some(element) = UNREAD.into_iter().find(|unread| *unread == tag && !endless.contains(unread)) else {
        return text;
    };
    if let Some(after) = end_of(element, text).and_then(|at| text.get(at..)) {
        return after;
    }
    endless.push(element);
    // A script that is cut has no end; anything else may have none, and be read over without harm.
    if ["script", "style"].contains(&element) { "" } else { text }
}

/// Where the end tag of an element stands that began before `text`: the one that belongs to it, else the last.
fn end_of(element: &str, text: &str) -> Option<usize> {
    let (mut depth, mut last) = (1_usize, None);
    for (at, _) in text.match_indices('<') {
        let (name, ends) = match text.as_bytes().get(at + 1) {
            Some(b'/') => (at + 2, true),
            Some(_) | None => (at + 1, false),
        };
        let is_it = text.get(name..name + element.len()).is_some_and(|name| name.eq_ignore_ascii_case(element))
            && !text.as_bytes().get(name + element.len()).is_some_and(u8::is_ascii_alphanumeric);
        match (is_it, ends) {
            (true, true) => {
                last = Some(at);
                depth -= 1;
            }
            (true, false) if !RAW.contains(&element) => depth += 1,
            (true | false, _) => {}
        }
        if depth == 0 {
            break;
        }
    }
    last
}

/// White space folded, and what is written by number or by name read as the characters that it means.
fn folded(text: &str) -> String {
    let mut read = text.to_owned();
    for _ in 0..ESCAPED_AT_MOST {
        let plainer = of_script(&htmlize::unescape(read.as_str()));
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
mod tests {
    use super::*;

    #[test]
    fn a_page_gives_its_title_and_its_text_from_the_heading_on() {
        let cases = [
            (
                "<html><head><title>Invalid key</title><style>p{color:red}</style></head><body><nav>Home</nav><h1>Invalid key</h1><p>Ask &amp; try again&#46;</p></body>",
                "Invalid key: Ask & try again.",
            ),
            (
                "<!DOCTYPE html><title>Closed</title><script>if (a < b) alert('x')</script><p>We open at 8.",
                "Closed: We open at 8.",
            ),
            ("<html><body><!-- <p>no</p> --><p>Not <b>here</b>", "Not here"),
            ("<h1>Cut", "Cut"),
            ("<p>Desk</p><h1> Gone!\n</h1><h2>Why</h2>It was used.<h3></h3><h4>More</h4>", "Gone! Why: It was used. More"),
            ("<html><head><title>Only a title</title></head><body></body></html>", "Only a title"),
            ("<p>5 &lt; 6 & 7 &unknown; 8", "5 < 6 & 7 &unknown; 8"),
            ("<p>Zo&euml; M&uuml;ller, Stra&szlig;e &Eacute; &ouml &quml; &uuuml;", "Zoë Müller, Straße É ö &quml; &uuuml;"),
            ("<script>no end", ""),
            (
                "<!DOCTYPE html><head><meta charset=utf-8><title>Closed</title><style>x</style><p>We open at 8.",
                "Closed: We open at 8.",
            ),
            ("<head><title>Gone</title><body><p>Ask again", "Gone: Ask again"),
            ("<h1 title=\"a>b\" id = 'c>d'>No</h1>", "No"),
            ("<h1 title=\"a>No</h1>", "No"),
            ("<", ""),
            ("<title>Bomgar</title><p>Your key has expired.</p><h1></h1>", "Bomgar: Your key has expired."),
            ("<svg/><p>if x < 5 & y <6 then z > 7</p>", "if x < 5 & y <6 then z > 7"),
            ("<p>&Scaron;koda Wa&lstrok;&eogon;sa Sch&amp;ouml;n O&amp;#039;Brien", "Škoda Wałęsa Schön O'Brien"),
            ("<p>Run C:\\a\\update of C:\\Users, not \\\\u\\u\\", "Run C:\\a\\update of C:\\Users, not \\\\u\\u\\"),
            (
                "<title>Desk</title><h2>No such key.</h2><form><h2>Session Key</h2><label>Key</label><input value='x'><button>Go\
                 </button></form><footer>Copyright</footer>",
                "Desk: No such key.",
            ),
            ("<NAV><ul><nav>A</nav><li>Home</NAV>Gone<footer class=x>&copy;</footer >", "Gone"),
            ("Gone<select><option>Please choose<option>Other</select><textarea>Hi <b></textarea><label>Name", "Gone Name"),
            ("Gone<select><option>Please choose</option><optgroup><option>Other</select> for good", "Gone for good"),
            ("<fieldset><legend>Who</legend>You</fieldset>Gone<datalist><option>A</datalist>", "Gone"),
            ("<format>Gone</format><formula>1</formula>", "Gone 1"),
            ("<form><p>Nobody closes it.", "Nobody closes it."),
            ("<form>Key <input></form>", ""),
            ("<p>&#49&#50&#00000000051; {\"name\": \"Sch\\u00f6n\"} \\u \\uD800", "123 {\"name\": \"Schön\"} \\u \\uD800"),
        ];
        for (page, words) in cases {
            assert_eq!(of(page, Format::Html), words, "{page}");
        }
        assert_eq!(of("Notice:\n<html><body><b>Gone</b>", Format::Html), "Notice: Gone");
        assert_eq!(of("a <b or a <c>", Format::Plain), "a <b or a <c>");
    }

    #[test]
    fn d5_no_page_gives_much_more_than_it_has() {
        for piece in [
            "<form>",
            "<nav></nav>",
            "a\\",
            "\\u",
            "\\u\\",
            "a\\u005c",
            "&nGt;",
            "&amp;",
            "<svg>",
            "<h1>a",
            "<noscript",
            "<p title='",
            "=\"",
        ] {
            let page = format!("<p>\\u {}\\u", piece.repeat(4_000));
            assert!(of(&page, Format::Html).len() <= 2 * page.len(), "{piece}");
            assert!(of(&page, Format::Plain).len() <= 2 * page.len(), "{piece}");
        }
    }

    #[test]
    fn a_json_answer_gives_its_message() {
        let cases = [
            (r#"{"error": true, "errorMessage": "No such key"}"#, "No such key"),
            (r#"{"error": 1, "msg": "Closed"}"#, "Closed"),
            (r#"{"error": "Gone"}"#, "Gone"),
            (r#"{"error": "Zo&euml;  M&#252;ller"}"#, "Zoë Müller"),
            (r#"{"error": {"message": "Nested"}}"#, "Nested"),
            (r#"{"error": true}"#, ""),
            (r#"{"errorMessage": " ", "msg": "Used"}"#, "Used"),
            (r#"{"errors": [{"message": "No such rep"}, {"message": "x"}]}"#, "No such rep"),
            (r#"[{"message": "In a list"}]"#, "In a list"),
            (r#"{"error": {"error": ["Deep"]}}"#, "Deep"),
            (r#"{"error": "cut"#, ""),
            (r#"{"errorMessage": "<p>Key <b>gone</b></p>"}"#, "Key gone"),
        ];
        for (page, words) in cases {
            assert_eq!(of(page, Format::Json), words, "{page}");
        }
    }

    #[test]
    fn plain_text_is_taken_as_it_is() {
        assert_eq!(of(" Session not found\n", Format::Plain), "Session not found");
        assert_eq!(of(" \n", Format::Plain), "");
    }
}
