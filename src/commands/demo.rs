//! `support-kiosk demo`: the kiosk with the built-in site, or only that site.

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::thread;

use super::{kiosk, told};
use crate::cli;
use crate::config::{Config, Dialect};
use crate::demo::{Pace, Site};
use crate::env::Environment;
use crate::failure::{Exit, Fault};
use crate::runtime::Opening;
use crate::text::EN;
use crate::ways;

pub(super) fn run(demo: &cli::Demo, environment: Environment<'_>) -> u8 {
    let listen = demo.listen.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    match Site::start(listen, Pace::TO_BE_SEEN) {
        Ok(site) if demo.site_only => serve(&site),
        Ok(site) => {
            let opening = Opening { config: Config::clone(&site.config()), trouble: None, source: None };
            kiosk::run(opening, None, environment)
        }
        Err(error) => {
            told(&format!("The demo site can't listen at {listen}: {error}."));
            told("Choose another address with --listen, or a port that is free.");
            Exit::Unreachable as u8
        }
    }
}

/// Runs only the site, until a signal ends the program.
fn serve(site: &Site) -> u8 {
    let address = site.address();
    let printed = writeln!(io::stdout(), "http://{address}").and_then(|()| io::stdout().flush());
    if printed.is_err() {
        return Fault::CannotWrite.exit() as u8;
    }
    let path = Dialect::Connector.path();
    for way in ways::codes() {
        told(&format!("A request by {}: http://{address}{path}?{}={}", (way.text)(&EN).name, way.connector, way.demo));
    }
    told("Ctrl-C ends it.");
    loop {
        thread::park();
    }
}
