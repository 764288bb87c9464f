//! The name under which the site serves the client. It often carries the session in it, so a good one is kept, and a bad
//! one never reaches the file system (trust.md D10).

/// The longest name that is kept, in characters.
const LONGEST: usize = 128;

/// The first of these names that can be kept: `[A-Za-z0-9._-]{1,128}`, not led by `.` or `-`.
pub(super) fn kept(names: &[String]) -> Option<String> {
    names.iter().find(|name| is_safe(name)).cloned()
}

fn is_safe(name: &str) -> bool {
    (1..=LONGEST).contains(&name.len())
        && !name.starts_with(['.', '-'])
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}
