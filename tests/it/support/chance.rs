//! Chance that can be had again: the same seed, the same events.

/// Numbers without an order, by xorshift.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        // Zero would stay zero.
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number less than `end`.
    pub fn below(&mut self, end: u16) -> u16 {
        u16::try_from(self.number() % u64::from(end)).expect("less than 65,536")
    }

    pub fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[usize::from(self.below(u16::try_from(all.len()).expect("few")))]
    }

    pub fn byte(&mut self) -> u8 {
        self.number().to_be_bytes()[0]
    }
}
