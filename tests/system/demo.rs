//! The built-in site: a strict judge of docs/protocol.md, and a harmless desk.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use support_kiosk::demo::{DemoSite, ResponsePace};

use crate::support::order::KEY;

const CONNECTOR: &str = "/download_customer_connector.ns";
const START_SESSION: &str = "/api/start_session";

fn site(pace: ResponsePace) -> DemoSite {
    DemoSite::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), pace).expect("the site starts")
}

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Sends bytes as they are, and reads to the end of the connection.
fn send(site: &DemoSite, request: &str) -> Answer {
    let mut stream = TcpStream::connect(site.address()).expect("the site listens");
    stream
        .write_all(request.as_bytes())
        .expect("the request is sent");
    let mut answer = Vec::new();
    // Whoever answers before he has read a form that is too long closes on the rest of it: behind
    // the answer that is a reset.
    let read = stream.read_to_end(&mut answer);
    let is_whole = read
        .as_ref()
        .map_or_else(|error| error.kind() == ErrorKind::ConnectionReset, |_| true);
    assert!(is_whole, "the answer is not read: {read:?}");
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("a head")
        + 4;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|word| word.parse().ok())
        .expect("a status");
    Answer {
        status,
        head,
        body: answer[end..].to_vec(),
    }
}

fn get(site: &DemoSite, target: &str) -> Answer {
    send(
        site,
        &format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
    )
}

fn post(site: &DemoSite, path: &str, form: &str) -> Answer {
    let length = form.len();
    let media_type = "Content-Type: application/x-www-form-urlencoded";
    send(
        site,
        &format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{media_type}\r\nContent-Length: {length}\r\n\r\n{form}"
        ),
    )
}

/// Fields of the site's own that have all the bytes that they may.
fn full_further_fields() -> String {
    let fields: Vec<String> = (0..10)
        .map(|number| format!("&session.custom.f{number}={}", "a".repeat(1024)))
        .collect();
    fields.concat()
}

#[test]
fn a_request_that_keeps_the_contract_gets_a_client_by_get_and_by_post() {
    let site = site(ResponsePace::INSTANT);
    let hundred = "%C3%B8".repeat(100);
    let thousand = "%F0%9F%98%80".repeat(1024);
    let full = full_further_fields();
    let good = [
        (CONNECTOR, "id=12&name=Dana%20Whitfield".to_owned()),
        (CONNECTOR, "name=Room%2010&id=110".to_owned()),
        (CONNECTOR, "id=28&name=%E6%9D%8E%E6%98%8E".to_owned()),
        (CONNECTOR, format!("access_key={KEY}")),
        (CONNECTOR, "issue_menu=1".to_owned()),
        (CONNECTOR, "issue_menu=1&id=3".to_owned()),
        (CONNECTOR, format!("issue_menu=1&customer_name={hundred}&customer_company={hundred}&customer_company_code={hundred}")),
        (CONNECTOR, format!("issue_menu=1&customer_desc={thousand}&external_key={thousand}")),
        (CONNECTOR, "issue_menu=1&customer_desc=a%0Ab%2Bc%26d%3De&id=6".to_owned()),
        (START_SESSION, "id=15&name=Zo%C3%AB%20Quist&platform=winNT-64&locale=nb".to_owned()),
        (START_SESSION, format!("short_key={KEY}&platform=winNT-64")),
        (START_SESSION, format!("short_key={KEY}&skipconfirm=1")),
        (START_SESSION, "issue_menu=1&codeName=password".to_owned()),
        (CONNECTOR, "id=12&name=Dana%20Whitfield&session.custom.room=B%2012&session.skills=net%2Cwifi".to_owned()),
        (CONNECTOR, format!("access_key={KEY}&session.custom.asset-tag_1=%C3%B8")),
        (START_SESSION, format!("id=12&name=Dana%20Whitfield{full}")),
        (START_SESSION, format!("short_key={KEY}&skipconfirm=1&session.custom.room=B12")),
        (START_SESSION, format!("id=12&name=Dana%20Whitfield&customer.name={hundred}&customer.details={thousand}")),
        (
            START_SESSION,
            format!("short_key={KEY}&customer.company=a&customer.company_code=b&session.custom.external_key={thousand}"),
        ),
        (START_SESSION, "issue_menu=1&session.skills=net&session.custom.external_key=INC".to_owned()),
        (START_SESSION, "issue_menu=1&id=6".to_owned()),
        (START_SESSION, format!("issue_menu=1&customer.name={hundred}&customer.company={hundred}")),
        (
            START_SESSION,
            "issue_menu=1&customer.company_code=b&customer.details=a%0Ab&session.custom.external_key=INC%2F1".to_owned(),
        ),
    ];
    for (path, parameters) in good {
        for answer in [
            get(&site, &format!("{path}?{parameters}")),
            post(&site, path, &parameters),
        ] {
            assert_eq!(answer.status, 200, "{path} {parameters}: {}", answer.text());
            assert!(
                answer.body.starts_with(b"[Desktop Entry]\n"),
                "{path} {parameters}: {}",
                answer.text()
            );
        }
    }
}

