//! Limits how much freed memory the C library's allocator keeps.
//!
//! By default glibc has an arena for each thread, raises the size above which a block gets its own
//! mapping to that of the largest block freed so far, and returns memory only from the end of an
//! arena. A list that was loaded and replaced would then stay resident as holes.

#![expect(
    unsafe_code,
    reason = "mallopt and malloc_trim have no safe counterpart"
)]

/// Uses one arena for all threads, and gives large blocks their own mapping, which is unmapped when
/// they are freed. Must be called while there is only one thread.
pub fn configure() {
    // The buffers of a search in a hundred thousand entries take a tenth of a MiB. Mapping them for
    // each search would double its time.
    const MMAP_THRESHOLD: libc::c_int = 256 << 10;
    const TRIM_THRESHOLD: libc::c_int = 2 << 20;
    // SAFETY: these set numbers that the allocator reads later.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
        libc::mallopt(libc::M_MMAP_THRESHOLD, MMAP_THRESHOLD);
        libc::mallopt(libc::M_TRIM_THRESHOLD, TRIM_THRESHOLD);
    }
}

/// Returns free pages to the system.
pub(crate) fn trim() {
    // SAFETY: it touches only free memory.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::malloc_trim(0);
    }
}
