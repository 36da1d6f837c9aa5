//! The world's randomness: a small generator, one stream for each purpose.
//!
//! Streams are apart so that one kind of fault can be switched off without moving all others: INV-24 runs a world
//! with and without clock jumps. Integers only, so that a seed means the same world on every machine.

use std::time::Duration;

/// One part in a million.
pub const PPM: u64 = 1_000_000;

/// See the module.
#[derive(Clone, Debug)]
pub struct Dice {
    state: u64,
}

impl Dice {
    /// The stream of a seed for a purpose.
    pub fn new(seed: u64, purpose: &str) -> Dice {
        let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        let label = purpose.bytes().fold(0xcbf2_9ce4_8422_2325, fold);
        let mut dice = Dice { state: seed ^ label };
        dice.next();
        Dice { state: dice.next() ^ label.rotate_left(32) }
    }

    /// The next 64 bits (splitmix64).
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`; 0 if that is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True so many times in a million.
    pub fn chance(&mut self, ppm: u64) -> bool {
        ppm > 0 && self.below(PPM) < ppm
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }

    /// A duration around `mean`, now and then eight times as long.
    pub fn around(&mut self, mean: Duration) -> Duration {
        let nanos = mean.as_nanos() as u64;
        let drawn = self.below(nanos.saturating_mul(2)) + 1;
        Duration::from_nanos(if self.below(16) == 0 { drawn.saturating_mul(8) } else { drawn })
    }

    /// Random bytes.
    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(len + 8);
        while out.len() < len {
            out.extend_from_slice(&self.next().to_be_bytes());
        }
        out.truncate(len);
        out
    }

    /// 32 random bytes.
    pub fn seed(&mut self) -> [u8; 32] {
        let mut seed = [0; 32];
        seed.chunks_exact_mut(8).for_each(|chunk| chunk.copy_from_slice(&self.next().to_be_bytes()));
        seed
    }
}
