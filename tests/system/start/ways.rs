//! What `start` takes beside a representative, a key or a survey, by the config's fields and the
//! dialect.

use support_kiosk::demo::ResponsePace;
use support_kiosk::ways;

use super::desk::{CONNECTOR, Desk, START_SESSION, assert_status, finished, stderr, stdout};

/// A desk of today's dialect that takes the name and the ticket with every way, and the company
/// with the survey and a key.
fn desk_with_details() -> Desk {
    let every = "ways = [\"survey\", \"rep\", \"key\"]";
    let rules = format!(
        "[survey.name]\nrequired = true\n{every}\n[survey.company]\nways = [\"survey\", \"key\"]\ndefault = \"Example\"\n\
         [survey.external_key]\nhidden = true\ndefault = \"{{kiosk}}\"\n{every}\n"
    );
    Desk::with(ResponsePace::INSTANT, START_SESSION, &rules)
}

#[test]
fn what_the_config_takes_with_a_rep_or_a_key_goes_with_it() {
    let desk = desk_with_details();
    let (rep, key) = (
        "id=12&name=Dana%20Whitfield",
        "short_key=4710938&skipconfirm=1",
    );
    let cases: [(&[&str], &str, String); 7] = [
        (&["rep", "12", "--name", "Zoë"], "", format!("{rep}&customer.name=Zo%C3%AB&session.custom.external_key=b12-3")),
        (&["rep", "12", "--name", "-"], "Zo\n", format!("{rep}&customer.name=Zo&session.custom.external_key=b12-3")),
        (
            &["rep", "12", "--name", "Zo", "--external-key", "INC-1"],
            "",
            format!("{rep}&customer.name=Zo&session.custom.external_key=INC-1"),
        ),
        (&["rep", "12", "--name", "Zo", "--external-key", ""], "", format!("{rep}&customer.name=Zo")),
        (
            &["key", "471 0938", "--name", "Zo"],
            "",
            format!("{key}&customer.name=Zo&customer.company=Example&session.custom.external_key=b12-3"),
        ),
        (
            &["key", "-", "--name", "Zo", "--company", "B & C"],
            "4710938\n",
            format!("{key}&customer.name=Zo&customer.company=B%20%26%20C&session.custom.external_key=b12-3"),
        ),
        (
            &["survey", "--name", "Zo", "--external-key", "INC-1"],
            "",
            "issue_menu=1&customer.name=Zo&customer.company=Example&session.custom.external_key=INC-1".to_owned(),
        ),
    ];
    for (words, input, query) in cases {
        let output = finished(
            desk.command(&[words, &["--print-link"]].concat()),
            input.as_bytes(),
        );
        assert_status(&output, 0, words);
        let link = format!("http://{}/api/start_session?{query}\n", desk.site.address());
        assert_eq!(stdout(&output), link, "{words:?}");
    }
    let output = desk.start(&["rep", "12", "--name", "Zoë"]);
    assert_status(&output, 0, &["the site takes it"]);
    assert_eq!(desk.site.requests(), 1);
}

#[test]
fn what_the_config_does_not_take_with_a_way_is_refused_before_any_request() {
    let desk = desk_with_details();
    let long = "Q".repeat(101);
    let cases: [(&[&str], &str, &str); 5] = [
        (&["rep", "12"], "I2", "name is required"),
        (
            &["key", "4710938", "--external-key", "QZXW"],
            "I2",
            "name is required",
        ),
        (
            &["rep", "12", "--name", "QZXW", "--company", "QZXW"],
            "I3",
            "--company: survey.company.ways does not name \"rep\"",
        ),
        (
            &["key", "1", "--name", "Zo", "--description", "QZXW"],
            "I3",
            "--description: survey.description.ways does not name",
        ),
        (
            &["key", "1", "--name", &long],
            "I1",
            "name has 101 characters and may have at most 100",
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
            !told.contains("QZXW") && output.stdout.is_empty(),
            "{words:?}: {told}"
        );
    }
    assert_eq!(desk.site.requests(), 0);
}

