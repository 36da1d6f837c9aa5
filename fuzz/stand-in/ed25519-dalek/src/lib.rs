//! NOT CRYPTOGRAPHY. Anyone can sign for anyone here. A stand-in for `ed25519-dalek`, for fuzzing and nothing else.
//!
//! With real signatures a fuzzer spends its time in the arithmetic of a curve that others have tested. Here a
//! signature is a hash of the public key and the message: made and checked in a microsecond, exact in every bit, and
//! another one for every key and message. The real primitive is tested by Wycheproof in `record`.
//!
//! It has the part of the real API that this project uses, and compiles only where `cfg(fuzzing)` is set.
#![forbid(unsafe_code)]

#[cfg(not(any(fuzzing, test)))]
compile_error!("this is not cryptography: it stands in for Ed25519 in fuzzing builds only");

use sha2::{Digest, Sha256};

/// Bytes that are no key, or a signature that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureError;

/// Whoever can sign.
pub trait Signer {
    /// The same key and message always give the same signature.
    fn sign(&self, message: &[u8]) -> Signature;
}

/// NOT a signature: what everyone who knows the public key can compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature([u8; 64]);

impl Signature {
    /// Any 64 bytes.
    pub fn from_bytes(bytes: &[u8; 64]) -> Signature {
        Signature(*bytes)
    }

    /// Its bytes.
    pub fn to_bytes(&self) -> [u8; 64] {
        self.0
    }
}

/// NOT a public key: nothing secret belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifyingKey([u8; 32]);

impl VerifyingKey {
    /// As half of all strings are no point, so is half of them none here: those with the highest bit set.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<VerifyingKey, SignatureError> {
        if bytes[31] & 0x80 == 0 { Ok(VerifyingKey(*bytes)) } else { Err(SignatureError) }
    }

    /// Its bytes.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0
    }

    /// A few keys are weak, as they are in the original: those of 31 zeros.
    pub fn is_weak(&self) -> bool {
        self.0[..31] == [0; 31]
    }

    /// Exact: one signature for each key and message.
    pub fn verify_strict(&self, message: &[u8], signature: &Signature) -> Result<(), SignatureError> {
        if !self.is_weak() && signature.0 == self.signature(message).0 { Ok(()) } else { Err(SignatureError) }
    }

    fn signature(&self, message: &[u8]) -> Signature {
        let first = hash(b"stand-in signature", &[&self.0, message]);
        let second = hash(b"stand-in second half", &[&first]);
        let mut out = [0; 64];
        out[..32].copy_from_slice(&first);
        out[32..].copy_from_slice(&second);
        Signature(out)
    }
}

/// NOT a signing key.
#[derive(Clone)]
pub struct SigningKey(VerifyingKey);

impl SigningKey {
    /// The key of this seed.
    pub fn from_bytes(seed: &[u8; 32]) -> SigningKey {
        let mut public = hash(b"stand-in public key", &[seed]);
        public[31] &= 0x7f;
        SigningKey(VerifyingKey(public))
    }

    /// The public half, which is all there is.
    pub fn verifying_key(&self) -> VerifyingKey {
        self.0
    }
}

impl Signer for SigningKey {
    fn sign(&self, message: &[u8]) -> Signature {
        self.0.signature(message)
    }
}

fn hash(label: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix(label);
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_key_and_message_only_and_in_every_bit() {
        let [blue, green] = [1, 2].map(|seed| SigningKey::from_bytes(&[seed; 32]));
        let signature = blue.sign(b"message");
        assert_eq!(blue.verifying_key().verify_strict(b"message", &signature), Ok(()));
        assert!(blue.verifying_key().verify_strict(b"massage", &signature).is_err());
        assert!(green.verifying_key().verify_strict(b"message", &signature).is_err());
        for bit in 0..512 {
            let mut bytes = signature.to_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(blue.verifying_key().verify_strict(b"message", &Signature::from_bytes(&bytes)).is_err());
        }
    }

    #[test]
    fn a_public_key_is_read_back_and_some_bytes_are_none() {
        let key = SigningKey::from_bytes(&[7; 32]).verifying_key();
        assert_eq!(VerifyingKey::from_bytes(&key.to_bytes()), Ok(key));
        assert!(!key.is_weak());
        assert!(VerifyingKey::from_bytes(&[0xff; 32]).is_err());
        assert!(VerifyingKey::from_bytes(&[0; 32]).is_ok_and(|key| key.is_weak()));
    }
}
