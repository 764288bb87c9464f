//! Keys and links in the forms in which mail clients, chat programs, spreadsheets and phones pass
//! them on.

use proptest::prelude::*;

use super::*;
use crate::ways::CodeProblem;

/// As in the vendor's invitations, and as people type it.
const LONG: &str = "0123456789abcdef0123456789abcdef";
const SHORT: &str = "4710938";

fn read_with(text: &str, characters: &str) -> Result<String, CodeProblem> {
    let rules = CodeRules {
        min: 4,
        max: 32,
        characters: characters.to_owned(),
    };
    KEY.parse(text, &rules).map(|key| key.reveal().to_owned())
}

fn read(text: &str) -> Result<String, CodeProblem> {
    read_with(text, "")
}

#[test]
fn whatever_is_no_letter_or_digit_is_skipped() {
    for text in [
        "4710938",
        " 471-0938 ",
        "4 7 1 0 9 3 8",
        "471–09—38",
        "471\u{2212}0938",
        "471\u{2011}0938",
        "471.09.38.",
        "4,710,938",
        "47/10/93/8",
        "471\n0938\r\n",
        "“4710938”",
        "'4710938'",
        "«4710938».",
        "(4710938)",
        "[4710938]",
        "**4710938**",
        "`4710938`",
        "#4710938!",
        "=\"4710938\"",
        "4710938?",
        "\u{FEFF}4710938",
        "\u{200B}471\u{200B}0938\u{200B}",
        "471\u{AD}0938",
        "471\u{A0}0938",
        "471\u{202F}0938\u{2009}",
        "\u{200E}4710938\u{200F}",
        "\u{2066}4710938\u{2069}",
        "\u{202A}4710938\u{202C}",
        "471\u{2060}0938",
        "471\u{200D}0938",
        "47\u{1B}1\0\u{7F}0938",
        "4\u{0}7\u{0}1\u{0}0\u{0}9\u{0}3\u{0}8\u{0}",
        "4️⃣7️⃣1️⃣0️⃣9️⃣3️⃣8️⃣",
        "４７１－０９３８",
        "471ー0938",
        "４７１。０９３８",
        "٤٧١٠٩٣٨",
        "4710938&nbsp;",
        "471&#8203;0938",
        "471%200938",
        "🔑 4710938 ✅",
    ] {
        assert_eq!(read(text), Ok(SHORT.to_owned()), "{text:?}");
    }
}

