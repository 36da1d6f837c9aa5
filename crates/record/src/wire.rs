//! An entry as it travels: what both sides know is signed but not sent.
//!
//! A form byte says which of the elidable fields are present. The receiver fills the others in from what it
//! holds; if it fills in something else than was signed, the node signature fails.

use crate::body::BODY_LEN_MAX;
use crate::chain::{Chain, Misbehaviour, Missing, Refusal};
use crate::encoding::{DecodeError, Reader, put_varint};
use crate::entry::{Entry, Header, Kind, UnverifiedEntry, Urgency};
use crate::key::Secret;
use crate::place::{EntryHash, EntryRef, LineId, Place, WallTime};

/// Longest wire form: every optional field, every varint at its longest, the longest body.
pub const WIRE_LEN_MAX: usize = BODY_LEN_MAX + 1 + 5 + 10 + 32 + 5 + 10 + 8 + 5 + 4 + 3 + 3 + 64;

const WITH_INCARNATION: u8 = 1;
const WITH_PREV: u8 = 2;
const WITH_PEER_INCARNATION: u8 = 4;
const WITH_KEY_LIST: u8 = 8;

/// Which elidable fields to send along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WireForm {
    /// The writer's incarnation: until the peer has cited it.
    pub incarnation: bool,
    /// The predecessor's hash: when the predecessor may be missing over there.
    pub prev: bool,
    /// The cited incarnation: until the peer has seen that we know it.
    pub peer_incarnation: bool,
    /// Eight bytes of the key list's hash: until the peer has cited an entry under it.
    pub key_list: bool,
}

/// A parsed wire form. It becomes an [`UnverifiedEntry`] by [`WireEntry::complete`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireEntry {
    incarnation: Option<u32>,
    seq: u64,
    prev: Option<EntryHash>,
    peer_incarnation: Option<u32>,
    peer_seq: u64,
    key_list: Option<[u8; 8]>,
    time: WallTime,
    clock: u8,
    kind: Kind,
    urgency: Urgency,
    flags: u8,
    officer: u16,
    body: Vec<u8>,
    signature: [u8; 64],
}

/// The wire form of an entry.
pub fn write(entry: &Entry, form: WireForm) -> Vec<u8> {
    let header = entry.header();
    let mut out = Vec::with_capacity(entry.body().len() + 160);
    let bits = [
        (form.incarnation, WITH_INCARNATION),
        (form.prev, WITH_PREV),
        (form.peer_incarnation, WITH_PEER_INCARNATION),
        (form.key_list, WITH_KEY_LIST),
    ];
    out.push(bits.iter().filter(|(present, _)| *present).map(|(_, bit)| bit).sum());
    if form.incarnation {
        put_varint(&mut out, u64::from(header.place.incarnation));
    }
    put_varint(&mut out, header.place.seq);
    if form.prev {
        out.extend_from_slice(&header.prev.0);
    }
    if form.peer_incarnation {
        put_varint(&mut out, u64::from(header.peer.place.incarnation));
    }
    put_varint(&mut out, header.peer.place.seq);
    if form.key_list {
        out.extend_from_slice(&header.key_list[..8]);
    }
    out.extend_from_slice(&header.time.ms().to_be_bytes()[3..]);
    out.extend_from_slice(&[header.clock, header.kind.0, header.urgency.to_byte(), header.flags]);
    put_varint(&mut out, u64::from(header.officer));
    put_varint(&mut out, entry.body().len() as u64);
    out.extend_from_slice(entry.body());
    out.extend_from_slice(entry.signature());
    out
}

