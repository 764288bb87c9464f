//! The demo's config. It is TOML like any other, so `demo` shows what a config can do.

use std::io;
use std::net::SocketAddr;
use std::path::Path;

use crate::config::{self, Config};

/// The only valid session key; any other counts as expired.
pub const KEY: &str = "4710938";

/// The absent representative: `Rowan Ashby (away)` in `desk.toml`.
pub(super) const AWAY: u64 = 27;

const DESK: &str = include_str!("desk.toml");

/// The demo's config, for a site at `address`.
///
/// Errors: `InvalidData` if the compiled-in text were invalid.
pub(super) fn at(address: SocketAddr) -> io::Result<Config> {
    let text = DESK.replace("{url}", &format!("http://{address}"));
    config::from_text(&text, Path::new("desk.toml")).map_err(|problems| io::Error::new(io::ErrorKind::InvalidData, problems))
}
