//! One entry: its header, the 219 bytes that are signed, sealing and the checks that need no other entry.
//!
//! `Header::preimage` is the only function that lays out signed bytes; sealing, verifying, storing and exporting
//! all use it. What depends on other entries (predecessor, citations, key lists) is in [`crate::chain`].

use sha2::{Digest, Sha256};

use crate::encoding::{DecodeError, Reader};
use crate::key::{PublicKey, Secret, SigningKey};
use crate::labels;
use crate::place::{EntryHash, EntryRef, LineId, Place, Side, WallTime};

/// Highest sequence number: 2^48 - 1, ten messages a second for a million years.
pub const SEQ_MAX: u64 = (1 << 48) - 1;
/// Length of the signed pre-image.
pub const PREIMAGE_LEN: usize = 219;

/// What an entry is. Numbers without a name are kept, receipted and shown as unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind(pub u8);

/// How urgently an entry travels; smaller is sooner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precedence {
    /// The line's own entries: gates, keys, incarnations, evidence.
    Line,
    /// Imminent hostilities or their prevention.
    Flash,
    /// Situations that gravely affect security.
    Immediate,
    /// Ahead of routine traffic.
    Priority,
    /// All else.
    Routine,
}

/// Whether words are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrafficClass {
    /// Meant.
    Live,
    /// Part of an agreed exercise.
    Exercise,
    /// A test of the line.
    Test,
}

/// Precedence and class: one byte of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Urgency {
    /// How urgently.
    pub precedence: Precedence,
    /// Meant, exercise or test.
    pub class: TrafficClass,
}

/// All that the node signs, as fields. The byte layout is [`Header::preimage`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The line.
    pub line: LineId,
    /// Who wrote it.
    pub side: Side,
    /// Where in that side's chain.
    pub place: Place,
    /// Hash of the own predecessor; zero before the first entry.
    pub prev: EntryHash,
    /// The other side's newest entry that was durable here with all before it. This is the receipt.
    pub peer: EntryRef,
    /// The writer's stated time.
    pub time: WallTime,
    /// Clock source (high 3 bits) and log2 of its uncertainty in milliseconds (low 5 bits, 31 = unknown).
    pub clock: u8,
    /// What it is.
    pub kind: Kind,
    /// How urgent, and whether meant.
    pub urgency: Urgency,
    /// See the `FLAG_` constants.
    pub flags: u8,
    /// Index of the officer whose statement stands first in the body; 0 for none.
    pub officer: u16,
    /// Length of the body.
    pub body_len: u32,
    /// SHA-256 of label, salt and body.
    pub body_commitment: [u8; 32],
    /// The key list under which this entry is to be judged.
    pub key_list: [u8; 32],
}

/// An entry whose node signature, place, citations and statements were checked, or that this node sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    header: Header,
    hash: EntryHash,
    salt: [u8; 32],
    signature: [u8; 64],
    body: Vec<u8>,
}

/// An entry as parsed: complete, but nobody has checked it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnverifiedEntry {
    /// The header as stated.
    pub header: Header,
    /// Salt of the body commitment.
    pub salt: [u8; 32],
    /// The stated node signature.
    pub signature: [u8; 64],
    /// The body.
    pub body: Vec<u8>,
}

/// What a node adds to a body to make an entry of it.
pub struct SealContext<'a> {
    /// The line.
    pub line: LineId,
    /// The writer.
    pub side: Side,
    /// The place reserved for the entry.
    pub place: Place,
    /// Hash of the own predecessor.
    pub prev: EntryHash,
    /// The receipt.
    pub peer: EntryRef,
    /// Stated time.
    pub time: WallTime,
    /// Clock source and uncertainty.
    pub clock: u8,
    /// Flags.
    pub flags: u8,
    /// The key list in force at `place`.
    pub key_list: [u8; 32],
    /// K_salt of the line.
    pub salt_key: &'a Secret,
    /// The node's key.
    pub node: &'a SigningKey,
}

