//! Hardens the process of a locked kiosk, against its environment and against other programs of the
//! account (K2, K5, K6).
//!
//! ```text
//! environment ─> only the kept names     a remote user cannot influence a library
//! process     ─> not dumpable, no core   customer data is neither traced nor written to a file
//!             ─> no new privileges       a client cannot run setuid programs, which we cannot kill
//! ```

use std::env;
use std::ffi::{OsStr, OsString};

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use rustix::thread::set_no_new_privs;

use crate::config::Config;
use crate::env::Environment;

/// The environment variables that a locked kiosk keeps, besides `LC_*`.
const KEPT_VARIABLES: [&str; 5] = ["TERM", "COLORTERM", "NO_COLOR", "LANG", "SSH_CONNECTION"];

/// Drops variables and hardens the process. Must be called by the main thread before any other
/// thread starts.
pub(crate) fn lock_down() {
    for (name, _) in env::vars_os().filter(|(name, _)| !is_kept(name) && is_visible_to_getenv(name))
    {
        #[expect(unsafe_code, reason = "libraries must not see these variables")]
        // SAFETY: no other thread exists that could read the environment at the same time.
        unsafe {
            env::remove_var(name);
        }
    }
    harden();
}

/// Denies debuggers and core files to accounts other than root. Denies new privileges (setuid) to
/// this thread and to all that it starts from now on, because we could not kill a process of
/// another account (K6). Where the system supports none of this, the kiosk continues without it.
pub(super) fn harden() {
    let _no_new_privs = set_no_new_privs(true);
    let _undumpable = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let _no_core = setrlimit(
        Resource::Core,
        Rlimit {
            current: Some(0),
            maximum: Some(0),
        },
    );
}

/// The environment for sessions with this config: in lockdown only the kept variables and those in
/// `launch.environment`.
pub(super) fn session_environment(
    config: &Config,
    environment: Environment<'_>,
) -> Vec<(OsString, OsString)> {
    let passed = |name: &OsStr| {
        config
            .launch
            .environment
            .iter()
            .any(|passed| name == passed.as_str())
    };
    let wanted = |name: &OsStr| !config.kiosk.lockdown || is_kept(name) || passed(name);
    environment
        .iter()
        .filter(|(name, _)| wanted(name))
        .cloned()
        .collect()
}

fn is_kept(name: &OsStr) -> bool {
    KEPT_VARIABLES.iter().any(|kept| name == *kept)
        || name.to_str().is_some_and(|name| name.starts_with("LC_"))
}

/// Whether `getenv` could find this name. A parent process can pass other names, which cannot be
/// removed.
fn is_visible_to_getenv(name: &OsStr) -> bool {
    !name.as_encoded_bytes().contains(&b'=')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::out_of_service;

    #[test]
    fn k5_in_lockdown_a_session_sees_what_is_kept_and_what_the_config_passes() {
        let names = [
            "TERM",
            "LC_ALL",
            "LANG",
            "DISPLAY",
            "LD_PRELOAD",
            "PATH",
            "HOME",
            "TMPDIR",
            "https_proxy",
            "LC",
            "XTERM",
        ];
        let environment: Vec<(OsString, OsString)> =
            names.iter().map(|name| (name.into(), "x".into())).collect();
        let mut config = out_of_service();
        let seen = |config: &Config| -> Vec<String> {
            session_environment(config, &environment)
                .iter()
                .map(|(name, _)| name.to_string_lossy().into_owned())
                .collect()
        };
        assert_eq!(seen(&config), ["TERM", "LC_ALL", "LANG", "DISPLAY"]);
        config.kiosk.lockdown = false;
        assert_eq!(seen(&config), names);
    }
}
