//! Keys of the record: Ed25519 with one strict verification rule, and what follows from the pairing secret.
//!
//! Verification is `verify_strict` only, never in batches: two verifiers that disagree on an odd signature would
//! split the record. A public key of small order is refused when it is read.

use std::fmt;

use ed25519_dalek::Signer;
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroize;

use crate::labels;
use crate::place::{Place, Side};

/// A public key that is a valid point and not of small order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(ed25519_dalek::VerifyingKey);

impl PublicKey {
    /// Reads 32 bytes; `None` if they are no point of large order.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<PublicKey> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).ok()?;
        if !is_canonical(bytes) {
            return None;
        }
        (!key.is_weak()).then_some(PublicKey(key))
    }

    /// The key's 32 bytes.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// The one rule by which every signature of the record is judged.
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({:02x?}..)", &self.to_bytes()[..4])
    }
}

/// RFC 8032 5.1.3: the y coordinate is below p = 2^255 - 19, so that a point has one encoding.
fn is_canonical(bytes: &[u8; 32]) -> bool {
    bytes[31] & 0x7f != 0x7f || bytes[1..31].iter().any(|byte| *byte != 0xff) || bytes[0] < 0xed
}

/// An Ed25519 signing key made from 32 random bytes; erased from memory when dropped.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// The key of this seed.
    pub fn from_seed(seed: &[u8; 32]) -> SigningKey {
        SigningKey(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs; the same key and message always give the same bytes.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(of {:?})", self.public())
    }
}

/// 32 secret bytes that never show themselves.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub [u8; 32]);

impl Secret {
    /// HKDF-SHA-256 of this secret under `info`, without salt.
    pub fn derive(&self, info: &[&[u8]]) -> Secret {
        let mut out = [0; 32];
        Hkdf::<Sha256>::new(None, &self.0)
            .expand_multi_info(info, &mut out)
            .expect("32 bytes are within HKDF");
        Secret(out)
    }

    /// PSK_0, from the pairing secret.
    pub fn psk_0(&self) -> Secret {
        self.derive(&[labels::PAIRING_PSK])
    }

    /// K_salt, from the pairing secret.
    pub fn salt_key(&self) -> Secret {
        self.derive(&[labels::PAIRING_SALT])
    }

    /// The salt of one entry's body commitment, from K_salt.
    pub fn entry_salt(&self, side: Side, place: Place) -> [u8; 32] {
        let side = [side.index() as u8];
        self.derive(&[labels::SALT, &side, &place.incarnation.to_be_bytes(), &place.seq.to_be_bytes()]).0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
