//! Through a proxy (D3): by the config and by the environment, and everything that it can do in
//! place of letting us through.

mod tunnel;

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use support_kiosk::config::{self, Proxy, ProxyAddress};
use support_kiosk::failure::Fault;
use support_kiosk::job::{Cancel, SessionError};
use support_kiosk::session::Stage;

use crate::support::order::{Desk, SCRIPT, by_key, by_rep};
use crate::support::site::{Act, Authority, Site, Validity, answer, closed_port, ok, silent_port};

/// A user `mole` and a password `canary:&@`, as they stand in a proxy's address and as they go over
/// the wire.
const LOGIN: &str = "mole:canary%3A%26%40";
const AUTHORIZATION: &str = "proxy-authorization: Basic bW9sZTpjYW5hcnk6JkA=";

/// What the proxy does once it has a head.
#[derive(Clone)]
enum Does {
    /// Connects to where it is asked, says that it has in these words, and carries bytes both ways.
    Tunnels(Vec<u8>),
    /// Says this, and goes.
    Says(Vec<u8>),
    /// Says this, and is silent.
    SaysAndHolds(&'static str),
}

/// A proxy on this machine that keeps the heads of what it is asked.
struct ScriptedProxy {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl ScriptedProxy {
    fn that(does: Does) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heads);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (does, kept) = (does.clone(), Arc::clone(&kept));
                std::thread::spawn(move || serve(stream, does, &kept));
            }
        });
        Self { port, heads }
    }

    fn tunnels() -> Self {
        Self::that(Does::Tunnels(
            b"HTTP/1.1 200 Connection established\r\n\r\n".to_vec(),
        ))
    }

    fn says(answer: impl Into<Vec<u8>>) -> Self {
        Self::that(Does::Says(answer.into()))
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("nobody panics with it").clone()
    }

    fn address(&self) -> Proxy {
        at(&format!("http://{LOGIN}@127.0.0.1:{}", self.port))
    }
}

fn serve(mut stream: TcpStream, does: Does, kept: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.extend_from_slice(&byte);
    }
    let head = String::from_utf8(head).expect("a head in UTF-8");
    kept.lock()
        .expect("nobody panics with it")
        .push(head.clone());
    match does {
        Does::Says(bytes) => stream.write_all(&bytes),
        Does::SaysAndHolds(words) => {
            stream.write_all(words.as_bytes())?;
            io::copy(&mut stream, &mut io::sink()).map(drop)
        }
        Does::Tunnels(words) => {
            let target = head.split(' ').nth(1).unwrap_or_default();
            let mut site = TcpStream::connect(target)?;
            stream.write_all(&words)?;
            let (mut from_us, mut to_site) = (stream.try_clone()?, site.try_clone()?);
            std::thread::spawn(move || {
                let copied = io::copy(&mut from_us, &mut to_site);
                to_site.shutdown(Shutdown::Write).and(copied)
            });
            io::copy(&mut site, &mut stream)?;
            stream.shutdown(Shutdown::Write)
        }
    }
}

fn at(url: &str) -> Proxy {
    Proxy::At(ProxyAddress::parse(url).expect("an address"))
}

fn closed() -> Proxy {
    at(&format!("http://mole:canary@127.0.0.1:{}", closed_port()))
}

fn through(proxy: Proxy, url: &str) -> Desk {
    let mut desk = Desk::at(url);
    desk.config.network.proxy = proxy;
    desk
}

/// A site by TLS, and the authority that vouches for it.
fn safe_site() -> (Site, Authority) {
    let authority = Authority::new();
    let site = Site::https(authority.server("localhost", Validity::Now), |_, _| {
        vec![Act::Send(ok(SCRIPT))]
    });
    (site, authority)
}

/// As [`Desk::fails`], and what it is about is the proxy, without its credentials.
fn fails(desk: &Desk, fault: Fault, case: &str) {
    let failure = desk.fails(&by_key(), fault, case);
    let told = format!("{failure} {failure:?} {:?}", desk.config);
    for secret in ["canary", "mole", "Basic"] {
        assert!(!told.contains(secret), "{case}: {secret} is told: {told}");
    }
    let Proxy::At(proxy) = &desk.config.network.proxy else {
        panic!("{case}: no proxy")
    };
    assert_eq!(
        failure.detail.map(|detail| detail.to_string()),
        Some(proxy.to_string()),
        "{case}"
    );
}

