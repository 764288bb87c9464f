//! `support-kiosk demo`: the kiosk with the built-in site, or only that site.

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::thread;

use super::{eprint_line, kiosk};
use crate::cli;
use crate::config::{Config, Dialect};
use crate::demo::{DemoSite, ResponsePace};
use crate::env::Environment;
use crate::failure::{Exit, Fault};
use crate::runtime::Startup;
use crate::text::EN;
use crate::ways;

pub(super) fn run(demo: &cli::DemoArgs, environment: Environment<'_>) -> u8 {
    let listen = demo
        .listen
        .unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    match DemoSite::start(listen, ResponsePace::WATCHABLE) {
        Ok(site) if demo.site_only => serve(&site),
        Ok(site) => {
            let opening = Startup {
                config: Config::clone(&site.config()),
                config_errors: None,
                source: None,
            };
            kiosk::run(opening, None, environment)
        }
        Err(error) => {
            eprint_line(&format!("The demo site can't listen at {listen}: {error}."));
            eprint_line("Choose another address with --listen, or a port that is free.");
            Exit::Unreachable as u8
        }
    }
}

/// Runs only the site, until a signal ends the program.
fn serve(site: &DemoSite) -> u8 {
    let address = site.address();
    let printed = writeln!(io::stdout(), "http://{address}").and_then(|()| io::stdout().flush());
    if printed.is_err() {
        return Fault::CannotWrite.exit() as u8;
    }
    let path = Dialect::Connector.path();
    for way in ways::codes() {
        eprint_line(&format!(
            "A request by {}: http://{address}{path}?{}={}",
            (way.text)(&EN).name,
            way.connector,
            way.demo_code
        ));
    }
    eprint_line("Ctrl-C ends it.");
    loop {
        thread::park();
    }
}
