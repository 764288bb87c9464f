//! The route to the site (D3): direct or through a proxy, and the failures of the proxy itself.
//!
//! ```text
//! https:// ── CONNECT host:port ──> proxy ── tunnel ──> site   the proxy sees only the host name
//! http://  ── GET http://host/… ──> proxy ────────────> site   loopback only; the proxy sees all
//! ```
//!
//! A proxy in the config is used for every host, loopback included: an exception that the operator
//! did not write would be a surprise. A proxy in the environment is used as curl does, with the
//! exceptions of `no_proxy`. The libraries themselves never read the environment.

use std::error::Error;
use std::io;

use hyper::Uri;
use hyper::header::HeaderValue;
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use super::resolver::Resolver;
use crate::config::{Proxy, ProxyAddress};
use crate::env::{Environment, variable};
use crate::failure::{Failure, Fault};
use crate::sys::error_chain::{self, LookupError, TunnelError, innermost, is_resource_exhausted};

/// Which proxy each host is reached through.
pub(super) struct ProxyRoute {
    http: Option<ProxyAddress>,
    https: Option<ProxyAddress>,
    /// Matches the hosts in `no_proxy`.
    exceptions: Matcher,
}

impl ProxyRoute {
    /// The route of this config. Fails if the environment decides and its value is not a proxy
    /// address.
    pub(super) fn from_config(
        proxy: &Proxy,
        environment: Environment<'_>,
    ) -> Result<Self, Failure> {
        Ok(match proxy {
            Proxy::None => Self {
                http: None,
                https: None,
                exceptions: no_proxy_matcher(""),
            },
            Proxy::At(address) => Self {
                http: Some(address.clone()),
                https: Some(address.clone()),
                exceptions: no_proxy_matcher(""),
            },
            Proxy::Environment => Self {
                http: from_variables(
                    environment,
                    ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"],
                )?,
                https: from_variables(
                    environment,
                    ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
                )?,
                exceptions: no_proxy_matcher(
                    &first_variable(environment, &["no_proxy", "NO_PROXY"])
                        .map_or(String::new(), |(_, hosts)| hosts),
                ),
            },
        })
    }

    /// The proxy for this URL; none for a direct connection.
    pub(super) fn proxy_for(&self, url: &Url) -> Option<&ProxyAddress> {
        let address = if url.scheme() == "https" {
            self.https.as_ref()
        } else {
            self.http.as_ref()
        };
        // The path and the query are not needed, and may be confidential.
        let host = Uri::try_from(&url[..url::Position::AfterPort]).ok()?;
        address.filter(|_| self.exceptions.intercept(&host).is_some())
    }
}

/// Matches every host except those in a `no_proxy` list.
fn no_proxy_matcher(hosts: &str) -> Matcher {
    Matcher::builder().all("http://proxy").no(hosts).build()
}

