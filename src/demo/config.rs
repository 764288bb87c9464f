//! The demo's desk: its config is TOML like any other, so that `demo` shows what a config can do.

use std::io;
use std::net::SocketAddr;
use std::path::Path;

use crate::config::{self, Config};

/// The session key that the site knows; it takes any other for one that is over.
pub const KEY: &str = "4710938";

/// The representative who is away: `Rowan Ashby (away)` in `desk.toml`.
pub(super) const AWAY: u64 = 27;

const DESK: &str = include_str!("desk.toml");

/// The demo's config, for a site that listens at `address`.
///
/// Errors: `InvalidData`, were there something wrong with the text that is compiled in.
pub(super) fn at(address: SocketAddr) -> io::Result<Config> {
    let text = DESK.replace("{url}", &format!("http://{address}"));
    config::from_text(&text, Path::new("desk.toml")).map_err(|problems| io::Error::new(io::ErrorKind::InvalidData, problems))
}
