//! Whether a client can open a window, and whether the representative could see the screen.
//!
//! The kiosk itself only checks that a display is set. This check contacts the X server, with the
//! cookie that the client would use.

use std::ffi::OsStr;

use super::check::{Check, CheckInfo};
use super::machine::MachineView;
use super::x11::{self, X11Error};
use crate::client;
use crate::config::{Config, Mode};
use crate::env::Environment;
use crate::text::EN;

const DISPLAY: CheckInfo = CheckInfo {
    name: "display",
    why: "A client opens a window. Where it can't, visitors get a link for another device.",
};
const SHARING: CheckInfo = CheckInfo {
    name: "screen-sharing",
    why: "The vendor's client shares a Wayland screen only in part: a helper may see only black.",
};

pub(super) fn checks(
    machine: &MachineView,
    config: &Config,
    environment: Environment<'_>,
) -> [Check; 2] {
    [
        display(machine, config, environment),
        sharing(config, environment),
    ]
}

/// Why no window is needed. `None` if one is.
fn without_window(config: &Config) -> Option<&'static str> {
    match config.launch.mode {
        Mode::Link | Mode::Save => Some("none needed: no client runs here"),
        Mode::Auto | Mode::Run => {
            (!config.launch.needs_display).then_some("none needed: launch.needs_display is off")
        }
    }
}

fn display(machine: &MachineView, config: &Config, environment: Environment<'_>) -> Check {
    if let Some(why) = without_window(config) {
        return DISPLAY.good(why);
    }
    let name = client_variable(config, environment, "DISPLAY");
    let name = name.as_deref();
    let authority = client_variable(config, environment, "XAUTHORITY");
    let answer = name.map(|name| x11::try_connect(machine, name, authority.as_deref()));
    let Err(missing) = client::check_display(config, environment) else {
        return match (name, answer) {
            (Some(name), Some(Ok(()))) => DISPLAY.good(&format!("X11 on {name}: a window opens")),
            (Some(name), Some(Err(error))) if client::has_wayland(config, environment) => DISPLAY
                .weak(
                    &format!("only Wayland: {}", describe_error(&error, name)),
                    fix(&error),
                ),
            (Some(name), Some(Err(error))) => {
                DISPLAY.broken(&describe_error(&error, name), fix(&error))
            }
            (Some(_) | None, _) => DISPLAY.good("Wayland"),
        };
    };
    let error = name
        .zip(answer.and_then(Result::err))
        .map(|(name, error)| describe_error(&error, name));
    let found = match error {
        Some(error) => format!("none, as seen from here: {error}"),
        None => format!(
            "none, as seen from here. {}",
            EN.of_fault(missing.fault).staff
        ),
    };
    match config.launch.mode {
        Mode::Run => DISPLAY.broken(&found, "run this inside the kiosk's own session; else launch.mode = \"auto\""),
        Mode::Auto | Mode::Link | Mode::Save => {
            DISPLAY.weak(&found, "run this inside the kiosk's own session; where links are meant, launch.mode = \"link\"")
        }
    }
}

fn sharing(config: &Config, environment: Environment<'_>) -> Check {
    if let Some(why) = without_window(config) {
        return SHARING.good(why);
    }
    let is = |name: &str, is: fn(&OsStr) -> bool| {
        environment
            .iter()
            .any(|(known, value)| known == name && is(value))
    };
    let is_wayland = is("WAYLAND_DISPLAY", |name| !name.is_empty())
        || is("XDG_SESSION_TYPE", |kind| kind == "wayland");
    if !is_wayland {
        return SHARING.good("no Wayland here");
    }
    SHARING.weak(
        "a Wayland session, even if X11 programs open windows in it",
        "use an X11 session: packaging/README.md has one",
    )
}

/// A variable that the client needs to find its display.
fn client_variable(config: &Config, environment: Environment<'_>, name: &str) -> Option<String> {
    client::client_variable(config, environment, name)?
        .into_string()
        .ok()
}

fn describe_error(error: &X11Error, display: &str) -> String {
    match error {
        X11Error::NoDisplay => format!("DISPLAY is {display}, which names no display"),
        X11Error::NoServer(why) => format!("no X server answers on {display}: {why}"),
        X11Error::NoAnswer(why) => {
            format!("something other than an X server answers on {display}: {why}")
        }
        X11Error::NoCookie { why } => {
            format!("the X server on {display} requires a cookie, and {why}")
        }
        X11Error::Refused(words) => {
            format!("the X server on {display} does not accept the cookie: {words}")
        }
    }
}

