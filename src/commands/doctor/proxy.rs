//! A proxy that the machine's environment names.

use super::check::{Check, Subject};
use super::machine::{Machine, Text};
use crate::connect::Environment;

const PROXY: Subject = Subject {
    name: "proxy",
    matters: "The kiosk in lockdown takes no proxy from variables: where the network needs one, no session starts.",
};

/// The names that programs know, compared without case.
const VARIABLES: [&str; 3] = ["http_proxy", "https_proxy", "all_proxy"];

/// Whether one is named, in our own environment or in the one that logins get. What it is stays unsaid: it may have a password
/// in it.
pub(super) fn check(machine: &Machine, environment: Environment<'_>) -> Check {
    let for_logins = match machine.read("/etc/environment") {
        Text::Is(text) => text,
        Text::Missing | Text::Unreadable(_) => String::new(),
    };
    let for_logins = for_logins.lines().filter_map(|line| line.trim_start_matches("export ").split_once('='));
    let ours = environment.iter().filter(|(_, value)| !value.is_empty()).filter_map(|(name, _)| name.to_str());
    let mut named: Vec<&str> = ours.chain(for_logins.map(|(name, _)| name.trim())).filter(|name| is_proxy(name)).collect();
    named.sort_unstable();
    named.dedup();
    if named.is_empty() {
        return PROXY.good("no variable names one");
    }
    PROXY.weak(
        &format!("named by {}", named.join(", ")),
        "see whether the site can be reached without; else set network.proxy in the config",
    )
}

fn is_proxy(name: &str) -> bool {
    VARIABLES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::super::check::Grade::{Good, Weak};
    use super::super::machine::fake::Thing::{Text, Unreadable};
    use super::super::machine::fake::machine;
    use super::*;

    #[test]
    fn a_proxy_is_named_by_its_variable_and_its_value_stays_unsaid() {
        let (_folder, bare) = machine(&[]);
        let set = [
            ("HTTPS_PROXY".into(), "http://u:canary@p".into()),
            ("http_proxy".into(), "".into()),
            ("NO_PROXY".into(), "a".into()),
        ];
        let ours = check(&bare, &set);
        assert_eq!((ours.grade, ours.found.as_str()), (Weak, "named by HTTPS_PROXY"));
        assert_eq!(check(&bare, &set[1..]).grade, Good);
        let (_folder, logins) = machine(&[("/etc/environment", Text("LANG=C\nexport all_proxy=socks://canary\n"))]);
        assert_eq!(check(&logins, &[]).found, "named by all_proxy");
        let (_folder, unreadable) = machine(&[("/etc/environment", Unreadable)]);
        assert_eq!(check(&unreadable, &[]).grade, Good);
    }
}