#[test]
fn connector_takes_a_field_with_the_survey_alone() {
    let desk = Desk::with(ResponsePace::INSTANT, CONNECTOR, "");
    for option in [
        "name",
        "company",
        "company-code",
        "description",
        "external-key",
    ] {
        for way in [["rep", "12"], ["key", "4710938"]] {
            let output = desk.start(&[&way[..], &[&format!("--{option}"), "QZXW"]].concat());
            assert_status(&output, 65, &[option]);
            let named = format!(
                "--{option} with {}: in dialect \"connector\" it goes only with the survey",
                way[0]
            );
            assert!(
                stderr(&output).contains(&named) && !stderr(&output).contains("QZXW"),
                "{}",
                stderr(&output)
            );
        }
    }
    assert_eq!(desk.site.requests(), 0);
}

#[test]
fn a_field_that_is_hidden_on_the_screen_may_be_given() {
    let desk = Desk::with(
        ResponsePace::INSTANT,
        CONNECTOR,
        "[survey.name]\nhidden = true\ndefault = \"Example\"\n",
    );
    for (words, query) in [
        (
            &["survey", "--name", "Zo", "--company-code", "B12"][..],
            "issue_menu=1&customer_name=Zo&customer_company_code=B12",
        ),
        (&["survey"], "issue_menu=1&customer_name=Example"),
    ] {
        let output = desk.start(&[words, &["--print-link"]].concat());
        assert_status(&output, 0, words);
        assert!(
            stdout(&output).trim_end().ends_with(&format!("?{query}")),
            "{words:?}: {}",
            stdout(&output)
        );
    }
}

#[test]
fn an_external_key_that_the_desks_own_fields_leave_no_room_for_is_refused() {
    let fixed = |number| {
        format!(
            "[[site.parameter]]\nname = \"session.custom.f{number}\"\nvalue = \"{}\"\n",
            "x".repeat(1000)
        )
    };
    let desk = Desk::with(
        ResponsePace::INSTANT,
        START_SESSION,
        &(0..10).map(fixed).collect::<Vec<_>>().concat(),
    );
    assert_status(
        &desk.start(&["survey", "--external-key", &"ø".repeat(120)]),
        0,
        &["240 bytes"],
    );
    for (length, excess) in [(121, "1 character"), (122, "2 characters")] {
        let output = desk.start(&["survey", "--external-key", &"ø".repeat(length)]);
        assert_status(&output, 65, &[excess]);
        let told = stderr(&output);
        let named = format!(
            "external-key has {excess} more than the site takes beside this desk's own fields"
        );
        assert!(
            told.contains(&named) && told.contains("(I1, visit "),
            "{told}"
        );
    }
    assert_eq!(desk.site.requests(), 1);
}

#[test]
fn each_way_with_a_code_starts_a_session_from_standard_input() {
    for way in ways::codes() {
        for dialect in [CONNECTOR, START_SESSION] {
            let desk = Desk::new(ResponsePace::INSTANT, dialect);
            let words = [way.name, "-"];
            let start = |code: &str| finished(desk.command(&words), code.as_bytes());
            assert_status(&start(way.demo_code), 0, &words);
            let other: String = way.demo_code.chars().rev().collect();
            for (code, fault) in [(other.as_str(), way.refused), ("", way.bad)] {
                let output = start(code);
                assert_status(&output, (fault.exit() as u8).into(), &words);
                let told = stderr(&output);
                assert!(
                    told.contains(&format!("({}, visit ", fault.code())),
                    "{way:?}: {told}"
                );
                assert!(code.is_empty() || !told.contains(code), "{way:?}: {told}");
            }
            assert_eq!(
                desk.site.requests(),
                2,
                "{way:?}: an empty code is not sent"
            );
        }
    }
}
