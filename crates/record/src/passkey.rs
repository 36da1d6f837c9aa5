//! Passkeys: what an authenticator signs for an officer, and how it stands in a statement.
//!
//! WebAuthn (Level 2, section 6.3.3) signs authenticator data followed by SHA-256 of the client data, which is JSON
//! that the browser writes. Most of both is known to whoever has the key list and the statement's hash, so only the
//! rest stands in the record. The curve is P-256. Every value has one form here: the key is a compressed point, `s`
//! is the lower of two, client data that equal the template are left out.

use std::fmt;

use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::client_data::{self, ClientDataError};
use crate::encoding::{DecodeError, Reader, put_varint};

/// Longest client data, in bytes.
pub const CLIENT_DATA_LEN_MAX: usize = 512;

/// A person was there.
const USER_PRESENT: u8 = 1;
/// The authenticator verified its user: by a PIN, a fingerprint, or as it does.
const USER_VERIFIED: u8 = 1 << 2;
/// The key may be copied to other authenticators.
const BACKUP_ELIGIBLE: u8 = 1 << 3;
/// It is copied already.
const BACKED_UP: u8 = 1 << 4;
/// Hash of the relying party, flags and counter: authenticator data without anything attached.
const AUTHENTICATOR_DATA_LEN: usize = 32 + 1 + 4;

/// A point of P-256 in its compressed form: 33 bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct PasskeyKey(VerifyingKey);

/// What an authenticator said about the hash of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// WebAuthn's flags.
    pub flags: u8,
    /// The authenticator's counter; many leave it at 0.
    pub counter: u32,
    /// ECDSA with SHA-256: `r`, then `s`, which is at most half of the curve's order.
    pub signature: [u8; 64],
    /// The browser's client data; `None` if they equal the template.
    pub client_data: Option<Vec<u8>>,
}

/// Why what a browser returned makes no statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseError {
    /// The authenticator data have another length than those without extensions.
    AuthenticatorData,
    /// They are about another relying party.
    RelyingParty,
    /// The signature is no ECDSA signature in DER.
    Signature,
    /// What is left has no place in a statement.
    Form(DecodeError),
    /// The client data do not fit.
    ClientData(ClientDataError),
}

impl PasskeyKey {
    /// Reads 33 bytes; `None` if they are not the compressed form of a point.
    pub fn from_bytes(bytes: &[u8]) -> Option<PasskeyKey> {
        let compressed = bytes.len() == 33;
        compressed.then(|| VerifyingKey::from_sec1_bytes(bytes).ok().map(PasskeyKey)).flatten()
    }

    /// Reads the two coordinates, as a browser gives them at registration.
    pub fn from_coordinates(x: &[u8; 32], y: &[u8; 32]) -> Option<PasskeyKey> {
        VerifyingKey::from_sec1_bytes(&[&[4], &x[..], y].concat()).ok().map(PasskeyKey)
    }

    /// The key's 33 bytes.
    pub fn to_bytes(&self) -> [u8; 33] {
        self.0.to_sec1_point(true).as_bytes().try_into().expect("a compressed point has 33 bytes")
    }

    /// ECDSA with SHA-256, of the two values of `s` that fit only the lower.
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        low_s(signature).is_some_and(|signature| self.0.verify(message, &signature).is_ok())
    }
}

impl fmt::Debug for PasskeyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PasskeyKey({:02x?}..)", &self.to_bytes()[..4])
    }
}

impl Assertion {
    /// Takes apart what `navigator.credentials.get` returned to a page at `origin` for `challenge`.
    pub fn of_response(
        authenticator_data: &[u8],
        client_data: &[u8],
        der_signature: &[u8],
        (rp_id, origin): (&str, &str),
        challenge: &[u8; 32],
    ) -> Result<Assertion, ResponseError> {
        let data: &[u8; AUTHENTICATOR_DATA_LEN] =
            authenticator_data.try_into().map_err(|_| ResponseError::AuthenticatorData)?;
        if data[..32] != Sha256::digest(rp_id)[..] {
            return Err(ResponseError::RelyingParty);
        }
        let signature = Signature::from_der(der_signature).map_err(|_| ResponseError::Signature)?;
        let is_template = client_data == client_data::template(challenge, origin);
        let assertion = Assertion {
            flags: data[32],
            counter: u32::from_be_bytes(*data.last_chunk().expect("37 bytes have 4 last")),
            signature: signature.normalize_s().to_bytes().into(),
            client_data: (!is_template).then(|| client_data.to_vec()),
        };
        let mut written = Vec::new();
        assertion.write(&mut written);
        Assertion::read(&mut Reader::new(&written)).map_err(ResponseError::Form)?;
        assertion.client_data(challenge, origin).map_err(ResponseError::ClientData)?;
        Ok(assertion)
    }

