//! The charter: what both sides signed about the line before its first entry, and the key lists in it.
//!
//! The line's id is the hash of the first charter's canonical bytes. Everything that a verifier must know and
//! cannot find in an entry stands here: root keys, the first key lists, release rules, timers.

use std::collections::BTreeSet;

use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

use crate::encoding::{DecodeError, from_cbor, to_cbor};
use crate::entry::{TrafficClass, Urgency};
use crate::key::{PublicKey, SigningKey};
use crate::labels;
use crate::passkey::{self, PasskeyKey};
use crate::place::{LineId, Side};

/// Longest name of a side, in characters: capital letters, digits and hyphens.
pub const SIDE_NAME_LEN_MAX: usize = 16;
/// Longest name of an officer, in bytes.
pub const OFFICER_NAME_LEN_MAX: usize = 64;
/// Most officers in one key list.
pub const OFFICERS_MAX: usize = 256;
/// Longest charter, in bytes.
pub const CHARTER_LEN_MAX: usize = 65_535;

/// Suite 0: two homes paired on one machine, Ed25519 alone for every signature. Suite 1, with post-quantum
/// signatures and a pairing between machines, takes its own number.
pub const SUITE_ONE_MACHINE: u16 = 0;

/// What both sides agreed, unsigned.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Charter {
    /// Names all algorithms.
    #[n(0)]
    pub suite: u16,
    /// Random, so that two lines between the same sides differ.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub nonce: [u8; 16],
    /// Side 0 and side 1.
    #[n(2)]
    pub parties: [Party; 2],
    /// Rules per precedence: FLASH, IMMEDIATE, PRIORITY, ROUTINE.
    #[n(3)]
    pub rules: [PrecedenceRule; 4],
    /// Whether one officer alone may release, in an emergency, what the rules say that two release. Not written if not.
    #[cbor(n(4), skip_if = "std::ops::Not::not")]
    pub release_alone: bool,
}

/// One side in the charter.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Party {
    /// The side's name on every screen, such as `BLUE`.
    #[n(0)]
    pub name: String,
    /// The root key.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub root: [u8; 32],
    /// Key list number 1.
    #[n(2)]
    pub key_list: KeyList,
}

/// How messages of one precedence are released and when silence is remarked upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct PrecedenceRule {
    /// How many officers release a message.
    #[n(0)]
    pub releasers: u8,
    /// Seconds until unconfirmed storage at the peer is worth caution.
    #[n(1)]
    pub stored_caution_s: u32,
    /// Seconds until it is serious.
    #[n(2)]
    pub stored_alarm_s: u32,
    /// Seconds within which a person should acknowledge.
    #[n(3)]
    pub acknowledge_s: u32,
}

/// The officers of one side at one time.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct KeyList {
    /// From 1, one more with each list.
    #[n(0)]
    pub number: u32,
    /// Hash of the list before; zero for the first.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub previous: [u8; 32],
    /// In ascending order of index.
    #[n(2)]
    pub officers: Vec<Officer>,
}

/// One officer's key and what it may do.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Officer {
    /// From 1; names the officer in headers and statements.
    #[n(0)]
    pub index: u16,
    /// Role as shown to the other side, such as "Duty officer".
    #[n(1)]
    pub name: String,
    /// Key algorithm: 1 is Ed25519, 2 a passkey on P-256.
    #[n(2)]
    pub algorithm: u8,
    /// The public key: 32 bytes, of a passkey 33.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub key: Vec<u8>,
    /// A set of `ROLE_` bits.
    #[n(4)]
    pub roles: u16,
    /// Who holds the private key.
    #[n(5)]
    pub custody: Custody,
    /// WebAuthn relying party; empty for plain keys.
    #[n(6)]
    pub rp_id: String,
    /// WebAuthn origin; empty for plain keys.
    #[n(7)]
    pub origin: String,
}

/// Who holds an officer's private key. A verifier says it in words: it limits what a signature shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Custody {
    /// The node holds it; whoever controls the node can act as this officer.
    #[n(0)]
    Node,
    /// The officer holds it.
    #[n(1)]
    Officer,
}

/// May draft messages.
pub const ROLE_DRAFT: u16 = 1;
/// May release messages.
pub const ROLE_RELEASE: u16 = 2;
/// May acknowledge and answer.
pub const ROLE_ACKNOWLEDGE: u16 = 4;
/// May suspend the line.
pub const ROLE_SUSPEND: u16 = 8;
/// May consent to reopening.
pub const ROLE_CONSENT: u16 = 16;
/// May change keys.
pub const ROLE_KEYS: u16 = 32;

