//! The endpoint's only randomness: a generator made from one seed that is handed in.

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};

/// ChaCha20 key stream under the seed.
pub struct Rng(ChaCha20);

impl Rng {
    /// The generator of this seed.
    pub fn from_seed(seed: &[u8; 32]) -> Rng {
        Rng(ChaCha20::new(seed.into(), &[0; 12].into()))
    }

    /// The next bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }

    /// Fills `out` with the next bytes.
    pub fn fill(&mut self, out: &mut [u8]) {
        out.fill(0);
        self.0.apply_keystream(out);
    }
}

impl std::fmt::Debug for Rng {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rng(..)")
    }
}
