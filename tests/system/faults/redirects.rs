//! Where a site may send us, and where not (D1).

use support_kiosk::failure::Fault;

use super::row::{GOOD, Row, acts, scripted, sends};
use crate::support::site::{Act, Authority, Validity, answer, ok};

fn to(location: &str) -> Vec<u8> {
    redirect(302, location)
}

fn redirect(status: u16, location: &str) -> Vec<u8> {
    answer(
        &format!("{status} Elsewhere"),
        &format!("Location: {location}\r\n"),
        "moved",
    )
}

fn at_first(number: usize, location: &str) -> Vec<u8> {
    if number == 0 { to(location) } else { ok(GOOD) }
}

/// The first request is answered with this, each later one with a client: so a redirect that should
/// be refused and is followed shows.
fn first(name: &str, bytes: Vec<u8>, expected: impl Into<Option<Fault>>) -> Row {
    scripted(
        name,
        move |number, _| {
            vec![Act::Send(if number == 0 {
                bytes.clone()
            } else {
                ok(GOOD)
            })]
        },
        expected,
    )
}

/// As a cookie wall does it: it lets in whoever brings its cookie.
fn circles(circle: Fault) -> Vec<Row> {
    let leads = |name: &str, next: fn(&str) -> String| {
        scripted(
            format!("redirect in a circle: {name}"),
            move |_, request| {
                let cookie = "Set-Cookie: wall=canary\r\n";
                let location = format!("{cookie}Location: {}\r\n", next(&request.target));
                vec![Act::Send(if request.header("cookie").is_some() {
                    ok(GOOD)
                } else {
                    answer("302 F", &location, "")
                })]
            },
            circle,
        )
    };
    vec![
        leads("to the very same address", str::to_owned),
        leads("to the very same address, with a fragment", |target| {
            format!("{target}#top")
        }),
        leads("to the same path without the query", |target| {
            target.split('?').next().unwrap_or_default().to_owned()
        }),
        leads("to a page that leads back", |target| {
            if target == "/wall" { "/x" } else { "/wall" }.to_owned()
        }),
        leads("to the same path, of a POST", str::to_owned).with("site.method", "\"post\""),
    ]
}

