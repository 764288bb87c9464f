//! Panics that a test asks for, one point of the program at a time (trust.md T8): what is broken then must be broken whole.
//!
//! ```text
//! SUPPORT_KIOSK_TORTURE=update:/a/file       from when the file is there, `update` panics with what stands in it
//! ```
//!
//! The file is the moment, which a test chooses by making it. What stands in it stands for what a panic may say that was
//! typed. Nobody but the tests builds this in: the feature is a wish of our own dev-dependency, and without it a point is
//! nothing at all.

pub(crate) use points::{arm, point};

#[cfg(not(feature = "torture"))]
mod points {
    use std::ffi::OsString;

    /// Nothing is asked for.
    pub(crate) const fn arm(_environment: &[(OsString, OsString)]) {}

    /// Nothing happens here.
    pub(crate) const fn point(_name: &str) {}
}

#[cfg(feature = "torture")]
mod points {
    use std::ffi::OsString;
    use std::fs;
    use std::sync::OnceLock;

    const VARIABLE: &str = "SUPPORT_KIOSK_TORTURE";

    static ASKED_FOR: OnceLock<(String, String)> = OnceLock::new();

    /// Remembers what is asked for: a locked kiosk has no such variable for long.
    pub(crate) fn arm(environment: &[(OsString, OsString)]) {
        let value = environment.iter().find(|(name, _)| name == VARIABLE).and_then(|(_, value)| value.to_str());
        if let Some((point, file)) = value.and_then(|value| value.split_once(':')) {
            ASKED_FOR.get_or_init(|| (point.to_owned(), file.to_owned()));
        }
    }

    /// Panics, if that is what a test wants here and now.
    #[track_caller]
    pub(crate) fn point(name: &str) {
        if let Some((_, file)) = ASKED_FOR.get().filter(|(point, _)| point == name)
            && let Ok(message) = fs::read_to_string(file)
        {
            panic!("{message}");
        }
    }
}
