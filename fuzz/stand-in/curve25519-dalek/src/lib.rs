//! NOT CRYPTOGRAPHY. Whoever sees both public keys knows what they share. A stand-in for the `curve25519-dalek` that
//! the Noise handshake is built on, for fuzzing and nothing else.
//!
//! In place of a curve there are four products modulo 2^64. As on the curve, both sides come to the same shared bytes,
//! and another public key gives others. The real X25519 is tested by Wycheproof in `line`.
//!
//! It has the part of the real API that `snow` uses, and compiles only where `cfg(fuzzing)` is set.
#![forbid(unsafe_code)]

#[cfg(not(any(fuzzing, test)))]
compile_error!("this is not cryptography: it stands in for X25519 in fuzzing builds only");

/// As in the original.
pub mod montgomery {
    /// An odd number has an inverse: no public key is lost in the product.
    const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

    /// NOT a point: four numbers.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct MontgomeryPoint(pub [u8; 32]);

    impl MontgomeryPoint {
        /// The public key of this secret.
        pub fn mul_base_clamped(secret: [u8; 32]) -> MontgomeryPoint {
            let base: Vec<u8> = BASE.to_le_bytes().repeat(4);
            MontgomeryPoint(base.try_into().expect("four times eight")).mul_clamped(secret)
        }

        /// What is shared with whoever has the secret of this public key.
        pub fn mul_clamped(self, secret: [u8; 32]) -> MontgomeryPoint {
            let mut out = [0; 32];
            for lane in 0..4 {
                let number = |bytes: &[u8; 32]| {
                    u64::from_le_bytes(bytes[lane * 8..][..8].try_into().expect("eight bytes"))
                };
                let product = number(&self.0).wrapping_mul(number(&secret) | 1);
                out[lane * 8..][..8].copy_from_slice(&product.to_le_bytes());
            }
            MontgomeryPoint(out)
        }

        /// Its bytes.
        pub fn to_bytes(&self) -> [u8; 32] {
            self.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::montgomery::MontgomeryPoint;

    #[test]
    fn both_sides_share_the_same_and_others_do_not() {
        let secrets = [1, 2, 3].map(|seed: u8| std::array::from_fn(|at| seed.wrapping_mul(31 + at as u8)));
        let [blue, green, third] = secrets.map(MontgomeryPoint::mul_base_clamped);
        assert_eq!(green.mul_clamped(secrets[0]), blue.mul_clamped(secrets[1]));
        assert_ne!(green.mul_clamped(secrets[0]), third.mul_clamped(secrets[0]));
    }

    #[test]
    fn a_public_key_with_any_bit_changed_shares_something_else() {
        let secret = [9; 32];
        let public = MontgomeryPoint::mul_base_clamped([5; 32]);
        for bit in 0..256 {
            let mut other = public.to_bytes();
            other[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(MontgomeryPoint(other).mul_clamped(secret), public.mul_clamped(secret));
        }
    }
}
