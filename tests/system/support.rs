//! What the tests stand on.

#[path = "../support/certificates.rs"]
pub mod certificates;
#[path = "../support/fixture.rs"]
pub mod fixture;
#[path = "../support/folder.rs"]
pub mod folder;
#[path = "../support/hostile.rs"]
pub mod hostile;
#[path = "../support/known_keys.rs"]
pub mod known_keys;
#[path = "../support/needs.rs"]
pub mod needs;
#[path = "../support/old_kernel.rs"]
pub mod old_kernel;
#[path = "../support/order.rs"]
pub mod order;
#[path = "../support/parallel.rs"]
pub mod parallel;
#[path = "../support/pty.rs"]
pub mod pty;
#[path = "../support/random.rs"]
pub mod random;
#[path = "../support/records.rs"]
pub mod records;
#[path = "../support/remains.rs"]
pub mod remains;
#[path = "../support/samples.rs"]
pub mod samples;
#[path = "../support/served.rs"]
pub mod served;
#[path = "../support/site.rs"]
pub mod site;
#[path = "../support/staff.rs"]
pub mod staff;
#[path = "../support/stage.rs"]
pub mod stage;
#[path = "../support/strace.rs"]
pub mod strace;
#[path = "../support/strangers.rs"]
pub mod strangers;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::thread::{CapabilitySet, capabilities, set_capabilities};

/// Copies a program that is to be run. Another program does it: as long as whatever another test
/// forks just then has a descriptor of ours that is open for writing, the system runs the file for
/// nobody ("Text file busy").
pub fn copy_program(from: impl AsRef<Path>, to: impl AsRef<Path>) {
    let (from, to) = (from.as_ref(), to.as_ref());
    let status = Command::new("cp")
        .arg("-p")
        .args([from, to])
        .status()
        .expect("cp runs");
    assert!(
        status.success(),
        "{} is not copied to {}: {status}",
        from.display(),
        to.display()
    );
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