#[test]
fn a_link_gives_its_key_in_every_form_that_people_paste() {
    let forms = [
        "https://support.example.com/?ak=KEY",
        "https://support.example.com?ak=KEY",
        "HTTPS://SUPPORT.EXAMPLE.COM/?AK=KEY",
        "https://support.example.com/download_customer_connector.ns?access_key=KEY",
        "https://support.example.com/api/start_session?lang=en&short_key=KEY#x",
        "https://support.example.com/x?accessKey=KEY&lang=en",
        "https://support.example.com/check_access_key?access_key_pretty=KEY",
        "https://support.example.com/#ak=KEY",
        "https://support.example.com/#/start?ak=KEY",
        "https://support.example.com/?lang=en;ak=KEY;x=1",
        "https://support.example.com:8443/?ak=KEY/",
        "support.example.com/?ak=KEY",
        "support.example.com/api/start_session?short_key=KEY",
        "/check_access_key?access_key_pretty=KEY",
        "check_access_key?access_key_pretty=KEY",
        "?ak=KEY",
        "ak=KEY",
        // In a sentence, in brackets, in quotes.
        "Click https://support.example.com/?ak=KEY to start.",
        "Go to https://support.example.com/?ak=KEY.",
        "Go to support.example.com/?ak=KEY, then wait",
        "(https://support.example.com/?ak=KEY)",
        "<https://support.example.com/?ak=KEY>",
        "<URL:https://support.example.com/?ak=KEY>",
        "\"https://support.example.com/?ak=KEY\"",
        "“https://support.example.com/?ak=KEY”",
        "«https://support.example.com/?ak=KEY»",
        "リンク：https://support.example.com/?ak=KEYをクリック",
        "ｈｔｔｐｓ：／／support.example.com／？ak＝KEY",
        "\u{FEFF}https://support.example.com/?ak=KEY\r\n",
        "https://support.example.com/?ak=\u{200B}KEY\u{200B}",
        "ht\u{AD}tps://sup\u{AD}port.example.com/?a\u{AD}k=KEY",
        // Markdown, chat, HTML, spreadsheets.
        "[Start](https://support.example.com/?ak=KEY)",
        "[https://support.example.com/?ak=KEY](https://support.example.com/?ak=KEY)",
        "**https://support.example.com/?ak=KEY**",
        "_https://support.example.com/?ak=KEY_",
        "https://support.example.com/x?short\\_key=KEY",
        "<https://support.example.com/?ak=KEY|Start the session>",
        "<a href=\"https://support.example.com/?lang=en&amp;ak=KEY\">Start</a>",
        "<a href=https://support.example.com/?ak=KEY>Start</a>",
        "https://support.example.com/?lang=en&amp;ak=KEY&amp;x=1",
        "https://support.example.com/?lang=en&amp;amp;ak=KEY",
        "https://support.example.com/?lang=en&#38;ak&#61;KEY",
        "https&#58;//support.example.com/&quest;ak&equals;KEY",
        "{\"url\":\"https:\\/\\/support.example.com\\/?ak=KEY\"}",
        "=HYPERLINK(\"https://support.example.com/?ak=KEY\",\"Start\")",
        "<session_key_url>https://support.example.com/?ak=KEY</session_key_url>",
        "mailto:?subject=Help&body=https%3A%2F%2Fsupport.example.com%2F%3Fak%3DKEY%0A%0ARegards",
        "mailto:a@example.com?body=https://support.example.com/?ak=KEY%0ARegards",
        "intent://support.example.com/?ak=KEY#Intent;scheme=https;end",
        // Inside another link.
        "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fsupport.example.com%2F%3Fak%3DKEY&data=05%7C02%7C&reserved=0",
        "https://nam02.safelinks.protection.outlook.com/?url=https%3a%2f%2fsupport.example.com%2f%3flang%3den%26ak%3dKEY%26x%3d1&amp;data=05",
        "<https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fnam02.safelinks.protection.outlook.com%2F%3Furl%3Dhttps%253A%252F%252Fsupport.example.com%252F%253Fak%253DKEY%26data%3D05&data=05>",
        "https://www.google.com/url?q=https://support.example.com/?ak%3DKEY&sa=D&ust=17",
        "https://www.google.com/url?q=https%3A%2F%2Fsupport.example.com%2F%3Fak%3DKEY&sa=D",
        "https://secure-web.cisco.example/1a2b/https%3A%2F%2Fsupport.example.com%2F%3Fak%3DKEY",
        "https://clicktime.example.com/x?u=https%3A%2F%2Fsupport.example.com%2F%3Fak%3DKEY",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__support.example.com_-3Fak-3DKEY&d=DwMFaQ&c=a_b&e=",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__support-2Ddesk.example.com_x-3Flang-3Den-26access-5Fkey-3DKEY-26x-3D1&d=DwMFaQ",
        "https://urldefense.com/v3/__https://support.example.com/?ak=KEY__;!!ABC!d_e$",
        "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Furldefense.proofpoint.com%2Fv2%2Furl%3Fu%3Dhttps-3A__support.example.com_-3Fak-3DKEY%26d%3DDw&data=05",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__nam02.safelinks.protection.outlook.com_-3Furl-3Dhttps-253A-252F-252Fsupport.example.com-252F-253Fak-253DKEY-26data-3D05&d=Dw",
        // Over two lines.
        "https://support.example.com/\n?ak=KEY",
        "https://support.example.com/?ak=\nKEY",
        "https://support.example.com/api/start_session?short_\r\nkey=KEY\r\nRegards, Dana",
        "> https://support.example.com/api/start_session?access\n> _key=KEY&x=1",
        "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fsupport.example.com%2F%3\nFak%3DKEY&data=05",
        "Hello,\n\nplease click\nhttps://support.example.com/?ak=KEY\nThanks\nDana",
    ];
    for form in forms {
        for key in [SHORT, LONG] {
            assert_eq!(
                read(&form.replace("KEY", key)),
                Ok(key.to_owned()),
                "{form:?}"
            );
        }
    }
}

#[test]
fn a_key_in_a_link_is_read_as_generously_as_any_other() {
    for value in [
        "471-0938",
        "471+0938",
        "471%200938",
        "471%2D0938",
        "4710938.",
        "４７１０９３８",
        "%34710938",
        "4710938%26lang%3Den",
    ] {
        assert_eq!(
            read(&format!("https://support.example.com/?ak={value}&x=1")),
            Ok(SHORT.to_owned()),
            "{value}"
        );
        let encoded = value.replace('%', "%25").replace('+', "%2B");
        assert_eq!(
            read(&format!(
                "https://x.example/?url=https%3A%2F%2Fa%2F%3Fak%3D{encoded}%26x%3D1&y=2"
            )),
            Ok(SHORT.to_owned()),
            "{value}"
        );
    }
}

