//! What is asked of the site, and what is refused before anything is.

use support_kiosk::demo::ResponsePace;

use super::desk::{CONNECTOR, Desk, START_SESSION, assert_status, finished, stderr, stdout};

#[test]
fn a_link_has_exactly_the_parameters_of_the_contract() {
    let cases: [(&str, &[&str], &str); 8] = [
        (
            CONNECTOR,
            &["rep", "28"],
            "/download_customer_connector.ns?id=28&name=%E6%9D%8E%E6%98%8E",
        ),
        (
            CONNECTOR,
            &["key", "ab c-12"],
            "/download_customer_connector.ns?access_key=abc12",
        ),
        (
            CONNECTOR,
            &["survey"],
            "/download_customer_connector.ns?issue_menu=1",
        ),
        (
            CONNECTOR,
            &["survey", "--issue", "password"],
            "/download_customer_connector.ns?issue_menu=1&id=1",
        ),
        (
            START_SESSION,
            &["rep", "12"],
            "/api/start_session?id=12&name=Dana%20Whitfield",
        ),
        (
            START_SESSION,
            &["key", "ab c-12"],
            "/api/start_session?short_key=abc12&skipconfirm=1",
        ),
        (
            START_SESSION,
            &["survey", "--issue", "1"],
            "/api/start_session?issue_menu=1&codeName=password",
        ),
        (
            START_SESSION,
            &["survey", "--issue", "6", "--name", "Zo"],
            "/api/start_session?issue_menu=1&customer.name=Zo&id=6",
        ),
    ];
    for (dialect, words, link) in cases {
        let desk = Desk::new(ResponsePace::INSTANT, dialect);
        let output = desk.start(&[words, &["--print-link"]].concat());
        assert_status(&output, 0, words);
        assert_eq!(
            stdout(&output),
            format!("http://{}{link}\n", desk.site.address()),
            "{dialect} {words:?}"
        );
        assert_eq!(
            (stderr(&output), desk.site.requests()),
            (String::new(), 0),
            "{dialect} {words:?}"
        );
    }
}

