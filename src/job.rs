//! Jobs on background threads, such as a session: their ids, their cancellation and their errors.

pub(crate) mod blocking;
mod cancel;

pub use cancel::Cancel;

use crate::failure::Failure;

/// Identifies a job. Messages of a job that is not the current one are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

/// Why a session has no client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionError {
    /// The holder of the [`Cancel`], usually the customer, cancelled it.
    Cancelled,
    Failed(Failure),
}

impl From<Failure> for SessionError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
