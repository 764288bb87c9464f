//! What goes over the wire, as a real server receives it: the table of docs/protocol.md, every way,
//! dialect and method.

use support_kiosk::client::Purpose;
use support_kiosk::config::{Dialect, Method};
use support_kiosk::failure::Fault;
use support_kiosk::session::{
    Answers, Choice, CodeName, CustomerDetails, FixedParameter, Id, IssueRef, Placeholders,
    SessionRequest, Survey, SurveyField, SurveyForm,
};
use support_kiosk::site::wire;
use support_kiosk::ways::{self, KEY, Way};
use zeroize::Zeroizing;

use crate::support::order::{Desk, SCRIPT, by_key, by_key_with, by_rep, by_rep_with, clean};
use crate::support::site::{Act, Authority, Site, Validity, ok};

type Pairs = &'static [(&'static str, &'static str)];

struct Case {
    way: &'static str,
    request: SessionRequest,
    connector: Pairs,
    start_session: Pairs,
}

/// What a customer gives with a request by this way.
fn details(way: Way, answers: &[(SurveyField, &str)]) -> CustomerDetails {
    let (mut form, mut given) = (SurveyForm::default(), Answers::default());
    for (field, text) in answers {
        form.rules_mut(*field).ways = vec![way];
        given.set(*field, Zeroizing::new((*text).to_owned()));
    }
    form.for_visit(way, &Placeholders::default(), FixedParameter::MAX_BYTES)
        .fill(&given)
        .expect("good details")
}

fn survey(choice: Choice, answers: &[(SurveyField, &str)]) -> SessionRequest {
    SessionRequest::Survey(Survey {
        choice,
        details: details(Way::Survey, answers),
    })
}

fn id(number: u64) -> Id {
    Id::new(number).expect("an id")
}

fn cases() -> Vec<Case> {
    let both = IssueRef::Both(id(3), CodeName::new("pass-word_1").expect("a code name"));
    let full: &[(SurveyField, &str)] = &[
        (SurveyField::Name, "Zoë & Søn + 100% ?#/="),
        (SurveyField::Company, "李明 株式会社"),
        (SurveyField::CompanyCode, "B-12"),
        (SurveyField::Description, "one\r\ntwo\n\nأحمد 👩‍👩‍👧‍👦"),
        (SurveyField::ExternalKey, "T;1\"'~"),
    ];
    vec![
        Case {
            way: "rep",
            request: by_rep(),
            connector: &[("id", "12"), ("name", "Dana Whitfield")],
            start_session: &[
                ("id", "12"),
                ("name", "Dana Whitfield"),
                ("platform", "winNT-64"),
            ],
        },
        Case {
            way: "key",
            request: by_key(),
            connector: &[("access_key", "4710938")],
            start_session: &[
                ("short_key", "4710938"),
                ("skipconfirm", "1"),
                ("platform", "winNT-64"),
            ],
        },
        Case {
            way: "rep with details",
            request: by_rep_with(details(Way::Rep, full)),
            connector: &[("id", "12"), ("name", "Dana Whitfield")],
            start_session: &[
                ("id", "12"),
                ("name", "Dana Whitfield"),
                ("customer.name", "Zoë & Søn + 100% ?#/="),
                ("customer.company", "李明 株式会社"),
                ("customer.company_code", "B-12"),
                ("customer.details", "one\ntwo\n\nأحمد 👩‍👩‍👧‍👦"),
                ("session.custom.external_key", "T;1\"'~"),
                ("platform", "winNT-64"),
            ],
        },
        Case {
            way: "key with details",
            request: by_key_with(details(
                Way::Code(&KEY),
                &[
                    (SurveyField::Name, "Kim"),
                    (SurveyField::Company, " "),
                    (SurveyField::ExternalKey, "T1"),
                ],
            )),
            connector: &[("access_key", "4710938")],
            start_session: &[
                ("short_key", "4710938"),
                ("skipconfirm", "1"),
                ("customer.name", "Kim"),
                ("session.custom.external_key", "T1"),
                ("platform", "winNT-64"),
            ],
        },
        Case {
            way: "general queue",
            request: SessionRequest::anyone(),
            connector: &[("issue_menu", "1")],
            start_session: &[("issue_menu", "1"), ("platform", "winNT-64")],
        },
        Case {
            way: "survey with empty answers",
            request: survey(
                Choice::Issue(IssueRef::Id(id(0))),
                &[(SurveyField::Name, ""), (SurveyField::Company, "  ")],
            ),
            connector: &[("issue_menu", "1"), ("id", "0")],
            start_session: &[("issue_menu", "1"), ("id", "0"), ("platform", "winNT-64")],
        },
        Case {
            way: "survey to a representative of the menu",
            request: survey(
                Choice::Rep(id(9_223_372_036_854_775_807)),
                &[(SurveyField::Name, "Kim")],
            ),
            connector: &[
                ("issue_menu", "1"),
                ("customer_name", "Kim"),
                ("id", "9223372036854775807"),
            ],
            start_session: &[
                ("issue_menu", "1"),
                ("customer.name", "Kim"),
                ("id", "9223372036854775807"),
                ("platform", "winNT-64"),
            ],
        },
        Case {
            way: "full survey",
            request: survey(Choice::Issue(both), full),
            connector: &[
                ("issue_menu", "1"),
                ("customer_name", "Zoë & Søn + 100% ?#/="),
                ("customer_company", "李明 株式会社"),
                ("customer_company_code", "B-12"),
                ("customer_desc", "one\ntwo\n\nأحمد 👩‍👩‍👧‍👦"),
                ("external_key", "T;1\"'~"),
                ("id", "3"),
            ],
            start_session: &[
                ("issue_menu", "1"),
                ("customer.name", "Zoë & Søn + 100% ?#/="),
                ("customer.company", "李明 株式会社"),
                ("customer.company_code", "B-12"),
                ("customer.details", "one\ntwo\n\nأحمد 👩‍👩‍👧‍👦"),
                ("session.custom.external_key", "T;1\"'~"),
                ("codeName", "pass-word_1"),
                ("platform", "winNT-64"),
            ],
        },
    ]
}

