//! Overwrites the unused part of the stack, where registers with a customer's text may have been
//! saved, and returns its pages to the system.

#![expect(unsafe_code, reason = "madvise has no safe counterpart")]

use std::ptr;

use rustix::param::page_size;
use rustix::process::{Resource, getrlimit};

/// More stack than the program uses: a visit reaches a depth of 30 KiB, a session 100 KiB of which it
/// keeps a part, and a debug build more.
const BYTES: usize = if cfg!(debug_assertions) {
    128 * 1024
} else {
    96 * 1024
};
/// Used if `ulimit -s` leaves too little: the kernel kills a program that exceeds the limit.
const FEW_BYTES: usize = 32 * 1024;

/// Overwrites the stack below the caller, as deep as a customer's text can be.
pub(crate) fn wipe() {
    if has_room(getrlimit(Resource::Stack).current) {
        zeroize::zeroize_stack::<BYTES>();
        release::<BYTES>();
    } else {
        zeroize::zeroize_stack::<FEW_BYTES>();
    }
}

/// Returns the pages of a stack that was overwritten to the system. Otherwise each of a hundred
/// sessions would keep them.
#[inline(never)]
fn release<const OVERWRITTEN: usize>() {
    /// More than the frames of this function and of the call below it.
    const IN_USE: usize = 8 * 1024;
    let here = 0_u8;
    let top = (&raw const here).addr();
    let page = page_size();
    let start = (top - OVERWRITTEN + IN_USE).next_multiple_of(page);
    let end = (top - IN_USE) / page * page;
    // SAFETY: these bytes have just been overwritten, so they are a part of this thread's stack, and
    // nothing that is in use is so far down. They read as zeros afterwards.
    unsafe {
        libc::madvise(
            ptr::without_provenance_mut(start),
            end.saturating_sub(start),
            libc::MADV_DONTNEED,
        );
    }
}

/// Whether a stack with this limit (none: unlimited) leaves as much again as [`BYTES`].
fn has_room(limit: Option<u64>) -> bool {
    limit.is_none_or(|limit| limit >= 2 * BYTES as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the page with this address is in memory.
    fn is_resident(address: usize) -> bool {
        let page = address / page_size() * page_size();
        let mut state = 0_u8;
        // SAFETY: it writes one byte for one page.
        let done = unsafe { libc::mincore(ptr::without_provenance_mut(page), 1, &raw mut state) };
        done == 0 && state & 1 == 1
    }

    #[test]
    fn what_is_wiped_is_not_kept_in_memory() {
        zeroize::zeroize_stack::<BYTES>();
        let here = 0_u8;
        let deep = (&raw const here).addr() - BYTES / 2;
        let before = is_resident(deep);
        wipe();
        assert_eq!((before, is_resident(deep)), (true, false));
    }

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
