//! Computes the SHA-256 of a client while it is downloaded. With it, staff can identify a program
//! without keeping it, for example to see whether two kiosks got the same one. Optional
//! ([`super::SessionOptions::wants_sum`]), because on a fast line it takes about as long as the
//! download.

use sha2::{Digest, Sha256};

use crate::sum::Sha256Sum;

/// The hash so far, if it is wanted.
pub(super) struct Hasher(Option<Sha256>);

impl Hasher {
    pub(super) fn new(is_wanted: bool) -> Self {
        Self(is_wanted.then(Sha256::new))
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        if let Some(sum) = &mut self.0 {
            sum.update(bytes);
        }
    }

    /// The final hash.
    pub(super) fn finalize(self) -> Option<Sha256Sum> {
        self.0.map(Sha256Sum::from)
    }
}
