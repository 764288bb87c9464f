//! Where a redirect may lead (trust.md D1): the site itself, or a host that the operator trusts, by a bare GET.

use reqwest::StatusCode;
use reqwest::header::HeaderValue;
use url::Url;

use crate::config::Config;
use crate::connect::repeated::{self, Ends};
use crate::failure::{Failure, Fault};
use crate::session::SessionRequest;

/// No request is made for a longer address, in bytes: it is kept with a length of 16 bits.
const ADDRESS_AT_MOST: usize = u16::MAX as usize - 1;

/// Why a redirect is not followed.
pub(super) struct Refusal {
    /// The host that it leads to, if it names one.
    host: Option<String>,
    /// For the log.
    why: &'static str,
}

impl Refusal {
    /// The failure that it means. A site can put into a host's name whatever it was asked for.
    pub(super) fn failure(&self, request: &SessionRequest) -> Failure {
        let named = |host: &String| Failure::about(Fault::RedirectRefused, &repeated::without(host, Ends::Whole, request));
        self.host.as_ref().map_or(Fault::RedirectRefused.into(), named).because(self.why)
    }
}

/// Whether the status sends us elsewhere.
pub(super) fn is_one(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301..=303 | 307 | 308)
}

/// Where the redirect leads, if that is a place to trust. Our own query never goes along; 307 and 308 would have a form
/// sent again, which could start a second session.
pub(super) fn target(
    config: &Config,
    from: &Url,
    location: &HeaderValue,
    form_was_sent: bool,
    status: StatusCode,
) -> Result<Url, Refusal> {
    let mut base = from.clone();
    base.set_query(None);
    let url = std::str::from_utf8(location.as_bytes()).ok().and_then(|text| base.join(text).ok());
    let url = url.ok_or(Refusal { host: None, why: "the address can't be read" })?;
    let wants_the_form = form_was_sent && matches!(status.as_u16(), 307 | 308);
    let why = if wants_the_form { Some("the form would be sent again") } else { distrusted(config, &url) };
    why.map_or(Ok(()), |why| Err(Refusal { host: url.host_str().map(str::to_owned), why }))?;
    Ok(url)
}

/// Why this is no place to trust, if it is none.
fn distrusted(config: &Config, url: &Url) -> Option<&'static str> {
    let site = &config.site.url;
    let is_named = url.host_str().is_some_and(|host| config.network.redirect_hosts.iter().any(|named| named == host));
    match url.scheme() {
        _ if url.as_str().len() > ADDRESS_AT_MOST => Some("the address is too long"),
        _ if !url.username().is_empty() || url.password().is_some() => Some("the address has a login in it"),
        // An http site is on a loopback address, or the config would not have passed.
        "https" | "http" if url.origin() == site.origin() => None,
        "https" if is_named => None,
        "https" if url.host() == site.host() => Some("to another port of the host"),
        "https" => Some("to another host"),
        "http" => Some("to plain http"),
        _ => Some("to no address of http or https"),
    }
}
