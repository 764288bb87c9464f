//! The demo's config. It is TOML like any other, so `demo` shows what a config can do.

use std::io;
use std::net::SocketAddr;
use std::path::Path;

use crate::config::{self, Config};
use crate::ways;

/// The absent representative: `Rowan Ashby (away)` in `desk.toml`.
pub(super) const AWAY: u64 = 27;

const TEMPLATE: &str = include_str!("desk.toml");

/// The demo's config, for a site at `address`.
///
/// Errors: `InvalidData` if the compiled-in text were invalid.
pub(super) fn for_address(address: SocketAddr) -> io::Result<Config> {
    let text = TEMPLATE.replace("{url}", &format!("http://{address}"));
    let config = config::from_text(&text, Path::new("desk.toml"));
    let config = config.map(|config| Config {
        ways: ways::ALL.to_vec(),
        ..config
    });
    config.map_err(|problems| io::Error::new(io::ErrorKind::InvalidData, problems))
}
