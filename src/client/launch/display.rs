//! Whether a client can open a window: a variable names a display, and the display's socket exists.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use super::environment::Variables;

/// Whether this environment of a client leads to a display.
pub(super) fn is_available(variables: &Variables) -> bool {
    let display = value(variables, "DISPLAY").and_then(OsStr::to_str);
    display.is_some_and(|display| has_x11(display, Path::new("/tmp/.X11-unix")))
        || has_wayland(variables)
}

fn value<'a>(variables: &'a Variables, name: &str) -> Option<&'a OsStr> {
    variables
        .get(OsStr::new(name))
        .map(OsString::as_os_str)
        .filter(|value| !value.is_empty())
}

/// `:0`, `:0.0` and `unix:0` need a socket on this machine. `host:0` and `localhost:10.0` (SSH)
/// cannot be checked and are accepted.
fn has_x11(display: &str, sockets: &Path) -> bool {
    let Some((host, number)) = display.rsplit_once(':') else {
        return false;
    };
    let number = number.split('.').next().unwrap_or_default();
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    !matches!(host, "" | "unix") || is_socket(&sockets.join(format!("X{number}")))
}

/// Whether there is a Wayland display.
pub(super) fn has_wayland(variables: &Variables) -> bool {
    let Some(display) = value(variables, "WAYLAND_DISPLAY").map(Path::new) else {
        return false;
    };
    let folder = value(variables, "XDG_RUNTIME_DIR").map(Path::new);
    // `WAYLAND_DISPLAY` may be an absolute path, which `join` keeps unchanged.
    let path = folder.map_or_else(|| display.to_owned(), |folder| folder.join(display));
    path.is_absolute() && is_socket(&path)
}

fn is_socket(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.file_type().is_socket())
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn a_display_of_this_machine_is_there_when_its_socket_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let _server = UnixListener::bind(folder.path().join("X7")).expect("a socket");
        for there in [":7", ":7.0", "unix:7.1", "host:0", "localhost:10.0"] {
            assert!(has_x11(there, folder.path()), "{there}");
        }
        for missing in ["", "7", ":", ":8", ":7x", "unix:8", "host:"] {
            assert!(!has_x11(missing, folder.path()), "{missing}");
        }
    }

    #[test]
    fn a_wayland_display_is_a_socket_of_the_runtime_folder_or_an_absolute_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("wayland-1");
        let _server = UnixListener::bind(&socket).expect("a socket");
        let with = |display: &Path, runtime: Option<&Path>| {
            let mut variables =
                Variables::from([("WAYLAND_DISPLAY".into(), display.as_os_str().to_owned())]);
            variables.extend(
                runtime.map(|path| ("XDG_RUNTIME_DIR".into(), path.as_os_str().to_owned())),
            );
            is_available(&variables)
        };
        assert!(with(Path::new("wayland-1"), Some(folder.path())) && with(&socket, None));
        assert!(
            !with(Path::new("wayland-2"), Some(folder.path()))
                && !with(Path::new("wayland-1"), None)
        );
        assert!(!is_available(&Variables::new()));
    }
}
