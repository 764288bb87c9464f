//! An allocator that zeroes memory before it is freed.
//!
//! Typed text passes through library code that this crate does not control: lines are wrapped and
//! drawn, forms are encoded, a request is written and sent. Each step leaves copies in freed
//! memory. Types that zero themselves (`session::Typed`, `ui::field::Field`, the buffers of the
//! decoder and the backend) keep the number of copies small, but only the allocator can zero the
//! rest (K8).
//!
//! It can't reach copies of CPU registers (16 bytes each) that are saved on stacks. The runtime
//! overwrites its own stack when a customer's data is erased. The C library reuses the stack of a
//! finished thread. In an optimised build one such piece was seen occasionally, in either place;
//! never more.
//!
//! The cost is one write pass over memory that is usually still in the CPU cache.

#![expect(unsafe_code, reason = "there is no other way to be told of what is freed")]

use std::alloc::{GlobalAlloc, Layout, System};

/// The system allocator, but freed memory is zeroed first.
#[derive(Clone, Copy, Debug)]
pub struct Erasing;

// SAFETY: every block comes from the system allocator and is returned to it with the same layout.
// Writes stay inside the block and happen before it is freed.
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
            // Without this the compiler sees that the freed memory is never read, and removes the
            // write.
            zeroize::optimization_barrier(std::slice::from_raw_parts(block, layout.size()));
            System.dealloc(block, layout);
        }
    }

    // `realloc` is the trait's default, which copies. The system's would leave the old block
    // unzeroed.
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k8_what_is_freed_and_what_has_grown_is_erased() {
        let layout = Layout::from_size_align(64, 8).expect("a layout");
        // SAFETY: freed blocks are read only through /proc/self/mem, which can't fault.
        unsafe {
            let block = Erasing.alloc(layout);
            assert!(!block.is_null());
            block.write_bytes(0x5A, 64);
            let grown = Erasing.realloc(block, layout, 4096);
            assert!((0..64).all(|at| grown.add(at).read() == 0x5A), "growing must keep the content");
            assert!(!still_holds(block));
            Erasing.dealloc(grown, Layout::from_size_align(4096, 8).expect("a layout"));
            assert!(!still_holds(grown));
        }
    }

    /// Whether a freed block still contains the pattern. A new owner of the memory may have written
    /// a byte of it.
    fn still_holds(block: *mut u8) -> bool {
        use std::os::unix::fs::FileExt as _;
        let mut bytes = [0x5A; 64];
        let memory = std::fs::File::open("/proc/self/mem").expect("our own memory");
        memory.read_exact_at(&mut bytes, block.addr() as u64).expect("still mapped");
        bytes.windows(8).any(|window| window == [0x5A; 8])
    }
}