#[test]
fn a_request_that_breaks_the_contract_is_told_why() {
    let site = site(ResponsePace::INSTANT);
    let name_too_long = format!("issue_menu=1&customer_name={}", "a".repeat(101));
    let details_too_long = format!("issue_menu=1&customer.details={}", "%E6%9D%8E".repeat(1025));
    let further_too_long = format!("issue_menu=1&session.custom.room={}", "%C3%B8".repeat(1025));
    let full = full_further_fields();
    let (one_more, key_more) = (
        format!("issue_menu=1{full}&session.skills=a"),
        format!("issue_menu=1{full}&session.custom.external_key=a"),
    );
    let bad = [
        (CONNECTOR, "", "no way is named"),
        (CONNECTOR, "id=12", "id without name"),
        (CONNECTOR, "name=Dana%20Whitfield", "name without id"),
        (
            CONNECTOR,
            "id=12&name=Dana%20whitfield",
            "name is not the display name",
        ),
        (
            CONNECTOR,
            "id=13&name=Dana%20Whitfield",
            "id is not a representative",
        ),
        (
            CONNECTOR,
            "id=012&name=Dana%20Whitfield",
            "id is not an integer",
        ),
        (
            CONNECTOR,
            "id=twelve&name=Dana%20Whitfield",
            "id is not an integer",
        ),
        (
            CONNECTOR,
            "id=9223372036854775808&name=Dana%20Whitfield",
            "id is not an integer",
        ),
        (
            CONNECTOR,
            "id=12&id=12&name=Dana%20Whitfield",
            "id is there twice",
        ),
        (
            CONNECTOR,
            "id=12&name=Dana+Whitfield",
            "a space is written %20",
        ),
        (
            CONNECTOR,
            "id=12&name=Dana%20Whitfield&platform=winNT-64",
            "platform does not belong",
        ),
        (
            CONNECTOR,
            "id=12&name=Dana%20Whitfield&customer_name=Zo",
            "customer_name does not belong",
        ),
        (
            CONNECTOR,
            "id=12&name=Dana%20Whitfield&access_key=4710938",
            "two ways",
        ),
        (CONNECTOR, "access_key=", "access_key is empty"),
        (
            CONNECTOR,
            "access_key=1&access_key=2",
            "access_key is there twice",
        ),
        (CONNECTOR, "short_key=4710938", "no way is named"),
        (
            CONNECTOR,
            "access_key=4710938&locale=en",
            "locale does not belong",
        ),
        (
            CONNECTOR,
            "access_key=4710938&skipconfirm=1",
            "skipconfirm does not belong",
        ),
        (CONNECTOR, "access_key=4710938&issue_menu=1", "two ways"),
        (
            CONNECTOR,
            "access_key=47%0A10938",
            "the control character U+000A",
        ),
        (CONNECTOR, "access_key=%E6%9D", "not UTF-8"),
        (CONNECTOR, "access_key=%4", "two hexadecimal digits"),
        (CONNECTOR, "access_key=\"a\"", "belongs percent-encoded"),
        (CONNECTOR, "access_key", "name=value"),
        (CONNECTOR, "access_key=a&", "name=value"),
        (CONNECTOR, "issue_menu=0", "issue_menu is always 1"),
        (CONNECTOR, "issue_menu=1&id=9", "not in the menu"),
        (
            CONNECTOR,
            "issue_menu=1&id=password",
            "id is not an integer",
        ),
        (
            CONNECTOR,
            "issue_menu=1&codeName=password",
            "codeName does not belong",
        ),
        (
            CONNECTOR,
            "issue_menu=1&id=12&name=Dana%20Whitfield",
            "name does not belong",
        ),
        (
            CONNECTOR,
            "issue_menu=1&customer_company=",
            "customer_company is empty",
        ),
        (
            CONNECTOR,
            name_too_long.as_str(),
            "customer_name has more than 100 characters",
        ),
        (
            CONNECTOR,
            "issue_menu=1&customer_name=a%0Ab",
            "the control character U+000A",
        ),
        (
            CONNECTOR,
            "issue_menu=1&customer_desc=a%0D%0Ab",
            "the control character U+000D",
        ),
        (
            CONNECTOR,
            "issue_menu=1&customer.name=Zo",
            "customer.name does not belong",
        ),
        (
            CONNECTOR,
            "issue_menu=1&session.custom.external_key=a",
            "session.custom.external_key does not belong",
        ),
        (
            CONNECTOR,
            "access_key=4710938&external_key=a",
            "external_key does not belong",
        ),
        (
            CONNECTOR,
            "id=12&name=Dana%20Whitfield&customer.name=Zo",
            "customer.name does not belong",
        ),
        (
            START_SESSION,
            "id=12&name=Dana%20Whitfield&customer.name=a%0Ab",
            "the control character U+000A",
        ),
        (
            START_SESSION,
            "id=12&name=Dana%20Whitfield&customer.name=",
            "customer.name is empty",
        ),
        (
            START_SESSION,
            "id=12&name=Dana%20Whitfield&issue_menu=1&customer.name=a",
            "name does not belong",
        ),
        (
            START_SESSION,
            "short_key=4710938&codeName=password",
            "codeName does not belong",
        ),
        (
            START_SESSION,
            "short_key=4710938&external_key=a",
            "external_key does not belong",
        ),
        (CONNECTOR, "issue_menu=1&asset=a", "asset does not belong"),
        (
            CONNECTOR,
            "issue_menu=1&session.custom.=a",
            "session.custom. does not belong",
        ),
        (
            CONNECTOR,
            "access_key=4710938&session.custom.a=b%0A",
            "the control character U+000A",
        ),
        (
            START_SESSION,
            further_too_long.as_str(),
            "session.custom.room has more than 1024 characters",
        ),
        (
            START_SESSION,
            one_more.as_str(),
            "more than 10240 bytes together",
        ),
        (
            START_SESSION,
            key_more.as_str(),
            "more than 10240 bytes together",
        ),
        (START_SESSION, "access_key=4710938", "no way is named"),
        (
            START_SESSION,
            "short_key=4710938&skipconfirm=0",
            "skipconfirm is always 1",
        ),
        (
            START_SESSION,
            "id=12&name=Dana%20Whitfield&skipconfirm=1",
            "skipconfirm does not belong",
        ),
        (
            START_SESSION,
            "issue_menu=1&skipconfirm=1",
            "skipconfirm does not belong",
        ),
        (
            START_SESSION,
            "issue_menu=1&id=1&codeName=password",
            "by one of them",
        ),
        (START_SESSION, "issue_menu=1&codeName=6", "not in the menu"),
        (
            START_SESSION,
            "issue_menu=1&codeName=Password",
            "not in the menu",
        ),
        (
            START_SESSION,
            "issue_menu=1&customer_desc=a",
            "customer_desc does not belong",
        ),
        (
            START_SESSION,
            details_too_long.as_str(),
            "customer.details has more than 1024 characters",
        ),
    ];
    for (path, parameters, why) in bad {
        for answer in [
            get(&site, &format!("{path}?{parameters}")),
            post(&site, path, parameters),
        ] {
            // A server may refuse an address that is none before the judge sees it; in a form the
            // judge alone does.
            assert_eq!(answer.status, 400, "{path} {parameters}: {}", answer.text());
            assert!(
                answer.text().contains(why) || parameters.contains('"'),
                "{parameters}: {}",
                answer.text()
            );
        }
        let told = post(&site, path, parameters).text();
        assert!(
            told.contains(why),
            "{path} {parameters}: {told:?} does not say {why:?}"
        );
    }
}

