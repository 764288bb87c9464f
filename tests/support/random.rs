//! Random values that are the same in each run.

use proptest::test_runner::{RngAlgorithm, TestRng};

/// A generator of random values with this seed.
pub fn random(seed: u64) -> TestRng {
    TestRng::from_seed(RngAlgorithm::XorShift, &[seed.to_le_bytes(); 2].concat())
}