#[test]
fn d3_a_tls_site_is_reached_by_a_tunnel_that_shows_only_its_host() {
    let (site, authority) = safe_site();
    let proxy = ScriptedProxy::tunnels();
    let mut desk = through(proxy.address(), &site.url());
    desk.config.network.ca_file = Some(authority.file());
    desk.download(&by_key()).client("through a tunnel");

    let heads = proxy.heads();
    assert_eq!(heads.len(), 1, "{heads:?}");
    assert!(
        heads[0].starts_with(&format!("CONNECT localhost:{} HTTP/1.1\r\n", site.port)),
        "{heads:?}"
    );
    assert!(
        heads[0].contains(AUTHORIZATION) && !heads[0].contains("access_key"),
        "{heads:?}"
    );
    let received = site.received();
    assert!(
        received.len() == 1 && received[0].header("proxy-authorization").is_none(),
        "{received:?}"
    );
}

#[test]
fn d3_a_site_by_http_is_asked_with_its_whole_address() {
    let proxy = ScriptedProxy::says(ok(SCRIPT));
    let desk = through(proxy.address(), "http://localhost:7");
    desk.download(&by_rep()).client("through a proxy");
    let heads = proxy.heads();
    assert!(
        heads.len() == 1
            && heads[0].starts_with("GET http://localhost:7/download_customer_connector.ns?id=12&"),
        "{heads:?}"
    );
    assert!(heads[0].contains(AUTHORIZATION), "{heads:?}");
}

#[test]
fn d3_a_proxy_that_lets_nobody_through_has_words_of_its_own() {
    let page = answer(
        "200 OK",
        "Content-Type: text/html\r\n",
        "<html>Please sign in</html>",
    );
    let cases = [
        (
            "407",
            answer(
                "407 Proxy Authentication Required",
                "Proxy-Authenticate: Basic\r\n",
                "",
            ),
            Fault::ProxySignIn,
        ),
        (
            "403",
            answer(
                "403 Forbidden",
                "Content-Type: text/html\r\n",
                "<html>No</html>",
            ),
            Fault::ProxyRefused,
        ),
        (
            "502",
            answer("502 Bad Gateway", "", ""),
            Fault::ProxyRefused,
        ),
        (
            "302",
            answer("302 Found", "Location: http://portal.example/\r\n", ""),
            Fault::ProxyRefused,
        ),
        ("a page", page, Fault::ProxyRefused),
        (
            "a page without a head",
            b"<html>Please sign in</html>".to_vec(),
            Fault::ProxyRefused,
        ),
        (
            "no HTTP",
            b"SSH-2.0-OpenSSH_9.9\r\n".to_vec(),
            Fault::ProxyRefused,
        ),
        (
            "a tunnel that speaks no TLS",
            b"HTTP/1.1 200 OK\r\n\r\n".to_vec(),
            Fault::ProxyRefused,
        ),
        ("no word", Vec::new(), Fault::ProxyRefused),
        (
            "an endless head",
            [b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'x'; 100_000]].concat(),
            Fault::ProxyRefused,
        ),
    ];
    for (case, bytes, fault) in cases {
        let proxy = ScriptedProxy::says(bytes);
        let mut desk = through(proxy.address(), "https://localhost:7");
        desk.config.network.retries = 2;
        fails(&desk, fault, case);
        assert_eq!(proxy.heads().len(), 1, "{case}: asked again");
    }
}

#[test]
fn d3_a_proxy_that_is_not_reached_is_told_from_a_site_that_is_not() {
    for url in ["https://localhost:7", "http://localhost:7"] {
        fails(&through(closed(), url), Fault::ProxyUnreachable, "refused");
        fails(
            &through(at("http://mole:canary@no-such-host.invalid:3128"), url),
            Fault::ProxyUnreachable,
            "not found",
        );
    }
    fails(
        &through(
            ScriptedProxy::says(answer("407 No", "", "")).address(),
            "http://localhost:7",
        ),
        Fault::ProxySignIn,
        "a sign-in for http",
    );
}

