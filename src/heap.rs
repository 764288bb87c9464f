//! How much of what is freed the C library's allocator keeps.
//!
//! Left to itself glibc has an arena for every thread, raises the size from which a block is mapped by itself to that of the
//! largest freed so far, and returns only the end of an arena: a list that was read and replaced would stay resident as holes.

#![expect(unsafe_code, reason = "mallopt and malloc_trim have no safe counterpart")]

/// Has one arena for all threads, and maps large blocks by themselves, so that they are unmapped when they are freed. To be
/// called before there is a second thread.
pub fn limit() {
    // To map the blocks of each search anew would double its time: in a hundred thousand entries they have a tenth of a MiB.
    const MAPPED_FROM: libc::c_int = 256 << 10;
    const KEPT_AT_END: libc::c_int = 2 << 20;
    // SAFETY: these set numbers that the allocator reads later.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
        libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_FROM);
        libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT_AT_END);
    }
}

/// Returns free pages to the system.
pub fn trim() {
    // SAFETY: it touches only what is free.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::malloc_trim(0);
    }
}