#[test]
fn each_way_is_spelled_out_here_in_both_dialects() {
    let cases = cases();
    for way in ways::ALL {
        assert!(
            cases.iter().any(|case| case.request.way() == *way),
            "no case of {}: the judge reads the table",
            way.name()
        );
    }
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// Sends every case by this site, in both dialects and by every method, and looks at what arrived.
fn every_case_arrives(site: &Site, desk: &mut Desk) {
    let mut sent = 0;
    for case in cases() {
        for (dialect, path, expected) in [
            (
                Dialect::Connector,
                "/download_customer_connector.ns",
                case.connector,
            ),
            (
                Dialect::StartSession,
                "/api/start_session",
                case.start_session,
            ),
        ] {
            for (method, verb) in [
                (Method::Get, "GET"),
                (Method::Post, "POST"),
                (Method::Auto, "GET"),
            ] {
                desk.config.site.dialect = dialect;
                path.clone_into(&mut desk.config.site.path);
                desk.config.site.method = method;
                // It belongs to start-session alone: connector must not send it.
                desk.config.site.platform = Some(clean("winNT-64"));
                let name = format!("{} {dialect:?} {method:?} {}", case.way, site.url());
                desk.download(&case.request).client(&name);
                let received = site.received();
                sent += 1;
                assert_eq!(
                    received.len(),
                    sent,
                    "{name}: one request a session: {received:?}"
                );
                let request = &received[sent - 1];
                assert_eq!(request.method, verb, "{name}");
                assert_eq!(request.parameters(), owned(expected), "{name}");
                assert_eq!(request.target.split('?').next(), Some(path), "{name}");
                assert_eq!(
                    request.target.contains('?'),
                    verb == "GET",
                    "{name}: {}",
                    request.target
                );
                assert_eq!(
                    request.header("user-agent"),
                    Some("support-kiosk/0 (test)"),
                    "{name}"
                );
                for absent in ["cookie", "referer", "accept-encoding", "authorization"] {
                    assert_eq!(request.header(absent), None, "{name}: {absent}");
                }
                let form = (verb == "POST").then_some("application/x-www-form-urlencoded");
                assert_eq!(request.header("content-type"), form, "{name}");
            }
        }
    }
}

#[test]
fn every_way_sends_exactly_its_parameters_over_http() {
    let site = Site::answering(ok(SCRIPT));
    every_case_arrives(&site, &mut Desk::at(&site.url()));
}

#[test]
fn every_way_sends_exactly_its_parameters_over_https() {
    let authority = Authority::new();
    let site = Site::https(authority.server("localhost", Validity::Now), |_, _| {
        vec![Act::Send(ok(SCRIPT))]
    });
    let mut desk = Desk::at(&site.url());
    desk.config.network.ca_file = Some(authority.file());
    every_case_arrives(&site, &mut desk);
}

#[test]
fn values_of_full_length_arrive_whole_in_any_script_and_auto_posts_them() {
    let site = Site::answering(ok(SCRIPT));
    let desk = Desk::at(&site.url());
    for letter in ["a", "ø", "李", "😀", " ", "%"] {
        let value = |field: SurveyField| {
            let text = letter.repeat(field.limit() - 2);
            format!("<{text}>")
        };
        let values: Vec<(SurveyField, String)> = SurveyField::ALL
            .iter()
            .map(|field| (*field, value(*field)))
            .collect();
        let answers: Vec<(SurveyField, &str)> = values
            .iter()
            .map(|(field, text)| (*field, text.as_str()))
            .collect();
        desk.download(&survey(Choice::GeneralQueue, &answers))
            .client(letter);
        let request = site.received().pop().expect("a request");
        // Two kilobytes of letters fit into a URL; of anything that is encoded they don't.
        assert_eq!(
            request.method,
            if letter == "a" { "GET" } else { "POST" },
            "{letter}"
        );
        let arrived: Vec<String> = request
            .parameters()
            .into_iter()
            .skip(1)
            .map(|(_, value)| value)
            .collect();
        assert_eq!(
            arrived,
            values
                .into_iter()
                .map(|(_, value)| value)
                .collect::<Vec<_>>(),
            "{letter}"
        );
    }
}

#[test]
fn a_get_of_exactly_the_longest_url_is_sent_and_one_byte_more_is_posted() {
    let site = Site::answering(ok(SCRIPT));
    let mut desk = Desk::at(&site.url());
    let empty = wire::link(&desk.config.site, &desk.places, &SessionRequest::anyone())
        .expect("a link")
        .len();
    desk.config.site.platform = None;
    let padding = |length: usize| {
        let (first, second) = (1024.min(length), length.saturating_sub(1024));
        survey(
            Choice::GeneralQueue,
            &[
                (SurveyField::Description, &"x".repeat(first)),
                (SurveyField::ExternalKey, &"x".repeat(second)),
            ],
        )
    };
    // The prefix takes up the rest, so that the two long fields come to the limit.
    let names = "&customer_desc=&external_key=".len();
    let filler = 4096 - empty - names - 2000;
    desk.config.site.path = format!("{}{}", desk.config.site.path, "p".repeat(filler));
    let longest = padding(2000);
    assert_eq!(
        wire::link(&desk.config.site, &desk.places, &longest).map(|link| link.len()),
        Ok(4096)
    );
    desk.download(&longest).client("4096");
    assert_eq!(
        site.received()
            .pop()
            .map(|request| request.method)
            .as_deref(),
        Some("GET")
    );

    let longer = padding(2001);
    desk.download(&longer).client("4097");
    assert_eq!(
        site.received()
            .pop()
            .map(|request| request.method)
            .as_deref(),
        Some("POST")
    );
    assert_eq!(
        wire::link(&desk.config.site, &desk.places, &longer).map_err(|failure| failure.fault),
        Err(Fault::TooLongForLink)
    );
    desk.config.site.method = Method::Get;
    desk.download(&longer).client("always GET");
    assert_eq!(
        site.received()
            .pop()
            .map(|request| request.method)
            .as_deref(),
        Some("GET")
    );
}

#[test]
fn what_goes_with_a_representative_or_a_key_counts_for_get_or_post() {
    let site = Site::answering(ok(SCRIPT));
    let mut desk = Desk::at(&site.url());
    desk.config.site.dialect = Dialect::StartSession;
    let (short, long) = ("x".repeat(1024), "李".repeat(1024));
    for (text, verb) in [(&short, "GET"), (&long, "POST")] {
        let given = [
            (SurveyField::Description, text.as_str()),
            (SurveyField::ExternalKey, "T1"),
        ];
        for (request, first) in [
            (by_rep_with(details(Way::Rep, &given)), "id"),
            (by_key_with(details(Way::Code(&KEY), &given)), "short_key"),
        ] {
            desk.download(&request).client(verb);
            let received = site.received().pop().expect("a request");
            assert_eq!(
                (
                    received.method.as_str(),
                    received.parameters()[0].0.as_str()
                ),
                (verb, first)
            );
            let sent = received.parameters().split_off(2);
            assert_eq!(
                sent,
                owned(&[
                    ("customer.details", text),
                    ("session.custom.external_key", "T1")
                ]),
                "{first}"
            );
            let link = wire::link(&desk.config.site, &desk.places, &request);
            assert_eq!(link.is_ok(), verb == "GET", "{first}: a link is a GET");
        }
    }
}

#[test]
fn a_link_is_the_get_below_the_prefix_of_the_site() {
    let mut desk = Desk::at("https://support.example.com/help/desk/");
    let link = |desk: &Desk, request: &SessionRequest| {
        wire::link(&desk.config.site, &desk.places, request)
    };
    desk.config.site.method = Method::Post;
    let expected = "https://support.example.com/help/desk/download_customer_connector.ns?id=12&name=Dana%20Whitfield";
    assert_eq!(link(&desk, &by_rep()).as_deref(), Ok(expected));
    desk.config.site.dialect = Dialect::StartSession;
    desk.config.site.path = "api/start_session".to_owned();
    assert_eq!(
        link(&desk, &by_key()).as_deref(),
        Ok(
            "https://support.example.com/help/desk/api/start_session?short_key=4710938&skipconfirm=1"
        )
    );
    let described = survey(
        Choice::GeneralQueue,
        &[(SurveyField::Description, "a b\nø")],
    );
    assert_eq!(
        link(&desk, &described).as_deref(),
        Ok(
            "https://support.example.com/help/desk/api/start_session?issue_menu=1&customer.details=a%20b%0A%C3%B8"
        )
    );
}

#[test]
fn a_site_is_asked_to_skip_its_confirmation_only_where_the_config_says_so() {
    for (dialect, skip, confirmed) in [
        (Dialect::Connector, true, ""),
        (Dialect::Connector, false, ""),
        (Dialect::StartSession, true, "&skipconfirm=1"),
        (Dialect::StartSession, false, ""),
    ] {
        let mut desk = Desk::at("https://support.example.com");
        (desk.config.site.dialect, desk.config.site.skip_confirm) =
            (dialect, skip.then_some(&KEY).into_iter().collect());
        let link = wire::link(&desk.config.site, &desk.places, &by_key()).expect("a link");
        assert!(
            link.ends_with(&format!("_key=4710938{confirmed}")),
            "{dialect:?} {skip}: {link}"
        );
    }
}

fn parameter(name: &str, value: &str, ways: &[Way]) -> FixedParameter {
    FixedParameter {
        name: clean(name),
        value: clean(value),
        ways: ways.to_vec(),
    }
}

/// Parameters with all ways, with some, with one alone, and one that comes to nothing in this
/// visit.
fn fixed_parameters() -> (Vec<FixedParameter>, Placeholders) {
    let parameters = vec![
        parameter("session.custom.kiosk", "{kiosk} & {visit}", ways::ALL),
        parameter("session.skills", "net,wi-fi", &[Way::Survey, Way::Rep]),
        parameter("asset tag[1]", "{host}/{date}", &[Way::Code(&KEY)]),
        parameter("terminal", "{terminal}", ways::ALL),
    ];
    let places = Placeholders {
        host: clean("høst"),
        date: clean("2026-11-24"),
        terminal: clean(""),
        kiosk: clean("b12-3"),
        visit: clean("K7F204"),
    };
    (parameters, places)
}

#[test]
fn fixed_parameters_follow_the_ways_own_in_both_dialects() {
    let site = Site::answering(ok(SCRIPT));
    let mut desk = Desk::at(&site.url());
    (desk.config.site.parameters, desk.places) = fixed_parameters();
    let (kiosk, skills) = (
        ("session.custom.kiosk", "b12-3 & K7F204"),
        ("session.skills", "net,wi-fi"),
    );
    let asset = ("asset tag[1]", "høst/2026-11-24");
    let mut sent = 0;
    for (request, connector, start_session) in [
        (
            by_rep(),
            vec![("id", "12"), ("name", "Dana Whitfield"), kiosk, skills],
            vec![
                ("id", "12"),
                ("name", "Dana Whitfield"),
                ("platform", "winNT-64"),
                kiosk,
                skills,
            ],
        ),
        (
            by_key(),
            vec![("access_key", "4710938"), kiosk, asset],
            vec![
                ("short_key", "4710938"),
                ("skipconfirm", "1"),
                ("platform", "winNT-64"),
                kiosk,
                asset,
            ],
        ),
        (
            SessionRequest::anyone(),
            vec![("issue_menu", "1"), kiosk, skills],
            vec![("issue_menu", "1"), ("platform", "winNT-64"), kiosk, skills],
        ),
    ] {
        for (dialect, expected) in [
            (Dialect::Connector, connector),
            (Dialect::StartSession, start_session),
        ] {
            for (method, verb) in [(Method::Auto, "GET"), (Method::Post, "POST")] {
                desk.config.site.dialect = dialect;
                desk.config.site.method = method;
                desk.config.site.platform = Some(clean("winNT-64"));
                let name = format!("{:?} {dialect:?} {method:?}", request.way());
                desk.download(&request).client(&name);
                let received = site.received();
                sent += 1;
                assert_eq!(received.len(), sent, "{name}: one request a session");
                let arrived = received[sent - 1].parameters();
                assert_eq!(arrived, owned(&expected), "{name}");
                assert_eq!(received[sent - 1].method, verb, "{name}");
            }
        }
    }
}

#[test]
fn fixed_parameters_are_in_a_link_and_count_for_get_or_post() {
    let site = Site::answering(ok(SCRIPT));
    let mut desk = Desk::at(&site.url());
    (desk.config.site.parameters, desk.places) = fixed_parameters();
    let link = wire::link(&desk.config.site, &desk.places, &by_key()).expect("a link");
    let query = "access_key=4710938&session.custom.kiosk=b12-3%20%26%20K7F204&asset%20tag%5B1%5D=h%C3%B8st%2F2026-11-24";
    assert!(link.ends_with(&format!("?{query}")), "{link}");

    let long = |number: usize| {
        parameter(
            &format!("session.custom.f{number}"),
            &"x".repeat(1024),
            &[Way::Rep],
        )
    };
    desk.config.site.parameters = (0..3).map(long).collect();
    desk.download(&by_rep()).client("three long parameters");
    assert_eq!(
        site.received()
            .pop()
            .map(|request| request.method)
            .as_deref(),
        Some("GET")
    );
    desk.config.site.parameters = (0..10).map(long).collect();
    desk.download(&by_rep()).client("ten long parameters");
    let request = site.received().pop().expect("a request");
    assert_eq!(
        (request.method.as_str(), request.parameters().len()),
        ("POST", 12)
    );
    let refused =
        wire::link(&desk.config.site, &desk.places, &by_rep()).map_err(|failure| failure.fault);
    assert_eq!(refused, Err(Fault::TooLongForLink));
    let by_key = wire::link(&desk.config.site, &desk.places, &by_key());
    assert!(by_key.is_ok(), "they go with another way: {by_key:?}");
}

#[test]
fn an_issue_without_an_id_is_a_config_error_in_the_older_dialect() {
    let site = Site::answering(ok(SCRIPT));
    let mut desk = Desk::at(&site.url());
    let code = CodeName::new("password").expect("a code name");
    let request = survey(Choice::Issue(IssueRef::CodeName(code)), &[]);
    desk.fails(&request, Fault::BadConfig, "connector");
    assert_eq!(site.received().len(), 0, "nothing was asked");
    desk.config.site.dialect = Dialect::StartSession;
    desk.purpose = Purpose::Save;
    desk.download(&request).client("start-session");
    assert_eq!(
        site.received()[0].parameters(),
        owned(&[("issue_menu", "1"), ("codeName", "password")])
    );
}