const ALGORITHM_ED25519: u8 = 1;
const ALGORITHM_PASSKEY: u8 = 2;

/// An officer's key, by its algorithm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfficerKey {
    /// Algorithm 1: signs statements of form 1.
    Ed25519(PublicKey),
    /// Algorithm 2: signs statements of form 2.
    Passkey(PasskeyKey),
}

/// A charter with both roots' signatures, as stored and exported. Unchecked until [`SignedCharter::verify`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct SignedCharter {
    /// Canonical bytes of the charter.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub charter: Vec<u8>,
    /// Signature of side 0's root.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub signature_0: [u8; 64],
    /// Signature of side 1's root.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub signature_1: [u8; 64],
}

impl Charter {
    /// The line that this charter founds.
    pub fn line_id(&self) -> LineId {
        line_id(&to_cbor(self))
    }

    /// One side's part.
    pub fn party(&self, side: Side) -> &Party {
        &self.parties[side.index()]
    }

    /// The root key of one side.
    pub fn root(&self, side: Side) -> PublicKey {
        PublicKey::from_bytes(&self.party(side).root).expect("checked when the charter was read")
    }

    /// The rule for a message's precedence; LINE has FLASH's.
    pub fn rule(&self, precedence: crate::Precedence) -> &PrecedenceRule {
        &self.rules[(precedence as usize).saturating_sub(1)]
    }

    /// How many officers release a message of this urgency: what the rule says, but a TEST always one.
    pub fn releasers(&self, urgency: Urgency) -> u8 {
        match urgency.class {
            TrafficClass::Test => 1,
            TrafficClass::Live | TrafficClass::Exercise => self.rule(urgency.precedence).releasers,
        }
    }

    /// Signs with both roots, as `join` does for two homes on one machine.
    pub fn sign(&self, root_0: &SigningKey, root_1: &SigningKey) -> SignedCharter {
        let charter = to_cbor(self);
        let terms = charter_terms(&charter);
        SignedCharter { signature_0: root_0.sign(&terms), signature_1: root_1.sign(&terms), charter }
    }

    fn check(&self) -> Result<(), DecodeError> {
        if self.suite != SUITE_ONE_MACHINE {
            return Err(DecodeError::Invalid("suite of the charter"));
        }
        let [a, b] = &self.parties;
        for party in [a, b] {
            party.check()?;
        }
        if a.name == b.name || a.root == b.root {
            return Err(DecodeError::Invalid("two parties that are one"));
        }
        self.check_releasers()
    }

    /// Each side can release what the rules say, and "alone" has a meaning only where some rule says two (REC-13).
    fn check_releasers(&self) -> Result<(), DecodeError> {
        let most = self.rules.iter().map(|rule| rule.releasers).max().unwrap_or(0);
        let known = self.rules.iter().all(|rule| (1..=2).contains(&rule.releasers));
        let possible = self.parties.iter().all(|party| party.key_list.can_release(most));
        if !known || !possible {
            return Err(DecodeError::Invalid("release rule"));
        }
        if self.release_alone && most < 2 {
            return Err(DecodeError::Invalid("release by one alone where no rule asks for two"));
        }
        Ok(())
    }
}

impl Party {
    fn check(&self) -> Result<(), DecodeError> {
        if !is_side_name(&self.name) {
            return Err(DecodeError::Invalid("name of a side"));
        }
        if PublicKey::from_bytes(&self.root).is_none() {
            return Err(DecodeError::Invalid("root key"));
        }
        if self.key_list.number != 1 || self.key_list.previous != [0; 32] {
            return Err(DecodeError::Invalid("number of the first key list"));
        }
        self.key_list.check()
    }
}

/// A side's name is 1 to 16 capital letters, digits and hyphens, starting with a letter.
pub fn is_side_name(name: &str) -> bool {
    name.len() <= SIDE_NAME_LEN_MAX
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')
}

