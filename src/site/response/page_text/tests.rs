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
        (
            "<html><body><!-- <p>no</p> --><p>Not <b>here</b>",
            "Not here",
        ),
        ("<h1>Cut", "Cut"),
        (
            "<p>Desk</p><h1> Gone!\n</h1><h2>Why</h2>It was used.<h3></h3><h4>More</h4>",
            "Gone! Why: It was used. More",
        ),
        (
            "<html><head><title>Only a title</title></head><body></body></html>",
            "Only a title",
        ),
        ("<p>5 &lt; 6 & 7 &unknown; 8", "5 < 6 & 7 &unknown; 8"),
        (
            "<p>Zo&euml; M&uuml;ller, Stra&szlig;e &Eacute; &ouml &quml; &uuuml;",
            "Zoë Müller, Straße É ö &quml; &uuuml;",
        ),
        ("<script>no end", ""),
        (
            "<!DOCTYPE html><head><meta charset=utf-8><title>Closed</title><style>x</style><p>We open at 8.",
            "Closed: We open at 8.",
        ),
        (
            "<head><title>Gone</title><body><p>Ask again",
            "Gone: Ask again",
        ),
        ("<h1 title=\"a>b\" id = 'c>d'>No</h1>", "No"),
        // As in a browser: the page ends within the tag.
        ("No<h1 title=\"a>And</h1>", "No"),
        ("<", "<"),
        (
            "<title>Bomgar</title><p>Your key has expired.</p><h1></h1>",
            "Bomgar: Your key has expired.",
        ),
        (
            "<svg/><p>if x < 5 & y <6 then z > 7</p>",
            "if x < 5 & y <6 then z > 7",
        ),
        (
            "<p>&Scaron;koda Wa&lstrok;&eogon;sa Sch&amp;ouml;n O&amp;#039;Brien",
            "Škoda Wałęsa Schön O'Brien",
        ),
        (
            "<p>Run C:\\a\\update of C:\\Users, not \\\\u\\u\\",
            "Run C:\\a\\update of C:\\Users, not \\\\u\\u\\",
        ),
        (
            "<title>Desk</title><h2>No such key.</h2><form><h2>Session Key</h2><label>Key</label><input value='x'><button>Go\
             </button></form><footer>Copyright</footer>",
            "Desk: No such key.",
        ),
        (
            "<NAV><ul><nav>A</nav><li>Home</NAV>Gone<footer class=x>&copy;</footer >",
            "Gone",
        ),
        (
            "Gone<select><option>Please choose<option>Other</select><textarea>Hi <b></textarea><label>Name",
            "Gone Name",
        ),
        (
            "Gone<select><option>Please choose</option><optgroup><option>Other</select> for good",
            "Gone for good",
        ),
        (
            "<fieldset><legend>Who</legend>You</fieldset>Gone<datalist><option>A</datalist>",
            "Gone",
        ),
        ("<format>Gone</format><formula>1</formula>", "Gone 1"),
        ("<form><p>Nobody closes it.", "Nobody closes it."),
        ("<form>Key <input></form>", ""),
        (
            "<p>&#49&#50&#00000000051; {\"name\": \"Sch\\u00f6n\"} \\u \\uD800",
            "123 {\"name\": \"Schön\"} \\u \\uD800",
        ),
    ];
    for (page, words) in cases {
        assert_eq!(extract(page, PageFormat::Html), words, "{page}");
    }
    assert_eq!(
        extract("Notice:\n<html><body><b>Gone</b>", PageFormat::Html),
        "Notice: Gone"
    );
    assert_eq!(extract("a <b or a <c>", PageFormat::Plain), "a <b or a <c>");
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
        assert!(
            extract(&page, PageFormat::Html).len() <= 2 * page.len(),
            "{piece}"
        );
        assert!(
            extract(&page, PageFormat::Plain).len() <= 2 * page.len(),
            "{piece}"
        );
    }
}

#[test]
fn a_json_answer_gives_its_message() {
    let cases = [
        (
            r#"{"error": true, "errorMessage": "No such key"}"#,
            "No such key",
        ),
        (r#"{"error": 1, "msg": "Closed"}"#, "Closed"),
        (r#"{"error": "Gone"}"#, "Gone"),
        (r#"{"error": "Zo&euml;  M&#252;ller"}"#, "Zoë Müller"),
        (r#"{"error": {"message": "Nested"}}"#, "Nested"),
        (r#"{"error": true}"#, ""),
        (r#"{"errorMessage": " ", "msg": "Used"}"#, "Used"),
        (
            r#"{"errors": [{"message": "No such rep"}, {"message": "x"}]}"#,
            "No such rep",
        ),
        (r#"[{"message": "In a list"}]"#, "In a list"),
        (r#"{"error": {"error": ["Deep"]}}"#, "Deep"),
        (r#"{"error": "cut"#, ""),
        (r#"{"errorMessage": "<p>Key <b>gone</b></p>"}"#, "Key gone"),
    ];
    for (page, words) in cases {
        assert_eq!(extract(page, PageFormat::Json), words, "{page}");
    }
}

#[test]
fn plain_text_is_taken_as_it_is() {
    assert_eq!(
        extract(" Session not found\n", PageFormat::Plain),
        "Session not found"
    );
    assert_eq!(extract(" \n", PageFormat::Plain), "");
}