#[test]
fn a_value_in_pieces_is_whole_and_the_next_sentence_is_none_of_it() {
    let cases = [
        (
            "https://a.example/?ak=0123456789abcdef\n0123456789abcdef",
            LONG,
        ),
        (
            "https://a.example/?ak=0123456789abcdef  \r\n  0123456789abcdef to start",
            LONG,
        ),
        (
            "https://a.example/?ak=0123456789\nabcdef01234567\n89abcdef\nRegards",
            LONG,
        ),
        (
            "<https://a.example/?ak=0123456789abcdef\n0123456789abcdef>",
            LONG,
        ),
        (
            "> https://a.example/?ak=0123456789abcdef\n> 0123456789abcdef",
            LONG,
        ),
        (
            "https://x.example/?url=https%3A%2F%2Fa%2F%3Fak%3D0123456789abcdef\n0123456789abcdef&data=1",
            LONG,
        ),
        ("https://a.example/?short_key=4710\n938", SHORT),
        ("https://a.example/?short_key=4710\n938&lang=en", SHORT),
        ("https://a.example/?short_key=471 0938", SHORT),
        ("https://a.example/?short_key= 471 0938&lang=en", SHORT),
        (
            "https://x.example/?url=https%3A%2F%2Fa%2F%3Fak%3D471%200938&y=2",
            SHORT,
        ),
        ("https://a.example/?ak=4710938 12", SHORT),
        ("https://a.example/?ak=47109 8 people wait", "47109"),
        (
            "<a href=https://a.example/?ak=47109 download>Start</a>",
            "47109",
        ),
        ("https://a.example/?ak=4710938.Thanks", SHORT),
        ("https://a.example/?ak=471.09.38.", SHORT),
        ("https://a.example/?ak=471%2F0938%2C", SHORT),
        ("https://a.example/?ak=4710938%3C/a%3E", SHORT),
        ("https://a.example/?ak=4710938,then", SHORT),
        ("https://a.example/?ak=4710938/x", SHORT),
        ("https://a.example/?ak=4710938\nThanks", SHORT),
        ("https://a.example/?ak=4710938\n555-0100", SHORT),
        ("https://a.example/?ak=4710938\n\n0123", SHORT),
        ("https://a.example/?ak=4710938\nR&D", SHORT),
        (
            "https://a.example/?ak=4710938\nhttps://a.example/help?x=1",
            SHORT,
        ),
    ];
    for (text, key) in cases {
        assert_eq!(read(text), Ok(key.to_owned()), "{text:?}");
    }
}

#[test]
fn an_address_without_a_key_is_refused_as_one() {
    for text in [
        "https://support.example.com",
        "https://support.example.com/",
        "https://support.example.com/?lang=en",
        "https://support.example.com/?ak=",
        "https://support.example.com/?ak=&lang=en",
        "https://support.example.com/?ak=...",
        "https://support.example.com/?akx=4710938",
        "https://support.example.com/?xak=4710938",
        "https://support.example.com/?session.ak=4710938",
        "https://support.example.com/4710938",
        "https:/support.example.com/4710938",
        "support.example.com",
        "support.example.com/help",
        "www.example.no",
        "Your key is 4710938. Go to https://support.example.com",
        "/check_access_key?pretty=4710938",
        "sessionkey=4710938",
        "desk@example.com",
        "https%3A%2F%2Fsupport.example.com%2F4710938",
        "https://x.example/?url=https%3A%2F%2Fsupport.example.com%2F4710938",
        "https://protect.example.com/s/AbCdEf12?domain=support.example.com",
        "https://urldefense.com/v3/__https://a.example/?ak=471*0938__;JQ!!AB!c$",
        "https://support.example.com/?ak=\nRegards",
        "https://support.example.com/?ak=471/0938",
        "https://support.example.com/?ak=471,0938",
        "https://support.example.com/?ak=47109.Thanks",
        "https&#58;&#47;&#47;support",
        "\u{FEFF}h\u{200B}ttps://support.example.com",
    ] {
        assert_eq!(read(text), Err(CodeProblem::Address), "{text:?}");
    }
}

#[test]
fn further_key_characters_are_kept_and_do_not_mark_an_address() {
    for (text, characters, key) in [
        ("AB/CD/EF", "/", "AB/CD/EF"),
        ("ABC/DEF?G", "/?", "ABC/DEF?G"),
        ("AK=4710", "=", "AK=4710"),
        ("A&amp;B12", "&", "A&amp;B12".replace(';', "").as_str()),
        ("AB%20C", "%", "AB%20C"),
        ("AB.com", ".", "AB.com"),
        ("471-0938", "-", "471-0938"),
        ("471–09 38", "-", "471-0938"),
        ("AB_CD", "_", "AB_CD"),
        ("https://a.example/?ak=AB/CD&x=1", "/", "AB/CD"),
        ("https://a.example/?ak=AB%2FCD%3D", "/=", "AB/CD="),
        ("https://a.example/?ak=AB%26CD&x=1", "&", "AB&CD"),
        (
            "https://urldefense.com/v3/__https://a.example/?ak=AB_CD__;!!A!b$",
            "_",
            "AB_CD",
        ),
        ("https://a.example/?ak=AB.CD.", ".", "AB.CD"),
    ] {
        assert_eq!(
            read_with(text, characters),
            Ok(key.to_owned()),
            "{text} with {characters}"
        );
    }
    assert_eq!(read_with("https://a/bcd", ":/"), Err(CodeProblem::Address));
}

