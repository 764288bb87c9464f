//! Which accounts, beside root and ours, could change a file (K9, D11).

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

use rustix::fs::{FileType, Mode, Stat};

/// Owner and mode of a file or directory, best read from an open descriptor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FileOwnership {
    pub(crate) owner: u32,
    pub(crate) mode: u32,
}

/// How another account could change a file, or replace what is in a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exposure {
    /// It belongs to another account.
    ForeignOwner,
    /// Its group or everybody may write to it.
    SharedWrite,
}

impl FileOwnership {
    /// Whether it belongs to the account that we run as.
    pub(crate) fn is_own(self) -> bool {
        self.owner == own_account()
    }

    /// Whether others than its owner may write to it.
    pub(crate) fn is_shared(self) -> bool {
        Mode::from_raw_mode(self.mode).intersects(Mode::WGRP | Mode::WOTH)
    }

    /// How an account beside root and `us` could change it, if it could. In a sticky directory only
    /// owners replace their files.
    pub(crate) fn exposure(self, uid: u32) -> Option<Exposure> {
        let is_sticky = Mode::from_raw_mode(self.mode).contains(Mode::SVTX);
        if self.owner != 0 && self.owner != uid {
            Some(Exposure::ForeignOwner)
        } else if self.is_shared() && !(is_sticky && FileType::from_raw_mode(self.mode).is_dir()) {
            Some(Exposure::SharedWrite)
        } else {
            None
        }
    }
}

impl From<&Metadata> for FileOwnership {
    fn from(metadata: &Metadata) -> Self {
        Self {
            owner: metadata.uid(),
            mode: metadata.mode(),
        }
    }
}

impl From<&Stat> for FileOwnership {
    fn from(stat: &Stat) -> Self {
        Self {
            owner: stat.st_uid,
            mode: stat.st_mode,
        }
    }
}

/// The account that we run as.
pub(crate) fn own_account() -> u32 {
    rustix::process::geteuid().as_raw()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k9_d11_only_root_and_we_may_change_a_file_or_what_is_in_a_directory() {
        let (foreign, shared) = (Some(Exposure::ForeignOwner), Some(Exposure::SharedWrite));
        for (owner, mode, exposure) in [
            (0, 0o100_644, None),
            (1000, 0o100_600, None),
            (1001, 0o100_600, foreign),
            (0, 0o100_664, shared),
            (1000, 0o100_602, shared),
            (0, 0o40_775, shared),
            (0, 0o41_777, None),
            (1001, 0o41_777, foreign),
            // On a file the sticky bit has no effect.
            (0, 0o101_666, shared),
        ] {
            assert_eq!(
                FileOwnership { owner, mode }.exposure(1000),
                exposure,
                "{owner} {mode:o}"
            );
        }
    }
}