impl Kind {
    /// What one officer says to the other side.
    pub const MESSAGE: Kind = Kind(1);
    /// A receipt with nothing else to say.
    pub const RECEIPT: Kind = Kind(2);
    /// A person's act on a message: acknowledgement, answer, read-back.
    pub const ACT: Kind = Kind(3);
    /// A side's gate: SHUT or READY.
    pub const GATE: Kind = Kind(4);
    /// A new list of officers' keys.
    pub const KEY_LIST: Kind = Kind(5);
    /// New node keys; always first in an incarnation.
    pub const INCARNATION: Kind = Kind(6);
    /// Reserved: a joint statement over both chains.
    pub const CHECKPOINT: Kind = Kind(7);
    /// Reserved: a joint change of the charter.
    pub const AMEND: Kind = Kind(8);
    /// Reserved: the joint end of the line.
    pub const CLOSE: Kind = Kind(9);
    /// Reserved: a scheduled call or its answer.
    pub const LINE_CHECK: Kind = Kind(10);
    /// Reserved: what was tried, when, with what outcome.
    pub const ATTEMPT: Kind = Kind(11);
    /// Reserved: a step of the writer's clock.
    pub const CLOCK: Kind = Kind(12);
    /// Two signed entries that cannot both be honest.
    pub const EVIDENCE: Kind = Kind(13);

    /// The kind's name in screens and findings.
    pub fn name(self) -> &'static str {
        match self {
            Kind::MESSAGE => "MESSAGE",
            Kind::RECEIPT => "RECEIPT",
            Kind::ACT => "ACT",
            Kind::GATE => "GATE",
            Kind::KEY_LIST => "KEYLIST",
            Kind::INCARNATION => "INCARNATION",
            Kind::CHECKPOINT => "CHECKPOINT",
            Kind::AMEND => "AMEND",
            Kind::CLOSE => "CLOSE",
            Kind::LINE_CHECK => "LINECHECK",
            Kind::ATTEMPT => "ATTEMPT",
            Kind::CLOCK => "CLOCK",
            Kind::EVIDENCE => "EVIDENCE",
            _ => "UNKNOWN",
        }
    }

    /// True for kinds whose content the record or `ringdown-message` examines; all others are kept as they are.
    pub fn is_examined(self) -> bool {
        matches!(self.0, 1..=6) || self == Kind::EVIDENCE
    }

    /// True for kinds that travel and are written with precedence LINE only.
    pub fn belongs_to_line(self) -> bool {
        matches!(self, Kind::GATE | Kind::KEY_LIST | Kind::INCARNATION | Kind::EVIDENCE | Kind::CLOSE)
    }
}

impl Urgency {
    /// The urgency of the line's own entries.
    pub const LINE: Urgency = Urgency { precedence: Precedence::Line, class: TrafficClass::Live };

    /// High nibble precedence, low nibble class.
    pub fn to_byte(self) -> u8 {
        ((self.precedence as u8) << 4) | self.class as u8
    }

    /// The inverse of [`Urgency::to_byte`].
    pub fn from_byte(byte: u8) -> Result<Urgency, DecodeError> {
        let precedence =
            Precedence::ALL.get(usize::from(byte >> 4)).ok_or(DecodeError::Invalid("precedence"))?;
        let class = TrafficClass::ALL.get(usize::from(byte & 0x0f)).ok_or(DecodeError::Invalid("class"))?;
        Ok(Urgency { precedence: *precedence, class: *class })
    }
}

impl Precedence {
    /// All, most urgent first.
    pub const ALL: [Precedence; 5] = [
        Precedence::Line,
        Precedence::Flash,
        Precedence::Immediate,
        Precedence::Priority,
        Precedence::Routine,
    ];

    /// The word on screens and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Precedence::Line => "LINE",
            Precedence::Flash => "FLASH",
            Precedence::Immediate => "IMMEDIATE",
            Precedence::Priority => "PRIORITY",
            Precedence::Routine => "ROUTINE",
        }
    }
}

impl TrafficClass {
    /// All classes.
    pub const ALL: [TrafficClass; 3] = [TrafficClass::Live, TrafficClass::Exercise, TrafficClass::Test];

    /// The word on screens and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            TrafficClass::Live => "LIVE",
            TrafficClass::Exercise => "EXERCISE",
            TrafficClass::Test => "TEST",
        }
    }
}