#[test]
fn what_is_no_key_says_why() {
    for blank in ["", " - ", "\u{200B}", "?!", "№"] {
        assert_eq!(read(blank), Err(CodeProblem::Empty), "{blank:?}");
    }
    assert_eq!(read("123"), Err(CodeProblem::TooShort { count: 3, min: 4 }));
    let told = KEY.describe(CodeProblem::TooShort { count: 1, min: 4 });
    assert_eq!(told, "the session key has 1 character and needs at least 4");
    assert_eq!(
        read(&"1".repeat(33)),
        Err(CodeProblem::TooLong { count: 33, max: 32 })
    );
    let link = format!(
        "https://support.example.com/{}?ak={}&x=1",
        "x".repeat(10_000),
        "1".repeat(33)
    );
    assert_eq!(
        read(&link),
        Err(CodeProblem::TooLong { count: 33, max: 32 }),
        "the link is found before its length counts"
    );
    let short = CodeRules {
        max: 16,
        ..CodeRules::default()
    };
    let broken = KEY.parse(
        "https://a.example/?ak=0123456789abcdef\n0123456789abcdef",
        &short,
    );
    assert_eq!(
        broken,
        Err(CodeProblem::TooLong { count: 32, max: 16 }),
        "no key is cut to fit"
    );
}

#[test]
fn a_hostile_text_takes_no_longer_than_its_length() {
    let pieces = [
        "ak=",
        "=ak",
        "ak=\n",
        "ak=1\n",
        "ak=3D",
        "=3D",
        "=\n",
        "ak=.",
        "a&",
        "&amp;",
        "%25",
        "%2525",
        "%",
        "-3A__",
        "http-3A__",
        "https-3A__-3A__",
        "/?=",
        "://",
        "a.",
        "www.",
        "@a.b",
        "=",
        "a=",
        "\n>",
        "\\",
        "\u{301}",
        "\u{FDFA}",
        "\r",
        "&#",
        "&#x",
        "&nGt;",
        "http:",
        "1",
        "%E2%80%8B",
    ];
    let start = std::time::Instant::now();
    for piece in pieces {
        for characters in ["", "/=&%.?:-"] {
            _ = read_with(&piece.repeat(100_000 / piece.len()), characters);
        }
    }
    let took = start.elapsed();
    assert!(
        took.as_secs() < 60,
        "{took:?} for {} texts of 100 kB",
        pieces.len() * 2
    );
}

#[test]
fn a_key_is_never_in_a_debug_print() {
    let key = KEY.parse("4710938", &CodeRules::default()).expect("a key");
    assert_eq!(format!("{key:?}"), "SecretCode");
}

/// Text with much of what links and keys are made of.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "://",
            "ak=",
            "access_key=",
            "short_key",
            "=",
            "&",
            "?",
            "/",
            "%3D",
            "=3D",
            "=\n",
            "%3F",
            "%2F%2F",
            "%25",
            "&amp;",
            "http",
            "https-3A__",
            "-3Dx",
            "\n",
            "> ",
            "<",
            ">",
            "4710938",
            "０",
            "ﬁ",
            "\u{200B}",
            "*1",
            "__;",
            "www.",
            ".com",
            "@",
            "#",
            "\\",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
        "[a-zA-Z0-9]{0,8}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_key_has_only_what_a_key_may_have(text in any_text(), characters in "[-/=&%.?:_+;]{0,4}") {
        let rules = CodeRules { min: 1, max: 64, characters };
        if let Ok(key) = KEY.parse(&text, &rules) {
            let stray = key.reveal().chars().find(|c| !c.is_alphanumeric() && !rules.characters.contains(*c));
            prop_assert_eq!(stray, None);
            prop_assert!((1..=64).contains(&key.reveal().chars().count()));
        }
    }

    #[test]
    fn what_has_a_scheme_gives_the_key_of_a_parameter_or_none(before in any_text(), after in any_text(), characters in "[-/=&%.?:_]{0,4}") {
        let text = format!("{before}://{after}");
        let rules = CodeRules { characters, ..CodeRules::default() };
        let is_characters = matches!(KEY.input(&text, &rules), CodeInput::Characters(_));
        prop_assert!(!is_characters, "taken for a key");
    }
}
