//! What a person says: an officer's statement at the head of a body.
//!
//! A statement is made before its entry is sealed, so it never names its own entry. It binds the officer's key to
//! the line, side, purpose, precedence, class and exact content, and to the newest entry of the other side that
//! stood on the officer's screen.

use sha2::{Digest, Sha256};

use crate::chain::Misbehaviour;
use crate::charter::{Officer, OfficerKey};
use crate::encoding::{DecodeError, Reader, put_varint};
use crate::entry::{Header, Urgency};
use crate::labels;
use crate::place::{EntryHash, EntryRef, LineId, Place, Side};

pub use crate::chain::StatementError;
pub use crate::client_data::ClientDataError;
pub use crate::passkey::{Assertion, CLIENT_DATA_LEN_MAX, PasskeyKey, ResponseError};

/// Ed25519 over the statement hash.
const FORM_ED25519: u8 = 1;
/// An assertion of a passkey, with the statement hash as its challenge.
const FORM_PASSKEY: u8 = 2;

/// Why an officer signed. The number is part of what is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Purpose {
    /// Wrote the text.
    Draft = 1,
    /// Sends it.
    Release = 2,
    /// Has the message.
    Acknowledge = 3,
    /// Answers it.
    Answer = 4,
    /// Consents to a gate.
    Consent = 5,
    /// Sends alone, in an emergency, what the charter says that two send.
    ReleaseAlone = 6,
}

/// A statement as it stands in a body. Its signature is checked by [`crate::Chain::check`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Index in the key list.
    pub officer: u16,
    /// Why.
    pub purpose: Purpose,
    /// Used once by this officer.
    pub nonce: [u8; 8],
    /// The newest entry of the other side on the officer's screen.
    pub on_screen: Place,
    /// Over [`StatementTerms::digest`].
    pub signature: Signature,
}

/// How an officer signed. The form follows from the officer's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// Form 1.
    Ed25519([u8; 64]),
    /// Form 2.
    Passkey(Assertion),
}

/// Everything that an officer's signature covers.
#[derive(Clone, Copy, Debug)]
pub struct StatementTerms<'a> {
    /// The line.
    pub line: LineId,
    /// The officer's side.
    pub side: Side,
    /// That side's incarnation.
    pub incarnation: u32,
    /// The officer.
    pub officer: u16,
    /// Why.
    pub purpose: Purpose,
    /// Precedence and class of the entry to be.
    pub urgency: Urgency,
    /// Used once.
    pub nonce: [u8; 8],
    /// What was on screen, with its hash.
    pub on_screen: EntryRef,
    /// The canonical content of the body: all of it but the statements.
    pub content: &'a [u8],
    /// The statement that follows in the body, if any. Its officer signed before; this one answers for both.
    pub over: Option<&'a Statement>,
}

impl Purpose {
    fn from_byte(byte: u8) -> Result<Purpose, DecodeError> {
        use Purpose::{Acknowledge, Answer, Consent, Draft, Release, ReleaseAlone};
        let all = [Draft, Release, Acknowledge, Answer, Consent, ReleaseAlone];
        all.into_iter().find(|purpose| *purpose as u8 == byte).ok_or(DecodeError::Invalid("purpose"))
    }
}

impl From<[u8; 64]> for Signature {
    fn from(signature: [u8; 64]) -> Signature {
        Signature::Ed25519(signature)
    }
}

impl StatementTerms<'_> {
    /// The 32 bytes that the officer signs.
    pub fn digest(&self) -> [u8; 32] {
        let hash = Sha256::new()
            .chain_update(labels::OFFICER)
            .chain_update(self.line.0)
            .chain_update([self.side.index() as u8])
            .chain_update(self.incarnation.to_be_bytes())
            .chain_update(self.officer.to_be_bytes())
            .chain_update([self.purpose as u8, self.urgency.precedence as u8, self.urgency.class as u8])
            .chain_update(self.nonce)
            .chain_update(self.on_screen.place.incarnation.to_be_bytes())
            .chain_update(self.on_screen.place.seq.to_be_bytes())
            .chain_update(self.on_screen.hash.0)
            .chain_update(Sha256::digest(self.content));
        match self.over {
            Some(statement) => hash.chain_update(statement.hash()).finalize().into(),
            None => hash.finalize().into(),
        }
    }
}

impl Statement {
    /// Appends the statement's bytes.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.push(match self.signature {
            Signature::Ed25519(_) => FORM_ED25519,
            Signature::Passkey(_) => FORM_PASSKEY,
        });
        put_varint(out, u64::from(self.officer));
        out.push(self.purpose as u8);
        out.extend_from_slice(&self.nonce);
        put_varint(out, u64::from(self.on_screen.incarnation));
        put_varint(out, self.on_screen.seq);
        match &self.signature {
            Signature::Ed25519(signature) => out.extend_from_slice(signature),
            Signature::Passkey(assertion) => assertion.write(out),
        }
    }

    /// SHA-256 of the statement's bytes.
    fn hash(&self) -> [u8; 32] {
        let mut bytes = Vec::new();
        self.write(&mut bytes);
        Sha256::digest(bytes).into()
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Statement, DecodeError> {
        let form = r.byte()?;
        if form != FORM_ED25519 && form != FORM_PASSKEY {
            return Err(DecodeError::Invalid("statement form"));
        }
        let officer = r.varint_as("officer")?;
        let purpose = Purpose::from_byte(r.byte()?)?;
        let nonce = r.array()?;
        let on_screen = Place { incarnation: r.varint_as("incarnation on screen")?, seq: r.varint()? };
        if (on_screen.incarnation == 0) != (on_screen.seq == 0) {
            return Err(DecodeError::Invalid("place on screen"));
        }
        let signature = match form {
            FORM_PASSKEY => Signature::Passkey(Assertion::read(r)?),
            _ => Signature::Ed25519(r.array()?),
        };
        Ok(Statement { officer, purpose, nonce, on_screen, signature })
    }

    /// Checks that `officer` made this statement over `content` and over the statement that follows, if any, in an
    /// entry of these circumstances. `on_screen_hash` is the hash of the entry at `self.on_screen`.
    pub fn check(
        &self,
        officer: &Officer,
        header: &Header,
        on_screen_hash: EntryHash,
        content: &[u8],
        over: Option<&Statement>,
    ) -> Result<(), Misbehaviour> {
        let terms = StatementTerms {
            line: header.line,
            side: header.side,
            incarnation: header.place.incarnation,
            officer: self.officer,
            purpose: self.purpose,
            urgency: header.urgency,
            nonce: self.nonce,
            on_screen: EntryRef { place: self.on_screen, hash: on_screen_hash },
            content,
            over,
        };
        let digest = terms.digest();
        self.signature.check(officer, &digest)
    }
}

impl Signature {
    /// Checks that this is the officer's signature over a digest.
    pub fn check(&self, officer: &Officer, digest: &[u8; 32]) -> Result<(), Misbehaviour> {
        let signed = match (self, officer.public_key()) {
            (Signature::Ed25519(signature), Some(OfficerKey::Ed25519(key))) => key.verify(digest, signature),
            (Signature::Passkey(assertion), Some(OfficerKey::Passkey(key))) => {
                let client_data =
                    assertion.client_data(digest, &officer.origin).map_err(Misbehaviour::ClientData)?;
                assertion.signed_by(&key, &officer.rp_id, &client_data)
            }
            _ => false,
        };
        if signed { Ok(()) } else { Err(Misbehaviour::OfficerSignature) }
    }
}
