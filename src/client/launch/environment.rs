//! The environment variables of a client, in layers. A later layer overrides an earlier one.
//!
//! ```text
//! HOME USER LOGNAME SHELL PATH LANG TMPDIR  always: self-extracting clients need them
//! launch.environment                        copied from our own environment, by name
//! XAUTHORITY                                ~/.Xauthority, if only DISPLAY is set
//! launch.set                                fixed by the operator
//! ```
//!
//! Nothing else in our environment reaches a client (K6).

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use nix::unistd::{Uid, User};

use crate::client::session_dir::{self, ClientDirectories};
use crate::config::{ClientHome, LaunchConfig};
use crate::env::{Environment, variable};
use crate::failure::{Failure, Fault};

/// Where a self-extracting client finds the shells and tools that it calls.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";
const SHELL: &str = "/bin/sh";
/// The locale if our environment has none.
const LANG: &str = "C.UTF-8";

pub(super) type Variables = BTreeMap<OsString, OsString>;

/// All variables of a client with these directories.
pub(super) fn variables(
    launch: &LaunchConfig,
    environment: Environment<'_>,
    directories: &ClientDirectories,
) -> Variables {
    let user = account_name();
    let lang = variable(environment, "LANG").unwrap_or(OsStr::new(LANG));
    let base: [(&str, &OsStr); 7] = [
        ("HOME", directories.home.as_os_str()),
        ("USER", &user),
        ("LOGNAME", &user),
        ("SHELL", OsStr::new(SHELL)),
        ("PATH", OsStr::new(PATH)),
        ("LANG", lang),
        ("TMPDIR", directories.tmp.as_os_str()),
    ];
    let base = base.map(|(name, value)| (name.into(), value.to_owned()));
    base.into_iter()
        .chain(configured(launch, environment))
        .collect()
}

/// The variables that the config decides, those for a display included.
pub(super) fn configured(launch: &LaunchConfig, environment: Environment<'_>) -> Variables {
    let passed = |name: &String| {
        Some((
            OsString::from(name),
            variable(environment, name)?.to_owned(),
        ))
    };
    let mut variables: Variables = launch.environment.iter().filter_map(passed).collect();
    let set = launch
        .set
        .iter()
        .map(|(name, value)| (name.into(), value.into()));
    variables.extend(set);
    if variables.contains_key(OsStr::new("DISPLAY"))
        && !variables.contains_key(OsStr::new("XAUTHORITY"))
        && let Some(cookies) = cookie_file(environment)
    {
        variables.insert("XAUTHORITY".into(), cookies.into());
    }
    variables
}

/// The account's home directory, if `launch.home` gives it to clients. Fails if a client could not
/// use it.
pub(super) fn shared_home(
    launch: &LaunchConfig,
    environment: Environment<'_>,
) -> Result<Option<PathBuf>, Failure> {
    match launch.home {
        ClientHome::Private => Ok(None),
        ClientHome::User => {
            let home =
                account_home(environment).ok_or(Failure::with_subject(Fault::NoFolder, "HOME"))?;
            session_dir::look_at_home(&home).map(|()| Some(home))
        }
    }
}

/// The default location of the X cookie, for a display without `XAUTHORITY`. sshd and startx use
/// it.
fn cookie_file(environment: Environment<'_>) -> Option<PathBuf> {
    account_home(environment)
        .map(|home| home.join(".Xauthority"))
        .filter(|cookies| cookies.is_file())
}

/// `HOME`, or the home directory in the passwd database: a locked kiosk drops `HOME` from its
/// environment.
fn account_home(environment: Environment<'_>) -> Option<PathBuf> {
    let home = variable(environment, "HOME").map(PathBuf::from);
    home.or_else(|| Some(account()?.dir))
        .filter(|home| home.is_absolute())
}

/// The account's name, or its number if the passwd database does not have it.
fn account_name() -> OsString {
    account()
        .map_or_else(|| Uid::effective().to_string(), |account| account.name)
        .into()
}

fn account() -> Option<User> {
    User::from_uid(Uid::effective()).ok().flatten()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::config::out_of_service;

    fn launch() -> LaunchConfig {
        out_of_service().launch
    }

    fn set(variables: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
        variables
            .iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect()
    }

    #[test]
    fn k6_a_client_has_the_base_what_is_passed_and_what_is_set() {
        let environment = set(&[
            ("PATH", "/evil"),
            ("LANG", "nb_NO.UTF-8"),
            ("A", "ours"),
            ("B", "ours"),
            ("SECRET", "1"),
        ]);
        let launch = LaunchConfig {
            environment: ["A", "B", "NOT_SET"].map(str::to_owned).to_vec(),
            set: vec![
                ("B".to_owned(), "fixed".to_owned()),
                ("SHELL".to_owned(), "/bin/bash".to_owned()),
            ],
            ..launch()
        };
        let directories = ClientDirectories {
            home: "/visit/.home".into(),
            tmp: "/visit/.tmp".into(),
        };
        let mut variables = variables(&launch, &environment, &directories);
        let user = variables.remove(OsStr::new("USER"));
        assert!(
            user.is_some() && variables.remove(OsStr::new("LOGNAME")) == user,
            "{user:?}"
        );
        let expected = set(&[
            ("A", "ours"),
            ("B", "fixed"),
            ("HOME", "/visit/.home"),
            ("LANG", "nb_NO.UTF-8"),
            ("PATH", PATH),
            ("SHELL", "/bin/bash"),
            ("TMPDIR", "/visit/.tmp"),
        ]);
        assert_eq!(variables.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_cookie_in_the_accounts_home_goes_with_a_display() {
        let home = tempfile::tempdir().expect("a directory");
        let cookies = home.path().join(".Xauthority");
        let found = |variables: &[(&str, &str)]| {
            let environment = [set(variables), vec![("HOME".into(), home.path().into())]].concat();
            configured(&launch(), &environment).remove(OsStr::new("XAUTHORITY"))
        };
        assert_eq!(
            found(&[("DISPLAY", "localhost:10.0")]),
            None,
            "there is no such file"
        );
        fs::write(&cookies, "").expect("written");
        assert_eq!(
            found(&[("DISPLAY", "localhost:10.0")]),
            Some(cookies.clone().into())
        );
        assert_eq!(
            found(&[("DISPLAY", ":0"), ("XAUTHORITY", "/run/x")]),
            Some("/run/x".into()),
            "our own XAUTHORITY is kept"
        );
        assert_eq!(
            found(&[("WAYLAND_DISPLAY", "wayland-0")]),
            None,
            "no X display"
        );
    }
}
