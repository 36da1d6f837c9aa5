//! A passkey that signs what a test wants, and client data as WebAuthn writes them, made anew from its text.

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature as Ecdsa, SigningKey as P256};
use ringdown_record::charter::{Charter, Officer};
use ringdown_record::statement::{Assertion, PasskeyKey, Signature, Statement, StatementTerms};
use sha2::{Digest, Sha256};

use crate::world::{SECOND, World, charter};

pub const RP_ID: &str = "blue.example";
pub const ORIGIN: &str = "https://console.blue.example";
/// User present and verified.
pub const FLAGS: u8 = 5;

/// The private key of BLUE's second officer, whose passkey it is.
pub fn private_key() -> P256 {
    P256::from_slice(&[42; 32]).expect("a private key")
}

pub fn public_key(key: &P256) -> PasskeyKey {
    PasskeyKey::from_bytes(key.verifying_key().to_sec1_point(true).as_bytes()).expect("a point")
}

/// The charter of every world, but BLUE's second officer has a passkey.
pub fn charter_with_passkey(bend: impl FnOnce(&mut Officer)) -> Charter {
    let mut charter = charter(1);
    let officer = &mut charter.parties[0].key_list.officers[usize::from(SECOND) - 1];
    *officer = officer.clone().with_passkey(&public_key(&private_key()), RP_ID, ORIGIN);
    bend(officer);
    charter
}

/// Both sides have node keys, and BLUE's second officer a passkey.
pub fn world() -> World {
    World::found(charter_with_passkey(|_| {})).begin()
}

/// What an authenticator is asked, and how it answers.
#[derive(Clone)]
pub struct Answer<'a> {
    pub rp_id: &'a str,
    pub flags: u8,
    pub counter: u32,
    /// What is hashed and signed.
    pub signed: String,
    /// What stands in the statement, if not the template.
    pub stated: Option<Vec<u8>>,
    pub high_s: bool,
}

/// The client data of a page at this origin, without anything added.
pub fn client_data(challenge: &[u8; 32], origin: &str) -> String {
    let challenge = base64url(challenge);
    format!(r#"{{"type":"webauthn.get","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#)
}

/// RFC 4648 section 5 without padding, bit by bit.
pub fn base64url(bytes: &[u8]) -> String {
    let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bits: Vec<u8> =
        bytes.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1)).collect();
    bits.resize(bits.len().next_multiple_of(6), 0);
    let digit = |six: &[u8]| six.iter().fold(0, |sum, bit| sum << 1 | usize::from(*bit));
    bits.chunks(6).map(|six| char::from(digits.as_bytes()[digit(six)])).collect()
}

impl Answer<'_> {
    /// As a browser and an authenticator answer.
    pub fn to(terms: &StatementTerms<'_>) -> Answer<'static> {
        let signed = client_data(&terms.digest(), ORIGIN);
        Answer { rp_id: RP_ID, flags: FLAGS, counter: 0, signed, stated: None, high_s: false }
    }

    /// The client data are these, signed and stated.
    pub fn saying(self, client_data: &str) -> Self {
        Answer { signed: client_data.into(), stated: Some(client_data.into()), ..self }
    }

    pub fn assertion(&self, key: &P256) -> Assertion {
        let mut data = Sha256::digest(self.rp_id).to_vec();
        data.push(self.flags);
        data.extend(self.counter.to_be_bytes());
        data.extend(Sha256::digest(&self.signed));
        let made: Ecdsa = key.sign(&data);
        let low = made.normalize_s();
        let other = Ecdsa::from_scalars(*low.r(), -*low.s()).expect("the other s");
        let signature = if self.high_s { other } else { low };
        Assertion {
            flags: self.flags,
            counter: self.counter,
            signature: signature.to_bytes().into(),
            client_data: self.stated.clone(),
        }
    }

    pub fn statement(&self, terms: &StatementTerms<'_>, key: &P256) -> Statement {
        Statement {
            officer: terms.officer,
            purpose: terms.purpose,
            nonce: terms.nonce,
            on_screen: terms.on_screen.place,
            signature: Signature::Passkey(self.assertion(key)),
        }
    }
}
