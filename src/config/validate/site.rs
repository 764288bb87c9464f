//! `[site]` and `[network]`: where the site is and how it is contacted.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use toml::Spanned;
use url::{Host, Url};

use super::value_or;
use crate::clean::Clean;
use crate::config::ca_file::{self, CaFileError};
use crate::config::decode::Keyed;
use crate::config::diagnostics::{ConfigErrors, Diagnostics};
use crate::config::{Dialect, Method, NetworkConfig, Proxy, SiteConfig, schema};
use crate::ways::{self, CodeWay};

/// More retries would only keep a customer waiting, because the waits double.
const MAX_RETRIES: u64 = 10;

/// A site without its fixed parameters, and the dialect even if the site is wrong.
pub(super) struct CheckedAddress {
    pub(super) dialect: Dialect,
    /// `None` if the address is wrong, which is reported.
    pub(super) site: Option<SiteConfig>,
}

pub(super) fn site(
    raw: schema::SiteSection,
    codes: &HashMap<&'static str, schema::CodeSection>,
    findings: &mut Diagnostics<'_>,
) -> CheckedAddress {
    // If the dialect is misspelt, assume start-session: it allows everything that connector allows,
    // so no correct key is reported.
    let dialect = raw.dialect.map_or(Dialect::Connector, |dialect| {
        dialect.into_inner().0.unwrap_or(Dialect::StartSession)
    });
    let path = path(raw.path, dialect, findings);
    let user_agent = user_agent(raw.user_agent, findings);
    if let (Some(platform), Dialect::Connector) = (&raw.platform, dialect) {
        let message = "`site.platform` goes only with dialect = \"start-session\": remove it, or set the dialect";
        findings.add(platform.span().start, message);
    }
    let skip_confirm = ways::codes()
        .filter(|way| skips_confirm(way, codes.get(way.section), dialect, findings))
        .collect();
    let url = raw
        .url
        .and_then(|url| address("site.url", &url, checked_address, findings));
    let handoff_url = raw
        .handoff_url
        .and_then(|page| address("site.handoff_url", &page, safe_address, findings));
    let site = url.map(|url| SiteConfig {
        name: value_or(raw.name, || {
            Clean::sanitized(url.host_str().unwrap_or_default(), usize::MAX)
        }),
        handoff_url: handoff_url.unwrap_or_else(|| url.clone()),
        url,
        dialect,
        path,
        method: value_or(raw.method, || Method::Auto),
        platform: raw.platform.map(Spanned::into_inner),
        parameters: Vec::new(),
        skip_confirm,
        user_agent,
        contact: raw.contact.map(Spanned::into_inner),
    });
    CheckedAddress { dialect, site }
}

/// Whether requests with codes of this way ask the site to skip its confirmation. They do unless
/// the config says no.
fn skips_confirm(
    way: &CodeWay,
    raw: Option<&schema::CodeSection>,
    dialect: Dialect,
    findings: &mut Diagnostics<'_>,
) -> bool {
    let skip = raw.and_then(|raw| raw.skip_confirm.as_ref());
    let key = format!("`{}.skip_confirm`", way.section);
    let mut report =
        |skip: &Spanned<bool>, why: &str| findings.add(skip.span().start, format!("{key} {why}"));
    match (skip, dialect) {
        (Some(skip), _) if !way.confirms => report(
            skip,
            "has no effect: the site asks for no confirmation; remove it",
        ),
        (Some(skip), Dialect::Connector) if *skip.get_ref() => {
            report(
                skip,
                "goes only with dialect = \"start-session\": remove it, or set the dialect",
            );
        }
        (Some(_) | None, Dialect::Connector | Dialect::StartSession) => {}
    }
    way.confirms && skip.is_none_or(|skip| *skip.get_ref())
}

/// The address in a key's value, checked by `check`. Problems never quote it, because it may
/// contain a password.
fn address(
    key: &str,
    raw: &Spanned<String>,
    check: fn(&str) -> Result<Url, AddressError>,
    findings: &mut Diagnostics<'_>,
) -> Option<Url> {
    let place = raw.span();
    match check(raw.get_ref()) {
        Ok(url) => Some(url),
        Err(AddressError { part, why }) => {
            findings.add_within(place, part, format!("`{key}` {why}"));
            None
        }
    }
}

/// The wrong part of an address, and what is wrong with it.
struct AddressError {
    part: &'static str,
    why: String,
}

impl AddressError {
    fn part(part: &'static str, why: &str) -> Self {
        Self {
            part,
            why: why.to_owned(),
        }
    }

    fn whole(why: &str) -> Self {
        Self::part("", why)
    }
}