/// The writer's clock stood behind an earlier stamp of its own, so the earlier stamp was repeated.
pub const FLAG_TIME_HELD: u8 = 1;
const FLAGS_KNOWN: u8 = FLAG_TIME_HELD;

impl Header {
    /// The signed bytes, big-endian, fixed in length.
    pub fn preimage(&self) -> [u8; PREIMAGE_LEN] {
        let mut out = Vec::with_capacity(PREIMAGE_LEN);
        out.extend_from_slice(labels::ENTRY);
        out.extend_from_slice(&self.line.0);
        out.push(self.side.index() as u8);
        out.extend_from_slice(&self.place.incarnation.to_be_bytes());
        out.extend_from_slice(&self.place.seq.to_be_bytes());
        out.extend_from_slice(&self.prev.0);
        out.extend_from_slice(&self.peer.place.incarnation.to_be_bytes());
        out.extend_from_slice(&self.peer.place.seq.to_be_bytes());
        out.extend_from_slice(&self.peer.hash.0);
        out.extend_from_slice(&self.time.ms().to_be_bytes());
        out.extend_from_slice(&[self.clock, self.kind.0, self.urgency.to_byte(), self.flags]);
        out.extend_from_slice(&self.officer.to_be_bytes());
        out.extend_from_slice(&self.body_len.to_be_bytes());
        out.extend_from_slice(&self.body_commitment);
        out.extend_from_slice(&self.key_list);
        out.try_into().expect("the layout adds up to PREIMAGE_LEN")
    }

    /// Reads a pre-image back; checks only that every field has an allowed value.
    pub fn from_preimage(bytes: &[u8; PREIMAGE_LEN]) -> Result<Header, DecodeError> {
        let mut r = Reader::new(bytes);
        if r.array::<16>()? != *labels::ENTRY {
            return Err(DecodeError::Invalid("domain label"));
        }
        let line = LineId(r.array()?);
        let side = Side::from_byte(r.byte()?).ok_or(DecodeError::Invalid("side"))?;
        let place = read_place(&mut r)?;
        let prev = EntryHash(r.array()?);
        let peer = EntryRef { place: read_place(&mut r)?, hash: EntryHash(r.array()?) };
        let time_ms = u64::from_be_bytes(r.array()?);
        if time_ms > WallTime::MAX.ms() {
            return Err(DecodeError::Invalid("time"));
        }
        let [clock, kind, urgency, flags] = r.array()?;
        let header = Header {
            line,
            side,
            place,
            prev,
            peer,
            time: WallTime::from_ms(time_ms),
            clock,
            kind: Kind(kind),
            urgency: Urgency::from_byte(urgency)?,
            flags,
            officer: u16::from_be_bytes(r.array()?),
            body_len: u32::from_be_bytes(r.array()?),
            body_commitment: r.array()?,
            key_list: r.array()?,
        };
        r.finish()?;
        header.check_fields()?;
        Ok(header)
    }

    /// Rules that concern single fields (REC-4).
    pub(crate) fn check_fields(&self) -> Result<(), DecodeError> {
        let has_place = self.place.seq > 0 && self.place.incarnation > 0;
        let in_range = self.place.seq <= SEQ_MAX && self.peer.place.seq <= SEQ_MAX;
        let peer_is_whole = (self.peer.place.seq == 0) == (self.peer.place.incarnation == 0);
        let nothing_cited_is_zero = self.peer.place.seq > 0 || self.peer.hash == EntryHash::default();
        if !has_place || !in_range {
            return Err(DecodeError::Invalid("place"));
        }
        if !peer_is_whole || !nothing_cited_is_zero {
            return Err(DecodeError::Invalid("peer reference"));
        }
        if self.flags & !FLAGS_KNOWN != 0 {
            return Err(DecodeError::Invalid("flags"));
        }
        if self.body_len as usize > crate::body::BODY_LEN_MAX {
            return Err(DecodeError::Invalid("body length"));
        }
        let is_line = self.urgency.precedence == Precedence::Line;
        if self.kind.belongs_to_line() && !is_line || self.kind == Kind::MESSAGE && is_line {
            return Err(DecodeError::Invalid("precedence for this kind"));
        }
        Ok(())
    }