#[test]
fn other_methods_paths_and_forms_are_refused() {
    let site = site(ResponsePace::INSTANT);
    let request = |line: &str, headers: &str, body: &str| {
        let answer = send(
            &site,
            &format!("{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n{body}"),
        );
        (answer.status, answer.text())
    };
    let good = format!("{CONNECTOR}?access_key={KEY}");
    assert_eq!(request(&format!("HEAD {good}"), "", "").0, 405);
    assert_eq!(request(&format!("PUT {good}"), "", "").0, 405);
    assert_eq!(request("GET /", "", "").0, 404);
    assert_eq!(request(&format!("GET /x{good}"), "", "").0, 404);
    let (status, why) = request(&format!("GET {good}"), "Content-Length: 1\r\n", "x");
    assert!(status == 400 && why.contains("no body"), "{status} {why}");
    let (status, why) = request(&format!("POST {good}"), "Content-Length: 0\r\n", "");
    assert!(
        status == 400 && why.contains("not in the address"),
        "{status} {why}"
    );
    let (status, why) = request(
        &format!("POST {CONNECTOR}"),
        "Content-Length: 18\r\n",
        "access_key=4710938",
    );
    assert!(
        status == 400 && why.contains("x-www-form-urlencoded"),
        "{status} {why}"
    );
    let (status, why) = request(
        &format!("POST {CONNECTOR}"),
        "Content-Length: 70000\r\n",
        &"a".repeat(70_000),
    );
    assert!(status == 400 && why.contains("too long"), "{status} {why}");
}

