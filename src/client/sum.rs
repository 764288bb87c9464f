//! The SHA-256 of a client, summed up while it streams: by it staff know which program it was, and whether two kiosks were
//! served the same one, without keeping any. Summed where somebody wants it alone ([`super::Order::summed`]): on a fast line
//! it takes about as long as the download itself.

use sha2::{Digest, Sha256};

use crate::sum::Sum;

/// A sum in the making, if one is wanted.
pub(super) struct Summing(Option<Sha256>);

impl Summing {
    pub(super) fn new(is_wanted: bool) -> Self {
        Self(is_wanted.then(Sha256::new))
    }

    /// Takes in the next bytes.
    pub(super) fn take_in(&mut self, bytes: &[u8]) {
        if let Some(sum) = &mut self.0 {
            sum.update(bytes);
        }
    }

    /// The sum of all that was taken in.
    pub(super) fn done(self) -> Option<Sum> {
        self.0.map(Sum::from)
    }
}
