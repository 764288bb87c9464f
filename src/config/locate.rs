//! Which file is the config (product.md, The command line).

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::problem::{Problem, Problems};

/// The config of the whole machine.
const SYSTEM: &str = "/etc/support-kiosk/kiosk.toml";

/// Below a user's folder for configs.
const BELOW_USERS: &str = "support-kiosk/kiosk.toml";

/// The config's file: the one that is `named` (`--config`), else the one of `$SUPPORT_KIOSK_CONFIG`, else the first that
/// is there of the user's and the machine's own. `environment` looks a variable up.
///
/// One that is named and missing is a problem: another is never taken for it.
pub fn locate(named: Option<&Path>, environment: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, Problems> {
    if let Some(named) = named {
        return named_file(named, "this file was named with --config and is not there");
    }
    let set = |variable| environment(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(named) = set("SUPPORT_KIOSK_CONFIG") {
        return named_file(&named, "this file was named by $SUPPORT_KIOSK_CONFIG and is not there");
    }
    // A relative folder would let whoever chose the working folder choose the config.
    let users = set("XDG_CONFIG_HOME").filter(|folder| folder.is_absolute());
    let users = users.or_else(|| set("HOME").filter(|home| home.is_absolute()).map(|home| home.join(".config")));
    let candidates = users.map(|folder| folder.join(BELOW_USERS)).into_iter().chain([PathBuf::from(SYSTEM)]);
    first_there(candidates)
}

fn named_file(file: &Path, missing: &str) -> Result<PathBuf, Problems> {
    if is_missing(file) { Err(Problem::of_file(file, missing).into()) } else { Ok(file.to_owned()) }
}

fn first_there(candidates: impl Iterator<Item = PathBuf>) -> Result<PathBuf, Problems> {
    let mut looked_for = Vec::new();
    for file in candidates {
        if !is_missing(&file) {
            return Ok(file);
        }
        looked_for.push(file.display().to_string());
    }
    let message = format!("there is no config: {} is not there; name one with --config FILE", looked_for.join(" or "));
    Err(Problem::of_file(Path::new(SYSTEM), &message).into())
}

/// A file that can't be looked at counts as there: reading it says why.
fn is_missing(file: &Path) -> bool {
    file.metadata().is_err_and(|error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory))
}
