//! Overwrites the unused part of the stack, where registers with a customer's text may have been
//! saved.

use rustix::process::{Resource, getrlimit};

/// More stack than the program uses: a visit reaches a depth of 30 KiB, and more in a debug build.
const BYTES: usize = if cfg!(debug_assertions) {
    128 * 1024
} else {
    64 * 1024
};
/// Used if `ulimit -s` leaves too little: the kernel kills a program that exceeds the limit.
const FEW_BYTES: usize = 32 * 1024;

/// Overwrites the stack below the caller, as deep as a customer's text can be.
pub(super) fn wipe() {
    if has_room(getrlimit(Resource::Stack).current) {
        zeroize::zeroize_stack::<BYTES>();
    } else {
        zeroize::zeroize_stack::<FEW_BYTES>();
    }
}

/// Whether a stack with this limit (none: unlimited) leaves as much again as [`BYTES`].
fn has_room(limit: Option<u64>) -> bool {
    limit.is_none_or(|limit| limit >= 2 * BYTES as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t8_a_small_stack_is_wiped_by_less() {
        for (kibibytes, room) in [
            (Some(64), false),
            (Some(128), false),
            (Some(255), false),
            (Some(256), true),
            (None, true),
        ] {
            assert_eq!(
                has_room(kibibytes.map(|kibibytes| kibibytes * 1024)),
                room,
                "{kibibytes:?} KiB"
            );
        }
    }
}
