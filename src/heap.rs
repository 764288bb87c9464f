//! Limits how much freed memory the C library's allocator keeps.
//!
//! By default glibc has an arena for each thread, raises the size above which a block gets its own
//! mapping to that of the largest block freed so far, and returns memory only from the end of an
//! arena. A list that was loaded and replaced would then stay resident as holes.

#![expect(
    unsafe_code,
    reason = "mallopt and malloc_trim have no safe counterpart"
)]

/// The size from which blocks get their own mapping. The buffers of a search in a hundred thousand
/// entries take a tenth of a MiB; mapping them for each search would double its time. The file of
/// all certificate authorities is larger.
#[cfg(target_env = "gnu")]
const MMAP_THRESHOLD: libc::c_int = 128 << 10;

/// Uses one arena for all threads, and gives large blocks their own mapping, which is unmapped when
/// they are freed. Must be called while there is only one thread.
pub fn configure() {
    const TRIM_THRESHOLD: libc::c_int = 2 << 20;
    // SAFETY: these set numbers that the allocator reads later.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
        libc::mallopt(libc::M_MMAP_THRESHOLD, MMAP_THRESHOLD);
        libc::mallopt(libc::M_TRIM_THRESHOLD, TRIM_THRESHOLD);
    }
}

/// Allocates blocks of more than a few pages with their own mapping, so that none of their memory is
/// kept when they are freed. Other threads may get such blocks meanwhile.
pub(crate) fn mapped<T>(allocate: impl FnOnce() -> T) -> T {
    // SAFETY: these set a number that the allocator reads later.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, 32 << 10);
    }
    let allocated = allocate();
    // SAFETY: as above.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, MMAP_THRESHOLD);
    }
    allocated
}

/// Returns free pages to the system.
pub(crate) fn trim() {
    // SAFETY: it touches only free memory.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::malloc_trim(0);
    }
}
