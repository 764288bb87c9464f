//! The environment of the process. `main` reads it once and passes it on; no other code reads it
//! from the system.

use std::ffi::{OsStr, OsString};

/// Names and values, as they were at start.
pub(crate) type Environment<'a> = &'a [(OsString, OsString)];

/// The value of a variable. An empty value counts as unset.
pub(crate) fn variable<'a>(environment: Environment<'a>, name: &str) -> Option<&'a OsStr> {
    value(environment, name).filter(|value| !value.is_empty())
}

/// Looks up variables, including empty ones.
pub(crate) fn lookup(environment: Environment<'_>) -> impl Fn(&str) -> Option<OsString> {
    |name| value(environment, name).map(OsStr::to_owned)
}

/// Like [`lookup`], for text: a value that is not UTF-8 counts as unset.
pub(crate) fn text_lookup(environment: Environment<'_>) -> impl Fn(&str) -> Option<String> {
    |name| value(environment, name)?.to_str().map(str::to_owned)
}

fn value<'a>(environment: Environment<'a>, name: &str) -> Option<&'a OsStr> {
    environment
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.as_os_str())
}
