//! Where a redirect may lead (trust.md D1): the site itself, or a host that the operator trusts, by a bare GET.

use reqwest::StatusCode;
use reqwest::header::HeaderValue;
use url::Url;

use crate::config::Config;
use crate::failure::{Failure, Fault};

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
) -> Result<Url, Failure> {
    let mut base = from.clone();
    base.set_query(None);
    let text = std::str::from_utf8(location.as_bytes()).unwrap_or_default();
    let url = base.join(text).map_err(|_| Failure::from(Fault::RedirectRefused))?;
    let wants_the_form = form_was_sent && matches!(status.as_u16(), 307 | 308);
    if !wants_the_form && is_trusted(config, &url) {
        return Ok(url);
    }
    Err(url.host_str().map_or(Fault::RedirectRefused.into(), |host| Failure::about(Fault::RedirectRefused, host)))
}

fn is_trusted(config: &Config, url: &Url) -> bool {
    let without_login = url.username().is_empty() && url.password().is_none();
    // An http site is on a loopback address, or the config would not have passed.
    let same_origin = matches!(url.scheme(), "https" | "http") && url.origin() == config.site.url.origin();
    let named = url.scheme() == "https"
        && url.host_str().is_some_and(|host| config.network.redirect_hosts.iter().any(|named| named == host));
    without_login && (same_origin || named)
}
