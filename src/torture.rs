//! What a test asks for at one point of the program (T8, D14): to panic there, for what is broken then must be broken
//! whole; or to stand still there, until the test has taken hold of the thread and can let its calls of the system fail.
//!
//! ```text
//! SUPPORT_KIOSK_TORTURE=update:/a/file       from when the file is there, `update` panics with what stands in it
//! SUPPORT_KIOSK_HOLD=session:/a/link         for as long as the link is there, `session` stands still
//! SUPPORT_KIOSK_STATE=/a/directory           the state directory, so that no test reads or writes the machine's own
//! ```
//!
//! The file is the moment, which a test chooses. What stands in it stands for what a panic may say that was typed. Nobody
//! but the tests builds this in: the feature is a wish of our own dev-dependency, and without it a point is nothing at all.

pub(crate) use points::{arm, point, state};

#[cfg(not(feature = "torture"))]
mod points {
    use std::ffi::OsString;
    use std::path::PathBuf;

    /// Nothing is asked for.
    pub(crate) const fn arm(_environment: &[(OsString, OsString)]) {}

    /// Nothing happens here.
    pub(crate) const fn point(_name: &str) {}

    /// The machine's own.
    pub(crate) const fn state() -> Option<PathBuf> {
        None
    }
}

#[cfg(feature = "torture")]
mod points {
    use std::ffi::OsString;
    use std::fs;
    use std::path::PathBuf;
    use std::sync::OnceLock;
    use std::time::Duration;

    /// A point, and the file that is the moment. (A link is looked for by a call of its own, which no test makes to fail.)
    struct Wish {
        point: String,
        file: PathBuf,
    }

    static PANIC: OnceLock<Wish> = OnceLock::new();
    static HOLD: OnceLock<Wish> = OnceLock::new();
    static STATE: OnceLock<PathBuf> = OnceLock::new();

    /// Remembers what is asked for: a locked kiosk has no such variable for long.
    pub(crate) fn arm(environment: &[(OsString, OsString)]) {
        if let Some((_, folder)) = environment.iter().find(|(name, _)| name == "SUPPORT_KIOSK_STATE") {
            STATE.get_or_init(|| folder.into());
        }
        for (variable, wish) in [("SUPPORT_KIOSK_TORTURE", &PANIC), ("SUPPORT_KIOSK_HOLD", &HOLD)] {
            let value = environment.iter().find(|(name, _)| name == variable).and_then(|(_, value)| value.to_str());
            if let Some((point, file)) = value.and_then(|value| value.split_once(':')) {
                wish.get_or_init(|| Wish { point: point.to_owned(), file: file.into() });
            }
        }
    }

    /// The state directory of a test, in place of the machine's.
    pub(crate) fn state() -> Option<PathBuf> {
        STATE.get().cloned()
    }

    /// Stands still or panics, if that is what a test wants here and now.
    #[track_caller]
    pub(crate) fn point(name: &str) {
        let here = |wish: &&Wish| wish.point == name;
        while HOLD.get().filter(here).is_some_and(|wish| fs::read_link(&wish.file).is_ok()) {
            std::thread::sleep(Duration::from_millis(2));
        }
        if let Some(wish) = PANIC.get().filter(here)
            && let Ok(message) = fs::read_to_string(&wish.file)
        {
            panic!("{message}");
        }
    }
}
