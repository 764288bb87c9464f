//! Overwrites the part of the stack that is not in use: registers were saved there that typed text had passed through.

use rustix::process::{Resource, getrlimit};

/// More of the stack than this program has ever used: a visit reaches 30 KiB down, and further in a debug build.
const BYTES: usize = if cfg!(debug_assertions) { 128 * 1024 } else { 64 * 1024 };
/// What is wiped where `ulimit -s` leaves too little for that: past its limit the kernel ends the program.
const FEW_BYTES: usize = 32 * 1024;

/// Wipes the stack below the caller, as far as a customer's text can have reached.
pub(super) fn wipe() {
    if has_room(getrlimit(Resource::Stack).current) {
        zeroize::zeroize_stack::<BYTES>();
    } else {
        zeroize::zeroize_stack::<FEW_BYTES>();
    }
}

/// Whether a stack of at most so many bytes (none: without a limit) has as much left for the wipe as it takes.
fn has_room(limit: Option<u64>) -> bool {
    limit.is_none_or(|limit| limit >= 2 * BYTES as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t8_a_small_stack_is_wiped_by_less() {
        for (kibibytes, room) in [(Some(64), false), (Some(128), false), (Some(255), false), (Some(256), true), (None, true)] {
            assert_eq!(has_room(kibibytes.map(|kibibytes| kibibytes * 1024)), room, "{kibibytes:?} KiB");
        }
    }
}
