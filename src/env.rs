//! The environment that the program was started with. `main` reads it once and hands it down; no other code asks the system.

use std::ffi::{OsStr, OsString};

/// Names and values, as the system had them at the start.
pub type Environment<'a> = &'a [(OsString, OsString)];

/// The value of a variable. An empty one counts as none.
pub(crate) fn variable<'a>(environment: Environment<'a>, name: &str) -> Option<&'a OsStr> {
    value(environment, name).filter(|value| !value.is_empty())
}

/// Looks variables up, empty ones too.
pub(crate) fn lookup(environment: Environment<'_>) -> impl Fn(&str) -> Option<OsString> {
    |name| value(environment, name).map(OsStr::to_owned)
}

/// As [`lookup`], for text: a value that is not UTF-8 counts as none.
pub(crate) fn text_lookup(environment: Environment<'_>) -> impl Fn(&str) -> Option<String> {
    |name| value(environment, name)?.to_str().map(str::to_owned)
}

fn value<'a>(environment: Environment<'a>, name: &str) -> Option<&'a OsStr> {
    environment.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_os_str())
}