impl WireEntry {
    /// Parses one wire form; nothing may follow it.
    pub fn read(bytes: &[u8]) -> Result<WireEntry, DecodeError> {
        let mut r = Reader::new(bytes);
        let form = r.byte()?;
        if form & !(WITH_INCARNATION | WITH_PREV | WITH_PEER_INCARNATION | WITH_KEY_LIST) != 0 {
            return Err(DecodeError::Invalid("form byte"));
        }
        let has = |bit: u8| form & bit != 0;
        let incarnation = has(WITH_INCARNATION).then(|| r.varint_as("incarnation")).transpose()?;
        let seq = r.varint()?;
        let prev = has(WITH_PREV).then(|| r.array().map(EntryHash)).transpose()?;
        let peer_incarnation =
            has(WITH_PEER_INCARNATION).then(|| r.varint_as("cited incarnation")).transpose()?;
        let peer_seq = r.varint()?;
        if peer_incarnation.is_some_and(|incarnation: u32| (incarnation == 0) != (peer_seq == 0)) {
            return Err(DecodeError::Invalid("cited incarnation"));
        }
        let key_list = has(WITH_KEY_LIST).then(|| r.array()).transpose()?;
        let [a, b, c, d, e] = r.array()?;
        let time = WallTime::from_ms(u64::from_be_bytes([0, 0, 0, a, b, c, d, e]));
        let [clock, kind, urgency, flags] = r.array()?;
        let officer = r.varint_as("officer")?;
        let body_len: usize = r.varint_as("body length")?;
        if body_len > BODY_LEN_MAX {
            return Err(DecodeError::Invalid("body length"));
        }
        let body = r.take(body_len)?.to_vec();
        let signature = r.array()?;
        r.finish()?;
        let urgency = Urgency::from_byte(urgency)?;
        let kind = Kind(kind);
        Ok(WireEntry {
            incarnation,
            seq,
            prev,
            peer_incarnation,
            peer_seq,
            key_list,
            time,
            clock,
            kind,
            urgency,
            flags,
            officer,
            body,
            signature,
        })
    }

    /// Sequence number as stated.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Kind as stated.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Fills in what was not sent. `chain` is the writer's chain as held here, `own` the receiver's.
    pub fn complete(
        &self,
        line: LineId,
        chain: &Chain,
        own: &Chain,
        salt_key: &Secret,
    ) -> Result<UnverifiedEntry, Refusal> {
        if self.incarnation.is_some_and(|incarnation| incarnation != 1) {
            return Err(Misbehaviour::WrongSide.into());
        }
        let place = Place { incarnation: self.incarnation.unwrap_or(1), seq: self.seq };
        let before = Place { seq: self.seq.saturating_sub(1), ..place };
        let before = if before.seq == 0 { Place::NONE } else { before };
        let prev =
            self.prev.or_else(|| chain.hash_at(before)).ok_or(Refusal::Parked(Missing::Predecessor))?;
        let cited = match self.peer_seq {
            0 => Place::NONE,
            seq => Place { incarnation: self.peer_incarnation.unwrap_or(1), seq },
        };
        let peer =
            EntryRef { place: cited, hash: own.hash_at(cited).ok_or(Refusal::Parked(Missing::Cited))? };
        let (_, in_force) = chain.key_list_at(self.seq);
        let named = if self.kind == Kind::KEY_LIST { key_list_in(&self.body) } else { Some(in_force) };
        let named = named.filter(|hash| self.key_list.is_none_or(|short| hash[..8] == short));
        let key_list = named.ok_or_else(|| {
            let complete = chain.is_next(self.seq);
            if complete { Misbehaviour::WrongKeyList.into() } else { Refusal::Parked(Missing::KeyList) }
        })?;
        let salt = salt_key.entry_salt(chain.side(), place);
        let mut header = Header {
            line,
            side: chain.side(),
            place,
            prev,
            peer,
            time: self.time,
            clock: self.clock,
            kind: self.kind,
            urgency: self.urgency,
            flags: self.flags,
            officer: self.officer,
            body_len: self.body.len() as u32,
            body_commitment: [0; 32],
            key_list,
        };
        header.commit(&salt, &self.body);
        Ok(UnverifiedEntry { header, salt, signature: self.signature, body: self.body.clone() })
    }
}

/// The hash of the list that a KEYLIST entry carries: such an entry is already under its own list.
fn key_list_in(body: &[u8]) -> Option<[u8; 32]> {
    let body = crate::body::Body::read(body).ok()?;
    let signed: crate::body::SignedKeyList = crate::encoding::from_cbor(body.content).ok()?;
    Some(signed.list.hash())
}