/// The proxy in the first of these variables that is set. Its scheme may be missing.
fn from_variables(
    environment: Environment<'_>,
    names: [&'static str; 4],
) -> Result<Option<ProxyAddress>, Failure> {
    let Some((name, value)) = first_variable(environment, &names) else {
        return Ok(None);
    };
    let url = if value.contains("://") {
        value
    } else {
        format!("http://{value}")
    };
    // Only the variable is named, because its value may contain a password.
    ProxyAddress::parse(&url)
        .map(Some)
        .map_err(|_| Failure::with_subject(Fault::BadProxy, name))
}

/// The first of these variables that is set and not empty.
fn first_variable(
    environment: Environment<'_>,
    names: &[&'static str],
) -> Option<(&'static str, String)> {
    names.iter().find_map(|name| {
        Some((
            *name,
            variable(environment, name)?.to_string_lossy().into_owned(),
        ))
    })
}

/// The credentials for a proxy, as the value of a header.
pub(super) fn authorization(proxy: &ProxyAddress) -> Option<HeaderValue> {
    let library = Matcher::builder().all(proxy.url().to_string()).build();
    library
        .intercept(&Uri::from_static("http://site"))?
        .basic_auth()
        .cloned()
}

/// The failure of a tunnel that was not opened.
pub(super) fn tunnel_failure(
    proxy: &ProxyAddress,
    error: &TunnelError,
    names: &Resolver,
) -> Failure {
    let about = |fault| Failure::with_subject(fault, &proxy.to_string());
    let failure = match error {
        TunnelError::Unreachable(why) => match (
            innermost::<LookupError>(&**why),
            innermost::<io::Error>(&**why),
        ) {
            (Some(LookupError::ResourcesExhausted), _) => Fault::Internal.into(),
            (_, Some(why)) if is_resource_exhausted(why) => Fault::Internal.into(),
            (_, Some(why)) if why.kind() == io::ErrorKind::TimedOut => about(Fault::ProxyTimeout),
            _ => about(Fault::ProxyUnreachable),
        },
        TunnelError::TimedOut if names.is_busy() => about(Fault::ProxyUnreachable),
        TunnelError::TimedOut => about(Fault::ProxyTimeout),
        TunnelError::Broken(why) if is_resource_exhausted(why) => Fault::Internal.into(),
        TunnelError::SignIn(schemes) => sign_in_failure(proxy, schemes),
        TunnelError::Broken(_)
        | TunnelError::Closed
        | TunnelError::Malformed
        | TunnelError::Refused(_) => about(Fault::ProxyRefused),
    };
    failure.because(&error_chain::describe(error))
}

/// The proxy requires a sign-in. If it does not accept Basic, the failure names what it accepts.
pub(super) fn sign_in_failure(proxy: &ProxyAddress, schemes: &[String]) -> Failure {
    let is_taken = schemes.is_empty()
        || schemes
            .iter()
            .any(|scheme| scheme.eq_ignore_ascii_case("basic"));
    let others = if is_taken {
        String::new()
    } else {
        format!(", which takes only {}", schemes.join(" or "))
    };
    Failure::with_subject(Fault::ProxySignIn, &format!("{proxy}{others}"))
}

/// The proxy's fault, if the proxy caused the error; none if the site did.
pub(super) fn own_fault(fault: Fault, error: &(dyn Error + 'static)) -> Option<Fault> {
    let not_found = [Fault::NameNotFound, Fault::NameServiceSilent].contains(&fault);
    let not_reached = fault == Fault::NoConnection && innermost::<io::Error>(error).is_some();
    // The proxy was reached, but the other end of the tunnel does not speak TLS.
    let broken_off = [Fault::HandshakeCut, Fault::TlsFailed].contains(&fault)
        && innermost::<rustls::Error>(error).is_none();
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

    /// reqwest connects directly if it cannot parse a proxy's address.
    #[test]
    fn d3_whatever_is_read_as_a_proxy_is_one_to_the_library_too() {
        let site = Uri::from_static("https://support.example.com");
        let logins = ('!'..='~').flat_map(|c| {
            [
                format!("{c}:b@"),
                format!("a:{c}@"),
                format!("a{c}b:c{c}d@"),
            ]
        });
        let hosts = [
            "proxy",
            "a_b",
            "xn--bcher-kva.example",
            "bücher.example",
            "10.0.0.1",
            "[::1]",
            "a.b.",
            "a!b",
        ];
        let logins = logins.chain([String::new()]);
        for text in logins.flat_map(|login| hosts.map(|host| format!("http://{login}{host}:3128")))
        {
            let Ok(address) = ProxyAddress::parse(&text) else {
                continue;
            };
            let library = Matcher::builder().all(address.url().to_string()).build();
            let proxy = library
                .intercept(&site)
                .unwrap_or_else(|| panic!("{text} is not a proxy to the library"));
            assert_eq!(
                proxy.uri().authority().map(ToString::to_string),
                Some(address.to_string()),
                "{text}"
            );
        }
    }
}
