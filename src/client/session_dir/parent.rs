//! Finds the directory in which session directories are created.

use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags};

use super::{disk, folder_failure, path_failure};
use crate::client::Purpose;
use crate::config::Config;
use crate::env::{Environment, variable};
use crate::failure::{Failure, Fault};
use crate::sys::ownership::own_account;
use crate::sys::secure_dir::{SecureDir, SecureDirError};

impl From<SecureDirError> for Failure {
    fn from(error: SecureDirError) -> Self {
        match error {
            SecureDirError::Unsafe(path) => path_failure(Fault::NoFolder, &path),
            SecureDirError::Refused { errno, path } => folder_failure(errno, &path),
        }
    }
}

/// The first candidate that is fit. If none is, the failure is that of the most likely one.
pub(super) fn find(
    config: &Config,
    environment: Environment<'_>,
    purpose: Purpose,
) -> Result<SecureDir, Failure> {
    let mut unfit = None;
    let mut last = Failure::from(Fault::NoFolder);
    for path in candidates(config, environment) {
        let made = SecureDir::make(&path).map_err(Failure::from);
        match made.and_then(|parent| check_fit(parent, purpose)) {
            Ok(parent) => return Ok(parent),
            Err(failure)
                if [Fault::FolderNotExecutable, Fault::DiskFull].contains(&failure.fault) =>
            {
                unfit = unfit.or(Some(failure));
            }
            Err(failure) => last = failure,
        }
    }
    Err(unfit.unwrap_or(last))
}

fn check_fit(parent: SecureDir, purpose: Purpose) -> Result<SecureDir, Failure> {
    // A directory of root is secure, but we may be unable to write to it.
    rustix::fs::accessat(
        &parent.folder,
        ".",
        Access::WRITE_OK | Access::EXEC_OK,
        AtFlags::EACCESS,
    )
    .map_err(|errno| folder_failure(errno, &parent.path))?;
    match purpose {
        // The client unpacks and runs in this directory, whatever `launch.command` is.
        Purpose::Run => disk::check_fit_for_client(&parent.folder, &parent.path)?,
        Purpose::Save => {}
    }
    Ok(parent)
}

/// The candidates for the parent, in order of preference.
pub(crate) fn candidates(config: &Config, environment: Environment<'_>) -> Vec<PathBuf> {
    if let Some(folder) = &config.download.folder {
        return std::path::absolute(folder).into_iter().collect();
    }
    let of_this_user = format!("/var/tmp/support-kiosk-{}", own_account()).into();
    if config.kiosk.lockdown {
        // A remote user may control the environment (K5).
        return vec![PathBuf::from("/run/support-kiosk"), of_this_user];
    }
    let mut paths = Vec::new();
    if let Some(list) = variable(environment, "RUNTIME_DIRECTORY") {
        // systemd separates several directories by colons. The first is the one to use.
        paths.extend(std::env::split_paths(list).next());
    }
    if let Some(runtime) = variable(environment, "XDG_RUNTIME_DIR").map(Path::new)
        && SecureDir::check(runtime).is_ok()
    {
        paths.push(runtime.join("support-kiosk"));
    }
    paths.push(of_this_user);
    paths.retain(|path| path.is_absolute());
    paths
}
