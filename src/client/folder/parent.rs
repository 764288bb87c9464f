//! The folders in which visits' own are made: where they are looked for, and whether they serve a purpose.

use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags};

use super::{about, disk, failure_of_folder};
use crate::client::Purpose;
use crate::config::Config;
use crate::env::{Environment, variable};
use crate::failure::{Failure, Fault};
use crate::sys::ownership::our_account;
use crate::sys::secure_dir::{SecureDir, SecureDirError};

impl From<SecureDirError> for Failure {
    fn from(error: SecureDirError) -> Self {
        match error {
            SecureDirError::Unsafe(path) => about(Fault::NoFolder, &path),
            SecureDirError::Refused { errno, path } => failure_of_folder(errno, &path),
        }
    }
}

/// The first candidate that will do; else why the likeliest would not.
pub(super) fn find(config: &Config, environment: Environment<'_>, purpose: Purpose) -> Result<SecureDir, Failure> {
    let mut unfit = None;
    let mut last = Failure::from(Fault::NoFolder);
    for path in candidates(config, environment) {
        let made = SecureDir::make(&path).map_err(Failure::from);
        match made.and_then(|parent| fit_for(parent, purpose)) {
            Ok(parent) => return Ok(parent),
            Err(failure) if [Fault::FolderNotExecutable, Fault::DiskFull].contains(&failure.fault) => {
                unfit = unfit.or(Some(failure));
            }
            Err(failure) => last = failure,
        }
    }
    Err(unfit.unwrap_or(last))
}

fn fit_for(parent: SecureDir, purpose: Purpose) -> Result<SecureDir, Failure> {
    // One of root's is safe, but not for that ours to write to.
    rustix::fs::accessat(&parent.folder, ".", Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS)
        .map_err(|errno| failure_of_folder(errno, &parent.path))?;
    match purpose {
        // The client unpacks and executes in this folder, whatever `launch.command` is.
        Purpose::Run => disk::is_fit_for_a_client(&parent.folder, &parent.path)?,
        Purpose::Save => {}
    }
    Ok(parent)
}

/// Where a visit's folder can be made, the best first.
pub(crate) fn candidates(config: &Config, environment: Environment<'_>) -> Vec<PathBuf> {
    if let Some(folder) = &config.download.folder {
        return std::path::absolute(folder).into_iter().collect();
    }
    let of_this_user = format!("/var/tmp/support-kiosk-{}", our_account()).into();
    if config.kiosk.lockdown {
        // Whoever connects may have a hand in the environment (K5).
        return vec![PathBuf::from("/run/support-kiosk"), of_this_user];
    }
    let mut paths = Vec::new();
    if let Some(list) = variable(environment, "RUNTIME_DIRECTORY") {
        // systemd joins several by colons; the first is the one to write to.
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
