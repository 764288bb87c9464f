//! Memory that is given back is erased first.
//!
//! What a customer types passes through more hands than ours: lines are wrapped and drawn, forms are encoded, a request
//! is written and sent, and each of these leaves copies in memory that was freed. Types that erase themselves
//! (`session::Typed`, `ui::field::Field`, the decoder's and the backend's buffers) keep the copies few; only whoever frees
//! can keep them from lasting (K8).
//!
//! What it can't reach: the registers that text passes through, 16 bytes each, which are saved on stacks. The shell overwrites
//! its own stack when a customer is forgotten; that of a job that has ended is kept by the C library for the next. In an
//! optimised build one such piece was seen now and then, in either; never more.
//!
//! It costs one pass over what is freed, which was in the cache a moment before.

#![expect(unsafe_code, reason = "there is no other way to be told of what is freed")]

use std::alloc::{GlobalAlloc, Layout, System};

/// The system's allocator, but that what is freed holds nothing any more.
#[derive(Clone, Copy, Debug)]
pub struct Erasing;

// SAFETY: every block is the system allocator's own, asked for and given back with one layout. What is written lies within
// the block, and is written while the block is still ours.
unsafe impl GlobalAlloc for Erasing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe {
            block.write_bytes(0, layout.size());
            // Or the compiler sees that nobody reads what is freed, and leaves the writing out.
            zeroize::optimization_barrier(std::slice::from_raw_parts(block, layout.size()));
            System.dealloc(block, layout);
        }
    }

    // `realloc` is the trait's own, which moves: the system's would leave the old block behind as it was.
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k8_what_is_freed_and_what_has_grown_is_erased() {
        let layout = Layout::from_size_align(64, 8).expect("a layout");
        // SAFETY: the blocks are looked at only through the process's own memory file, where nothing can go wrong.
        unsafe {
            let block = Erasing.alloc(layout);
            assert!(!block.is_null());
            block.write_bytes(0x5A, 64);
            let grown = Erasing.realloc(block, layout, 4096);
            assert!((0..64).all(|at| grown.add(at).read() == 0x5A), "what was in it has moved along");
            assert!(!still_holds(block));
            Erasing.dealloc(grown, Layout::from_size_align(4096, 8).expect("a layout"));
            assert!(!still_holds(grown));
        }
    }

    /// Whether a freed block has something of the pattern left; whoever got the memory since then may have a byte of it.
    fn still_holds(block: *mut u8) -> bool {
        use std::os::unix::fs::FileExt as _;
        let mut bytes = [0x5A; 64];
        let memory = std::fs::File::open("/proc/self/mem").expect("our own memory");
        memory.read_exact_at(&mut bytes, block.addr() as u64).expect("still mapped");
        bytes.windows(8).any(|window| window == [0x5A; 8])
    }
}
