//! The SHA-256 of a client, summed up while it streams: by it staff know which program it was, and whether two kiosks were
//! served the same one, without keeping any. Summed where somebody wants it alone ([`super::Order::summed`]): on a fast line
//! it takes about as long as the download itself.

use std::fmt;

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

/// A SHA-256, shown as 64 hexadecimal digits in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum([u8; 32]);

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for Sum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

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
        self.0.map(|sum| Sum(sum.finalize().into()))
    }
}
