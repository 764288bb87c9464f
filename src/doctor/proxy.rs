//! The proxy: the config's, or one in the machine's environment variables that a kiosk may not use.

use super::check::{Check, CheckInfo};
use super::machine::{MachineText, MachineView};
use crate::config::Proxy;
use crate::env::Environment;

const PROXY: CheckInfo = CheckInfo {
    name: "proxy",
    why: "The kiosk takes a proxy from its config and, by default, ignores variables: if the network needs one, no session starts.",
};

/// The variables that programs read, compared without case.
const VARIABLES: [&str; 3] = ["http_proxy", "https_proxy", "all_proxy"];

/// Whether this machine names a proxy, in our environment or in that of logins, while the config
/// sets none. Its value is not shown, because it may contain a password.
pub(super) fn check(
    machine: &MachineView,
    environment: Environment<'_>,
    wanted: Option<&Proxy>,
) -> Check {
    match wanted {
        Some(Proxy::At(address)) => return PROXY.good(&format!("network.proxy is {address}")),
        Some(Proxy::Environment) => return PROXY.good("network.proxy is \"environment\""),
        Some(Proxy::None) | None => {}
    }
    let for_logins = match machine.read("/etc/environment") {
        MachineText::Text(text) => text,
        MachineText::Missing | MachineText::Unreadable(_) => String::new(),
    };
    let for_logins = for_logins
        .lines()
        .filter_map(|line| line.trim_start_matches("export ").split_once('='));
    let ours = environment
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .filter_map(|(name, _)| name.to_str());
    let mut named: Vec<&str> = ours
        .chain(for_logins.map(|(name, _)| name.trim()))
        .filter(|name| is_proxy(name))
        .collect();
    named.sort_unstable();
    named.dedup();
    if named.is_empty() {
        return PROXY.good("no variable names one");
    }
    PROXY.weak(
        &format!("named by {}", named.join(", ")),
        "check whether the site can be reached without it; else set network.proxy in the config",
    )
}

fn is_proxy(name: &str) -> bool {
    VARIABLES
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::super::check::Severity::{Good, Weak};
    use super::super::machine::fake::Thing::{Text, Unreadable};
    use super::super::machine::fake::machine;
    use super::*;
    use crate::config::ProxyAddress;

    #[test]
    fn a_proxy_is_named_by_its_variable_and_its_value_stays_unsaid() {
        let (_folder, bare) = machine(&[]);
        let set = [
            ("HTTPS_PROXY".into(), "http://u:canary@p".into()),
            ("http_proxy".into(), "".into()),
            ("NO_PROXY".into(), "a".into()),
        ];
        let ours = check(&bare, &set, Some(&Proxy::None));
        assert_eq!(
            (ours.grade, ours.found.as_str()),
            (Weak, "named by HTTPS_PROXY")
        );
        assert_eq!(check(&bare, &set[1..], None).grade, Good);
        let (_folder, logins) = machine(&[(
            "/etc/environment",
            Text("LANG=C\nexport all_proxy=socks://canary\n"),
        )]);
        assert_eq!(check(&logins, &[], None).found, "named by all_proxy");
        let (_folder, unreadable) = machine(&[("/etc/environment", Unreadable)]);
        assert_eq!(check(&unreadable, &[], None).grade, Good);
    }

    #[test]
    fn the_proxy_in_the_config_is_reported_without_its_password() {
        let (_folder, bare) = machine(&[]);
        let set = [("HTTPS_PROXY".into(), "http://p".into())];
        let at = Proxy::At(
            ProxyAddress::parse("http://u:canary@proxy.example.com:3128").expect("an address"),
        );
        let named = check(&bare, &set, Some(&at));
        assert_eq!(
            (named.grade, named.found.as_str()),
            (Good, "network.proxy is proxy.example.com:3128")
        );
        assert_eq!(check(&bare, &set, Some(&Proxy::Environment)).grade, Good);
    }
}
