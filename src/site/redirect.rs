//! Where a redirect may lead (D1): the site itself, or a host that the operator trusts, by a bare GET. One to a
//! sign-in, and one back to where we were, have words of their own: no setting of the kiosk can mend them.

use reqwest::StatusCode;
use reqwest::header::HeaderValue;
use url::Url;

use super::repeated::{self, Ends};
use crate::config::Config;
use crate::failure::{Failure, Fault};
use crate::session::SessionRequest;

/// No request is made for a longer address, in bytes: it is kept with a length of 16 bits.
const ADDRESS_AT_MOST: usize = u16::MAX as usize - 1;

/// How many redirects are followed (D1).
const REDIRECTS_AT_MOST: usize = 5;

/// What stands, as a word of its own, in the name of the host or in the path of a page that wants a sign-in.
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
pub(super) struct Refusal {
    fault: Fault,
    /// The host that it leads to, if it names one.
    host: Option<String>,
    /// For the log.
    why: &'static str,
}

impl Refusal {
    fn of(fault: Fault, url: &Url, why: &'static str) -> Self {
        Self { fault, host: url.host_str().map(str::to_owned), why }
    }

    /// The failure that it means. A site can put into a host's name whatever it was asked for.
    pub(super) fn failure(&self, request: &SessionRequest) -> Failure {
        let host = self.host.as_ref().map(|host| repeated::redact(host, Ends::Whole, request)).filter(|host| !host.is_empty());
        host.map_or(self.fault.into(), |host| Failure::about(self.fault, &host)).because(self.why)
    }
}

/// Whether the status sends us elsewhere.
pub(super) fn is_one(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301..=303 | 307 | 308)
}

/// The addresses that one session has asked for by GET, and how many redirects it has followed.
#[derive(Default)]
pub(super) struct Trail {
    asked: Vec<Url>,
    followed: usize,
}

impl Trail {
    /// Where the redirect leads, if that is a place to trust. Our own query never goes along; 307 and 308 would have a form
    /// sent again, which could start a second session.
    pub(super) fn follow(
        &mut self,
        config: &Config,
        from: &Url,
        location: &HeaderValue,
        form_was_sent: bool,
        status: StatusCode,
    ) -> Result<Url, Refusal> {
        let mut base = from.clone();
        base.set_query(None);
        let url = std::str::from_utf8(location.as_bytes()).ok().and_then(|text| base.join(text).ok());
        let mut url = url.ok_or(Refusal { fault: Fault::RedirectRefused, host: None, why: "the address can't be read" })?;
        // It is never sent.
        url.set_fragment(None);
        let refused = |fault, why| Err(Refusal::of(fault, &url, why));
        match distrusted(config, &url) {
            None | Some(Distrust::Elsewhere(_)) if asks_to_sign_in(&url) => return refused(Fault::SignInWanted, "to a sign-in"),
            Some(Distrust::Elsewhere(_)) if is_named_sign_in(&url) => return refused(Fault::SignInWanted, "to a sign-in"),
            Some(Distrust::Elsewhere(why) | Distrust::Unsafe(why)) => return refused(Fault::RedirectRefused, why),
            None => {}
        }
        if form_was_sent && matches!(status.as_u16(), 307 | 308) {
            return refused(Fault::RedirectRefused, "the form would be sent again");
        }
        // A form and the page behind it may have the same address.
        self.asked.extend((!form_was_sent).then(|| from.clone()));
        if self.asked.contains(&url) {
            return refused(Fault::RedirectInCircle, "to an address that was already requested");
        }
        self.followed += 1;
        if self.followed > REDIRECTS_AT_MOST {
            return refused(Fault::RedirectRefused, "too many redirects");
        }
        Ok(url)
    }
}

/// Why an address is no place to trust.
enum Distrust {
    /// It is another host's, or another port's.
    Elsewhere(&'static str),
    /// Nobody's could be trusted that is written so.
    Unsafe(&'static str),
}

fn distrusted(config: &Config, url: &Url) -> Option<Distrust> {
    let site = &config.site.url;
    let is_named = url.host_str().is_some_and(|host| config.network.redirect_hosts.iter().any(|named| named == host));
    match url.scheme() {
        _ if url.as_str().len() > ADDRESS_AT_MOST => Some(Distrust::Unsafe("the address is too long")),
        _ if !url.username().is_empty() || url.password().is_some() => Some(Distrust::Unsafe("the address contains a login")),
        // An http site is on a loopback address, or the config would not have passed.
        "https" | "http" if url.origin() == site.origin() => None,
        "https" if is_named => None,
        "https" if url.host() == site.host() => Some(Distrust::Elsewhere("to another port of the host")),
        "https" => Some(Distrust::Elsewhere("to another host")),
        "http" => Some(Distrust::Unsafe("to plain http")),
        _ => Some(Distrust::Unsafe("to no address of http or https")),
    }
}

/// Whether the query is that of a sign-in (SAML, WS-Federation, OIDC): nobody can go on from there who has neither
/// cookies nor an account, wherever it leads.
fn asks_to_sign_in(url: &Url) -> bool {
    let has = |wanted: &str| url.query_pairs().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let is_ws_federation = url.query_pairs().any(|(name, value)| name == "wa" && value.starts_with("wsignin"));
    has("SAMLRequest") || is_ws_federation || has("openid.mode") || has("response_type") && has("client_id")
}

/// Whether the host or the path says that it is a sign-in.
fn is_named_sign_in(url: &Url) -> bool {
    let name = format!("{}/{}", url.host_str().unwrap_or_default(), url.path()).to_ascii_lowercase();
    let means_it = |part: &str| SIGN_IN.contains(&part);
    name.split(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c))
        .any(|part| means_it(&part.replace(['-', '_'], "")) || part.split(['-', '_']).any(means_it))
}
