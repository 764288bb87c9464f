//! The way out of the network (D3): straight, or through a proxy, and what is told when it is the proxy that fails.
//!
//! ```text
//! https:// ── CONNECT host:port ──> proxy ── a tunnel ──> site     TLS is between us and the site: the proxy sees the host
//! http://  ── GET http://host/… ──> proxy ───────────────> site     a loopback site alone: the proxy sees all
//! ```
//!
//! The proxy of the config is asked for every host, loopback ones too: an exception that nobody wrote would be a surprise.
//! That of the environment is asked as curl does it, with the exceptions of `no_proxy`. No library looks at the environment.

use std::error::Error;
use std::io;

use hyper::Uri;
use hyper::header::HeaderValue;
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use super::names::Names;
use crate::config::{Proxy, ProxyAddress};
use crate::env::{Environment, variable};
use crate::failure::{Failure, Fault};
use crate::sys::causes::{self, NoAddress, NoTunnel, innermost, is_want};

/// Which proxy each host is asked through.
pub(super) struct Route {
    http: Option<ProxyAddress>,
    https: Option<ProxyAddress>,
    /// Knows the exceptions.
    exceptions: Matcher,
}

impl Route {
    /// The route of this config. Fails where the environment is to say it and names something that is no proxy.
    pub(super) fn of(proxy: &Proxy, environment: Environment<'_>) -> Result<Self, Failure> {
        Ok(match proxy {
            Proxy::None => Self { http: None, https: None, exceptions: except("") },
            Proxy::At(address) => Self { http: Some(address.clone()), https: Some(address.clone()), exceptions: except("") },
            Proxy::Environment => Self {
                http: named(environment, ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])?,
                https: named(environment, ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])?,
                exceptions: except(&first(environment, &["no_proxy", "NO_PROXY"]).map_or(String::new(), |(_, hosts)| hosts)),
            },
        })
    }

    /// The proxy through which this URL is asked for; none: its host is asked itself.
    pub(super) fn proxy_for(&self, url: &Url) -> Option<&ProxyAddress> {
        let address = if url.scheme() == "https" { self.https.as_ref() } else { self.http.as_ref() };
        // The path and query are nobody's business here.
        let host = Uri::try_from(&url[..url::Position::AfterPort]).ok()?;
        address.filter(|_| self.exceptions.intercept(&host).is_some())
    }
}

/// Takes every host for one to be asked through a proxy, but for those of a list as `no_proxy` has it.
fn except(hosts: &str) -> Matcher {
    Matcher::builder().all("http://proxy").no(hosts).build()
}

/// The proxy that the first of these variables names. A scheme may be left out there.
fn named(environment: Environment<'_>, names: [&'static str; 4]) -> Result<Option<ProxyAddress>, Failure> {
    let Some((name, value)) = first(environment, &names) else { return Ok(None) };
    let url = if value.contains("://") { value } else { format!("http://{value}") };
    // The variable alone is named: there may be a password in its value.
    ProxyAddress::read(&url).map(Some).map_err(|_| Failure::about(Fault::BadProxy, name))
}

/// The first of these variables that is set and not empty.
fn first(environment: Environment<'_>, names: &[&'static str]) -> Option<(&'static str, String)> {
    names.iter().find_map(|name| Some((*name, variable(environment, name)?.to_string_lossy().into_owned())))
}

/// The user and password for a proxy, as it is told them.
pub(super) fn authorization(proxy: &ProxyAddress) -> Option<HeaderValue> {
    let library = Matcher::builder().all(proxy.url().to_string()).build();
    library.intercept(&Uri::from_static("http://site"))?.basic_auth().cloned()
}

/// What it means that there is no tunnel through a proxy.
pub(super) fn without_tunnel(proxy: &ProxyAddress, error: &NoTunnel, names: &Names) -> Failure {
    let about = |fault| Failure::about(fault, &proxy.to_string());
    let failure = match error {
        NoTunnel::Unreachable(why) => match (innermost::<NoAddress>(&**why), innermost::<io::Error>(&**why)) {
            (Some(NoAddress::Want), _) => Fault::Internal.into(),
            (_, Some(why)) if is_want(why) => Fault::Internal.into(),
            (_, Some(why)) if why.kind() == io::ErrorKind::TimedOut => about(Fault::ProxyTimeout),
            _ => about(Fault::ProxyUnreachable),
        },
        NoTunnel::Late if names.are_asked_for() => about(Fault::ProxyUnreachable),
        NoTunnel::Late => about(Fault::ProxyTimeout),
        NoTunnel::Broken(why) if is_want(why) => Fault::Internal.into(),
        NoTunnel::SignIn(schemes) => sign_in(proxy, schemes),
        NoTunnel::Broken(_) | NoTunnel::Closed | NoTunnel::Garbled | NoTunnel::Refused(_) => about(Fault::ProxyRefused),
    };
    failure.because(&causes::told(error))
}

/// The proxy wants to know who we are. Where it does not take what we can say, that is named.
pub(super) fn sign_in(proxy: &ProxyAddress, schemes: &[String]) -> Failure {
    let is_taken = schemes.is_empty() || schemes.iter().any(|scheme| scheme.eq_ignore_ascii_case("basic"));
    let others = if is_taken { String::new() } else { format!(", which takes only {}", schemes.join(" or ")) };
    Failure::about(Fault::ProxySignIn, &format!("{proxy}{others}"))
}

/// The proxy's own part in what a connection came to by itself; none where it is the site's fault.
pub(super) fn own_fault(fault: Fault, error: &(dyn Error + 'static)) -> Option<Fault> {
    let not_found = [Fault::NameNotFound, Fault::NameServiceSilent].contains(&fault);
    let not_reached = fault == Fault::NoConnection && innermost::<io::Error>(error).is_some();
    // It was reached, and nobody speaks TLS behind the tunnel.
    let broken_off = [Fault::HandshakeCut, Fault::TlsFailed].contains(&fault) && innermost::<rustls::Error>(error).is_none();
    let own = [
        (not_found || not_reached, Fault::ProxyUnreachable),
        (fault == Fault::ConnectTimeout, Fault::ProxyTimeout),
        (broken_off || fault == Fault::NotTls, Fault::ProxyRefused),
    ];
    own.into_iter().find_map(|(is, own)| is.then_some(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// reqwest goes straight to the site where its own reading of a proxy's address fails.
    #[test]
    fn d3_whatever_is_read_as_a_proxy_is_one_to_the_library_too() {
        let site = Uri::from_static("https://support.example.com");
        let logins = ('!'..='~').flat_map(|c| [format!("{c}:b@"), format!("a:{c}@"), format!("a{c}b:c{c}d@")]);
        let hosts = ["proxy", "a_b", "xn--bcher-kva.example", "bücher.example", "10.0.0.1", "[::1]", "a.b.", "a!b"];
        let logins = logins.chain([String::new()]);
        for text in logins.flat_map(|login| hosts.map(|host| format!("http://{login}{host}:3128"))) {
            let Ok(address) = ProxyAddress::read(&text) else { continue };
            let library = Matcher::builder().all(address.url().to_string()).build();
            let proxy = library.intercept(&site).unwrap_or_else(|| panic!("{text} is none to the library"));
            assert_eq!(proxy.uri().authority().map(ToString::to_string), Some(address.to_string()), "{text}");
        }
    }
}