impl KeyList {
    /// SHA-256 of the canonical bytes.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(to_cbor(self)).into()
    }

    /// The officer with this index.
    pub fn officer(&self, index: u16) -> Option<&Officer> {
        self.officers.iter().find(|officer| officer.index == index)
    }

    /// True if one officer may release and so many, he included, may release or draft.
    fn can_release(&self, releasers: u8) -> bool {
        let may = |roles| self.officers.iter().filter(move |officer| officer.roles & roles != 0).count();
        may(ROLE_RELEASE) >= 1 && may(ROLE_RELEASE | ROLE_DRAFT) >= usize::from(releasers)
    }

    /// What a root signs over a list.
    pub(crate) fn terms(&self, line: LineId, side: Side) -> Vec<u8> {
        let side = [side.index() as u8];
        [labels::KEY_LIST, &line.0, &side, &self.hash()].concat()
    }

    /// Rules that concern this list alone.
    pub fn check(&self) -> Result<(), DecodeError> {
        if self.officers.len() > OFFICERS_MAX {
            return Err(DecodeError::Invalid("number of officers"));
        }
        if !self.officers.windows(2).all(|pair| pair[0].index < pair[1].index) {
            return Err(DecodeError::Invalid("order of officers"));
        }
        // A key that stood under two names would count as two people.
        let keys: BTreeSet<_> = self.officers.iter().map(|officer| &officer.key).collect();
        if keys.len() != self.officers.len() {
            return Err(DecodeError::Invalid("one key for two officers"));
        }
        self.officers.iter().try_for_each(Officer::check)
    }
}

impl Officer {
    /// The key, checked when the list was read.
    pub fn public_key(&self) -> Option<OfficerKey> {
        match self.algorithm {
            ALGORITHM_ED25519 => {
                PublicKey::from_bytes(self.key.as_slice().try_into().ok()?).map(OfficerKey::Ed25519)
            }
            ALGORITHM_PASSKEY => PasskeyKey::from_bytes(&self.key).map(OfficerKey::Passkey),
            _ => None,
        }
    }

    /// An officer of one side who may do everything, whose Ed25519 key the node holds.
    pub fn held_by_node(index: u16, name: &str, key: &PublicKey) -> Officer {
        Officer {
            index,
            name: name.to_owned(),
            algorithm: ALGORITHM_ED25519,
            key: key.to_bytes().into(),
            roles: ROLE_DRAFT | ROLE_RELEASE | ROLE_ACKNOWLEDGE | ROLE_SUSPEND | ROLE_CONSENT | ROLE_KEYS,
            custody: Custody::Node,
            rp_id: String::new(),
            origin: String::new(),
        }
    }

    /// The same officer with a passkey that is registered for the relying party and used on pages of the origin.
    pub fn with_passkey(self, key: &PasskeyKey, rp_id: &str, origin: &str) -> Officer {
        Officer {
            algorithm: ALGORITHM_PASSKEY,
            key: key.to_bytes().into(),
            custody: Custody::Officer,
            rp_id: rp_id.to_owned(),
            origin: origin.to_owned(),
            ..self
        }
    }

    /// Rules that concern one officer (REC-14, REC-25).
    pub fn check(&self) -> Result<(), DecodeError> {
        let named = !self.name.is_empty()
            && self.name.len() <= OFFICER_NAME_LEN_MAX
            && self.name.chars().all(|c| c.is_alphanumeric() || " .-'/".contains(c));
        if self.index == 0 || !named {
            return Err(DecodeError::Invalid("name or index of an officer"));
        }
        let Some(key) = self.public_key() else {
            return Err(DecodeError::Invalid("key of an officer"));
        };
        if self.rp_id.len() > 255 || self.origin.len() > 255 {
            return Err(DecodeError::Invalid("relying party of an officer"));
        }
        if let OfficerKey::Passkey(_) = key {
            if !passkey::is_rp_id(&self.rp_id) || !passkey::is_origin(&self.origin, &self.rp_id) {
                return Err(DecodeError::Invalid("relying party or origin of a passkey"));
            }
            if self.custody == Custody::Node {
                return Err(DecodeError::Invalid("a passkey that the node holds"));
            }
        }
        Ok(())
    }
}

impl SignedCharter {
    /// Reads, checks the canonical form and both roots' signatures.
    pub fn verify(&self) -> Result<Charter, DecodeError> {
        if self.charter.len() > CHARTER_LEN_MAX {
            return Err(DecodeError::Invalid("length of the charter"));
        }
        let charter: Charter = from_cbor(&self.charter)?;
        charter.check()?;
        let terms = charter_terms(&self.charter);
        let signatures = [(Side::Zero, &self.signature_0), (Side::One, &self.signature_1)];
        for (side, signature) in signatures {
            if !charter.root(side).verify(&terms, signature) {
                return Err(DecodeError::Invalid("root signature on the charter"));
            }
        }
        Ok(charter)
    }
}

fn charter_terms(charter: &[u8]) -> Vec<u8> {
    [labels::CHARTER, &Sha256::digest(charter)[..]].concat()
}

fn line_id(charter: &[u8]) -> LineId {
    LineId(Sha256::digest(charter).into())
}
