//! Failpoints: a test makes the program panic or pause at a named point (T8, D14).
//!
//! ```text
//! SUPPORT_KIOSK_PANIC=update:/a/file   once the file exists, `update` panics with the file's text
//! SUPPORT_KIOSK_PAUSE=session:/a/link  while the link exists, `session` pauses
//! SUPPORT_KIOSK_STATE=/a/directory     the state directory, so that no test uses the machine's own
//! ```
//!
//! The test chooses the moment by creating the file. Its text simulates typed text that a panic may
//! repeat. Only the crate's own dev-dependency enables the feature, and it works only in a build
//! with debug assertions: a release build never reads these variables.

pub(crate) use points::{arm, reach, state};

#[cfg(not(all(feature = "failpoints", debug_assertions)))]
mod points {
    use std::ffi::OsString;
    use std::path::PathBuf;

    pub(crate) const fn arm(_environment: &[(OsString, OsString)]) {}

    pub(crate) const fn reach(_name: &str) {}

    pub(crate) const fn state() -> Option<PathBuf> {
        None
    }
}

#[cfg(all(feature = "failpoints", debug_assertions))]
mod points {
    use std::ffi::OsString;
    use std::fs;
    use std::path::PathBuf;
    use std::sync::OnceLock;
    use std::time::Duration;

    /// A point and its trigger file. A link is read by a separate system call, which no test makes
    /// fail.
    struct Failpoint {
        name: String,
        file: PathBuf,
    }

    static PANIC: OnceLock<Failpoint> = OnceLock::new();
    static PAUSE: OnceLock<Failpoint> = OnceLock::new();
    static STATE: OnceLock<PathBuf> = OnceLock::new();

    /// Stores the test's settings before a locked kiosk removes these variables.
    pub(crate) fn arm(environment: &[(OsString, OsString)]) {
        if let Some((_, directory)) = environment
            .iter()
            .find(|(name, _)| name == "SUPPORT_KIOSK_STATE")
        {
            STATE.get_or_init(|| directory.into());
        }
        for (variable, failpoint) in [
            ("SUPPORT_KIOSK_PANIC", &PANIC),
            ("SUPPORT_KIOSK_PAUSE", &PAUSE),
        ] {
            let value = environment
                .iter()
                .find(|(name, _)| name == variable)
                .and_then(|(_, value)| value.to_str());
            if let Some((name, file)) = value.and_then(|value| value.split_once(':')) {
                failpoint.get_or_init(|| Failpoint {
                    name: name.to_owned(),
                    file: file.into(),
                });
            }
        }
    }

    /// The state directory of a test, instead of the machine's.
    pub(crate) fn state() -> Option<PathBuf> {
        STATE.get().cloned()
    }

    /// Pauses or panics if a test has armed this point.
    #[track_caller]
    pub(crate) fn reach(name: &str) {
        let is_here = |failpoint: &&Failpoint| failpoint.name == name;
        while PAUSE
            .get()
            .filter(is_here)
            .is_some_and(|failpoint| fs::read_link(&failpoint.file).is_ok())
        {
            std::thread::sleep(Duration::from_millis(2));
        }
        if let Some(failpoint) = PANIC.get().filter(is_here)
            && let Ok(message) = fs::read_to_string(&failpoint.file)
        {
            panic!("{message}");
        }
    }
}
