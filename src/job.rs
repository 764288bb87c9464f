//! Work on threads of its own: which job it is.

/// One job of the runtime: news of any other than the present one is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);
