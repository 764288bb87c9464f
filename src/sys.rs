//! System helpers that several layers need.

pub(crate) mod causes;
pub(crate) mod ownership;
pub(crate) mod secure_dir;