    /// Sets the commitment to a body.
    pub(crate) fn commit(&mut self, salt: &[u8; 32], body: &[u8]) {
        self.body_commitment = commit(salt, body);
    }

    /// True when this is the signature of `node` over this header.
    pub fn signed_by(&self, node: &PublicKey, signature: &[u8; 64]) -> bool {
        node.verify(&node_message(&self.hash()), signature)
    }

    /// The entry's hash.
    pub fn hash(&self) -> EntryHash {
        EntryHash(Sha256::digest(self.preimage()).into())
    }
}

fn read_place(r: &mut Reader<'_>) -> Result<Place, DecodeError> {
    Ok(Place { incarnation: u32::from_be_bytes(r.array()?), seq: u64::from_be_bytes(r.array()?) })
}

impl Entry {
    /// Seals a body: signs it at the reserved place. The caller makes it durable before anyone sees it.
    pub fn seal(
        context: &SealContext<'_>,
        kind: Kind,
        urgency: Urgency,
        officer: u16,
        body: Vec<u8>,
    ) -> Entry {
        assert!(body.len() <= crate::body::BODY_LEN_MAX, "a body was built above its maximum");
        let salt = context.salt_key.entry_salt(context.side, context.place);
        let header = Header {
            line: context.line,
            side: context.side,
            place: context.place,
            prev: context.prev,
            peer: context.peer,
            time: context.time,
            clock: context.clock,
            kind,
            urgency,
            flags: context.flags,
            officer,
            body_len: body.len() as u32,
            body_commitment: commit(&salt, &body),
            key_list: context.key_list,
        };
        let hash = header.hash();
        let signature = context.node.sign(&node_message(&hash));
        Entry { header, hash, salt, signature, body }
    }

    /// An entry that this node checked or sealed before and now reads back from its own disk. The hash and the
    /// body commitment are computed again, so a changed byte of header, salt or body is an error; the signature is
    /// checked by [`Entry::signed_by`] where the key is at hand.
    pub fn recall(unverified: UnverifiedEntry, expected: &EntryHash) -> Result<Entry, DecodeError> {
        let hash = unverified.header.hash();
        if hash != *expected {
            return Err(DecodeError::Invalid("entry hash"));
        }
        if !unverified.body_matches() {
            return Err(DecodeError::Invalid("body commitment"));
        }
        Ok(unverified.into_entry(hash))
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The hash.
    pub fn hash(&self) -> EntryHash {
        self.hash
    }

    /// Place and hash together.
    pub fn reference(&self) -> EntryRef {
        EntryRef { place: self.header.place, hash: self.hash }
    }

    /// The body with its statements.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Salt of the body commitment.
    pub fn salt(&self) -> &[u8; 32] {
        &self.salt
    }

    /// The node's signature.
    pub fn signature(&self) -> &[u8; 64] {
        &self.signature
    }

    /// Checks the node signature again, for start-up checks of a store.
    pub fn signed_by(&self, node: &PublicKey) -> bool {
        node.verify(&node_message(&self.hash), &self.signature)
    }
}

impl UnverifiedEntry {
    /// True when length and commitment of the header fit the body and salt.
    pub(crate) fn body_matches(&self) -> bool {
        self.header.body_len as usize == self.body.len()
            && self.header.body_commitment == commit(&self.salt, &self.body)
    }

    /// True when `node` signed this header.
    pub(crate) fn signed_by(&self, node: &PublicKey) -> bool {
        node.verify(&node_message(&self.header.hash()), &self.signature)
    }

    pub(crate) fn into_entry(self, hash: EntryHash) -> Entry {
        Entry { header: self.header, hash, salt: self.salt, signature: self.signature, body: self.body }
    }
}

/// What the node signs: label and hash, never a bare hash.
pub(crate) fn node_message(hash: &EntryHash) -> Vec<u8> {
    [labels::NODE, &hash.0].concat()
}

fn commit(salt: &[u8; 32], body: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(labels::BODY).chain_update(salt).chain_update(body).finalize().into()
}