#[test]
fn d3_a_silent_proxy_ends_at_the_timeout_and_on_cancel() {
    let proxies = [
        (
            "silent",
            at(&format!("http://mole:canary@127.0.0.1:{}", silent_port())),
        ),
        (
            "half a head",
            ScriptedProxy::that(Does::SaysAndHolds("HTTP/1.1 200 Conn")).address(),
        ),
        (
            "a silent tunnel",
            ScriptedProxy::that(Does::SaysAndHolds("HTTP/1.1 200 OK\r\n\r\n")).address(),
        ),
    ];
    for (case, proxy) in proxies {
        let desk = through(proxy, "https://localhost:7");
        let (outcome, _) =
            desk.cancel_at(&by_key(), |stage| matches!(stage, Stage::Requesting { .. }));
        assert_eq!(
            outcome.result.err(),
            Some(SessionError::Cancelled),
            "{case}"
        );

        let mut desk = Desk {
            cancel: Cancel::new(),
            ..desk
        };
        desk.config.network.connect_timeout = Duration::from_millis(300);
        fails(&desk, Fault::ProxyTimeout, case);
    }
}

#[test]
fn d3_the_sites_own_faults_are_not_blamed_on_the_proxy() {
    let (ours, stranger) = (Authority::new(), Authority::named("Stranger"));
    for (case, tls, fault) in [
        (
            "expired",
            ours.server("localhost", Validity::Over),
            Fault::CertificateExpired,
        ),
        (
            "a stranger's",
            stranger.server("localhost", Validity::Now),
            Fault::CertificateUnknownAuthority,
        ),
    ] {
        let site = Site::https(tls, |_, _| vec![Act::Send(ok(SCRIPT))]);
        let mut desk = through(ScriptedProxy::tunnels().address(), &site.url());
        desk.config.network.ca_file = Some(ours.file());
        let failure = desk.fails(&by_key(), fault, case);
        assert!(
            failure
                .detail
                .is_some_and(|detail| detail.as_str().starts_with("localhost:")),
            "{case}"
        );
    }
    let busy = ScriptedProxy::says(answer("500 Oh", "", "<html>Ours</html>"));
    through(busy.address(), "http://localhost:7").fails(
        &by_key(),
        Fault::SiteBroken,
        "the site's 500 by http",
    );
}

#[test]
fn d3_a_redirect_is_followed_through_the_proxy_too() {
    let (site, authority) = safe_site();
    let proxy = ScriptedProxy::tunnels();
    let port = site.port;
    let first = Site::https(authority.server("localhost", Validity::Now), move |_, _| {
        vec![Act::Send(answer(
            "302 Found",
            &format!("Location: https://localhost:{port}/there\r\n"),
            "",
        ))]
    });
    let mut desk = through(proxy.address(), &first.url());
    desk.config.network.ca_file = Some(authority.file());
    desk.config.network.redirect_hosts = vec!["localhost".to_owned()];
    desk.download(&by_key()).client("redirected");
    let asked: Vec<String> = proxy
        .heads()
        .iter()
        .filter_map(|head| Some(head.split(' ').nth(1)?.to_owned()))
        .collect();
    assert_eq!(
        asked,
        [
            format!("localhost:{}", first.port),
            format!("localhost:{port}")
        ]
    );
}

const HERE: &str = "http://mole:canary@127.0.0.1:{port}";

type Variables = &'static [(&'static str, &'static str)];