#[test]
fn one_value_comes_from_standard_input_less_a_final_newline() {
    let desk = Desk::new(ResponsePace::INSTANT, CONNECTOR);
    let cases: [(&[&str], &str, &str); 4] = [
        (&["key", "-"], "471 0938\n", "access_key=4710938"),
        (
            &["survey", "--description", "-"],
            "one\ntwo\n\n",
            "issue_menu=1&customer_desc=one%0Atwo%0A",
        ),
        (
            &["survey", "--description", "-"],
            "one\r\ntwo\r\n",
            "issue_menu=1&customer_desc=one%0Atwo",
        ),
        (
            &["survey", "--name", "-", "--company", "B"],
            "Zoë",
            "issue_menu=1&customer_name=Zo%C3%AB&customer_company=B",
        ),
    ];
    for (words, input, query) in cases {
        let output = finished(
            desk.command(&[words, &["--print-link"]].concat()),
            input.as_bytes(),
        );
        assert_status(&output, 0, words);
        assert!(
            stdout(&output).trim_end().ends_with(&format!("?{query}")),
            "{words:?}: {}",
            stdout(&output)
        );
    }
    // White space that the site does not take is a space, as in a paste.
    let spaced: [(&[&str], &str, &str); 4] = [
        (
            &["survey", "--description", "-"],
            "Name\tError\r\nprinter\t12\n",
            "customer_desc=Name%20Error%0Aprinter%2012",
        ),
        (
            &["survey", "--description", "-"],
            "a\u{0C}b\u{0B}c\u{85}d\u{2028}e\u{2029}f",
            "customer_desc=a%20b%20c%20d%20e%20f",
        ),
        (
            &["survey", "--name", "-"],
            "Ann\tQuist\r\nIT\n",
            "customer_name=Ann%20Quist%20IT",
        ),
        (
            &["survey", "--name", "Ann\tQuist"],
            "",
            "customer_name=Ann%20Quist",
        ),
    ];
    for (words, input, query) in spaced {
        let output = finished(
            desk.command(&[words, &["--print-link"]].concat()),
            input.as_bytes(),
        );
        assert_status(&output, 0, words);
        assert!(
            stdout(&output)
                .trim_end()
                .ends_with(&format!("?issue_menu=1&{query}")),
            "{words:?}: {}",
            stdout(&output)
        );
    }
    // As PowerShell pipes it.
    let marked: [(&[u8], &str); 4] = [
        (b"\xEF\xBB\xBFZo\xC3\xAB\r\n", "Zo%C3%AB"),
        (b"\xFF\xFEZ\0o\0\xEB\0\r\0\n\0", "Zo%C3%AB"),
        (b"\xFE\xFF\0Z\0o\0\xEB", "Zo%C3%AB"),
        (b"\xEF\xBB\xBF", ""),
    ];
    for (input, name) in marked {
        let output = finished(
            desk.command(&["survey", "--name", "-", "--print-link"]),
            input,
        );
        let query = if name.is_empty() {
            String::new()
        } else {
            format!("&customer_name={name}")
        };
        assert!(
            stdout(&output)
                .trim_end()
                .ends_with(&format!("?issue_menu=1{query}")),
            "{input:?}: {}",
            stdout(&output)
        );
    }
    let output = finished(
        desk.command(&["key", "-", "--print-link"]),
        b"\xEF\xBB\xBF471 0938\r\n",
    );
    assert!(
        stdout(&output).trim_end().ends_with("?access_key=4710938"),
        "{}",
        stdout(&output)
    );

    let output = finished(desk.command(&["survey", "--name", "-"]), b"a\xFF\n");
    assert_status(&output, 65, &["not UTF-8"]);
    assert!(
        stderr(&output).contains("name: standard input is not UTF-8"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_key_is_found_in_what_people_paste_as_a_word_and_on_standard_input() {
    let desk = Desk::new(ResponsePace::INSTANT, CONNECTOR);
    for given in [
        "\u{FEFF}“471\u{200B}-0938”.",
        "４７１０９３８",
        "Click <https://support.example.com/?lang=en&amp;ak=4710938> to start",
        "support.example.com/check_access_key?access_key_pretty=471-0938",
        "https://x.example/?url=https%3A%2F%2Fsupport.example.com%2F%3Fak%3D4710938&data=1",
    ] {
        for (word, input) in [(given, ""), ("-", given), ("-", &format!("{given}\r\n"))] {
            let output = finished(
                desk.command(&["key", word, "--print-link"]),
                input.as_bytes(),
            );
            assert_status(&output, 0, &[given, word]);
            assert!(
                stdout(&output).ends_with("?access_key=4710938\n"),
                "{given}: {}",
                stdout(&output)
            );
        }
    }
}

#[test]
fn an_address_on_standard_input_is_refused_and_not_quoted() {
    let desk = Desk::new(ResponsePace::INSTANT, CONNECTOR);
    let long = format!(
        "https://support.example.com/{}?quietmarsh=1\n",
        "x".repeat(500_000)
    );
    for input in [
        "https://support.example.com/quietmarsh\n",
        "www.quietmarsh.example\n",
        long.as_str(),
    ] {
        for json in [&[][..], &["--json"]] {
            let output = finished(
                desk.command(&[&["key", "-"], json].concat()),
                input.as_bytes(),
            );
            assert_status(&output, 65, &["an address"]);
            let told = stderr(&output) + &stdout(&output);
            assert!(
                told.contains("I5") && told.contains("an address without a session key"),
                "{told}"
            );
            assert!(
                !told.contains("quietmarsh") && !told.contains("://"),
                "{told}"
            );
        }
    }
    assert_eq!(desk.site.requests(), 0);
}

#[test]
fn standard_input_that_is_too_long_to_be_read_whole_is_refused() {
    let desk = Desk::new(ResponsePace::INSTANT, CONNECTOR);
    let cut = format!(
        "{}https://support.example.com/?ak=4710938",
        " ".repeat((1 << 20) - 34)
    );
    for words in [["key", "-"].as_slice(), &["survey", "--description", "-"]] {
        let output = finished(
            desk.command(&[words, &["--print-link"]].concat()),
            cut.as_bytes(),
        );
        assert_status(&output, 65, words);
        assert!(
            stderr(&output).contains("standard input has 1 MiB or more"),
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn a_full_field_passes_and_one_more_character_is_refused() {
    let fields = [
        ("name", 100),
        ("company", 100),
        ("company-code", 100),
        ("description", 1024),
        ("external-key", 1024),
    ];
    for dialect in [CONNECTOR, START_SESSION] {
        let desk = Desk::new(ResponsePace::INSTANT, dialect);
        for (field, limit) in fields {
            for letter in ["a", "ø", "李", "😀"] {
                let option = format!("--{field}");
                let full = letter.repeat(limit);
                let before = desk.site.requests();
                let output = desk.start(&["survey", &option, &full]);
                assert_status(&output, 0, &[dialect, field, letter]);
                assert_eq!(
                    desk.site.requests(),
                    before + 1,
                    "{dialect} {field} {letter}"
                );

                let output = desk.start(&["survey", &option, &(full + letter)]);
                assert_status(&output, 65, &[dialect, field, letter]);
                let told = stderr(&output);
                let named = format!(
                    "{field} has {} characters and may have at most {limit}",
                    limit + 1
                );
                assert!(
                    told.contains(&named) && told.contains("(I1, visit "),
                    "{told}"
                );
                assert_eq!(
                    desk.site.requests(),
                    before + 1,
                    "{dialect} {field} {letter}: a request went out"
                );
            }
        }
    }
}

#[test]
fn refused_input_is_named_with_its_code_before_any_request() {
    let rules = "[session_key]\nmin_length = 4\nmax_length = 8\n[survey]\ngeneral_queue = false\n[survey.name]\nrequired = true\n";
    let desk = Desk::with(ResponsePace::INSTANT, CONNECTOR, rules);
    let cases: [(&[&str], &str, &str); 15] = [
        (&["rep", "13"], "I6", "after rep"),
        (&["rep", "QZXW"], "I6", "after rep"),
        (&["rep", "-1"], "I6", "after rep"),
        (&["key", ""], "I5", "is empty"),
        (&["key", " - "], "I5", "is empty"),
        (&["key", "123"], "I5", "at least 4"),
        (&["key", "123456789"], "I5", "at most 8"),
        (
            &["key", "https://support.example.com/QZXW"],
            "I5",
            "an address without a session key",
        ),
        (
            &["key", "support.example.com/?lang=QZXW"],
            "I5",
            "an address without a session key",
        ),
        (
            &["key", "https://support.example.com/?ak=QZXWQZXWQ"],
            "I5",
            "at most 8",
        ),
        (
            &["survey", "--issue", "1", "--name", "12\u{202E}34"],
            "I4",
            "U+202E",
        ),
        (&["survey", "--name", "Zo"], "I8", "Please choose an issue"),
        (
            &["survey", "--issue", "QZXW", "--name", "Zo"],
            "I7",
            "--issue",
        ),
        (&["survey", "--issue", "1"], "I2", "name is required"),
        (
            &["rep", "12", "--name", "QZXW"],
            "I3",
            "--name with rep: in dialect \"connector\" it goes only with the survey",
        ),
    ];
    for (words, code, named) in cases {
        let output = desk.start(words);
        assert_status(&output, 65, words);
        let told = stderr(&output);
        assert!(
            told.contains(named) && told.contains(&format!("({code}, visit ")),
            "{words:?}: {told}"
        );
        assert!(
            !told.contains("QZXW"),
            "what was typed may be a key: {told}"
        );
        assert!(
            told.lines().count() <= 2 && output.stdout.is_empty(),
            "{words:?}: {told}\n{}",
            stdout(&output)
        );
    }
    assert_eq!(desk.site.requests(), 0);
}

#[test]
fn who_is_not_available_is_refused_before_any_request() {
    let rules = "[survey]\nmenu = \"reps\"\n[[rep]]\nid = 14\nname = \"Bo\"\navailable = false\n";
    let desk = Desk::with(ResponsePace::INSTANT, CONNECTOR, rules);
    for words in [
        ["rep", "14"].as_slice(),
        &["survey", "--issue", "14"],
        &["rep", "14", "--print-link"],
    ] {
        let output = desk.start(words);
        assert_status(&output, 65, words);
        let told = stderr(&output);
        assert!(
            told.contains("can't be chosen")
                && told.contains("`available = false`")
                && told.contains("(I6, visit "),
            "{told}"
        );
    }
    assert_eq!(desk.site.requests(), 0);
    assert_status(&desk.start(&["rep", "12"]), 0, &["rep", "12"]);
}

#[test]
fn a_default_of_the_config_is_sent_with_its_places_filled_in() {
    let rules = "[survey.external_key]\nhidden = true\ndefault = \"{kiosk}/{visit}\"\n";
    let desk = Desk::with(ResponsePace::INSTANT, CONNECTOR, rules);
    let output = desk.start(&["survey", "--print-link"]);
    assert_status(&output, 0, &["default"]);
    let link = stdout(&output);
    let visit = link
        .trim_end()
        .split("external_key=b12-3%2F")
        .nth(1)
        .unwrap_or_default();
    assert!(
        visit.len() == 6 && visit.chars().all(|c| c.is_ascii_alphanumeric()),
        "{link}"
    );
}

#[test]
fn where_the_menu_lists_representatives_an_issue_is_ones_number() {
    let desk = Desk::with(
        ResponsePace::INSTANT,
        CONNECTOR,
        "[survey]\nmenu = \"reps\"\n",
    );
    let output = desk.start(&["survey", "--issue", "28", "--print-link"]);
    assert_status(&output, 0, &["a rep"]);
    assert!(
        stdout(&output).ends_with("?issue_menu=1&id=28\n"),
        "{}",
        stdout(&output)
    );
    assert_status(&desk.start(&["survey", "--issue", "1"]), 65, &["no rep"]);
}

#[test]
fn a_request_too_long_for_a_link_is_refused() {
    let desk = Desk::new(ResponsePace::INSTANT, CONNECTOR);
    let output = desk.start(&[
        "survey",
        "--print-link",
        "--description",
        &"😀".repeat(1024),
    ]);
    assert_status(&output, 65, &["too long"]);
    assert!(
        stderr(&output).contains("(I9, visit ") && output.stdout.is_empty(),
        "{}",
        stderr(&output)
    );
}
