//! The config, from the file to what it means, and `check`.

#![expect(clippy::expect_used, reason = "a test that can't be set up has failed")]

mod files;
mod meaning;
mod parameters;
mod problems;

use std::path::Path;

use support_kiosk::config::{self, Config};

/// A desk that uses every section and key that is supported.
const DESK: &str = include_str!("config/desk.toml");

/// The config that a text makes, as from `conf/kiosk.toml`.
fn meant(text: &str) -> Config {
    config::from_text(text, Path::new("conf/kiosk.toml"))
        .unwrap_or_else(|problems| panic!("{problems}\nin\n{text}"))
}

/// Every problem of a text, as lines without the file's name.
fn told(text: &str) -> Vec<String> {
    let Err(problems) = config::from_text(text, Path::new("k")) else {
        return Vec::new();
    };
    problems
        .to_string()
        .lines()
        .map(|line| line.strip_prefix("k:").unwrap_or(line).to_owned())
        .collect()
}