fn fix(error: &X11Error) -> &'static str {
    match error {
        X11Error::NoDisplay | X11Error::NoServer(_) | X11Error::NoAnswer(_) => {
            "run this inside the kiosk's own session; over SSH, connect with ssh -Y, from where a window can open"
        }
        X11Error::NoCookie { .. } => {
            "run this inside the kiosk's own session, whose XAUTHORITY names the file; over SSH, install xauth here and connect with ssh -Y"
        }
        X11Error::Refused(_) => {
            "run this inside the kiosk's own session; a cookie of ssh -X expires after 20 minutes (ForwardX11Timeout): connect with ssh -Y"
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::net::UnixListener;
    use std::path::Path;

    use super::super::check::Severity::{self, Broken, Good, Weak};
    use super::super::x11::fake::{ACCEPTED, REFUSED, by_tcp, entry_for};
    use super::*;
    use crate::config;

    fn config(launch: &str) -> Config {
        let text = format!("[site]\nurl = \"https://support.example.com\"\n[launch]\n{launch}\n");
        config::from_text(&text, Path::new("kiosk.toml")).expect("a good config")
    }

    /// The results in this environment. `{home}` is a directory whose `.Xauthority` has the cookie
    /// for this display.
    fn seen(launch: &str, environment: &[(&str, &str)], number: u16) -> [(Severity, String); 2] {
        let home = tempfile::tempdir().expect("a folder");
        fs::write(
            home.path().join(".Xauthority"),
            entry_for(&number.to_string()),
        )
        .expect("written");
        let filled = |value: &str| value.replace("{home}", &home.path().display().to_string());
        let environment: Vec<_> = environment
            .iter()
            .map(|(name, value)| (name.into(), filled(value).into()))
            .collect();
        checks(&MachineView::here(), &config(launch), &environment)
            .map(|check| (check.grade, check.found))
    }

    #[test]
    fn a_display_is_missed_only_where_a_client_would_run() {
        for (launch, grade) in [
            ("mode = \"auto\"", Weak),
            ("mode = \"run\"", Broken),
            ("mode = \"link\"", Good),
            ("mode = \"save\"", Good),
            ("needs_display = false", Good),
        ] {
            let [display, sharing] = seen(launch, &[], 0);
            assert_eq!(
                (display.0, sharing.0),
                (grade, Good),
                "{launch}: {display:?} {sharing:?}"
            );
        }
    }

    #[test]
    fn a_display_is_good_only_where_the_x_server_lets_a_client_in() {
        let cookie = ("XAUTHORITY", "{home}/.Xauthority");
        let home = ("HOME", "{home}");
        for (answer, launch, more, grade, words) in [
            (ACCEPTED, "", cookie, Good, "a window opens"),
            (ACCEPTED, "", home, Good, "a window opens"),
            (
                REFUSED,
                "",
                cookie,
                Broken,
                "does not accept the cookie: bad",
            ),
            (REFUSED, "", home, Broken, "does not accept the cookie: bad"),
            (
                REFUSED,
                "",
                ("HOME", "/nonesuch"),
                Broken,
                "XAUTHORITY is not set",
            ),
            (
                REFUSED,
                "",
                ("XAUTHORITY", "/nonesuch"),
                Broken,
                "/nonesuch can't be read",
            ),
            (
                ACCEPTED,
                "environment = [\"DISPLAY\"]",
                home,
                Good,
                "a window opens",
            ),
            (
                b"SSH-2.0-OpenSSH",
                "",
                cookie,
                Broken,
                "something other than an X server",
            ),
        ] {
            let (number, server) = by_tcp(answer);
            let [display, sharing] = seen(
                launch,
                &[("DISPLAY", &format!("localhost:{number}.0")), more],
                number,
            );
            assert!(
                display.0 == grade && display.1.contains(words),
                "{words}: {display:?}"
            );
            assert_eq!(sharing.0, Good);
            server.join().expect("served");
        }
        for (display, launch, grade, words) in [
            ("localhost:59999", "", Broken, "no X server answers"),
            (":59999", "", Weak, "no X server answers"),
            (":59999", "mode = \"run\"", Broken, "no X server answers"),
            ("seven", "", Weak, "names no display"),
            (
                "localhost:0",
                "environment = [\"LANG\"]",
                Weak,
                "neither DISPLAY nor WAYLAND_DISPLAY",
            ),
        ] {
            let [found, _] = seen(launch, &[("DISPLAY", display), cookie], 0);
            assert!(
                found.0 == grade && found.1.contains(words),
                "{display}: {found:?}"
            );
        }
    }

    #[test]
    fn under_wayland_a_window_opens_and_sharing_the_screen_is_weak() {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("wayland-0");
        let _server = UnixListener::bind(&socket).expect("a socket");
        let wayland = ("WAYLAND_DISPLAY", socket.to_str().expect("text"));
        let [display, sharing] = seen("", &[wayland], 0);
        assert_eq!((display, sharing.0), ((Good, "Wayland".to_owned()), Weak));
        let [display, sharing] = seen("", &[wayland, ("DISPLAY", "localhost:59999")], 0);
        assert!(
            display.0 == Weak && display.1.starts_with("only Wayland"),
            "{display:?}"
        );
        assert_eq!(sharing.0, Weak);
        // X11 in a Wayland session (Xwayland).
        let (number, server) = by_tcp(ACCEPTED);
        let environment = [
            ("XDG_SESSION_TYPE", "wayland"),
            ("DISPLAY", &format!("localhost:{number}")),
        ];
        let [display, sharing] = seen("", &environment, number);
        assert_eq!(
            (display.0, sharing.0),
            (Good, Weak),
            "{display:?} {sharing:?}"
        );
        server.join().expect("served");
    }
}
