//! Where a redirect may lead (D1).

use support_kiosk::config::Method;
use support_kiosk::failure::Fault;

use crate::support::order::{Desk, SCRIPT, by_key};
use crate::support::site::{Act, Authority, Site, Validity, answer, ok};

fn redirect(status: u16, location: &str) -> Vec<u8> {
    answer(
        &format!("{status} Elsewhere"),
        &format!("Location: {location}\r\nSet-Cookie: a=b\r\n"),
        "<html>moved</html>",
    )
}

/// A site that answers the first request with a redirect and every further one with a client.
fn redirecting(status: u16, location: &'static str) -> Site {
    Site::http(move |number, _| {
        vec![Act::Send(if number == 0 {
            redirect(status, location)
        } else {
            ok(SCRIPT)
        })]
    })
}

#[test]
fn d1_a_redirect_on_the_site_is_followed_by_a_bare_get() {
    for method in [Method::Get, Method::Post] {
        for status in [301, 302, 303, 307, 308] {
            for (location, target) in [
                ("/files/client?t=1", "/files/client?t=1"),
                ("x", "/x"),
                ("", "/connector"),
                ("#f", "/connector"),
            ] {
                let case = format!("{method:?} {status} {location:?}");
                let site = redirecting(status, location);
                let mut desk = Desk::at(&site.url());
                desk.config.site.path = "/connector".to_owned();
                desk.config.site.method = method;
                if method == Method::Post && status >= 307 {
                    desk.fails(&by_key(), Fault::RedirectRefused, &case);
                    assert_eq!(
                        site.received().len(),
                        1,
                        "{case}: the form is never sent again"
                    );
                    continue;
                }
                desk.download(&by_key()).client(&case);
                let received = site.received();
                assert_eq!(received.len(), 2, "{case}");
                let second = &received[1];
                assert_eq!(
                    (second.method.as_str(), second.target.as_str()),
                    ("GET", target),
                    "{case}"
                );
                assert_eq!(second.body, "", "{case}");
                for absent in ["cookie", "referer", "content-type"] {
                    assert_eq!(second.header(absent), None, "{case}: {absent}");
                }
            }
        }
    }
}

#[test]
fn d1_a_redirect_to_another_place_is_refused_and_only_its_host_is_named() {
    let other = Site::answering(ok(SCRIPT));
    let cases = [
        (
            format!("http://localhost:{}/x?secret", other.port),
            Some("localhost"),
        ),
        (
            format!("http://127.0.0.1:{}/x?secret", other.port),
            Some("127.0.0.1"),
        ),
        (format!("//localhost:{}/x", other.port), Some("localhost")),
        (
            "https://evil.example/x?secret=1".to_owned(),
            Some("evil.example"),
        ),
        ("https://localhost/".to_owned(), Some("localhost")),
        ("data:text/plain,x".to_owned(), None),
        ("file:///etc/passwd".to_owned(), None),
        ("javascript:1".to_owned(), None),
        ("http://[".to_owned(), None),
    ];
    for (location, host) in cases {
        let reply = redirect(302, &location);
        let site = Site::answering(reply);
        let failure = Desk::at(&site.url()).fails(&by_key(), Fault::RedirectRefused, &location);
        assert_eq!(
            failure.detail.as_ref().map(AsRef::as_ref),
            host,
            "{location}"
        );
    }
    let site = Site::http(|_, request| {
        let host = request.header("host").unwrap_or_default();
        vec![Act::Send(redirect(
            302,
            &format!("http://user:word@{host}/x"),
        ))]
    });
    Desk::at(&site.url()).fails(&by_key(), Fault::RedirectRefused, "a login in the URL");
    assert_eq!(other.received().len(), 0, "nobody else was asked");
}