#[test]
fn a_key_that_is_over_and_a_rep_who_is_away_get_a_page_with_status_200() {
    let site = site(ResponsePace::INSTANT);
    let cases = [
        (
            CONNECTOR,
            "access_key=AB%C3%A9-12",
            "This session key is not valid or has expired.",
        ),
        (
            START_SESSION,
            "short_key=0000000",
            "This session key is not valid or has expired.",
        ),
        (
            CONNECTOR,
            "id=27&name=Rowan%20Ashby%20%28away%29",
            "is away at the moment",
        ),
    ];
    for (path, parameters, words) in cases {
        let answer = get(&site, &format!("{path}?{parameters}"));
        assert_eq!(answer.status, 200, "{parameters}: {}", answer.text());
        assert!(
            answer.head.contains("text/html") && answer.text().contains(words),
            "{parameters}: {}",
            answer.text()
        );
    }
}

#[test]
fn the_name_of_the_client_carries_the_session() {
    let site = site(ResponsePace::INSTANT);
    let by_key = get(&site, &format!("{CONNECTOR}?access_key={KEY}"));
    assert!(
        by_key
            .head
            .contains("content-disposition: attachment; filename=bomgar-scc-4710938.desktop\r\n"),
        "{}",
        by_key.head
    );
}

#[test]
fn a_slow_download_tells_its_length_and_ends_whole() {
    let over = Duration::from_millis(640);
    let site = site(ResponsePace {
        download: over,
        ..ResponsePace::INSTANT
    });
    let began = Instant::now();
    let answer = get(&site, &format!("{CONNECTOR}?issue_menu=1"));
    assert!(began.elapsed() >= over / 2, "{:?}", began.elapsed());
    assert!(
        answer
            .head
            .contains(&format!("content-length: {}\r\n", answer.body.len())),
        "{}",
        answer.head
    );
    assert_eq!(answer.body.len(), 4 << 20);
}

#[test]
fn the_site_counts_what_it_is_asked_and_stops_when_dropped() {
    // An address of its own: the port that it leaves goes to the next who wants one.
    let site = DemoSite::start(
        SocketAddr::from(([127, 0, 0, 77], 0)),
        ResponsePace::WATCHABLE,
    )
    .expect("the site starts");
    let address = site.address();
    assert_eq!(site.requests(), 0);
    get(&site, "/");
    assert_eq!(site.requests(), 1);
    drop(site);
    assert!(
        TcpStream::connect(address).is_err(),
        "somebody still listens at {address}"
    );
}

#[test]
fn the_site_listens_on_loopback_alone() {
    let refused = DemoSite::start(
        SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
        ResponsePace::INSTANT,
    )
    .expect_err("refused");
    assert_eq!(refused.kind(), std::io::ErrorKind::InvalidInput);
}

#[test]
fn the_demos_config_has_thirty_people_and_the_issues() {
    let site = site(ResponsePace::INSTANT);
    let config = site.config();
    assert_eq!(
        config.site.url.as_str(),
        format!("http://{}/", site.address())
    );
    assert!(
        config.reps.len() > 30 && config.issues.len() == 8,
        "{} {}",
        config.reps.len(),
        config.issues.len()
    );
    assert!(!config.launch.needs_display);
}
