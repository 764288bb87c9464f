//! What the tests stand on.

pub mod certificates;
pub mod chance;
pub mod kiosk;
pub mod needs;
pub mod old_kernel;
pub mod order;
pub mod pty;
pub mod records;
pub mod remains;
pub mod samples;
pub mod served;
pub mod site;
pub mod stage;
pub mod strace;
pub mod strangers;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::thread::{CapabilitySet, capabilities, set_capabilities};

/// Copies a program that is to be run. Another program does it: as long as whatever another test forks just then has a
/// descriptor of ours that is open for writing, the system runs the file for nobody ("Text file busy").
pub fn copy_program(from: impl AsRef<Path>, to: impl AsRef<Path>) {
    let (from, to) = (from.as_ref(), to.as_ref());
    let status = Command::new("cp").arg("-p").args([from, to]).status().expect("cp runs");
    assert!(status.success(), "{} is not copied to {}: {status}", from.display(), to.display());
}

/// Takes from this thread what lets root pass over the modes of files, if it has it.
pub fn without_roots_rights() {
    let mut ours = capabilities(None).expect("known");
    ours.effective -= CapabilitySet::DAC_OVERRIDE | CapabilitySet::DAC_READ_SEARCH;
    set_capabilities(None, ours).expect("set");
}

/// Waits until something is so.
pub fn wait_for(what: &str, so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !so() {
        assert!(Instant::now() < end, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Does something with each, on as many threads as there are processors.
pub fn in_parallel<T: Sync>(all: &[T], work: impl Fn(&T) + Sync) {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(one) = all.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                    work(one);
                }
            });
        }
    });
}