/// The site's own address. Paths are joined to it, so it ends in `/`.
fn checked_address(text: &str) -> Result<Url, AddressError> {
    let mut url = safe_address(text)?;
    if url.query().is_some() {
        return Err(AddressError::part(
            "?",
            "must not have a query: end it before the `?`",
        ));
    }
    if url.fragment().is_some() {
        return Err(AddressError::part(
            "#",
            "must not have a fragment: end it before the `#`",
        ));
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

/// An address that is safe from eavesdropping and contains no password.
fn safe_address(text: &str) -> Result<Url, AddressError> {
    if text.trim().is_empty() {
        return Err(AddressError::whole(
            "is blank: write the site's address, as in \"https://support.example.com\"",
        ));
    }
    Clean::line(text).map_err(|refused| {
        AddressError::whole(&format!(
            "has a character that is not allowed in an address: {refused}"
        ))
    })?;
    let oddity = std::cell::Cell::new(None);
    let url = Url::options()
        .syntax_violation_callback(Some(&|violation| oddity.set(Some(violation))))
        .parse(text)
        .map_err(|error| {
            AddressError::whole(&format!(
                "is not an address ({error}): write it as \"https://support.example.com\""
            ))
        })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::whole("must not have a user or password"));
    }
    if let Some(oddity) = oddity.get() {
        return Err(AddressError::whole(&format!(
            "is not written as an address is ({})",
            oddity.description()
        )));
    }
    match (url.scheme(), is_loopback(&url)) {
        ("https", _) | ("http", true) => Ok(url),
        ("http", false) => Err(AddressError::whole(
            "must begin with https:// (http:// is only for a loopback address, such as 127.0.0.1)",
        )),
        _ => Err(AddressError::whole("must begin with https://")),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A path that can only lead below the site's own address.
fn path(raw: Keyed<String>, dialect: Dialect, findings: &mut Diagnostics<'_>) -> String {
    let Some(raw) = raw else {
        return dialect.path().to_owned();
    };
    let path = raw.get_ref();
    let odd = |c: char| {
        !c.is_ascii_graphic() || matches!(c, '?' | '#' | '\\' | '"' | '<' | '>' | '`' | '{' | '}')
    };
    if !path.starts_with('/') || path.starts_with("//") {
        findings.add(
            raw.span().start,
            "`site.path` must begin with one `/`, such as \"/api/start_session\"",
        );
    } else if let Some(character) = path.chars().find(|c| odd(*c)) {
        let message = "`site.path` has a character that is not allowed in a path: no spaces, `?` or `#`, and others as %XX";
        findings.add_within(raw.span(), character.encode_utf8(&mut [0; 4]), message);
    } else if path.split('/').any(|part| part == "." || part == "..") {
        findings.add(
            raw.span().start,
            "`site.path` may not have `.` or `..` as a part",
        );
    }
    raw.into_inner()
}

fn user_agent(raw: Keyed<String>, findings: &mut Diagnostics<'_>) -> String {
    let Some(raw) = raw else {
        return default_user_agent();
    };
    let text = raw.get_ref();
    if let Some(character) = text.chars().find(|c| !matches!(c, ' '..='~')) {
        let message = "`site.user_agent` may have only ASCII letters, digits and symbols";
        findings.add_within(raw.span(), character.encode_utf8(&mut [0; 4]), message);
    } else if text.is_empty() {
        findings.add(raw.span().start, "`site.user_agent` may not be blank");
    }
    raw.into_inner()
}

/// A browser-like user agent for this system. The site selects the client's platform by it
/// (docs/protocol.md).
fn default_user_agent() -> String {
    let system = match std::env::consts::OS {
        "linux" => "Linux",
        other => other,
    };
    format!(
        "Mozilla/5.0 (X11; {system} {}) support-kiosk/{}",
        std::env::consts::ARCH,
        env!("CARGO_PKG_VERSION")
    )
}

pub(super) fn network(
    raw: schema::NetworkSection,
    folder: &Path,
    locked: bool,
    findings: &mut Diagnostics<'_>,
) -> NetworkConfig {
    let hosts = value_or(raw.redirect_hosts, Vec::new);
    NetworkConfig {
        ca_file: raw.ca_file.map(|file| folder.join(file.into_inner())),
        proxy: proxy(raw.proxy, locked, findings),
        redirect_hosts: hosts
            .iter()
            .filter_map(|host| redirect_host(host, findings))
            .collect(),
        connect_timeout: value_or(raw.connect_timeout, || Duration::from_secs(15)),
        stall_timeout: value_or(raw.stall_timeout, || Duration::from_secs(20)),
        total_timeout: value_or(raw.total_timeout, || Duration::from_secs(15 * 60)),
        retries: retries(raw.retries.as_ref(), findings),
    }
}

/// Reads `network.ca_file` as a session will. If it can't be read, the problem is reported at the
/// key; if its content is wrong, at the place in that file.
pub(super) fn try_ca_file(
    raw: &schema::NetworkSection,
    folder: &Path,
    findings: &mut Diagnostics<'_>,
) -> Result<(), ConfigErrors> {
    let Some(raw) = &raw.ca_file else {
        return Ok(());
    };
    match ca_file::read(&folder.join(raw.get_ref())) {
        Ok(_) => Ok(()),
        Err(CaFileError::Content(problems)) => Err(problems),
        Err(CaFileError::Unreadable(why)) => {
            findings.add(
                raw.span().start,
                format!("`network.ca_file` can't be read: {why}"),
            );
            Ok(())
        }
    }
}

fn proxy(raw: Keyed<Proxy>, locked: bool, findings: &mut Diagnostics<'_>) -> Proxy {
    let Some(raw) = raw else {
        return Proxy::None;
    };
    if locked && *raw.get_ref() == Proxy::Environment {
        let message = "`network.proxy` can't be \"environment\" in lockdown: the user who starts the kiosk could choose the proxy";
        findings.add(raw.span().start, message);
    }
    raw.into_inner()
}

fn redirect_host(raw: &Spanned<String>, findings: &mut Diagnostics<'_>) -> Option<String> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    let host = Some(raw.get_ref())
        .filter(|host| host.chars().all(plain))
        .and_then(|host| Host::parse(host).ok());
    if host.is_none() {
        let message = "`network.redirect_hosts` takes only names of hosts, such as \"downloads.example.com\": no https://, port or path";
        findings.add(raw.span().start, message);
    }
    host.map(|host| host.to_string())
}

fn retries(raw: Option<&Spanned<u64>>, findings: &mut Diagnostics<'_>) -> u32 {
    let Some(raw) = raw else { return 2 };
    if *raw.get_ref() > MAX_RETRIES {
        findings.add(
            raw.span().start,
            format!("`network.retries` must be from 0 to {MAX_RETRIES}"),
        );
    }
    u32::try_from(*raw.get_ref()).unwrap_or_default()
}
