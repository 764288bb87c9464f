//! Work on threads of its own, such as a session's: which job it is, how it is cancelled, and why it came to nothing.

pub(crate) mod aside;
mod cancel;

pub use cancel::Cancel;

use crate::failure::Failure;

/// One job of the runtime: news of any other than the present one is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

/// Why a session came to no client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The customer, or whoever held the [`Cancel`], wanted no more of it.
    Cancelled,
    /// It failed.
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