    /// True if the authenticator says that its key may be copied to others.
    pub fn can_be_copied(&self) -> bool {
        self.flags & BACKUP_ELIGIBLE != 0
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.push(self.flags);
        out.extend_from_slice(&self.counter.to_be_bytes());
        out.extend_from_slice(&self.signature);
        let client_data = self.client_data.as_deref().unwrap_or_default();
        put_varint(out, client_data.len() as u64);
        out.extend_from_slice(client_data);
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Assertion, DecodeError> {
        let flags = r.byte()?;
        let known = USER_PRESENT | USER_VERIFIED | BACKUP_ELIGIBLE | BACKED_UP;
        let copied_at_least_once = flags & BACKED_UP == 0 || flags & BACKUP_ELIGIBLE != 0;
        if flags & !known != 0 || !copied_at_least_once {
            return Err(DecodeError::Invalid("flags in statement form 2"));
        }
        if flags & USER_PRESENT == 0 || flags & USER_VERIFIED == 0 {
            return Err(DecodeError::Invalid("a user who was not verified in statement form 2"));
        }
        let counter = u32::from_be_bytes(r.array()?);
        let signature = r.array()?;
        if low_s(&signature).is_none() {
            return Err(DecodeError::Invalid("r or s in statement form 2"));
        }
        let len: usize = r.varint_as("length of client data")?;
        if len > CLIENT_DATA_LEN_MAX {
            return Err(DecodeError::Invalid("length of client data"));
        }
        let client_data = (len > 0).then(|| r.take(len).map(<[u8]>::to_vec)).transpose()?;
        Ok(Assertion { flags, counter, signature, client_data })
    }

    /// The client data that were signed, once they fit the challenge and the origin.
    pub(crate) fn client_data(&self, challenge: &[u8; 32], origin: &str) -> Result<Vec<u8>, ClientDataError> {
        let Some(said) = &self.client_data else { return Ok(client_data::template(challenge, origin)) };
        client_data::check(said, challenge, origin)?;
        Ok(said.clone())
    }

    /// True when `key` signed these client data for the relying party.
    pub(crate) fn signed_by(&self, key: &PasskeyKey, rp_id: &str, client_data: &[u8]) -> bool {
        let mut message = Sha256::digest(rp_id).to_vec();
        message.push(self.flags);
        message.extend_from_slice(&self.counter.to_be_bytes());
        message.extend_from_slice(&Sha256::digest(client_data));
        key.verify(&message, &self.signature)
    }
}

/// `r` and `s` in their range, `s` the lower of the two that fit.
fn low_s(signature: &[u8; 64]) -> Option<Signature> {
    let signature = Signature::from_slice(signature).ok()?;
    (signature.normalize_s() == signature).then_some(signature)
}

/// A relying party is a domain in lower case: letters, digits, dots and hyphens.
pub(crate) fn is_rp_id(rp_id: &str) -> bool {
    let label = |label: &str| {
        let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !label.is_empty() && label.chars().all(inside) && !label.starts_with('-') && !label.ends_with('-')
    };
    let is_address =
        rp_id.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    rp_id.len() <= 255 && rp_id.split('.').all(label) && !is_address
}

/// `https://` and a host at or below the relying party, or `http://localhost`, each with a port or without.
pub(crate) fn is_origin(origin: &str, rp_id: &str) -> bool {
    let (scheme, rest) = origin.split_once("://").unwrap_or_default();
    let (host, port) = rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port)));
    let below = host.strip_suffix(rp_id).is_some_and(|above| above.is_empty() || above.ends_with('.'));
    let default = if scheme == "http" { "80" } else { "443" };
    let port_written = |port: &str| {
        port != default
            && !port.starts_with('0')
            && port.parse::<u16>().is_ok_and(|read| read.to_string() == port)
    };
    origin.len() <= 255
        && (scheme == "https" || (scheme == "http" && host == "localhost"))
        && is_rp_id(host)
        && below
        && port.is_none_or(port_written)
}

impl fmt::Display for ResponseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ResponseError::AuthenticatorData => {
                f.write_str("the authenticator added something that a statement does not hold")
            }
            ResponseError::RelyingParty => f.write_str("the passkey answered for another site"),
            ResponseError::Signature => f.write_str("the signature is not ECDSA in DER"),
            ResponseError::Form(error) => error.fmt(f),
            ResponseError::ClientData(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ResponseError {}