pub fn rows(authority: &Authority) -> Vec<Row> {
    let (refused, sign_in, circle) = (
        Fault::RedirectRefused,
        Fault::SignInWanted,
        Fault::RedirectInCircle,
    );
    let long = format!("https://evil.example/{}", "x".repeat(100_000));
    let ca_file = format!("\"{}\"", authority.file().display());
    let tls = || authority.server("localhost", Validity::Now);
    let down = scripted(
        "redirect from https to http on the same host and port",
        |number, request| {
            vec![Act::Send(at_first(
                number,
                &format!("http://{}/x", request.header("host").unwrap_or_default()),
            ))]
        },
        refused,
    );
    let login = scripted(
        "redirect with a login in it",
        |number, request| {
            vec![Act::Send(at_first(
                number,
                &format!(
                    "http://me:canary@{}/x",
                    request.header("host").unwrap_or_default()
                ),
            ))]
        },
        refused,
    );
    let post = |status| {
        first(
            &format!("{status} of a POST"),
            redirect(status, "/x"),
            refused,
        )
        .with("site.method", "\"post\"")
    };
    let mut rows = vec![
        first("redirect on the site, by path", to("/x?token=canary"), None),
        first("redirect on the site, 301", redirect(301, "x"), None),
        first(
            "redirect on the site, 303 of a POST",
            redirect(303, "/x"),
            None,
        )
        .with("site.method", "\"post\""),
        first(
            "redirect to the same address, 303 of a POST",
            redirect(303, ""),
            None,
        )
        .with("site.method", "\"post\""),
        first(
            "redirect on the site, 307 of a GET",
            redirect(307, "/x"),
            None,
        ),
        first(
            "redirect on the site, 308 of a GET",
            redirect(308, "/x"),
            None,
        ),
        post(307),
        post(308),
        first(
            "redirect to another host",
            to("https://evil.example/x?token=canary"),
            refused,
        ),
        first(
            "redirect to another host without a scheme",
            to("//evil.example/x"),
            refused,
        ),
        first(
            "redirect to another port",
            to("http://localhost:1/x?token=canary"),
            refused,
        ),
        first(
            "redirect to another name of this machine",
            to("http://127.0.0.1/x"),
            refused,
        ),
        sends(
            "redirect from http to https",
            to("https://localhost/x"),
            refused,
        ),
        down.over(tls()).with("network.ca_file", ca_file),
        login,
        first("redirect to data:", to("data:text/plain,canary"), refused),
        first("redirect to file:", to("file:///etc/passwd"), refused),
        first("redirect to javascript:", to("javascript:1"), refused),
        first("redirect to ftp:", to("ftp://localhost/x"), refused),
        first("redirect to no address", to("http://["), refused),
        first(
            "redirect to bytes",
            b"HTTP/1.1 302 F\r\nLocation: https://\xFF\xFE/\r\n\r\n".to_vec(),
            refused,
        ),
        first(
            "redirect on the site, by bytes",
            b"HTTP/1.1 302 F\r\nLocation: /\xF8\r\n\r\n".to_vec(),
            refused,
        ),
        first("redirect to a very long address", to(&long), refused),
        first(
            "redirects to two places",
            answer("302 F", "Location: //evil.example/\r\nLocation: /x\r\n", ""),
            refused,
        ),
        sends("redirect to itself, for ever", to(""), circle),
        scripted(
            "redirects without end",
            |number, _| vec![Act::Send(to(&format!("/{number}")))],
            refused,
        ),
        sends(
            "redirect to nowhere",
            answer("302 Found", "", ""),
            Fault::OddStatus,
        ),
        acts(
            "a stall behind the head of a redirect",
            vec![Act::Send(to("//evil.example/")), Act::Hold],
            refused,
        ),
    ];
    rows.extend(
        [
            "https://idp.example/go?SAMLRequest=canary&RelayState=x",
            "https://idp.example/go?samlrequest=canary",
            "https://idp.example/simplesaml/saml2/idp/SSOService.php",
            "https://login.example/canary/start",
            "https://example.org/adfs/ls/?wa=wsignin1.0&wtrealm=canary",
            "https://example.org/?wa=wsignin1.0",
            "https://example.org/o?client_id=canary&response_type=code",
            "https://example.org/Account/Sign-In?ReturnUrl=%2Fx",
            "https://example.org/users/sign_in",
            "https://sso-2.example.org/",
            "https://localhost:1/sso",
            "/saml?SAMLRequest=canary",
        ]
        .map(|location| {
            first(
                &format!("redirect to a sign-in: {location}"),
                to(location),
                sign_in,
            )
        }),
    );
    rows.push(
        first(
            "308 of a POST to a sign-in",
            redirect(308, "https://idp.example/sso"),
            sign_in,
        )
        .with("site.method", "\"post\""),
    );
    rows.push(first(
        "redirect to a sign-in by plain http",
        to("http://idp.example/login"),
        refused,
    ));
    rows.push(first(
        "redirect to another host with a word of a sign-in in another",
        to("https://evil.example/blogin"),
        refused,
    ));
    rows.push(first(
        "redirect on the site to what is called a sign-in",
        to("/login"),
        None,
    ));
    rows.extend(circles(circle));
    rows.extend([300, 304, 305, 306].map(|status| {
        sends(
            format!("status {status}"),
            redirect(status, "/x"),
            Fault::OddStatus,
        )
    }));
    let then = |name: &str, status: &'static str, fault| {
        let script = move |number, _: &_| {
            vec![Act::Send(if number == 0 {
                to("/x")
            } else {
                answer(status, "", "No")
            })]
        };
        scripted(name, script, fault)
    };
    rows.push(then(
        "redirect to a page that is not there",
        "404 Not Found",
        Fault::WrongDialect,
    ));
    rows.push(then(
        "redirect to a site that is broken",
        "502 Bad Gateway",
        Fault::SiteBroken,
    ));
    rows
}
