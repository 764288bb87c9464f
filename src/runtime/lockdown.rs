//! What a locked kiosk takes from its own process: what others left in it, and what others could take out of it
//! (K2, K5, K6).
//!
//! ```text
//! the environment ──> the names that are kept          so that no library is steered by who connected
//! the process     ──> not dumpable, no core            so that what was typed is neither traced nor left in a file
//!                 ──> no new privileges                so that what a client starts never has a right by which it outlives us
//! ```

use std::env;
use std::ffi::{OsStr, OsString};

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use rustix::thread::set_no_new_privs;

use crate::config::Config;
use crate::env::Environment;

/// The variables that a locked kiosk keeps for itself, beside `LC_*`.
const KEPT: [&str; 5] = ["TERM", "COLORTERM", "NO_COLOR", "LANG", "SSH_CONNECTION"];

/// Locks the process. To be called in `main`'s own thread before there is any other.
pub fn close() {
    for (name, _) in env::vars_os().filter(|(name, _)| !is_kept(name) && can_be_asked_for(name)) {
        #[expect(unsafe_code, reason = "what is not in the environment steers no library")]
        // SAFETY: there is no other thread yet that could read the environment meanwhile.
        unsafe {
            env::remove_var(name);
        }
    }
    harden();
}

/// Takes what a debugger and a core file would show from whoever is not root; and from all that is started from now on by this
/// thread, and by those that it starts, every way to become somebody else (setuid), whom we could not end (K6).
/// Nothing is lost where the system can't.
pub(super) fn harden() {
    let _nobody_else = set_no_new_privs(true);
    let _undumpable = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let _no_core = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}

/// What this config's sessions see of the environment: in lockdown the kept variables and those of `launch.environment`.
pub(super) fn environment_of(config: &Config, environment: Environment<'_>) -> Vec<(OsString, OsString)> {
    let passed = |name: &OsStr| config.launch.environment.iter().any(|passed| name == passed.as_str());
    let wanted = |name: &OsStr| !config.kiosk.lockdown || is_kept(name) || passed(name);
    environment.iter().filter(|(name, _)| wanted(name)).cloned().collect()
}

fn is_kept(name: &OsStr) -> bool {
    KEPT.iter().any(|kept| name == *kept) || name.to_str().is_some_and(|name| name.starts_with("LC_"))
}

/// Whether a library could look it up. What whoever starts a program hands it may have other names, which can't be removed.
fn can_be_asked_for(name: &OsStr) -> bool {
    !name.as_encoded_bytes().contains(&b'=')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::out_of_service;

    #[test]
    fn k5_in_lockdown_a_session_sees_what_is_kept_and_what_the_config_passes() {
        let names = ["TERM", "LC_ALL", "LANG", "DISPLAY", "LD_PRELOAD", "PATH", "HOME", "TMPDIR", "https_proxy", "LC", "XTERM"];
        let environment: Vec<(OsString, OsString)> = names.iter().map(|name| (name.into(), "x".into())).collect();
        let mut config = out_of_service();
        let seen = |config: &Config| -> Vec<String> {
            environment_of(config, &environment).iter().map(|(name, _)| name.to_string_lossy().into_owned()).collect()
        };
        assert_eq!(seen(&config), ["TERM", "LC_ALL", "LANG", "DISPLAY"]);
        config.kiosk.lockdown = false;
        assert_eq!(seen(&config), names);
    }
}