#[test]
fn d3_the_environment_names_a_proxy_and_its_exceptions() {
    // The variables, and whether a site by http and one by https are asked through the proxy.
    let cases: &[(Variables, bool, bool)] = &[
        (&[], false, false),
        (&[("http_proxy", HERE)], true, false),
        (&[("https_proxy", HERE)], false, true),
        (&[("HTTPS_PROXY", HERE), ("HTTP_PROXY", HERE)], true, true),
        (&[("all_proxy", HERE)], true, true),
        (&[("ALL_PROXY", "127.0.0.1:{port}")], true, true),
        (&[("https_proxy", ""), ("HTTPS_PROXY", HERE)], false, true),
        (
            &[("all_proxy", HERE), ("no_proxy", "example.com,localhost")],
            false,
            false,
        ),
        (&[("all_proxy", HERE), ("NO_PROXY", "*")], false, false),
        (
            &[("all_proxy", HERE), ("no_proxy", "example.com")],
            true,
            true,
        ),
        (
            &[
                ("all_proxy", HERE),
                ("no_proxy", ""),
                ("REQUEST_METHOD", "GET"),
            ],
            true,
            true,
        ),
    ];
    for &(variables, by_http, by_https) in cases {
        for (scheme, proxied) in [("http", by_http), ("https", by_https)] {
            let proxy = ScriptedProxy::says(answer("407 No", "", ""));
            let mut desk = through(
                Proxy::Environment,
                &format!("{scheme}://localhost:{}", closed_port()),
            );
            let with_port =
                |value: &str| OsString::from(value.replace("{port}", &proxy.port.to_string()));
            desk.environment = variables
                .iter()
                .map(|(name, value)| (name.into(), with_port(value)))
                .collect();
            let fault = if proxied {
                Fault::ProxySignIn
            } else {
                Fault::NoConnection
            };
            desk.fails(&by_key(), fault, &format!("{scheme} with {variables:?}"));
        }
    }
}

#[test]
fn d3_a_variable_that_names_no_proxy_is_told_by_its_name_alone() {
    for value in [
        "socks5://mole:canary@proxy:1080",
        "https://mole:canary@proxy",
        "mole:canary",
        "http://proxy/path?canary",
    ] {
        let site = Site::answering(ok(SCRIPT));
        let mut desk = through(Proxy::Environment, &site.url());
        desk.environment = vec![("https_proxy".into(), value.into())];
        let failure = desk.fails(&by_key(), Fault::BadProxy, value);
        assert_eq!(
            failure.detail.as_ref().map(AsRef::as_ref),
            Some("https_proxy")
        );
        assert!(!format!("{failure:?}").contains("canary"), "{failure:?}");
        assert_eq!(site.received().len(), 0, "{value}");
    }
}

#[test]
fn d3_k5_the_environment_is_nobodys_business_unless_the_config_says_so() {
    let (site, authority) = safe_site();
    for proxy in [Proxy::None, ScriptedProxy::tunnels().address()] {
        let mut desk = through(proxy, &site.url());
        desk.config.network.ca_file = Some(authority.file());
        let dead = OsString::from(format!("http://127.0.0.1:{}", closed_port()));
        desk.environment = ["http_proxy", "https_proxy", "all_proxy"]
            .map(|name| (name.into(), dead.clone()))
            .into();
        desk.environment.push(("no_proxy".into(), "*".into()));
        desk.download(&by_key()).client("as configured");
    }
}

#[test]
fn d3_a_proxy_in_the_config_is_told_of_in_words_that_do_not_quote_it() {
    for (value, words) in [
        (
            "proxy:3128",
            "`network.proxy` must be \"none\", \"environment\", or of the form \"http://[user:password@]host:port\"",
        ),
        (
            "socks5://mole:canary@proxy",
            "`network.proxy` must begin with http://: https and SOCKS proxies are not supported",
        ),
    ] {
        let text = format!("site.url = \"https://a\"\nnetwork.proxy = \"{value}\"\n");
        let told = config::from_text(&text, "k".as_ref())
            .expect_err("a problem")
            .to_string();
        assert!(
            told.starts_with(&format!("k:2:17: {words}")) && !told.contains("canary"),
            "{told}"
        );
    }
    for (value, meant) in [
        ("none", Proxy::None),
        ("environment", Proxy::Environment),
        ("http://p:1", at("http://p:1")),
    ] {
        let text = format!("site.url = \"https://a\"\nnetwork.proxy = \"{value}\"\n");
        let config =
            config::from_text(&text, "k".as_ref()).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(config.network.proxy, meant);
    }
}

#[test]
fn k5_a_locked_kiosk_takes_no_proxy_from_its_environment() {
    let text = "site.url = \"https://a\"\nkiosk.lockdown = true\nnetwork.proxy = \"environment\"\n";
    let told = config::from_text(text, "k".as_ref())
        .expect_err("a problem")
        .to_string();
    assert!(
        told.starts_with("k:3:17: `network.proxy` can't be \"environment\" in lockdown"),
        "{told}"
    );
    let named = text.replace("environment", "http://proxy:3128");
    assert!(config::from_text(&named, "k".as_ref()).is_ok());
}
