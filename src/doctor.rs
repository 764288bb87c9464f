//! The checks of `support-kiosk doctor`: what weakens or breaks a kiosk on this machine, and how to
//! fix it.
//!
//! ```text
//! MachineView (files below /), environment, config, terminal ─> Vec<Check> ─> text or JSON
//!                      └─ sshd -T: the only program that is run, and only by doctor
//! ```
//!
//! It is a tool for operators, so its texts are in English, next to the checks, and not in the
//! screen's text catalogue. It changes nothing, except that it creates the directory for clients if
//! that is missing, as the kiosk would.

mod account;
pub(crate) mod check;
mod clock;
mod config_file;
mod consoles;
mod display;
mod gettys;
mod kernel;
mod left_over;
mod log;
mod machine;
mod proxy;
pub(crate) mod report;
mod sshd;
mod system;
pub(crate) mod terminal;
mod wayland;
mod x11;

use std::path::Path;
use std::time::SystemTime;
use std::{env, fs};

use self::account::UnixAccount;
use self::check::Check;
use self::config_file::CheckedConfig;
use self::machine::MachineView;
use crate::env::{Environment, lookup, text_lookup};
use crate::sys::ownership::own_account;
use crate::terminal::profile::TerminalProfile;

/// Runs all checks, for the named config, or else the first that exists.
pub(crate) fn checks(
    config: Option<&Path>,
    lockdown: bool,
    environment: Environment<'_>,
) -> Vec<Check> {
    let machine = MachineView::here();
    let accounts = UnixAccount::list(&machine);
    let variable = lookup(environment);
    let kind = TerminalProfile::from_variables(text_lookup(environment));
    let checked = CheckedConfig::find(config, lockdown, &variable);
    let config = checked.as_ref().ok().map(|checked| &checked.config);
    let mut checks = config_file::checks(&checked, environment);
    checks.extend(
        config
            .into_iter()
            .flat_map(|config| display::checks(&machine, config, environment)),
    );
    checks.extend(config.map(|config| log::check(&machine, &config.log, own_account())));
    checks.extend(sshd::checks(&machine, &accounts));
    checks.extend(left_over::check(&machine, &accounts));
    checks.push(account::check(&machine, &accounts));
    checks.extend(consoles::checks(&machine));
    checks.extend(gettys::checks(&machine));
    checks.push(wayland::check(&machine));
    checks.extend(kernel::checks(&machine));
    checks.extend(system::checks(&machine));
    checks.push(clock::check(
        &machine,
        SystemTime::now(),
        installation_time(),
    ));
    checks.push(proxy::check(
        &machine,
        environment,
        config.map(|config| &config.network.proxy),
    ));
    checks.extend(terminal::checks(&machine, terminal::size(), kind));
    checks
}

/// The exit status: 1 if anything is weak or broken and not accepted.
pub(crate) fn status(checks: &[Check]) -> u8 {
    u8::from(checks.iter().any(Check::is_failure))
}

/// When this program's file was last modified.
fn installation_time() -> Option<SystemTime> {
    fs::metadata(env::current_exe().ok()?).ok()?.modified().ok()
}

#[cfg(test)]
mod tests {
    use super::check::{CheckInfo, Severity};
    use super::*;

    #[test]
    fn what_can_not_be_determined_does_not_count() {
        let subject = CheckInfo {
            name: "a",
            why: "b",
        };
        assert_eq!(
            status(&[
                subject.good("c"),
                subject.unknown("c", "d"),
                subject.lacking("c", "d")
            ]),
            0
        );
        for bad in [subject.weak("c", "d"), subject.broken("c", "d")] {
            assert_eq!(status(&[subject.good("c"), bad]), 1);
        }
    }

    #[test]
    fn what_an_operator_accepts_does_not_count_and_nothing_else_changes() {
        let subject = CheckInfo {
            name: "a",
            why: "b",
        };
        let graded = |check: Check, name: &str| check.accept(&[name.to_owned()]).grade;
        for bad in [
            |subject: &CheckInfo| subject.weak("c", "d"),
            |subject: &CheckInfo| subject.broken("c", "d"),
        ] {
            assert_eq!(graded(bad(&subject), "a"), Severity::Accepted);
            assert_eq!(status(&[bad(&subject).accept(&["a".to_owned()])]), 0);
            assert_eq!(status(&[bad(&subject).accept(&["b".to_owned()])]), 1);
        }
        assert_eq!(graded(subject.good("c"), "a"), Severity::Good);
        assert_eq!(graded(subject.unknown("c", "d"), "a"), Severity::Unknown);
        assert_eq!(graded(subject.lacking("c", "d"), "a"), Severity::Lacking);
    }
}
