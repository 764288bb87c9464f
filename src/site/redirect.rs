//! Which redirects are followed (D1): those to the site itself or to a host that the operator
//! trusts, always as a GET without our form or query. A redirect to a sign-in page and one in a
//! circle have their own failures, because no setting of the kiosk can fix them.

use reqwest::StatusCode;
use reqwest::header::HeaderValue;
use url::Url;

use super::redact::{self, Truncated};
use crate::config::Config;
use crate::failure::{Failure, Fault};
use crate::session::SessionRequest;

/// The longest URL that can be requested, in bytes: hyper stores its length in 16 bits.
const MAX_ADDRESS: usize = u16::MAX as usize - 1;

/// How many redirects are followed (D1).
const MAX_REDIRECTS: usize = 5;

/// Words in the host name or the path of a sign-in page.
const SIGN_IN: [&str; 20] = [
    "accounts",
    "adfs",
    "auth",
    "authenticate",
    "authorize",
    "cas",
    "idp",
    "login",
    "logon",
    "oauth",
    "oauth2",
    "oidc",
    "openid",
    "saml",
    "saml2",
    "signin",
    "sso",
    "wayf",
    "wsfed",
    "wsfederation",
];

/// Why a redirect is not followed.
pub(super) struct RedirectError {
    fault: Fault,
    /// The redirect's target, if it names a host.
    host: Option<String>,
    /// For the log.
    why: &'static str,
}

impl RedirectError {
    fn new(fault: Fault, url: &Url, why: &'static str) -> Self {
        Self {
            fault,
            host: url.host_str().map(str::to_owned),
            why,
        }
    }

    /// The failure for the customer. The host is redacted: a site can put anything from the request
    /// into it.
    pub(super) fn failure(&self, request: &SessionRequest) -> Failure {
        let host = self
            .host
            .as_ref()
            .map(|host| redact::redact(host, Truncated::No, request))
            .filter(|host| !host.is_empty());
        host.map_or(self.fault.into(), |host| {
            Failure::with_subject(self.fault, &host)
        })
        .because(self.why)
    }
}

/// Whether this status is a redirect.
pub(super) fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301..=303 | 307 | 308)
}

/// The URLs that a session has requested by GET, and the number of redirects it has followed.
#[derive(Default)]
pub(super) struct RedirectChain {
    requested: Vec<Url>,
    followed: usize,
}

impl RedirectChain {
    /// The target of the redirect, if it is trusted. Our own query is never passed on. 307 and 308
    /// would send a form again, which could start a second session.
    pub(super) fn follow(
        &mut self,
        config: &Config,
        from: &Url,
        location: &HeaderValue,
        form_was_sent: bool,
        status: StatusCode,
    ) -> Result<Url, RedirectError> {
        let mut base = from.clone();
        base.set_query(None);
        let url = std::str::from_utf8(location.as_bytes())
            .ok()
            .and_then(|text| base.join(text).ok());
        let mut url = url.ok_or(RedirectError {
            fault: Fault::RedirectRefused,
            host: None,
            why: "the address can't be read",
        })?;
        // A fragment is never sent.
        url.set_fragment(None);
        let refused = |fault, why| Err(RedirectError::new(fault, &url, why));
        match check_trust(config, &url) {
            None | Some(RedirectDistrust::Elsewhere(_)) if asks_to_sign_in(&url) => {
                return refused(Fault::SignInWanted, "to a sign-in");
            }
            Some(RedirectDistrust::Elsewhere(_)) if is_named_sign_in(&url) => {
                return refused(Fault::SignInWanted, "to a sign-in");
            }
            Some(RedirectDistrust::Elsewhere(why) | RedirectDistrust::Unsafe(why)) => {
                return refused(Fault::RedirectRefused, why);
            }
            None => {}
        }
        if form_was_sent && matches!(status.as_u16(), 307 | 308) {
            return refused(Fault::RedirectRefused, "the form would be sent again");
        }
        // A form and the page that follows it may have the same URL.
        self.requested
            .extend((!form_was_sent).then(|| from.clone()));
        if self.requested.contains(&url) {
            return refused(
                Fault::RedirectInCircle,
                "to an address that was already requested",
            );
        }
        self.followed += 1;
        if self.followed > MAX_REDIRECTS {
            return refused(Fault::RedirectRefused, "too many redirects");
        }
        Ok(url)
    }
}

/// Why a URL is not trusted.
enum RedirectDistrust {
    /// Another host or another port.
    Elsewhere(&'static str),
    /// Not acceptable from any host.
    Unsafe(&'static str),
}

fn check_trust(config: &Config, url: &Url) -> Option<RedirectDistrust> {
    let site = &config.site.url;
    let is_named = url.host_str().is_some_and(|host| {
        config
            .network
            .redirect_hosts
            .iter()
            .any(|named| named == host)
    });
    match url.scheme() {
        _ if url.as_str().len() > MAX_ADDRESS => {
            Some(RedirectDistrust::Unsafe("the address is too long"))
        }
        _ if !url.username().is_empty() || url.password().is_some() => {
            Some(RedirectDistrust::Unsafe("the address contains a login"))
        }
        // The config allows http only for loopback addresses.
        "https" | "http" if url.origin() == site.origin() => None,
        "https" if is_named => None,
        "https" if url.host() == site.host() => {
            Some(RedirectDistrust::Elsewhere("to another port of the host"))
        }
        "https" => Some(RedirectDistrust::Elsewhere("to another host")),
        "http" => Some(RedirectDistrust::Unsafe("to plain http")),
        _ => Some(RedirectDistrust::Unsafe("to no address of http or https")),
    }
}

/// Whether the query is that of a sign-in (SAML, WS-Federation, OIDC). Without cookies and an
/// account it is a dead end, on any host.
fn asks_to_sign_in(url: &Url) -> bool {
    let has = |wanted: &str| {
        url.query_pairs()
            .any(|(name, _)| name.eq_ignore_ascii_case(wanted))
    };
    let is_ws_federation = url
        .query_pairs()
        .any(|(name, value)| name == "wa" && value.starts_with("wsignin"));
    has("SAMLRequest")
        || is_ws_federation
        || has("openid.mode")
        || has("response_type") && has("client_id")
}

/// Whether the host name or the path is that of a sign-in page.
fn is_named_sign_in(url: &Url) -> bool {
    let name =
        format!("{}/{}", url.host_str().unwrap_or_default(), url.path()).to_ascii_lowercase();
    let means_it = |part: &str| SIGN_IN.contains(&part);
    name.split(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c))
        .any(|part| means_it(&part.replace(['-', '_'], "")) || part.split(['-', '_']).any(means_it))
}
