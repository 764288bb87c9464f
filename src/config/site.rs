//! `[site]` and `[network]`: the help desk's public site and the connection to it.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::{Dialect, Proxy};
use crate::clean::Clean;
use crate::session::FixedParameter;
use crate::ways::CodeWay;

/// The public site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteConfig {
    /// The help desk's name on the screen.
    pub name: Clean,
    /// https, or http on a loopback address. A path prefix ends in `/`. No user, query or fragment.
    pub url: Url,
    /// The parameter names of the request.
    pub dialect: Dialect,
    /// Joined to `url`. A leading `/` is relative to the prefix.
    pub path: String,
    pub method: Method,
    /// `start-session` only.
    pub platform: Option<Clean>,
    /// `session_key.skip_confirm`: the ways whose requests ask the site to skip its own
    /// confirmation of the code. `start-session` only.
    pub skip_confirm: Vec<&'static CodeWay>,
    /// `[[site.parameter]]`, in file order. No name occurs twice with one way.
    pub parameters: Vec<FixedParameter>,
    /// Visible ASCII.
    pub user_agent: String,
    /// Whom to call, in the operator's words.
    pub contact: Option<Clean>,
    /// The help desk's page for a customer's own device, shown if the request itself does not fit
    /// into a link. Like `url`, but the path is as written, and a query or fragment is
    /// allowed.
    pub handoff_url: Url,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET while the whole URL is at most 4,096 bytes, else POST.
    Auto,
    /// Always GET.
    Get,
    /// Always POST, as a form.
    Post,
}

/// The connection to the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkConfig {
    /// A file with additional certificates (PEM, DER or PKCS#7; D17): an absolute path, or one relative to the
    /// working directory.
    pub ca_file: Option<PathBuf>,
    /// How the site and its redirect targets are reached, including loopback addresses.
    pub proxy: Proxy,
    /// Hosts, in lower case, that an https redirect may lead to in addition to the site's own.
    pub redirect_hosts: Vec<String>,
    /// For one connection, including TLS.
    pub connect_timeout: Duration,
    /// For a silence at any later point.
    pub stall_timeout: Duration,
    /// For the whole download of one session.
    pub total_timeout: Duration,
    /// How many more attempts are made if no session can have started yet (D9).
    pub retries: u32,
}
