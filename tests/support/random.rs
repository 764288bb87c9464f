//! Random values that are the same in each run.

use proptest::test_runner::{RngAlgorithm, TestRng};

/// A generator of random values with this seed.
pub fn random(seed: u64) -> TestRng {
    // The first values of an xorshift generator are as sparse as its seed, so the bits of a small
    // one are spread over all of its state.
    let spread = [0x9E37_79B9_7F4A_7C15, 0xD1B5_4A32_D192_ED03_u64]
        .map(|odd| seed.wrapping_add(1).wrapping_mul(odd).to_le_bytes());
    TestRng::from_seed(RngAlgorithm::XorShift, &spread.concat())
}
