//! Finds the config file.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::diagnostics::{ConfigError, ConfigErrors};

/// The config of the whole machine.
const SYSTEM_CONFIG: &str = "/etc/support-kiosk/kiosk.toml";

/// The path in a user's config directory.
const USER_CONFIG: &str = "support-kiosk/kiosk.toml";

/// The config file: `named` (`--config`), else `$SUPPORT_KIOSK_CONFIG`, else the first that exists
/// of the user's and the machine's config. `environment` looks up a variable.
///
/// If a file is named and does not exist, that is an error; no other file is tried.
pub fn locate(
    named: Option<&Path>,
    environment: impl Fn(&str) -> Option<OsString>,
) -> Result<PathBuf, ConfigErrors> {
    if let Some(named) = named {
        return named_file(
            named,
            "this file was named on the command line and does not exist",
        );
    }
    let set = |variable| {
        environment(variable)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if let Some(named) = set("SUPPORT_KIOSK_CONFIG") {
        return named_file(
            &named,
            "this file was named by $SUPPORT_KIOSK_CONFIG and does not exist",
        );
    }
    // With a relative directory, the working directory would decide which config is read.
    let users = set("XDG_CONFIG_HOME").filter(|folder| folder.is_absolute());
    let users = users.or_else(|| {
        set("HOME")
            .filter(|home| home.is_absolute())
            .map(|home| home.join(".config"))
    });
    let candidates = users
        .map(|folder| folder.join(USER_CONFIG))
        .into_iter()
        .chain([PathBuf::from(SYSTEM_CONFIG)]);
    first_existing(candidates)
}

/// The config file if lockdown is forced: `named`, else the machine's config, whether it exists or
/// not. The environment is ignored, because a customer may influence it (K5).
pub fn locate_in_lockdown(named: Option<&Path>) -> PathBuf {
    named.unwrap_or(Path::new(SYSTEM_CONFIG)).to_owned()
}

fn named_file(file: &Path, missing: &str) -> Result<PathBuf, ConfigErrors> {
    if is_missing(file) {
        Err(ConfigError::in_file(file, missing).into())
    } else {
        Ok(file.to_owned())
    }
}

fn first_existing(candidates: impl Iterator<Item = PathBuf>) -> Result<PathBuf, ConfigErrors> {
    let mut looked_for = Vec::new();
    for file in candidates {
        if !is_missing(&file) {
            return Ok(file);
        }
        looked_for.push(file.display().to_string());
    }
    let message = format!(
        "there is no config at {}; name one with --config FILE",
        looked_for.join(" or ")
    );
    Err(ConfigError::in_file(Path::new(SYSTEM_CONFIG), &message).into())
}

/// A file that can't be inspected counts as existing: reading it reports the reason.
fn is_missing(file: &Path) -> bool {
    file.metadata()
        .is_err_and(|error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory with a config at each of these paths, and environment variables with values
    /// inside it.
    fn folder_with(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for file in files {
            let file = folder.path().join(file);
            std::fs::create_dir_all(file.parent().expect("a parent")).expect("made");
            std::fs::write(file, "").expect("written");
        }
        folder
    }

    fn located(
        folder: &Path,
        named: Option<&str>,
        environment: &[(&str, &str)],
    ) -> Result<String, String> {
        let variable = |name: &str| {
            let (_, value) = environment.iter().find(|(variable, _)| *variable == name)?;
            Some(value.replace('@', folder.to_str().expect("UTF-8")).into())
        };
        let named = named.map(|file| folder.join(file));
        let relative = |text: String| text.replace(folder.to_str().expect("UTF-8"), "@");
        match locate(named.as_deref(), variable) {
            Ok(file) => Ok(relative(file.display().to_string())),
            Err(problems) => Err(relative(problems.to_string())),
        }
    }

    #[test]
    fn the_nearest_name_wins() {
        let folder = folder_with(&[
            "a.toml",
            "b.toml",
            "xdg/support-kiosk/kiosk.toml",
            "home/.config/support-kiosk/kiosk.toml",
        ]);
        let everything = [
            ("SUPPORT_KIOSK_CONFIG", "@/b.toml"),
            ("XDG_CONFIG_HOME", "@/xdg"),
            ("HOME", "@/home"),
        ];
        let at = |named, from: usize| located(folder.path(), named, &everything[from..]);
        assert_eq!(at(Some("a.toml"), 0), Ok("@/a.toml".to_owned()));
        assert_eq!(at(None, 0), Ok("@/b.toml".to_owned()));
        assert_eq!(at(None, 1), Ok("@/xdg/support-kiosk/kiosk.toml".to_owned()));
        assert_eq!(
            at(None, 2),
            Ok("@/home/.config/support-kiosk/kiosk.toml".to_owned())
        );
    }

    #[test]
    fn one_that_is_named_and_missing_is_a_problem_and_never_another() {
        let folder = folder_with(&["xdg/support-kiosk/kiosk.toml", "b.toml"]);
        let others = [
            ("SUPPORT_KIOSK_CONFIG", "@/b.toml"),
            ("XDG_CONFIG_HOME", "@/xdg"),
        ];
        let by_option = located(folder.path(), Some("none.toml"), &others);
        assert_eq!(
            by_option,
            Err(
                "@/none.toml: this file was named on the command line and does not exist"
                    .to_owned()
            )
        );
        let by_variable = located(
            folder.path(),
            None,
            &[("SUPPORT_KIOSK_CONFIG", "@/none.toml"), others[1]],
        );
        assert_eq!(
            by_variable,
            Err(
                "@/none.toml: this file was named by $SUPPORT_KIOSK_CONFIG and does not exist"
                    .to_owned()
            )
        );
    }

    #[test]
    fn a_relative_folder_of_the_environment_counts_as_unset() {
        let folder = folder_with(&["home/.config/support-kiosk/kiosk.toml"]);
        let found = located(
            folder.path(),
            None,
            &[
                ("SUPPORT_KIOSK_CONFIG", ""),
                ("XDG_CONFIG_HOME", "xdg"),
                ("HOME", "@/home"),
            ],
        );
        assert_eq!(
            found,
            Ok("@/home/.config/support-kiosk/kiosk.toml".to_owned())
        );
    }

    #[test]
    fn none_at_all_says_where_was_looked() {
        let told = first_existing(["/nonesuch/a".into(), "/nonesuch/b".into()].into_iter())
            .expect_err("none")
            .to_string();
        assert!(
            told.contains("/nonesuch/a or /nonesuch/b; name one with --config FILE"),
            "{told}"
        );
    }
}