#[test]
fn d1_d15_the_log_has_why_a_redirect_is_refused_without_its_key() {
    let long = format!("/{}", "a".repeat(70_000));
    for (location, detail, why) in [
        ("https://4710938.evil.example/x", None, "to another host"),
        (
            "https://localhost:1/",
            Some("localhost"),
            "to another port of the host",
        ),
        (
            "http://evil.example/",
            Some("evil.example"),
            "to plain http",
        ),
        (
            "https://a@evil.example/",
            Some("evil.example"),
            "the address contains a login",
        ),
        ("data:text/plain,x", None, "to no address of http or https"),
        ("http://[", None, "the address can't be read"),
        (&long, Some("localhost"), "the address is too long"),
    ] {
        let site = Site::answering(redirect(302, location));
        let failure = Desk::at(&site.url()).fails(&by_key(), Fault::RedirectRefused, why);
        assert_eq!(failure.detail.as_ref().map(AsRef::as_ref), detail, "{why}");
        assert_eq!(failure.causes.as_ref().map(AsRef::as_ref), Some(why));
    }
}

#[test]
fn d1_five_redirects_are_followed_and_no_more() {
    for (redirects, good) in [(5, true), (6, false), (1000, false)] {
        let site = Site::http(move |number, _| {
            vec![Act::Send(if number < redirects {
                redirect(302, &format!("/{number}"))
            } else {
                ok(SCRIPT)
            })]
        });
        let desk = Desk::at(&site.url());
        if good {
            desk.download(&by_key()).client("five");
        } else {
            desk.fails(
                &by_key(),
                Fault::RedirectRefused,
                &format!("{redirects} redirects"),
            );
            assert_eq!(site.received().len(), 6);
        }
    }
}

#[test]
fn d1_a_host_that_the_operator_trusts_is_followed_over_https_alone() {
    let authority = Authority::new();
    let store = Site::https(authority.server("127.0.0.1", Validity::Now), |_, _| {
        vec![Act::Send(ok(SCRIPT))]
    });
    let port = store.port;
    for (scheme, trusted, good) in [
        ("https", true, true),
        ("https", false, false),
        ("http", true, false),
    ] {
        let site = Site::https(authority.server("localhost", Validity::Now), move |_, _| {
            vec![Act::Send(redirect(
                302,
                &format!("{scheme}://127.0.0.1:{port}/client"),
            ))]
        });
        let mut desk = Desk::at(&site.url());
        desk.config.network.ca_file = Some(authority.file());
        desk.config.network.redirect_hosts = trusted
            .then(|| "127.0.0.1".to_owned())
            .into_iter()
            .collect();
        let case = format!("{scheme}, trusted: {trusted}");
        if good {
            desk.download(&by_key()).client(&case);
        } else {
            desk.fails(&by_key(), Fault::RedirectRefused, &case);
        }
    }
    assert_eq!(store.received().len(), 1);
    assert_eq!(store.received()[0].target, "/client");
}

#[test]
fn d1_https_is_never_left_for_http_on_the_same_host_and_port() {
    let authority = Authority::new();
    let site = Site::https(
        authority.server("localhost", Validity::Now),
        |_, request| {
            let host = request.header("host").unwrap_or_default();
            vec![Act::Send(redirect(302, &format!("http://{host}/x")))]
        },
    );
    let mut desk = Desk::at(&site.url());
    desk.config.network.ca_file = Some(authority.file());
    desk.fails(&by_key(), Fault::RedirectRefused, "http");
}

#[test]
fn d1_a_sign_in_and_a_circle_have_words_of_their_own_that_name_the_host() {
    let sign_in = "https://idp.example/sso?SAMLRequest=canary&RelayState=4710938";
    for (location, fault, host) in [
        (sign_in, Fault::SignInWanted, "idp.example"),
        ("/", Fault::RedirectInCircle, "localhost"),
    ] {
        let site = Site::answering(redirect(302, location));
        let failure = Desk::at(&site.url()).fails(&by_key(), fault, location);
        assert_eq!(
            failure.detail.as_ref().map(AsRef::as_ref),
            Some(host),
            "{location}"
        );
        assert!(!format!("{failure:?}").contains("canary"), "{failure:?}");
    }
}

#[test]
fn d1_a_site_that_wants_its_cookie_back_is_asked_once_for_each_address() {
    let site = Site::http(|_, request| {
        vec![Act::Send(answer(
            "302 F",
            &format!("Location: {}\r\n", request.target),
            "",
        ))]
    });
    Desk::at(&site.url()).fails(&by_key(), Fault::RedirectInCircle, "a cookie wall");
    assert_eq!(site.received().len(), 1);
}
